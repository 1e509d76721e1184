// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the latest messages for subscribers, in a byte ring
 */
#include "engine/recent.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int recent_init(struct recent *r)
{
	memset(r, 0, sizeof(*r));
	r->ring = malloc(RECENT_BYTES);
	return r->ring ? 0 : -1;
}

void recent_free(struct recent *r)
{
	free(r->ring);
	r->ring = NULL;
}

static size_t up_to_end(uint64_t at, size_t len)
{
	size_t room = RECENT_BYTES - at % RECENT_BYTES;

	return len < room ? len : room;
}

static void put(struct recent *r, uint64_t at, const void *bytes, size_t len)
{
	size_t n = up_to_end(at, len);

	memcpy(r->ring + at % RECENT_BYTES, bytes, n);
	memcpy(r->ring, (const char *)bytes + n, len - n);
}

static void get(const struct recent *r, uint64_t at, void *bytes, size_t len)
{
	size_t n = up_to_end(at, len);

	memcpy(bytes, r->ring + at % RECENT_BYTES, n);
	memcpy((char *)bytes + n, r->ring, len - n);
}

static void drop_oldest(struct recent *r)
{
	struct msg m;

	get(r, r->tail, &m, sizeof(m));
	r->tail += m.len;
	r->oldest++;
}

void recent_add(struct recent *r, const struct msg *m)
{
	assert(m->len >= sizeof(*m) && m->len <= MSG_MAX);
	while (r->head + m->len - r->tail > RECENT_BYTES)
		drop_oldest(r);
	put(r, r->head, m, m->len);
	r->head += m->len;
	r->next++;
}

struct recent_cursor recent_start(const struct recent *r)
{
	return (struct recent_cursor){ .at = r->tail, .number = r->oldest };
}

uint32_t recent_peek(const struct recent *r, struct recent_cursor *c, void *buf,
		     uint64_t *missed)
{
	struct msg m;

	*missed = 0;
	if (c->number < r->oldest) {
		*missed = r->oldest - c->number;
		*c = recent_start(r);
	}
	if (c->number == r->next)
		return 0;
	get(r, c->at, &m, sizeof(m));
	get(r, c->at, buf, m.len);
	return m.len;
}

void recent_step(const struct recent *r, struct recent_cursor *c, uint32_t len)
{
	assert(c->number < r->next);
	c->at += len;
	c->number++;
}
