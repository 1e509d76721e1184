// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - no kprobe in the sensor
 */
#include <linux/init.h>
#include <linux/kprobes.h>
#include <linux/printk.h>

#include "setup.h"

/* Before user space, and the boot's own events, can ask for one */
static int __init keep_kprobes_out(void)
{
	const int err =
		kprobe_add_area_blacklist((unsigned long)starlsm_text_begin,
					  (unsigned long)starlsm_text_end);

	if (err)
		pr_err("starlsm: kprobes are not kept out: %d\n", err);
	return err;
}
early_initcall(keep_kprobes_out);
