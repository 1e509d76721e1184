/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - one stream of the journal: a guest's, or the host's
 *
 * Entries gather in memory and go to the disk as a block, when there are enough
 * or a second has passed. What cannot be written stays, and of more than a block
 * of it the oldest is forgotten and counted: that is the tail in memory while the
 * disk is full.
 */
#ifndef STARLSM_STREAM_H
#define STARLSM_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "journal/store.h"
#include "lib/msg_engine.h"

struct stream {
	bool is_host;
	char name[MSG_NAME_MAX];	/* the guest's, or SEGMENT_STREAM_HOST */
	char folder[SEGMENT_FOLDER_MAX];
	int folder_fd;
	int fd;			/* of the segment being written, -1 if none */
	uint64_t number;	/* its number, or that of the last one; 0 none yet */
	uint64_t first_kept;	/* 0: no segment is there */
	uint8_t prev[SEGMENT_HASH];	/* the hash of the last complete segment */
	uint8_t chain[SEGMENT_HASH];	/* of what was written to this one */
	uint64_t n_blocks, offset;	/* in this one */
	int64_t begun_ns;	/* CLOCK_MONOTONIC */
	ZSTD_CDict *dict;	/* of this one, NULL before its first block */
	int err;		/* the errno that writing it ended with last, 0: none */
	bool is_dirty;		/* something was written since the last sync */
	bool is_marked;		/* the host's stream has its last mark */
	struct msg_guest intro;	/* who it is; msg.len 0: nobody has said */
	char *plain;		/* entries to be written, SEGMENT_BLOCK bytes */
	size_t plain_len;
	struct entry_gap cut;	/* to be told first; why 0: nothing */
	uint64_t cut_run, cut_number;	/* the run and entry after which it is */
	struct entry_gap lost;	/* of the tail: n_entries 0: nothing */
	uint64_t n_forgotten;	/* entries, in all */
};

/*
 * Its folder, made if need be, and its last segment: one without a seal gets one,
 * and what is missing after it becomes a gap. Without a guest's name it is the
 * host's. 0, or an errno.
 */
int stream_open(struct stream *st, struct store *s, const char *guest);

/* Free it; what was not written is gone. */
void stream_close(struct stream *st);

/*
 * An entry, in the order of their numbers. What has to make room for it is
 * written, unless writing has failed: then the oldest goes. Returns err.
 */
int stream_add(struct stream *st, struct store *s, const struct entry *e);

/* Write what there is, also after an error. Returns err; then it is as before. */
int stream_flush(struct stream *st, struct store *s);

/* What was written is on the disk. Returns err. */
int stream_sync(struct stream *st);

/* Flush, and let the segment be complete, if there is one. Returns err. */
int stream_complete(struct stream *st, struct store *s);

/* Remove what is beyond the limits. True if something was. */
bool stream_trim(struct stream *st, const struct store *s);

/* What the host's stream is to know of it now */
void stream_mark(const struct stream *st, struct entry_mark *mark);
#endif /* STARLSM_STREAM_H */
