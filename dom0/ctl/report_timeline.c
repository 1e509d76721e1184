// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a report's timeline: what was told, seen, decided and done, by time
 */
#include <stdlib.h>
#include <string.h>

#include "ctl/page.h"
#include "ctl/report_html.h"
#include "ctl/report_model.h"
#include "ctl/value.h"

#define ROWS_MAX	2000

struct row {
	int64_t ns;
	int number;		/* of those at the same time the first stays first */
	const char *time;	/* the model's text of ns */
	const char *kind;	/* "guest", "outside", "engine", "dom0" */
	const char *name;
	const char *what[3];	/* texts, with a blank between */
	int mark;		/* 0: none */
};

struct rows {
	struct row row[ROWS_MAX];
	int n, n_left_out;
};

static struct row *add(struct rows *rows, const char *time, const char *kind, const char *name)
{
	struct row *row;
	int64_t ns;

	if (!model_time(time, &ns))
		return NULL;
	if (rows->n == ROWS_MAX) {
		rows->n_left_out++;
		return NULL;
	}
	row = &rows->row[rows->n];
	*row = (struct row){ .ns = ns, .number = rows->n++, .time = time, .kind = kind, .name = name };
	return row;
}

/*
 * Where they come from
 */

static const char *task_name(const json_t *task)
{
	const char *exe = value_text(task, "exe");

	return *exe ? exe : "?";
}

static void add_events(struct rows *rows, const json_t *model)
{
	const json_t *incident = json_object_get(model, "incident"), *ev;
	size_t i;

	json_array_foreach(json_object_get(model, "events"), i, ev) {
		int mark = model_mark(incident, model_number(ev, "vcpu"),
				      json_integer_value(json_object_get(ev, "seq")));
		struct row *row;

		/* It is in the tree. */
		if (!mark && !strcmp(value_text(ev, "event"), "fork"))
			continue;
		row = add(rows, value_text(ev, "time"), "guest", value_text(ev, "event"));
		if (!row)
			continue;
		row->what[0] = task_name(json_object_get(ev, "task"));
		row->what[1] = "\xe2\x86\x92";	/* an arrow */
		row->what[2] = value_text(ev, "text");
		row->mark = mark;
	}
}

static bool has_event(const json_t *model, int vcpu, json_int_t seq)
{
	const json_t *ev;
	size_t i;

	json_array_foreach(json_object_get(model, "events"), i, ev)
		if (json_integer_value(json_object_get(ev, "seq")) == seq &&
		    model_number(ev, "vcpu") == vcpu)
			return true;
	return false;
}

/* Those that no event is there for; and a finding of its own tells more. */
static void add_steps(struct rows *rows, const json_t *model)
{
	const json_t *incident = json_object_get(model, "incident"), *step;
	bool has_findings = json_array_size(json_object_get(model, "findings"));
	size_t i;

	json_array_foreach(json_object_get(incident, "steps"), i, step) {
		json_int_t seq = json_integer_value(json_object_get(step, "seq"));
		int vcpu = model_number(step, "vcpu");
		struct row *row;

		if (seq ? has_event(model, vcpu, seq) : has_findings)
			continue;
		row = add(rows, value_text(step, "time"), seq ? "guest" : "outside", "step");
		if (!row)
			continue;
		row->what[0] = value_text(step, "text");
		row->mark = model_mark(incident, vcpu, seq);
	}
}

static void add_findings(struct rows *rows, const json_t *findings)
{
	const json_t *finding;
	size_t i;

	json_array_foreach(findings, i, finding) {
		struct row *row = add(rows, value_text(finding, "time"), "outside", "finding");

		if (!row)
			continue;
		row->what[0] = value_text(finding, "check");
		row->what[1] = value_text(finding, "object");
		row->what[2] = value_text(finding, "text");
	}
}

static void add_alerts(struct rows *rows, const json_t *incident)
{
	const json_t *alerts = json_object_get(incident, "alerts"), *alert;
	struct row *row;
	size_t i;

	json_array_foreach(alerts, i, alert) {
		row = add(rows, value_text(alert, "first_seen"), "engine", "alert");
		if (!row)
			continue;
		row->what[0] = value_text(alert, "rule");
		row->what[1] = value_text(alert, "level");
		row->mark = i + 1;
	}
	row = add(rows, value_text(incident, "time"), "engine", "decision");
	if (row) {
		row->what[0] = value_text(incident, "rule");
		row->what[1] = value_text(incident, "verdict");
	}
}

static void add_runs(struct rows *rows, const json_t *runs)
{
	const json_t *run, *step;
	size_t i, k;

	json_array_foreach(runs, i, run)
		json_array_foreach(json_object_get(run, "steps"), k, step) {
			const char *ended = value_text(step, "ended");
			struct row *row = add(rows, *ended ? ended : value_text(step, "began"),
					      "dom0", value_text(step, "action"));

			if (!row)
				continue;
			row->what[0] = value_text(step, "state");
			row->what[1] = value_text(step, "error");
			row->what[2] = value_text(step, "text");
		}
}

/*
 * As a page shows them
 */

static int by_time(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? -1 : 1;
	return x->number - y->number;
}

static void put_what(FILE *to, const struct row *row)
{
	const char *between = "";
	size_t len = 0;

	for (int i = 0; i < 3; i++)
		len += row->what[i] ? strlen(row->what[i]) : 0;
	for (int i = 0; i < 3; i++) {
		if (!row->what[i] || !*row->what[i])
			continue;
		if (len > PAGE_LONG)
			page_long(to, row->what[i]);
		else
			page_add(to, "%s%s", between, row->what[i]);
		between = " ";
	}
}

static void put_row(FILE *to, const struct row *row)
{
	page_add(to, "<li class=\"%s%s\"><span class=when>", row->kind,
		 row->mark && strcmp(row->kind, "engine") ? " hit" : "");
	/* 03:12:07.123 of 2026-11-25T03:12:07.123456Z */
	for (size_t i = 11; i < 23 && row->time[i] && row->time[i] != 'Z'; i++)
		fputc(row->time[i], to);
	page_add(to, "</span><span class=who>%s</span><div class=what>", row->name);
	if (row->mark)
		page_add(to, "<span class=tag>%d</span>", row->mark);
	put_what(to, row);
	page_add(to, "</div></li>\n");
}

void report_timeline(FILE *to, const json_t *model)
{
	const json_t *incident = json_object_get(model, "incident"), *gap;
	static struct rows rows;
	size_t i;

	rows.n = rows.n_left_out = 0;
	add_events(&rows, model);
	add_steps(&rows, model);
	add_findings(&rows, json_object_get(model, "findings"));
	add_alerts(&rows, incident);
	add_runs(&rows, json_object_get(model, "runs"));
	qsort(rows.row, rows.n, sizeof(rows.row[0]), by_time);
	page_add(to, "<ul class=time>");
	for (int k = 0; k < rows.n; k++) {
		if (!k || strncmp(rows.row[k].time, rows.row[k - 1].time, 10)) {
			char day[11] = "";

			strncat(day, rows.row[k].time, 10);
			page_add(to, "<li class=day>%s, UTC</li>\n", day);
		}
		put_row(to, &rows.row[k]);
	}
	page_add(to, "</ul>");
	json_array_foreach(json_object_get(model, "gaps"), i, gap)
		page_add(to, "<p class=no>Missing: %s</p>", json_string_value(gap));
	if (rows.n_left_out)
		page_add(to, "<p class=soft>%d more found no place here.</p>", rows.n_left_out);
}
