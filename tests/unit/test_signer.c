// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the host's key: made once, kept to root, used for one thing
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/statement.h"
#include "starlsmd/signer.h"

static char top[] = "/tmp/starlsm-signer-XXXXXX";
static char path[96], public_path[128];

static int set_up(void **state)
{
	(void)state;
	strcpy(top, "/tmp/starlsm-signer-XXXXXX");
	if (!mkdtemp(top))
		return -1;
	snprintf(path, sizeof(path), "%s/made/key", top);
	snprintf(public_path, sizeof(public_path), "%s.pub", path);
	return 0;
}

static int tear_down(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf %s", top);
	return system(command);
}

static void write_text(const char *text)
{
	FILE *f = fopen(path, "w");

	fputs(text, f);
	fclose(f);
}

static void made_once(void **state)
{
	char text[SIGNER_TEXT(crypto_sign_PUBLICKEYBYTES)], kept[100] = "";
	struct signer first, again;
	struct stat st;
	FILE *f;

	(void)state;
	assert_int_equal(signer_open(&first, path), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(signer_open(&again, path), 0);
	assert_memory_equal(&first, &again, sizeof(first));
	signer_public_text(&first, text);
	f = fopen(public_path, "r");
	assert_non_null(f);
	assert_non_null(fgets(kept, sizeof(kept), f));
	fclose(f);
	kept[strcspn(kept, "\n")] = 0;
	assert_string_equal(kept, text);
}

static void signatures(void **state)
{
	const struct msg_seal m = { .msg = { MSG_SEAL, sizeof(m) }, .ticket = 4, .hash = { 1, 2 } };
	struct msg_sealed answer;
	struct statement s;
	struct signer signer;

	(void)state;
	assert_int_equal(signer_open(&signer, path), 0);
	answer = signer_sign(&signer, &m, 1234);
	assert_int_equal(answer.ticket, 4);
	assert_int_equal(answer.sealed_ns, 1234);
	assert_memory_equal(answer.key_id, signer.public, sizeof(answer.key_id));
	statement_make(&s, m.hash, 1234);
	assert_true(statement_is_signed(&s, answer.signature, signer.public));
	s.sealed_ns++;
	assert_false(statement_is_signed(&s, answer.signature, signer.public));
	statement_make(&s, m.hash, 1234);
	s.hash[0] ^= 1;
	assert_false(statement_is_signed(&s, answer.signature, signer.public));
}

static void what_is_no_key(void **state)
{
	struct signer s;
	char text[200];

	(void)state;
	assert_int_equal(signer_open(&s, path), 0);
	chmod(path, 0640);
	assert_int_equal(signer_open(&s, path), -1);
	chmod(path, 0600);
	write_text("");
	assert_int_equal(signer_open(&s, path), -1);
	memset(text, 'a', sizeof(text));
	text[128] = '\n';
	text[129] = 0;
	write_text(text);
	assert_int_equal(signer_open(&s, path), 0);
	text[127] = 'g';
	write_text(text);
	assert_int_equal(signer_open(&s, path), -1);
	text[127] = 'a';
	text[129] = 'a';
	text[130] = 0;
	write_text(text);
	assert_int_equal(signer_open(&s, path), -1);
	/* A link would be another's file. */
	unlink(path);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	assert_int_equal(signer_open(&s, path), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(made_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(signatures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_key, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
