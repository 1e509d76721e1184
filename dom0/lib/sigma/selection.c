// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a rule's selection: fields with modifiers and their values, as tests
 *
 *   a mapping            all of its fields
 *   a list of mappings   any of them
 *   a list of values     any of them, anywhere in the text: keywords
 *
 * A field's values are alternatives, unless it has the modifier all.
 */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <arpa/inet.h>
#include <errno.h>
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/sigma/read.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define KEY_MAX		128

/* What the modifiers of a field say */
struct how {
	bool contains, startswith, endswith, all, cased, neq;
	bool re, cidr, exists, fieldref;
	bool i, m, s;
	bool is_number;
	enum test_kind compare;		/* of a number */
};

struct item {
	struct reader *r;
	const yaml_node_t *key;
	char name[KEY_MAX];		/* then its modifiers, ended by NULs */
	const char *modifier[8];
	unsigned int n_modifiers;
	uint32_t field;
	bool is_noted;			/* that nobody tells it */
	struct how how;
};

/*
 * Modifiers
 */

struct flag {
	const char *name;
	size_t offset;		/* of a bool in struct how */
};

#define FLAG(f) { #f, offsetof(struct how, f) }

static const struct flag flags[] = {
	FLAG(contains), FLAG(startswith), FLAG(endswith), FLAG(all), FLAG(cased), FLAG(neq),
	FLAG(re), FLAG(cidr), FLAG(exists), FLAG(fieldref), FLAG(i), FLAG(m), FLAG(s),
};

struct compare {
	const char *name;
	enum test_kind kind;
};

static const struct compare compares[] = {
	{ "lt", TEST_LT }, { "lte", TEST_LTE }, { "gt", TEST_GT }, { "gte", TEST_GTE },
};

/* What changes a value; applied in the order in which they are written */
static const char *transform(struct arena *a, const char *name, struct patterns *list)
{
	if (!strcmp(name, "windash"))
		return patterns_windash(a, list);
	if (!strcmp(name, "base64"))
		return patterns_base64(a, list);
	if (!strcmp(name, "base64offset"))
		return patterns_base64offset(a, list);
	if (!strcmp(name, "wide") || !strcmp(name, "utf16le"))
		return patterns_utf16(a, list, UTF16_LITTLE);
	if (!strcmp(name, "utf16be"))
		return patterns_utf16(a, list, UTF16_BIG);
	if (!strcmp(name, "utf16"))
		return patterns_utf16(a, list, UTF16_MARKED);
	return NULL;
}

