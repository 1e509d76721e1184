/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what the parts that read a rule's YAML share
 *
 * A rule is read whole before anything of it gets into the plan: its fields and
 * tests are numbered for themselves here, and what is wrong costs that rule only.
 */
#ifndef STARLSM_SIGMA_READ_H
#define STARLSM_SIGMA_READ_H

#include <yaml.h>

#include "lib/sigma/arena.h"
#include "lib/sigma/report.h"
#include "lib/sigma/rule.h"

struct selection {
	const char *name;
	struct node *node;	/* NULL: not read yet */
	const yaml_node_t *yaml;
};

struct reader {
	struct arena *arena;
	yaml_document_t *document;
	const char *file;
	report_fn report;
	void *report_arg;
	bool failed;
	bool has_note;
	struct sigma_rule *rule;
	struct field_ref *field;
	uint32_t n_fields;
	struct test *test;
	uint32_t n_tests;
	struct selection *selection;
	uint32_t n_selections;
	struct node *newest;	/* of all nodes made */
};

/* Says what is wrong with the rule, at a node of it or at the line of its start. */
void __attribute__((format(printf, 3, 4)))
read_wrong(struct reader *r, const yaml_node_t *at, const char *fmt, ...);
void __attribute__((format(printf, 3, 4)))
read_note(struct reader *r, const yaml_node_t *at, const char *fmt, ...);

/* The node of that number in the document; of that key in a mapping, or NULL. */
const yaml_node_t *read_node(struct reader *r, int number);
const yaml_node_t *read_key(struct reader *r, const yaml_node_t *map, const char *key);

/* A scalar's text, without NUL; NULL and an error if it is none. */
const char *read_scalar(struct reader *r, const yaml_node_t *node);

/* Is it YAML's null: plain, and empty, ~ or null? */
bool read_is_null(const yaml_node_t *node);

/* true or false; anything else is an error and false. */
bool read_bool(struct reader *r, const yaml_node_t *node);

/* Each item of a list; or the node itself, if it is none. */
unsigned int read_count(const yaml_node_t *node);
const yaml_node_t *read_item(struct reader *r, const yaml_node_t *node, unsigned int i);

struct node *read_new_node(struct reader *r, enum node_op op);
void read_add_child(struct reader *r, struct node *parent, struct node *child);

/* The parts of a rule: what a selection says, how they are combined. NULL after an error. */
struct node *read_selection(struct reader *r, const yaml_node_t *yaml);
struct node *read_condition(struct reader *r, const yaml_node_t *yaml);

/* The selection's tree, read when it is first asked for. */
struct node *read_selected(struct reader *r, struct selection *s);

/* The number in the rule of a field of its view; UINT32_MAX after an error. */
uint32_t read_field(struct reader *r, const yaml_node_t *at, const char *name);

/* One document into r->rule; false after an error. */
bool read_rule(struct reader *r);
bool read_correlation(struct reader *r, const yaml_node_t *root);

#endif /* STARLSM_SIGMA_READ_H */
