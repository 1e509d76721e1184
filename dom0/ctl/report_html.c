// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a report of an incident as one page of HTML
 */
#include "ctl/report_html.h"

#include <string.h>

#include "ctl/page.h"
#include "ctl/report_model.h"
#include "ctl/report_words.h"
#include "ctl/value.h"

void report_marks(FILE *to, unsigned int marks)
{
	for (int i = 0; i < 32; i++)
		if (marks & 1U << i)
			page_add(to, "<span class=tag>%d</span>", i + 1);
}

/*
 * The top
 */

static void put_head(FILE *to, const json_t *incident)
{
	page_add(to,
		 "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n"
		 "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; "
		 "style-src 'unsafe-inline'\">\n"
		 "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=color-scheme content=\"light dark\">\n"
		 "<meta name=referrer content=no-referrer>\n"
		 "<title>Incident %d: %s, %s</title>\n<style>",
		 (int)model_number(incident, "id"), value_text(incident, "guest"),
		 value_text(incident, "rule"));
	fputs(report_style, to);
	page_add(to, "</style></head>\n<body><main>\n");
}

static void put_title(FILE *to, const json_t *model)
{
	const json_t *incident = json_object_get(model, "incident");

	page_add(to, "<header><div class=soft>Incident %d, %s UTC</div><h1>%s in %s</h1><div class=%s>",
		 (int)model_number(incident, "id"), model_when(incident, "time"),
		 value_text(incident, "rule"), value_text(incident, "guest"), words_mood(model));
	page_add(to, "<span class=pill>level %s</span><span class=\"pill tone\">%s</span>",
		 value_text(incident, "level"), value_text(incident, "state"));
	if (*value_text(incident, "verdict"))
		page_add(to, "<span class=pill>verdict %s</span>", value_text(incident, "verdict"));
	if (json_is_true(json_object_get(incident, "dry_run")))
		page_add(to, "<span class=pill>dry run</span>");
	if (*value_text(incident, "attack"))
		page_add(to, "<span class=pill>ATT&amp;CK %s</span>",
			 value_text(incident, "attack"));
	page_add(to, "</div></header>\n<p class=\"card state %s\">%s</p>\n", words_mood(model),
		 words_state(model));
}

static void put_summary(FILE *to, const json_t *model)
{
	static const struct {
		const char *question;
		void (*answer)(FILE *to, const json_t *model);
	} rows[] = {
		{ "What happened", words_happened }, { "To which guest", words_guest },
		{ "How sure", words_sure }, { "What was done", words_done },
		{ "What is left to do", words_left },
	};

	page_add(to, "<section id=summary><h2>In short</h2><dl class=\"card sum\">");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		page_add(to, "<dt>%s</dt><dd>", rows[i].question);
		rows[i].answer(to, model);
		page_add(to, "</dd>\n");
	}
	page_add(to, "</dl></section>\n");
}

/*
 * What was recognised
 */

static void put_alert(FILE *to, const json_t *alert, int number)
{
	int count = model_number(alert, "count");

	page_add(to, "<li class=card><h3><span class=tag>%d</span>%s</h3>", number,
		 value_text(alert, "rule"));
	page_long(to, value_text(alert, "reason"));
	page_add(to, "<div class=\"soft small\">level %s%s%s", value_text(alert, "level"),
		 *value_text(alert, "attack") ? ", ATT&CK " : "", value_text(alert, "attack"));
	if (*value_text(alert, "rule_id"))
		page_add(to, ", rule %s", value_text(alert, "rule_id"));
	if (*value_text(alert, "joined_by") && strcmp(value_text(alert, "joined_by"), "first"))
		page_add(to, ", belongs to it by %s", value_text(alert, "joined_by"));
	if (count > 1)
		page_add(to, ", %d times, last %s UTC", count, model_when(alert, "last_seen"));
	page_add(to, "</div></li>\n");
}

