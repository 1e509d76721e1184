// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the engine: same facts, same verdicts; bad senders; no memory
 */
#include "cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine_core.h"
#include "engine/ledger.h"
#include "lib/decode.h"
#include "lib/playbook.h"
#include "batch_of_events.h"
#include "script.h"

#define WEB	5

/*
 * Memory that runs out
 */

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);

static long allocations_left = -1;	/* -1: no end */

static bool is_out_of_memory(void)
{
	if (allocations_left < 0)
		return false;
	if (allocations_left == 0)
		return true;
	allocations_left--;
	return false;
}

void *__wrap_malloc(size_t size)
{
	return is_out_of_memory() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return is_out_of_memory() ? NULL : __real_calloc(n, size);
}

/*
 * What comes out
 */

struct tape {
	char bytes[1 << 18];
	size_t len;
	uint32_t n[64];		/* by type */
	uint32_t n_paths;	/* of the events */
	struct msg_verdict verdict;	/* the last ones */
	struct msg_out_incident incident;
	struct msg_answer answer;
	struct msg_out_event event;
	char exe[256], parent_exe[256], path[256];
	char digest;		/* its last byte */
	int verdict_err;	/* what sending one ends with */
};

static struct tape tape;

static void keep_event(const struct msg_out_event *out)
{
	const char *exe = (const char *)(out + 1);

	struct starlsm_rec rec;

	memcpy(&rec, (const char *)out + out->msg.len - out->rec_len, sizeof(rec));
	if (rec.type == STARLSM_EV_PATH) {
		tape.n[MSG_OUT_EVENT]--;
		tape.n_paths++;
		return;
	}
	tape.event = *out;
	snprintf(tape.exe, sizeof(tape.exe), "%.*s", out->exe_len, exe);
	snprintf(tape.parent_exe, sizeof(tape.parent_exe), "%.*s", out->parent_exe_len,
		 exe + out->exe_len);
	assert_int_equal(out->msg.len, sizeof(*out) + out->exe_len + out->parent_exe_len +
			 out->path_len[0] + out->path_len[1] + out->sha256_len +
			 out->rec_len);
	snprintf(tape.path, sizeof(tape.path), "%.*s", out->path_len[0],
		 exe + out->exe_len + out->parent_exe_len);
	tape.digest = out->sha256_len ? exe[out->msg.len - sizeof(*out) - out->rec_len - 1] : 0;
}

static int record(void *arg, const struct msg *m)
{
	assert_ptr_equal(arg, &tape);
	tape.n[m->type]++;
	if (tape.len + m->len <= sizeof(tape.bytes)) {
		memcpy(tape.bytes + tape.len, m, m->len);
		tape.len += m->len;
	}
	if (m->type == MSG_OUT_EVENT)
		keep_event((const void *)m);
	else if (m->type == MSG_OUT_INCIDENT)
		tape.incident = *(const struct msg_out_incident *)m;
	else if (m->type == MSG_ANSWER)
		tape.answer = *(const struct msg_answer *)m;
	else if (m->type == MSG_VERDICT)
		tape.verdict = *(const struct msg_verdict *)m;
	return m->type == MSG_VERDICT ? tape.verdict_err : 0;
}

/*
 * What goes in
 */

static struct engine *engine;

static int set_up(void **state)
{
	const struct hash_seed seed = { { 5, 6 } };

	(void)state;
	memset(&tape, 0, sizeof(tape));
	script_reset();
	engine = engine_new(&seed, record, &tape);
	return engine ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	engine_free(engine);
	return 0;
}

static int add_guest(uint32_t domid, uint32_t policy)
{
	const struct msg_guest m = {
		.msg = { MSG_GUEST, sizeof(m) }, .domid = domid, .respond = policy, .name = "web",
		.incidents = { .window_s = 600, .hold_s = 60, .close_s = 3600 },
	};

	return engine_feed(engine, FROM_PARENT, 0, &m.msg, 1);
}

static int end_guest(uint32_t domid)
{
	const struct msg_gone m = { .msg = { MSG_GONE, sizeof(m) }, .domid = domid };

	return engine_feed(engine, FROM_PARENT, 0, &m.msg, 1);
}

static int feed_batch(const struct msg_events *m)
{
	return engine_feed(engine, FROM_READER, m->domid, &m->msg, READ_NS + 1000);
}

static const struct line chain[] = {
	{ STARLSM_EV_PATH, .other = 1, .path = "/usr/sbin/nginx" },
	{ STARLSM_EV_TASK, .other = 1, .exe = 1, .pid = 10, .uid = 33, .euid = 33 },
	{ STARLSM_EV_FORK, .task = 1, .other = 2 },
	{ STARLSM_EV_EXEC, .task = 2, .pid = 11, .uid = 33, .euid = 33,
	  .path = "/bin/sh" },
	{ STARLSM_EV_CREATE, .task = 2, .path = "/tmp/x" },
	{ STARLSM_EV_FORK, .task = 2, .other = 3 },
	{ STARLSM_EV_EXEC, .task = 3, .pid = 12, .uid = 33, .euid = 33,
	  .path = "/tmp/x" },
	{ STARLSM_EV_CRED, .task = 3, .op = STARLSM_CRED_EXEC, .old_uid = 33, .old_euid = 33,
	  .uid = 33 },
	{ STARLSM_EV_EXEC, .task = 3, .pid = 12, .uid = 33, .path = "/usr/bin/su" },
	{ STARLSM_EV_MODULE, .task = 3, .path = "/tmp/rk.ko" },
};

