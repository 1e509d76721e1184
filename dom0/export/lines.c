// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - lines, and the ways out that are configured for them
 */
#include "export/lines.h"

/*
 * The longest: four paths and a record, of which each byte is escaped as \\xNN, and
 * its fields once more in `unmapped`
 */
#define LINE_BYTES	(OUTLET_BYTES / 2)

/* The line that says how many are missing is shorter. */
#define MISSED_BYTES	1024

struct line {
	char text[LINE_BYTES];
	size_t len;		/* with its newline; 0: there is none */
};

void lines_add_way(struct lines *l, struct outlet *o, enum export_what what)
{
	l->way[l->n_ways] = o;
	l->what[l->n_ways++] = what;
}

/* Takes the object over. */
static void dump(struct line *line, json_t *object)
{
	size_t len = json_dumpb(object, line->text, sizeof(line->text) - 1, JSON_COMPACT);

	line->len = 0;
	if (!len || len >= sizeof(line->text))
		return;
	line->text[len] = '\n';
	line->len = len + 1;
}

static void put(struct lines *l, struct outlet *o, const json_t *object, struct line *line)
{
	if (!line->len) {
		outlet_drop(o);
	} else if (o == &l->journald.outlet) {
		line->text[line->len - 1] = 0;
		journald_send(&l->journald, object, line->text, l->now_ns);
		line->text[line->len - 1] = '\n';
	} else {
		outlet_add(o, line->text, line->len);
	}
}

/*
 * How many are missing is told before what comes after them. False if some are, and
 * it cannot be told yet.
 */
static bool tell_missing(struct lines *l, struct outlet *o, size_t room)
{
	const uint64_t missing = o->missing, dropped = o->dropped;
	static struct line line;
	json_t *object;

	if (!missing)
		return true;
	if ((o->err && l->now_ns < o->retry_ns) || (o->buf && !outlet_has_room(o, room)))
		return false;
	object = ocsf_missed(&l->ocsf, missing, "this way out did not take them", l->now_ns);
	dump(&line, object);
	o->missing = 0;
	put(l, o, object, &line);
	json_decref(object);
	if (!o->missing)
		return true;
	/* This one is missing as well, and not counted. */
	o->missing = missing;
	o->dropped = dropped;
	return false;
}

void lines_give(struct lines *l, json_t *object, enum export_what kind)
{
	static struct line line;

	dump(&line, object);
	for (size_t i = 0; i < l->n_ways; i++) {
		if (l->what[i] < kind)
			continue;
		if (tell_missing(l, l->way[i], line.len + MISSED_BYTES))
			put(l, l->way[i], object, &line);
		else
			outlet_drop(l->way[i]);
	}
	json_decref(object);
}

void lines_missed(struct lines *l, uint64_t count, const char *why)
{
	lines_give(l, ocsf_missed(&l->ocsf, count, why, l->now_ns), EXPORT_FINDINGS);
}

bool lines_want_events(const struct lines *l)
{
	for (size_t i = 0; i < l->n_ways; i++)
		if (l->what[i] == EXPORT_ALL)
			return true;
	return false;
}

void lines_flush(struct lines *l)
{
	for (size_t i = 0; i < l->n_ways; i++) {
		struct outlet *o = l->way[i];

		/* There may be no next line for long. */
		if (!o->len)
			tell_missing(l, o, MISSED_BYTES);
		if (o->buf)
			outlet_flush(o, l->now_ns);
	}
}
