// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - many texts found in one pass: an automaton after Aho and Corasick
 */
#include "lib/sigma/automaton.h"

#include <stdlib.h>
#include <string.h>

#include "lib/sigma/pattern.h"

/* Of the tree of all patterns; children are a list. 0 is the root, and none. */
struct automaton_node {
	uint32_t child, sibling;
	uint32_t ends;		/* number of the pattern + 1, 0 for none */
	uint32_t fail;		/* the longest proper suffix that is in the tree */
	uint8_t byte;		/* that leads here */
};

void automaton_free(struct automaton *a)
{
	free(a->node);
	free(a->next);
	free(a->ends);
	free(a->shorter);
	free(a->same);
	memset(a, 0, sizeof(*a));
}

/*
 * The tree
 */

static uint32_t new_node(struct automaton *a, uint8_t byte)
{
	struct automaton_node *bigger;

	if (a->n_nodes == AUTOMATON_STATES_MAX)
		return 0;
	/* full at each power of two */
	if (!(a->n_nodes & (a->n_nodes - 1))) {
		bigger = realloc(a->node, (a->n_nodes ? 2 * a->n_nodes : 1) * sizeof(*bigger));
		if (!bigger)
			return 0;
		a->node = bigger;
	}
	a->node[a->n_nodes] = (struct automaton_node){ .byte = byte };
	return a->n_nodes++;
}

static uint32_t child_of(const struct automaton *a, uint32_t at, uint8_t byte)
{
	uint32_t child = a->node[at].child;

	while (child && a->node[child].byte != byte)
		child = a->node[child].sibling;
	return child;
}

static uint32_t step(struct automaton *a, uint32_t at, uint8_t byte)
{
	uint32_t child = child_of(a, at, byte);

	if (child)
		return child;
	child = new_node(a, byte);
	if (!child)
		return 0;
	a->node[child].sibling = a->node[at].child;
	a->node[at].child = child;
	return child;
}

static bool grow_same(struct automaton *a, uint32_t number)
{
	uint32_t *same;

	same = realloc(a->same, (number + 1) * sizeof(*same));
	if (!same)
		return false;
	a->same = same;
	return true;
}

bool automaton_add(struct automaton *a, uint32_t number, const uint8_t *text, size_t len)
{
	uint32_t at = 0;

	if (!a->n_nodes && (new_node(a, 0) || !a->node))
		return false;
	if (!grow_same(a, number))
		return false;
	for (size_t i = 0; i < len; i++) {
		at = step(a, at, pattern_lower(text[i]));
		if (!at)
			return false;
	}
	a->same[number] = a->node[at].ends ? a->node[at].ends - 1 : NO_PATTERN;
	a->node[at].ends = number + 1;
	return true;
}

/*
 * From the tree to transitions
 */

static void make_classes(struct automaton *a)
{
	uint8_t of[256] = { 0 };

	a->n_classes = 1;
	for (uint32_t i = 1; i < a->n_nodes; i++)
		if (!of[a->node[i].byte])
			of[a->node[i].byte] = a->n_classes++;
	for (unsigned int c = 0; c < 256; c++)
		a->class[c] = of[pattern_lower(c)];
}

static uint32_t to_state(const struct automaton *a, uint32_t state)
{
	bool ends = a->ends[state] != NO_PATTERN || a->shorter[state];

	return state * a->n_classes | (ends ? AUTOMATON_ENDS : 0);
}

/* What its fail state does, and then what its own children say instead */
static void make_row(struct automaton *a, uint32_t state)
{
	uint32_t *row = a->next + (size_t)state * a->n_classes, fail = a->node[state].fail;

	if (state)
		memcpy(row, a->next + (size_t)fail * a->n_classes,
		       a->n_classes * sizeof(*row));
	for (uint32_t c = a->node[state].child; c; c = a->node[c].sibling) {
		uint8_t class = a->class[a->node[c].byte];

		if (state)
			a->node[c].fail = (row[class] & ~AUTOMATON_ENDS) / a->n_classes;
		a->shorter[c] = a->ends[a->node[c].fail] != NO_PATTERN ? a->node[c].fail :
				a->shorter[a->node[c].fail];
		row[class] = to_state(a, c);
	}
}

/* By depth, so that a fail state, which is less deep, is there already */
static bool make_rows(struct automaton *a)
{
	uint32_t *queue = malloc(a->n_nodes * sizeof(*queue)), first = 0, end = 0;

	if (!queue)
		return false;
	queue[end++] = 0;
	while (first < end) {
		uint32_t state = queue[first++];

		make_row(a, state);
		for (uint32_t c = a->node[state].child; c; c = a->node[c].sibling)
			queue[end++] = c;
	}
	free(queue);
	return true;
}

bool automaton_build(struct automaton *a, uint32_t n)
{
	bool is_done;

	if (!n)
		return true;
	make_classes(a);
	a->n_states = a->n_nodes;
	if ((uint64_t)a->n_states * a->n_classes > AUTOMATON_NEXT_MAX)
		return false;
	a->next = calloc((size_t)a->n_states * a->n_classes, sizeof(*a->next));
	a->ends = calloc(a->n_states, sizeof(*a->ends));
	a->shorter = calloc(a->n_states, sizeof(*a->shorter));
	if (!a->next || !a->ends || !a->shorter)
		return false;
	for (uint32_t i = 0; i < a->n_states; i++)
		a->ends[i] = a->node[i].ends ? a->node[i].ends - 1 : NO_PATTERN;
	is_done = make_rows(a);
	free(a->node);
	a->node = NULL;
	return is_done;
}

/*
 * At work
 */

static void tell(const struct automaton *a, uint32_t state, size_t end,
		 automaton_found found, void *arg)
{
	if (a->ends[state] == NO_PATTERN)
		state = a->shorter[state];
	for (; state; state = a->shorter[state])
		for (uint32_t p = a->ends[state]; p != NO_PATTERN; p = a->same[p])
			found(arg, p, end);
}

void automaton_run(const struct automaton *a, const char *text, size_t len,
		   automaton_found found, void *arg)
{
	uint32_t at = 0;

	if (!a->n_states)
		return;
	for (size_t i = 0; i < len; i++) {
		at = a->next[at + a->class[(uint8_t)text[i]]];
		if (at & AUTOMATON_ENDS) {
			at &= ~AUTOMATON_ENDS;
			tell(a, at / a->n_classes, i + 1, found, arg);
		}
	}
}
