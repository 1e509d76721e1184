// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl incidents
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/line.h"
#include "lib/attack.h"
#include "lib/format.h"
#include "lib/incident_check.h"
#include "lib/ladder.h"
#include "lib/playbook.h"
#include "lib/sigma/rule.h"

#define RED	"\033[1;31m"
#define PLAIN	"\033[0m"

/* By what an alert joined */
static const char * const link_names[INCIDENT_LINKS] = {
	[LINK_FIRST] = "first", [LINK_LINEAGE] = "lineage", [LINK_USER] = "user",
	[LINK_FILE] = "file", [LINK_PEER] = "peer", [LINK_GUEST] = "guest",
};

static const char *action_name(uint32_t action)
{
	const struct playbook_kind *kind = playbook_kind(action);

	return kind ? kind->name : "?";
}

/*
 * Figures, in us. A guest that lies about its time makes nonsense of the first
 * one, so what cannot be is not shown.
 */

#define HOUR_NS	3600000000000LL

static bool is_span(int64_t from_ns, int64_t to_ns)
{
	return from_ns && to_ns && to_ns - from_ns > -HOUR_NS && to_ns - from_ns < HOUR_NS;
}

static double span_us(int64_t from_ns, int64_t to_ns)
{
	return (to_ns - from_ns) / 1000.0;
}

/* How long the pause call took, 0 if it was not made. */
static uint64_t pause_call_ns(const struct msg_out_incident *in)
{
	for (uint32_t i = 0; i < in->n_actions && !in->dry_run; i++)
		if (in->action[i] == ACTION_PAUSE && !in->action_err[i])
			return in->action_ns[i];
	return 0;
}

static void print_span(const char *name, int64_t from_ns, int64_t to_ns)
{
	if (is_span(from_ns, to_ns))
		printf("    %-20s %12.1f us\n", name, span_us(from_ns, to_ns));
}

static void print_figures(const struct msg_out_incident *in)
{
	uint64_t call_ns = pause_call_ns(in);

	printf("  time\n");
	print_span("commit -> read", in->commit_ns, in->read_ns);
	print_span("commit -> decision", in->commit_ns, in->decided_ns);
	if (!in->paused_ns)
		return;
	print_span("commit -> pause", in->commit_ns, in->paused_ns);
	printf("    %-20s %12.1f us\n", "for comparison:", (in->rtt_ns + call_ns) / 1000.0);
	printf("    %-20s %12.1f us\n", "  channel there, back", in->rtt_ns / 1000.0);
	printf("    %-20s %12.1f us\n", "  pause call", call_ns / 1000.0);
}

static void print_action(const struct msg_out_incident *in, uint32_t i)
{
	printf("    %-20s ", action_name(in->action[i]));
	if (!in->action_ns[i])
		printf("under way\n");
	else if (in->action_err[i])
		printf("failed: %s\n", strerror(in->action_err[i]));
	else if (in->dry_run)
		printf("not done, dry-run is on\n");
	else
		printf("done in %.1f us\n", in->action_ns[i] / 1000.0);
}

static void print_tactics(uint32_t tactics)
{
	const char *between = " (";

	for (unsigned int i = 0; i < ATTACK_TACTICS; i++) {
		if (!(tactics & 1U << i))
			continue;
		printf("%s%s", between, attack_tactic_name(i));
		between = ", ";
	}
	printf("%s\n", tactics ? ")" : "");
}

static void print_alerts(const struct msg_out_incident *in, int64_t wall_ns)
{
	char when[32];

	printf("  alerts\n");
	for (uint32_t i = 0; i < in->n_alerts; i++) {
		const struct incident_alert *a = &in->alert[i];

		format_time_of_day(a->first_ns, wall_ns, when, sizeof(when));
		printf("  %c [%u] %s  %s  %s", i == in->deciding ? '*' : ' ', i + 1, when,
		       rule_level_name(a->level), a->rule);
		if (a->link != LINK_FIRST)
			printf(", by %s", link_names[a->link]);
		if (a->count > 1)
			printf(", %u times", a->count);
		putchar('\n');
		if (i != in->deciding)
			printf("          %s\n", a->reason);
	}
	if (in->n_more)
		printf("    and %u more\n", in->n_more);
}

static void print_marks(uint64_t alerts)
{
	for (uint32_t i = 0; i < INCIDENT_ALERTS_MAX; i++)
		if (alerts & 1ULL << i)
			printf(" [%u]", i + 1);
	putchar('\n');
}

