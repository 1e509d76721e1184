// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - something that is started once more, after a while
 */
#include "starlsmd/again.h"

#include <time.h>

#include "lib/log.h"

#define ACCURACY_US	10000

static int on_timer(sd_event_source *s, uint64_t usec, void *data)
{
	struct again *a = data;

	(void)s;
	(void)usec;
	again_never(a);
	a->start(a->owner);
	return 0;
}

void again_later(struct again *a, sd_event *event, uint64_t us, void (*start)(void *owner),
		 void *owner)
{
	a->start = start;
	a->owner = owner;
	if (sd_event_add_time_relative(event, &a->timer, CLOCK_MONOTONIC, us, ACCURACY_US,
				       on_timer, a) < 0)
		fatal("sd-event: no timer");
}

void again_never(struct again *a)
{
	a->timer = sd_event_source_disable_unref(a->timer);
}
