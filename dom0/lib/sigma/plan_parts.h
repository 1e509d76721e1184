/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what a plan is made of: for those who make it and who follow it
 */
#ifndef STARLSM_SIGMA_PLAN_PARTS_H
#define STARLSM_SIGMA_PLAN_PARTS_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "lib/sigma/automaton.h"
#include "lib/sigma/plan.h"

#define NONE	UINT32_MAX

struct plan_field {
	struct field_ref ref;
	bool has_equal, has_texts;	/* that are looked for in it */
};

struct plan_test {
	struct test test;
	uint8_t *bytes;		/* of its pattern, in lower case; GLOB: its longest part */
	uint32_t n_bytes;	/* 0: it is evaluated when it is asked for */
	pcre2_code *regex;
	uint32_t next_same;	/* test with the same hash, NONE */
	uint32_t next_equal;	/* EQUAL: in its bucket of the table, NONE */
	uint32_t n_rules;	/* that can match only if it, or another of theirs, is true */
	uint32_t *rule;
};

struct field_list {
	uint32_t n;
	uint32_t *field;
};

#define PLAN_BUCKETS	(1 << 14)

struct plan {
	struct arena arena;
	struct plan_field *field;
	uint32_t n_fields;
	struct plan_test *test;
	uint32_t n_tests;
	struct sigma_rule **rule;	/* NULL: taken out */
	uint32_t n_rules;
	uint32_t same[PLAN_BUCKETS];	/* while tests are added: by what they are */
	uint32_t equal[PLAN_BUCKETS];	/* at work: by field and value */
	struct automaton automaton;
	uint32_t *pattern_test;		/* of the automaton's patterns */
	uint32_t n_patterns;
	/* by view: rules that no test found tells of, and whether there are any */
	struct field_list always[VIEWS];
	bool has_rules[VIEWS];
	/* by view and event: the fields that are looked at */
	struct field_list look[VIEWS][STARLSM_EV_LIMIT];
	/* rules by id, by name */
	uint32_t by_id[PLAN_BUCKETS], by_name[PLAN_BUCKETS];
	uint32_t *next_id, *next_name;
};

/* The number of that field, a new one if need be; NONE without memory. */
uint32_t plan_field(struct plan *p, const struct field_ref *ref);

/* Is a test found by looking, not by asking? */
static inline bool is_found(const struct plan_test *t)
{
	return t->n_bytes != 0;
}

static inline uint32_t hash_step(uint32_t h, uint8_t byte)
{
	/* FNV-1a; rules are the host's own, nobody chooses collisions */
	return (h ^ byte) * 16777619U;
}

static inline uint32_t hash_begin(uint32_t field)
{
	return (2166136261U ^ field) * 16777619U;
}

static inline uint32_t hash_bucket(uint32_t h)
{
	return (h ^ h >> 15) % PLAN_BUCKETS;
}

/* Puts correlations together; see plan_finish(). */
int plan_link(struct plan *p, report_fn report, void *arg);

#endif /* STARLSM_SIGMA_PLAN_PARTS_H */