static void put_alerts(FILE *to, const json_t *incident)
{
	const json_t *alerts = json_object_get(incident, "alerts"), *alert;
	int n_more = model_number(incident, "more_alerts");
	size_t i;

	if (!json_array_size(alerts))
		return;
	page_add(to, "<section id=alerts><h2>What was recognised</h2><ul class=plain>\n");
	json_array_foreach(alerts, i, alert)
		put_alert(to, alert, i + 1);
	page_add(to, "</ul>");
	if (n_more)
		page_add(to, "<p>The list had no place for %d more.</p>", n_more);
	page_add(to, "</section>\n");
}

/*
 * Events
 */

static void put_left_out(FILE *to, const json_t *model, const char *what)
{
	int n = model_number(json_object_get(model, "left_out"), what);

	if (n)
		page_add(to, "<p class=soft>%d more %s of these tasks found no place here; <code>starlsmctl events</code> shows all.</p>",
			 n, what);
}

static void put_timeline(FILE *to, const json_t *model)
{
	page_add(to, "<section id=timeline><h2>Timeline</h2><p class=\"soft small\">All times are UTC. <span class=tag>1</span>and so on: what the rules recognised. What the guest's sensor told is by the guest's clock, as far as it is known.</p>\n<div class=\"card flow\">");
	report_timeline(to, model);
	page_add(to, "</div>");
	put_left_out(to, model, "events");
	page_add(to, "</section>\n");
}

static void put_args(FILE *to, const json_t *args)
{
	const json_t *arg;
	char text[8192] = "";
	size_t i, room = sizeof(text) - 1;

	json_array_foreach(args, i, arg) {
		const char *one = json_string_value(arg);
		size_t len = one ? json_string_length(arg) : 0;

		if (len + 1 > room)
			break;
		strcat(text, i ? " " : "");
		strcat(text, one ? one : "");
		room -= len + 1;
	}
	if (*text)
		page_long(to, text);
}

static void put_node(FILE *to, const struct tree_node *n)
{
	int depth = n->depth < TREE_DEPTH_MAX ? n->depth : TREE_DEPTH_MAX;

	page_add(to, "<li%s style=\"--d:%d\">", n->marks ? " class=hit" : "", depth);
	report_marks(to, n->marks);
	if (strlen(n->exe) > PAGE_LONG)
		page_long(to, n->exe);
	else
		page_add(to, "<b>%s</b>", *n->exe ? n->exe : "?");
	page_add(to, " <span class=\"soft small\">");
	if (n->pid)
		page_add(to, "process %d", (int)n->pid);
	if (n->uid >= 0)
		page_add(to, "%suser %d%s", n->pid ? ", " : "", (int)n->uid,
			 n->uid ? "" : " (root)");
	page_add(to, "</span><div class=mono>");
	put_args(to, n->args);
	page_add(to, "</div></li>\n");
}

static void put_tree(FILE *to, const json_t *model)
{
	static struct tree tree;

	tree_build(&tree, model);
	page_add(to, "<section id=tree><h2>Processes</h2>");
	if (!tree.n)
		page_add(to, "<p class=card>Of the tasks that took part nothing is known: what was recognised has no record of a task, or its events are not there any more.</p>");
	else
		page_add(to, "<p class=\"soft small\">Who created whom; <span class=tag>1</span>is where something was recognised.</p><div class=\"card flow\"><ul class=tree>\n");
	for (int i = 0; i < tree.n; i++)
		put_node(to, &tree.node[tree.order[i]]);
	if (tree.n)
		page_add(to, "</ul></div>");
	if (tree.n_left_out)
		page_add(to, "<p class=soft>%d more found no place here.</p>", tree.n_left_out);
	page_add(to, "</section>\n");
}

static void put_findings(FILE *to, const json_t *model)
{
	const json_t *findings = json_object_get(model, "findings");

	page_add(to, "<section id=findings><h2>Seen from outside, in its memory and registers</h2>");
	if (!findings)
		page_add(to, "<p class=card>Not known: only the journal has it, and this was made without.</p>");
	else if (!json_array_size(findings))
		page_add(to, "<p class=card>No finding at that time. <code>starlsmctl inspect</code> says whether anybody looked.</p>");
	report_findings(to, findings);
	put_left_out(to, model, "findings");
	page_add(to, "</section>\n");
}

