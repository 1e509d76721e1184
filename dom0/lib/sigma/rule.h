/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a rule: what a Sigma document says, in the plan's terms
 *
 * A condition is a tree over tests of fields. It and its texts live in the
 * plan's arena.
 */
#ifndef STARLSM_SIGMA_RULE_H
#define STARLSM_SIGMA_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msg_engine.h"
#include "lib/sigma/fields.h"
#include "lib/sigma/pattern.h"

/* How deep a condition may be nested; evaluating one recurses. */
#define RULE_DEPTH_MAX		32
/* Tests of one rule; longer lists belong into a policy, not into a rule. */
#define RULE_TESTS_MAX		4096
#define RULE_ID_MAX		MSG_RULE_ID_MAX
#define CORRELATION_RULES_MAX	16
#define CORRELATION_GROUP_MAX	4
/* Events or values that one group counts */
#define CORRELATION_COUNT_MAX	1024

enum rule_level {
	LEVEL_INFORMATIONAL, LEVEL_LOW, LEVEL_MEDIUM, LEVEL_HIGH, LEVEL_CRITICAL, LEVELS
};

enum test_kind {
	TEST_EQUAL, TEST_PREFIX, TEST_SUFFIX, TEST_CONTAINS,	/* of pattern, all bytes */
	TEST_GLOB,		/* pattern, with wildcards inside */
	TEST_REGEX,
	TEST_CIDR,
	TEST_LT, TEST_LTE, TEST_GT, TEST_GTE,
	TEST_EXISTS,
	TEST_EMPTY,		/* not there, or "" */
	TEST_FIELD,		/* another field's value, compared as `compare` says */
};

struct test {
	enum test_kind kind, compare;
	bool is_cased;
	uint32_t field, other;	/* numbers of fields: of the rule, then of the plan */
	struct pattern pattern;	/* EQUAL to GLOB; REGEX: its bytes */
	uint32_t regex_flags;	/* PCRE2_* */
	int64_t number;
	int family;		/* CIDR */
	unsigned int bits;
	uint8_t address[16];
};

enum node_op { NODE_AND, NODE_OR, NODE_NOT, NODE_TEST, NODE_TRUE, NODE_FALSE };

struct node {
	enum node_op op;
	uint32_t test;		/* TEST: its number in the rule, then in the plan */
	uint32_t n;
	struct node **child;
	struct node *before;	/* the one made before it, of the same rule */
};

enum correlation_type { CORRELATE_EVENTS, CORRELATE_VALUES, CORRELATE_ALL, CORRELATE_ORDERED };

struct sigma_rule;

/* What makes a correlation of a rule */
struct correlation {
	enum correlation_type type;
	uint32_t n_rules;
	const char *rule_name[CORRELATION_RULES_MAX];	/* name or id, as written */
	struct sigma_rule *rule[CORRELATION_RULES_MAX];
	uint32_t n_group;
	const char *group_name[CORRELATION_GROUP_MAX];
	const char *value_name;		/* VALUES: the field counted */
	/* by rule: those fields in the plan; the last is the one counted */
	uint32_t field[CORRELATION_RULES_MAX][CORRELATION_GROUP_MAX + 1];
	int64_t timespan_ns;
	uint32_t count;			/* that it takes, at least 1 */
	bool generate;			/* its rules alert by themselves too */
	/* "ALIAS\0RULE\0FIELD\0" each, then a NUL; or NULL */
	const char *aliases;
	uint32_t guest_groups;		/* bit g: that field is the guest */
	uint32_t depth;			/* correlations below it, and itself; 0: not known yet */
};

struct sigma_rule {
	const char *title;
	const char *name;		/* NULL if it has none */
	const char *file;
	uint32_t line;			/* its document's first, from 1 */
	char id[RULE_ID_MAX];		/* "" if it has none */
	char attack[MSG_NAME_MAX];	/* techniques, comma separated */
	uint32_t tactics;		/* that its tags name, bits of lib/attack.h */
	enum rule_level level;
	enum respond_policy respond;	/* the most it asks for */
	enum view view;
	uint32_t number;		/* in its plan, by the order of reading */
	bool is_silent;			/* only correlations want it */
	struct node *condition;		/* NULL: a correlation */
	struct correlation *correlation;
	/* correlations that it is one of, and as which of theirs */
	struct rule_use {
		struct sigma_rule *correlation;
		uint32_t which;
	} *use;
	uint32_t n_uses;
};

const char *rule_level_name(enum rule_level level);

/* In any case of letters; -1: none. */
int rule_level_find(const char *word);

#endif /* STARLSM_SIGMA_RULE_H */