/* What a node has below it; as deep as the list is long */
static void print_below(const struct msg_out_incident *in, uint32_t parent, int depth)
{
	for (uint32_t i = parent == INCIDENT_NONE ? 0 : parent + 1; i < in->n_nodes; i++) {
		const struct incident_node *n = &in->node[i];

		if (n->parent != parent)
			continue;
		printf("    %*s%s", 2 * depth, "", *n->exe ? n->exe : "?");
		if (n->pid)
			printf("[%u]", n->pid);
		if (n->uid != UINT32_MAX)
			printf(" uid %u", n->uid);
		print_marks(n->alerts);
		print_below(in, i, depth + 1);
	}
}

static void print_text(const struct msg_out_incident *in, int64_t wall_ns)
{
	char guest[4 * MSG_NAME_MAX], when[32];

	decode_escape(in->guest, strlen(in->guest), guest, sizeof(guest));
	format_time_of_day(in->decided_ns, wall_ns, when, sizeof(when));
	printf("incident %u  %s  %s (domain %u)  %s  %s  %s\n", in->id, when, guest,
	       in->domid, in->rule, rule_level_name(in->level), incident_state_name(in->state));
	printf("  verdict %s, score %u", ladder_name(in->verdict), in->score);
	print_tactics(in->tactics);
	if (*in->rule_id)
		printf("  rule %s\n", in->rule_id);
	if (*in->attack)
		printf("  ATT&CK %s\n", in->attack);
	print_alerts(in, wall_ns);
	if (in->n_nodes)
		printf("  tasks\n");
	print_below(in, INCIDENT_NONE, 0);
	printf("  steps\n");
	for (uint32_t i = 0; i < in->n_steps; i++) {
		format_time_of_day(in->step[i].mono_ns, wall_ns, when, sizeof(when));
		printf("    %s  vCPU %u #%-8" PRIu64 " %s\n", when, in->step[i].ring,
		       in->step[i].seq, in->step[i].text);
	}
	printf("  actions%s\n", in->n_actions ? "" : ": none, by policy or by rule");
	for (uint32_t i = 0; i < in->n_actions; i++)
		print_action(in, i);
	print_figures(in);
}

/*
 * JSON
 */

static json_t *json_span(int64_t from_ns, int64_t to_ns)
{
	return is_span(from_ns, to_ns) ? json_real(span_us(from_ns, to_ns)) : json_null();
}

static json_t *json_steps(const struct msg_out_incident *in, int64_t wall_ns)
{
	json_t *list = json_array();
	char when[64];

	for (uint32_t i = 0; i < in->n_steps; i++) {
		const struct incident_step *step = &in->step[i];

		format_time_utc(step->mono_ns, wall_ns, when, sizeof(when));
		json_array_append_new(list, json_pack("{s:s, s:i, s:I, s:s}", "time", when,
						      "vcpu", (int)step->ring, "seq",
						      (json_int_t)step->seq, "text",
						      step->text));
	}
	return list;
}

static json_t *json_actions(const struct msg_out_incident *in)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < in->n_actions; i++) {
		bool is_done = in->action_ns[i] && !in->action_err[i] && !in->dry_run;

		json_array_append_new(list, json_pack("{s:s, s:b, s:o, s:o}",
			"action", action_name(in->action[i]), "done", (int)is_done, "error",
			in->action_err[i] ? json_string(strerror(in->action_err[i])) : json_null(),
			"took_us", is_done ? json_real(in->action_ns[i] / 1000.0) : json_null()));
	}
	return list;
}

static json_t *json_times(const struct msg_out_incident *in)
{
	return json_pack("{s:o, s:o, s:o, s:f, s:f}",
			 "commit_to_read", json_span(in->commit_ns, in->read_ns),
			 "commit_to_decision", json_span(in->commit_ns, in->decided_ns),
			 "commit_to_pause", json_span(in->commit_ns, in->paused_ns),
			 "channel_round_trip", in->rtt_ns / 1000.0,
			 "pause_call", pause_call_ns(in) / 1000.0);
}

static json_t *json_time(int64_t at_ns, int64_t wall_ns)
{
	char when[64];

	format_time_utc(at_ns, wall_ns, when, sizeof(when));
	return json_string(when);
}

static json_t *json_tactics(uint32_t tactics)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < ATTACK_TACTICS; i++)
		if (tactics & 1U << i)
			json_array_append_new(list, json_string(attack_tactic_name(i)));
	return list;
}

