// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an incident in OCSF's words: what was detected, and what becomes of it
 */
#include "export/ocsf_incident.h"

#include <inttypes.h>
#include <string.h>

#include "lib/attack.h"
#include "lib/incident_check.h"
#include "lib/ladder.h"
#include "lib/playbook.h"
#include "lib/sigma/rule.h"

/* How its state is called there: a number and its caption */
static const struct {
	int id;
	const char *status;
} states[INCIDENT_STATES] = {
	[INCIDENT_OPEN] = { 1, "New" },
	[INCIDENT_ACTING] = { 2, "In Progress" },
	/* Somebody still has to look: resolved it is not. */
	[INCIDENT_CONTAINED] = { OCSF_OTHER, "Contained" },
	[INCIDENT_FAILED] = { OCSF_OTHER, "Failed" },
	[INCIDENT_CLOSED] = { 5, "Closed" },
};

static enum ocsf_severity severity(uint32_t level)
{
	return OCSF_INFORMATIONAL + level;
}

/* Takes the item over. */
static void add(json_t **list, json_t *item)
{
	if (!json_array_append_new(*list, item))
		return;
	json_decref(*list);
	*list = NULL;
}

/* "T1068, T1547.006" */
static json_t *techniques(const char *list)
{
	json_t *array = json_array();

	while (*list) {
		size_t len = strcspn(list, ", ");

		if (len)
			add(&array, json_pack("{s:s, s:{s:o}}", "version", ATTACK_VERSION,
					      "technique", "uid", format_json_string(list, len)));
		list += len;
		list += strspn(list, ", ");
	}
	return array;
}

static json_t *tactics(uint32_t bits)
{
	json_t *array = json_array();

	for (unsigned int i = 0; i < ATTACK_TACTICS; i++)
		if (bits & 1U << i)
			add(&array, json_pack("{s:s, s:{s:s}}", "version", ATTACK_VERSION,
					      "tactic", "name", attack_tactic_name(i)));
	return array;
}

/*
 * The same over its whole life; an alert has its place in the list and the time when
 * it came. Another host's or boot's are others.
 */
static json_t *uid(const struct ocsf *o, const struct msg_out_incident *in, uint32_t alert)
{
	return json_sprintf("%s-%u-%u-%" PRId64 ".%u", o->host, in->domid, in->id,
			    in->alert[alert].first_ns / 1000000, alert);
}

/* Of the one that decided more is known. */
static const char *reason(const struct msg_out_incident *in, uint32_t alert)
{
	return alert == in->deciding ? in->reason : in->alert[alert].reason;
}

static json_t *finding_info(const struct ocsf *o, const struct msg_out_incident *in,
			    uint32_t alert)
{
	const struct incident_alert *a = &in->alert[alert];
	json_t *f = json_pack("{s:o, s:o, s:o, s:o, s:o, s:{s:o, s:i, s:s}}", "uid",
			      uid(o, in, alert), "title", ocsf_text(a->rule), "desc",
			      ocsf_text(reason(in, alert)), "first_seen_time",
			      ocsf_time(o, a->first_ns), "last_seen_time",
			      ocsf_time(o, a->last_ns), "analytic", "name",
			      ocsf_text(a->rule), "type_id", 1, "type", "Rule");

	if (*a->rule_id)
		ocsf_put(&f, "types", json_pack("[o]", ocsf_text(a->rule_id)));
	if (*a->attack)
		ocsf_put(&f, "attacks", techniques(a->attack));
	return f;
}

static json_t *finding_info_list(const struct ocsf *o, const struct msg_out_incident *in)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < in->n_alerts; i++)
		add(&array, finding_info(o, in, i));
	return array;
}

static json_t *steps(const struct ocsf *o, const struct msg_out_incident *in)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < in->n_steps; i++) {
		const struct incident_step *step = &in->step[i];

		add(&array, json_pack("{s:{s:o, s:o, s:i, s:I}}", "data", "text",
				      ocsf_text(step->text), "time",
				      ocsf_time(o, step->mono_ns), "vcpu", step->ring, "seq",
				      (json_int_t)step->seq));
	}
	return array;
}

static const char *outcome(const struct msg_out_incident *in, uint32_t i)
{
	if (!in->action_ns[i])
		return "under way";
	if (in->action_err[i])
		return "failed";
	return in->dry_run ? "not done, dry run" : "done";
}

static json_t *actions(const struct msg_out_incident *in)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < in->n_actions; i++) {
		const struct playbook_kind *kind = playbook_kind(in->action[i]);

		add(&array, json_pack("{s:s, s:s, s:I}", "action", kind ? kind->name : "?",
				      "outcome", outcome(in, i), "took_ns",
				      (json_int_t)in->action_ns[i]));
	}
	return array;
}

json_t *ocsf_detection(const struct ocsf *o, const struct msg_out_incident *in, uint32_t alert)
{
	const struct incident_alert *a = &in->alert[alert];
	json_t *d = ocsf_begin(o, OCSF_DETECTION, 1, "Create", severity(a->level), a->first_ns);

	ocsf_put(&d, "finding_info", finding_info(o, in, alert));
	ocsf_put(&d, "device", ocsf_device(in->guest, in->domid));
	/* the steps are of that one */
	if (alert == in->deciding)
		ocsf_put(&d, "evidences", steps(o, in));
	ocsf_put(&d, "is_alert", json_true());
	ocsf_put(&d, "status_id", json_integer(1));
	ocsf_put(&d, "status", json_string("New"));
	ocsf_put(&d, "message", ocsf_text(reason(in, alert)));
	ocsf_put(&d, "unmapped", json_pack("{s:i, s:i, s:I}", "incident", in->id, "vcpu", a->ring,
					   "seq", (json_int_t)a->seq));
	return d;
}

static json_t *unmapped(const struct msg_out_incident *in)
{
	return json_pack("{s:i, s:s, s:s, s:i, s:i, s:b, s:o}", "incident", in->id, "state",
			 incident_state_name(in->state), "verdict", ladder_name(in->verdict),
			 "score", in->score, "more_alerts", in->n_more, "dry_run",
			 in->dry_run != 0, "actions", actions(in));
}

json_t *ocsf_incident(const struct ocsf *o, const struct msg_out_incident *in, bool is_new,
		      int64_t mono_ns)
{
	bool is_closed = in->state == INCIDENT_CLOSED;
	json_t *i = ocsf_begin(o, OCSF_INCIDENT, is_closed ? 3 : is_new ? 1 : 2,
			       is_closed ? "Close" : is_new ? "Create" : "Update",
			       severity(in->level), is_new ? in->first_ns : mono_ns);

	ocsf_put(&i, "finding_info_list", finding_info_list(o, in));
	ocsf_put(&i, "attacks", tactics(in->tactics));
	ocsf_put(&i, "device", ocsf_device(in->guest, in->domid));
	ocsf_put(&i, "status_id", json_integer(states[in->state].id));
	ocsf_put(&i, "status", json_string(states[in->state].status));
	/* The schema wants to know whose it is now. */
	ocsf_put(&i, "assignee_group", json_pack("{s:s}", "name", "unassigned"));
	ocsf_put(&i, "start_time", ocsf_time(o, in->first_ns));
	ocsf_put(&i, "end_time", ocsf_time(o, in->last_ns));
	ocsf_put(&i, "desc", ocsf_text(in->reason));
	ocsf_put(&i, "message", json_sprintf("incident %u: %s, verdict %s, score %u", in->id,
					     incident_state_name(in->state),
					     ladder_name(in->verdict), in->score));
	ocsf_put(&i, "unmapped", unmapped(in));
	return i;
}
