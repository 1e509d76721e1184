/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what the journal writes, says and is told
 */
#ifndef STARLSM_MSG_JOURNAL_H
#define STARLSM_MSG_JOURNAL_H

#include <stdint.h>

#include "lib/msg.h"

/* Entries one after the other, see lib/entry.h. */
struct msg_entries {
	struct msg msg;
};

/* That were all incidents of the engine before. */
struct msg_kept {
	struct msg msg;
	uint32_t n;
	uint32_t reserved;
};

/* A segment is full: sign that hash (lib/segment.h), please. */
#define MSG_HASH_BYTES	32
#define MSG_SIGN_BYTES	64

struct msg_seal {
	struct msg msg;
	uint64_t ticket;	/* comes back in SEALED */
	uint8_t hash[MSG_HASH_BYTES];
};

struct msg_sealed {
	struct msg msg;
	uint64_t ticket;
	int64_t sealed_ns;	/* CLOCK_REALTIME of starlsmd */
	uint8_t key_id[8];	/* the public key's first bytes */
	uint8_t signature[MSG_SIGN_BYTES];
};

/* Once a second, and when it stops: how the journal is. */
struct msg_journal {
	struct msg msg;
	int32_t err;		/* an errno: it has stopped, and why; 0: it writes */
	uint32_t n_streams;
	uint64_t entries;	/* written since it started */
	uint64_t bytes;		/* of which the disk got */
	uint64_t lost;		/* entries that found no place, here or in the engine */
	int64_t synced_ns;	/* CLOCK_MONOTONIC: what came before is on the disk */
};

#endif /* STARLSM_MSG_JOURNAL_H */
