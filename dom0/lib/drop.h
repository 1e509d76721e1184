/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - giving rights away, for good
 *
 * The order in a child: drop_lookup() while files can be opened, open what is
 * needed, drop_to(), drop_filter(). Every function either does all it says or
 * ends the process with fatal(): there is no running with half of it.
 */
#ifndef STARLSM_DROP_H
#define STARLSM_DROP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct drop_ids {
	uid_t uid;
	gid_t gid;
};

/* A user by name. Refuses root. */
void drop_lookup(const char *user, struct drop_ids *ids);

/*
 * No core dumps, at most n_files open descriptors (their number, so at least
 * the highest in use plus 1), memory_bytes of address space (0: as it is), no
 * new processes.
 */
void drop_limits(unsigned int n_files, uint64_t memory_bytes);

/*
 * Become that user, without supplementary groups, capabilities (bounding set
 * included), ways to get new ones, or being traced by that user's processes.
 */
void drop_to(const struct drop_ids *ids);

/* As drop_to() for a process that has to stay root: all but these capabilities go. */
void drop_caps_but(uint64_t keep_mask);

/*
 * A system call that stays allowed. With arg >= 0 only if its argument of
 * that number (0 to 5) is value, and with also >= 1 that one, too. Several rows
 * of one call allow any of them.
 */
struct drop_rule {
	int nr;			/* SCMP_SYS(...) */
	int arg;		/* DROP_ANY, DROP_NONE or 0 to 5 */
	uint64_t value;
	int also;		/* another argument, 1 to 5; 0: none */
	uint64_t also_value;
};

#define DROP_ANY	(-1)
#define DROP_NONE	(-2)
#define DROP_ALLOW(name)		{ SCMP_SYS(name), DROP_ANY, 0, 0, 0 }
#define DROP_ALLOW_IF(name, arg, value)	{ SCMP_SYS(name), arg, value, 0, 0 }
#define DROP_ALLOW_IF_BOTH(name, arg, value, also, also_value) \
	{ SCMP_SYS(name), arg, value, also, also_value }
/* It fails as if the kernel had no such call, for which the C library has another. */
#define DROP_ABSENT(name)		{ SCMP_SYS(name), DROP_NONE, 0, 0, 0 }

/* Rows for malloc(): memory that is never code. Needs sys/mman.h. */
#define DROP_ALLOW_MALLOC \
	DROP_ALLOW(brk), \
	DROP_ALLOW_IF(mmap, 2, PROT_READ | PROT_WRITE), \
	DROP_ALLOW(munmap), \
	DROP_ALLOW(mremap), \
	DROP_ALLOW(madvise)

/*
 * From now on any other system call kills the process. May be called again
 * with a shorter list if the first one leaves seccomp and prctl; the lists
 * add up: only what all allow is allowed.
 */
void drop_filter(const struct drop_rule *rules, size_t n_rules);

#endif /* STARLSM_DROP_H */
