/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the engine: facts and the time in, verdicts out
 *
 * No descriptor, no clock, no global: the same seed and the same facts at the
 * same times give the same messages, byte for byte.
 */
#ifndef STARLSM_ENGINE_CORE_H
#define STARLSM_ENGINE_CORE_H

#include <stdbool.h>
#include "lib/hash.h"
#include "lib/msg_out.h"
#include "lib/sigma/report.h"

#define ENGINE_GUESTS_MAX	256

struct engine;

enum engine_sender { FROM_PARENT, FROM_RESPONDER, FROM_READER, FROM_VMI, FROM_JOURNAL };

/* Whose messages come on a channel of one guest's, and do not name it */
static inline bool engine_sender_is_a_guests(enum engine_sender sender)
{
	return sender == FROM_READER || sender == FROM_VMI;
}

/*
 * Takes a VERDICT for the responder, a DEFINE or ANSWER for a guest's reader, or an
 * OUT_EVENT or OUT_INCIDENT for the subscribers. Returns 0 or an errno; only a VERDICT's is looked at.
 */
typedef int (*engine_out)(void *arg, const struct msg *m);

/* NULL without memory. */
struct engine *engine_new(const struct hash_seed *seed, engine_out out, void *arg);
void engine_free(struct engine *e);

/*
 * One fact, 8-byte aligned and as long as its header says, that came from a
 * sender (a reader or vmi: that domid's) at now_ns of CLOCK_MONOTONIC. What a reader
 * passes on is checked again: it has been near the guest.
 *
 * Returns 0; -EBADMSG if this sender cannot have said that, after which its
 * channel is to be closed; -ENOMEM or -ENOSPC if a new guest has no room.
 */
int engine_feed(struct engine *e, enum engine_sender sender, uint32_t domid,
		const struct msg *fact, int64_t now_ns);

/*
 * The fact that these files of rules (lib/rulefiles.h) count from now on. What is
 * wrong with them is reported. Returns how many there are, or, as detect_load(), why
 * the ones before stay.
 */
int engine_load(struct engine *e, const char *files, size_t len, report_fn report, void *arg);

/* A guest's processes, one after the other, see seen_next(); false at the end. */
bool engine_task_next(const struct engine *e, uint32_t domid, uint64_t *at,
		      struct msg_out_task *out);

/* The incident with the smallest id above that one; NULL at the end. */
const struct msg_out_incident *engine_incident_after(const struct engine *e, uint32_t id);

#endif /* STARLSM_ENGINE_CORE_H */
