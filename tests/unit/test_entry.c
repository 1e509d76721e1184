// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of what the journal takes for an entry
 */
#include "cmocka_all.h"

#include <string.h>

#include "lib/entry.h"
#include "lib/msg_out.h"
#include "lib/msg_reader.h"

static _Alignas(8) char bytes[2 * MSG_MAX];

static struct entry *put(enum entry_kind kind, const void *body, size_t len)
{
	struct entry *e = (void *)bytes;

	memset(bytes, 0, sizeof(bytes));
	*e = (struct entry){ .len = entry_len(len), .kind = kind, .now_ns = 5 };
	memcpy(e + 1, body, len);
	return e;
}

static bool is_taken(size_t left)
{
	const char *at = bytes;
	size_t before = left;
	const struct entry *e = entry_next(&at, &left);

	assert_true(e ? left == before - e->len && at == bytes + e->len :
		    left == before && at == bytes);
	return e;
}

static struct msg *message(uint32_t type, uint32_t len)
{
	static char m[MSG_MAX] __attribute__((aligned(8)));

	memset(m, 0, sizeof(m));
	((struct msg *)m)->type = type;
	((struct msg *)m)->len = len;
	return (struct msg *)m;
}

static struct entry *put_message(enum entry_kind kind, uint32_t type, uint32_t len)
{
	return put(kind, message(type, len), len);
}

static void messages(void **state)
{
	static const uint32_t facts[] = {
		MSG_GUEST, MSG_RULES, MSG_GONE, MSG_VITALS, MSG_DONE, MSG_BROKEN, MSG_CLOCK,
		MSG_RUN, MSG_FINDING, MSG_KERNEL, MSG_CLOSE, MSG_SEEN, MSG_OUT_INCIDENT,
	};
	static const uint32_t outs[] = { MSG_OUT_INCIDENT, MSG_VERDICT, MSG_DEFINE, MSG_ANSWER };

	(void)state;
	for (uint32_t type = 0; type < 64; type++) {
		uint32_t len = type == MSG_EVENTS ? sizeof(struct msg_events) : msg_fixed_len(type);
		bool is_fact = type == MSG_EVENTS, is_out = false;

		if (!len)
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
			is_fact |= facts[i] == type;
		for (size_t i = 0; i < ARRAY_SIZE(outs); i++)
			is_out |= outs[i] == type;
		assert_int_equal(is_taken(put_message(ENTRY_FACT, type, len)->len), is_fact);
		assert_int_equal(is_taken(put_message(ENTRY_OUT, type, len)->len), is_out);
		assert_int_equal(is_taken(put_message(ENTRY_INTRO, type, len)->len),
				 type == MSG_GUEST);
		/* one of another length */
		assert_false(is_taken(put_message(ENTRY_FACT, type, len + 8)->len));
		assert_false(is_taken(put_message(ENTRY_OUT, type, len + 8)->len));
	}
}

static void lengths(void **state)
{
	struct entry *e = put_message(ENTRY_FACT, MSG_GONE, sizeof(struct msg_gone));
	uint32_t len = e->len;

	(void)state;
	assert_true(is_taken(len));
	assert_true(is_taken(len + 8));
	for (size_t left = 0; left < len; left++)
		assert_false(is_taken(left));
	for (uint32_t wrong = 0; wrong < 2 * len; wrong++) {
		e->len = wrong;
		assert_int_equal(is_taken(sizeof(bytes)), wrong == len);
	}
	e->len = UINT32_MAX;
	assert_false(is_taken(sizeof(bytes)));
	e->len = len;
	((struct msg *)(e + 1))->len = 4;
	assert_false(is_taken(sizeof(bytes)));
}

static void events(void **state)
{
	uint32_t len = sizeof(struct msg_out_event) + sizeof(struct starlsm_rec);
	struct msg_out_event *out;
	struct entry *e;

	(void)state;
	e = put_message(ENTRY_OUT, MSG_OUT_EVENT, len);
	out = (void *)(e + 1);
	out->rec_len = sizeof(struct starlsm_rec);
	out->mono_ns = 99;
	((struct starlsm_rec *)(out + 1))->type = STARLSM_EV_EXEC;
	assert_true(is_taken(e->len));
	assert_int_equal(entry_event(e), STARLSM_EV_EXEC);
	assert_int_equal(entry_time(e), 99);
	out->rec_len = sizeof(struct starlsm_rec) - 8;
	assert_false(is_taken(e->len));
	out->rec_len = sizeof(struct starlsm_rec) + 8;
	assert_false(is_taken(e->len));
	out->rec_len = UINT32_MAX;
	assert_false(is_taken(e->len));
	out->rec_len = sizeof(struct starlsm_rec);
	memset(out->guest, 'x', sizeof(out->guest));
	assert_false(is_taken(e->len));
	e = put_message(ENTRY_FACT, MSG_GONE, sizeof(struct msg_gone));
	assert_int_equal(entry_event(e), 0);
	assert_int_equal(entry_time(e), 5);
}

static void what_the_journal_says(void **state)
{
	struct entry_start start = { .version = "1" };
	struct entry_mark mark = { .stream = "web" };
	struct entry_gap gap = { .why = GAP_DISK };

	(void)state;
	assert_true(is_taken(put(ENTRY_END, "", 0)->len));
	assert_true(is_taken(put(ENTRY_START, &start, sizeof(start))->len));
	assert_true(is_taken(put(ENTRY_MARK, &mark, sizeof(mark))->len));
	assert_true(is_taken(put(ENTRY_GAP, &gap, sizeof(gap))->len));
	assert_false(is_taken(put(ENTRY_END, &gap, sizeof(gap))->len));
	assert_false(is_taken(put(ENTRY_GAP, &start, sizeof(start) - 8)->len));
	assert_false(is_taken(put(0, &gap, sizeof(gap))->len));
	assert_false(is_taken(put(ENTRY_KINDS, &gap, sizeof(gap))->len));
	memset(start.version, 'x', sizeof(start.version));
	assert_false(is_taken(put(ENTRY_START, &start, sizeof(start))->len));
	memset(mark.stream, 'x', sizeof(mark.stream));
	assert_false(is_taken(put(ENTRY_MARK, &mark, sizeof(mark))->len));
	gap.why = GAP_WHYS;
	assert_false(is_taken(put(ENTRY_GAP, &gap, sizeof(gap))->len));
	gap.why = 0;
	assert_false(is_taken(put(ENTRY_GAP, &gap, sizeof(gap))->len));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages),
		cmocka_unit_test(lengths),
		cmocka_unit_test(events),
		cmocka_unit_test(what_the_journal_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
