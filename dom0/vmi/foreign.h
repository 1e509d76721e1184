/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a guest's frames, mapped for reading
 *
 * Neighbours are mapped together: one call for each page would be most of what a
 * look costs. What is mapped stays so until foreign_flush().
 */
#ifndef STARLSM_FOREIGN_H
#define STARLSM_FOREIGN_H

#include <stdint.h>

struct foreign;

/* Opens the handle, as root. Ends the process if it cannot be had. */
struct foreign *foreign_open(uint32_t domid);

/* From now on that domain's pages only, and nothing else that the handle could do. */
void foreign_restrict(const struct foreign *f);

/* As struct memory wants it; arg is the struct foreign. */
const uint8_t *foreign_page(void *arg, uint64_t frame);

/* Unmap everything: what was a frame's page may be another's. */
void foreign_flush(struct foreign *f);

#endif /* STARLSM_FOREIGN_H */
