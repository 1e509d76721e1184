// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - the heartbeat: once a second, whatever else happens
 */
#include <linux/cpumask.h>
#include <linux/init.h>
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "emit.h"
#include "setup.h"

static u64 sum_of(u64 (*count)(u16 type))
{
	u64 sum = 0;
	u16 type;

	for (type = 0; type < STARLSM_EV_LIMIT; type++)
		sum += count(type);
	return sum;
}

static void emit_heartbeat(void)
{
	const struct starlsm_rec_heartbeat rec = {
		.committed = sum_of(starlsm_recorded),
		.dropped = sum_of(starlsm_lost),
		.cpus = num_online_cpus(),
	};

	starlsm_emit(&(struct starlsm_about) {},
		     &STARLSM_MSG(HEARTBEAT, &rec));
}

static void beat(struct work_struct *work)
{
	if (starlsm_is_recording())
		emit_heartbeat();
	starlsm_emit_due();
	schedule_delayed_work(to_delayed_work(work),
			      msecs_to_jiffies(STARLSM_HEARTBEAT_MS));
}

static DECLARE_DELAYED_WORK(heartbeat, beat);

static int __init heartbeat_init(void)
{
	if (starlsm_is_on())
		schedule_delayed_work(&heartbeat,
				      msecs_to_jiffies(STARLSM_HEARTBEAT_MS));
	return 0;
}
late_initcall(heartbeat_init);