static json_t *json_alerts(const struct msg_out_incident *in, int64_t wall_ns)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < in->n_alerts; i++) {
		const struct incident_alert *a = &in->alert[i];

		json_array_append_new(list, json_pack(
			"{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:I, s:s, s:b, s:s, s:i, s:I}",
			"rule", a->rule, "rule_id", a->rule_id,
			"level", rule_level_name(a->level), "attack", a->attack,
			"tactics", json_tactics(a->tactics),
			"first_seen", json_time(a->first_ns, wall_ns),
			"last_seen", json_time(a->last_ns, wall_ns),
			"count", (json_int_t)a->count, "joined_by", link_names[a->link],
			"decided", i == in->deciding, "reason", a->reason,
			"vcpu", (int)a->ring, "seq", (json_int_t)a->seq));
	}
	return list;
}

static json_t *json_marks(uint64_t alerts)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < INCIDENT_ALERTS_MAX; i++)
		if (alerts & 1ULL << i)
			json_array_append_new(list, json_integer(i));
	return list;
}

/* null for a number that nobody told */
static json_t *json_number(uint32_t number, uint32_t unknown)
{
	return number == unknown ? json_null() : json_integer(number);
}

static json_t *json_tree(const struct msg_out_incident *in)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < in->n_nodes; i++) {
		const struct incident_node *n = &in->node[i];

		json_array_append_new(list, json_pack("{s:o, s:I, s:o, s:o, s:s, s:o}",
			"parent", json_number(n->parent, INCIDENT_NONE),
			"task", (json_int_t)n->task, "pid", json_number(n->pid, 0),
			"uid", json_number(n->uid, UINT32_MAX), "exe", n->exe,
			"alerts", json_marks(n->alerts)));
	}
	return list;
}

/* What it is, and what decided it */
static json_t *json_head(const struct msg_out_incident *in, int64_t wall_ns)
{
	return json_pack("{s:i, s:o, s:o, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o}",
			 "id", (int)in->id, "time", json_time(in->decided_ns, wall_ns),
			 "guest", format_json_string(in->guest, strlen(in->guest)),
			 "domid", (int)in->domid, "rule", in->rule,
			 "rule_id", in->rule_id, "level", rule_level_name(in->level),
			 "attack", in->attack,
			 "state", incident_state_name(in->state), "reason", in->reason,
			 "dry_run", (int)in->dry_run, "steps", json_steps(in, wall_ns),
			 "actions", json_actions(in), "us", json_times(in));
}

/* What it is made of */
static json_t *json_whole(const struct msg_out_incident *in, int64_t wall_ns)
{
	return json_pack("{s:s, s:i, s:o, s:o, s:o, s:o, s:i, s:o}",
			 "verdict", ladder_name(in->verdict), "score", (int)in->score,
			 "tactics", json_tactics(in->tactics),
			 "first_seen", json_time(in->first_ns, wall_ns),
			 "last_seen", json_time(in->last_ns, wall_ns),
			 "alerts", json_alerts(in, wall_ns), "more_alerts", (int)in->n_more,
			 "tree", json_tree(in));
}

json_t *incident_json(const struct msg *m, int64_t wall_ns)
{
	const struct msg_out_incident *in = (const void *)m;
	json_t *object, *whole;

	if (!incident_check(m))
		return NULL;
	object = json_head(in, wall_ns);
	whole = json_whole(in, wall_ns);
	if (object && whole && !json_object_update(object, whole)) {
		json_decref(whole);
		return object;
	}
	json_decref(object);
	json_decref(whole);
	return NULL;
}

int incident_print(const struct msg *m, int64_t wall_ns, bool is_json)
{
	if (is_json)
		return line_print(incident_json(m, wall_ns)) ? 0 : -1;
	if (!incident_check(m))
		return -1;
	print_text((const void *)m, wall_ns);
	return 0;
}

/*
 * In a stream of events
 */

/* Which alert has come, if there is another that decided */
static void print_news(const struct msg_out_incident *in)
{
	const struct incident_alert *a;

	if (in->news == INCIDENT_NONE || in->n_alerts == 1)
		return;
	a = &in->alert[in->news];
	printf("    joined by %s: %s (%s), score %u\n", link_names[a->link], a->rule,
	       rule_level_name(a->level), in->score);
	if (in->news != in->deciding)
		printf("    reason: %s\n", a->reason);
}

static void print_decision(const struct msg_out_incident *in)
{
	printf("    reason: %s\n    decision: %s:", in->reason, ladder_name(in->verdict));
	for (uint32_t i = 0; i < in->n_actions; i++)
		printf("%s %s", i ? ", then" : "", action_name(in->action[i]));
	printf("%s\n", in->n_actions ? "" : " nothing is done");
}

