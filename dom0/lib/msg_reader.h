/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what a reader says, and what it is told
 */
#ifndef STARLSM_MSG_READER_H
#define STARLSM_MSG_READER_H

#include <stdint.h>

#include <xen/interface/io/starlsm.h>

#include "lib/msg.h"

/* The reader has mapped the rings and dropped all rights it had. */
struct msg_ready {
	struct msg msg;
	uint32_t domid;
	uint32_t n_rings;
	uint32_t ring_bytes;	/* of one ring */
	uint32_t epoch;
	uint32_t major, minor;	/* the guest's protocol version */
};

/* Once a second */
struct msg_stats {
	struct msg msg;
	uint32_t domid;
	uint32_t epoch;
	uint64_t events;	/* records read since the reader started, LOST included */
	uint64_t bytes;
	uint64_t lost;		/* sum of the LOST records' counts */
	uint64_t unknown;	/* records of a newer minor version, skipped */
	uint64_t wakeups;	/* times the event channel fired */
	uint64_t backlog;	/* bytes in the rings now */
	uint64_t heartbeat_ns;	/* CLOCK_MONOTONIC of the last heartbeat read, 0 if none */
	uint64_t rtt_ns;	/* last event-channel round trip, 0 if none yet */
	uint32_t policy_applied;	/* generation of the last POLICY that the guest has read */
	uint32_t policy_error;	/* STARLSM_ERR_*: what it said of the last one */
	uint64_t lone_ns;	/* commit to copy-out, see pump.h, 0 if none yet */
	uint64_t lag_ns;	/* and the longest of the last second, see pump.h */
};

/*
 * A module is about to be loaded: said before the task that loads it may go on, if the
 * event's class is commit or verdict. The reader says it, starlsmd passes it on to vmi.
 */
struct msg_loading {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
};

/* The guest's ring lies; the reader reads no more. */
struct msg_broken {
	struct msg msg;
	uint32_t domid;
	uint32_t error;		/* STARLSM_ERR_* */
	uint32_t ring;
	uint32_t reserved;
	uint64_t position;	/* in that ring, bytes */
	uint64_t found;		/* the value that cannot be */
};

/*
 * A batch of records: the header, then for each a struct msg_event and the
 * record itself, whose length is a multiple of 8. The reader has checked each
 * with decode_check(). In the order of their time over all rings.
 */
struct msg_events {
	struct msg msg;
	uint32_t domid;
	uint32_t n_events;
	uint64_t read_ns;	/* CLOCK_MONOTONIC when they were copied out */
};

struct msg_event {
	uint64_t seq;		/* all 64 bits */
	uint32_t ring;
	uint32_t rec_len;	/* of the record that follows */
};

/* The guest's clock against ours: CLOCK_MONOTONIC = guest time + offset */
struct msg_clock {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
	int64_t offset_ns;	/* known to within rtt / 2 */
	uint64_t rtt_ns;	/* shortest event-channel round trip so far */
};

/* The engine had to forget what the guest has defined: everything anew, please. */
struct msg_define {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
};

/* What the guest is to record, and when it is to wait; the page's number is not used. */
struct msg_policy {
	struct msg msg;
	uint32_t domid;
	uint32_t generation;	/* counts that guest's policies, from 1 */
	struct starlsm_policy_page page;
};

/* The engine's answer to an ASK record. */
struct msg_answer {
	struct msg msg;
	uint32_t domid;
	uint32_t slot;
	uint64_t ticket;
	uint32_t answer;	/* STARLSM_ANSWER_* */
	uint32_t reserved;
};

#endif /* STARLSM_MSG_READER_H */