static bool is_transform(const char *name)
{
	static const char * const names[] = {
		"windash", "base64", "base64offset", "wide", "utf16le", "utf16be", "utf16",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

static bool take_modifier(struct item *item, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (strcmp(flags[i].name, name))
			continue;
		*(bool *)((char *)&item->how + flags[i].offset) = true;
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(compares); i++) {
		if (strcmp(compares[i].name, name))
			continue;
		item->how.is_number = true;
		item->how.compare = compares[i].kind;
		return true;
	}
	return is_transform(name);
}

static void check_modifiers(struct item *item)
{
	const struct how *h = &item->how;
	unsigned int kinds = h->re + h->cidr + h->exists + h->fieldref + h->is_number;

	if (kinds > 1 || ((h->re || h->cidr || h->exists || h->is_number) &&
			  (h->contains || h->startswith || h->endswith)))
		read_wrong(item->r, item->key, "these modifiers cannot be combined");
	if ((h->i || h->m || h->s) && !h->re)
		read_wrong(item->r, item->key, "i, m and s are of regular expressions (re)");
}

/* "Name|modifier|modifier" */
static void take_key(struct item *item)
{
	const char *text = read_scalar(item->r, item->key);
	char *rest, *modifier;

	if (!text)
		return;
	if (strlen(text) >= sizeof(item->name)) {
		read_wrong(item->r, item->key, "\"%.20s...\" is too long", text);
		return;
	}
	strcpy(item->name, text);
	rest = strchr(item->name, '|');
	if (rest)
		*rest++ = 0;
	while ((modifier = strsep(&rest, "|"))) {
		if (item->n_modifiers == ARRAY_SIZE(item->modifier) ||
		    !take_modifier(item, modifier)) {
			read_wrong(item->r, item->key, "the modifier \"%s\" is not supported",
				   modifier);
			return;
		}
		item->modifier[item->n_modifiers++] = modifier;
	}
	check_modifiers(item);
	/* a keyword is looked for anywhere */
	if (!item->name[0] && !item->how.re && !item->how.startswith && !item->how.endswith)
		item->how.contains = true;
	item->field = read_field(item->r, item->key, item->name);
}

/*
 * Tests
 */

static struct node *constant(struct reader *r, bool value)
{
	return read_new_node(r, value ? NODE_TRUE : NODE_FALSE);
}

static struct node *new_test(struct item *item, const yaml_node_t *at,
			     const struct test *test)
{
	struct reader *r = item->r;
	struct node *node;

	if (r->n_tests == RULE_TESTS_MAX) {
		read_wrong(r, at, "more than %d values", RULE_TESTS_MAX);
		return NULL;
	}
	node = read_new_node(r, NODE_TEST);
	r->test = arena_grow(r->arena, r->test, r->n_tests, sizeof(*test));
	if (!node || !r->test) {
		read_wrong(r, at, "no memory");
		return NULL;
	}
	r->test[r->n_tests] = *test;
	r->test[r->n_tests].field = item->field;
	node->test = r->n_tests++;
	return node;
}

static bool is_untold(const struct item *item)
{
	return item->r->field[item->field].source == SRC_UNTOLD;
}

/* What no event of this sensor can have is false for good; of a field it is said once. */
static struct node *never(struct item *item, const yaml_node_t *at, const char *text)
{
	if (is_untold(item) && !item->is_noted)
		read_note(item->r, at, "the sensor does not tell %s", item->name);
	else if (!is_untold(item))
		read_note(item->r, at, "the sensor tells no %s that is \"%s\"", item->name,
			  text);
	item->is_noted = true;
	return constant(item->r, false);
}

/* A pattern's wildcards at its ends are its kind; true if nothing is left of it. */
static bool take_ends(struct pattern *p, enum test_kind *kind)
{
	bool before = false, after = false;

	for (; p->n && p->unit[0] == PATTERN_ANY; p->n--, p->unit++)
		before = true;
	for (; p->n && p->unit[p->n - 1] == PATTERN_ANY; p->n--)
		after = true;
	*kind = before ? after ? TEST_CONTAINS : TEST_SUFFIX :
			 after ? TEST_PREFIX : TEST_EQUAL;
	return !p->n && before;
}

static struct node *test_pattern(struct item *item, const yaml_node_t *at,
				 const struct pattern *pattern)
{
	struct test test = { .is_cased = item->how.cased, .pattern = *pattern };

	if (take_ends(&test.pattern, &test.kind)) {
		test.kind = TEST_EXISTS;
	} else if (pattern_is_wild(&test.pattern)) {
		test.kind = TEST_GLOB;
		test.pattern = *pattern;
	} else if (!test.pattern.n) {
		test.kind = TEST_EMPTY;
	}
	return new_test(item, at, &test);
}

static struct node *test_text(struct item *item, const yaml_node_t *at, const char *text)
{
	const struct how *h = &item->how;
	struct reader *r = item->r;
	struct pattern *one = arena_alloc(r->arena, sizeof(*one));
	struct patterns list = { one, 1 };
	const char *wrong = NULL;
	struct node *any;

	if (!one || !pattern_parse(r->arena, text, strlen(text), one)) {
		read_wrong(r, at, "this value is too long");
		return NULL;
	}
	for (unsigned int i = 0; !wrong && i < item->n_modifiers; i++)
		wrong = transform(r->arena, item->modifier[i], &list);
	if (wrong) {
		read_wrong(r, at, "%s", wrong);
		return NULL;
	}
	any = read_new_node(r, NODE_OR);
	for (uint32_t i = 0; any && !r->failed && i < list.n; i++) {
		if (!pattern_open(r->arena, &list.p[i], h->contains || h->endswith,
				  h->contains || h->startswith))
			read_wrong(r, at, "no memory");
		else
			read_add_child(r, any, test_pattern(item, at, &list.p[i]));
	}
	return any;
}

static struct node *test_regex(struct item *item, const yaml_node_t *at, const char *text)
{
	struct test test = { .kind = TEST_REGEX };
	size_t at_error;
	int error;

	if (item->how.i)
		test.regex_flags |= PCRE2_CASELESS;
	if (item->how.m)
		test.regex_flags |= PCRE2_MULTILINE;
	if (item->how.s)
		test.regex_flags |= PCRE2_DOTALL;
	test.pattern.n = strlen(text);
	test.pattern.unit = arena_alloc(item->r->arena, (test.pattern.n + 1) * sizeof(uint16_t));
	if (!test.pattern.unit) {
		read_wrong(item->r, at, "no memory");
		return NULL;
	}
	for (uint32_t i = 0; i < test.pattern.n; i++)
		test.pattern.unit[i] = (uint8_t)text[i];
	/* the plan compiles it again, for itself */
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED,
					 test.regex_flags, &error, &at_error, NULL);
	if (!code) {
		PCRE2_UCHAR why[128];

		pcre2_get_error_message(error, why, sizeof(why));
		read_wrong(item->r, at, "the regular expression is wrong: %s", (char *)why);
		return NULL;
	}
	pcre2_code_free(code);
	return new_test(item, at, &test);
}

