/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a guest's frames, mapped for reading
 *
 * To map is what a look costs most: neighbours are mapped together, and what is
 * mapped stays so for some rounds. A machine's frame, which a PV guest's tables
 * have, is the same page as long as it is mapped. A PVH guest can put another
 * page behind a frame of its own: it can hide a change for so long, not longer, and
 * not from foreign_doubt().
 */
#ifndef STARLSM_FOREIGN_H
#define STARLSM_FOREIGN_H

#include <stdint.h>

#define FOREIGN_ROUNDS_PV	256
#define FOREIGN_ROUNDS_PVH	32

struct foreign;

/* Opens the handle, as root; what is mapped stays for so many rounds. Ends the process if it cannot. */
struct foreign *foreign_open(uint32_t domid, uint32_t n_rounds);

/* From now on that domain's pages only, and nothing else that the handle could do. */
void foreign_restrict(const struct foreign *f);

/* As struct memory wants it; arg is the struct foreign. */
const uint8_t *foreign_page(void *arg, uint64_t frame);

/* A round is over: what was not read for long is unmapped. */
void foreign_round(struct foreign *f);

/* Another page may be behind that frame: it is mapped anew. */
void foreign_forget(struct foreign *f, uint64_t frame);

/* What is read from now on, until the round is over, is mapped anew. */
void foreign_doubt(struct foreign *f);

#endif /* STARLSM_FOREIGN_H */