/* When it became what it is: the actions follow each other. */
static int64_t changed_ns(const struct msg_out_incident *in)
{
	int64_t at_ns = in->decided_ns;

	if (in->news != INCIDENT_NONE)
		return in->last_ns;
	for (uint32_t i = 0; i < in->n_actions && in->action_ns[i]; i++) {
		if (in->action[i] == ACTION_PAUSE && in->paused_ns)
			at_ns = in->paused_ns;
		else
			at_ns = (int64_t)((uint64_t)at_ns + in->action_ns[i]);
	}
	return at_ns;
}

int incident_print_change(const struct msg *m, int64_t wall_ns, bool is_coloured)
{
	const struct msg_out_incident *in = (const void *)m;
	char guest[4 * MSG_NAME_MAX], when[32];
	uint32_t n_done = 0;

	if (!incident_check(m))
		return -1;
	decode_escape(in->guest, strlen(in->guest), guest, sizeof(guest));
	format_time_of_day(changed_ns(in), wall_ns, when, sizeof(when));
	printf("%s %-8s %sINCIDENT %u %s: %s%s\n", when, guest, is_coloured ? RED : "",
	       in->id, in->rule, incident_state_name(in->state), is_coloured ? PLAIN : "");
	print_news(in);
	if (in->news != INCIDENT_NONE && in->news != in->deciding)
		return 0;
	for (uint32_t i = 0; i < in->n_actions; i++)
		n_done += in->action_ns[i] != 0;
	if (!n_done)
		print_decision(in);
	for (uint32_t i = 0; n_done && i < in->n_actions; i++)
		print_action(in, i);
	return 0;
}

/*
 * The command
 */

struct show {
	const struct ctl_options *opt;
	int64_t wall_ns;
	uint32_t n;
	bool is_bad;
};

static bool take(void *arg, const struct msg *m)
{
	struct show *show = arg;
	const struct msg_out_incident *in = (const void *)m;

	show->is_bad = !incident_check(m);
	if (show->is_bad)
		return false;
	if (!ctl_is_wanted(show->opt, in->guest, in->domid))
		return true;
	if (show->n++ && !show->opt->is_json)
		putchar('\n');
	show->is_bad = incident_print(m, show->wall_ns, show->opt->is_json);
	return !show->is_bad;
}

int ctl_incidents(const struct ctl_options *opt)
{
	struct show show = { .opt = opt, .wall_ns = ctl_wall_ns() };
	struct client_answer answer;
	bool was_interrupted;
	int rc = client_ask(opt->socket, REQUEST_INCIDENTS, "", &answer);

	if (rc)
		return rc;
	if (answer.fd < 0 || !client_stream(answer.fd, take, &show, &was_interrupted) ||
	    show.is_bad) {
		fprintf(stderr, "starlsmctl: starlsmd sent what is no incident\n");
		return CTL_FAILED;
	}
	if (!show.n && !opt->is_json)
		puts("no incidents");
	return CTL_OK;
}

/*
 * Closing one
 */

struct closing {
	uint32_t id;
	bool is_there, is_closed, is_bad;
};

static bool look_for(void *arg, const struct msg *m)
{
	const struct msg_out_incident *in = (const void *)m;
	struct closing *c = arg;

	c->is_bad = !incident_check(m);
	if (!c->is_bad && in->id == c->id) {
		c->is_there = true;
		c->is_closed = in->state == INCIDENT_CLOSED;
	}
	return !c->is_bad;
}

static bool take_id(const struct ctl_options *opt, uint32_t *id)
{
	const char *text = opt->n_args == 1 ? opt->args[0] : "";
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	*id = number;
	return isdigit((unsigned char)*text) && !*end && number && number <= UINT32_MAX;
}

int ctl_close(const struct ctl_options *opt)
{
	struct closing c = { 0 };
	struct client_answer answer;
	bool was_interrupted;
	int rc;

	if (!take_id(opt, &c.id)) {
		fprintf(stderr, "starlsmctl: which incident? usage: starlsmctl close ID\n");
		return CTL_USAGE;
	}
	rc = client_ask_close(opt->socket, c.id, &answer);
	if (rc)
		return rc;
	if (answer.fd < 0 || !client_stream(answer.fd, look_for, &c, &was_interrupted) || c.is_bad)
		fprintf(stderr, "starlsmctl: starlsmd sent what is no incident\n");
	else if (!c.is_there)
		fprintf(stderr, "starlsmctl: there is no incident %u\n", c.id);
	else if (!c.is_closed)
		fprintf(stderr, "starlsmctl: incident %u is not closed\n", c.id);
	else
		printf("incident %u is closed\n", c.id);
	return c.is_closed && !c.is_bad ? CTL_OK : CTL_FAILED;
}
