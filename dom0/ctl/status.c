// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl status, pause, unpause, reload and key
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/value.h"
#include "lib/decode.h"

/* A value that is not there yet is "-". */
static const char *optional(const json_t *guest, const char *key, double factor,
			    const char *unit, char *text, size_t size)
{
	const json_t *value = json_object_get(guest, key);
	double number = json_number_value(value) * factor;

	if (!json_is_number(value) || (json_is_real(value) && number == 0))
		return "-";
	snprintf(text, size, "%.1f %s", number, unit);
	return text;
}

/* Only what is not as it should be */
static void print_policy(const json_t *guest)
{
	const char *error = value_text(guest, "policy_error");
	int64_t sent = value_number(guest, "policy_sent");

	if (*error && strcmp(error, "ok"))
		printf("  the guest refuses policy %" PRId64, sent);
	else if (sent != value_number(guest, "policy_applied"))
		printf("  the guest has not read policy %" PRId64 " yet", sent);
}

/* Who looks at its memory, if not all is clean */
static void print_introspection(const json_t *guest)
{
	const json_t *looks = json_object_get(guest, "introspection");
	const json_t *checks = json_object_get(looks, "checks"), *check;
	size_t i, n_findings = 0, n_could_not = 0;

	if (!json_is_object(looks)) {
		printf("  not looked at");
		return;
	}
	json_array_foreach(checks, i, check) {
		n_findings += !strcmp(value_text(check, "result"), "finding");
		n_could_not += !strcmp(value_text(check, "result"), "could not look");
	}
	if (!json_is_string(json_object_get(looks, "profile")))
		printf("  no profile of its kernel");
	if (n_findings)
		printf("  tampered with, by %zu checks", n_findings);
	if (n_could_not)
		printf("  %zu checks could not look", n_could_not);
}

static void print_guest(const json_t *guest)
{
	char name[4 * MSG_NAME_MAX], age[32], rtt[32];
	const char *plain = value_text(guest, "name");
	const char *error = value_text(guest, "error");

	decode_escape(plain, strlen(plain), name, sizeof(name));
	printf("%-12s %5" PRId64 "  %-4s %-12s %5" PRId64 " %12" PRId64 " %8" PRId64
	       " %9" PRId64 " %9s %10s", name, value_number(guest, "domid"),
	       value_text(guest, "type"), value_text(guest, "state"), value_number(guest, "rings"),
	       value_number(guest, "events"), value_number(guest, "lost"),
	       value_number(guest, "backlog"),
	       optional(guest, "heartbeat_age_ms", 0.001, "s", age, sizeof(age)),
	       optional(guest, "rtt_us", 1, "us", rtt, sizeof(rtt)));
	if (*error && strcmp(error, "ok"))
		printf("  %s: %s", error, value_text(guest, "error_text"));
	else
		print_policy(guest);
	print_introspection(guest);
	putchar('\n');
}

/* Only if it is not as it should be */
static void print_journal(const json_t *journal)
{
	const char *state = value_text(journal, "state");

	if (!json_is_object(journal))
		return;
	if (!strcmp(state, "stopped"))
		printf("THE JOURNAL HAS STOPPED: %s\n", value_text(journal, "error"));
	else if (strcmp(state, "running"))
		printf("THERE IS NO JOURNAL NOW: see the log of starlsmd\n");
	if (value_number(journal, "lost"))
		printf("the journal lost %" PRId64 " entries\n", value_number(journal, "lost"));
}

static int by_name(const void *left, const void *right)
{
	const json_t *a = *(json_t * const *)left, *b = *(json_t * const *)right;
	int order = strcmp(value_text(a, "name"), value_text(b, "name"));
	int64_t x = value_number(a, "domid"), y = value_number(b, "domid");

	return order ? order : (x > y) - (x < y);
}

static bool print_guests(const json_t *guests)
{
	size_t i, n = json_array_size(guests);
	json_t **sorted = calloc(n + 1, sizeof(*sorted));

	if (!sorted)
		return false;
	for (i = 0; i < n; i++)
		sorted[i] = json_array_get(guests, i);
	qsort(sorted, n, sizeof(*sorted), by_name);
	for (i = 0; i < n; i++)
		print_guest(sorted[i]);
	free(sorted);
	return true;
}

static int print_table(const char *text)
{
	json_t *status = json_loads(text, 0, NULL);
	const json_t *guests = json_object_get(status, "guests");
	const json_t *daemon = json_object_get(status, "daemon");

	if (!json_is_array(guests)) {
		fprintf(stderr, "starlsmctl: starlsmd is of another version\n");
		json_decref(status);
		return CTL_FAILED;
	}
	printf("%-12s %5s  %-4s %-12s %5s %12s %8s %9s %9s %10s\n", "GUEST", "DOMID", "TYPE",
	       "STATE", "RINGS", "EVENTS", "LOST", "BACKLOG", "HEARTBEAT", "RTT");
	if (!print_guests(guests)) {
		fprintf(stderr, "starlsmctl: no memory\n");
		json_decref(status);
		return CTL_FAILED;
	}
	if (!json_array_size(guests))
		printf("no guest is observed\n");
	print_journal(json_object_get(daemon, "journal"));
	if (json_is_true(json_object_get(daemon, "dry_run")))
		printf("dry-run is on: what is decided is not done\n");
	json_decref(status);
	return CTL_OK;
}

int ctl_status(const struct ctl_options *opt)
{
	struct client_answer answer;
	int rc = client_ask(opt->socket, REQUEST_STATUS, opt->guest, &answer);

	if (rc)
		return rc;
	if (!opt->is_json)
		return print_table(answer.text);
	puts(answer.text);
	return CTL_OK;
}

static int ask_action(const struct ctl_options *opt, enum request request, const char *done)
{
	struct client_answer answer;
	json_t *text;
	int rc = client_ask(opt->socket, request, opt->guest, &answer);

	if (rc)
		return rc;
	text = json_loads(answer.text, 0, NULL);
	if (json_is_true(json_object_get(text, "dry_run")))
		printf("%s: not %s, dry-run is on\n", opt->guest, done);
	else
		printf("%s: %s\n", opt->guest, done);
	json_decref(text);
	return CTL_OK;
}

int ctl_pause(const struct ctl_options *opt)
{
	return ask_action(opt, REQUEST_PAUSE, "paused");
}

int ctl_unpause(const struct ctl_options *opt)
{
	return ask_action(opt, REQUEST_UNPAUSE, "unpaused");
}

int ctl_reload(const struct ctl_options *opt)
{
	struct client_answer answer;
	json_t *text;
	int rc = client_ask(opt->socket, REQUEST_RELOAD, "", &answer);

	if (rc)
		return rc;
	text = json_loads(answer.text, 0, NULL);
	printf("%" PRId64 " rules are in force", value_number(text, "rules"));
	if (value_number(text, "errors"))
		printf("; %" PRId64 " were not loaded, as the log or starlsmctl rules check says",
		       value_number(text, "errors"));
	putchar('\n');
	json_decref(text);
	return CTL_OK;
}

int ctl_key(const struct ctl_options *opt)
{
	struct client_answer answer;
	int rc = client_ask(opt->socket, REQUEST_STATUS, "", &answer);
	json_t *status;
	const char *key;

	if (rc)
		return rc;
	status = json_loads(answer.text, 0, NULL);
	key = value_text(json_object_get(json_object_get(status, "daemon"), "journal"), "key");
	if (*key)
		puts(key);
	else
		fprintf(stderr, "starlsmctl: there is no journal\n");
	rc = *key ? CTL_OK : CTL_FAILED;
	json_decref(status);
	return rc;
}
