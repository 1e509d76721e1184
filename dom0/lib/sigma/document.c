// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a rule's document: who it is, which events it looks at, what it asks for
 *
 * Keys that say nothing to an engine (author, references, ...) are not looked at.
 * respond is ours: the most that may be done to a guest where the rule matches.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "lib/attack.h"
#include "lib/ladder.h"
#include "lib/sigma/read.h"

#define TITLE_MAX	256

static const yaml_node_t *root_of(struct reader *r)
{
	return yaml_document_get_root_node(r->document);
}

/* The text of a key, NULL if it is not there */
static const char *text_of(struct reader *r, const char *key)
{
	const yaml_node_t *node = read_key(r, root_of(r), key);

	return node && !read_is_null(node) ? read_scalar(r, node) : NULL;
}

static unsigned int word_of(struct reader *r, const char *key, int (*find)(const char *word),
			    unsigned int otherwise)
{
	const char *text = text_of(r, key);
	int found = text ? find(text) : -1;

	if (text && found < 0)
		read_wrong(r, read_key(r, root_of(r), key), "the %s \"%s\" is not known", key,
			   text);
	return found < 0 ? otherwise : (unsigned int)found;
}

/* "attack.t1059.004" is technique T1059.004, "attack.execution" a tactic; others are not kept */
static void take_tag(struct sigma_rule *rule, const char *tag)
{
	size_t len = strlen(rule->attack);
	int n;

	if (strncasecmp(tag, "attack.", 7))
		return;
	rule->tactics |= attack_tactic(tag + 7);
	if (strncasecmp(tag, "attack.t", 8) || !isdigit((unsigned char)tag[8]))
		return;
	n = snprintf(rule->attack + len, sizeof(rule->attack) - len, "%sT%s", len ? "," : "",
		     tag + 8);
	/* whole ones only */
	if (n < 0 || len + n >= sizeof(rule->attack))
		rule->attack[len] = 0;
}

static void take_tags(struct reader *r)
{
	const yaml_node_t *tags = read_key(r, root_of(r), "tags");
	const char *tag;

	if (!tags || read_is_null(tags))
		return;
	for (unsigned int i = 0; !r->failed && i < read_count(tags); i++) {
		tag = read_scalar(r, read_item(r, tags, i));
		if (tag)
			take_tag(r->rule, tag);
	}
}

static const char *copy_text(struct reader *r, const char *key, size_t max)
{
	const char *text = text_of(r, key), *copy;

	if (!text)
		return NULL;
	if (strlen(text) > max) {
		read_wrong(r, read_key(r, root_of(r), key), "the %s is longer than %zu", key,
			   max);
		return NULL;
	}
	copy = arena_copy(r->arena, text, strlen(text));
	if (!copy)
		read_wrong(r, NULL, "no memory");
	return copy;
}

static void take_identity(struct reader *r)
{
	struct sigma_rule *rule = r->rule;
	const char *id = text_of(r, "id");

	rule->title = copy_text(r, "title", TITLE_MAX);
	if (!rule->title || !*rule->title)
		read_wrong(r, root_of(r), "the rule has no title");
	rule->name = copy_text(r, "name", TITLE_MAX);
	if (id && strlen(id) >= sizeof(rule->id))
		read_wrong(r, read_key(r, root_of(r), "id"), "the id is too long");
	else if (id)
		strcpy(rule->id, id);
	rule->level = word_of(r, "level", rule_level_find, LEVEL_MEDIUM);
	rule->respond = word_of(r, "respond", ladder_find, RESPOND_ALERT);
	take_tags(r);
}

/*
 * Logsource
 */

static const char *source_text(struct reader *r, const yaml_node_t *source, const char *key)
{
	const yaml_node_t *node = read_key(r, source, key);

	return node && !read_is_null(node) ? read_scalar(r, node) : NULL;
}

/* "service: starlsm, category: module" is a condition too. */
static struct node *take_category(struct reader *r, const char *category)
{
	struct test test = { .kind = TEST_EQUAL };
	struct node *node;

	test.field = read_field(r, NULL, "event");
	if (test.field == UINT32_MAX ||
	    !pattern_parse(r->arena, category, strlen(category), &test.pattern))
		return NULL;
	node = read_new_node(r, NODE_TEST);
	r->test = arena_grow(r->arena, r->test, r->n_tests, sizeof(test));
	if (!node || !r->test) {
		read_wrong(r, NULL, "no memory");
		return NULL;
	}
	r->test[r->n_tests] = test;
	node->test = r->n_tests++;
	return node;
}

/* NULL if it takes no condition, or after an error */
static struct node *take_logsource(struct reader *r)
{
	const yaml_node_t *source = read_key(r, root_of(r), "logsource");
	const char *product, *category, *service;
	int view;

	if (!source || source->type != YAML_MAPPING_NODE) {
		read_wrong(r, source ? source : root_of(r), "the rule has no logsource");
		return NULL;
	}
	product = source_text(r, source, "product");
	category = source_text(r, source, "category");
	service = source_text(r, source, "service");
	view = fields_view(product, category, service);
	if (view < 0) {
		read_wrong(r, source, "this sensor is no logsource of product %s, category %s, "
			   "service %s", product ? product : "-", category ? category : "-",
			   service ? service : "-");
		return NULL;
	}
	r->rule->view = view;
	return view == VIEW_EVENT && category ? take_category(r, category) : NULL;
}

/*
 * Detection
 */

