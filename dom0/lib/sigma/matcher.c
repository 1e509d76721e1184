// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - following a plan: which rules one event matches
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "lib/sigma/plan_parts.h"

/*
 * A regular expression sees so much of a value, and may try so much with it, that
 * no guest can make it take long. PCRE2's limit is for each place that a match may
 * begin at, so it is divided among them.
 */
#define REGEX_LEN_MAX	1024
#define REGEX_STEPS	200000
#define REGEX_HEAP_KIB	512

/* Longer ones are compared as far as this. */
#define COMPARED_MAX	(2 * STARLSM_REC_MAX)

struct values {
	uint64_t stamp;		/* of the record that they are of */
	unsigned int n;
	struct field_value value[FIELD_VALUES_MAX];
};

/* What is of one event has its stamp; nothing is cleared in between. */
struct matcher {
	const struct plan *p;
	uint64_t stamp;			/* counts records */
	uint64_t *is_true, *is_asked;	/* by test: its stamp if so */
	uint64_t looked;		/* counts values */
	/* by test, of kind GLOB: the last value that it was tried on */
	uint64_t *is_tried;
	bool *answer;			/* by test, if asked */
	struct values *values;		/* by field */
	uint64_t event;			/* counts events */
	uint64_t *has_hit;		/* by rule: the last event that it matched */
	uint64_t *is_candidate;		/* by rule */
	uint32_t *candidate;
	uint32_t n_candidates;
	struct field_scratch scratch;
	const struct facts *facts;	/* the event, as long as it is matched */
	struct audit_record rec;	/* of view AUDIT, the one that is looked at */
	uint32_t field;			/* looked at now, with that value */
	const struct field_value *value;
	char lower[2][COMPARED_MAX];	/* of two values that are compared */
	pcre2_match_context *context;
	pcre2_match_data *match;
	uint64_t refused;
};

struct matcher *matcher_new(const struct plan *p)
{
	struct matcher *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->p = p;
	m->is_true = calloc(p->n_tests + 1, sizeof(*m->is_true));
	m->is_asked = calloc(p->n_tests + 1, sizeof(*m->is_asked));
	m->is_tried = calloc(p->n_tests + 1, sizeof(*m->is_tried));
	m->answer = calloc(p->n_tests + 1, sizeof(*m->answer));
	m->values = calloc(p->n_fields + 1, sizeof(*m->values));
	m->has_hit = calloc(p->n_rules + 1, sizeof(*m->has_hit));
	m->is_candidate = calloc(p->n_rules + 1, sizeof(*m->is_candidate));
	m->candidate = calloc(p->n_rules + 1, sizeof(*m->candidate));
	m->context = pcre2_match_context_create(NULL);
	m->match = pcre2_match_data_create(1, NULL);
	if (!m->is_true || !m->is_asked || !m->is_tried || !m->answer || !m->values ||
	    !m->has_hit || !m->is_candidate || !m->candidate || !m->context || !m->match) {
		matcher_free(m);
		return NULL;
	}
	pcre2_set_heap_limit(m->context, REGEX_HEAP_KIB);
	return m;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	free(m->is_true);
	free(m->is_asked);
	free(m->is_tried);
	free(m->answer);
	free(m->values);
	free(m->has_hit);
	free(m->is_candidate);
	free(m->candidate);
	pcre2_match_context_free(m->context);
	pcre2_match_data_free(m->match);
	free(m);
}

uint64_t matcher_refused(const struct matcher *m)
{
	return m->refused;
}

static const struct values *values_of(struct matcher *m, uint32_t field)
{
	struct values *v = &m->values[field];

	if (v->stamp == m->stamp)
		return v;
	v->n = fields_get(&m->p->field[field].ref, m->facts, m->rec, &m->scratch, v->value);
	v->stamp = m->stamp;
	return v;
}

const struct field_value *matcher_value(struct matcher *m, uint32_t field)
{
	const struct values *v = values_of(m, field);

	return v->n ? &v->value[0] : NULL;
}

/*
 * Looking
 */

static void add_candidate(struct matcher *m, uint32_t rule)
{
	if (m->is_candidate[rule] == m->stamp)
		return;
	m->is_candidate[rule] = m->stamp;
	m->candidate[m->n_candidates++] = rule;
}

static void set_true(struct matcher *m, uint32_t test)
{
	const struct plan_test *t = &m->p->test[test];

	m->is_true[test] = m->stamp;
	for (uint32_t i = 0; i < t->n_rules; i++)
		add_candidate(m, t->rule[i]);
}

