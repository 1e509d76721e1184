// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl runs
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/value.h"
#include "lib/decode.h"
#include "lib/format.h"

static void print_escaped(const char *before, const char *text)
{
	char escaped[1024];

	decode_escape(text, strlen(text), escaped, sizeof(escaped));
	if (*escaped)
		printf("%s%s", before, escaped);
}

/* "pause, beside capture": steps of one group say so. */
static void print_step(const json_t *step, bool is_beside)
{
	const char *state = value_text(step, "state");
	int64_t tries = value_number(step, "tries");

	printf("  %s %-19s ", is_beside ? "|" : " ", value_text(step, "action"));
	if (!strcmp(state, "would"))
		printf("not done, would");
	else
		printf("%s", state);
	if (!strcmp(state, "done"))
		printf(" in %.1f ms",
		       json_number_value(json_object_get(step, "took_us")) / 1000);
	if (tries > 1)
		printf(", %" PRId64 " tries", tries);
	print_escaped(": ", value_text(step, "error"));
	print_escaped(": ", value_text(step, "text"));
	putchar('\n');
}

static void print_run(const json_t *run, int64_t wall_ns)
{
	const json_t *steps = json_object_get(run, "steps"), *step;
	int64_t group = -1, incident = value_number(run, "incident");
	char when[32];
	size_t i;

	format_time_of_day(value_number(run, "began_ns"), wall_ns, when, sizeof(when));
	printf("run %" PRId64 "  %s ", value_number(run, "id"), when);
	print_escaped(" ", value_text(run, "guest"));
	printf(" (domain %" PRId64 ")  %s", value_number(run, "domid"), value_text(run, "playbook"));
	print_escaped("  ", value_text(run, "rule"));
	if (incident)
		printf(" (incident %" PRId64 ")", incident);
	printf("\n  => %s\n", value_text(run, "end_text"));
	json_array_foreach(steps, i, step) {
		print_step(step, value_number(step, "group") == group);
		group = value_number(step, "group");
	}
}

int ctl_runs(const struct ctl_options *opt)
{
	struct client_answer answer;
	int rc = client_ask(opt->socket, REQUEST_RUNS, opt->guest, &answer);
	const json_t *run;
	json_t *runs;
	size_t i;

	if (rc)
		return rc;
	if (opt->is_json) {
		puts(answer.text);
		return CTL_OK;
	}
	runs = json_loads(answer.text, 0, NULL);
	if (!json_is_array(runs)) {
		fprintf(stderr, "starlsmctl: starlsmd is of another version\n");
		json_decref(runs);
		return CTL_FAILED;
	}
	json_array_foreach(runs, i, run)
		print_run(run, ctl_wall_ns());
	if (!json_array_size(runs))
		puts("no playbook was carried out");
	json_decref(runs);
	return CTL_OK;
}
