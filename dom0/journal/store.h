/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what all streams of the journal share: a directory, bounds, the
 * moment, and the segments that wait for their signature
 */
#ifndef STARLSM_JOURNAL_STORE_H
#define STARLSM_JOURNAL_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include <zstd.h>

#include "lib/msg.h"
#include "lib/segment.h"
#include "lib/segment_dir.h"

/* What a stream may keep. A segment is complete at a 16th of that, or after an hour. */
struct store_limits {
	uint64_t bytes;		/* of a stream's segments together */
	int64_t age_ns;		/* since a segment's last change */
};

#define STORE_SEGMENT_SHARE	16
#define STORE_SEGMENT_MIN	(256u << 10)
#define STORE_SEGMENT_NS	3600000000000LL

/* A complete segment that starlsmd has been asked to sign, or will be */
struct store_sealing {
	struct store_sealing *next;
	uint64_t ticket;
	bool is_asked, is_signed;
	char folder[SEGMENT_FOLDER_MAX];
	uint64_t number;
	uint64_t offset;	/* where the seal belongs in the file */
	struct segment_seal seal;
};

struct store {
	int directory_fd;
	struct store_limits limits;
	uint64_t run;		/* 0: the engine has not said yet */
	int64_t mono_ns, real_ns;	/* now */
	ZSTD_CCtx *zstd;
	char *plain;		/* SEGMENT_PLAIN_MAX: a block with what goes before it */
	char *packed;		/* of such a block */
	struct store_sealing *sealing;
	uint64_t last_ticket;
	uint64_t entries, bytes;	/* on their way to the disk so far */
};

/* Takes over directory_fd. 0, or an errno. */
int store_init(struct store *s, int directory_fd, const struct store_limits *limits);
void store_free(struct store *s);

/* When a segment of this many bytes, begun at that CLOCK_MONOTONIC, is complete */
bool store_is_complete(const struct store *s, uint64_t bytes, int64_t begun_ns);

/* Keep a seal (its hash made) until it is signed. 0, or an errno. */
int store_seal_later(struct store *s, const char *folder, uint64_t number, uint64_t offset,
		     const struct segment_seal *seal);

/* Does one of that folder's still wait for its signature? */
bool store_is_sealing(const struct store *s, const char *folder);

/* The next one to ask for, NULL if all are; then *m is filled. Set is_asked when it is sent. */
struct store_sealing *store_to_ask(struct store *s, struct msg_seal *m);

/* The answer. -1 if nothing with that ticket waits. */
int store_sealed(struct store *s, const struct msg_sealed *m);

/* Write signed seals into their files. 0, or the errno of the first that failed: it is tried again. */
int store_write_seals(struct store *s);

#endif /* STARLSM_JOURNAL_STORE_H */