static int feed_chain(uint32_t domid)
{
	struct msg_events *m = batch_start(domid);

	for (size_t i = 0; i < ARRAY_SIZE(chain); i++)
		batch_add(m, &chain[i]);
	return feed_batch(m);
}

static int report(uint32_t action, uint32_t incident)
{
	const struct msg_done m = {
		.msg = { MSG_DONE, sizeof(m) }, .domid = WEB, .action = action,
		.incident = incident, .start_ns = READ_NS + 2000, .end_ns = READ_NS + 3000,
	};

	return engine_feed(engine, FROM_RESPONDER, 0, &m.msg, READ_NS + 4000);
}

/*
 * Tests
 */

static void the_chain(void **state)
{
	const struct msg_clock clock = {
		.msg = { MSG_CLOCK, sizeof(clock) }, .domid = WEB,
		.offset_ns = READ_NS - 20000000, .rtt_ns = 77,
	};

	(void)state;
	assert_int_equal(add_guest(WEB, RESPOND_HALT), 0);
	assert_int_equal(engine_feed(engine, FROM_READER, WEB, &clock.msg, 2), 0);
	assert_int_equal(feed_chain(WEB), 0);
	/* less the first, which only defines */
	assert_int_equal(tape.n[MSG_OUT_EVENT], ARRAY_SIZE(chain) - 1);
	assert_int_equal(tape.n[MSG_VERDICT], 1);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 1);
	assert_int_equal(tape.verdict.domid, WEB);
	assert_int_equal(tape.verdict.n_actions, 2);
	assert_int_equal(tape.verdict.action[0], ACTION_PAUSE);
	assert_int_equal(tape.verdict.action[1], ACTION_DESTROY);
	assert_int_equal(tape.incident.commit_ns, READ_NS - 10000000);
	assert_int_equal(tape.incident.read_ns, READ_NS);
	assert_int_equal(tape.incident.decided_ns, READ_NS + 1000);
	assert_int_equal(tape.incident.rtt_ns, 77);

	assert_int_equal(report(ACTION_PAUSE, tape.verdict.incident), 0);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 2);
	assert_int_equal(tape.incident.paused_ns, READ_NS + 3000);
	assert_int_equal(report(ACTION_DESTROY, tape.verdict.incident), 0);
	assert_int_equal(tape.incident.state, INCIDENT_CONTAINED);
	assert_ptr_not_equal(engine_incident_after(engine, 0), NULL);
	assert_null(engine_incident_after(engine, 1));
}

/* The actor as it was when it asked, and who started it */
static void context(void **state)
{
	struct msg_events *m;

	(void)state;
	add_guest(WEB, RESPOND_ALERT);
	feed_chain(WEB);
	assert_string_equal(tape.exe, "/usr/bin/su");
	assert_string_equal(tape.parent_exe, "/bin/sh");
	assert_int_equal(tape.event.pid, 12);
	assert_int_equal(tape.event.ppid, 11);
	assert_int_equal(tape.event.uid, 33);
	assert_int_equal(tape.event.euid, 0);
	assert_int_equal(tape.event.known, 1);
	assert_int_equal(tape.event.ring, 1);
	assert_int_equal(tape.event.mono_ns, READ_NS);
	m = batch_start(WEB);
	batch_add(m, &(struct line){ STARLSM_EV_EXIT, .task = 3, .pid = 12 });
	feed_batch(m);
	assert_string_equal(tape.exe, "/usr/bin/su");
	m = batch_start(WEB);
	batch_add(m, &(struct line){ STARLSM_EV_UNLINK, .task = 3, .path = "/x" });
	feed_batch(m);
	assert_string_equal(tape.exe, "");
	assert_int_equal(tape.event.known, 0);
	assert_int_equal(tape.event.uid, UINT32_MAX);
	assert_string_equal(tape.path, "/x");
}

/* What the file holds comes with what executes it. */
static void digests(void **state)
{
	static const struct {
		struct line line;
		char digest;
	} rows[] = {
		{ { STARLSM_EV_EXEC, .task = 3, .path = "/x", .pid = 9 }, 0 },
		{ { STARLSM_EV_DIGEST, .task = 3, .path = "/x", .op = 7 }, 0 },
		{ { STARLSM_EV_CHECK, .task = 3, .path = "/x" }, 7 },
		{ { STARLSM_EV_EXEC, .task = 3, .path = "/x", .pid = 9 }, 7 },
		{ { STARLSM_EV_UNLINK, .task = 3, .path = "/x" }, 0 },
		{ { STARLSM_EV_EXEC, .task = 3, .path = "/y", .pid = 9 }, 0 },
	};

	(void)state;
	add_guest(WEB, RESPOND_ALERT);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct msg_events *m = batch_start(WEB);

		batch_add(m, &rows[i].line);
		feed_batch(m);
		assert_string_equal(tape.path, rows[i].line.path);
		assert_int_equal(tape.digest, rows[i].digest);
	}
}

