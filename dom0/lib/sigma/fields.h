/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the taxonomy: what Sigma's fields are called, and what they are here
 *
 * A view is what one logsource shows of our events:
 *
 *   logsource                               view     shows
 *   category: process_creation              PROCESS  exec
 *   category: file_event                    FILE     create, open, rename, link, symlink, mknod
 *   category: file_delete                   DELETE   unlink, rmdir
 *   category: file_rename                   RENAME   rename
 *   category: file_change                   CHANGE   open, truncate, chmod, chown, xattr,
 *                                                    acl, times
 *   category: network_connection            NETWORK  connect, accepted, sendto (Internet only)
 *   service: auditd                         AUDIT    each request, as one to four audit records
 *   service: starlsm [category: EVENT]      EVENT    every event, by the names of its JSON
 *   service: starlsm, category: finding     FINDING  what introspection found
 *
 * All need product: linux but for the last two, where it may be left out.
 */
#ifndef STARLSM_SIGMA_FIELDS_H
#define STARLSM_SIGMA_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/sigma/audit.h"
#include "lib/sigma/facts.h"

enum view {
	VIEW_PROCESS, VIEW_FILE, VIEW_DELETE, VIEW_RENAME, VIEW_CHANGE, VIEW_NETWORK,
	VIEW_AUDIT, VIEW_EVENT, VIEW_FINDING, VIEWS
};

/* Where a field's value comes from */
enum source {
	SRC_UNTOLD,		/* Sigma knows it, the sensor does not tell it */
	SRC_TEXT,		/* all there is, as one line: keywords */
	SRC_GUEST, SRC_EVENT_NAME,
	SRC_EXE, SRC_COMMAND, SRC_PARENT_EXE, SRC_PARENT_COMMAND, SRC_COMM,
	SRC_OLD_EXE,		/* what it executed until now */
	SRC_USER, SRC_UID, SRC_EUID, SRC_PID, SRC_TGID, SRC_PPID, SRC_LINEAGE,
	SRC_LINEAGE_UID,
	SRC_SHA256,		/* of the file that is executed */
	SRC_HASHES,		/* the same, as Sysmon has it */
	SRC_TARGET, SRC_FROM,	/* the file acted on; of a rename, what it was */
	SRC_INITIATED, SRC_PROTOCOL, SRC_IPV6,
	SRC_DST_IP, SRC_DST_PORT, SRC_SRC_IP, SRC_SRC_PORT,
	SRC_AUDIT_TYPE, SRC_AUDIT_SYSCALL, SRC_AUDIT_NAME, SRC_AUDIT_NAMETYPE,
	SRC_AUDIT_MODE, SRC_AUDIT_ARG, SRC_AUDIT_ARGC, SRC_AUDIT_PROCTITLE,
	SRC_AUDIT_TASK,		/* what SYSCALL says of the task; arg is the source */
	SRC_FIELD,		/* of the event, by its name */
	SRC_FINDING,		/* arg is the offset in struct facts_finding */
};

#define AUDIT_ARGS_MAX	32

struct field_ref {
	enum view view;
	enum source source;
	uint16_t arg;		/* AUDIT_ARG: its number, FINDING, AUDIT_TASK */
	char name[40];		/* as in the rule; FIELD: of the event */
};

/* The view of a logsource; -1 if the sensor has none. NULL: not given. */
int fields_view(const char *product, const char *category, const char *service);

/*
 * The field of that name in a view, exactly or else in any case; "" is all the
 * text. false if Sigma's taxonomy and the event table have none.
 */
bool fields_find(enum view view, const char *name, struct field_ref *ref);

/*
 * Can that text ever be the field's value? false for a record's type or a
 * system call that no event stands for, and for a check that there is not; what
 * is not a closed list can.
 */
bool fields_can_be(const struct field_ref *ref, const char *text);

/* The text as the field has it: system calls have names. */
const char *fields_text(const struct field_ref *ref, const char *text);

/* Does an event of that type appear in the view? */
bool fields_shows(enum view view, uint16_t type);

/* Can an event of that type have that field at all? */
bool fields_has(const struct field_ref *ref, uint16_t type);

/* One of an event's values */
struct field_value {
	const char *bytes;	/* not ended by NUL */
	size_t len;
	uint64_t number;
	bool is_number;
};

/* Some fields have several: a system call's possible names. */
#define FIELD_VALUES_MAX	4
/* Text made for an event's values: two command lines, the text of all, numbers */
#define FIELD_SCRATCH_MAX	(6 * STARLSM_REC_MAX)

struct field_scratch {
	size_t used;
	char bytes[FIELD_SCRATCH_MAX];
};

/* How many records the view shows of the event: 0 if none, 1 unless it is AUDIT */
unsigned int fields_records(enum view view, const struct facts *f);

/*
 * The values of a field; of view AUDIT in that record. How many, 0 if it is not
 * there. What is made anew is put into scratch, and is cut to what fits.
 */
unsigned int fields_get(const struct field_ref *ref, const struct facts *f,
			struct audit_record rec, struct field_scratch *scratch,
			struct field_value *values);

#endif /* STARLSM_SIGMA_FIELDS_H */
