// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a guest says of its pages, checked
 */
#include "reader/geometry.h"

#include <stdbool.h>
#include <string.h>

static uint32_t read_once(const uint32_t *untrusted)
{
	return __atomic_load_n(untrusted, __ATOMIC_RELAXED);
}

static bool is_power_of_two(uint32_t n)
{
	return n && !(n & (n - 1));
}

static enum starlsm_error check(struct geometry *g, uint32_t magic)
{
	if (magic != STARLSM_MAGIC) {
		g->found = magic;
		return STARLSM_ERR_MAGIC;
	}
	if (g->major != STARLSM_VERSION_MAJOR) {
		g->found = g->major;
		return STARLSM_ERR_VERSION;
	}
	if (g->n_rings < 1 || g->n_rings > STARLSM_RINGS_MAX) {
		g->found = g->n_rings;
		return STARLSM_ERR_GEOMETRY;
	}
	if (g->ring_pages < STARLSM_RING_PAGES_MIN ||
	    g->ring_pages > STARLSM_RING_PAGES_MAX ||
	    !is_power_of_two(g->ring_pages)) {
		g->found = g->ring_pages;
		return STARLSM_ERR_GEOMETRY;
	}
	return STARLSM_ERR_OK;
}

enum starlsm_error geometry_read(const struct starlsm_status *untrusted_status,
				 struct geometry *g)
{
	const struct starlsm_status *s = untrusted_status;
	uint32_t magic = read_once(&s->magic);

	memset(g, 0, sizeof(*g));
	g->major = __atomic_load_n(&s->major, __ATOMIC_RELAXED);
	g->minor = __atomic_load_n(&s->minor, __ATOMIC_RELAXED);
	g->n_rings = read_once(&s->n_rings);
	g->ring_pages = read_once(&s->ring_pages);
	g->control_ref = read_once(&s->control_ref);
	g->directory_ref = read_once(&s->directory_ref);
	g->policy_ref = read_once(&s->policy_ref);
	g->answers_ref = read_once(&s->answers_ref);
	g->epoch = read_once(&s->epoch);
	g->pong = read_once(&s->pong);
	return check(g, magic);
}

enum starlsm_error geometry_directory(const struct starlsm_directory_page *untrusted_page,
				      uint32_t *ref, size_t *n_refs,
				      size_t n_total, uint32_t *next)
{
	size_t n = n_total - *n_refs;
	size_t i;

	if (n > STARLSM_DIRECTORY_REFS)
		n = STARLSM_DIRECTORY_REFS;
	for (i = 0; i < n; i++)
		ref[*n_refs + i] = read_once(&untrusted_page->ref[i]);
	*n_refs += n;
	*next = read_once(&untrusted_page->next_ref);
	if (!*next != (*n_refs == n_total))
		return STARLSM_ERR_DIRECTORY;
	return STARLSM_ERR_OK;
}

int geometry_number(const char *untrusted_text, size_t len, uint32_t *number)
{
	uint64_t n = 0;
	size_t i;

	if (len < 1 || len > 10)
		return -1;
	for (i = 0; i < len; i++) {
		if (untrusted_text[i] < '0' || untrusted_text[i] > '9')
			return -1;
		n = n * 10 + (untrusted_text[i] - '0');
	}
	if (n > UINT32_MAX)
		return -1;
	*number = n;
	return 0;
}