/* What a record names by an id that nobody told */
static void unknown_path(void **state)
{
	struct msg_events *m;

	(void)state;
	add_guest(WEB, RESPOND_ALERT);
	m = batch_start(WEB);
	batch_add_rec(m, script_rec(&(struct line){ STARLSM_EV_UNLINK, .path = "/x" }), 0);
	feed_batch(m);
	assert_int_equal(tape.event.path_len[0], 0);
	assert_int_equal(tape.event.path_flags[0], OUT_PATH_UNKNOWN);
	m = batch_start(WEB);
	batch_add(m, &(struct line){ STARLSM_EV_RENAME, .path = "/x", .to = "/y/z" });
	feed_batch(m);
	assert_int_equal(tape.event.path_len[0], 2);
	assert_int_equal(tape.event.path_len[1], 4);
	assert_int_equal(tape.event.path_flags[0] | tape.event.path_flags[1], 0);
}

static void fill_paths(uint64_t first)
{
	struct msg_events *m = batch_start(WEB);

	for (uint64_t id = first; id < first + LEDGER_PATHS; id++) {
		if (m->msg.len > MSG_MAX / 2) {
			feed_batch(m);
			m = batch_start(WEB);
		}
		batch_add(m, &(struct line){ STARLSM_EV_PATH, .other = id, .path = "/p" });
	}
	feed_batch(m);
}

/* What had to be forgotten is asked for, but not all the time. */
static void everything_anew(void **state)
{
	struct msg_events *m;

	(void)state;
	add_guest(WEB, RESPOND_ALERT);
	fill_paths(1);
	assert_int_equal(tape.n[MSG_DEFINE], 0);
	fill_paths(1 << 20);
	assert_int_equal(tape.n[MSG_DEFINE], 1);
	m = batch_start(WEB);
	assert_int_equal(engine_feed(engine, FROM_READER, WEB, &m->msg, READ_NS + 9000000000), 0);
	assert_int_equal(tape.n[MSG_DEFINE], 1);
	assert_int_equal(engine_feed(engine, FROM_READER, WEB, &m->msg, READ_NS + 11000000000), 0);
	assert_int_equal(tape.n[MSG_DEFINE], 2);
	assert_int_equal(engine_feed(engine, FROM_READER, WEB, &m->msg, READ_NS + 99000000000), 0);
	assert_int_equal(tape.n[MSG_DEFINE], 2);
}

static int set_rules(const char *forbidden)
{
	static struct msg_rules m;

	m = (struct msg_rules){
		.msg = { MSG_RULES, sizeof(m) }, .domid = WEB, .respond = RESPOND_HALT,
		.otherwise = STARLSM_ANSWER_DENY, .n_rules = 2,
		.rule = { { STARLSM_EV_CHECK, STARLSM_ANSWER_DENY, 0, UINT32_MAX, "", "" },
			  { STARLSM_EV_MODULE, STARLSM_ANSWER_DENY, 0, UINT32_MAX, "", "" } },
	};
	strcpy(m.rule[0].path, forbidden);
	return engine_feed(engine, FROM_PARENT, 0, &m.msg, 1);
}

/* An event, and the question right after it; what the answer is */
static uint32_t ask(const struct line *event, uint32_t asked_about, uint32_t slot)
{
	const struct line question = {
		STARLSM_EV_ASK, .task = event->task, .other = 77, .op = asked_about, .pid = slot,
	};
	struct msg_events *m = batch_start(WEB);

	memset(&tape.answer, 0, sizeof(tape.answer));
	batch_add(m, event);
	batch_add(m, &question);
	assert_int_equal(feed_batch(m), 0);
	return tape.answer.answer;
}

static void verdicts(void **state)
{
	const struct line good = { STARLSM_EV_CHECK, .task = 2, .path = "/tmp/good" };
	const struct line bad = { STARLSM_EV_CHECK, .task = 2, .path = "/tmp/bad" };
	const struct line module = { STARLSM_EV_MODULE, .task = 2, .path = "/tmp/rk.ko" };
	const struct line open = { STARLSM_EV_OPEN, .task = 2, .path = "/tmp/rk.ko" };

	(void)state;
	add_guest(WEB, RESPOND_ALERT);
	assert_int_equal(ask(&bad, STARLSM_EV_CHECK, 3), STARLSM_ANSWER_ALLOW);
	assert_int_equal(set_rules("/tmp/bad"), 0);
	assert_int_equal(ask(&good, STARLSM_EV_CHECK, 3), STARLSM_ANSWER_ALLOW);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 0);
	assert_int_equal(ask(&bad, STARLSM_EV_CHECK, 255), STARLSM_ANSWER_DENY);
	assert_int_equal(tape.answer.domid, WEB);
	assert_int_equal(tape.answer.slot, 255);
	assert_int_equal(tape.answer.ticket, 77);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 1);
	assert_string_equal(tape.incident.rule, "denied");
	assert_string_equal(tape.incident.step[0].text, "?[task 2] executes /tmp/bad");
	assert_int_equal(tape.incident.state, INCIDENT_OPEN);
	assert_non_null(strstr(tape.incident.reason, "denied by policy: ?[task 2] executes"));
	/* the same again is the same incident; another rule's is another */
	assert_int_equal(ask(&bad, STARLSM_EV_CHECK, 3), STARLSM_ANSWER_DENY);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 1);
	assert_int_equal(ask(&module, STARLSM_EV_MODULE, 3), STARLSM_ANSWER_DENY);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 2);
	/* about another event, about one that cannot be refused, at no slot */
	assert_int_equal(ask(&good, STARLSM_EV_MODULE, 3), STARLSM_ANSWER_DENY);
	assert_int_equal(ask(&open, STARLSM_EV_OPEN, 3), STARLSM_ANSWER_DENY);
	assert_int_equal(ask(&good, STARLSM_EV_CHECK, 256), 0);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 2);
	/* what is denied, but was not asked, has not been refused */
	assert_int_equal(set_rules("/tmp/good"), 0);
	assert_int_equal(ask(&bad, STARLSM_EV_CHECK, 3), STARLSM_ANSWER_ALLOW);
}

