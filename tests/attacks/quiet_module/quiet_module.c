// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a kernel module that does nothing but load
 */
#include <linux/module.h>

static int __init quiet_init(void)
{
	return 0;
}

static void __exit quiet_exit(void)
{
}

module_init(quiet_init);
module_exit(quiet_exit);
MODULE_DESCRIPTION("Loads, and nothing else");
MODULE_LICENSE("GPL");
