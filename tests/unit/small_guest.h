/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a small guest whose kernel is sound, and what watches it, for tests
 *
 * A test changes something in it and goes through rounds.
 */
#ifndef STARLSM_SMALL_GUEST_H
#define STARLSM_SMALL_GUEST_H

#include "cmocka_all.h"

#include "mock_guest.h"
#include "mock_profile.h"
#include "vmi/checks.h"
#include "vmi/watch.h"

/* Where things are in the kernel that is made here; each page has one kind */
#define BASE		0xffffffff81000000ULL
#define TEXT		BASE
#define TEXT_LEN	0x2000
#define RODATA		(BASE + 0x4000)
#define NOTES		(RODATA + 0x800)
#define DATA		(BASE + 0x6000)
#define TABLES		(BASE + 0x8000)
#define IDT		(BASE + 0x9000)
#define END		(BASE + 0x10000)

#define MODULES		(DATA + 0x00)
#define KSET_PTR	(DATA + 0x10)
#define INIT_TASK	(DATA + 0x100)
#define INIT_CRED	(DATA + 0x180)
#define PID_NS		(DATA + 0x200)
#define OPS_LIST	(DATA + 0x240)
#define OPS_END		(DATA + 0x250)
#define PROBES		(DATA + 0x300)
#define MODPROBE	(DATA + 0x600)
#define STATE		(DATA + 0x680)
#define PINNED		(DATA + 0x688)
#define TAINTED		(DATA + 0x690)
#define USERS		(DATA + 0x6a0)
#define BLOBS		(DATA + 0x6b0)
#define PROGRAMS	(DATA + 0x6c0)
#define KSYMS		(DATA + 0x6e0)
#define KEPT		(DATA + 0x700)	/* ftrace_ops_trampoline_list */
#define TICKS		(DATA + 0x710)
#define RCU		(DATA + 0x720)
#define MOD_TREE	(DATA + 0x740)
#define MOUNTS		(DATA + 0x760)
#define TYPES		(DATA + 0x770)
#define LOG		(DATA + 0x778)

/* and what the kernel has allocated */
#define HEAP		0xffff888000010000ULL
#define KSET		(HEAP + 0x000)
#define TASK		(HEAP + 0x100)	/* of pid 1, then of pid 2 */
#define TASK_LEN	0x80
#define PID		(HEAP + 0x400)
#define NODE		(HEAP + 0x800)
#define MODULE		(HEAP + 0xc00)
#define MKOBJ		(HEAP + 0xd00)
#define CREDS		(HEAP + 0x700)	/* of pid 1, then of pid 2 */
#define CRED_LEN	0x20
#define TASK_BLOBS	(HEAP + 0x780)
#define BLOB_OFFSET	16
#define MORE		0xffff888000020000ULL
#define MORE_LEN	0xa000	/* not used yet */
#define MODULE_TEXT	0xffffffffa0000000ULL

extern struct mock_guest guest;
extern struct mock_profile mock;
extern struct watch watch;
extern struct msg_vcpu vcpu;
extern uint8_t text[TEXT_LEN];
extern uint8_t rodata[0x1000];

/* What was told since set_up() */
extern struct msg_finding told[64];
extern unsigned int n_told;

/* Before each test, and when all are over. Nothing has to wait, unless watch.is_hasty is taken back. */
int set_up(void **state);
int tear_down_all(void **state);

/* A clock for watch_limit(): it goes on with each look at it, from now_us. */
extern uint64_t now_us;
uint64_t clock_us(void);

/* The same kernel, linked lower: what is in the guest has moved up by so much. */
void link_lower(uint64_t by, bool movable);

/* A list of one node; one of the modules' */
void put_list(uint64_t head, uint64_t node);
void put_module(void);

void put_branch(uint64_t at, uint8_t opcode, uint64_t target);

/* As watch_fn: into told */
void take(void *arg, const struct msg_finding *f);

/* One round, with all that there is; the second look too, if it wants one. */
void round_of(void);
enum look_result result_of(const char *check);

/* A round, and what is told is by that check, and there is one; another, and it is not told again. */
void assert_one(const char *check);

#endif /* STARLSM_SMALL_GUEST_H */
