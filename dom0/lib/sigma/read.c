// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - reading YAML nodes, and what is wrong with them
 */
#include "lib/sigma/read.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lib/decode.h"

static void __attribute__((format(printf, 4, 0)))
report(struct reader *r, enum report_kind kind, const yaml_node_t *at, const char *fmt,
       va_list ap)
{
	char text[512], escaped[1024];

	vsnprintf(text, sizeof(text), fmt, ap);
	/* what is quoted may be anything */
	decode_escape(text, strlen(text), escaped, sizeof(escaped));
	r->report(r->report_arg, kind, r->file,
		  at ? at->start_mark.line + 1 : r->rule->line, escaped);
}

void read_wrong(struct reader *r, const yaml_node_t *at, const char *fmt, ...)
{
	va_list ap;

	/* the first is enough: what follows may be its consequence */
	if (!r->failed) {
		va_start(ap, fmt);
		report(r, REPORT_ERROR, at, fmt, ap);
		va_end(ap);
	}
	r->failed = true;
}

void read_note(struct reader *r, const yaml_node_t *at, const char *fmt, ...)
{
	va_list ap;

	r->has_note = true;
	va_start(ap, fmt);
	report(r, REPORT_NOTE, at, fmt, ap);
	va_end(ap);
}

const yaml_node_t *read_node(struct reader *r, int number)
{
	return yaml_document_get_node(r->document, number);
}

const yaml_node_t *read_key(struct reader *r, const yaml_node_t *map, const char *key)
{
	const yaml_node_pair_t *pair = map->data.mapping.pairs.start;

	for (; pair < map->data.mapping.pairs.top; pair++) {
		const yaml_node_t *k = read_node(r, pair->key);

		if (k->type == YAML_SCALAR_NODE &&
		    !strcmp((const char *)k->data.scalar.value, key))
			return read_node(r, pair->value);
	}
	return NULL;
}

const char *read_scalar(struct reader *r, const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;

	if (node->type != YAML_SCALAR_NODE) {
		read_wrong(r, node, "here one value is expected, not a list or a mapping");
		return NULL;
	}
	if (strlen(text) != node->data.scalar.length) {
		read_wrong(r, node, "a NUL character is in this value");
		return NULL;
	}
	return text;
}

bool read_is_null(const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;

	return node->type == YAML_SCALAR_NODE &&
	       node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!*text || !strcmp(text, "~") || !strcmp(text, "null"));
}

bool read_bool(struct reader *r, const yaml_node_t *node)
{
	const char *text = read_scalar(r, node);

	if (text && strcmp(text, "true") && strcmp(text, "false"))
		read_wrong(r, node, "\"%s\" is neither true nor false", text);
	return text && !strcmp(text, "true");
}

unsigned int read_count(const yaml_node_t *node)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return 1;
	return node->data.sequence.items.top - node->data.sequence.items.start;
}

const yaml_node_t *read_item(struct reader *r, const yaml_node_t *node, unsigned int i)
{
	if (node->type != YAML_SEQUENCE_NODE)
		return node;
	return read_node(r, node->data.sequence.items.start[i]);
}

struct node *read_new_node(struct reader *r, enum node_op op)
{
	struct node *node = arena_alloc(r->arena, sizeof(*node));

	if (!node) {
		read_wrong(r, NULL, "no memory");
		return NULL;
	}
	node->op = op;
	node->before = r->newest;
	r->newest = node;
	return node;
}

void read_add_child(struct reader *r, struct node *parent, struct node *child)
{
	if (!child)
		return;
	parent->child = arena_grow(r->arena, parent->child, parent->n, sizeof(child));
	if (parent->child)
		parent->child[parent->n++] = child;
	else
		read_wrong(r, NULL, "no memory");
}

struct node *read_selected(struct reader *r, struct selection *s)
{
	if (!s->node)
		s->node = read_selection(r, s->yaml);
	return s->node;
}

uint32_t read_field(struct reader *r, const yaml_node_t *at, const char *name)
{
	struct field_ref ref;

	if (!fields_find(r->rule->view, name, &ref)) {
		read_wrong(r, at, "there is no field \"%s\" in this logsource", name);
		return UINT32_MAX;
	}
	for (uint32_t i = 0; i < r->n_fields; i++)
		if (r->field[i].source == ref.source && r->field[i].arg == ref.arg &&
		    !strcmp(r->field[i].name, ref.name))
			return i;
	r->field = arena_grow(r->arena, r->field, r->n_fields, sizeof(ref));
	if (!r->field) {
		read_wrong(r, at, "no memory");
		return UINT32_MAX;
	}
	r->field[r->n_fields] = ref;
	return r->n_fields++;
}
