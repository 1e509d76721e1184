// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an incident in OCSF's words: what was detected, and what becomes of it
 */
#include "export/ocsf_incident.h"

#include <inttypes.h>
#include <string.h>

#include "lib/playbook.h"
#include "lib/sigma/rule.h"

#define IS_ENDED(text)	memchr(text, 0, sizeof(text))

/* How its state is called there: a number, its caption, and ours */
static const struct {
	int id;
	const char *status, *name;
} states[] = {
	[INCIDENT_OPEN] = { 1, "New", "open" },
	[INCIDENT_ACTING] = { 2, "In Progress", "acting" },
	/* Somebody still has to look: resolved it is not. */
	[INCIDENT_CONTAINED] = { OCSF_OTHER, "Contained", "contained" },
	[INCIDENT_FAILED] = { OCSF_OTHER, "Failed", "failed" },
};

bool ocsf_incident_is_sane(const struct msg *m)
{
	const struct msg_out_incident *in = (const void *)m;

	if (m->type != MSG_OUT_INCIDENT || m->len != sizeof(*in) ||
	    in->state > INCIDENT_FAILED || in->level >= LEVELS ||
	    in->n_steps > INCIDENT_STEPS_MAX || in->n_actions > VERDICT_ACTIONS_MAX ||
	    !IS_ENDED(in->guest) || !IS_ENDED(in->rule) || !IS_ENDED(in->rule_id) ||
	    !IS_ENDED(in->attack) || !IS_ENDED(in->reason))
		return false;
	for (uint32_t i = 0; i < in->n_steps; i++)
		if (!IS_ENDED(in->step[i].text))
			return false;
	return true;
}

static enum ocsf_severity severity(const struct msg_out_incident *in)
{
	return OCSF_INFORMATIONAL + in->level;
}

/* "T1068, T1547.006" */
static json_t *attacks(const char *list)
{
	json_t *array = json_array();

	while (*list) {
		size_t len = strcspn(list, ", ");

		if (len && json_array_append_new(array, json_pack("{s:{s:o}}", "technique", "uid",
								  format_json_string(list, len)))) {
			json_decref(array);
			return NULL;
		}
		list += len;
		list += strspn(list, ", ");
	}
	return array;
}

/* The same over its whole life, and another host's or boot's is another */
static json_t *uid(const struct ocsf *o, const struct msg_out_incident *in)
{
	return json_sprintf("%s-%u-%u-%" PRId64, o->host, in->domid, in->id,
			    in->decided_ns / 1000000);
}

static json_t *finding_info(const struct ocsf *o, const struct msg_out_incident *in)
{
	json_t *f = json_pack("{s:o, s:o, s:o, s:o, s:{s:o, s:i, s:s}}", "uid", uid(o, in),
			      "title", ocsf_text(in->rule), "desc", ocsf_text(in->reason),
			      "created_time", ocsf_time(o, in->decided_ns), "analytic",
			      "name", ocsf_text(in->rule), "type_id", 1, "type", "Rule");

	if (*in->rule_id)
		ocsf_put(&f, "types", json_pack("[o]", ocsf_text(in->rule_id)));
	if (*in->attack)
		ocsf_put(&f, "attacks", attacks(in->attack));
	return f;
}

static json_t *steps(const struct ocsf *o, const struct msg_out_incident *in)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < in->n_steps; i++) {
		const struct incident_step *step = &in->step[i];

		if (json_array_append_new(array, json_pack("{s:{s:o, s:o, s:i, s:I}}", "data",
				"text", ocsf_text(step->text), "time", ocsf_time(o, step->mono_ns),
				"vcpu", step->ring, "seq", (json_int_t)step->seq))) {
			json_decref(array);
			return NULL;
		}
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

		if (json_array_append_new(array, json_pack("{s:s, s:s, s:I}", "action",
				kind ? kind->name : "?", "outcome", outcome(in, i), "took_ns",
				(json_int_t)in->action_ns[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

json_t *ocsf_detection(const struct ocsf *o, const struct msg_out_incident *in)
{
	json_t *d = ocsf_begin(o, OCSF_DETECTION, 1, "Create", severity(in), in->decided_ns);

	ocsf_put(&d, "finding_info", finding_info(o, in));
	ocsf_put(&d, "device", ocsf_device(in->guest, in->domid));
	ocsf_put(&d, "evidences", steps(o, in));
	ocsf_put(&d, "is_alert", json_true());
	ocsf_put(&d, "status_id", json_integer(1));
	ocsf_put(&d, "status", json_string("New"));
	ocsf_put(&d, "message", ocsf_text(in->reason));
	return d;
}

json_t *ocsf_incident(const struct ocsf *o, const struct msg_out_incident *in, bool is_new,
		      int64_t mono_ns)
{
	json_t *i = ocsf_begin(o, OCSF_INCIDENT, is_new ? 1 : 2, is_new ? "Create" : "Update",
			       severity(in), is_new ? in->decided_ns : mono_ns);

	ocsf_put(&i, "finding_info_list", json_pack("[o]", finding_info(o, in)));
	ocsf_put(&i, "device", ocsf_device(in->guest, in->domid));
	ocsf_put(&i, "status_id", json_integer(states[in->state].id));
	ocsf_put(&i, "status", json_string(states[in->state].status));
	/* The schema wants to know whose it is now. */
	ocsf_put(&i, "assignee_group", json_pack("{s:s}", "name", "unassigned"));
	ocsf_put(&i, "start_time", ocsf_time(o, in->n_steps ? in->step[0].mono_ns :
					     in->decided_ns));
	ocsf_put(&i, "desc", ocsf_text(in->reason));
	ocsf_put(&i, "message", json_sprintf("incident %u: %s", in->id, states[in->state].name));
	ocsf_put(&i, "unmapped", json_pack("{s:i, s:s, s:b, s:o}", "incident", in->id, "state",
					   states[in->state].name, "dry_run", in->dry_run != 0,
					   "actions", actions(in)));
	return i;
}
