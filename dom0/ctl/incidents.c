// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl incidents
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "lib/format.h"
#include "lib/playbook.h"
#include "lib/sigma/rule.h"

#define RED	"\033[1;31m"
#define PLAIN	"\033[0m"

static const char * const state_names[] = {
	[INCIDENT_OPEN] = "open", [INCIDENT_ACTING] = "acting",
	[INCIDENT_CONTAINED] = "contained", [INCIDENT_FAILED] = "failed",
};

static const char *action_name(uint32_t action)
{
	const struct playbook_kind *kind = playbook_kind(action);

	return kind ? kind->name : "?";
}

/* All texts in it were escaped by the engine, but for the guest's name. */
static int check(const struct msg *m)
{
	const struct msg_out_incident *in = (const void *)m;

	if (m->type != MSG_OUT_INCIDENT || m->len != sizeof(*in) ||
	    in->state > INCIDENT_FAILED || in->level >= LEVELS || in->n_steps > INCIDENT_STEPS_MAX ||
	    in->n_actions > VERDICT_ACTIONS_MAX)
		return -1;
	if (!memchr(in->guest, 0, sizeof(in->guest)) || !memchr(in->rule, 0, sizeof(in->rule)) ||
	    !memchr(in->rule_id, 0, sizeof(in->rule_id)) ||
	    !memchr(in->attack, 0, sizeof(in->attack)) ||
	    !memchr(in->reason, 0, sizeof(in->reason)))
		return -1;
	for (uint32_t i = 0; i < in->n_steps; i++)
		if (!memchr(in->step[i].text, 0, sizeof(in->step[i].text)))
			return -1;
	return 0;
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

static void print_text(const struct msg_out_incident *in, int64_t wall_ns)
{
	char guest[4 * MSG_NAME_MAX], when[32];

	decode_escape(in->guest, strlen(in->guest), guest, sizeof(guest));
	format_time_of_day(in->decided_ns, wall_ns, when, sizeof(when));
	printf("incident %u  %s  %s (domain %u)  %s  %s  %s\n", in->id, when, guest,
	       in->domid, in->rule, rule_level_name(in->level), state_names[in->state]);
	if (*in->rule_id)
		printf("  rule %s\n", in->rule_id);
	if (*in->attack)
		printf("  ATT&CK %s\n", in->attack);
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

static int print_json(const struct msg_out_incident *in, int64_t wall_ns)
{
	char when[64];
	json_t *object;

	format_time_utc(in->decided_ns, wall_ns, when, sizeof(when));
	object = json_pack("{s:i, s:s, s:o, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:o}",
			   "id", (int)in->id, "time", when,
			   "guest", format_json_string(in->guest, strlen(in->guest)),
			   "domid", (int)in->domid, "rule", in->rule,
			   "rule_id", in->rule_id, "level", rule_level_name(in->level),
			   "attack", in->attack,
			   "state", state_names[in->state], "reason", in->reason,
			   "dry_run", (int)in->dry_run, "steps", json_steps(in, wall_ns),
			   "actions", json_actions(in), "us", json_times(in));
	if (!object)
		return -1;
	json_dumpf(object, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(object);
	return 0;
}

int incident_print(const struct msg *m, int64_t wall_ns, bool is_json)
{
	const struct msg_out_incident *in = (const void *)m;

	if (check(m))
		return -1;
	if (is_json)
		return print_json(in, wall_ns);
	print_text(in, wall_ns);
	return 0;
}

/*
 * In a stream of events
 */

static void print_decision(const struct msg_out_incident *in)
{
	printf("    reason: %s\n    decision:", in->reason);
	for (uint32_t i = 0; i < in->n_actions; i++)
		printf("%s %s", i ? ", then" : "", action_name(in->action[i]));
	printf("%s\n", in->n_actions ? "" : " alert only");
}

/* When it became what it is: the actions follow each other. */
static int64_t changed_ns(const struct msg_out_incident *in)
{
	int64_t at_ns = in->decided_ns;

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

	if (check(m))
		return -1;
	decode_escape(in->guest, strlen(in->guest), guest, sizeof(guest));
	format_time_of_day(changed_ns(in), wall_ns, when, sizeof(when));
	printf("%s %-8s %sINCIDENT %u %s: %s%s\n", when, guest, is_coloured ? RED : "",
	       in->id, in->rule, state_names[in->state], is_coloured ? PLAIN : "");
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

	show->is_bad = check(m);
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