/* A question counts for the record before it, on its own ring. */
static void questions_of_other_rings(void **state)
{
	const struct line bad = { STARLSM_EV_CHECK, .task = 2, .path = "/tmp/bad" };
	const struct line question = { STARLSM_EV_ASK, .task = 2, .other = 5, .op = STARLSM_EV_CHECK };
	const struct line other = { STARLSM_EV_CHECK, .task = 3, .path = "/tmp/good" };
	struct msg_events *m;
	struct msg_event *hdr;
	size_t at;

	(void)state;
	add_guest(WEB, RESPOND_ALERT);
	set_rules("/tmp/bad");
	/* another ring's event comes in between */
	m = batch_start(WEB);
	batch_add(m, &bad);
	batch_add_rec(m, script_path_rec(&other, 0), 0);
	at = m->msg.len;
	batch_add_rec(m, script_rec(&other), 900);
	hdr = (void *)(batch + at);
	hdr->ring = 2;
	batch_add_rec(m, script_rec(&question), 1);
	assert_int_equal(feed_batch(m), 0);
	assert_int_equal(tape.answer.answer, STARLSM_ANSWER_DENY);
	assert_int_equal(tape.incident.step[0].ring, 1);
	/* not right after it: otherwise */
	m = batch_start(WEB);
	batch_add_rec(m, script_rec(&question), 3);
	memset(&tape.answer, 0, sizeof(tape.answer));
	feed_batch(m);
	assert_int_equal(tape.answer.answer, STARLSM_ANSWER_DENY);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 1);
	/* from a ring that cannot be */
	m = batch_start(WEB);
	batch_add_rec(m, script_rec(&question), 3);
	((struct msg_event *)(m + 1))->ring = UINT32_MAX;
	assert_int_equal(feed_batch(m), 0);
}

static void rules_that_cannot_be(void **state)
{
	struct msg_rules m = { .msg = { MSG_RULES, sizeof(m) }, .domid = WEB, .otherwise = 1 };

	(void)state;
	/* of a guest for which there was no room */
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, 1), 0);
	add_guest(WEB, RESPOND_ALERT);
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, 1), 0);
	m.n_rules = VERDICT_RULES_MAX + 1;
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, 1), -EBADMSG);
	m.n_rules = 0;
	m.respond = RESPOND_HALT + 1;
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, 1), -EBADMSG);
}

static void run_all(void)
{
	add_guest(WEB, RESPOND_HALT);
	feed_chain(WEB);
	report(ACTION_PAUSE, 1);
	feed_chain(WEB);
	report(ACTION_DESTROY, 1);
	end_guest(WEB);
}

static void deterministic(void **state)
{
	static struct tape first;

	(void)state;
	run_all();
	first = tape;
	engine_free(engine);
	assert_int_equal(set_up(NULL), 0);
	run_all();
	assert_true(first.len > 0 && first.len < sizeof(first.bytes));
	assert_int_equal(first.len, tape.len);
	assert_memory_equal(first.bytes, tape.bytes, tape.len);
	assert_memory_equal(&first.verdict, &tape.verdict, sizeof(tape.verdict));
}

/* The seed decides where things lie, never what is decided. */
static void seed_changes_nothing(void **state)
{
	static struct tape first;
	const struct hash_seed other = { { 77, 78 } };

	(void)state;
	run_all();
	first = tape;
	engine_free(engine);
	memset(&tape, 0, sizeof(tape));
	script_reset();
	engine = engine_new(&other, record, &tape);
	run_all();
	assert_int_equal(first.len, tape.len);
	assert_memory_equal(first.bytes, tape.bytes, tape.len);
}

static void policies(void **state)
{
	(void)state;
	add_guest(WEB, RESPOND_ALERT);
	feed_chain(WEB);
	/* nothing is to be done, unless there is a playbook for that */
	assert_int_equal(tape.n[MSG_VERDICT], 1);
	assert_int_equal(tape.verdict.verdict, RESPOND_ALERT);
	assert_int_equal(tape.verdict.n_actions, 0);
	assert_int_equal(tape.incident.state, INCIDENT_OPEN);
	add_guest(6, RESPOND_PAUSE);
	feed_chain(6);
	assert_int_equal(tape.verdict.verdict, RESPOND_PAUSE);
	assert_int_equal(tape.verdict.n_actions, 1);
	assert_int_equal(tape.verdict.action[0], ACTION_PAUSE);
	assert_string_equal(tape.verdict.rule, tape.incident.rule);
}

/* A restarted reader's guest is the same: what it did before still counts. */
static void reader_restarts_in_the_middle(void **state)
{
	struct msg_events *m;

	(void)state;
	add_guest(WEB, RESPOND_HALT);
	for (size_t i = 0; i < ARRAY_SIZE(chain); i++) {
		add_guest(WEB, RESPOND_HALT);
		m = batch_start(WEB);
		batch_add(m, &chain[i]);
		assert_int_equal(feed_batch(m), 0);
	}
	assert_int_equal(tape.n[MSG_VERDICT], 1);
	/* but another one of its number is not */
	end_guest(WEB);
	add_guest(WEB, RESPOND_HALT);
	m = batch_start(WEB);
	batch_add(m, &chain[ARRAY_SIZE(chain) - 1]);
	feed_batch(m);
	assert_int_equal(tape.n[MSG_VERDICT], 1);
}

