/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - from a hook to the ring of the CPU it runs on
 */
#ifndef _SECURITY_STARLSM_EMIT_H
#define _SECURITY_STARLSM_EMIT_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "record.h"

struct task_struct;

/* What goes wrong, beside records that find no room */
enum starlsm_mishap {
	STARLSM_NO_MEMORY,	/* something was to be allocated */
	STARLSM_NO_PEER,	/* attaching to a collector failed */
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

extern bool starlsm_recording;

/* Whether hooks have something to do: from the first exec on. */
static inline bool starlsm_is_recording(void)
{
	return READ_ONCE(starlsm_recording);
}

void starlsm_start_recording(void);
u32 starlsm_emit(struct task_struct *who, struct task_struct *other,
		 const struct starlsm_msg *msg);
struct starlsm_stream *starlsm_own_stream(void);
u32 starlsm_epoch(void);
void starlsm_emit_due(void);
void starlsm_set_peer(const struct starlsm_peer *peer);
bool starlsm_has_peer(void);
void starlsm_count(enum starlsm_mishap mishap);
u64 starlsm_mishaps(enum starlsm_mishap mishap);
u64 starlsm_recorded(u16 type);
u64 starlsm_lost(u16 type);
u64 starlsm_bad_peer(void);

#endif /* _SECURITY_STARLSM_EMIT_H */
