/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what the engine is told and says, on its way to the journal
 *
 * The engine never waits for the journal: entries gather here, and go out in
 * datagrams as the socket takes them. When they come faster than the journal
 * writes, a guest may have as much of the buffer as is free, so that the one that
 * makes much loses its own and the others' still fit; what is lost is counted and
 * told in a GAP before that guest's next fact.
 */
#ifndef STARLSM_TAP_H
#define STARLSM_TAP_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine_core.h"
#include "lib/entry.h"

/* Two seconds of 30 000 events of some 280 bytes; or all incidents of the engine before */
#define TAP_BYTES	(16u << 20)
/* Of which records leave this to all other messages, which are few */
#define TAP_RESERVE	(512u << 10)

/* Once so much has gathered it is sent before more is taken. */
#define TAP_EAGER	(256u << 10)

/* Guests, and the host */
#define TAP_OWNERS	(ENGINE_GUESTS_MAX + 1)

struct tap_owner {
	uint32_t domid;
	bool is_used;
	struct msg_guest intro;	/* msg.len 0: not introduced */
	uint64_t queued;	/* bytes in the buffer */
	struct entry_gap gap;	/* n_entries 0: none is open */
};

struct tap {
	int fd;			/* non-blocking; -1: no journal now */
	bool is_on;		/* there is one, or was: numbers count */
	struct entry_start start;
	char *ring;		/* entries, none of them wrapped */
	uint64_t head, tail;	/* free-running; a multiple of 8 */
	uint64_t number;	/* of the last entry */
	struct tap_owner owner[TAP_OWNERS];	/* the last one: the host */
	struct tap_owner *latest;
};

/* Without a journal until tap_connect(). 0, or -1 without memory. */
int tap_init(struct tap *t, const struct hash_seed *seed, uint64_t run);
void tap_free(struct tap *t);

/* A journal is there from now on; takes over fd, non-blocking. */
void tap_connect(struct tap *t, int fd, int64_t now_ns);

/* What the core is about to be fed with. Of a reader domid is its guest's. */
void tap_fact(struct tap *t, enum engine_sender sender, uint32_t domid, const struct msg *m,
	      int64_t now_ns);

/* The rules that the core is about to load: len bytes, in pieces */
void tap_rules(struct tap *t, const char *files, size_t len, int64_t now_ns);

/* What the core said meanwhile; err: what became of a VERDICT. */
void tap_out(struct tap *t, const struct msg *m, int err, int64_t now_ns);

/* Send what the socket takes. Closes fd when the journal has gone. */
void tap_flush(struct tap *t);

/* Nobody is at the other end any more. */
void tap_hangup(struct tap *t);

/* Is there something to send, and somebody to take it? */
bool tap_waits(const struct tap *t);

#endif /* STARLSM_TAP_H */
