// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a disk of the outer Xen: what xenstore says of it, and what we say there
 */
#include "blkfront/device.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include <xen/xen.h>
#include <xen/grant_table.h>
#include <xen/io/blkif.h>
#include <xen/io/protocols.h>

#include "lib/log.h"

#define SECTOR		512
/* xvda, and from one to the next */
#define FIRST_VDEV	(202 << 8)
#define VDEV_STEP	16
#define RING_ORDER_MAX	10

void device_open(struct device *d, const char *path, unsigned int number)
{
	d->handle = FIRST_VDEV + VDEV_STEP * number;
	front_open(&d->front, path, "vbd", d->handle);
}

/* A number that the back end says; 0 if it says none */
static unsigned long said(struct device *d, const char *node)
{
	char text[FRONT_TEXT_MAX];

	return front_read(&d->front, d->front.back, node, text, sizeof(text)) ?
		strtoul(text, NULL, 10) : 0;
}

size_t device_ring_pages(struct device *d)
{
	unsigned long order = said(d, "max-ring-page-order");

	return (size_t)1 << (order < RING_ORDER_MAX ? order : RING_ORDER_MAX);
}

uint64_t device_bytes(const char *text)
{
	uint64_t n = 0;

	for (const char *c = text; *c; c++) {
		if (!isdigit((unsigned char)*c) || n > INT64_MAX / SECTOR / 10 - 1)
			return 0;
		n = n * 10 + (*c - '0');
	}
	return n * SECTOR;
}

/* Which says so when it is connected, and not before */
static void learn(struct device *d)
{
	unsigned long sector = said(d, "sector-size");
	char text[FRONT_TEXT_MAX];

	if (front_read(&d->front, d->front.back, "sectors", text, sizeof(text)))
		d->bytes = device_bytes(text);
	if (!d->bytes)
		fatal("%s/sectors is no size of a disk", d->front.back);
	if (sector && sector != SECTOR)
		fatal("sectors of %lu bytes out there: only those of %u can be had", sector, SECTOR);
	d->can_flush = said(d, "feature-flush-cache") == 1;
	d->can_discard = said(d, "feature-discard") == 1;
	d->is_readonly = said(d, "info") & VDISK_READONLY;
	if (front_read(&d->front, d->front.back, "mode", text, sizeof(text)))
		d->is_readonly |= text[0] == 'r';
}

/*
 * A ring of one page is said as it was before there were others. A predecessor may
 * have had another back end, and another ring.
 */
static bool say_ring(struct front *f, xs_transaction_t t, const struct device_ring *r)
{
	char node[128];

	if (r->n_pages == 1) {
		snprintf(node, sizeof(node), "%s/ring-page-order", f->front);
		xs_rm(f->xs, t, node);
		return front_write(f, t, "ring-ref", r->ref[0]);
	}
	for (size_t i = 0; i < r->n_pages; i++) {
		snprintf(node, sizeof(node), "ring-ref%zu", i);
		if (!front_write(f, t, node, r->ref[i]))
			return false;
	}
	return front_write(f, t, "ring-page-order", __builtin_ctzl(r->n_pages));
}

static bool say(struct front *f, xs_transaction_t t, const void *arg)
{
	const struct device_ring *r = arg;
	char path[128];

	snprintf(path, sizeof(path), "%s/protocol", f->front);
	return say_ring(f, t, r) && front_write(f, t, "event-channel", r->outer_port) &&
		front_write(f, t, "feature-persistent", 1) &&
		xs_write(f->xs, t, path, XEN_IO_PROTO_ABI_NATIVE,
			 sizeof(XEN_IO_PROTO_ABI_NATIVE) - 1);
}

void device_connect(struct device *d, const struct device_ring *r)
{
	front_connect(&d->front, say, r);
	learn(d);
}
