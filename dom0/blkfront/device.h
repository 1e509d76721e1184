/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a disk of the outer Xen: what xenstore says of it, and what we say there
 *
 * Its functions end the process, with a line that says why, when the outer xenstore
 * does not answer or the disk is not what it should be.
 */
#ifndef STARLSM_BLKFRONT_DEVICE_H
#define STARLSM_BLKFRONT_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/front.h"

/* Disks are counted from 0, which is xvda. */
#define DEVICE_NUMBER_MAX	15

struct device {
	struct front front;
	uint16_t handle;	/* its number in requests */
	/* As the back end says, once it is connected */
	uint64_t bytes;
	bool is_readonly;
	bool can_flush;
	bool can_discard;
};

/* What is to be said: the ring's pages and the channel */
struct device_ring {
	size_t n_pages;
	const uint32_t *ref;	/* of each */
	uint32_t outer_port;
};

/* Disk number, of the outer xenstore that is at the socket path. */
void device_open(struct device *d, const char *path, unsigned int number);

/* Most pages, a power of 2, that the back end takes as a ring; after front_reset(). */
size_t device_ring_pages(struct device *d);

void device_connect(struct device *d, const struct device_ring *r);

/* Text as bytes of so many sectors of 512; 0 if it is none, or more than a file has */
uint64_t device_bytes(const char *text);

#endif /* STARLSM_BLKFRONT_DEVICE_H */