static struct node *test_cidr(struct item *item, const yaml_node_t *at, const char *text)
{
	struct test test = { .kind = TEST_CIDR };
	const char *slash = strchr(text, '/');
	char address[INET6_ADDRSTRLEN], *end = NULL;

	test.family = strchr(text, ':') ? AF_INET6 : AF_INET;
	test.bits = test.family == AF_INET ? 32 : 128;
	if (slash) {
		unsigned long bits = strtoul(slash + 1, &end, 10);

		if (end == slash + 1 || *end || bits > test.bits)
			text = "";
		test.bits = bits;
	}
	snprintf(address, sizeof(address), "%.*s",
		 (int)(slash ? slash - text : (long)strlen(text)), text);
	if (!*text || inet_pton(test.family, address, test.address) != 1) {
		read_wrong(item->r, at, "this is no network, as 10.0.0.0/8");
		return NULL;
	}
	return new_test(item, at, &test);
}

static struct node *test_number(struct item *item, const yaml_node_t *at, const char *text)
{
	struct test test = { .kind = item->how.compare };
	char *end;

	errno = 0;
	test.number = strtoll(text, &end, 10);
	if (errno || end == text || *end) {
		read_wrong(item->r, at, "\"%s\" is no whole number", text);
		return NULL;
	}
	return new_test(item, at, &test);
}

static struct node *test_exists(struct item *item, const yaml_node_t *at)
{
	const struct test test = { .kind = TEST_EXISTS };
	bool wants = read_bool(item->r, at);
	struct node *node = new_test(item, at, &test), *no;

	if (wants || !node)
		return node;
	no = read_new_node(item->r, NODE_NOT);
	if (no)
		read_add_child(item->r, no, node);
	return no;
}

static struct node *test_other_field(struct item *item, const yaml_node_t *at,
				     const char *name)
{
	const struct how *h = &item->how;
	struct test test = {
		.kind = TEST_FIELD, .is_cased = h->cased,
		.compare = h->contains ? TEST_CONTAINS : h->startswith ? TEST_PREFIX :
			   h->endswith ? TEST_SUFFIX : TEST_EQUAL,
	};

	test.other = read_field(item->r, at, name);
	return test.other == UINT32_MAX ? NULL : new_test(item, at, &test);
}