static void add_selection(struct reader *r, const yaml_node_t *key, const yaml_node_t *value)
{
	const char *name = read_scalar(r, key);

	if (!name || !strcmp(name, "condition"))
		return;
	if (!strcmp(name, "timeframe")) {
		read_wrong(r, key, "a timeframe has become a correlation rule");
		return;
	}
	r->selection = arena_grow(r->arena, r->selection, r->n_selections,
				  sizeof(*r->selection));
	if (r->selection)
		r->selection[r->n_selections++] = (struct selection){
			.name = name, .yaml = value,
		};
	else
		read_wrong(r, key, "no memory");
}

static struct node *take_detection(struct reader *r)
{
	const yaml_node_t *detection = read_key(r, root_of(r), "detection"), *condition;
	const yaml_node_pair_t *pair;

	if (!detection || detection->type != YAML_MAPPING_NODE) {
		read_wrong(r, detection ? detection : root_of(r), "the rule has no detection");
		return NULL;
	}
	condition = read_key(r, detection, "condition");
	if (!condition) {
		read_wrong(r, detection, "the detection has no condition");
		return NULL;
	}
	pair = detection->data.mapping.pairs.start;
	for (; !r->failed && pair < detection->data.mapping.pairs.top; pair++)
		add_selection(r, read_node(r, pair->key), read_node(r, pair->value));
	return r->failed ? NULL : read_condition(r, condition);
}

/*
 * What constants leave of a condition
 */

static struct node *simplify(struct node *node);

static void simplify_children(struct node *node)
{
	enum node_op neutral = node->op == NODE_AND ? NODE_TRUE : NODE_FALSE;
	enum node_op decides = node->op == NODE_AND ? NODE_FALSE : NODE_TRUE;
	uint32_t n = 0;

	for (uint32_t i = 0; i < node->n; i++) {
		struct node *child = simplify(node->child[i]);

		if (child->op == decides) {
			node->op = decides;
			return;
		}
		if (child->op != neutral)
			node->child[n++] = child;
	}
	node->n = n;
	if (!n)
		node->op = neutral;
}

/* A node may be used twice; what it is once it stays. */
static struct node *simplify(struct node *node)
{
	enum node_op op;

	switch (node->op) {
	case NODE_AND:
	case NODE_OR:
		simplify_children(node);
		return (node->op == NODE_AND || node->op == NODE_OR) && node->n == 1 ?
			node->child[0] : node;
	case NODE_NOT:
		node->child[0] = simplify(node->child[0]);
		op = node->child[0]->op;
		if (op == NODE_TRUE || op == NODE_FALSE)
			node->op = op == NODE_TRUE ? NODE_FALSE : NODE_TRUE;
		return node;
	default:
		return node;
	}
}

/*
 * Of which of audit's records a condition can be true at all, as bits: one record
 * has one type.
 */
#define ALL_KINDS	(~0U)

static uint32_t kinds_of_test(const struct reader *r, const struct test *t)
{
	char type[16];

	if (r->field[t->field].source != SRC_AUDIT_TYPE || t->kind != TEST_EQUAL ||
	    t->pattern.n >= sizeof(type))
		return ALL_KINDS;
	for (uint32_t i = 0; i < t->pattern.n; i++)
		type[i] = t->pattern.unit[i];
	type[t->pattern.n] = 0;
	return 1U << audit_kind_of(type);
}

static uint32_t kinds_of(const struct reader *r, const struct node *node)
{
	uint32_t kinds = node->op == NODE_OR ? 0 : ALL_KINDS;

	switch (node->op) {
	case NODE_TEST:
		return kinds_of_test(r, &r->test[node->test]);
	case NODE_AND:
		for (uint32_t i = 0; i < node->n; i++)
			kinds &= kinds_of(r, node->child[i]);
		return kinds;
	case NODE_OR:
		for (uint32_t i = 0; i < node->n; i++)
			kinds |= kinds_of(r, node->child[i]);
		return kinds;
	default:
		return ALL_KINDS;
	}
}

static struct node *join(struct reader *r, struct node *event, struct node *condition)
{
	struct node *both;

	if (!event)
		return condition;
	both = read_new_node(r, NODE_AND);
	if (!both)
		return NULL;
	read_add_child(r, both, event);
	read_add_child(r, both, condition);
	return both;
}

static bool take_detections(struct reader *r)
{
	struct node *event = take_logsource(r), *condition;

	if (r->failed)
		return false;
	condition = take_detection(r);
	if (r->failed || !condition)
		return false;
	condition = join(r, event, condition);
	if (r->failed)
		return false;
	r->rule->condition = simplify(condition);
	if (!kinds_of(r, r->rule->condition)) {
		read_note(r, NULL, "it asks for two types of audit record at once");
		r->rule->condition->op = NODE_FALSE;
	}
	if (r->rule->condition->op == NODE_FALSE)
		read_note(r, NULL, "so this rule can match no event of this sensor");
	return true;
}

bool read_rule(struct reader *r)
{
	const yaml_node_t *root = root_of(r);

	if (root->type != YAML_MAPPING_NODE) {
		read_wrong(r, root, "this is no rule: \"key: value\" lines are expected");
		return false;
	}
	take_identity(r);
	if (r->failed)
		return false;
	if (read_key(r, root, "action") || read_key(r, root, "filter"))
		read_wrong(r, root, "collections (action) and filters are not supported");
	else if (read_key(r, root, "correlation"))
		return read_correlation(r, read_key(r, root, "correlation"));
	else
		return take_detections(r);
	return false;
}
