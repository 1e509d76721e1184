/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what vmi says of a guest's memory, and what it is told
 */
#ifndef STARLSM_MSG_VMI_H
#define STARLSM_MSG_VMI_H

#include <stdint.h>

#include "lib/msg.h"

/* vmi wants a vCPU's registers; VCPU is the answer. One question at a time. */
struct msg_ask_vcpu {
	struct msg msg;
	uint32_t domid;
	uint32_t vcpu;
};

/* What a processor of a PV guest does at an exception: Xen's trap table */
#define VCPU_TRAPS	256
#define VCPU_GDT_FRAMES	16

/*
 * A vCPU's registers as Xen knows them. What a guest's type does not have, or
 * Xen does not tell, is 0.
 */
struct msg_vcpu {
	struct msg msg;
	uint32_t domid;
	uint32_t vcpu;
	uint32_t n_vcpus;	/* the guest has: the highest number and 1 */
	uint32_t is_online;	/* 0: the rest is 0 */
	uint32_t is_pv;
	int32_t err;		/* an errno: Xen did not tell; then the rest is 0 */
	uint32_t is_paused;	/* the guest is, or has shut down */
	uint32_t reserved;
	uint64_t rip, rsp, rflags;
	uint64_t cr0, cr2, cr3, cr4;	/* cr3 of a PV guest has a machine's frame */
	uint64_t efer, star, lstar, cstar, sfmask;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip;
	uint64_t idtr_base, gdtr_base;
	uint32_t idtr_limit, gdtr_limit;	/* of a PV guest: entries of its GDT */
	/* of a PV guest only */
	uint64_t event_callback, failsafe_callback, syscall_callback;
	uint64_t gdt_frame[VCPU_GDT_FRAMES];
	uint64_t trap[VCPU_TRAPS];	/* address, 0 none */
	uint16_t trap_cs[VCPU_TRAPS];
	uint8_t trap_flags[VCPU_TRAPS];
};

/* vmi wants to know which of these frames were written to; WRITTEN is the answer. */
#define WRITTEN_FRAMES_MAX	32768

struct msg_ask_written {
	struct msg msg;
	uint32_t domid;
	uint32_t n_frames;	/* at least 1, at most WRITTEN_FRAMES_MAX */
	uint64_t first_frame;
};

struct msg_written {
	struct msg msg;
	uint32_t domid;
	int32_t err;		/* an errno: Xen did not tell */
	uint64_t first_frame;	/* as asked */
	uint32_t n_frames;
	uint32_t reserved;
	uint64_t bits[WRITTEN_FRAMES_MAX / 64];	/* frame first_frame + i: bit i % 64 of [i / 64] */
};

/* What vmi has made of its guest so far; once a second */
#define LOOK_CHECKS_MAX	64
#define LOOK_WHY_MAX	96

enum look_result { LOOK_NOT_YET, LOOK_CLEAN, LOOK_FINDING, LOOK_COULD_NOT };

struct msg_looked {
	struct msg msg;
	uint32_t domid;
	uint32_t has_profile;	/* 1: the guest's kernel has been found, and build_id is its */
	uint64_t base;		/* where its _text is */
	uint64_t n_looks;	/* rounds */
	uint64_t n_turns;	/* that each of the long checks has ended */
	uint64_t n_pages;	/* touched so far */
	uint64_t n_findings;	/* sent to the engine */
	uint64_t busy_ns;	/* spent on it */
	uint64_t lists_us;	/* of which on what several checks need: modules, processes, hooks */
	uint32_t n_checks;
	uint32_t reserved;
	/* modules that came since the first look; and were seen before their init returned */
	uint64_t n_came, n_coming;
	uint8_t result[LOOK_CHECKS_MAX];	/* enum look_result */
	uint64_t check_us[LOOK_CHECKS_MAX];	/* of which on that check */
	char check[LOOK_CHECKS_MAX][32];
	char why[LOOK_CHECKS_MAX][LOOK_WHY_MAX];	/* it could not look, because */
	char build_id[MSG_BUILD_ID_MAX];
};

