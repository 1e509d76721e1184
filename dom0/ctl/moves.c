// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl migrate, undo and moves
 */
#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/value.h"
#include "lib/decode.h"

/*
 * A run that is begun by hand, and waited for
 */

static volatile sig_atomic_t is_interrupted;
static bool has_line;		/* of a terminal, not ended yet */

static void on_signal(int number)
{
	(void)number;
	is_interrupted = 1;
}

/* One line of a terminal; elsewhere a line when something else has begun */
static void show(const char *action, const char *text)
{
	static char shown[1024];

	if (isatty(STDERR_FILENO)) {
		fprintf(stderr, "\r\033[K%s: %s", action, text);
		has_line = true;
	} else if (strncmp(text, shown, strcspn(text, ","))) {
		fprintf(stderr, "%s: %s\n", action, text);
		snprintf(shown, sizeof(shown), "%s", text);
	}
}

static void end_line(void)
{
	if (has_line)
		fputc('\n', stderr);
}

/* What is being done now, on standard error */
static void show_progress(const json_t *run)
{
	const json_t *steps = json_object_get(run, "steps"), *step;
	char escaped[1024];
	size_t i;

	json_array_foreach(steps, i, step) {
		const char *text = value_text(step, "text");

		if (strcmp(value_text(step, "state"), "doing") || !*text)
			continue;
		decode_escape(text, strlen(text), escaped, sizeof(escaped));
		show(value_text(step, "action"), escaped);
	}
}

/* The guest's latest run, once it is over; NULL: not yet. A reference to drop. */
static json_t *ended_run(const struct ctl_options *opt, int *rc)
{
	struct client_answer answer;
	json_t *runs, *last;

	*rc = client_ask(opt->socket, REQUEST_RUNS, opt->guest, &answer);
	if (*rc)
		return NULL;
	runs = json_loads(answer.text, 0, NULL);
	last = json_incref(json_array_get(runs, json_array_size(runs) - 1));
	json_decref(runs);
	if (json_is_true(json_object_get(last, "over")))
		return last;
	show_progress(last);
	json_decref(last);
	return NULL;
}

/* A line a step; CTL_OK if each was done, or would have been. */
static int print_run(const json_t *run)
{
	const json_t *steps = json_object_get(run, "steps"), *step;
	int rc = CTL_OK;
	size_t i;

	json_array_foreach(steps, i, step) {
		const char *state = value_text(step, "state"), *text = value_text(step, "text");
		char escaped[1024];

		if (strcmp(state, "done") && strcmp(state, "would"))
			rc = CTL_FAILED;
		decode_escape(text, strlen(text), escaped, sizeof(escaped));
		printf("%s: %s%s%s\n", value_text(step, "action"), state, *escaped ? ": " : "",
		       escaped);
	}
	puts(value_text(run, "end_text"));
	return rc;
}

static int begin_and_wait(const struct ctl_options *opt, enum request request)
{
	const struct sigaction sa = { .sa_handler = on_signal };
	struct client_answer answer;
	json_t *run = NULL;
	int rc = client_ask_host(opt->socket, request, opt->guest, opt->host, &answer);

	sigaction(SIGINT, &sa, NULL);
	while (!rc && !(run = ended_run(opt, &rc)) && !rc && !is_interrupted)
		sleep(1);
	end_line();
	if (!rc && !run) {
		fprintf(stderr, "starlsmctl: it goes on; starlsmctl runs tells how far it is\n");
		return CTL_FAILED;
	}
	if (!rc)
		rc = print_run(run);
	json_decref(run);
	return rc;
}

int ctl_migrate(const struct ctl_options *opt)
{
	return begin_and_wait(opt, REQUEST_MIGRATE);
}

int ctl_undo(const struct ctl_options *opt)
{
	return begin_and_wait(opt, REQUEST_UNDO);
}

/*
 * Moves
 */

static void print_move(const json_t *guest)
{
	const json_t *due = json_object_get(guest, "due_s");
	const char *text = value_text(guest, "guest");
	char name[128], when[32] = "-";

	decode_escape(text, strlen(text), name, sizeof(name));
	if (json_is_integer(due))
		snprintf(when, sizeof(when), "%" PRId64 " s", (int64_t)json_integer_value(due));
	printf("%-12s %5" PRId64 " %10s %8" PRId64 " s %9" PRId64 "  %s\n", name,
	       value_number(guest, "domid"), when,
	       value_number(guest, "here_s"), value_number(guest, "events_per_s"),
	       value_text(guest, "reason"));
}

int ctl_moves(const struct ctl_options *opt)
{
	struct client_answer answer;
	int rc = client_ask(opt->socket, REQUEST_MOVES, "", &answer);
	const json_t *guest;
	json_t *guests;
	size_t i;

	if (rc)
		return rc;
	if (opt->is_json) {
		puts(answer.text);
		return CTL_OK;
	}
	guests = json_loads(answer.text, 0, NULL);
	printf("%-12s %5s %10s %10s %9s\n", "GUEST", "DOMID", "DUE IN", "HERE FOR", "EVENTS/S");
	json_array_foreach(guests, i, guest)
		print_move(guest);
	json_decref(guests);
	return CTL_OK;
}
