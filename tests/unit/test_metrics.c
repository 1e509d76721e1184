// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the metrics: what is said of a guest, hostile names, and that
 * Prometheus, docs/metrics.md, the dashboard and the alert rules agree with them
 */
#include "cmocka_all.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "export/metrics.h"
#include "hostile.h"

#define NOW_NS	100000000000LL

static struct figures f;
static struct outlet file = { .name = "file", .lines = 10, .dropped = 2, .failures = 1 };
static struct outlet * const outlets[] = { &file };
static char *text;

static int setup(void **state)
{
	(void)state;
	memset(&f, 0, sizeof(f));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	free(text);
	text = NULL;
	return 0;
}

static void render(void)
{
	size_t len;

	free(text);
	text = metrics_text(&f, outlets, 1, NOW_NS, &len);
	assert_non_null(text);
	assert_int_equal(len, strlen(text));
}

static struct figures_guest *add_guest(uint32_t domid, const char *name)
{
	struct msg_figures m = {
		.msg = { MSG_FIGURES, sizeof(m) }, .domid = domid, .state = "streaming",
		.type = "pvh", .n_rings = 2, .ring_bytes = 1000, .is_looked_at = 1,
		.checks = { 1, 2, 3, 4 }, .looks = 8, .pages = 9, .findings = 3,
		.busy_ns = 1500000000,
		.stats = { .msg = { MSG_STATS, sizeof(m.stats) }, .events = 12345, .lost = 7,
			   .backlog = 500, .heartbeat_ns = NOW_NS - 2500000000LL,
			   .lone_ns = 250000 },
	};

	hostile_copy(m.name, sizeof(m.name), name);
	figures_take(&f, &m);
	for (size_t i = 0; i < FIGURES_GUESTS_MAX; i++)
		if (f.guest[i].is_used && f.guest[i].domid == domid)
			return &f.guest[i];
	return NULL;
}

static void expect(const char *line)
{
	char whole[512];

	snprintf(whole, sizeof(whole), "\n%s\n", line);
	if (!strstr(text, whole))
		fail_msg("there is no line %s in\n%s", line, text);
}

static void a_guest(void **state)
{
	struct figures_guest *g = add_guest(5, "web");

	(void)state;
	g->events[STARLSM_EV_EXEC] = 4;
	g->lost[STARLSM_EV_OPEN] = 7;
	g->alerts[LEVEL_CRITICAL] = 1;
	g->verdicts[RESPOND_HALT] = 1;
	g->answers[STARLSM_ANSWER_DENY] = 2;
	f.missed = 11;
	render();
	expect("starlsm_guest_info{guest=\"web\",domid=\"5\",type=\"pvh\",state=\"streaming\",error=\"ok\"} 1");
	expect("starlsm_guest_streaming{guest=\"web\"} 1");
	expect("starlsm_guest_events_read_total{guest=\"web\"} 12345");
	expect("starlsm_guest_lost_total{guest=\"web\"} 7");
	expect("starlsm_guest_ring_fill_ratio{guest=\"web\"} 0.250000");
	expect("starlsm_guest_lag_seconds{guest=\"web\"} 0.00025");
	expect("starlsm_guest_heartbeat_age_seconds{guest=\"web\"} 2.500");
	expect("starlsm_introspection_seconds_total{guest=\"web\"} 1.5");
	expect("starlsm_introspection_findings_total{guest=\"web\"} 3");
	expect("starlsm_introspection_checks{guest=\"web\",result=\"could_not_look\"} 4");
	expect("starlsm_guest_events_total{guest=\"web\",event=\"exec\"} 4");
	expect("starlsm_guest_events_lost_total{guest=\"web\",event=\"open\"} 7");
	expect("starlsm_guest_alerts_total{guest=\"web\",level=\"critical\"} 1");
	expect("starlsm_guest_alerts_total{guest=\"web\",level=\"low\"} 0");
	expect("starlsm_guest_verdicts_total{guest=\"web\",verdict=\"halt\"} 1");
	expect("starlsm_guest_answers_total{guest=\"web\",answer=\"deny\"} 2");
	expect("starlsm_export_lines_total{outlet=\"file\"} 10");
	expect("starlsm_export_dropped_total{outlet=\"file\"} 2");
	expect("starlsm_export_missed_total 11");
	assert_null(strstr(text, "\nstarlsm_journal_up "));
	f.journal = (struct msg_journal){ .msg = { MSG_JOURNAL, sizeof(f.journal) }, .lost = 3 };
	render();
	expect("starlsm_journal_up 1");
	expect("starlsm_journal_lost_total 3");
}

