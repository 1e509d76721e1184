// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a report's model out of what starlsmd still knows
 *
 * Its engine's buffer has the latest events of all guests, and no findings.
 */
#include <stdio.h>
#include <string.h>

#include "ctl/client.h"
#include "ctl/report_gather.h"
#include "ctl/report_model.h"
#include "ctl/report_pick.h"
#include "lib/format.h"

struct stream {
	const struct ctl_options *opt;
	uint32_t number;
	int64_t wall_ns;
	json_t *incident;	/* NULL: not found yet */
	uint32_t domid;
	struct pick *pick;
	bool is_second;		/* time through the events */
	bool is_bad;
};

static bool take_incident(void *arg, const struct msg *m)
{
	const struct msg_out_incident *in = (const void *)m;
	struct stream *s = arg;
	json_t *incident = incident_json(m, s->wall_ns);

	s->is_bad = !incident;
	if (incident && in->id == s->number && ctl_is_wanted(s->opt, in->guest, in->domid)) {
		json_decref(s->incident);
		s->incident = json_incref(incident);
		s->domid = in->domid;
	}
	json_decref(incident);
	return !s->is_bad;
}

static bool take_event(void *arg, const struct msg *m)
{
	struct format_event fe;
	struct stream *s = arg;

	if (m->type != MSG_OUT_EVENT)
		return true;
	s->is_bad = format_parse(m, &fe);
	if (s->is_bad || fe.out->domid != s->domid)
		return !s->is_bad;
	if (s->is_second)
		pick_take(s->pick, &fe, s->wall_ns);
	else
		pick_note(s->pick, &fe);
	return true;
}

static int listen_to(struct stream *s, enum request request, client_take take)
{
	struct client_answer answer;
	bool was_interrupted;
	int rc = client_ask(s->opt->socket, request, "", &answer);

	if (rc)
		return rc;
	if (answer.fd >= 0 && client_stream(answer.fd, take, s, &was_interrupted) && !s->is_bad)
		return CTL_OK;
	fprintf(stderr, "starlsmctl: starlsmd is of another version\n");
	return CTL_FAILED;
}

static int gather_events(struct stream *s, json_t *model)
{
	int rc;

	s->pick = pick_new(s->incident);
	if (!s->pick) {
		fprintf(stderr, "starlsmctl: no memory\n");
		return CTL_FAILED;
	}
	rc = listen_to(s, REQUEST_EVENTS, take_event);
	pick_ready(s->pick);
	s->is_second = true;
	if (!rc)
		rc = listen_to(s, REQUEST_EVENTS, take_event);
	pick_finish(s->pick, model);
	pick_free(s->pick);
	return rc;
}

static int gather_runs(const struct stream *s, json_t *model)
{
	json_t *all, *run, *runs = json_array();
	struct client_answer answer;
	int rc = client_ask(s->opt->socket, REQUEST_RUNS, "", &answer);
	char when[64];
	size_t i;

	json_object_set_new(model, "runs", runs);
	if (rc)
		return rc;
	all = json_loads(answer.text, 0, NULL);
	json_array_foreach(all, i, run) {
		if (model_number(run, "incident") != s->number ||
		    model_number(run, "domid") != s->domid)
			continue;
		format_time_utc(json_integer_value(json_object_get(run, "began_ns")), s->wall_ns,
				when, sizeof(when));
		json_object_set_new(run, "began", json_string(when));
		json_array_append(runs, run);
	}
	json_decref(all);
	return CTL_OK;
}

int gather_daemon(const struct ctl_options *opt, uint32_t number, json_t *model)
{
	struct stream s = { .opt = opt, .number = number, .wall_ns = ctl_wall_ns() };
	int rc = listen_to(&s, REQUEST_INCIDENTS, take_incident);

	if (!rc && !s.incident)
		rc = gather_unknown(number, "what starlsmd still knows");
	if (!rc) {
		json_object_set(model, "incident", s.incident);
		rc = gather_runs(&s, model);
	}
	if (!rc)
		rc = gather_events(&s, model);
	json_decref(s.incident);
	return rc;
}
