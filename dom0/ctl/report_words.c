// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a report's summary, for one who was asleep until now
 */
#include "ctl/report_words.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/page.h"
#include "ctl/report_model.h"
#include "ctl/value.h"

static const json_t *incident_of(const json_t *model)
{
	return json_object_get(model, "incident");
}

static bool is_text(const json_t *object, const char *key, const char *text)
{
	return !strcmp(value_text(object, key), text);
}

static bool is_dry(const json_t *model)
{
	return json_is_true(json_object_get(incident_of(model), "dry_run"));
}

/*
 * How it is now
 */

enum now { NOW_DRY, NOW_OPEN, NOW_CLOSED, NOW_ACTING, NOW_PAUSED, NOW_GONE, NOW_RUNS, NOW_UNKNOWN,
	   NOW_CONTAINED, NOW_LOOSE };

static const struct {
	const char *text, *mood;
} nows[] = {
	[NOW_DRY] = { "Nothing was done: dry-run is on. The guest runs.", "open" },
	[NOW_OPEN] = { "Nothing was done. The guest runs.", "open" },
	[NOW_CLOSED] = { "Closed.", "good" },
	[NOW_ACTING] = { "The answer to it was under way when this was written.", "busy" },
	[NOW_PAUSED] = { "The guest is paused: it can do no more harm, and serves nobody.", "good" },
	[NOW_GONE] = { "The guest was stopped for good: it is gone from this host.", "good" },
	[NOW_RUNS] = { "The guest runs, as its playbook wants it.", "open" },
	[NOW_UNKNOWN] = { "Nobody could tell how the guest is.", "bad" },
	[NOW_CONTAINED] = { "What was to be done was done.", "good" },
	[NOW_LOOSE] = { "The guest runs, and nothing could stop it.", "bad" },
};

static enum now now_of_run(const json_t *run)
{
	static const struct {
		const char *end;
		enum now now;
	} ends[] = {
		{ "under way", NOW_ACTING }, { "dry run", NOW_DRY }, { "runs", NOW_RUNS },
		{ "paused", NOW_PAUSED }, { "gone", NOW_GONE }, { "loose", NOW_LOOSE },
	};

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (is_text(run, "end", ends[i].end))
			return ends[i].now;
	return NOW_UNKNOWN;
}

/* The run has looked at the guest, the incident only knows of orders. */
static enum now now_of(const json_t *model)
{
	const json_t *incident = incident_of(model);

	if (model_run(model))
		return now_of_run(model_run(model));
	if (is_text(incident, "state", "closed"))
		return NOW_CLOSED;
	if (is_dry(model))
		return NOW_DRY;
	if (is_text(incident, "state", "acting"))
		return NOW_ACTING;
	if (is_text(incident, "state", "contained"))
		return NOW_CONTAINED;
	return is_text(incident, "state", "failed") ? NOW_LOOSE : NOW_OPEN;
}

const char *words_state(const json_t *model)
{
	return nows[now_of(model)].text;
}

const char *words_mood(const json_t *model)
{
	return nows[now_of(model)].mood;
}

/*
 * What happened, and to whom
 */

void words_happened(FILE *to, const json_t *model)
{
	const json_t *incident = incident_of(model), *tactic;
	const json_t *tactics = json_object_get(incident, "tactics");
	size_t i, n = json_array_size(json_object_get(incident, "alerts"));

	page_long(to, value_text(incident, "reason"));
	if (n > 1)
		page_add(to, "<p>It is made of %zu alerts that belong together.</p>",
			 n + (size_t)model_number(incident, "more_alerts"));
	if (!json_array_size(tactics))
		return;
	page_add(to, "<p>What an intruder is after with that (ATT&amp;CK): ");
	json_array_foreach(tactics, i, tactic)
		page_add(to, "%s%s", i ? ", " : "", json_string_value(tactic));
	page_add(to, ".</p>");
}

void words_guest(FILE *to, const json_t *model)
{
	const json_t *incident = incident_of(model);
	const char *host = value_text(json_object_get(model, "made"), "host");

	page_add(to, "<b>%s</b>, domain %d", value_text(incident, "guest"),
		 (int)model_number(incident, "domid"));
	if (*host)
		page_add(to, " of host %s", host);
}

/*
 * How sure
 */