/* What is not known is not said: not 0. */
static void unknown(void **state)
{
	struct figures_guest *g = add_guest(5, "web");

	(void)state;
	g->last.is_looked_at = 0;
	g->last.stats = (struct msg_stats){ 0 };
	render();
	expect("starlsm_guest_streaming{guest=\"web\"} 1");
	assert_null(strstr(text, "starlsm_introspection_looks_total{"));
	assert_null(strstr(text, "starlsm_guest_events_read_total{"));
	assert_null(strstr(text, "starlsm_guest_heartbeat_age_seconds{"));
	assert_null(strstr(text, "starlsm_guest_ring_fill_ratio{"));
	/* nor is one that starlsmd has not named */
	setup(NULL);
	f.guest[0].is_used = true;
	f.guest[0].events[STARLSM_EV_EXEC] = 1;
	render();
	assert_null(strstr(text, "guest=\""));
}

/*
 * A line of the format, by hand: NAME{LABEL="VALUE",...} NUMBER
 */

static const char *skip_name(const char *s)
{
	assert_true((*s >= 'a' && *s <= 'z') || *s == '_');
	while ((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '_')
		s++;
	return s;
}

static const char *skip_label(const char *s)
{
	s = skip_name(s);
	assert_true(s[0] == '=' && s[1] == '"');
	for (s += 2; *s != '"'; s++) {
		assert_true((unsigned char)*s >= ' ' && *s != 0x7f);
		if (*s == '\\') {
			s++;
			assert_true(*s == '\\' || *s == '"' || *s == 'n');
		}
	}
	return s + 1;
}

static void check_sample(const char *line)
{
	const char *s = skip_name(line);
	char *end;

	if (*s == '{') {
		do
			s = skip_label(s + 1);
		while (*s == ',');
		assert_int_equal(*s++, '}');
	}
	assert_int_equal(*s++, ' ');
	strtod(s, &end);
	assert_true(end != s && !*end);
}

static void check_text(void)
{
	char *copy = strdup(text), *save = NULL;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (strncmp(line, "# HELP ", 7) && strncmp(line, "# TYPE ", 7))
			check_sample(line);
	free(copy);
}

/* Whatever guests are called, and two of them the same: each is a series of its own. */
static void hostile_names(void **state)
{
	char *copy, *save = NULL;
	unsigned int n = 0;

	(void)state;
	for (size_t i = 0; i < HOSTILE_STRINGS; i++) {
		add_guest(100 + i, hostile_string(i));
		add_guest(200 + i, hostile_string(i));
	}
	render();
	check_text();
	copy = strdup(text);
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char whole[1200];

		assert_true(hostile_is_tame(line));
		if (strncmp(line, "starlsm_guest_streaming{", 24))
			continue;
		n++;
		snprintf(whole, sizeof(whole), "\n%s\n", line);
		assert_null(strstr(strstr(text, whole) + 1, whole));
	}
	free(copy);
	assert_int_equal(n, 2 * HOSTILE_STRINGS);
	assert_null(strstr(text, "\nstarlsm_up"));
}

/*
 * The pages and files about them
 */

