// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the playbooks that the responder carries out, as it last told of them
 */
#include "starlsmd/runs.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lib/playbook.h"

/* As many fit an answer, with all their steps. */
#define RUNS_MAX	24

/* So long a victim is a threat to others */
#define THREAT_S	600

struct runs {
	struct msg_run run[RUNS_MAX];	/* id 0: empty */
};

struct runs *runs_new(void)
{
	return calloc(1, sizeof(struct runs));
}

/* That run's place, an empty one, or that of the oldest */
static struct msg_run *place(struct runs *runs, uint32_t id)
{
	struct msg_run *oldest = runs->run;

	for (struct msg_run *r = runs->run; r < runs->run + RUNS_MAX; r++) {
		if (r->id == id)
			return r;
		if (r->id < oldest->id)
			oldest = r;
	}
	return oldest;
}

int runs_take(struct runs *runs, const struct msg_run *m)
{
	if (!m->id || playbook_wrong(&m->playbook) || !memchr(m->guest, 0, sizeof(m->guest)) ||
	    !memchr(m->rule, 0, sizeof(m->rule)))
		return -1;
	for (uint32_t i = 0; i < PLAYBOOK_STEPS_MAX; i++)
		if (!memchr(m->step[i].text, 0, sizeof(m->step[i].text)))
			return -1;
	*place(runs, m->id) = *m;
	return 0;
}

static json_t *string(const char *text)
{
	json_t *s = json_string(text);

	return s ? s : json_string("?");
}

static json_t *step_json(const struct msg_run *r, uint32_t i)
{
	const struct run_step *s = &r->step[i];

	return json_pack("{s:s, s:I, s:s, s:I, s:o, s:o, s:f}",
			 "action", playbook_kind(r->playbook.step[i].action)->name,
			 "group", (json_int_t)r->playbook.step[i].group,
			 "state", step_state_name(s->state),
			 "tries", (json_int_t)s->n_tries,
			 "error", s->err ? string(strerror(s->err)) : json_null(),
			 "text", string(s->text),
			 "took_us", (s->end_ns - s->start_ns) / 1000.0);
}

static json_t *run_json(const struct msg_run *r)
{
	json_t *steps = json_array();

	for (uint32_t i = 0; i < r->playbook.n_steps; i++)
		json_array_append_new(steps, step_json(r, i));
	return json_pack("{s:I, s:o, s:I, s:I, s:s, s:o, s:b, s:b, s:s, s:s, s:I, s:o}",
			 "id", (json_int_t)r->id,
			 "guest", string(r->guest),
			 "domid", (json_int_t)r->domid,
			 "incident", (json_int_t)r->incident,
			 "playbook", r->playbook.name,
			 "rule", string(r->rule),
			 "dry_run", r->dry_run != 0,
			 "over", r->phase == RUN_ENDED,
			 "end", run_end_name(r->end),
			 "end_text", run_end_text(r->end),
			 "began_ns", (json_int_t)r->began_ns,
			 "steps", steps);
}

static bool is_wanted(const struct msg_run *r, const char *which)
{
	char domid[16];

	snprintf(domid, sizeof(domid), "%u", r->domid);
	return r->id && (!*which || !strcmp(which, r->guest) || !strcmp(which, domid));
}

/* The one with the smallest id above that; NULL at the end. */
static const struct msg_run *after(const struct runs *runs, uint32_t id)
{
	const struct msg_run *found = NULL;

	for (const struct msg_run *r = runs->run; r < runs->run + RUNS_MAX; r++)
		if (r->id > id && (!found || r->id < found->id))
			found = r;
	return found;
}

char *runs_text(const struct runs *runs, const char *which)
{
	json_t *list = json_array();
	const struct msg_run *r = NULL;
	char *text;

	while ((r = after(runs, r ? r->id : 0)))
		if (is_wanted(r, which))
			json_array_append_new(list, run_json(r));
	text = list ? json_dumps(list, JSON_COMPACT) : NULL;
	json_decref(list);
	return text;
}

/*
 * For those who want to move a guest
 */

static bool moves(const struct msg_run *r)
{
	return r->id && r->playbook.n_steps && r->playbook.step[0].action == ACTION_MIGRATE;
}

bool runs_is_moving(const struct runs *runs, uint32_t domid)
{
	for (const struct msg_run *r = runs->run; r < runs->run + RUNS_MAX; r++)
		if (moves(r) && r->domid == domid && r->phase != RUN_ENDED)
			return true;
	return false;
}

bool runs_has(const struct runs *runs, uint32_t domid)
{
	for (const struct msg_run *r = runs->run; r < runs->run + RUNS_MAX; r++)
		if (r->id && !moves(r) && r->domid == domid && !r->dry_run &&
		    (r->phase != RUN_ENDED || r->verdict >= RESPOND_PAUSE))
			return true;
	return false;
}

static int64_t seconds_ago(const struct msg_run *r)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec - r->began_ns / 1000000000LL;
}

bool runs_have_threat(const struct runs *runs)
{
	for (const struct msg_run *r = runs->run; r < runs->run + RUNS_MAX; r++)
		if (r->id && !r->dry_run && r->verdict >= RESPOND_PAUSE &&
		    seconds_ago(r) < THREAT_S)
			return true;
	return false;
}

json_t *runs_left(const struct runs *runs)
{
	json_t *list = json_array();

	for (const struct msg_run *r = runs->run; r < runs->run + RUNS_MAX; r++)
		if (moves(r) && r->step[0].state == STEP_DONE)
			json_array_append_new(list, json_pack("{s:o, s:I}", "name",
				string(r->guest), "s_ago", (json_int_t)seconds_ago(r)));
	return list;
}
