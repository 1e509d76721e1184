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
#include "lib/decode.h"

static const char *text_of(const json_t *guest, const char *key)
{
	const char *text = json_string_value(json_object_get(guest, key));

	return text ? text : "-";
}

static int64_t number_of(const json_t *guest, const char *key)
{
	return json_integer_value(json_object_get(guest, key));
}

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
	const char *error = text_of(guest, "policy_error");
	int64_t sent = number_of(guest, "policy_sent");

	if (strcmp(error, "ok") && strcmp(error, "-"))
		printf("  the guest refuses policy %" PRId64, sent);
	else if (sent != number_of(guest, "policy_applied"))
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
		n_findings += !strcmp(text_of(check, "result"), "finding");
		n_could_not += !strcmp(text_of(check, "result"), "could not look");
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
	const char *plain = text_of(guest, "name");
	const char *error = text_of(guest, "error");

	decode_escape(plain, strlen(plain), name, sizeof(name));
	printf("%-12s %5" PRId64 "  %-4s %-12s %5" PRId64 " %12" PRId64 " %8" PRId64
	       " %9" PRId64 " %9s %10s", name, number_of(guest, "domid"),
	       text_of(guest, "type"), text_of(guest, "state"), number_of(guest, "rings"),
	       number_of(guest, "events"), number_of(guest, "lost"),
	       number_of(guest, "backlog"),
	       optional(guest, "heartbeat_age_ms", 0.001, "s", age, sizeof(age)),
	       optional(guest, "rtt_us", 1, "us", rtt, sizeof(rtt)));
	if (strcmp(error, "ok") && strcmp(error, "-"))
		printf("  %s: %s", error, text_of(guest, "error_text"));
	else
		print_policy(guest);
	print_introspection(guest);
	putchar('\n');
}

/* Only if it is not as it should be */
static void print_journal(const json_t *journal)
{
	const char *state = text_of(journal, "state");

	if (!json_is_object(journal))
		return;
	if (!strcmp(state, "stopped"))
		printf("THE JOURNAL HAS STOPPED: %s\n", text_of(journal, "error"));
	else if (strcmp(state, "running"))
		printf("THERE IS NO JOURNAL NOW: see the log of starlsmd\n");
	if (number_of(journal, "lost"))
		printf("the journal lost %" PRId64 " entries\n", number_of(journal, "lost"));
}

static int by_name(const void *left, const void *right)
{
	const json_t *a = *(json_t * const *)left, *b = *(json_t * const *)right;
	int order = strcmp(text_of(a, "name"), text_of(b, "name"));
	int64_t x = number_of(a, "domid"), y = number_of(b, "domid");

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
	printf("%" PRId64 " rules are in force", number_of(text, "rules"));
	if (number_of(text, "errors"))
		printf("; %" PRId64 " were not loaded, as the log or starlsmctl rules check says",
		       number_of(text, "errors"));
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
	key = text_of(json_object_get(json_object_get(status, "daemon"), "journal"), "key");
	if (*key && strcmp(key, "-"))
		puts(key);
	else
		fprintf(stderr, "starlsmctl: there is no journal\n");
	rc = *key && strcmp(key, "-") ? CTL_OK : CTL_FAILED;
	json_decref(status);
	return rc;
}
