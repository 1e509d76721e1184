// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a guest that asks for what is out there of the Xen that it runs on
 *
 * Makes the hypercall blanket_op, from the kernel, and prints "outer_call: ANSWER"
 * for a question, and for what would stop the whole machine.
 * For tests; never packaged.
 */
#include <linux/module.h>
#include <asm/xen/hypercall.h>

/* __HYPERVISOR_blanket_op, BLANKETOP_info, BLANKETOP_suspend */
#define BLANKET_OP	55
#define INFO		0
#define SUSPEND		8

static u64 info[3];

static int __init outer_call_init(void)
{
	pr_info("outer_call: %ld\n", xen_single_call(BLANKET_OP, INFO, (unsigned long)info, 0, 0, 0));
	pr_info("outer_call: %ld\n", xen_single_call(BLANKET_OP, SUSPEND, 0, 0, 0, 0));
	return 0;
}
module_init(outer_call_init);

MODULE_DESCRIPTION("StarLSM tests: a guest that asks for the outer Xen");
MODULE_LICENSE("GPL");