static void guests_do_not_mix(void **state)
{
	struct msg_events *m;

	(void)state;
	add_guest(WEB, RESPOND_HALT);
	add_guest(6, RESPOND_HALT);
	for (size_t i = 0; i < ARRAY_SIZE(chain); i++) {
		m = batch_start(i % 2 ? WEB : 6);
		batch_add(m, &chain[i]);
		feed_batch(m);
	}
	assert_int_equal(tape.n[MSG_VERDICT], 0);
}

static void ring_lies(void **state)
{
	const struct msg_broken m = {
		.msg = { MSG_BROKEN, sizeof(m) }, .domid = WEB, .error = STARLSM_ERR_SEQUENCE,
	};

	(void)state;
	add_guest(WEB, RESPOND_HALT);
	assert_int_equal(engine_feed(engine, FROM_READER, WEB, &m.msg, 9), 0);
	assert_string_equal(tape.incident.rule, "ring-lies");
	assert_int_equal(tape.verdict.n_actions, 1);
	assert_int_equal(tape.verdict.action[0], ACTION_PAUSE);
}

/* vmi may have been taken over, as a reader may: its texts end, and are escaped. */
static void kernel_is_tampered_with(void **state)
{
	struct msg_finding m = {
		.msg = { MSG_FINDING, sizeof(m) }, .domid = WEB, .check = 3,
		.severity = FINDING_TAMPERED, .address = 0xffffffff81000010,
		.n_expected_bytes = 2, .n_found_bytes = 2, .expected_bytes = { 0x0f, 0x1f },
		.found_bytes = { 0xcc, 0xcc }, .name = "text", .attack = "T1014",
		.object = "do_exit+\x1b", .text = "2 bytes differ",
	};

	(void)state;
	add_guest(WEB, RESPOND_HALT);
	assert_int_equal(engine_feed(engine, FROM_VMI, WEB, &m.msg, 9), 0);
	assert_string_equal(tape.incident.rule, "kernel-tampered");
	assert_non_null(strstr(tape.incident.reason,
			       ": text: 2 bytes differ, at do_exit+\\x1b (0xffffffff81000010), "
			       "expected 0f1f, found cccc (T1014)"));
	assert_int_equal(tape.verdict.action[0], ACTION_PAUSE);
	/* another check is another matter, the same again is not */
	assert_int_equal(engine_feed(engine, FROM_VMI, WEB, &m.msg, 9), 0);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 1);
	m.check = 4;
	m.severity = FINDING_SUSPECT;
	assert_int_equal(engine_feed(engine, FROM_VMI, WEB, &m.msg, 9), 0);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 2);
	assert_int_equal(tape.incident.news, 1);
	assert_string_equal(tape.incident.alert[1].rule, "kernel-suspect");
	/* it belongs to the first, and asks for no more */
	assert_string_equal(tape.incident.rule, "kernel-tampered");
	assert_int_equal(tape.n[MSG_VERDICT], 1);
	m.n_found_bytes = FINDING_BYTES_MAX + 1;
	assert_int_equal(engine_feed(engine, FROM_VMI, WEB, &m.msg, 9), -EBADMSG);
	m.n_found_bytes = 0;
	memset(m.text, 'x', sizeof(m.text));
	assert_int_equal(engine_feed(engine, FROM_VMI, WEB, &m.msg, 9), -EBADMSG);
}

/* One incident of each kind, however often it is told */
static void sensor_does_not_live(void **state)
{
	struct msg_guest g = {
		.msg = { MSG_GUEST, sizeof(g) }, .domid = WEB, .respond = RESPOND_HALT,
		.attach_s = 120, .quiet_s = 5, .name = "web", .incidents = { .window_s = 600 },
	};
	struct msg_vitals m = { .msg = { MSG_VITALS, sizeof(m) }, .domid = WEB };

	(void)state;
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, 1), 0);
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &g.msg, 1), 0);
	m.unattached_ns = 119999000000;
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, 2), 0);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 0);
	for (int i = 0; i < 3; i++) {
		m.unattached_ns += 1000000000;
		assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, 3 + i), 0);
	}
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 1);
	assert_string_equal(tape.incident.rule, "sensor-missing");
	assert_string_equal(tape.incident.guest, "web");
	m.unattached_ns = 0;
	m.silent_cpu_ns = 5000000000;
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, 9), 0);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 2);
	assert_string_equal(tape.incident.rule, "sensor-missing");
	assert_int_equal(tape.incident.alert[0].count, 3);
	assert_string_equal(tape.incident.alert[1].rule, "sensor-quiet");
	assert_int_equal(tape.incident.alert[1].link, LINK_GUEST);
	assert_int_equal(tape.n[MSG_VERDICT], 1);
	assert_int_equal(tape.verdict.verdict, RESPOND_ALERT);
	assert_int_equal(tape.verdict.n_actions, 0);
}

