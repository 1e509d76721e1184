// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a rule's condition: selections with and, or, not, N of
 *
 *   any    = each { "or" each }
 *   each   = single { "and" single }
 *   single = "not" single | "(" any ")" | some "of" which | name
 *   some   = "1" | "any" | "all"
 *   which  = "them" | a name, maybe with *
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "lib/sigma/read.h"

/* A word of a condition; longer ones are no names */
#define WORD_MAX	128
#define CONDITION_MAX	4096

struct parser {
	struct reader *r;
	const yaml_node_t *yaml;	/* for messages */
	const char *at;
	char word[WORD_MAX];		/* the next one; "" at the end */
	unsigned int depth;
};

static struct node *parse_any(struct parser *p);

static bool is_break(char c)
{
	return !c || strchr(" \t\r\n()|", c);
}

static void next_word(struct parser *p)
{
	size_t len = 0;

	p->at += strspn(p->at, " \t\r\n");
	while (!is_break(p->at[len]))
		len++;
	if (!len && *p->at)
		len = 1;
	snprintf(p->word, sizeof(p->word), "%.*s", (int)len, p->at);
	p->at += len;
	if (len >= sizeof(p->word))
		read_wrong(p->r, p->yaml, "\"%.20s...\" in the condition is too long", p->word);
}

static bool is_word(const struct parser *p, const char *word)
{
	return !strcasecmp(p->word, word);
}

static bool name_matches(struct reader *r, const char *glob, const char *name)
{
	struct pattern p;

	return pattern_parse(r->arena, glob, strlen(glob), &p) &&
	       pattern_match(&p, name, strlen(name), true);
}

/* "1 of them", "all of name*" */
static struct node *parse_some(struct parser *p, enum node_op op)
{
	struct node *some = read_new_node(p->r, op);
	bool is_them;

	next_word(p);
	is_them = is_word(p, "them");
	for (uint32_t i = 0; some && i < p->r->n_selections; i++) {
		struct selection *s = &p->r->selection[i];

		if (is_them ? s->name[0] == '_' : !name_matches(p->r, p->word, s->name))
			continue;
		read_add_child(p->r, some, read_selected(p->r, s));
	}
	if (some && !some->n)
		read_wrong(p->r, p->yaml, "the condition's \"%s\" matches no selection",
			   p->word);
	next_word(p);
	return some;
}

static struct node *parse_name(struct parser *p)
{
	for (uint32_t i = 0; i < p->r->n_selections; i++) {
		if (strcmp(p->r->selection[i].name, p->word))
			continue;
		next_word(p);
		return read_selected(p->r, &p->r->selection[i]);
	}
	read_wrong(p->r, p->yaml, *p->word ? "the condition's \"%s\" is no selection" :
		   "the condition ends too early%s", p->word);
	return NULL;
}

static bool is_some(struct parser *p)
{
	const char *at = p->at + strspn(p->at, " \t\r\n");

	return (is_word(p, "1") || is_word(p, "any") || is_word(p, "all")) &&
	       !strncasecmp(at, "of", 2) && is_break(at[2]);
}

static struct node *parse_bracket(struct parser *p)
{
	struct node *node;

	next_word(p);
	node = parse_any(p);
	if (node && !is_word(p, ")")) {
		read_wrong(p->r, p->yaml, "a ) is missing in the condition");
		return NULL;
	}
	next_word(p);
	return node;
}

static struct node *parse_single(struct parser *p)
{
	struct node *node = NULL;
	bool is_all;

	if (++p->depth > RULE_DEPTH_MAX) {
		read_wrong(p->r, p->yaml, "the condition is nested too deeply");
		return NULL;
	}
	if (is_word(p, "not")) {
		next_word(p);
		node = read_new_node(p->r, NODE_NOT);
		if (node)
			read_add_child(p->r, node, parse_single(p));
	} else if (is_word(p, "(")) {
		node = parse_bracket(p);
	} else if (is_some(p)) {
		is_all = is_word(p, "all");
		next_word(p);
		node = parse_some(p, is_all ? NODE_AND : NODE_OR);
	} else {
		node = parse_name(p);
	}
	p->depth--;
	return p->r->failed ? NULL : node;
}

/* One or more of what next() parses, joined by that word */
static struct node *parse_joined(struct parser *p, const char *word, enum node_op op,
				 struct node *(*next)(struct parser *p))
{
	struct node *first = next(p), *all;

	if (!first || !is_word(p, word))
		return first;
	all = read_new_node(p->r, op);
	if (!all)
		return NULL;
	read_add_child(p->r, all, first);
	while (is_word(p, word) && !p->r->failed) {
		next_word(p);
		read_add_child(p->r, all, next(p));
	}
	return p->r->failed ? NULL : all;
}

static struct node *parse_each(struct parser *p)
{
	return parse_joined(p, "and", NODE_AND, parse_single);
}

static struct node *parse_any(struct parser *p)
{
	return parse_joined(p, "or", NODE_OR, parse_each);
}

static struct node *parse(struct reader *r, const yaml_node_t *yaml)
{
	struct parser p = { .r = r, .yaml = yaml, .at = read_scalar(r, yaml) };
	struct node *node;

	if (!p.at)
		return NULL;
	if (strlen(p.at) > CONDITION_MAX) {
		read_wrong(r, yaml, "the condition is too long");
		return NULL;
	}
	next_word(&p);
	node = parse_any(&p);
	if (!node || r->failed)
		return NULL;
	if (is_word(&p, "|"))
		read_wrong(r, yaml, "counting in a condition (|) has become a correlation rule");
	else if (*p.word)
		read_wrong(r, yaml, "\"%s\" in the condition is not expected here", p.word);
	return r->failed ? NULL : node;
}

struct node *read_condition(struct reader *r, const yaml_node_t *yaml)
{
	struct node *any;

	if (yaml->type != YAML_SEQUENCE_NODE)
		return parse(r, yaml);
	any = read_new_node(r, NODE_OR);
	for (unsigned int i = 0; any && !r->failed && i < read_count(yaml); i++)
		read_add_child(r, any, parse(r, read_item(r, yaml, i)));
	return r->failed ? NULL : any;
}
