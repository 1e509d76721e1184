/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the tasks of a report, who created whom
 *
 * As the incident itself has its tree; else out of the events.
 */
#ifndef STARLSM_REPORT_TREE_H
#define STARLSM_REPORT_TREE_H

#include <jansson.h>

#define TREE_MAX	400	/* nodes */
#define TREE_DEPTH_MAX	12	/* that are shown as deep as they are */

#define TREE_NONE	(-1)

struct tree_node {
	json_int_t task;
	int parent;		/* its number, TREE_NONE: not known, or above the tree */
	json_int_t pid;		/* 0 unknown */
	json_int_t uid;		/* effective; -1 unknown */
	const char *exe;	/* the model's; "" unknown */
	const json_t *args;	/* list of texts, NULL unknown */
	int n_events;		/* that it made, or execs that made it */
	unsigned int marks;	/* bit n: alert or step n + 1 came of it */
	int depth;		/* 0 for one without a parent */
};

struct tree {
	struct tree_node node[TREE_MAX];
	int n;
	int order[TREE_MAX];	/* each before those that it created */
	int n_left_out;
};

void tree_build(struct tree *t, const json_t *model);

#endif /* STARLSM_REPORT_TREE_H */
