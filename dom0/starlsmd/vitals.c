// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - signs of life of a guest's sensor, as dom0 sees them
 */
#include "starlsmd/vitals.h"

#include <assert.h>

static void attachment(struct vitals *v, const struct vitals_look *look)
{
	if (look->is_attached)
		v->unattached_ns = 0;
	else if (look->runs && v->now_ns)
		v->unattached_ns += look->now_ns - v->now_ns;
}

/* Nothing is said of a guest whose heartbeats dom0 itself does not read. */
static void silence(struct vitals *v, const struct vitals_look *look)
{
	if (!v->now_ns || !look->is_read || look->heartbeat_ns != v->heartbeat_ns ||
	    look->cpu_ns < v->beat_cpu_ns)
		v->beat_cpu_ns = look->cpu_ns;
	v->heartbeat_ns = look->heartbeat_ns;
	v->silent_cpu_ns = (look->cpu_ns - v->beat_cpu_ns) / look->n_vcpus;
}

void vitals_look(struct vitals *v, const struct vitals_look *look)
{
	assert(look->n_vcpus);
	attachment(v, look);
	silence(v, look);
	v->now_ns = look->now_ns;
}
