// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the journal's bounds, and of what it does without a disk, a
 * process or memory
 */
#include "asking.h"

/*
 * Bounds
 */

static off_t kept_bytes(const char *folder, uint64_t *first, uint64_t *last)
{
	struct segment_file *list;
	char path[160];
	off_t sum = 0;
	size_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", rig.directory, folder);
	fd = open(path, O_RDONLY | O_DIRECTORY);
	*first = *last = 0;
	if (fd < 0)
		return 0;
	assert_int_equal(segment_list(fd, &list, &n), 0);
	for (size_t i = 0; i < n; i++)
		sum += list[i].bytes;
	if (n) {
		*first = list[0].number;
		*last = list[n - 1].number;
	}
	free(list);
	close(fd);
	return sum;
}

/* What does not compress: names of random letters */
static void noise(uint32_t domid, unsigned int n)
{
	static uint64_t x = 1;
	char path[200] = "/";

	for (unsigned int i = 0; i < n; i++) {
		for (int k = 1; k < 199; k++) {
			x = x * 6364136223846793005ULL + 1442695040888963407ULL;
			path[k] = 'a' + (x >> 60);
		}
		rig_line(&rig, domid, &(struct line){ STARLSM_EV_CREATE, .task = 1, .path = path });
		if (i % 256 == 255)
			rig_pump(&rig);
	}
	rig_tick(&rig);
}

/* A noisy guest forgets its own past, and no other's. */
static void bounded_by_size(void **state)
{
	uint64_t first, last;

	(void)state;
	rig.limits.bytes = 1 << 20;
	rig_start(&rig);
	rig_guest(&rig, WEB, "web");
	rig_guest(&rig, MAIL, "mail");
	some_files(MAIL, 4);
	for (int i = 0; i < 12; i++) {
		noise(WEB, 1000);
		assert_true(kept_bytes("web", &first, &last) <= (1 << 20) + (300 << 10));
	}
	assert_true(first > 2 && last > first + 1);
	assert_int_equal(verify(), CTL_OK);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_int_equal(query((struct ctl_options){ .types = "create", .guest = "mail" }), CTL_OK);
	assert_int_equal(count(" create "), 4);
	/* Without its beginning a run cannot be compared. */
	assert_int_equal(replay(), CTL_FAILED);
	assert_said("something is missing");
	assert_int_equal(rig.recorder.lost, 0);
	/* What the bounds have not taken is missed. */
	kept_bytes("web", &first, &last);
	drop("web", first);
	assert_int_equal(verify(), CTL_FAILED);
	assert_said("it is missing");
}

static void bounded_by_age(void **state)
{
	uint64_t first, last;

	(void)state;
	two_guests();
	rig_stop(&rig);
	/* The files are of today, which is years after the rig's. */
	rig.now_ns += 20LL * 365 * 86400 * 1000000000;
	rig_start(&rig);
	assert_int_equal(kept_bytes("web", &first, &last), 0);
	rig_guest(&rig, MAIL, "mail");
	some_files(MAIL, 4);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_said("mail: segments 1 to 1");
	assert_false(is_said("web:"));
}

/*
 * A disk that takes nothing
 */

ssize_t __real_pwrite(int fd, const void *buf, size_t len, off_t at);
ssize_t __wrap_pwrite(int fd, const void *buf, size_t len, off_t at);

static ssize_t disk_room = -1;	/* bytes that it takes; -1: any */

ssize_t __wrap_pwrite(int fd, const void *buf, size_t len, off_t at)
{
	if (disk_room < 0)
		return __real_pwrite(fd, buf, len, at);
	if (!disk_room) {
		errno = ENOSPC;
		return -1;
	}
	if (len > (size_t)disk_room)
		len = disk_room;
	disk_room -= len;
	return __real_pwrite(fd, buf, len, at);
}

static int disk_is_good(void **state)
{
	disk_room = -1;
	sync_err = 0;
	return tear_down(state);
}

/* Full after any number of bytes of a block: the file is as if it had not been tried. */
static void a_full_disk(void **state)
{
	(void)state;
	for (ssize_t room = 0;; room += 23) {
		rig_start(&rig);
		rig_guest(&rig, WEB, "web");
		rig_tick(&rig);
		disk_room = room;
		some_files(WEB, 4);
		rig_tick(&rig);
		if (disk_room > 0) {
			/* The block fits now. */
			assert_true(room > 200);
			break;
		}
		assert_int_equal(recorder_figures(&rig.recorder).err, ENOSPC);
		assert_int_equal(verify(), CTL_OK);
		rig_tick(&rig);
		disk_room = -1;
		/* It is tried again after a while; nothing is lost of so little. */
		rig_tick(&rig);
		assert_int_equal(recorder_figures(&rig.recorder).err, ENOSPC);
		rig.now_ns += RECORDER_RETRY_NS;
		rig_tick(&rig);
		assert_int_equal(recorder_figures(&rig.recorder).err, 0);
		rig_stop(&rig);
		assert_int_equal(verify(), CTL_OK);
		assert_int_equal(replay(), CTL_OK);
	}
}

