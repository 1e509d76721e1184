/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - records for tests, as a guest would write them
 *
 * Each function fills one buffer of its own and returns it until the next call.
 * Times and sequence numbers count on from script_reset().
 */
#ifndef STARLSM_SCRIPT_H
#define STARLSM_SCRIPT_H

#include <stdint.h>

#include <xen/interface/io/starlsm.h>

void script_reset(void);

/* The sequence number of the record made last */
uint64_t script_seq(void);

/* One event as a line of a test's table. What is not set is 0 or "". */
struct line {
	uint16_t type;		/* STARLSM_EV_*; 0 ends a script */
	uint64_t task;
	uint64_t other;		/* child, target, ticket; id of a definition */
	uint64_t parent;	/* TASK */
	uint64_t exe;		/* TASK */
	uint32_t pid;		/* ASK: the slot */
	uint32_t uid, euid;	/* from now on */
	uint32_t old_uid, old_euid;	/* CRED */
	uint32_t op;		/* CRED, source of MODULE and KEXEC, flags of FORK and RENAME, */
				/* epoch of HELLO, event of ASK, host of CONNECT, */
				/* each of DIGEST's bytes, 0 for none */
	const char *path;	/* path, from, comm or name */
	const char *to;		/* RENAME; of EXEC its one argument */
};

const struct starlsm_rec *script_rec(const struct line *line);

/*
 * The record that defines the line's path (0) or its second one (1), outside of
 * the count of sequence numbers; NULL if it names none. The record of the line
 * itself has its id, script_path().
 */
const struct starlsm_rec *script_path_rec(const struct line *line, int number);
uint64_t script_path(const char *text);

#endif /* STARLSM_SCRIPT_H */
