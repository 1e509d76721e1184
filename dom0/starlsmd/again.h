/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - something that is started once more, after a while
 */
#ifndef STARLSM_AGAIN_H
#define STARLSM_AGAIN_H

#include <stdint.h>
#include <systemd/sd-event.h>

struct again {
	sd_event_source *timer;		/* NULL: nothing is to be started */
	void (*start)(void *owner);
	void *owner;
};

/* Call start(owner) in so many microseconds. Ends the process if that cannot be. */
void again_later(struct again *a, sd_event *event, uint64_t us, void (*start)(void *owner),
		 void *owner);

/* Not any more. Idempotent. */
void again_never(struct again *a);

#endif /* STARLSM_AGAIN_H */
