/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - processes that live: fork, exec, a file created and removed, a
 * connection, exit
 */
#ifndef STARLSM_LIVES_H
#define STARLSM_LIVES_H

#include <stdint.h>

#include "record.h"

#define LIVES_EVENTS	7	/* of one process */

struct lives {
	struct starlsm_stream *stream;
	uint64_t n;		/* so many have lived */
	uint64_t now_ns;
	uint64_t step_ns;	/* between two events: 1 to this */
	uint64_t random;
};

/* One process from its beginning to its end; the program ends if there is no room. */
void lives_write(struct lives *l);

/* It loads a module beside that. */
void lives_write_module(struct lives *l);

#endif /* STARLSM_LIVES_H */
