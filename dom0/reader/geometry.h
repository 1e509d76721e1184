/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what a guest says of its pages, checked
 *
 * Pure. The status page's first line and the directory pages are copied once
 * and only then looked at.
 */
#ifndef STARLSM_GEOMETRY_H
#define STARLSM_GEOMETRY_H

#include <stddef.h>
#include <stdint.h>

#include <xen/interface/io/starlsm.h>

/* Of all rings */
#define GEOMETRY_PAGES_MAX	(STARLSM_RINGS_MAX * STARLSM_RING_PAGES_MAX)

struct geometry {
	uint32_t major, minor;
	uint32_t n_rings;
	uint32_t ring_pages;
	uint32_t control_ref;
	uint32_t directory_ref;
	uint32_t policy_ref;
	uint32_t answers_ref;
	uint32_t epoch;
	uint32_t pong;		/* the last ping answered; ours begin after it */
	uint64_t found;		/* with an error: the value that cannot be */
};

/* Read the status page's first line. Returns STARLSM_ERR_OK, MAGIC, VERSION or GEOMETRY. */
enum starlsm_error geometry_read(const struct starlsm_status *untrusted_status,
				 struct geometry *g);

/*
 * Add one directory page's references to ref[*n_refs], up to n_total. *next
 * is the next page's reference, 0 when there are n_total. Returns
 * STARLSM_ERR_OK, or DIRECTORY if the chain ends too early or goes on too long.
 */
enum starlsm_error geometry_directory(const struct starlsm_directory_page *untrusted_page,
				      uint32_t *ref, size_t *n_refs,
				      size_t n_total, uint32_t *next);

/* A number in a xenstore node: 1 to 10 decimal digits and nothing else. Returns 0 or -1. */
int geometry_number(const char *untrusted_text, size_t len, uint32_t *number);

#endif /* STARLSM_GEOMETRY_H */
