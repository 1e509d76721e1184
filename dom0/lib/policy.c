// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the policy page: what a guest is to record, and when it is to wait
 */
#include "lib/policy.h"

#include <string.h>

#include "lib/decode.h"

_Static_assert(sizeof(struct starlsm_policy_page) == STARLSM_PAGE_SIZE, "a page");

void policy_init(struct starlsm_policy_page *p)
{
	memset(p, 0, sizeof(*p));
	p->commit_ms = POLICY_COMMIT_MS;
	p->verdict_ms = POLICY_VERDICT_MS;
	p->default_answer = STARLSM_ANSWER_ALLOW;
	memset(p->class, STARLSM_CLASS_DEFAULT, sizeof(p->class));
}

static uint32_t text_used(const struct starlsm_policy_page *p)
{
	const struct starlsm_filter *last;

	if (!p->n_filters)
		return 0;
	last = &p->filter[p->n_filters - 1];
	return last->text + last->text_len;
}

int policy_add_filter(struct starlsm_policy_page *p, const struct policy_events *events,
		      uint32_t match, uint32_t lo, uint32_t hi, const char *text)
{
	uint32_t at = text_used(p);
	struct starlsm_filter *f;

	if (p->n_filters == STARLSM_FILTERS_MAX || at + strlen(text) > STARLSM_FILTER_TEXT_MAX)
		return -1;
	f = &p->filter[p->n_filters++];
	*f = (struct starlsm_filter){
		.match = match, .lo = lo, .hi = hi, .text = at, .text_len = strlen(text),
	};
	memcpy(f->events, events->bits, sizeof(f->events));
	memcpy(p->filter_text + at, text, strlen(text));
	return 0;
}

static bool is_wait(uint32_t ms)
{
	return ms >= 1 && ms <= STARLSM_WAIT_MS_MAX;
}

static bool filter_ok(const struct starlsm_filter *f)
{
	if (f->text + f->text_len > STARLSM_FILTER_TEXT_MAX)
		return false;
	if (f->match == STARLSM_MATCH_UID)
		return f->lo <= f->hi;
	return f->match == STARLSM_MATCH_CGROUP || f->match == STARLSM_MATCH_PATH;
}

bool policy_drops(const struct starlsm_policy_page *p, uint16_t type)
{
	if (p->rate[type])
		return true;
	for (uint32_t i = 0; i < p->n_filters; i++)
		if (p->filter[i].events[type / 64] >> type % 64 & 1)
			return true;
	return false;
}

static bool class_ok(const struct starlsm_policy_page *p, uint16_t type)
{
	if (p->class[type] == STARLSM_CLASS_DEFAULT)
		return true;
	if (p->class[type] == STARLSM_CLASS_VERDICT && policy_drops(p, type))
		return false;
	return decode_can_be(type, p->class[type]);
}

bool policy_check(const struct starlsm_policy_page *p)
{
	if (!is_wait(p->commit_ms) || !is_wait(p->verdict_ms) ||
	    !decode_name(FIELD_ANSWER, p->default_answer) ||
	    p->n_filters > STARLSM_FILTERS_MAX)
		return false;
	for (uint16_t type = 0; type < STARLSM_EV_LIMIT; type++)
		if (!class_ok(p, type))
			return false;
	for (uint32_t i = 0; i < p->n_filters; i++)
		if (!filter_ok(&p->filter[i]))
			return false;
	return true;
}

static uint8_t tightest(uint16_t type, uint8_t class)
{
	if (class == STARLSM_CLASS_VERDICT || type == STARLSM_EV_MODULE ||
	    type == STARLSM_EV_KEXEC)
		return STARLSM_CLASS_VERDICT;
	if (decode_can_be(type, STARLSM_CLASS_COMMIT))
		return STARLSM_CLASS_COMMIT;
	return decode_can_be(type, STARLSM_CLASS_ASYNC) ? STARLSM_CLASS_ASYNC : class;
}

void policy_tighten(struct starlsm_policy_page *p)
{
	for (uint16_t type = DECODE_FIRST_REQUEST; type < STARLSM_EV_LIMIT; type++)
		if (decode_event(type))
			p->class[type] = tightest(type, p->class[type]);
	memset(p->rate, 0, sizeof(p->rate));
	memset(p->filter, 0, sizeof(p->filter));
	memset(p->filter_text, 0, sizeof(p->filter_text));
	p->n_filters = 0;
}
