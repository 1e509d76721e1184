// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of verify: what is changed, missing, moved or signed by another is
 * found, and named
 */
#include "asking.h"

static void flip(const char *path, off_t at, unsigned char bit)
{
	int fd = open(path, O_RDWR);
	unsigned char byte;

	assert_int_equal(pread(fd, &byte, 1, at), 1);
	byte ^= bit;
	assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	close(fd);
}

/* Any bit of any byte, once for each byte */
static void every_changed_byte_is_found(void **state)
{
	char path[160];

	(void)state;
	rig_start(&rig);
	rig_guest(&rig, WEB, "web");
	rig_guest(&rig, MAIL, "mail");
	some_files(WEB, 4);
	some_files(MAIL, 4);
	rig_tick(&rig);
	some_files(WEB, 4);
	rig_stop(&rig);
	rig_path(&rig, "web", 1, path, sizeof(path));
	for (off_t at = 0; at < size_of(path); at++) {
		flip(path, at, 1 << at % 8);
		assert_int_equal(verify(), CTL_FAILED);
		assert_said("web: segment 1");
		assert_said("NOT WHAT WAS WRITTEN");
		/* the others are read */
		assert_int_not_equal(query((struct ctl_options){ .types = "create", .guest = "mail" }),
				     CTL_USAGE);
		assert_int_equal(count(" create "), 4);
		flip(path, at, 1 << at % 8);
	}
	assert_int_equal(verify(), CTL_OK);
}

static void a_changed_segment_is_skipped_and_named(void **state)
{
	char path[160];

	(void)state;
	two_guests();
	rig_stop(&rig);
	rig_path(&rig, "web", 1, path, sizeof(path));
	flip(path, 600, 1);
	assert_int_equal(query((struct ctl_options){ .types = "create,module" }), CTL_FAILED);
	assert_said("web: segment 1 is skipped: its blocks are not what was written");
	assert_int_equal(count(" create "), 40);
	assert_int_equal(count(" module "), 0);
	assert_int_equal(replay(), CTL_FAILED);
	assert_said("something is missing");
}

/* web with segments 1 to 3, mail with 1 to 3 */
static void three_segments(void)
{
	for (int i = 0; i < 3; i++) {
		rig.now_ns += 1000000;
		two_guests();
		rig_stop(&rig);
	}
}

static void move(const char *from_folder, uint64_t from, const char *to_folder, uint64_t to)
{
	char from_path[160], to_path[160];

	rig_path(&rig, from_folder, from, from_path, sizeof(from_path));
	rig_path(&rig, to_folder, to, to_path, sizeof(to_path));
	assert_int_equal(rename(from_path, to_path), 0);
}

static void missing_segments_are_found(void **state)
{
	static const struct { const char *folder; int first, last; const char *said; } rows[] = {
		{ "web", 1, 1, "web: segment 1: it is missing" },
		{ "web", 2, 2, "web: segment 2: it is missing" },
		{ "web", 3, 3, "web: segment 3: it is missing" },
		{ "web", 2, 3, "web: segment 2: it is missing, and all up to 3" },
		{ "web", 1, 2, "web: segment 1: it is missing, and all up to 2" },
		{ "web", 1, 3, "web: all its segments are missing" },
		{ "@host", 1, 1, "@host: segment 1: it is missing" },
		{ "@host", 2, 2, "@host: segment 2: it is missing" },
	};
	char kept[160];

	(void)state;
	three_segments();
	snprintf(kept, sizeof(kept), "%s/kept", rig.top);
	copy(rig.directory, kept);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		copy(kept, rig.directory);
		for (int n = rows[i].first; n <= rows[i].last; n++)
			drop(rows[i].folder, n);
		assert_int_equal(verify(), CTL_FAILED);
		assert_said(rows[i].said);
	}
}

static void moved_segments_are_found(void **state)
{
	(void)state;
	three_segments();
	move("web", 1, "web", 4);
	move("web", 2, "web", 1);
	move("web", 4, "web", 2);
	assert_int_equal(verify(), CTL_FAILED);
	assert_said("web: segment 1: it is segment 2, under another name");
	move("web", 1, "web", 4);
	move("web", 2, "web", 1);
	move("web", 4, "web", 2);
	assert_int_equal(verify(), CTL_OK);
	move("mail", 3, "web", 3);
	assert_int_equal(verify(), CTL_FAILED);
	assert_said("web: segment 3: it is one of mail");
	assert_said("web: segment 3: it does not follow the one before it");
}

/* Whole, and signed, but by somebody else */
static void another_key_is_found(void **state)
{
	struct signer other;

	(void)state;
	rig_start(&rig);
	rig_guest(&rig, WEB, "web");
	some_files(WEB, 4);
	other = rig.signer;
	crypto_sign_keypair(rig.signer.public, rig.signer.secret);
	rig_stop(&rig);
	rig.signer = other;
	assert_int_equal(verify(), CTL_FAILED);
	assert_said("web: segment 1: it was signed with another key");
	assert_int_equal(run(ctl_verify, (struct ctl_options){ .key = "/dev/null" }), CTL_FAILED);
	assert_said("this is no public key");
}

/* The journal goes on where it finds its last segment; the host's stream knows better. */
static void what_is_cut_off_before_a_start_is_found(void **state)
{
	char kept[160];

	(void)state;
	three_segments();
	snprintf(kept, sizeof(kept), "%s/kept", rig.top);
	copy(rig.directory, kept);
	drop("web", 3);
	rig.now_ns += 1000000000;
	two_guests();
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_FAILED);
	assert_said("web went back from segment 3 to 2");

	copy(kept, rig.directory);
	drop("web", 3);
	drop("web", 2);
	drop("web", 1);
	two_guests();
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_FAILED);
	assert_said("web went back from segment 3 to 1");
}

/* Whoever can have hashes signed cannot choose as of when. */
static void what_was_signed_out_of_order_is_found(void **state)
{
	(void)state;
	rig_start(&rig);
	rig_guest(&rig, WEB, "web");
	rig_intrusion(&rig, WEB);
	rig_gone(&rig, WEB);
	rig_tick(&rig);
	rig.now_ns -= 600000000000LL;
	rig_guest(&rig, WEB + 1, "web");
	rig_gone(&rig, WEB + 1);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_FAILED);
	assert_said("web: segment 2: it was signed before the one before it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_changed_byte_is_found, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_changed_segment_is_skipped_and_named, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(missing_segments_are_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(moved_segments_are_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_key_is_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_cut_off_before_a_start_is_found, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_was_signed_out_of_order_is_found, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