static size_t count_tampered(const json_t *model)
{
	const json_t *finding;
	size_t i, n = 0;

	json_array_foreach(json_object_get(model, "findings"), i, finding)
		n += is_text(finding, "severity", "tampered");
	return n;
}

static const char *sure_by_level(const char *level)
{
	static const struct {
		const char *level, *text;
	} words[] = {
		{ "critical", "Very sure. The rule is of the highest level: what it saw has hardly any harmless reason." },
		{ "high", "Quite sure. The rule is of level high: a harmless reason is possible, and rare." },
		{ "medium", "Not sure. The rule is of level medium: an administrator's work may look like it." },
		{ "low", "Little says that it is an attack: the rule is of level low." },
		{ "informational", "It is for information: nothing says that it is an attack." },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(level, words[i].level))
			return words[i].text;
	return "Its rule has no level.";
}

void words_sure(FILE *to, const json_t *model)
{
	const json_t *incident = incident_of(model), *score = json_object_get(incident, "score");
	size_t n = count_tampered(model), n_steps = json_array_size(json_object_get(incident, "steps"));

	page_add(to, "<p>%s", sure_by_level(value_text(incident, "level")));
	if (json_is_integer(score))
		page_add(to, " The incident's score is %d of 100.", (int)json_integer_value(score));
	page_add(to, "</p>");
	if (n)
		page_add(to, "<p>Seen from outside, %zu %s in the guest's memory that a sound kernel cannot have.%s</p>",
			 n, n == 1 ? "thing is" : "things are", n_steps > 1 ?
			 " What the guest itself told and what was seen from outside are two views that do not depend on each other." : "");
	if (json_array_size(json_object_get(model, "gaps")))
		page_add(to, "<p>The journal has a gap at that time: something may have happened that is not told here. It is named at the end of the timeline.</p>");
}

/*
 * What was done
 */

static const struct {
	const char *action, *done;
} dones[] = {
	{ "pause", "the guest was paused" }, { "keep-paused", "it was kept paused" },
	{ "unpause", "it was let go on" }, { "destroy", "its domain was destroyed" },
	{ "halt", "its domain was destroyed" }, { "notify", "somebody was notified" },
	{ "isolate", "it was cut off from the network" },
	{ "connect", "it was connected to the network again" },
	{ "capture", "its memory was captured as evidence" },
	{ "migrate", "it was moved to another host" },
	{ "evacuate-neighbours", "the other guests were moved to other hosts" },
	{ "tighten", "its sensor got the strictest policy" },
	{ "loosen", "its sensor got its usual policy again" },
};

static const char *done_text(const char *action)
{
	for (size_t i = 0; i < sizeof(dones) / sizeof(dones[0]); i++)
		if (!strcmp(action, dones[i].action))
			return dones[i].done;
	return action;
}

enum outcome { CAME_DONE, CAME_FAILED, CAME_WOULD, CAME_OPEN };

static enum outcome outcome_of(const json_t *model, const json_t *step)
{
	const char *state = value_text(step, "state");

	if (!*state) {		/* an incident's action */
		if (*value_text(step, "error"))
			return CAME_FAILED;
		return json_is_true(json_object_get(step, "done")) ? CAME_DONE :
		       is_dry(model) ? CAME_WOULD : CAME_OPEN;
	}
	if (!strcmp(state, "done"))
		return CAME_DONE;
	if (!strcmp(state, "failed") || !strcmp(state, "unknown"))
		return CAME_FAILED;
	return !strcmp(state, "would") ? CAME_WOULD : CAME_OPEN;
}

static const json_t *steps_of(const json_t *model)
{
	const json_t *run = model_run(model);

	return run ? json_object_get(run, "steps") :
	       json_object_get(incident_of(model), "actions");
}

/* "before a, b, c.", or nothing */
static void list_steps(FILE *to, const json_t *model, enum outcome wanted, const char *before)
{
	const json_t *step;
	size_t i, n = 0;

	json_array_foreach(steps_of(model), i, step) {
		const char *action = value_text(step, "action");

		if (outcome_of(model, step) != wanted)
			continue;
		page_add(to, "%s%s", n++ ? ", " : before,
			 wanted == CAME_DONE ? done_text(action) : action);
	}
	page_add(to, "%s", n ? ". " : "");
}

