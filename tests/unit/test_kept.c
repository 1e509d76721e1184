// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of incidents that outlive their engine
 */
#include "asking.h"

#include <sys/socket.h>

#include "engine/incidents.h"
#include "journal/kept.h"
#include "lib/msg_journal.h"

static char file[96];
static struct msg_out_incident heard[4];	/* from the file, by the last to_engine() */
static uint32_t n_heard;

static int with_file(void **state)
{
	set_up(state);
	snprintf(file, sizeof(file), "%s/incidents", rig.top);
	return 0;
}

/* A run whose journal keeps them */
static void start(void)
{
	rig_start(&rig);
	rig.recorder.kept_fd = kept_open(file);
	assert_true(rig.recorder.kept_fd >= 0);
}

static void crash(void)
{
	rig_pump(&rig);
	rig_kill(&rig);
}

/* A run in which web has an incident */
static void start_intruded(void)
{
	start();
	rig_guest(&rig, WEB, "web");
	rig_intrusion(&rig, WEB);
}

/* What a journal that begins says to an engine that begins; returns kept_tell()'s answer. */
static int to_engine(void)
{
	int fd = kept_open(file), pair[2], err;
	union {
		struct msg msg;
		struct msg_kept kept;
		struct msg_out_incident in;
	} m;

	assert_true(fd >= 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	err = kept_tell(fd, pair[0]);
	n_heard = 0;
	while (msg_recv(pair[1], &m, sizeof(m), NULL) > 0 && m.msg.type == MSG_OUT_INCIDENT)
		heard[n_heard++] = m.in;
	assert_int_equal(m.msg.type, MSG_KEPT);
	assert_int_equal(m.kept.n, n_heard);
	close(pair[0]);
	close(pair[1]);
	close(fd);
	return err;
}

/* The next run: it is told what the one before has left. */
static void start_next(void)
{
	assert_int_equal(to_engine(), 0);
	start();
	for (uint32_t i = 0; i < n_heard; i++)
		assert_int_equal(rig_feed(&rig, FROM_JOURNAL, 0, &heard[i].msg), 0);
}

static void vitals(uint32_t domid)
{
	const struct msg_vitals m = { .msg = { MSG_VITALS, sizeof(m) }, .domid = domid };

	assert_int_equal(rig_feed(&rig, FROM_PARENT, 0, &m.msg), 0);
	rig_tick(&rig);
}

/* The next run, in which that guest has web's number: there is nothing to be said. */
static void start_quiet_next(const char *name)
{
	start_next();
	rig_guest(&rig, WEB, name);
	rig.n_incidents = 0;
	vitals(WEB);
	assert_int_equal(rig.n_incidents, 0);
}

static const struct msg_out_incident *incident(uint32_t number)
{
	return engine_incident_after(rig.core, number - 1);
}

/* The verdict that nobody carried out is given again, and the record can be replayed. */
static void the_verdict_is_given_again(void **state)
{
	struct msg_out_incident before;

	(void)state;
	start_intruded();
	before = *incident(1);
	assert_int_equal(before.state, INCIDENT_ACTING);
	crash();

	start_next();
	assert_int_equal(n_heard, 1);
	rig_guest(&rig, WEB, "web");
	assert_memory_equal(incident(1)->alert, before.alert, sizeof(before.alert));
	assert_int_equal(incident(1)->score, before.score);
	rig_tick(&rig);
	rig.n_incidents = 0;
	vitals(WEB);
	vitals(WEB);
	assert_int_equal(rig.n_incidents, 1);
	assert_int_equal(incident(1)->state, INCIDENT_ACTING);
	assert_int_equal(incident(1)->verdict, before.verdict);
	assert_int_equal(incident(1)->n_actions, before.n_actions);
	/* What goes on is the same incident; another guest's has the next number. */
	rig_guest(&rig, MAIL, "mail");
	rig_intrusion(&rig, WEB);
	rig_intrusion(&rig, MAIL);
	assert_int_equal(incident(2)->id, 2);
	assert_int_equal(incident(2)->domid, MAIL);
	assert_null(engine_incident_after(rig.core, 2));
	rig_stop(&rig);
	replay();
	assert_said("the same, byte for byte");
	assert_int_equal(count("NOT THE SAME"), 0);
	assert_int_equal(query((struct ctl_options){ .types = "incident" }), CTL_OK);
	assert_said("web");
}

/* What was closed stays so, also when its guest goes on. */
static void what_ended_has_ended(void **state)
{
	const struct msg_close m = {
		.msg = { MSG_CLOSE, sizeof(m) }, .domid = UINT32_MAX, .incident = 1,
	};

	(void)state;
	start_intruded();
	assert_int_equal(rig_feed(&rig, FROM_PARENT, 0, &m.msg), 0);
	crash();
	start_quiet_next("web");
	assert_int_equal(incident(1)->state, INCIDENT_CLOSED);
	rig_intrusion(&rig, WEB);
	assert_int_equal(incident(2)->id, 2);
	rig_stop(&rig);
}

/* The number of a domain may be another's now. */
static void another_guest(void **state)
{
	(void)state;
	start_intruded();
	crash();
	start_quiet_next("shop");
	rig_intrusion(&rig, WEB);
	assert_int_equal(incident(2)->id, 2);
	assert_string_equal(incident(2)->guest, "shop");
	rig_stop(&rig);
}

/* One run after the other keeps them, whether something comes or not. */
static void twice(void **state)
{
	(void)state;
	start_intruded();
	crash();
	start_next();
	crash();
	start_next();
	assert_int_equal(n_heard, 1);
	assert_int_equal(incident(1)->id, 1);
	rig_stop(&rig);
}

/* What an engine was not told is none of its run's, and is not told the next. */
static void of_an_older_run(void **state)
{
	(void)state;
	start();
	rig_guest(&rig, WEB, "web");
	rig_guest(&rig, MAIL, "mail");
	rig_intrusion(&rig, WEB);
	rig_intrusion(&rig, MAIL);
	crash();
	start();
	rig_guest(&rig, MAIL, "mail");
	rig_intrusion(&rig, MAIL);
	crash();
	start_next();
	assert_int_equal(n_heard, 1);
	assert_string_equal(heard[0].guest, "mail");
	rig_stop(&rig);
}

/* A file that was cut, or that somebody has written to */
static void not_whole(void **state)
{
	struct msg_out_incident in;

	(void)state;
	start_intruded();
	in = *incident(1);
	crash();
	assert_int_equal(truncate(file, sizeof(in) - 8), 0);
	assert_int_equal(to_engine(), 0);
	assert_int_equal(n_heard, 0);

	start();
	memset(in.reason, 'x', sizeof(in.reason));
	assert_int_equal(rig_feed(&rig, FROM_JOURNAL, 0, &in.msg), -EBADMSG);
	in.reason[0] = 0;
	in.place = INCIDENTS_MAX;
	assert_int_equal(rig_feed(&rig, FROM_JOURNAL, 0, &in.msg), 0);
	assert_null(engine_incident_after(rig.core, 0));
	in.place = 3;
	assert_int_equal(rig_feed(&rig, FROM_READER, WEB, &in.msg), -EBADMSG);
	assert_int_equal(rig_feed(&rig, FROM_JOURNAL, 0, &in.msg), 0);
	assert_non_null(engine_incident_after(rig.core, 0));
	rig_stop(&rig);
}

/* An engine that has its own, and one that is gone */
static void nobody_listens(void **state)
{
	int fd, pair[2];

	(void)state;
	fd = kept_open(file);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	shutdown(pair[1], SHUT_RD);
	assert_int_equal(kept_tell(fd, pair[0]), EPIPE);
	close(pair[1]);
	assert_int_equal(kept_tell(fd, pair[0]), EPIPE);
	close(pair[0]);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_verdict_is_given_again, with_file, tear_down),
		cmocka_unit_test_setup_teardown(what_ended_has_ended, with_file, tear_down),
		cmocka_unit_test_setup_teardown(another_guest, with_file, tear_down),
		cmocka_unit_test_setup_teardown(twice, with_file, tear_down),
		cmocka_unit_test_setup_teardown(of_an_older_run, with_file, tear_down),
		cmocka_unit_test_setup_teardown(not_whole, with_file, tear_down),
		cmocka_unit_test_setup_teardown(nobody_listens, with_file, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
