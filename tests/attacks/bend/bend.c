// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a rootkit does to the processors: where they enter the kernel, what
 * they forbid, and what segments there are
 *
 * insmod bend.ko how=entry at=ADDRESS of the kernel's system call entry [cpu=1]: all of
 * them, or that processor's, go through this module before. how=trap: exception 4 does (of a PV guest only).
 * how=writable: the kernel writes where it is only to read. how=gate: a descriptor of
 * code of the kernel's right. rmmod takes it back.
 */
#include <linux/module.h>
#include <linux/smp.h>
#include <asm/desc.h>
#include <asm/msr.h>
#include <asm/nospec-branch.h>
#include <asm/xen/hypercall.h>
#include <xen/interface/callback.h>
#include <xen/xen.h>

#define OVERFLOW	4
#define GDT_FREE	7	/* Linux has nothing there */
#define KERNEL_CODE	0x00af9b000000ffffULL

static char *how = "";
module_param(how, charp, 0);
MODULE_PARM_DESC(how, "what to change");

unsigned long bend_at;
module_param_named(at, bend_at, ulong, 0);
MODULE_PARM_DESC(at, "where what was in its place is");

static int cpu = -1;
module_param(cpu, int, 0);
MODULE_PARM_DESC(cpu, "only on that processor");

void bend_entry(void);
asm(".pushsection .text\n"
    ".type bend_entry, @function\n"
    "bend_entry:\n"
    ANNOTATE_RETPOLINE_SAFE
    "jmp *bend_at(%rip)\n"
    ".size bend_entry, . - bend_entry\n"
    ".popsection");

static void enter_at(unsigned long address)
{
	struct callback_register callback = {
		.type = CALLBACKTYPE_syscall, .address = address,
		.flags = CALLBACKF_mask_events,
	};

	if (!xen_pv_domain())
		wrmsrl(MSR_LSTAR, address);
	else if (HYPERVISOR_callback_op(CALLBACKOP_register, &callback))
		pr_err("bend: Xen refuses the entry\n");
}

static void trap_at(unsigned long address)
{
	struct trap_info traps[2] = {
		{ .vector = OVERFLOW, .flags = 3, .cs = __KERNEL_CS, .address = address },
	};

	if (HYPERVISOR_set_trap_table(traps))
		pr_err("bend: Xen refuses the trap\n");
}

static void set_writable(bool is)
{
	unsigned long cr0;

	asm volatile("mov %%cr0, %0" : "=r" (cr0));
	cr0 = is ? cr0 & ~X86_CR0_WP : cr0 | X86_CR0_WP;
	asm volatile("mov %0, %%cr0" : : "r" (cr0) : "memory");
}

static void set_gate(u64 descriptor)
{
	memcpy(&get_cpu_gdt_rw(smp_processor_id())[GDT_FREE], &descriptor, sizeof(descriptor));
}

static void bend(void *undo)
{
	if (cpu >= 0 && smp_processor_id() != cpu)
		return;
	if (!strcmp(how, "entry"))
		enter_at(undo ? bend_at : (unsigned long)bend_entry);
	if (!strcmp(how, "trap"))
		trap_at(undo ? bend_at : (unsigned long)bend_entry);
	if (!strcmp(how, "writable"))
		set_writable(!undo);
	if (!strcmp(how, "gate"))
		set_gate(undo ? 0 : KERNEL_CODE);
}

static int __init bend_init(void)
{
	if (!strcmp(how, "trap") && !xen_pv_domain())
		return -EINVAL;
	on_each_cpu(bend, NULL, 1);
	return 0;
}

static void __exit bend_exit(void)
{
	on_each_cpu(bend, "", 1);
}

module_init(bend_init);
module_exit(bend_exit);
MODULE_DESCRIPTION("Changes what the processors are set to");
MODULE_LICENSE("GPL");