static void kernel_is_another(void **state)
{
	struct msg_guest g = {
		.msg = { MSG_GUEST, sizeof(g) }, .domid = WEB, .name = "web",
		.build_id = "0123456789abcdef0123456789abcdef01234567",
	};
	struct {
		struct starlsm_rec_hello hello;
		char build_id[40];
	} rec = {
		.hello = { .rec = { STARLSM_EV_HELLO, sizeof(rec), 0, 1, 0 }, .epoch = 1,
			   .build_id_len = 40 },
	};
	struct msg_event hdr = { .ring = 1, .rec_len = sizeof(rec) };
	struct msg_events *m;

	(void)state;
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &g.msg, 1), 0);
	memcpy(rec.build_id, g.build_id, 40);
	for (int i = 0; i < 2; i++) {
		m = batch_start(WEB);
		m->n_events = 1;
		memcpy(m + 1, &hdr, sizeof(hdr));
		memcpy((char *)(m + 1) + sizeof(hdr), &rec, sizeof(rec));
		m->msg.len = sizeof(*m) + sizeof(hdr) + sizeof(rec);
		assert_int_equal(engine_feed(engine, FROM_READER, WEB, &m->msg, 5), 0);
		assert_int_equal(tape.n[MSG_OUT_INCIDENT], i);
		rec.build_id[39] = '8';
	}
	assert_string_equal(tape.incident.rule, "sensor-other-build");
	memset(g.build_id, 'a', sizeof(g.build_id));
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &g.msg, 1), -EBADMSG);
}

static void feed_hello(const char *build_id, uint64_t text_base)
{
	struct {
		struct starlsm_rec_hello hello;
		char build_id[40];
	} rec = {
		.hello = { .rec = { STARLSM_EV_HELLO, sizeof(rec), 0, 1, 0 }, .epoch = 1,
			   .build_id_len = 40, .text_base = text_base },
	};
	struct msg_event hdr = { .ring = 1, .rec_len = sizeof(rec) };
	struct msg_events *m = batch_start(WEB);

	memcpy(rec.build_id, build_id, 40);
	m->n_events = 1;
	memcpy(m + 1, &hdr, sizeof(hdr));
	memcpy((char *)(m + 1) + sizeof(hdr), &rec, sizeof(rec));
	m->msg.len = sizeof(*m) + sizeof(hdr) + sizeof(rec);
	assert_int_equal(engine_feed(engine, FROM_READER, WEB, &m->msg, 5), 0);
}

/* What the sensor says of its kernel, against what is in memory */
static void kernel_lies(void **state)
{
	struct msg_kernel m = {
		.msg = { MSG_KERNEL, sizeof(m) }, .domid = WEB, .base = 0xffffffff81000000,
		.build_id = "0123456789abcdef0123456789abcdef01234567",
	};

	(void)state;
	add_guest(WEB, RESPOND_HALT);
	feed_hello(m.build_id, m.base);
	assert_int_equal(engine_feed(engine, FROM_VMI, WEB, &m.msg, 6), 0);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 0);
	/* one that nobody knows is no lie */
	m.build_id[0] = 0;
	assert_int_equal(engine_feed(engine, FROM_VMI, WEB, &m.msg, 7), 0);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 0);
	m.build_id[0] = '0';
	assert_int_equal(engine_feed(engine, FROM_VMI, WEB, &m.msg, 8), 0);
	feed_hello(m.build_id, m.base + 0x1000);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 1);
	assert_string_equal(tape.incident.rule, "kernel-tampered");
	memset(m.build_id, 'a', sizeof(m.build_id));
	assert_int_equal(engine_feed(engine, FROM_VMI, WEB, &m.msg, 9), -EBADMSG);
}

/*
 * Incidents
 */

/* What vmi finds belongs to what a task did; and together it is worth more. */
static void a_finding_after_an_intrusion(void **state)
{
	struct msg_guest g = {
		.msg = { MSG_GUEST, sizeof(g) }, .domid = WEB, .respond = RESPOND_HALT, .name = "web",
		.incidents = { .window_s = 600, .at = { [RESPOND_PAUSE] = 40, [RESPOND_HALT] = 100 } },
	};
	const struct msg_finding finding = {
		.msg = { MSG_FINDING, sizeof(finding) }, .domid = WEB, .check = 3,
		.severity = FINDING_TAMPERED, .name = "text", .attack = "T1055", .text = "differs",
	};
	struct msg_events *m;

	(void)state;
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &g.msg, 1), 0);
	m = batch_start(WEB);
	batch_add(m, &(struct line){ STARLSM_EV_FORK, .task = 7, .other = 8 });
	batch_add(m, &(struct line){ STARLSM_EV_EXEC, .task = 8, .pid = 80, .path = "/bin/kx" });
	batch_add(m, &(struct line){ STARLSM_EV_KEXEC, .task = 8, .path = "/tmp/k" });
	feed_batch(m);
	assert_int_equal(tape.incident.score, 30);
	assert_int_equal(tape.verdict.verdict, RESPOND_ALERT);
	assert_int_equal(tape.incident.n_nodes, 2);
	assert_string_equal(tape.incident.node[1].exe, "/bin/kx");
	assert_int_equal(tape.incident.node[1].alerts, 1);
	assert_int_equal(engine_feed(engine, FROM_VMI, WEB, &finding.msg, READ_NS + 2000), 0);
	assert_int_equal(tape.incident.id, 1);
	assert_int_equal(tape.incident.alert[1].link, LINK_GUEST);
	assert_string_equal(tape.incident.alert[1].attack, "T1055");
	assert_int_equal(tape.incident.score, 100);
	assert_int_equal(tape.n[MSG_VERDICT], 2);
	assert_int_equal(tape.verdict.verdict, RESPOND_HALT);
	assert_int_equal(tape.verdict.incident, 1);
	assert_string_equal(tape.verdict.rule, "kernel-tampered");
}

