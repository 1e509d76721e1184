// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what an intruder in the kernel does to a sensor that only tells: it
 * looks up where its heartbeat is, and stops it
 *
 * insmod silencer.ko work=ADDRESS of the struct delayed_work
 */
#include <linux/module.h>
#include <linux/workqueue.h>

static unsigned long work;
module_param(work, ulong, 0);
MODULE_PARM_DESC(work, "address of the heartbeat's struct delayed_work");

static int __init silencer_init(void)
{
	if (!work)
		return -EINVAL;
	cancel_delayed_work_sync((struct delayed_work *)work);
	return 0;
}

static void __exit silencer_exit(void)
{
}

module_init(silencer_init);
module_exit(silencer_exit);
MODULE_DESCRIPTION("Stops a sensor's heartbeat");
MODULE_LICENSE("GPL");