/*
 * What was done
 */

static const char *tone(const char *state)
{
	if (!strcmp(state, "done"))
		return "ok";
	return !strcmp(state, "failed") || !strcmp(state, "unknown") ? "no" : "soft";
}

static void put_step(FILE *to, const json_t *step)
{
	const char *state = value_text(step, "state");
	double ms = model_number(step, "took_us") / 1000;
	int tries = model_number(step, "tries");

	page_add(to, "<tr><td>%s</td><td class=%s>%s", value_text(step, "action"), tone(state),
		 !strcmp(state, "would") ? "not done, would" : state);
	if (tries > 1)
		page_add(to, ", %d tries", tries);
	page_add(to, "</td><td class=num data-h=at>%s</td><td class=num data-h=took>",
		 model_when(step, *value_text(step, "ended") ? "ended" : "began"));
	if (!strcmp(state, "done") || !strcmp(state, "failed"))
		page_add(to, ms < 1000 ? "%.1f ms" : "%.1f s", ms < 1000 ? ms : ms / 1000);
	page_add(to, "</td><td>%s%s%s</td></tr>\n", value_text(step, "error"),
		 *value_text(step, "error") && *value_text(step, "text") ? ": " : "",
		 value_text(step, "text"));
}

static void put_run(FILE *to, const json_t *run)
{
	const json_t *step;
	size_t i;

	page_add(to, "<div class=card><h3>Playbook %s, run %d</h3><p class=soft>Begun %s UTC. How it ended: %s.</p>",
		 value_text(run, "playbook"), (int)model_number(run, "id"),
		 model_when(run, "began"), value_text(run, "end_text"));
	page_add(to, "<table><thead><tr><th>step<th>outcome<th>when<th>took<th>what came of it</tr></thead><tbody>\n");
	json_array_foreach(json_object_get(run, "steps"), i, step)
		put_step(to, step);
	page_add(to, "</tbody></table></div>\n");
}

static void put_actions(FILE *to, const json_t *incident)
{
	const json_t *action;
	size_t i;

	page_add(to, "<table><thead><tr><th>action<th>outcome<th>took</tr></thead><tbody>\n");
	json_array_foreach(json_object_get(incident, "actions"), i, action) {
		bool is_done = json_is_true(json_object_get(action, "done"));
		const char *error = value_text(action, "error");

		page_add(to, "<tr><td>%s</td><td class=%s>%s</td><td class=num>",
			 value_text(action, "action"), is_done ? "ok" : *error ? "no" : "soft",
			 is_done ? "done" : *error ? error : "not done");
		if (is_done)
			page_add(to, "%.1f us", model_number(action, "took_us"));
		page_add(to, "</td></tr>\n");
	}
	page_add(to, "</tbody></table>");
}

static void put_done(FILE *to, const json_t *model)
{
	const json_t *runs = json_object_get(model, "runs"), *run;
	const json_t *incident = json_object_get(model, "incident");
	size_t i;

	page_add(to, "<section id=done><h2>What was done</h2>");
	json_array_foreach(runs, i, run)
		put_run(to, run);
	if (!json_array_size(runs)) {
		page_add(to, "<div class=card>");
		if (json_array_size(json_object_get(incident, "actions")))
			put_actions(to, incident);
		else
			page_add(to, "Nothing: by its rule, or by the guest's policy.");
		page_add(to, "</div>");
	}
	page_add(to, "</section>\n");
}