/* What is denied has the file of the question's event, and the task that asked. */
static void denied_twice(void **state)
{
	(void)state;
	add_guest(WEB, RESPOND_ALERT);
	assert_int_equal(set_rules("/tmp/no*"), 0);
	ask(&(struct line){ STARLSM_EV_CHECK, .task = 50, .path = "/tmp/no" }, STARLSM_EV_CHECK, 0);
	ask(&(struct line){ STARLSM_EV_MODULE, .task = 60, .path = "/tmp/no" }, STARLSM_EV_MODULE, 0);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 2);
	assert_int_equal(tape.incident.id, 1);
	assert_int_equal(tape.incident.n_alerts, 2);
	assert_int_equal(tape.incident.alert[1].link, LINK_FILE);
}

static void an_operator_closes_it(void **state)
{
	struct msg_close m = {
		.msg = { MSG_CLOSE, sizeof(m) }, .domid = UINT32_MAX, .incident = 1,
	};

	(void)state;
	add_guest(WEB, RESPOND_ALERT);
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, 1), 0);
	feed_chain(WEB);
	assert_int_equal(engine_feed(engine, FROM_RESPONDER, 0, &m.msg, READ_NS), -EBADMSG);
	assert_int_equal(tape.incident.state, INCIDENT_OPEN);
	for (int i = 0; i < 2; i++)
		assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, READ_NS + 2000), 0);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 2);
	assert_int_equal(tape.incident.state, INCIDENT_CLOSED);
	feed_chain(WEB);
	assert_int_equal(tape.incident.id, 2);
}

/* By the clock of its vitals, and by its end */
static void nothing_new_comes(void **state)
{
	struct msg_vitals m = { .msg = { MSG_VITALS, sizeof(m) }, .domid = WEB };

	(void)state;
	add_guest(WEB, RESPOND_ALERT);
	feed_chain(WEB);
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, READ_NS + 3600000000000), 0);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 1);
	assert_int_equal(engine_feed(engine, FROM_PARENT, 0, &m.msg, READ_NS + 3601000000000), 0);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 2);
	assert_int_equal(tape.incident.state, INCIDENT_CLOSED);
	feed_chain(WEB);
	assert_int_equal(tape.incident.id, 2);
	end_guest(WEB);
	assert_int_equal(tape.n[MSG_OUT_INCIDENT], 4);
	assert_int_equal(tape.incident.state, INCIDENT_CLOSED);
}

static void responder_is_gone(void **state)
{
	(void)state;
	tape.verdict_err = EPIPE;
	add_guest(WEB, RESPOND_HALT);
	feed_chain(WEB);
	assert_int_equal(tape.incident.state, INCIDENT_FAILED);
	assert_int_equal(tape.incident.action_err[0], EPIPE);
}

/* The steps of a playbook take the place of the verdict's actions. */
static void a_playbook(void **state)
{
	struct msg_run m = { .msg = { MSG_RUN, sizeof(m) }, .domid = WEB };

	(void)state;
	add_guest(WEB, RESPOND_HALT);
	feed_chain(WEB);
	m.incident = tape.verdict.incident;
	m.playbook.n_steps = 1;
	m.playbook.step[0].action = ACTION_KEEP_PAUSED;
	assert_int_equal(engine_feed(engine, FROM_RESPONDER, 0, &m.msg, READ_NS), 0);
	assert_int_equal(tape.incident.n_actions, 1);
	assert_int_equal(tape.incident.action[0], ACTION_KEEP_PAUSED);
	assert_int_equal(report(ACTION_KEEP_PAUSED, m.incident), 0);
	assert_int_equal(tape.incident.paused_ns, READ_NS + 3000);
	assert_int_equal(tape.incident.state, INCIDENT_ACTING);
	m.phase = RUN_ENDED;
	m.end = RUN_PAUSED;
	assert_int_equal(engine_feed(engine, FROM_RESPONDER, 0, &m.msg, READ_NS), 0);
	assert_int_equal(tape.incident.state, INCIDENT_CONTAINED);
}

/* Each kind of fact from each kind of sender but the right one */
static void wrong_senders(void **state)
{
	static const size_t len[] = {
		[MSG_GUEST] = sizeof(struct msg_guest), [MSG_GONE] = sizeof(struct msg_gone),
		[MSG_DONE] = sizeof(struct msg_done), [MSG_BROKEN] = sizeof(struct msg_broken),
		[MSG_CLOCK] = sizeof(struct msg_clock), [MSG_EVENTS] = sizeof(struct msg_events),
		[MSG_RUN] = sizeof(struct msg_run),
		[MSG_REPLY] = 0, [MSG_VITALS] = sizeof(struct msg_vitals),
		[MSG_FINDING] = sizeof(struct msg_finding),
		[MSG_KERNEL] = sizeof(struct msg_kernel),
		[MSG_SEEN] = sizeof(struct msg_seen), [MSG_CLOSE] = sizeof(struct msg_close),
	};
	struct msg *m = (void *)batch;

	(void)state;
	add_guest(WEB, RESPOND_HALT);
	memset(batch, 0, sizeof(batch));
	for (uint32_t type = 0; type < ARRAY_SIZE(len) + 3; type++) {
		int n_accepted = 0;

		for (int sender = FROM_PARENT; sender <= FROM_VMI; sender++) {
			m->type = type;
			m->len = type < ARRAY_SIZE(len) && len[type] ? len[type] : 8;
			((uint32_t *)batch)[2] = sender >= FROM_READER ? WEB : 9;
			/* a look that has no beginning is none */
			((uint32_t *)batch)[3] = type == MSG_SEEN ? SEEN_ALL : 0;
			n_accepted += engine_feed(engine, sender, WEB, m, 1) == 0;
			m->len += 8;
			assert_int_equal(engine_feed(engine, sender, WEB, m, 1), -EBADMSG);
		}
		assert_int_equal(n_accepted, type < ARRAY_SIZE(len) && len[type] ? 1 : 0);
	}
	m->type = MSG_EVENTS;
	m->len = sizeof(struct msg_events);
	assert_int_equal(engine_feed(engine, FROM_READER, 6, m, 1), -EBADMSG);
}

