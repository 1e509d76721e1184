// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of a report's page: what a model says is there, escaped, and
 * nothing that a browser would fetch or run
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/report_html.h"
#include "ctl/report_model.h"
#include "ctl/report_words.h"
#include "poison.h"

static char *page;

static json_t *load(const char *name)
{
	char path[256];
	json_t *model;

	snprintf(path, sizeof(path), TOP "/tests/report/models/%s.json", name);
	model = json_load_file(path, 0, NULL);
	assert_non_null(model);
	return model;
}

static void make(const json_t *model)
{
	size_t len;
	FILE *to = open_memstream(&page, &len);

	report_html(to, model);
	assert_int_equal(fclose(to), 0);
}

static void make_of(const char *name)
{
	json_t *model = load(name);

	make(model);
	json_decref(model);
}

#define assert_has(text) \
	do { \
		if (!strstr(page, text)) \
			print_error("no %s in %s\n", text, page); \
		assert_non_null(strstr(page, text)); \
	} while (0)
#define assert_lacks(text)	assert_null(strstr(page, text))

static unsigned int count(const char *text)
{
	unsigned int n = 0;

	for (const char *at = page; (at = strstr(at, text)); at++)
		n++;
	return n;
}

static void assert_order(const char *before, const char *after)
{
	assert_has(before);
	assert_has(after);
	assert_true(strstr(page, before) < strstr(page, after));
}

/* Each opened element of those that nest is closed. */
static void assert_balanced(void)
{
	static const char * const names[] = {
		"html", "head", "style", "body", "main", "header", "section", "div", "ul", "ol",
		"li", "dl", "dt", "dd", "table", "tbody", "tr", "td", "details", "code", "mark",
		"span", "h2", "h3", "p", "footer",
	};
	char open[16], with[16], close[16];

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(open, sizeof(open), "<%s>", names[i]);
		snprintf(with, sizeof(with), "<%s ", names[i]);
		snprintf(close, sizeof(close), "</%s>", names[i]);
		if (count(open) + count(with) != count(close))
			print_error("%s: %u, %u\n", names[i], count(open) + count(with),
				    count(close));
		assert_int_equal(count(open) + count(with), count(close));
	}
}

static void assert_harmless(void)
{
	static const char * const never[] = {
		"<script", "<img", "<link", "<iframe", "href=", "url(", "@import", "http:",
		"https:", "\x1b", "\x07", "\r", "\t", "\xe2\x80\xae",
	};

	for (size_t i = 0; i < ARRAY_SIZE(never); i++)
		assert_lacks(never[i]);
	assert_has("default-src 'none'");
	assert_balanced();
}

static void an_intrusion(void **state)
{
	(void)state;
	make_of("intrusion");
	assert_harmless();
	assert_lacks("src=");
	assert_has("<h1>intrusion-chain in web</h1>");
	assert_has("The guest was stopped for good");
	assert_has("it took 0.66 ms");
	assert_has("In this order: the guest was paused, somebody was notified, its memory was captured as evidence, its domain was destroyed. ");
	assert_has("It did not work: evacuate-neighbours. ");
	assert_has("Very sure.");
	/* the timeline, by time, what was recognised with its number */
	assert_order("<span class=tag>1</span>/bin/dash", "<span class=tag>2</span>/bin/dash");
	assert_order("<span class=tag>4</span>/bin/kmod", "<span class=who>decision");
	assert_order("<span class=who>decision", "<span class=who>pause");
	/* how to verify */
	assert_has("<code>starlsmctl verify /var/lib/starlsm/journal --key /var/lib/starlsm/journal.key.pub</code>");
	assert_has("<code>starlsmctl evidence verify /var/lib/starlsm/evidence/web-20261125T031207Z-3 --key PUBLIC.pem</code>");
	assert_has("655.5 &micro;s");
	free(page);
}

/* What had no place in the incident's list of alerts is said. */
static void alerts_left_out(void **state)
{
	json_t *model = load("tampered");

	(void)state;
	make(model);
	assert_lacks("no place for");
	free(page);
	json_object_set_new(json_object_get(model, "incident"), "more_alerts", json_integer(7));
	make(model);
	assert_harmless();
	assert_has("It is made of 9 alerts");
	assert_has("The list had no place for 7 more.");
	free(page);
	json_decref(model);
}

