// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl events, out of the journal
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/line.h"
#include "ctl/walk.h"
#include "ctl/when.h"
#include "ctl/where.h"
#include "lib/format.h"

#define INCIDENT	"incident"

struct query {
	const struct ctl_options *opt;
	struct walk_want want;
	uint64_t events[STARLSM_EV_LIMIT / 64];	/* types to show */
	bool wants_incidents;
	struct where *where;	/* NULL: all */
	bool is_coloured;
};

static int usage(const char *what, const char *text)
{
	fprintf(stderr, "starlsmctl: %s%s\n", what, text);
	return CTL_USAGE;
}

/*
 * What is asked for
 */

static void want_type(struct query *q, unsigned int type)
{
	q->events[type / 64] |= 1ULL << type % 64;
	q->want.types[type / 64] |= 1ULL << type % 64;
}

static void want_message(struct query *q, unsigned int type)
{
	unsigned int bit = SEGMENT_TYPE_OTHER + type;

	q->want.types[bit / 64] |= 1ULL << bit % 64;
}

static void want_incidents(struct query *q)
{
	q->wants_incidents = true;
	want_message(q, MSG_OUT_INCIDENT);
}

/* "exec,open", all if it is NULL */
static int take_types(struct query *q, const char *list)
{
	char name[64];

	memset(q->want.types, 0, sizeof(q->want.types));
	want_message(q, 0);	/* gaps */
	if (!list) {
		for (unsigned int type = 0; type < STARLSM_EV_LIMIT; type++)
			want_type(q, type);
		want_incidents(q);
	}
	while (list && *list) {
		size_t len = strcspn(list, ",");

		snprintf(name, sizeof(name), "%.*s", (int)len, list);
		list += len + (list[len] == ',');
		if (!strcmp(name, INCIDENT))
			want_incidents(q);
		else if (decode_type(name))
			want_type(q, decode_type(name));
		else
			return usage("there is no event ", name);
	}
	return CTL_OK;
}

static int take_time(const char *text, int64_t *ns)
{
	struct timespec ts;

	if (!text)
		return CTL_OK;
	clock_gettime(CLOCK_REALTIME, &ts);
	if (when_parse(text, ts.tv_sec * 1000000000LL + ts.tv_nsec, ns))
		return CTL_OK;
	return usage("this is no time (\"2026-11-23 12:30\", \"2h\"): ", text);
}

static int take_where(struct query *q, const char *text)
{
	char error[512];

	if (!text)
		return CTL_OK;
	q->where = where_parse(text, error, sizeof(error));
	return q->where ? CTL_OK : usage("--where: ", error);
}

static int prepare(struct query *q, const struct ctl_options *opt)
{
	int rc;

	q->opt = opt;
	q->want = walk_all();
	q->is_coloured = isatty(STDOUT_FILENO);
	rc = take_types(q, opt->types);
	if (!rc)
		rc = take_time(opt->since, &q->want.since_ns);
	if (!rc)
		rc = take_time(opt->until, &q->want.until_ns);
	/* One that is a number may be a domid: then each entry has to be looked at. */
	if (opt->guest[strspn(opt->guest, "0123456789")])
		q->want.guest = opt->guest;
	return rc ? rc : take_where(q, opt->where);
}

/*
 * What is found
 */

static bool is_in_time(const struct query *q, const struct walk_place *at, int64_t mono_ns)
{
	int64_t ns = mono_ns + at->wall_ns;

	return ns >= q->want.since_ns && ns <= q->want.until_ns;
}

static bool show_event(const struct query *q, const struct walk_place *at, const struct entry *e)
{
	static char line[FORMAT_LINE_MAX];
	uint16_t type = entry_event(e);
	struct format_event fe;

	if (type >= STARLSM_EV_LIMIT || !(q->events[type / 64] >> type % 64 & 1) ||
	    !is_in_time(q, at, entry_time(e)))
		return true;
	if (format_parse(entry_body(e), &fe)) {
		fprintf(stderr, "starlsmctl: %s: an entry is no event\n", at->stream);
		return true;
	}
	if (!ctl_is_wanted(q->opt, fe.out->guest, fe.out->domid) ||
	    (q->where && !where_matches(q->where, &fe)))
		return true;
	if (q->opt->is_json)
		return line_print(format_json(&fe, at->wall_ns));
	format_line(&fe, at->wall_ns, q->is_coloured, line, sizeof(line));
	return puts(line) >= 0;
}

/* As --follow does: lines, and not with a condition on events */
static bool show_incident(const struct query *q, const struct walk_place *at,
			  const struct entry *e)
{
	const struct msg_out_incident *m = entry_body(e);

	if (!q->wants_incidents || q->where || !is_in_time(q, at, e->now_ns))
		return true;
	if (memchr(m->guest, 0, sizeof(m->guest)) && !ctl_is_wanted(q->opt, m->guest, m->domid))
		return true;
	if (!q->opt->is_json)
		incident_print_change(&m->msg, at->wall_ns, q->is_coloured);
	else if (q->opt->types)
		incident_print(&m->msg, at->wall_ns, true);
	return true;
}

static void show_gap(const struct walk_place *at, const struct entry_gap *gap)
{
	static const char * const why[GAP_WHYS] = {
		[GAP_BEHIND] = "the journal did not keep up",
		[GAP_ABSENT] = "there was no journal",
		[GAP_DISK] = "the disk took nothing",
		[GAP_CUT] = "it was not ended in order",
	};
	int64_t wall_ns = gap->why == GAP_CUT ? 0 : at->wall_ns;
	char from[64], to[64], stream[4 * MSG_NAME_MAX];

	format_time_utc(gap->from_ns, wall_ns, from, sizeof(from));
	format_time_utc(gap->to_ns, wall_ns, to, sizeof(to));
	decode_escape(at->stream, strlen(at->stream), stream, sizeof(stream));
	fflush(stdout);
	if (gap->why == GAP_CUT)
		fprintf(stderr, "starlsmctl: %s: %s: what came between %s and %s is missing, as far as it was not on the disk yet\n",
			stream, why[gap->why], from, to);
	else
		fprintf(stderr, "starlsmctl: %s: %s: %" PRIu64 " events of %s to %s are missing (%" PRIu64 " entries)\n",
			stream, why[gap->why], gap->n_events, from, to, gap->n_entries);
}

static bool take(void *arg, const struct walk_place *at, const struct entry *e)
{
	const struct msg *m = entry_body(e);
	struct query *q = arg;

	if (e->kind == ENTRY_GAP) {
		show_gap(at, entry_body(e));
		return true;
	}
	if (e->kind != ENTRY_OUT)
		return true;
	if (m->type == MSG_OUT_EVENT)
		return show_event(q, at, e) && !ferror(stdout);
	if (m->type == MSG_OUT_INCIDENT)
		return show_incident(q, at, e);
	return true;
}

bool query_is_asked(const struct ctl_options *opt)
{
	return opt->since || opt->until || opt->types || opt->where || opt->journal;
}

int ctl_query(const struct ctl_options *opt)
{
	struct query q = { 0 };
	unsigned int n_skipped = 0;
	int rc = prepare(&q, opt);

	if (!rc && opt->is_follow)
		rc = usage("--follow makes no sense with what has been", "");
	if (!rc)
		rc = walk(opt->journal ? opt->journal : WALK_DIRECTORY, &q.want, take, &q,
			  &n_skipped);
	where_free(q.where);
	return !rc && n_skipped ? CTL_FAILED : rc;
}
