// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of starlsmctl's words: what --help says is what a shell offers
 *
 * This program is also starlsmctl, for the shell: test_complete --complete WORD...
 */
#include "cmocka_all.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/commands.h"
#include "ctl/complete.h"

#ifndef TOP
#error "TOP is the folder of the repository"
#endif

/* No command is run here. */
#define COMMAND(name) int name(const struct ctl_options *opt) { (void)opt; abort(); }
COMMAND(ctl_status) COMMAND(ctl_top) COMMAND(ctl_events) COMMAND(ctl_incidents)
COMMAND(ctl_close) COMMAND(ctl_inspect) COMMAND(ctl_modules) COMMAND(ctl_ps)
COMMAND(ctl_pause) COMMAND(ctl_unpause) COMMAND(ctl_reload) COMMAND(ctl_runs)
COMMAND(ctl_capacity) COMMAND(ctl_undo) COMMAND(ctl_moves) COMMAND(ctl_migrate)
COMMAND(ctl_evidence) COMMAND(ctl_rules) COMMAND(ctl_verify) COMMAND(ctl_replay)
COMMAND(ctl_key) COMMAND(ctl_report)

static char asked_at[64];	/* the socket */
static bool is_away;

int client_try(const char *path, enum request request, struct client_answer *answer)
{
	if (request != REQUEST_STATUS || !answer->patience_ms)
		abort();
	snprintf(asked_at, sizeof(asked_at), "%s", path);
	answer->text = "{\"guests\":[{\"name\":\"web\"},{\"name\":\"web-2\"},{\"name\":\"mail\"},"
		       "{\"name\":\"$(reboot)\"},{\"name\":\"a b\"},{\"name\":\"\"},{}]}";
	return is_away ? CTL_NO_DAEMON : CTL_OK;
}

static char *offered;
static size_t offered_len;

/* The words up to a NULL; what is offered is in offered, each with a newline. */
static int offer(const char *word, ...)
{
	FILE *to = open_memstream(&offered, &offered_len);
	char *words[16];
	int n = 0, rc;
	va_list ap;

	va_start(ap, word);
	for (; word; word = va_arg(ap, const char *))
		words[n++] = (char *)word;
	va_end(ap);
	rc = complete(n, words, to);
	fclose(to);
	return rc;
}

static void assert_offered(int rc, const char *want)
{
	assert_int_equal(rc, CTL_OK);
	assert_string_equal(offered, want);
	free(offered);
}

static void assert_file(int rc)
{
	assert_int_equal(rc, CTL_FAILED);
	assert_string_equal(offered, "");
	free(offered);
}

/* The first word of each line that begins so */
static char *words_of(const char *help, const char *begin)
{
	char *words = calloc(1, strlen(help) + 2), *at = words;
	const char *line = help;

	while (line && *line) {
		if (!strncmp(line, begin, strlen(begin))) {
			int len = strcspn(line + 2, " ");

			at += sprintf(at, "%.*s\n", len, line + 2);
		}
		line = strchr(line, '\n');
		line += line != NULL;
	}
	return words;
}

static char *help_of(const struct command *c)
{
	size_t len;
	char *help;
	FILE *to = open_memstream(&help, &len);

	if (c)
		command_help(to, c);
	else
		commands_help(to);
	fclose(to);
	return help;
}

static void commands_are_those_of_help(void **state)
{
	char *help = help_of(NULL), *names = words_of(help, "  ");

	(void)state;
	assert_non_null(strstr(names, "status\n"));
	assert_non_null(strstr(names, "key\n"));
	assert_offered(offer("", NULL), names);
	assert_offered(offer(NULL), names);
	assert_offered(offer("--socket", "/s", "", NULL), names);
	assert_offered(offer("re", NULL), "reload\nreplay\nreport\n");
	assert_offered(offer("status ", NULL), "");
	/* one that is none yet */
	assert_offered(offer("sttus", "key", NULL), "key\n");
	free(names);
	free(help);
}

