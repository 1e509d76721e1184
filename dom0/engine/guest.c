// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what the engine knows of one guest, and of which guests it knows
 */
#include "engine/guest.h"

#include <errno.h>
#include <stdlib.h>

struct guest *guest_next(const struct guests *all, uint32_t *at)
{
	while (*at < ENGINE_GUESTS_MAX) {
		struct guest *g = all->place[(*at)++];

		if (g)
			return g;
	}
	return NULL;
}

struct guest *guest_find(const struct guests *all, uint32_t domid)
{
	struct guest *g;
	uint32_t at = 0;

	while ((g = guest_next(all, &at)))
		if (g->domid == domid)
			return g;
	return NULL;
}

/* The one that g is in, or, for NULL, an empty one; NULL if there is none */
static struct guest **place_of(struct guests *all, const struct guest *g)
{
	for (uint32_t i = 0; i < ENGINE_GUESTS_MAX; i++)
		if (all->place[i] == g)
			return &all->place[i];
	return NULL;
}

static struct guest *make(const struct hash_seed *seed, uint32_t domid)
{
	struct guest *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->domid = domid;
	verdicts_init(&g->verdicts);
	seen_init(&g->seen, seed);
	if (ledger_init(&g->ledger, seed)) {
		free(g);
		return NULL;
	}
	if (drops_init(&g->drops, seed)) {
		ledger_free(&g->ledger);
		free(g);
		return NULL;
	}
	return g;
}

int guest_new(struct guests *all, const struct hash_seed *seed, uint32_t domid,
	      struct guest **made)
{
	struct guest **place = place_of(all, NULL);

	if (!place)
		return -ENOSPC;
	*made = *place = make(seed, domid);
	return *made ? 0 : -ENOMEM;
}

void guest_free(struct guests *all, struct guest *g)
{
	*place_of(all, g) = NULL;
	ledger_free(&g->ledger);
	drops_free(&g->drops);
	seen_free(&g->seen);
	groups_free(g->groups);
	free(g);
}