static struct node *test_null(struct item *item, const yaml_node_t *at)
{
	const struct test test = { .kind = TEST_EMPTY };

	if (item->how.re || item->how.cidr || item->how.is_number || item->how.fieldref ||
	    item->how.exists) {
		read_wrong(item->r, at, "a value is missing here");
		return NULL;
	}
	return is_untold(item) ? constant(item->r, true) : new_test(item, at, &test);
}

/*
 * Values
 */

static struct node *take_value(struct item *item, const yaml_node_t *value)
{
	const struct how *h = &item->how;
	const char *text;

	if (read_is_null(value))
		return test_null(item, value);
	text = read_scalar(item->r, value);
	if (!text)
		return NULL;
	text = fields_text(&item->r->field[item->field], text);
	if (h->exists)
		return is_untold(item) ? constant(item->r, !read_bool(item->r, value)) :
		       test_exists(item, value);
	if (is_untold(item) ||
	    (!h->contains && !h->startswith && !h->endswith && !h->re &&
	     !strpbrk(text, "*?\\") && !fields_can_be(&item->r->field[item->field], text)))
		return never(item, value, text);
	if (h->re)
		return test_regex(item, value, text);
	if (h->cidr)
		return test_cidr(item, value, text);
	if (h->is_number)
		return test_number(item, value, text);
	if (h->fieldref)
		return test_other_field(item, value, text);
	return test_text(item, value, text);
}

static struct node *take_values(struct item *item, const yaml_node_t *values)
{
	struct reader *r = item->r;
	struct node *all = read_new_node(r, item->how.all ? NODE_AND : NODE_OR), *no;

	if (all && values->type == YAML_SEQUENCE_NODE && !read_count(values))
		read_wrong(r, values, "this list is empty");
	for (unsigned int i = 0; all && !r->failed && i < read_count(values); i++)
		read_add_child(r, all, take_value(item, read_item(r, values, i)));
	if (r->failed || !item->how.neq)
		return all;
	no = read_new_node(r, NODE_NOT);
	if (no)
		read_add_child(r, no, all);
	return no;
}

static struct node *take_field(struct reader *r, const yaml_node_t *key,
			       const yaml_node_t *values)
{
	struct item item = { .r = r, .key = key };

	take_key(&item);
	return r->failed ? NULL : take_values(&item, values);
}

static struct node *take_mapping(struct reader *r, const yaml_node_t *map)
{
	struct node *all = read_new_node(r, NODE_AND);
	const yaml_node_pair_t *pair = map->data.mapping.pairs.start;

	if (pair == map->data.mapping.pairs.top)
		read_wrong(r, map, "this selection is empty");
	for (; all && !r->failed && pair < map->data.mapping.pairs.top; pair++)
		read_add_child(r, all, take_field(r, read_node(r, pair->key),
						  read_node(r, pair->value)));
	return all;
}

static struct node *take_keyword(struct reader *r, const yaml_node_t *value)
{
	struct item item = { .r = r, .key = value, .how.contains = true };

	item.field = read_field(r, value, "");
	return r->failed ? NULL : take_value(&item, value);
}

struct node *read_selection(struct reader *r, const yaml_node_t *yaml)
{
	struct node *any;

	if (yaml->type == YAML_MAPPING_NODE)
		return take_mapping(r, yaml);
	any = read_new_node(r, NODE_OR);
	if (yaml->type == YAML_SEQUENCE_NODE && !read_count(yaml))
		read_wrong(r, yaml, "this selection is empty");
	for (unsigned int i = 0; any && !r->failed && i < read_count(yaml); i++) {
		const yaml_node_t *item = read_item(r, yaml, i);

		read_add_child(r, any, item->type == YAML_MAPPING_NODE ?
			       take_mapping(r, item) : take_keyword(r, item));
	}
	return r->failed ? NULL : any;
}