void words_done(FILE *to, const json_t *model)
{
	const json_t *pause = json_object_get(json_object_get(incident_of(model), "us"),
					      "commit_to_pause");

	page_add(to, "<p>%s</p><p>", words_state(model));
	list_steps(to, model, CAME_DONE, "In this order: ");
	list_steps(to, model, CAME_FAILED, "It did not work: ");
	list_steps(to, model, CAME_WOULD, "It would have been: ");
	list_steps(to, model, CAME_OPEN, "Not done, or not yet: ");
	if (json_is_number(pause) && !is_dry(model))
		page_add(to, "From the deciding step in the guest until it stood still it took %.2f ms.",
			 json_number_value(pause) / 1000);
	page_add(to, "</p>");
}

/*
 * What is left
 */

/* A word that a shell takes as it is */
static bool is_plain_word(const char *word)
{
	return *word && *word != '-' &&
	       !word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-")];
}

static void put_word(FILE *to, const char *word)
{
	if (is_plain_word(word)) {
		page_add(to, "%s", word);
		return;
	}
	page_add(to, "'");
	for (;;) {
		size_t n = strcspn(word, "'");
		char *part = strndup(word, n);

		page_add(to, "%s", part);
		free(part);
		word += n;
		if (!*word++)
			break;
		page_add(to, "%s", "'\\''");
	}
	page_add(to, "'");
}

void words_command(FILE *to, const char *ours, const char *word, const char *more,
		   const char *last)
{
	page_add(to, "<code>%s", ours);
	put_word(to, word);
	page_add(to, "%s", more ? more : "");
	if (last)
		put_word(to, last);
	page_add(to, "</code>");
}

static void left_by_state(FILE *to, const json_t *model)
{
	const char *guest = value_text(incident_of(model), "guest");

	switch (now_of(model)) {
	case NOW_LOOSE:
	case NOW_UNKNOWN:
		page_add(to, "<li><b>At once:</b> look with <code>xl list</code>; if the guest is there and runs, stop it with ");
		words_command(to, "xl pause ", guest, NULL, NULL);
		page_add(to, " or take its network away. If neither works, ");
		words_command(to, "xl destroy ", guest, NULL, NULL);
		page_add(to, ".</li>");
		break;
	case NOW_DRY:
	case NOW_OPEN:
	case NOW_RUNS:
		page_add(to, "<li>Decide whether the guest may go on. If not: ");
		words_command(to, "starlsmctl pause ", guest, NULL, NULL);
		page_add(to, "%s.</li>", now_of(model) == NOW_DRY ?
			 " (as long as dry-run is on, xl pause)" : "");
		break;
	case NOW_ACTING:
		page_add(to, "<li>Wait until <code>starlsmctl runs</code> shows its end, and make this report again.</li>");
		break;
	case NOW_PAUSED:
		page_add(to, "<li>Leave it paused until the evidence is safe. Then either ");
		words_command(to, "starlsmctl undo ", guest, NULL, NULL);
		page_add(to, ", if it was a false alarm, or ");
		words_command(to, "xl destroy ", guest, NULL, NULL);
		page_add(to, ".</li>");
		break;
	case NOW_GONE:
		page_add(to, "<li>Do not start it again from the same disk: what the intruder left there would start too. Build it anew.</li>");
		break;
	case NOW_CONTAINED:
	case NOW_CLOSED:
		page_add(to, "<li>See how the guest is: <code>starlsmctl status</code>.</li>");
	}
}

static bool is_serious(const json_t *model)
{
	return is_text(incident_of(model), "level", "high") ||
	       is_text(incident_of(model), "level", "critical");
}

void words_left(FILE *to, const json_t *model)
{
	const json_t *step, *steps = json_object_get(model_run(model), "steps");
	size_t i;

	page_add(to, "<ol>");
	left_by_state(to, model);
	json_array_foreach(steps, i, step)
		if (outcome_of(model, step) == CAME_FAILED)
			page_add(to, "<li>Do by hand, or do again, what did not work: %s%s%s.</li>",
				 value_text(step, "action"), *value_text(step, "error") ? ", " : "",
				 value_text(step, "error"));
	page_add(to, "<li>Verify the evidence, as the end of this page says, and copy it to another machine.</li>");
	if (is_serious(model))
		page_add(to, "<li>Take every password, key and token that was in the guest as known to the intruder, and look for their use elsewhere. Find the way in, which the timeline begins with, and close it.</li>");
	page_add(to, "</ol>");
}
