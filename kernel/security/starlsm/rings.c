// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - the memory that a collector will see: pages, rings, epoch
 */
#include <linux/atomic.h>
#include <linux/build_bug.h>
#include <linux/cleanup.h>
#include <linux/cpu.h>
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "emit.h"
#include "rings.h"

static_assert(!(STARLSM_RING_PAGES & (STARLSM_RING_PAGES - 1)));
static_assert(STARLSM_RING_PAGES >= STARLSM_RING_PAGES_MIN);
static_assert(STARLSM_RING_PAGES <= STARLSM_RING_PAGES_MAX);
static_assert(sizeof(struct starlsm_status_page) == STARLSM_PAGE_SIZE);
static_assert(sizeof(struct starlsm_control_page) == STARLSM_PAGE_SIZE);
static_assert(sizeof(struct starlsm_policy_page) == STARLSM_PAGE_SIZE);
static_assert(sizeof(struct starlsm_answers_page) == STARLSM_PAGE_SIZE);
static_assert(sizeof(struct starlsm_directory_page) == STARLSM_PAGE_SIZE);

struct starlsm_rings starlsm_rings __ro_after_init;

/* A guest that cannot be watched is no reason to stop it. */
#define RINGS_GFP	(GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN)

static bool __init alloc_pages_shared(struct starlsm_rings *rings)
{
	rings->status = alloc_pages_exact(STARLSM_PAGE_SIZE, RINGS_GFP);
	rings->control = alloc_pages_exact(STARLSM_PAGE_SIZE, RINGS_GFP);
	rings->policy = alloc_pages_exact(STARLSM_PAGE_SIZE, RINGS_GFP);
	rings->answers = alloc_pages_exact(STARLSM_PAGE_SIZE, RINGS_GFP);
	return rings->status && rings->control && rings->policy &&
	       rings->answers;
}

/* Rings are numbered without a gap: the first that fails is the last tried. */
static void __init alloc_streams(struct starlsm_rings *rings, unsigned int max)
{
	unsigned int i;
	void *data;

	rings->stream = kcalloc(max, sizeof(*rings->stream), RINGS_GFP);
	if (!rings->stream)
		return;
	for (i = 0; i < max; i++) {
		data = alloc_pages_exact(STARLSM_RING_SIZE, RINGS_GFP);
		if (!data)
			break;
		starlsm_ring_init(&rings->stream[i].ring, data,
				  STARLSM_RING_SIZE, &rings->status->ring[i],
				  &rings->control->ring[i]);
	}
	rings->n_rings = i;
}

static bool __init alloc_directory(struct starlsm_rings *rings)
{
	const unsigned int n = DIV_ROUND_UP(rings->n_rings * STARLSM_RING_PAGES,
					    STARLSM_DIRECTORY_REFS);
	unsigned int i;

	rings->directory = kcalloc(n, sizeof(*rings->directory), RINGS_GFP);
	if (!rings->directory)
		return false;
	for (i = 0; i < n; i++) {
		rings->directory[i] = alloc_pages_exact(STARLSM_PAGE_SIZE,
							RINGS_GFP);
		if (!rings->directory[i])
			return false;
	}
	rings->n_directory = n;
	return true;
}

/* What can be said of the pages before there is a peer */
static void __init describe(struct starlsm_status *status, unsigned int n_rings)
{
	status->magic = STARLSM_MAGIC;
	status->major = STARLSM_VERSION_MAJOR;
	status->minor = STARLSM_VERSION_MINOR;
	status->n_rings = n_rings;
	status->ring_pages = STARLSM_RING_PAGES;
}

/**
 * starlsm_rings_init - Allocate the rings of all CPUs that may ever be
 *
 * What fails is counted and leaves CPUs without a ring, whose records are then
 * lost. What was allocated by then is not given back: an allocation that fails
 * here is followed by a boot that fails.
 */
void __init starlsm_rings_init(void)
{
	const unsigned int max = min_t(unsigned int, nr_cpu_ids,
				       STARLSM_RINGS_MAX);
	struct starlsm_rings *const rings = &starlsm_rings;

	if (alloc_pages_shared(rings))
		alloc_streams(rings, max);
	if (rings->n_rings && !alloc_directory(rings))
		rings->n_rings = 0;
	if (rings->n_rings < max)
		starlsm_count(STARLSM_NO_MEMORY);
	if (rings->n_rings)
		describe(&rings->status->guest, rings->n_rings);
}

/**
 * starlsm_rings_new_epoch - Begin an epoch: definitions are sent again
 */
void starlsm_rings_new_epoch(void)
{
	static atomic_t epoch;
	struct starlsm_status *const status = &starlsm_rings.status->guest;

	WRITE_ONCE(status->epoch, atomic_inc_return(&epoch));
}

typedef void (*ring_fn)(struct starlsm_stream *stream, unsigned int cpu);

/* One at a time stands in for the CPUs that are offline. */
static DEFINE_MUTEX(stand_in);

static void call_here(void *fn)
{
	const unsigned int cpu = smp_processor_id();

	if (cpu < starlsm_rings.n_rings)
		((ring_fn)fn)(&starlsm_rings.stream[cpu], cpu);
}

/**
 * starlsm_rings_each - Do something with each ring, as its one producer
 *
 * @fn: What, with interrupts off: on the CPU that the ring belongs to, or here
 *      while that is offline.
 *
 * May sleep.
 */
void starlsm_rings_each(ring_fn fn)
{
	unsigned int cpu;

	guard(mutex)(&stand_in);
	guard(cpus_read_lock)();
	on_each_cpu(call_here, fn, true);
	for (cpu = 0; cpu < starlsm_rings.n_rings; cpu++) {
		if (cpu_online(cpu))
			continue;
		guard(irqsave)();
		fn(&starlsm_rings.stream[cpu], cpu);
	}
}

static void keep_peer(struct starlsm_stream *stream, unsigned int cpu)
{
	starlsm_ring_keep_peer(&stream->ring);
}

/**
 * starlsm_rings_keep_peer - Note where the collector is, before a suspend
 */
void starlsm_rings_keep_peer(void)
{
	starlsm_rings_each(keep_peer);
}

static void restate_peer(struct starlsm_stream *stream, unsigned int cpu)
{
	starlsm_ring_restate_peer(&stream->ring,
				  &starlsm_rings.control->ring[cpu]);
}

/**
 * starlsm_rings_restate_peer - Say where the collector was
 *
 * Before its pages are granted again: there may have been a suspend.
 */
void starlsm_rings_restate_peer(void)
{
	starlsm_rings_each(restate_peer);
}

/**
 * starlsm_rings_are_empty - Has the collector read everything?
 *
 * A hint: both sides go on.
 */
bool starlsm_rings_are_empty(void)
{
	const struct starlsm_rings *const rings = &starlsm_rings;
	unsigned int i;

	for (i = 0; i < rings->n_rings; i++)
		if (READ_ONCE(rings->control->ring[i].cons) !=
		    READ_ONCE(rings->status->ring[i].prod))
			return false;
	return true;
}
