// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of reading files of rules: which ones, in which order
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/rulefiles.h"

static char dir[] = "/tmp/starlsm-rules-XXXXXX";
static char wrong_text[4096];

static void write_file(const char *name, const char *text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int set_up(void **state)
{
	char path[256];

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/sub", dir);
	mkdir(path, 0700);
	write_file("b.yml", "bb");
	write_file("a.yaml", "a");
	write_file("readme.txt", "no rule");
	write_file("sub/c.yml", "");
	return 0;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

static void wrong(void *arg, const char *path, const char *why)
{
	(void)arg;
	snprintf(wrong_text, sizeof(wrong_text), "%s: %s", path, why);
}

static void assert_next(const struct rulefiles *f, size_t *at, const char *name,
			const char *text)
{
	struct rulefile file;

	assert_int_equal(rulefiles_next(f->bytes, f->len, at, &file), 1);
	assert_string_equal(strrchr(file.name, '/') + 1, name);
	assert_int_equal(file.len, strlen(text));
	assert_memory_equal(file.text, text, file.len);
}

static void rules_of_a_folder_in_order(void **state)
{
	struct rulefiles f = { 0 };
	struct rulefile file;
	size_t at = 0;

	(void)state;
	wrong_text[0] = 0;
	rulefiles_add(&f, dir, wrong, NULL);
	assert_string_equal(wrong_text, "");
	assert_int_equal(f.n_files, 3);
	assert_next(&f, &at, "a.yaml", "a");
	assert_next(&f, &at, "b.yml", "bb");
	assert_next(&f, &at, "c.yml", "");
	assert_int_equal(rulefiles_next(f.bytes, f.len, &at, &file), 0);
	rulefiles_free(&f);
}

/* One that is named is read whatever its name. */
static void a_named_file_whatever_its_name(void **state)
{
	struct rulefiles f = { 0 };
	char path[256];
	size_t at = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/readme.txt", dir);
	rulefiles_add(&f, path, wrong, NULL);
	assert_next(&f, &at, "readme.txt", "no rule");
	rulefiles_free(&f);
}

static void file_that_is_not_there(void **state)
{
	struct rulefiles f = { 0 };

	(void)state;
	rulefiles_add(&f, "/nonexistent/rules", wrong, NULL);
	assert_string_equal(wrong_text, "/nonexistent/rules: No such file or directory");
	assert_int_equal(f.n_files, 0);
	rulefiles_free(&f);
}

static void too_long_files(void **state)
{
	static char text[256 * 1024 + 1];
	struct rulefiles f = { 0 };

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	write_file("sub/long.yml", text);
	rulefiles_add(&f, dir, wrong, NULL);
	assert_non_null(strstr(wrong_text, "long.yml: is longer than 256 KiB"));
	assert_int_equal(f.n_files, 3);
	rulefiles_free(&f);
}

/* Whatever is cut off or changed is noticed, and nothing behind the end is read. */
static void nonsense_is_noticed(void **state)
{
	struct rulefiles f = { 0 };
	struct rulefile file;

	(void)state;
	assert_int_equal(rulefiles_put(&f, "n", "text", 4), 0);
	for (size_t len = 1; len < f.len; len++) {
		char *copy = malloc(len);
		size_t at = 0;

		memcpy(copy, f.bytes, len);
		assert_int_equal(rulefiles_next(copy, len, &at, &file), -1);
		free(copy);
	}
	for (size_t i = 0; i < 8; i++) {
		size_t at = 0;

		f.bytes[i] ^= 0x40;
		assert_int_equal(rulefiles_next(f.bytes, f.len, &at, &file), -1);
		f.bytes[i] ^= 0x40;
	}
	rulefiles_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_of_a_folder_in_order),
		cmocka_unit_test(a_named_file_whatever_its_name),
		cmocka_unit_test(file_that_is_not_there),
		cmocka_unit_test(too_long_files),
		cmocka_unit_test(nonsense_is_noticed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
