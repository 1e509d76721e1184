/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - who is who in one guest: its tasks and what they execute
 *
 * Built from the guest's records alone, which have been checked for their form
 * but not for their truth: ids may be unknown, defined twice or never ended.
 * All of it is bounded; a digest is kept with the path it was told of. When the
 * tasks are full the one least recently heard of goes, one without a stage first;
 * when the paths are full, the one least recently used goes, one that a task
 * executes last.
 */
#ifndef STARLSM_LEDGER_H
#define STARLSM_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/command.h"
#include "engine/story.h"
#include "lib/idmap.h"

#define LEDGER_TASKS		32768	/* Linux' pid_max for up to 32 CPUs */
#define LEDGER_PATHS		65536	/* more than a guest's tasks can execute */
#define LEDGER_PATH_BYTES	(16 << 20)	/* 256 bytes for each, on average */

#define UNKNOWN_ID		UINT32_MAX	/* a user id nobody told */

struct path {
	uint32_t refs;		/* tasks that execute it or were created by one that did */
	uint32_t epoch;		/* in which it was defined */
	uint32_t len;
	bool is_cut;		/* its beginning is missing */
	char *text;		/* not ended by NUL; NULL if not known */
	char *sha256;		/* what the file holds, DECODE_HASH_LEN bytes; NULL if not known */
};

/*
 * What a task's credentials can be, by what was told when they changed: TASK tells
 * what they are, whoever has changed them, and counts only when nothing else is
 * known.
 */
struct told {
	uint64_t caps;		/* it has no others */
	uint32_t uid, euid;
	uint32_t stamp;		/* another after each change */
	uint32_t doubt;		/* the ledger's when that was told */
	bool is_known;
};

struct task {
	uint64_t id;
	uint64_t parent;	/* id of the creator, 0 unknown */
	/*
	 * The task that its service or session began with: one that init forked, or that
	 * became a user's by giving up root. A lineage that is in the intrusion chain
	 * begins no other by that.
	 */
	uint64_t lineage;
	uint64_t cap_effective;
	uint32_t exe, parent_exe;	/* paths' slots, NO_SLOT if none or unknown */
	struct command *command, *parent_command;	/* with references; NULL unknown */
	uint32_t pid, tgid, ppid;	/* 0 unknown */
	uint32_t uid, euid;	/* UNKNOWN_ID */
	uint32_t lineage_uid;	/* the user with whom its lineage began; UNKNOWN_ID */
	bool known;		/* defined, not just mentioned */
	/* how far it or its creator has come in the intrusion chain */
	uint32_t stage;		/* enum stage in rules.h, 0 for nearly all */
	uint32_t story;		/* with a reference */
	struct told told;
	int64_t first_ns, last_ns;	/* when it was first heard of, and last did something */
	unsigned int n_absent;	/* looks at memory in which it was not */
	int64_t absent_ns;	/* when the second of them was over */
	bool is_hidden;		/* and this was told */
	bool cred_by_exec;	/* its credentials changed by an exec still under way */
};

struct ledger {
	struct idmap task_ids, path_ids;
	struct task *task;
	struct path *path;
	struct stories stories;
	size_t path_bytes;
	int64_t now_ns;		/* time of the record that it is given, CLOCK_MONOTONIC */
	uint32_t doubt;		/* counts how often records may be missing */
	uint32_t stamp;
	uint32_t epoch;		/* the guest's, by its last HELLO */
	bool lacks_paths;	/* one that was defined in this epoch had to go */
	uint64_t evicted_tasks, evicted_paths, refused_paths;
};

/* 0, or -1 without memory. */
int ledger_init(struct ledger *l, const struct hash_seed *seed);
void ledger_free(struct ledger *l);

/* The task of that id, or NULL. Valid until the next change. */
struct task *ledger_task(struct ledger *l, uint64_t id);

/*
 * The path of that id, which is in use again; the path in a slot, as a task has
 * it. NULL if it is not known. Valid until the next change.
 */
const struct path *ledger_path(struct ledger *l, uint64_t id);
const struct path *ledger_exe(const struct ledger *l, uint32_t slot);

/*
 * What the file holds that an EXEC or CHECK record is about: DECODE_HASH_LEN bytes of
 * SHA-256; NULL if that is not known, or it is another record.
 */
const char *ledger_digest(struct ledger *l, const struct starlsm_rec *rec);

/*
 * First what a record tells about those it names (TASK, PATH, the actor's pid),
 * then what it changes (fork, exec, credentials, exit).
 * Between the two the rules see the actor as it was when it asked. rec has been
 * checked and is 8-byte aligned.
 */
void ledger_define(struct ledger *l, const struct starlsm_rec *rec);
void ledger_change(struct ledger *l, const struct starlsm_rec *rec);

/* These credentials count from now on: an event told them, or none could be held against them. */
void ledger_believe(struct ledger *l, struct task *t, uint32_t uid, uint32_t euid, uint64_t caps);

/* Put a task into a stage with that story, whose reference it takes over. */
void ledger_set_stage(struct ledger *l, struct task *t, uint32_t stage, uint32_t story);

#endif /* STARLSM_LEDGER_H */