static bool same_bytes(const struct pattern *p, const char *bytes, bool is_cased)
{
	for (uint32_t i = 0; i < p->n; i++)
		if (is_cased ? p->unit[i] != (uint8_t)bytes[i] :
		    pattern_lower(p->unit[i]) != pattern_lower(bytes[i]))
			return false;
	return true;
}

static void look_equal(struct matcher *m)
{
	const struct field_value *v = m->value;
	uint32_t h = hash_begin(m->field), at;

	for (size_t i = 0; i < v->len; i++)
		h = hash_step(h, pattern_lower(v->bytes[i]));
	for (at = m->p->equal[hash_bucket(h)]; at != NONE; at = m->p->test[at].next_equal) {
		const struct test *t = &m->p->test[at].test;

		if (t->field == m->field && t->pattern.n == v->len &&
		    same_bytes(&t->pattern, v->bytes, t->is_cased))
			set_true(m, at);
	}
}

/* Where the automaton has found the text of a test, in either case */
static bool is_there(const struct matcher *m, const struct plan_test *t, size_t end)
{
	const struct field_value *v = m->value;

	switch (t->test.kind) {
	case TEST_PREFIX:
		if (end != t->n_bytes)
			return false;
		break;
	case TEST_SUFFIX:
		if (end != v->len)
			return false;
		break;
	default:
		break;
	}
	return !t->test.is_cased ||
	       same_bytes(&t->test.pattern, v->bytes + end - t->n_bytes, true);
}

/* Once for a value, however often its part is found in it */
static bool try_glob(struct matcher *m, uint32_t number)
{
	const struct test *t = &m->p->test[number].test;

	if (m->is_tried[number] == m->looked)
		return false;
	m->is_tried[number] = m->looked;
	return pattern_match(&t->pattern, m->value->bytes, m->value->len, t->is_cased);
}

static void found(void *arg, uint32_t pattern, size_t end)
{
	struct matcher *m = arg;
	uint32_t number = m->p->pattern_test[pattern];
	const struct plan_test *t = &m->p->test[number];

	if (t->test.field != m->field || m->is_true[number] == m->stamp)
		return;
	if (t->test.kind == TEST_GLOB ? try_glob(m, number) : is_there(m, t, end))
		set_true(m, number);
}

static void look(struct matcher *m, uint32_t field)
{
	const struct plan_field *f = &m->p->field[field];
	const struct values *v = values_of(m, field);

	m->field = field;
	for (unsigned int i = 0; i < v->n; i++) {
		m->value = &v->value[i];
		m->looked++;
		if (f->has_equal)
			look_equal(m);
		if (f->has_texts)
			automaton_run(&m->p->automaton, v->value[i].bytes, v->value[i].len,
				      found, m);
	}
}

/*
 * Asking
 */

static bool ask_regex(struct matcher *m, const struct plan_test *t,
		      const struct field_value *v)
{
	size_t len = v->len < REGEX_LEN_MAX ? v->len : REGEX_LEN_MAX;
	int rc;

	pcre2_set_match_limit(m->context, REGEX_STEPS / (len + 1));
	rc = pcre2_match(t->regex, (PCRE2_SPTR)v->bytes, len, 0, 0, m->match, m->context);
	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		m->refused++;
	return rc >= 0;
}

static bool ask_cidr(const struct test *t, const struct field_value *v)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t address[16];
	unsigned int bytes = t->bits / 8, rest = t->bits % 8;

	if (v->len >= sizeof(text))
		return false;
	memcpy(text, v->bytes, v->len);
	text[v->len] = 0;
	if (inet_pton(t->family, text, address) != 1 || memcmp(address, t->address, bytes))
		return false;
	return !rest || (address[bytes] ^ t->address[bytes]) >> (8 - rest) == 0;
}

/* A text of digits only is a number too. */
static bool to_number(const struct field_value *v, uint64_t *number)
{
	*number = v->number;
	if (v->is_number)
		return true;
	*number = 0;
	for (size_t i = 0; i < v->len; i++) {
		if (v->bytes[i] < '0' || v->bytes[i] > '9' || i == 19)
			return false;
		*number = *number * 10 + (v->bytes[i] - '0');
	}
	return v->len;
}

static bool ask_number(const struct test *t, const struct field_value *v)
{
	uint64_t number, limit = t->number;

	if (!to_number(v, &number))
		return false;
	/* no field is below 0 */
	if (t->number < 0)
		return t->kind == TEST_GT || t->kind == TEST_GTE;
	switch (t->kind) {
	case TEST_LT:
		return number < limit;
	case TEST_LTE:
		return number <= limit;
	case TEST_GT:
		return number > limit;
	default:
		return number >= limit;
	}
}