/* A reader may have been taken over: it cannot speak for another, nor send rubbish. */
static void bad_batches(void **state)
{
	struct msg_events *m;

	(void)state;
	add_guest(WEB, RESPOND_HALT);
	m = batch_start(WEB);
	batch_add(m, &chain[0]);
	assert_int_equal(engine_feed(engine, FROM_READER, 6, &m->msg, 1), -EBADMSG);
	m->n_events = 2;
	assert_int_equal(feed_batch(m), -EBADMSG);
	m->n_events = 0;
	assert_int_equal(feed_batch(m), -EBADMSG);
	for (uint32_t rec_len = 0; rec_len < 100; rec_len++) {
		m = batch_start(WEB);
		batch_add(m, &chain[0]);
		((struct msg_event *)(m + 1))->rec_len = rec_len;
		assert_int_equal(feed_batch(m), rec_len == ((struct starlsm_rec *)
				 (batch + sizeof(*m) + sizeof(struct msg_event)))->len ?
				 0 : -EBADMSG);
	}
	m = batch_start(WEB);
	batch_add(m, &chain[0]);
	batch[sizeof(*m) + sizeof(struct msg_event)] = STARLSM_EV_LIMIT - 1;
	assert_int_equal(feed_batch(m), -EBADMSG);
}

static void too_many_guests(void **state)
{
	(void)state;
	for (uint32_t domid = 1; domid <= ENGINE_GUESTS_MAX; domid++)
		assert_int_equal(add_guest(domid, RESPOND_ALERT), 0);
	assert_int_equal(add_guest(1000, RESPOND_ALERT), -ENOSPC);
	assert_int_equal(add_guest(7, RESPOND_HALT), 0);
	assert_int_equal(end_guest(7), 0);
	assert_int_equal(end_guest(7), 0);
	assert_int_equal(add_guest(1000, RESPOND_ALERT), 0);
	assert_int_equal(add_guest(1001, RESPOND_HALT + 1), -EBADMSG);
}

/*
 * Memory ends at every allocation in turn: no crash, no leak, and what could not
 * be kept is asked for again.
 */
static void no_memory(void **state)
{
	const struct hash_seed seed = { { 5, 6 } };
	bool is_enough = false;
	uint32_t n_asked = 0;
	long n;

	(void)state;
	for (n = 0; !is_enough; n++) {
		memset(&tape, 0, sizeof(tape));
		script_reset();
		allocations_left = n;
		engine = engine_new(&seed, record, &tape);
		if (engine && add_guest(WEB, RESPOND_HALT) == 0) {
			assert_int_equal(feed_chain(WEB), 0);
			if (!tape.n[MSG_DEFINE])
				assert_int_equal(tape.n[MSG_VERDICT], 1);
			n_asked += tape.n[MSG_DEFINE];
			is_enough = allocations_left > 0;
		}
		allocations_left = -1;
		if (engine)
			engine_free(engine);
	}
	print_message("# %ld allocations\n", n);
	assert_true(n > 10 && n_asked > 0);
}

#define ENGINE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ENGINE_TEST(the_chain),
		ENGINE_TEST(context),
		ENGINE_TEST(digests),
		ENGINE_TEST(unknown_path),
		ENGINE_TEST(everything_anew),
		ENGINE_TEST(verdicts),
		ENGINE_TEST(questions_of_other_rings),
		ENGINE_TEST(rules_that_cannot_be),
		ENGINE_TEST(deterministic),
		ENGINE_TEST(seed_changes_nothing),
		ENGINE_TEST(policies),
		ENGINE_TEST(reader_restarts_in_the_middle),
		ENGINE_TEST(guests_do_not_mix),
		ENGINE_TEST(ring_lies),
		ENGINE_TEST(kernel_is_tampered_with),
		ENGINE_TEST(kernel_lies),
		ENGINE_TEST(a_finding_after_an_intrusion),
		ENGINE_TEST(denied_twice),
		ENGINE_TEST(an_operator_closes_it),
		ENGINE_TEST(nothing_new_comes),
		ENGINE_TEST(sensor_does_not_live),
		ENGINE_TEST(kernel_is_another),
		ENGINE_TEST(responder_is_gone),
		ENGINE_TEST(a_playbook),
		ENGINE_TEST(wrong_senders),
		ENGINE_TEST(bad_batches),
		ENGINE_TEST(too_many_guests),
		cmocka_unit_test(no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
