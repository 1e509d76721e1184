/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a look at a guest: what a check is given, and what it says
 *
 * A check is a function that is run from time to time. It reports what is not as
 * it has to be with look_report(), and returns
 *   LOOK_CLEAN      all that it is to look at was looked at, and is as it has to be,
 *   LOOK_FINDING    it has reported something,
 *   LOOK_COULD_NOT  something could not be looked at; look->why says why.
 * What is reported is looked at again before anybody is told.
 */
#ifndef STARLSM_LOOK_H
#define STARLSM_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msg_vmi.h"
#include "lib/profile.h"
#include "vmi/log_past.h"
#include "vmi/memory.h"
#include "vmi/offsets.h"

#define LOOK_VCPUS_MAX		64
#define LOOK_FINDINGS_MAX	64	/* of one check, at once; bits in a word */
#define LOOK_MODULES_MAX	512
#define LOOK_MODULE_PARTS	8	/* more than MOD_MEM_NUM_TYPES */
#define LOOK_NAME_MAX		SEEN_MODULE_NAME	/* of a module, with its NUL */
#define LOOK_UNLISTED_MAX	32	/* modules that are not in the list */
#define LOOK_PAGES_MAX		32768	/* of what was linked, that is known again */

struct look;
struct hooks;
struct pages;
struct tasks;
struct module_texts;

struct check {
	const char *name;
	const char *attack;	/* an ATT&CK technique */
	unsigned int row;	/* of docs/detections.md; the first if it is several */
	unsigned int needs;	/* of the following */
	bool in_turn;		/* as the time of a round allows; else in every round */
	bool is_linked;		/* what was linked: also where it was written to, see written.h */
	enum look_result (*run)(struct look *look);
};

#define NEEDS_PROFILE	1U	/* the guest's kernel is known, and has booted */
#define NEEDS_PVH	2U	/* Xen does not tell it of a PV guest */
#define NEEDS_MODULES	4U	/* the list of modules could be read */
#define NEEDS_TASKS	8U	/* the processes could be read */

/* A module as the guest's list has it */
struct module {
	uint64_t address;	/* of struct module */
	char name[LOOK_NAME_MAX];
	struct {
		uint64_t base;
		uint32_t size;
	} part[LOOK_MODULE_PARTS];	/* [0] is its text */
	unsigned int n_parts;
	bool in_sysfs;
};

/* What was seen of a kernel, and cannot be less or otherwise later; zeros at first */
struct past {
	uint64_t tainted;
	unsigned int n_lsm_hooks;
	uint64_t entry[VCPU_TRAPS];	/* of each vector, where it was in order to lead */
	struct log_past log;
};

struct look {
	struct past past;
	struct memory *memory;
	const struct profile *profile;	/* NULL: its kernel is not known */
	const struct offsets *offsets;
	uint64_t delta;		/* where something is, less where it was linked to */
	bool is_pv;
	const struct msg_vcpu *vcpu;	/* n_vcpus of them, some not online */
	unsigned int n_vcpus;

	struct module *module;	/* by base of their text, LOOK_MODULES_MAX places */
	unsigned int n_modules;
	bool modules_known;
	/* live ones that only sysfs has; if why is not "" that could not be read */
	struct {
		uint64_t address;
		char name[LOOK_NAME_MAX];
	} unlisted[LOOK_UNLISTED_MAX];
	unsigned int n_unlisted;
	char sysfs_why[LOOK_WHY_MAX];

	struct tasks *tasks;
	struct module_texts *module_texts;
	const struct hooks *hooks;	/* code made at run time; never NULL with a profile */

	uint64_t rotation;	/* counts rounds */
	/*
	 * One that is long is looked at part by part; a place is what it takes for one,
	 * never 0, and grows.
	 */
	uint64_t from;		/* where this part begins; 0: the first */
	uint64_t to;		/* where it has ended; 0: it was the last */
	uint64_t until;		/* where it is to end; 0: when time is up */
	bool (*is_late)(void *arg);
	void *is_late_arg;
	unsigned int n_steps;

	struct pages *pages;	/* of what was linked: those that were in order */

	const struct check *check;	/* the one that runs */
	unsigned int n_findings;
	struct msg_finding finding[LOOK_FINDINGS_MAX];
	uint64_t passing;	/* a bit for each: see look_passing() */
	char why[LOOK_WHY_MAX];
};

/* A finding, to be filled; there is always one, but only LOOK_FINDINGS_MAX are kept. */
struct msg_finding *look_report(struct look *look, enum finding_severity severity,
				uint64_t address, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * What was reported last may be what the kernel itself does, for a moment: it is told
 * of if it stays, see patience.h. Of such a check a place is an address of a page, or
 * of less.
 */
void look_passing(struct look *look);

/* Sets why; returns LOOK_COULD_NOT. */
enum look_result look_could_not(struct look *look, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* At a place of a long check, before it goes on: does this part end here? */
bool look_ends_here(struct look *look, uint64_t place);

/* What a check that could look at everything returns. */
enum look_result look_done(const struct look *look);

/* Where a symbol is in the guest; false, and why is set, if the kernel has none. */
bool look_symbol(struct look *look, const char *name, uint64_t *address);

/* Whether the profile has all those, up to MEMBER_COUNT; if not, why is set. */
bool look_has(struct look *look, const enum member *members);

/* "tcp4_seq_show+0x10", "module foo+0x123", "nobody's"; text of FINDING_TEXT_MAX bytes. */
void look_describe(const struct look *look, uint64_t address, char *text);

/* Is there code of the kernel itself; data that stays as it was linked; a module in the list? */
bool look_is_kernel_rodata(const struct look *look, uint64_t address);
bool look_is_kernel_text(const struct look *look, uint64_t address);
const struct module *look_module_at(const struct look *look, uint64_t address);

/* Either of them: somebody known has put it there. */
bool look_is_known_code(const struct look *look, uint64_t address);

#endif /* STARLSM_LOOK_H */
