/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - from a hook to the ring of the CPU it runs on
 */
#ifndef _SECURITY_STARLSM_EMIT_H
#define _SECURITY_STARLSM_EMIT_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "policy.h"
#include "record.h"

struct task_struct;
struct starlsm_path;
struct starlsm_sock;

/* What goes wrong, beside records that find no room */
enum starlsm_mishap {
	STARLSM_NO_MEMORY,	/* something was to be allocated */
	STARLSM_NO_PEER,	/* attaching to a collector failed */
	STARLSM_BAD_POLICY,	/* the policy page held none */
	STARLSM_NOT_WAITED,	/* a task went on without a copy or an answer */
	STARLSM_N_MISHAPS,
};

/**
 * struct starlsm_peer - How to reach a collector
 *
 * @kick: Wakes it. Called with interrupts off.
 */
struct starlsm_peer {
	void (*kick)(void);
};

#define STARLSM_PATHS_MAX	2
#define STARLSM_SOCKS_MAX	2

/**
 * struct starlsm_about - Whom and what a record speaks of
 *
 * @who: The task whose doing it is; NULL for the sensor itself.
 * @other: Another task, or NULL.
 * @path: Paths, each NULL if there is none.
 * @sock: Sockets, each NULL if there is none.
 *
 * What this epoch has not seen is defined before the record. The caller holds
 * all of them.
 */
struct starlsm_about {
	struct task_struct *who;
	struct task_struct *other;
	struct starlsm_path *path[STARLSM_PATHS_MAX];
	struct starlsm_sock *sock[STARLSM_SOCKS_MAX];
};

/**
 * struct starlsm_written - Where a record went
 *
 * @stream: The stream it was written to, NULL if it was not.
 * @position: The ring's position after it.
 * @epoch: The epoch, plus 1; what a definition's @defined then is. 0 if it was
 *         not written.
 * @class: STARLSM_CLASS_* of it; OFF if it was not to be written.
 */
struct starlsm_written {
	struct starlsm_stream *stream;
	u64 position;
	u32 epoch;
	u32 class;
};

extern bool starlsm_recording;

/* Whether the sensor records: from the first exec on. */
static inline bool starlsm_is_recording(void)
{
	return READ_ONCE(starlsm_recording);
}

/*
 * Whether a hook has something to do. @ID is as in the event table. An event
 * whose class is off costs a jump over nothing.
 */
#define starlsm_wants(ID) \
	(static_branch_unlikely(&starlsm_wanted[STARLSM_EV_##ID]) && \
	 starlsm_is_recording())

void starlsm_start_recording(void);
struct starlsm_written starlsm_emit(const struct starlsm_about *about,
				    const struct starlsm_msg *msg);
int starlsm_emit_and_wait(const struct starlsm_about *about,
			  const struct starlsm_msg *msg);
void starlsm_emit_and_wait_later(const struct starlsm_about *about,
				 const struct starlsm_msg *msg);
int starlsm_emit_and_restart(const struct starlsm_about *about,
			     const struct starlsm_msg *msg, u64 other,
			     bool can_restart);
struct starlsm_stream *starlsm_own_stream(void);
u32 starlsm_epoch(void);
void starlsm_emit_due(void);
void starlsm_kick(void);
void starlsm_set_peer(const struct starlsm_peer *peer);
bool starlsm_has_peer(void);
void starlsm_count(enum starlsm_mishap mishap);
u64 starlsm_mishaps(enum starlsm_mishap mishap);
u64 starlsm_recorded(u16 type);
u64 starlsm_lost(u16 type);
u64 starlsm_filtered(u16 type);
u64 starlsm_bad_peer(void);

#endif /* _SECURITY_STARLSM_EMIT_H */
