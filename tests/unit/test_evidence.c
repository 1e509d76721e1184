// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of bundles of evidence: what was written is verified, and
 * nothing that was changed afterwards is
 */
#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/bundle.h"
#include "lib/evidence.h"

void log_msg(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

void log_msg(int priority, const char *fmt, ...)
{
	(void)priority;
	(void)fmt;
}

static char top[] = "/tmp/test_evidence.XXXXXX";
static char key[64], public_key[64], other_key[64];
static int folder;
static char said[4096];

static void write_pem(const char *private_path, const char *public_path)
{
	EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	FILE *file = fopen(private_path, "w");

	assert_non_null(pair);
	PEM_write_PrivateKey(file, pair, NULL, NULL, 0, NULL, NULL);
	fclose(file);
	file = fopen(public_path, "w");
	PEM_write_PUBKEY(file, pair);
	fclose(file);
	EVP_PKEY_free(pair);
}

static int make_keys(void **state)
{
	char unused[64];

	(void)state;
	if (!mkdtemp(top))
		return -1;
	snprintf(key, sizeof(key), "%s/key", top);
	snprintf(public_key, sizeof(public_key), "%s/pub", top);
	snprintf(unused, sizeof(unused), "%s/key2", top);
	snprintf(other_key, sizeof(other_key), "%s/pub2", top);
	write_pem(key, public_key);
	write_pem(unused, other_key);
	return 0;
}

static int remove_all(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", top);
	return system(command);
}

static void add_file(struct bundle *b, const char *name, const char *text)
{
	assert_int_equal(bundle_open(b, name), 0);
	bundle_write(b, text, strlen(text));
	assert_int_equal(bundle_close(b, 0), 0);
}

/* A bundle of two files and one that could not be taken; its descriptor is in folder. */
static int set_up(void **state)
{
	static int n;
	char parent[96], name[32];
	struct bundle b;

	(void)state;
	snprintf(parent, sizeof(parent), "%s/bundles", top);
	snprintf(name, sizeof(name), "web-%d", n++);
	assert_int_equal(bundle_begin(&b, parent, name), 0);
	assert_int_equal(bundle_has_room(&b, 1), 0);
	assert_int_equal(bundle_has_room(&b, 1ULL << 60), ENOSPC);
	add_file(&b, "one", "first");
	add_file(&b, "two", "");
	assert_int_equal(bundle_open(&b, "three"), 0);
	bundle_write(&b, "x", 1);
	assert_int_equal(bundle_close(&b, EPERM), EPERM);
	assert_int_equal(bundle_end(&b, json_pack("{s:s}", "guest", "web"), key), 0);
	/* it has its name now, and no other */
	assert_int_equal(faccessat(b.parent, name, F_OK, 0), 0);
	strcat(name, ".part");
	assert_int_equal(faccessat(b.parent, name, F_OK, 0), -1);
	close(b.parent);
	folder = b.folder;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return close(folder);
}

static bool verify(const char *with)
{
	FILE *out = fmemopen(said, sizeof(said), "w");
	bool ok = evidence_verify(folder, with, out);

	fclose(out);
	return ok;
}

static void as_written(void **state)
{
	json_t *m = evidence_manifest(folder);
	const json_t *missing = json_object_get(m, "missing");

	(void)state;
	assert_true(verify(NULL));
	assert_true(verify(public_key));
	assert_string_equal(said, "");
	assert_int_equal(json_array_size(json_object_get(m, "files")), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(missing, 0), "name")),
			    "three");
	assert_string_equal(json_string_value(json_object_get(m, "guest")), "web");
	json_decref(m);
}

static void known_hash(void **state)
{
	char hash[EVIDENCE_HASH_LEN];
	uint64_t size;

	(void)state;
	assert_int_equal(evidence_hash(folder, "one", hash, &size), 0);
	assert_int_equal(size, 5);
	/* printf first | sha256sum */
	assert_string_equal(hash,
		"a7937b64b8caa58f03721bb6bacf5c78cb235febe0e70b1b84cd99541461a08e");
	assert_int_equal(evidence_hash(folder, "four", hash, &size), ENOENT);
}

static void change(const char *name, off_t at, char with)
{
	int fd;

	fchmodat(folder, name, 0600, 0);
	fd = openat(folder, name, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, &with, 1, at), 1);
	close(fd);
}

static void content_changed(void **state)
{
	(void)state;
	change("one", 2, 'X');
	assert_false(verify(NULL));
	assert_string_equal(said, "one: has another content\n");
	change("two", 0, 'X');
	assert_false(verify(NULL));
	assert_non_null(strstr(said, "two: has another size\n"));
	unlinkat(folder, "one", 0);
	assert_false(verify(NULL));
	assert_non_null(strstr(said, "one: No such file"));
}

static void something_added(void **state)
{
	(void)state;
	close(openat(folder, "new\n", O_WRONLY | O_CREAT, 0600));
	assert_false(verify(NULL));
	assert_string_equal(said, "new\\x0a: is not in the manifest\n");
}

/* Who changes a file and the manifest with it, has no signature for that. */
static void manifest_changed(void **state)
{
	struct stat st;
	int n_refused = 0;

	(void)state;
	assert_int_equal(fstatat(folder, EVIDENCE_MANIFEST, &st, 0), 0);
	for (off_t at = 0; at < st.st_size; at++) {
		char old;
		int fd = openat(folder, EVIDENCE_MANIFEST, O_RDONLY);

		assert_int_equal(pread(fd, &old, 1, at), 1);
		close(fd);
		change(EVIDENCE_MANIFEST, at, old ^ 1);
		n_refused += !verify(public_key);
		change(EVIDENCE_MANIFEST, at, old);
	}
	assert_int_equal(n_refused, st.st_size);
	assert_true(verify(public_key));
	change(EVIDENCE_SIGNATURE, 3, 'X');
	assert_false(verify(public_key));
	unlinkat(folder, EVIDENCE_SIGNATURE, 0);
	assert_false(verify(public_key));
	assert_non_null(strstr(said, "is not signed"));
	assert_true(verify(NULL));
	unlinkat(folder, EVIDENCE_MANIFEST, 0);
	assert_false(verify(NULL));
}

static void other_keys(void **state)
{
	(void)state;
	assert_false(verify(other_key));
	assert_non_null(strstr(said, "not what was signed with that key"));
	assert_false(verify("/nonexistent"));
	/* a private one is no public one */
	assert_false(verify(key));
}

static void twice(void **state)
{
	char parent[96];
	struct bundle b;

	(void)state;
	snprintf(parent, sizeof(parent), "%s/bundles", top);
	assert_int_equal(bundle_begin(&b, parent, "twice"), 0);
	json_decref(b.files);
	json_decref(b.missing);
	close(b.folder);
	close(b.parent);
	assert_int_equal(bundle_begin(&b, parent, "twice"), EEXIST);
	close(b.parent);
	assert_int_equal(bundle_begin(&b, "/nonexistent/folder", "x"), ENOENT);
}

#define EVIDENCE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		EVIDENCE_TEST(as_written),
		EVIDENCE_TEST(known_hash),
		EVIDENCE_TEST(content_changed),
		EVIDENCE_TEST(something_added),
		EVIDENCE_TEST(manifest_changed),
		EVIDENCE_TEST(other_keys),
		cmocka_unit_test(twice),
	};

	return cmocka_run_group_tests(tests, make_keys, remove_all);
}