static void seen_from_outside(void **state)
{
	(void)state;
	make_of("tampered");
	assert_harmless();
	/* the same bytes are not marked */
	assert_has("<dd class=mono><mark>f3</mark> <mark>0f</mark> <mark>1e</mark> <mark>fa</mark> 0f 1f 44 ");
	assert_has("<mark>e9</mark> <mark>3b</mark> <mark>d2</mark> <mark>c7</mark> 0f 1f 44 ");
	assert_has("<mark>0xffffffffc0201a40</mark>");
	assert_has("Seen from outside, 3 things are in the guest's memory");
	assert_has("The journal has a gap at that time");
	assert_has("The incident's score is 92 of 100.");
	assert_has("It is made of 2 alerts");
	assert_has("6 times");
	assert_has("It did not work: capture. ");
	assert_has("<code>starlsmctl undo web</code>");
	free(page);
}

/* From starlsmd, of a guest nothing was done to, with nothing known of tasks */
static void hardly_anything(void **state)
{
	(void)state;
	make_of("bare");
	assert_harmless();
	assert_has("Nothing was done. The guest runs.");
	assert_has("that cannot be verified");
	assert_has("only the journal has it");
	assert_has("Of the tasks that took part nothing is known");
	assert_lacks("starlsmctl verify");
	free(page);
}

static void nothing_at_all(void **state)
{
	json_t *model = json_object();

	(void)state;
	make(model);
	assert_harmless();
	free(page);
	json_decref(model);
}

static void whatever_a_guest_writes(void **state)
{
	static const char * const names[] = { "intrusion", "tampered", "bare" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		json_t *model = load(names[i]);

		poison(model);
		make(model);
		assert_harmless();
		assert_has("&lt;script&gt;");
		assert_has("\\x1b[31m");
		/* the last one has no text that long where it would be folded */
		if (i + 1 < ARRAY_SIZE(names))
			assert_has("4096 bytes in all");
		free(page);
		json_decref(model);
	}
}

/* A word that a shell would not take as it is, is quoted; the escaping comes after. */
static void commands(void **state)
{
	static const char * const words[][2] = {
		{ "web-1", "web-1" }, { "", "''" }, { "-v", "'-v'" }, { "a b;c", "'a b;c'" },
		{ "$(x)", "'$(x)'" }, { "<b>", "'&lt;b&gt;'" },
		{ "it's", "'it&#39;\\&#39;&#39;s'" }, { "'", "'&#39;\\&#39;&#39;'" },
	};
	char expected[128];
	size_t len;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		FILE *to = open_memstream(&page, &len);

		words_command(to, "xl pause ", words[i][0], NULL, NULL);
		fclose(to);
		snprintf(expected, sizeof(expected), "<code>xl pause %s</code>", words[i][1]);
		assert_string_equal(page, expected);
		free(page);
	}
}

/* How the guest is decides what is said, and what is left to do. */
static void states(void **state)
{
	static const struct {
		const char *end, *says, *left;
	} rows[] = {
		{ "paused", "The guest is paused", "starlsmctl undo web" },
		{ "gone", "stopped for good", "Build it anew" },
		{ "loose", "nothing could stop it", "xl destroy web" },
		{ "unknown", "Nobody could tell", "xl list" },
		{ "replaced", "Nobody could tell", "xl list" },
		{ "dry run", "dry-run is on", "Decide whether" },
		{ "runs", "as its playbook wants", "Decide whether" },
		{ "under way", "was under way", "make this report again" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_t *model = load("intrusion");

		json_object_set_new(json_array_get(json_object_get(model, "runs"), 0), "end",
				    json_string(rows[i].end));
		make(model);
		assert_has(rows[i].says);
		assert_has(rows[i].left);
		free(page);
		json_decref(model);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_intrusion),
		cmocka_unit_test(alerts_left_out),
		cmocka_unit_test(seen_from_outside),
		cmocka_unit_test(hardly_anything),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(whatever_a_guest_writes),
		cmocka_unit_test(commands),
		cmocka_unit_test(states),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