static void a_full_disk_for_long(void **state)
{
	(void)state;
	rig_start(&rig);
	rig_guest(&rig, WEB, "web");
	rig_guest(&rig, MAIL, "mail");
	rig_tick(&rig);
	disk_room = 0;
	some_files(MAIL, 4);
	noise(WEB, 3000);
	assert_int_equal(recorder_figures(&rig.recorder).err, ENOSPC);
	assert_true(recorder_figures(&rig.recorder).lost > 0);
	disk_room = -1;
	rig.now_ns += RECORDER_RETRY_NS;
	rig_tick(&rig);
	assert_int_equal(recorder_figures(&rig.recorder).err, 0);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	/* The neighbour's is all there, of its own the latest, and it is told. */
	assert_int_equal(query((struct ctl_options){ .types = "create", .guest = "mail" }), CTL_OK);
	assert_int_equal(count(" create "), 4);
	assert_int_equal(query((struct ctl_options){ .types = "create", .guest = "web" }), CTL_OK);
	assert_said("web: the disk took nothing: ");
	assert_true(count(" create ") > 100 && count(" create ") < 3000);
	assert_int_equal(replay(), CTL_FAILED);
}

static void a_disk_that_does_not_sync(void **state)
{
	(void)state;
	two_guests();
	sync_err = EIO;
	some_files(WEB, 4);
	rig_tick(&rig);
	assert_int_equal(recorder_figures(&rig.recorder).err, EIO);
	sync_err = 0;
	rig.now_ns += RECORDER_RETRY_NS;
	rig_tick(&rig);
	assert_int_equal(recorder_figures(&rig.recorder).err, 0);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_int_equal(replay(), CTL_OK);
}

/*
 * A journal that is not there
 */

static void a_journal_that_dies(void **state)
{
	(void)state;
	two_guests();
	rig_kill_recorder(&rig);
	some_files(WEB, 4);
	tap_flush(&rig.tap);
	some_files(MAIL, 4);
	tap_flush(&rig.tap);
	assert_int_equal(rig.tap.fd, -1);
	rig_start_recorder(&rig);
	some_files(WEB, 4);
	some_files(MAIL, 4);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
	assert_int_equal(query((struct ctl_options){ .types = "create" }), CTL_OK);
	/* 40 and 1, then 8 that nobody wrote down, then 8 */
	assert_int_equal(count(" create "), 49);
	assert_said("web: there was no journal: 8 events of ");
	assert_said("mail: there was no journal: 8 events of ");
	assert_int_equal(replay(), CTL_FAILED);
	assert_said("something is missing");
}

/*
 * Memory that runs out
 */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t size);

static long allocations_left = -1;	/* -1: no end */

static bool is_out_of_memory(void)
{
	if (allocations_left < 0)
		return false;
	if (allocations_left == 0)
		return true;
	allocations_left--;
	return false;
}

void *__wrap_malloc(size_t size)
{
	return is_out_of_memory() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return is_out_of_memory() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t size)
{
	return is_out_of_memory() ? NULL : __real_realloc(p, size);
}

/* A journal that was cut off is opened again, and a guest comes, with ever more memory. */
static void memory_runs_out(void **state)
{
	int fd, err = ENOMEM;
	long n;

	(void)state;
	two_guests();
	rig_kill(&rig);
	for (n = 0; err || allocations_left == 0; n++) {
		fd = open(rig.directory, O_RDONLY | O_DIRECTORY);
		assert_true(fd >= 0 && n < 200);
		allocations_left = n;
		err = recorder_init(&rig.recorder, fd, &rig.limits, rig.now_ns,
				    RIG_REAL_NS + rig.now_ns);
		if (!err) {
			recorder_tick(&rig.recorder);
			recorder_free(&rig.recorder);
		}
	}
	allocations_left = -1;
	assert_true(n > 10);
	rig_start(&rig);
	rig_guest(&rig, WEB, "web");
	some_files(WEB, 4);
	rig_stop(&rig);
	assert_int_equal(verify(), CTL_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bounded_by_size, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bounded_by_age, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_full_disk, set_up, disk_is_good),
		cmocka_unit_test_setup_teardown(a_full_disk_for_long, set_up, disk_is_good),
		cmocka_unit_test_setup_teardown(a_disk_that_does_not_sync, set_up,
						disk_is_good),
		cmocka_unit_test_setup_teardown(a_journal_that_dies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(memory_runs_out, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
