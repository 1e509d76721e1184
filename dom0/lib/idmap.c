// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - 64-bit ids to slots of a fixed array, with an order of use
 */
#include "lib/idmap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int idmap_init(struct idmap *m, uint32_t size, const struct hash_seed *seed)
{
	assert(size && !(size & (size - 1)));
	memset(m, 0, sizeof(*m));
	m->seed = *seed;
	m->size = size;
	m->free = NO_SLOT;
	for (int i = 0; i < IDMAP_ORDERS; i++)
		m->oldest[i] = m->newest[i] = NO_SLOT;
	m->bucket = calloc(size, sizeof(*m->bucket));
	m->slot = calloc(size, sizeof(*m->slot));
	if (m->bucket && m->slot)
		return 0;
	idmap_free(m);
	return -1;
}

void idmap_free(struct idmap *m)
{
	free(m->bucket);
	free(m->slot);
	m->bucket = NULL;
	m->slot = NULL;
}

static uint32_t *bucket_of(const struct idmap *m, uint64_t id)
{
	return &m->bucket[hash_bytes(&m->seed, &id, sizeof(id)) & (m->size - 1)];
}

uint32_t idmap_find(const struct idmap *m, uint64_t id)
{
	uint32_t link = *bucket_of(m, id);

	while (link) {
		if (m->slot[link - 1].id == id)
			return link - 1;
		link = m->slot[link - 1].next;
	}
	return NO_SLOT;
}

uint32_t idmap_add(struct idmap *m, uint64_t id)
{
	uint32_t *bucket = bucket_of(m, id);
	uint32_t slot = m->free;

	if (slot != NO_SLOT)
		m->free = m->slot[slot].next;
	else if (m->fresh < m->size)
		slot = m->fresh++;
	else
		return NO_SLOT;
	m->slot[slot] = (struct idmap_slot){
		.id = id, .next = *bucket, .older = NO_SLOT, .newer = NO_SLOT,
		.order = IDMAP_ORDERS,
	};
	*bucket = slot + 1;
	m->n++;
	return slot;
}

void idmap_remove(struct idmap *m, uint32_t slot)
{
	uint32_t *link = bucket_of(m, m->slot[slot].id);

	idmap_order(m, slot, IDMAP_ORDERS);
	while (*link != slot + 1)
		link = &m->slot[*link - 1].next;
	*link = m->slot[slot].next;
	m->slot[slot].next = m->free;
	m->free = slot;
	m->n--;
}

static void leave_order(struct idmap *m, struct idmap_slot *s)
{
	if (s->order >= IDMAP_ORDERS)
		return;
	if (s->older != NO_SLOT)
		m->slot[s->older].newer = s->newer;
	else
		m->oldest[s->order] = s->newer;
	if (s->newer != NO_SLOT)
		m->slot[s->newer].older = s->older;
	else
		m->newest[s->order] = s->older;
	s->order = IDMAP_ORDERS;
}

void idmap_order(struct idmap *m, uint32_t slot, uint32_t order)
{
	struct idmap_slot *s = &m->slot[slot];

	if (order < IDMAP_ORDERS && m->newest[order] == slot)
		return;
	leave_order(m, s);
	if (order >= IDMAP_ORDERS)
		return;
	s->order = order;
	s->newer = NO_SLOT;
	s->older = m->newest[order];
	if (s->older != NO_SLOT)
		m->slot[s->older].newer = slot;
	else
		m->oldest[order] = slot;
	m->newest[order] = slot;
}
