/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what blanketd says of itself
 *
 * A program asks as it would ask xenstored: XS_CONTROL, "status". The answer is one
 * object of JSON, whose names blanketctl(8) has.
 */
#ifndef STARLSM_BLANKET_STATUS_H
#define STARLSM_BLANKET_STATUS_H

#include <stdbool.h>

#include "blanket/mux.h"

struct status {
	unsigned int programs;		/* that are connected */
	unsigned int programs_max;
	unsigned int moves;		/* how often the outer xenstore became another */
};

bool status_is_asked(const struct mux_message *msg);

/* Makes it the answer. */
void status_answer(struct mux_message *msg, const struct status *s, const struct mux *m);

#endif /* STARLSM_BLANKET_STATUS_H */