static char *read_file(const char *path)
{
	static char content[262144];
	FILE *in = fopen(path, "r");
	size_t len;

	if (!in)
		fail_msg("%s is not there", path);
	len = fread(content, 1, sizeof(content) - 1, in);
	content[len] = 0;
	fclose(in);
	return content;
}

/* docs/metrics.md has a row for each, with its type, and none more. */
static void the_page(void **state)
{
	const char *page = read_file(TOP "/docs/metrics.md"), *at;
	unsigned int n = 0, n_rows = 0;

	(void)state;
	render();
	for (at = text; (at = strstr(at, "# TYPE ")); at++) {
		char name[96], type[16], row[160];

		assert_int_equal(sscanf(at, "# TYPE %95s %15s", name, type), 2);
		snprintf(row, sizeof(row), "\n| `%s` | %s | ", name, type);
		if (!strstr(page, row))
			fail_msg("docs/metrics.md has no row %s", row);
		n++;
	}
	for (at = page; (at = strstr(at, "\n| `starlsm_")); at++)
		n_rows++;
	assert_int_equal(n, n_rows);
	assert_true(n > 30);
}

/* Every name in it is one of ours. */
static void check_names(const char *content)
{
	unsigned int n = 0;

	render();
	for (const char *at = content; (at = strstr(at, "starlsm_")); n++) {
		const char *end = skip_name(at);
		char type[160];

		snprintf(type, sizeof(type), "# TYPE %.*s ", (int)(end - at), at);
		if (!strstr(text, type))
			fail_msg("there is no metric %.*s", (int)(end - at), at);
		at = end;
	}
	assert_true(n > 5);
}

static void the_dashboard(void **state)
{
	char *content = read_file(TOP "/dom0/dist/grafana-dashboard.json");
	json_t *dashboard = json_loads(content, 0, NULL);

	(void)state;
	assert_non_null(dashboard);
	assert_true(json_array_size(json_object_get(dashboard, "panels")) > 5);
	json_decref(dashboard);
	check_names(content);
}

static void the_alerts(void **state)
{
	(void)state;
	check_names(read_file(TOP "/dom0/dist/prometheus-alerts.yaml"));
}

static void need_promtool(void)
{
	if (!system("command -v promtool >/dev/null"))
		return;
	print_message("# skipped: promtool is not there (Debian package prometheus)\n");
	skip();
}

static void promtool_takes_the_alerts(void **state)
{
	(void)state;
	need_promtool();
	assert_int_equal(system("promtool check rules " TOP "/dom0/dist/prometheus-alerts.yaml"
				" >&2"), 0);
	assert_int_equal(system("promtool test rules " TOP "/tests/unit/alerts_test.yaml >&2"), 0);
}

/* Names, types, units, no series twice, whatever the guests are called */
static void promtool_takes_the_metrics(void **state)
{
	FILE *promtool;

	(void)state;
	need_promtool();
	add_guest(5, "web")->events[STARLSM_EV_EXEC] = 4;
	for (size_t i = 0; i < HOSTILE_STRINGS; i++)
		add_guest(100 + i, hostile_string(i));
	render();
	promtool = popen("promtool check metrics >&2", "w");
	assert_non_null(promtool);
	fputs(text, promtool);
	assert_int_equal(WEXITSTATUS(pclose(promtool)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_guest, setup, teardown),
		cmocka_unit_test_setup_teardown(unknown, setup, teardown),
		cmocka_unit_test_setup_teardown(hostile_names, setup, teardown),
		cmocka_unit_test_setup_teardown(the_page, setup, teardown),
		cmocka_unit_test_setup_teardown(the_dashboard, setup, teardown),
		cmocka_unit_test_setup_teardown(the_alerts, setup, teardown),
		cmocka_unit_test_setup_teardown(promtool_takes_the_alerts, setup, teardown),
		cmocka_unit_test_setup_teardown(promtool_takes_the_metrics, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
