/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - our events as the records that Linux' audit would write of them
 *
 * An event is one SYSCALL record (its system call, who asked), and then, of an
 * exec, EXECVE, PROCTITLE and PATH; of any other, a PATH for each path it has.
 * Where several system calls lead to one hook, all their names are its. What
 * audit knows after a call has ended (success, exit), and what its own rules
 * add (key), is not told.
 */
#ifndef STARLSM_SIGMA_AUDIT_H
#define STARLSM_SIGMA_AUDIT_H

#include "lib/sigma/facts.h"

enum audit_kind { AUDIT_SYSCALL, AUDIT_EXECVE, AUDIT_PROCTITLE, AUDIT_PATH, AUDIT_KINDS };

struct audit_record {
	enum audit_kind kind;
	unsigned int field;	/* PATH: which of the event's */
};

/* The kind of that type, AUDIT_KINDS if no event makes such a record. In any case. */
enum audit_kind audit_kind_of(const char *type);

/* Is any event one of that system call? In any case. */
bool audit_knows_syscall(const char *name);

/* The name of a system call that is given as x86-64's number; else the text itself */
const char *audit_syscall_name(const char *text);

bool audit_shows(uint16_t type);

/* How many records; record `number` of them, below that. */
unsigned int audit_records(const struct facts *f);
struct audit_record audit_record(const struct facts *f, unsigned int number);

const char *audit_type_name(enum audit_kind kind);

/* The names of its system call, NULL at the end; at most AUDIT_SYSCALLS_MAX */
#define AUDIT_SYSCALLS_MAX	4
const char * const *audit_syscalls(const struct facts *f);

/* CREATE, DELETE, NORMAL: what becomes of the name in a PATH record */
const char *audit_nametype(const struct facts *f, unsigned int field);

/* The number of the event's field that is argument `arg` of its system call; -1 unknown. */
int audit_arg_field(uint16_t type, unsigned int arg);

#endif /* STARLSM_SIGMA_AUDIT_H */
