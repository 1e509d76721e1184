// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - fuzzer: messages a reader or a vmi in foreign hands could send the engine
 *
 * The input is messages, one after the other; a header's length is bounded to
 * what is left, and the guest is always the same. Half of the inputs are put
 * into batches with right lengths, so that the rules get their share. A
 * sequence of inputs goes to one engine, which is made anew now and then; some
 * rules are loaded.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/engine_core.h"
#include "lib/decode.h"
#include "lib/msg_reader.h"
#include "lib/rulefiles.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DOMID		1
#define INPUTS_MAX	1000

static struct engine *engine;
static char buf[MSG_MAX] __attribute__((aligned(8)));
static unsigned int n_inputs;

static int take_out(void *arg, const struct msg *m)
{
	(void)arg;
	assert(m->len >= sizeof(*m) && m->len <= MSG_MAX);
	assert(m->type == MSG_VERDICT || m->type == MSG_OUT_EVENT ||
	       m->type == MSG_OUT_INCIDENT || m->type == MSG_DEFINE ||
	       m->type == MSG_ANSWER);
	return m->len & 8 ? 11 : 0;
}

static void report(void *arg, enum report_kind kind, const char *file, unsigned int line,
		   const char *text)
{
	(void)arg;
	(void)kind;
	fprintf(stderr, "%s:%u: %s\n", file, line, text);
	abort();
}

/* Rules that count, in this guest and in all; and ask for an action */
static void load_rules(void)
{
	static const char yaml[] =
		"title: a\nname: a\nlogsource: {service: starlsm}\ndetection:\n"
		" s: {path|contains: [a, /], task.lineage: [plain, became-root]}\n"
		" k: [x*y]\n condition: s or k\n---\n"
		"title: b\nname: b\nrespond: pause\nlogsource: {product: linux, service: auditd}\n"
		"detection: {s: {type: [SYSCALL, PATH], uid|exists: true}, condition: s}\n---\n"
		"title: c\ncorrelation: {type: value_count, rules: [a], group-by: [guest, task.pid],"
		" timespan: 1s, condition: {field: event, gte: 3}}\n---\n"
		"title: d\ncorrelation: {type: temporal_ordered, rules: [a, b], group-by: [],"
		" timespan: 1s, generate: true}\n---\n"
		"title: e\nname: e\nlogsource: {service: starlsm, category: finding}\n"
		"detection: {s: {severity: [note, suspect, tampered]}, k: [x*y], condition: s or k}\n---\n"
		"title: f\ncorrelation: {type: value_count, rules: [e], group-by: [owner, found],"
		" timespan: 1s, condition: {field: object, gte: 2}, generate: true}\n";
	struct rulefiles files = { 0 };

	assert(!rulefiles_put(&files, "fuzz", yaml, sizeof(yaml) - 1));
	assert(engine_load(engine, files.bytes, files.len, report, NULL) == 6);
	rulefiles_free(&files);
}

static void renew(void)
{
	const struct hash_seed seed = { { 1, 2 } };
	const struct msg_guest guest = {
		.msg = { MSG_GUEST, sizeof(guest) }, .domid = DOMID,
		.respond = RESPOND_HALT, .name = "fuzz",
		.incidents = {
			.window_s = 1, .hold_s = 1, .close_s = 2,
			.at = { [RESPOND_PAUSE] = 40, [RESPOND_EVACUATE] = 70, [RESPOND_HALT] = 90 },
		},
	};

	static const struct msg_rules rules = {
		.msg = { MSG_RULES, sizeof(rules) }, .domid = DOMID, .respond = RESPOND_HALT,
		.otherwise = STARLSM_ANSWER_DENY, .n_rules = 3,
		.rule = {
			{ STARLSM_EV_CHECK, STARLSM_ANSWER_DENY, 0, UINT32_MAX, "/[a-z]*/*x", "" },
			{ STARLSM_EV_CONNECT, STARLSM_ANSWER_DENY, 0, 99, "", "1*:*" },
			{ STARLSM_EV_PTRACE, STARLSM_ANSWER_DENY, 0, UINT32_MAX, "/*", "" },
		},
	};

	if (engine)
		engine_free(engine);
	engine = engine_new(&seed, take_out, NULL);
	assert(engine);
	assert(!engine_feed(engine, FROM_PARENT, 0, &guest.msg, 1));
	assert(!engine_feed(engine, FROM_PARENT, 0, &rules.msg, 1));
	load_rules();
	n_inputs = 0;
}

static bool is_vmis(uint32_t type)
{
	return type == MSG_FINDING || type == MSG_KERNEL || type == MSG_SEEN;
}

static void feed(size_t len)
{
	struct msg *m = (void *)buf;

	m->len = len;
	if (len >= sizeof(struct msg_events))
		((struct msg_events *)buf)->domid = DOMID;
	engine_feed(engine, is_vmis(m->type) ? FROM_VMI : FROM_READER, DOMID, m,
		    n_inputs * 1000000LL);
}

/* As it is */
static void feed_messages(const uint8_t *data, size_t size)
{
	while (size >= sizeof(struct msg)) {
		size_t len = ((const struct msg *)memcpy(buf, data, sizeof(struct msg)))->len;

		if (len < sizeof(struct msg) || len > size || len > sizeof(buf))
			len = size < sizeof(buf) ? size : sizeof(buf);
		memcpy(buf, data, len);
		feed(len);
		data += len;
		size -= len;
	}
}

/* Records one after the other, each in a batch of its own; ids made small */
static void feed_records(const uint8_t *data, size_t size)
{
	struct msg_events *m = (void *)buf;
	struct msg_event *hdr = (void *)(m + 1);
	struct starlsm_rec *rec = (void *)(hdr + 1);

	while (size >= sizeof(*rec)) {
		size_t len;

		memcpy(rec, data, sizeof(*rec));
		len = rec->len & ~7;
		if (len < sizeof(*rec) || len > size)
			len = size & ~7;
		if (len > STARLSM_REC_MAX)
			len = STARLSM_REC_MAX;
		memset(m, 0, sizeof(*m) + sizeof(*hdr));
		memcpy(rec, data, len);
		rec->len = len;
		rec->task &= 15;
		m->msg.type = MSG_EVENTS;
		m->n_events = 1;
		hdr->rec_len = len;
		feed(sizeof(*m) + sizeof(*hdr) + len);
		data += len;
		size -= len;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!engine || ++n_inputs == INPUTS_MAX)
		renew();
	if (size < 8)
		return 0;
	memcpy(buf, data, 8);
	if (((const struct msg *)buf)->type == MSG_EVENTS || is_vmis(((const struct msg *)buf)->type))
		feed_messages(data, size);
	else
		feed_records(data, size);
	return 0;
}
