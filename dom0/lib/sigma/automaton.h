/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - many texts found in one pass: an automaton after Aho and Corasick
 *
 * A. Aho, M. Corasick, "Efficient string matching: an aid to bibliographic
 * search", 1975. Complete transitions, over classes of bytes: those that no
 * pattern has share one. ASCII letters are found in either case; who wants them
 * as they are looks again at what was found.
 */
#ifndef STARLSM_SIGMA_AUTOMATON_H
#define STARLSM_SIGMA_AUTOMATON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of all patterns together, and transitions of 4 bytes: 48 MiB */
#define AUTOMATON_STATES_MAX	(1 << 18)
#define AUTOMATON_NEXT_MAX	(12 << 20)

struct automaton_node;

struct automaton {
	/* built from; gone when it is done */
	struct automaton_node *node;
	uint32_t n_nodes;
	/* at work */
	uint8_t class[256];
	uint32_t n_classes;
	/* [state * n_classes + class]: the row of the next, AUTOMATON_ENDS if any end there */
	uint32_t *next;
	uint32_t *ends;		/* by state: first pattern that ends here, NO_PATTERN */
	uint32_t *shorter;	/* by state: where a shorter one ends too, 0 for none */
	uint32_t *same;		/* by pattern: the next with the same text, NO_PATTERN */
	uint32_t n_states;
};

#define AUTOMATON_ENDS	0x80000000U
#define NO_PATTERN	UINT32_MAX

/* An automaton of zeroes is an empty one. */
void automaton_free(struct automaton *a);

/* Pattern number `number` is that text, at least one byte. false without room or memory. */
bool automaton_add(struct automaton *a, uint32_t number, const uint8_t *text, size_t len);

/* When all n patterns have been added; nothing can be added after it. */
bool automaton_build(struct automaton *a, uint32_t n);

/* found() is called with a pattern and the position after its end. */
typedef void (*automaton_found)(void *arg, uint32_t pattern, size_t end);

void automaton_run(const struct automaton *a, const char *text, size_t len,
		   automaton_found found, void *arg);

#endif /* STARLSM_SIGMA_AUTOMATON_H */
