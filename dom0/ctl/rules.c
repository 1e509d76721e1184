// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl rules: what is wrong with rules, what they would match
 *
 * Nothing is asked of starlsmd: rules and events are read from files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/event_json.h"
#include "ctl/recall.h"
#include "engine/findings.h"
#include "lib/sigma/correlate.h"
#include "lib/sigma/load.h"

struct tally {
	unsigned int n_errors;	/* rules or files that were not loaded */
	unsigned int n_notes;
};

static void complain(void *arg, enum report_kind kind, const char *file, unsigned int line,
		     const char *text)
{
	struct tally *tally = arg;

	if (kind == REPORT_ERROR)
		tally->n_errors++;
	else
		tally->n_notes++;
	fflush(stdout);
	fprintf(stderr, "%s:%u: %s%s\n", file, line, kind == REPORT_ERROR ? "" : "note: ",
		text);
}

/* How many there are, and of them those that no event can match */
static void count(const struct plan *plan, unsigned int *n, unsigned int *n_never)
{
	*n = *n_never = 0;
	for (unsigned int i = 0; i < plan_n_rules(plan); i++) {
		const struct sigma_rule *rule = plan_rule(plan, i);

		if (!rule)
			continue;
		++*n;
		*n_never += rule->condition && rule->condition->op == NODE_FALSE;
	}
}

static int check(const struct ctl_options *opt)
{
	struct tally tally = { 0 };
	struct plan *plan = load_rules(opt->paths, opt->n_paths, complain, &tally);
	unsigned int n, n_never;

	if (!plan)
		return CTL_FAILED;
	count(plan, &n, &n_never);
	plan_free(plan);
	printf("%u rules loaded, %u of them can match no event; %u errors, %u notes\n", n,
	       n_never, tally.n_errors, tally.n_notes);
	return tally.n_errors ? CTL_FAILED : CTL_OK;
}

/*
 * Testing
 */

struct test_run {
	struct matcher *matcher;
	struct correlator *correlator;
	struct groups *groups;		/* of the guest; of a file, of all that its events are of */
	int64_t time_ns;		/* of the event */
	const struct recalled *recalled;	/* of a journal; NULL: a line of a file */
	unsigned long line;		/* or the number of the event */
	unsigned long n_hits;
};

/* A journal's is found again by its time and number, and is shown below. */
static void show_place(const struct test_run *run)
{
	const struct recalled *r = run->recalled;
	char when[64], guest[4 * MSG_NAME_MAX];

	if (!r) {
		printf("%lu: ", run->line);
		return;
	}
	format_time_utc(r->finding ? r->now_ns : r->event.out->mono_ns, r->wall_ns, when,
			sizeof(when));
	decode_escape(r->facts->guest.bytes, r->facts->guest.len, guest, sizeof(guest));
	printf("%s %s: ", when, guest);
}

static void show(const struct test_run *run, const struct sigma_rule *rule)
{
	static char line[FORMAT_LINE_MAX];
	static struct alert found;

	show_place(run);
	printf("%s: %s%s%s%s%s\n", rule_level_name(rule->level), rule->title,
	       rule->id[0] ? ", " : "", rule->id, rule->attack[0] ? ", " : "", rule->attack);
	if (!run->recalled)
		return;
	if (run->recalled->finding) {
		findings_alert(run->recalled->finding, run->time_ns, &found);
		printf("    %s\n", found.step[0].text);
		return;
	}
	format_line(&run->recalled->event, run->recalled->wall_ns, false, line, sizeof(line));
	printf("    %s\n", line);
}

static void show_alert(void *arg, const struct sigma_rule *rule)
{
	struct test_run *run = arg;

	run->n_hits++;
	show(run, rule);
}

static void take_hit(void *arg, const struct sigma_rule *rule)
{
	struct test_run *run = arg;

	if (!rule->is_silent)
		show_alert(run, rule);
	correlator_feed(run->correlator, run->matcher, rule, run->groups, run->time_ns,
			show_alert, run);
}

/* false if the line is no event */
static bool test_line(struct test_run *run, struct event_json *event, const char *line,
		      const char *file)
{
	json_error_t error;
	json_t *object = json_loads(line, 0, &error);
	const char *wrong = object ? event_json_read(event, object) : error.text;

	run->time_ns = event->time_ns;
	if (wrong)
		fprintf(stderr, "%s:%lu: %s\n", file, run->line, wrong);
	else
		matcher_run(run->matcher, &event->facts, take_hit, run);
	json_decref(object);
	return !wrong;
}

static int test_file(struct test_run *run, const char *path)
{
	static struct event_json event;
	FILE *file = strcmp(path, "-") ? fopen(path, "re") : stdin;
	char *line = NULL;
	size_t size = 0;
	bool is_good = true;

	if (!file) {
		fprintf(stderr, "starlsmctl: %s: %s\n", path, strerror(errno));
		return CTL_FAILED;
	}
	while (getline(&line, &size, file) > 0) {
		run->line++;
		if (*line != '\n')
			is_good &= test_line(run, &event, line, path);
	}
	free(line);
	if (file != stdin)
		fclose(file);
	printf("%lu matches in %lu lines\n", run->n_hits, run->line);
	return is_good ? CTL_OK : CTL_FAILED;
}

static void test_recalled(void *arg, const struct recalled *r)
{
	struct test_run *run = arg;

	run->line++;
	run->recalled = r;
	run->groups = r->groups;
	run->time_ns = r->now_ns;
	matcher_run(run->matcher, r->facts, take_hit, run);
}

static int test_journal(struct test_run *run, const char *directory)
{
	int rc = recall(directory, test_recalled, run);

	printf("%lu matches in %lu events and findings\n", run->n_hits, run->line);
	return rc;
}

static int test(const struct ctl_options *opt)
{
	const struct hash_seed seed = { { 0, 0 } };
	struct tally tally = { 0 };
	struct plan *plan = load_rules(opt->paths, opt->n_paths, complain, &tally);
	struct test_run run = { 0 };
	struct groups *groups;
	int rc = CTL_FAILED;

	if (!plan)
		return CTL_FAILED;
	run.matcher = matcher_new(plan);
	run.correlator = correlator_new(&seed);
	run.groups = groups = groups_new(&seed, GROUPS_GUEST);
	if (!run.matcher || !run.correlator || !groups)
		fprintf(stderr, "starlsmctl: no memory\n");
	else if (opt->journal)
		rc = test_journal(&run, opt->journal);
	else
		rc = test_file(&run, opt->events);
	groups_free(groups);
	correlator_free(run.correlator);
	matcher_free(run.matcher);
	plan_free(plan);
	return tally.n_errors ? CTL_FAILED : rc;
}

int ctl_rules(const struct ctl_options *opt)
{
	return strcmp(opt->verb, "test") ? check(opt) : test(opt);
}
