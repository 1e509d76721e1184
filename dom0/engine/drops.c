// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - files that users other than root left in a guest's common places
 */
#include "engine/drops.h"

#include <stdlib.h>
#include <string.h>

enum { ORDER_WRITTEN };

int drops_init(struct drops *d, const struct hash_seed *seed)
{
	int rc;

	memset(d, 0, sizeof(*d));
	rc = idmap_init(&d->ids, DROPS_MAX, seed);
	d->drop = calloc(DROPS_MAX, sizeof(*d->drop));
	if (!rc && d->drop)
		return 0;
	drops_free(d);
	return -1;
}

void drops_free(struct drops *d)
{
	free(d->drop);
	idmap_free(&d->ids);
	memset(d, 0, sizeof(*d));
}

static uint64_t path_id(const struct drops *d, const char *path, size_t len)
{
	size_t n = len < DROP_TAIL ? len : DROP_TAIL;

	return hash_bytes(&d->ids.seed, path + len - n, n);
}

struct drop *drops_find(struct drops *d, const char *path, size_t len)
{
	uint32_t slot = idmap_find(&d->ids, path_id(d, path, len));

	return slot == NO_SLOT ? NULL : &d->drop[slot];
}

struct drop *drops_add(struct drops *d, const char *path, size_t len)
{
	uint64_t id = path_id(d, path, len);
	uint32_t slot = idmap_find(&d->ids, id);

	if (slot == NO_SLOT) {
		if (d->ids.n == DROPS_MAX) {
			idmap_remove(&d->ids, d->ids.oldest[ORDER_WRITTEN]);
			d->forgotten++;
		}
		slot = idmap_add(&d->ids, id);
		d->drop[slot] = (struct drop){ 0 };
	}
	idmap_order(&d->ids, slot, ORDER_WRITTEN);
	return &d->drop[slot];
}

void drops_remove(struct drops *d, const char *path, size_t len)
{
	uint32_t slot = idmap_find(&d->ids, path_id(d, path, len));

	if (slot != NO_SLOT)
		idmap_remove(&d->ids, slot);
}
