// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of what is counted of guests: who is there, what came by
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "export/figures.h"
#include "out_event.h"
#include "records.h"

static struct figures f;
static struct out_event event;

static int setup(void **state)
{
	(void)state;
	memset(&f, 0, sizeof(f));
	return 0;
}

static struct msg_figures figures_of(uint32_t domid, const char *state)
{
	struct msg_figures m = { .msg = { MSG_FIGURES, sizeof(m) }, .domid = domid,
				 .name = "web" };

	snprintf(m.state, sizeof(m.state), "%s", state);
	return m;
}

static const char *take(uint32_t domid, const char *state)
{
	const struct msg_figures m = figures_of(domid, state);

	return figures_take(&f, &m);
}

/* A golden record, of that guest */
static void feed(uint32_t domid, const char *name)
{
	struct format_event fe;

	for (size_t i = 0; i < STARLSM_N_VECTORS; i++) {
		const struct starlsm_vector *v = &starlsm_vectors[i];

		if (strcmp(v->name, name))
			continue;
		((struct msg_out_event *)out_event_make(&event, (const void *)v->wire))->domid = domid;
		assert_int_equal(format_parse((const void *)event.bytes, &fe), 0);
		figures_event(&f, &fe);
		return;
	}
	fail_msg("no golden record %s", name);
}

static const struct figures_guest *guest(uint32_t domid)
{
	for (size_t i = 0; i < FIGURES_GUESTS_MAX; i++)
		if (f.guest[i].is_used && f.guest[i].domid == domid)
			return &f.guest[i];
	return NULL;
}

static void states(void **state)
{
	(void)state;
	assert_string_equal(take(5, "waiting"), "");
	assert_string_equal(take(5, "streaming"), "waiting");
	assert_string_equal(take(5, "streaming"), "streaming");
	assert_string_equal(take(6, "waiting"), "");
	assert_non_null(figures_gone(&f, 5));
	assert_null(figures_gone(&f, 5));
	assert_null(guest(5));
	assert_string_equal(take(5, "waiting"), "");
}

static void by_type(void **state)
{
	(void)state;
	feed(5, "create");
	feed(5, "create");
	feed(6, "create");
	feed(5, "lost");
	feed(5, "filtered");
	feed(5, "decision");
	assert_int_equal(guest(5)->events[STARLSM_EV_CREATE], 2);
	assert_int_equal(guest(6)->events[STARLSM_EV_CREATE], 1);
	/* as the golden records have it: so many of type open */
	assert_int_equal(guest(5)->lost[STARLSM_EV_OPEN], 4294967295);
	assert_int_equal(guest(5)->filtered[STARLSM_EV_OPEN], 1000);
	assert_int_equal(guest(5)->answers[STARLSM_ANSWER_DENY], 1);
	assert_int_equal(guest(5)->answers[STARLSM_ANSWER_ALLOW], 0);
}

/* One that is told because of its last alert */
static struct msg_out_incident incident(uint32_t id, uint32_t n_alerts, uint32_t level,
					uint32_t verdict)
{
	struct msg_out_incident in = {
		.msg = { MSG_OUT_INCIDENT, sizeof(in) }, .domid = 5, .id = id,
		.verdict = verdict, .n_alerts = n_alerts, .news = n_alerts - 1,
	};

	in.alert[in.news].level = level;
	return in;
}

static void alerts_and_verdicts(void **state)
{
	struct msg_out_incident in = incident(1, 1, LEVEL_HIGH, RESPOND_ALERT);

	(void)state;
	assert_true(figures_incident(&f, &in));
	/* its state has changed */
	in.news = INCIDENT_NONE;
	assert_false(figures_incident(&f, &in));
	in = incident(2, 1, LEVEL_CRITICAL, RESPOND_HALT);
	assert_true(figures_incident(&f, &in));
	in = incident(3, 1, LEVEL_CRITICAL, RESPOND_PAUSE);
	assert_true(figures_incident(&f, &in));
	/* one more alert of an older one, whose verdict has risen */
	in = incident(1, 2, LEVEL_LOW, RESPOND_HALT);
	assert_false(figures_incident(&f, &in));
	assert_int_equal(guest(5)->alerts[LEVEL_HIGH], 1);
	assert_int_equal(guest(5)->alerts[LEVEL_LOW], 1);
	assert_int_equal(guest(5)->alerts[LEVEL_CRITICAL], 2);
	assert_int_equal(guest(5)->verdicts[RESPOND_ALERT], 1);
	assert_int_equal(guest(5)->verdicts[RESPOND_PAUSE], 1);
	assert_int_equal(guest(5)->verdicts[RESPOND_HALT], 1);
}

/* Those that starlsmd has not named make room for those that it has; not the other way. */
static void many_guests(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 2 * FIGURES_GUESTS_MAX; i++)
		feed(1000 + i, "create");
	for (uint32_t i = 0; i < FIGURES_GUESTS_MAX; i++)
		assert_string_equal(take(i + 1, "streaming"), "");
	feed(5000, "create");
	assert_null(guest(5000));
	for (uint32_t i = 0; i < FIGURES_GUESTS_MAX; i++)
		assert_non_null(guest(i + 1));
	/* no room: nothing is said to have changed */
	assert_string_equal(take(6000, "waiting"), "waiting");
}

static void sane(void **state)
{
	struct msg_figures m = figures_of(5, "streaming");

	(void)state;
	assert_true(figures_are_sane(&m));
	memset(m.name, 'x', sizeof(m.name));
	assert_false(figures_are_sane(&m));
	m = figures_of(5, "streaming");
	memset(m.state, 'x', sizeof(m.state));
	assert_false(figures_are_sane(&m));
	m = figures_of(5, "streaming");
	memset(m.type, 'x', sizeof(m.type));
	assert_false(figures_are_sane(&m));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(states, setup),
		cmocka_unit_test_setup(by_type, setup),
		cmocka_unit_test_setup(alerts_and_verdicts, setup),
		cmocka_unit_test_setup(many_guests, setup),
		cmocka_unit_test_setup(sane, setup),
	};

	out_event_init(&event);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