static void put_figures(FILE *to, const json_t *model)
{
	static const struct {
		const char *key, *text;
	} rows[] = {
		{ "commit_to_read", "from the guest's record to its reading in dom0" },
		{ "commit_to_decision", "to the decision" },
		{ "commit_to_pause", "to the guest's standing still" },
		{ "channel_round_trip", "for comparison: an event to the guest and back" },
		{ "pause_call", "for comparison: the pause call alone" },
	};
	const json_t *us = json_object_get(json_object_get(model, "incident"), "us");

	page_add(to, "<section id=figures><h2>Figures</h2><div class=card><table>");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		page_add(to, "<tr><td>%s</td><td class=num>", rows[i].text);
		if (json_is_number(json_object_get(us, rows[i].key)))
			page_add(to, "%.1f &micro;s", model_number(us, rows[i].key));
		else
			page_add(to, "not known");
		page_add(to, "</td></tr>\n");
	}
	page_add(to, "</table></div></section>\n");
}

/*
 * Evidence
 */

static void put_journal(FILE *to, const json_t *model)
{
	const json_t *made = json_object_get(model, "made"), *segment;
	const char *journal = value_text(made, "journal"), *key = value_text(made, "key");
	size_t i;

	if (!*journal) {
		page_add(to, "<p class=card>This page was made from what starlsmd still knew, not from a journal: that cannot be verified.</p>");
		return;
	}
	page_add(to, "<div class=card><h3>The journal</h3><p>Is it what was written, all of it? The key should be the one that was kept elsewhere.</p><p>");
	words_command(to, "starlsmctl verify ", journal, " --key ", key);
	page_add(to, "</p><p>It has to end with <b>all is as it was written</b>, and to show these hashes where it shows these segments. Does an engine come to the same decisions from the same facts?</p><p>");
	words_command(to, "starlsmctl replay ", journal, NULL, NULL);
	page_add(to, "</p>");
	json_array_foreach(json_object_get(model, "segments"), i, segment)
		page_add(to, "<div class=small><b>%s</b> segment %d, %s<div class=mono>%s</div></div>",
			 value_text(segment, "stream"), (int)model_number(segment, "number"),
			 json_is_true(json_object_get(segment, "signed")) ? "signed" :
			 "not yet sealed", value_text(segment, "hash"));
	page_add(to, "</div>\n");
}

static void put_bundle(FILE *to, const json_t *bundle)
{
	const char *path = value_text(bundle, "path");
	bool is_signed = json_is_true(json_object_get(bundle, "signed"));

	page_add(to, "<div class=card><h3>A bundle of evidence</h3><p>");
	words_command(to, "starlsmctl evidence verify ", path,
		      is_signed ? " --key PUBLIC.pem" : NULL, NULL);
	page_add(to, "</p><p>It has to say <b>as it was written%s</b>.%s SHA-256 of its manifest.json, which has those of all files:</p><div class=mono>%s</div></div>\n",
		 is_signed ? ", and signed" : "",
		 is_signed ? "" : " It is not signed.", value_text(bundle, "manifest"));
}

static void put_evidence(FILE *to, const json_t *model)
{
	const json_t *bundles = json_object_get(model, "bundles"), *bundle;
	size_t i;

	page_add(to, "<section id=evidence><h2>How to verify this</h2>");
	put_journal(to, model);
	json_array_foreach(bundles, i, bundle)
		put_bundle(to, bundle);
	if (!json_array_size(bundles))
		page_add(to, "<p class=card>No bundle of evidence of this guest was found: its memory was not captured, or it is elsewhere.</p>");
	page_add(to, "</section>\n");
}

void report_html(FILE *to, const json_t *model)
{
	const json_t *made = json_object_get(model, "made");

	put_head(to, json_object_get(model, "incident"));
	put_title(to, model);
	put_summary(to, model);
	put_alerts(to, json_object_get(model, "incident"));
	put_timeline(to, model);
	put_tree(to, model);
	put_findings(to, model);
	put_done(to, model);
	put_figures(to, model);
	put_evidence(to, model);
	page_add(to, "<footer>Made %s UTC by %s on host %s, from %s. This page is no evidence itself: whoever has it can change it.</footer>\n</main></body></html>\n",
		 model_when(made, "time"), value_text(made, "by"), value_text(made, "host"),
		 value_text(made, "from"));
}