/*
 * The modules that a guest's memory has, in pieces, every few rounds: those from
 * number first on, of n_all. The first piece begins anew.
 */
#define SEEN_MODULES_MAX	64	/* in a piece */
#define SEEN_MODULES_ALL	512
#define SEEN_MODULE_NAME	56

#define MODULE_IN_LIST	1U
#define MODULE_IN_SYSFS	2U

struct seen_module {
	uint64_t address;	/* of struct module */
	uint64_t base;		/* of its text; 0 not known */
	uint32_t size;
	uint32_t flags;		/* MODULE_* */
	char name[SEEN_MODULE_NAME];	/* printable, ended by NUL */
};

struct msg_modules {
	struct msg msg;
	uint32_t domid;
	uint32_t first, n_all;
	uint32_t n_modules;
	struct seen_module module[SEEN_MODULES_MAX];
};

/* Something in a guest's memory, or in its registers, is not as it has to be. */
#define FINDING_TEXT_MAX	160
#define FINDING_BYTES_MAX	32
#define FINDING_NO_VCPU		UINT32_MAX

enum finding_severity { FINDING_NOTE, FINDING_SUSPECT, FINDING_TAMPERED };

struct msg_finding {
	struct msg msg;
	uint32_t domid;
	uint32_t check;		/* its number in vmi's table */
	uint32_t severity;	/* enum finding_severity */
	uint32_t vcpu;		/* FINDING_NO_VCPU if it is of none */
	uint64_t address;	/* in the guest, 0 if it has none */
	uint64_t expected;	/* 0 if it is no number */
	uint64_t found;
	uint32_t n_expected_bytes, n_found_bytes;
	uint8_t expected_bytes[FINDING_BYTES_MAX];
	uint8_t found_bytes[FINDING_BYTES_MAX];
	char name[32];		/* of the check */
	char attack[32];	/* an ATT&CK technique */
	char object[FINDING_TEXT_MAX];	/* symbol + offset, or whatever it is; printable */
	char text[FINDING_TEXT_MAX];	/* what is wrong; printable */
};

/* Which kernel there is in a guest's memory, whenever that changes */
struct msg_kernel {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
	uint64_t base;		/* where its _text is */
	char build_id[MSG_BUILD_ID_MAX];	/* "": none that has a profile */
};

/*
 * Processes as a guest's memory has them: those that are new, others than they were,
 * or gone, since the look before. A look is one message or more, END is its last.
 */
#define SEEN_TASKS_MAX	32
#define SEEN_COMM_MAX	16

/* A process, by the leader of its threads: flags */
#define SEEN_IN_LIST	1U	/* of tasks */
#define SEEN_IN_NUMBERS	2U	/* the table of process numbers leads to it */
#define SEEN_KERNEL	4U	/* a thread of the kernel's own */
#define SEEN_USERS	8U	/* its user namespace is the first; else its capabilities are others' */
#define SEEN_CRED	16U	/* its credentials could be read */
#define SEEN_ENDED	32U	/* it is not there any more */

struct seen_task {
	uint64_t id;		/* that its sensor has given it, 0 none */
	uint64_t cap_effective;
	uint32_t pid;		/* in the first namespace */
	uint32_t uid, euid;
	uint32_t flags;		/* SEEN_* */
	char comm[SEEN_COMM_MAX];	/* printable, ended by NUL */
};

/* A look: flags */
#define SEEN_ALL	1U	/* forget what was before, this look is whole */
#define SEEN_END	2U

struct msg_seen {
	struct msg msg;
	uint32_t domid;
	uint32_t flags;		/* SEEN_ALL, in the look's first; SEEN_END, in its last */
	int64_t from_ns, to_ns;	/* CLOCK_MONOTONIC: when that was read */
	uint32_t n_tasks;
	uint32_t reserved;
	struct seen_task task[SEEN_TASKS_MAX];
};

#endif /* STARLSM_MSG_VMI_H */