/* In lower case unless cases differ, and no longer than there is room */
static size_t to_compare(const struct field_value *v, bool is_cased, char *to)
{
	size_t len = v->len < COMPARED_MAX ? v->len : COMPARED_MAX;

	for (size_t i = 0; i < len; i++)
		to[i] = is_cased ? v->bytes[i] : (char)pattern_lower(v->bytes[i]);
	return len;
}

static bool ask_other(struct matcher *m, const struct test *t, const struct field_value *v,
		      const struct field_value *other)
{
	size_t len = to_compare(v, t->is_cased, m->lower[0]);
	size_t other_len = to_compare(other, t->is_cased, m->lower[1]);
	const char *text = m->lower[0];

	if (other_len > len || (t->compare == TEST_EQUAL && v->len != other->len))
		return false;
	if (t->compare == TEST_CONTAINS)
		return memmem(text, len, m->lower[1], other_len);
	if (t->compare == TEST_SUFFIX)
		text += len - other_len;
	return !memcmp(text, m->lower[1], other_len);
}

static bool ask_value(struct matcher *m, const struct plan_test *t,
		      const struct field_value *v)
{
	const struct field_value *other;

	switch (t->test.kind) {
	case TEST_GLOB:
		return pattern_match(&t->test.pattern, v->bytes, v->len, t->test.is_cased);
	case TEST_REGEX:
		return ask_regex(m, t, v);
	case TEST_CIDR:
		return ask_cidr(&t->test, v);
	case TEST_FIELD:
		other = matcher_value(m, t->test.other);
		return other && ask_other(m, &t->test, v, other);
	default:
		return ask_number(&t->test, v);
	}
}

static bool ask(struct matcher *m, const struct plan_test *t)
{
	const struct values *v = values_of(m, t->test.field);

	if (t->test.kind == TEST_EXISTS)
		return v->n;
	if (t->test.kind == TEST_EMPTY)
		return !v->n || !v->value[0].len;
	for (unsigned int i = 0; i < v->n; i++)
		if (ask_value(m, t, &v->value[i]))
			return true;
	return false;
}

static bool test_holds(struct matcher *m, uint32_t number)
{
	const struct plan_test *t = &m->p->test[number];

	if (is_found(t))
		return m->is_true[number] == m->stamp;
	if (m->is_asked[number] != m->stamp) {
		m->is_asked[number] = m->stamp;
		m->answer[number] = ask(m, t);
	}
	return m->answer[number];
}

static bool holds(struct matcher *m, const struct node *node)
{
	bool is_and = node->op == NODE_AND;

	switch (node->op) {
	case NODE_TEST:
		return test_holds(m, node->test);
	case NODE_NOT:
		return !holds(m, node->child[0]);
	case NODE_AND:
	case NODE_OR:
		for (uint32_t i = 0; i < node->n; i++)
			if (holds(m, node->child[i]) != is_and)
				return !is_and;
		return is_and;
	default:
		return node->op == NODE_TRUE;
	}
}

/*
 * One event
 */

static void sort_candidates(struct matcher *m)
{
	for (uint32_t i = 1; i < m->n_candidates; i++) {
		uint32_t rule = m->candidate[i], at = i;

		for (; at && m->candidate[at - 1] > rule; at--)
			m->candidate[at] = m->candidate[at - 1];
		m->candidate[at] = rule;
	}
}

static void run_record(struct matcher *m, enum view view, matcher_hit hit, void *arg)
{
	const struct field_list *fields = &m->p->look[view][m->facts->type];
	const struct field_list *always = &m->p->always[view];

	m->stamp++;
	m->n_candidates = 0;
	m->scratch.used = 0;
	for (uint32_t i = 0; i < fields->n; i++)
		look(m, fields->field[i]);
	for (uint32_t i = 0; i < always->n; i++)
		add_candidate(m, always->field[i]);
	sort_candidates(m);
	for (uint32_t i = 0; i < m->n_candidates; i++) {
		const struct sigma_rule *rule = m->p->rule[m->candidate[i]];

		if (m->has_hit[rule->number] == m->event || !holds(m, rule->condition))
			continue;
		m->has_hit[rule->number] = m->event;
		hit(arg, rule);
	}
}

void matcher_run(struct matcher *m, const struct facts *f, matcher_hit hit, void *arg)
{
	m->facts = f;
	m->event++;
	for (enum view view = 0; view < VIEWS; view++) {
		unsigned int n = m->p->has_rules[view] ? fields_records(view, f) : 0;

		for (unsigned int i = 0; i < n; i++) {
			if (view == VIEW_AUDIT)
				m->rec = audit_record(f, i);
			run_record(m, view, hit, arg);
		}
	}
	m->facts = NULL;
}