static void options_are_those_of_help(void **state)
{
	const struct command *c;
	char want[1024];

	(void)state;
	for (unsigned int i = 0; (c = command_at(i)); i++) {
		char *help = help_of(c), *names = words_of(help, "  --");

		snprintf(want, sizeof(want), "%s--help\n", names);
		assert_offered(offer(c->name, "-", NULL), want);
		free(names);
		free(help);
	}
	assert_offered(offer("-", NULL), "--socket\n--help\n--version\n");
	assert_offered(offer("status", "--j", NULL), "--json\n");
	assert_offered(offer("status", "--w", NULL), "");
	assert_offered(offer("events", "--guest", "web", "--s", NULL), "--since\n--socket\n");
}

static void guests(void **state)
{
	(void)state;
	assert_offered(offer("inspect", "", NULL), "web\nweb-2\nmail\n");
	assert_string_equal(asked_at, CLIENT_SOCKET);
	assert_offered(offer("--socket", "/run/s", "status", "--guest", "w", NULL), "web\nweb-2\n");
	assert_string_equal(asked_at, "/run/s");
	assert_offered(offer("status", "--guest", "=", "web-", NULL), "web-2\n");
	assert_offered(offer("status", "--guest", "=", NULL), "web\nweb-2\nmail\n");
	assert_offered(offer("inspect", "--json", "m", NULL), "mail\n");
	/* it has one, and takes no more */
	assert_offered(offer("inspect", "web", "", NULL), "");
	assert_offered(offer("migrate", "web", "", NULL), "");
	is_away = true;
	assert_offered(offer("inspect", "", NULL), "");
	is_away = false;
}

static void other_words(void **state)
{
	(void)state;
	assert_offered(offer("events", "--type", "exec,unl", NULL), "exec,unlink\n");
	assert_offered(offer("events", "--type", "inc", NULL), "incident\n");
	assert_offered(offer("rules", "", NULL), "check\ntest\n");
	assert_offered(offer("evidence", "v", NULL), "verify\n");
	assert_offered(offer("status", "", NULL), "");
}

static void files(void **state)
{
	(void)state;
	assert_file(offer("rules", "check", "", NULL));
	assert_file(offer("rules", "test", "r", "--events", "", NULL));
	assert_file(offer("verify", "", NULL));
	assert_file(offer("report", "7", "-o", "x", NULL));
	assert_file(offer("report", "7", "--output", "x", NULL));
	assert_file(offer("events", "--since", "", NULL));
	assert_file(offer("--socket", "/", NULL));
}

/* As bash calls it: the words in a line, of which the last but one is completed here */
static void assert_bash(const char *words, int at, const char *want)
{
	char command[1024], self[512], said[512] = "";
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	FILE *bash;

	assert_true(n > 0);
	self[n] = 0;
	snprintf(command, sizeof(command),
		 "bash -c '. %s/dom0/dist/starlsmctl.bash; compopt() { echo \"compopt $*\"; };"
		 " COMP_WORDS=(starlsmctl %s); COMP_CWORD=%d; _starlsmctl %s;"
		 " printf \"%%s|\" \"${COMPREPLY[@]}\"'", TOP, words, at, self);
	bash = popen(command, "r");
	assert_non_null(bash);
	said[fread(said, 1, sizeof(said) - 1, bash)] = 0;
	assert_int_equal(pclose(bash), 0);
	assert_string_equal(said, want);
}

static void in_bash(void **state)
{
	(void)state;
	assert_bash("re", 1, "reload|replay|report|");
	assert_bash("status --guest w more", 3, "web|web-2|");
	assert_bash("rules \"\"", 2, "check|test|");
	assert_bash("inspect web \"\"", 3, "|");
	assert_bash("verify \"\"", 2, "compopt -o default\n|");
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_are_those_of_help),
		cmocka_unit_test(options_are_those_of_help),
		cmocka_unit_test(guests),
		cmocka_unit_test(other_words),
		cmocka_unit_test(files),
		cmocka_unit_test(in_bash),
	};

	if (argc > 1 && !strcmp(argv[1], "--complete"))
		return complete(argc - 2, argv + 2, stdout);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
