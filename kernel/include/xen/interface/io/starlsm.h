/* SPDX-License-Identifier: MIT */
/*
 * starlsm - the wire contract between a guest's sensor and its collector
 *
 * Used verbatim by the guest kernel, by dom0 and by the tests. The byte rulers,
 * the xenstore nodes and the order of states are in docs/protocol.md.
 *
 * A guest owns, for as long as it runs, these pages of its memory:
 *
 *   status page      written by the guest, granted read-only
 *   control page     written by dom0, granted read-write
 *   directory pages  written by the guest, granted read-only: the grant
 *                    references of all data pages, ring 0 first
 *   data pages       written by the guest, granted read-only: the rings, one
 *                    for each vCPU
 *
 * xenstore names the status page's grant reference; the rest is found from there.
 *
 * A ring has one producer, its vCPU with interrupts off, and one consumer. The
 * positions are free-running 64-bit byte counts; the byte at position p is at
 * offset p % (ring_pages * 4096) of the ring's data pages.
 *
 *   producer                              consumer
 *   reads cons, checks it                 reads prod once (acquire), checks it
 *   writes the record                     copies a record out, checks the copy
 *   stores prod (release)                 stores cons (release)
 *   full barrier, reads wake              stores wake, full barrier, reads prod
 *
 * Neither trusts the other. What the consumer finds wrong it says in `error`
 * and it reads no more; what the producer finds wrong it counts and goes on
 * as if there were no room.
 *
 * All numbers are little-endian. Reserved bytes are written as 0 and not read.
 */
#ifndef __XEN_PUBLIC_IO_STARLSM_H__
#define __XEN_PUBLIC_IO_STARLSM_H__

#include <linux/types.h>

/*
 * A consumer reads any minor version of a major one it knows: a minor version
 * only adds event types, which it skips by their length and counts.
 */
#define STARLSM_VERSION_MAJOR	1
#define STARLSM_VERSION_MINOR	0

#define STARLSM_MAGIC		0x4d4c5453	/* "STLM" in memory */
#define STARLSM_PAGE_SIZE	4096

/* Two pages of 64-byte lines, one line for the guest, one for each ring. */
#define STARLSM_RINGS_MAX	63
/* A power of two. 1 MiB a vCPU holds a second of 30 000 events of 32 bytes. */
#define STARLSM_RING_PAGES_MIN	4
#define STARLSM_RING_PAGES_MAX	256
/* A page: what the consumer copies at once, and room for a path and arguments. */
#define STARLSM_REC_MAX		4096
#define STARLSM_REC_ALIGN	8
/* Event numbers are below this, so that a counter for each is a small array. */
#define STARLSM_EV_LIMIT	64

/*
 * Status page
 */

/* The guest's line. All but the pong is constant while attached. */
struct starlsm_status {
	__u32 magic;		/* STARLSM_MAGIC */
	__u16 major;
	__u16 minor;
	__u32 n_rings;		/* 1 to STARLSM_RINGS_MAX */
	__u32 ring_pages;	/* data pages a ring, a power of two */
	__u32 control_ref;	/* grant of the control page */
	__u32 directory_ref;	/* grant of the first directory page */
	__u32 epoch;		/* attachments since boot, from 1 */
	__u32 pong;		/* the last ping answered */
	__u64 pong_ns;		/* the guest's clock when it answered */
	__u64 reserved[3];
};

/* A ring's line */
struct starlsm_producer {
	__u64 prod;		/* position after the last committed record */
	__u64 lost;		/* records lost on this ring since boot */
	__u64 reserved[6];
};

struct starlsm_status_page {
	struct starlsm_status guest;
	struct starlsm_producer ring[STARLSM_RINGS_MAX];
};

/*
 * Control page. A guest can write here too: the consumer keeps its own
 * positions and reads these only when it attaches, to go on where the last
 * consumer stopped.
 */

struct starlsm_control {
	__u32 error;		/* STARLSM_ERR_*: why the consumer gave up */
	__u32 ping;		/* changes when an answer in `pong` is wanted */
	__u64 reserved[7];
};

struct starlsm_consumer {
	__u64 cons;		/* position after the last record copied out */
	__u64 wake;		/* kick when prod reaches or passes this */
	__u64 next_seq;		/* sequence number expected at cons */
	__u64 reserved[5];
};

struct starlsm_control_page {
	struct starlsm_control guest;
	struct starlsm_consumer ring[STARLSM_RINGS_MAX];
};

/*
 * Directory page
 */
#define STARLSM_DIRECTORY_REFS	1023

struct starlsm_directory_page {
	__u32 next_ref;		/* grant of the next directory page, 0 in the last */
	__u32 ref[STARLSM_DIRECTORY_REFS];
};

/*
 * Records
 */

/*
 * Every record starts so, 8-byte aligned, and lies in one piece. Sequence
 * numbers count the records of a ring from 0 without a gap, LOST included, PAD
 * not. The clock is the vCPU's Xen system time less a constant of this boot.
 */
struct starlsm_rec {
	__u16 type;		/* STARLSM_EV_* */
	__u16 len;		/* of all of it, header and padding, in bytes */
	__u32 seq;		/* low 32 bits of its sequence number */
	__u64 time_ns;
	__u64 task;		/* who: id of the task, 0 if none */
};

/*
 * Fills the ring up to its end when the next record does not fit there. Only
 * the first 8 bytes of the header are there: type, len, and seq of 0.
 */
#define STARLSM_EV_PAD		0
#define STARLSM_PAD_MIN		8

/*
 * Field kinds. A variable part is announced by its length in bytes here. The
 * parts follow the structure, all sizeof() of it with zeros at its end, in the
 * order of the fields, without padding between; the record is then padded with
 * zeros to 8 bytes. A length with
 * STARLSM_TRUNCATED set tells that a longer string was cut: a path at its
 * start, anything else at its end. A string has no NUL; ARGS has one after
 * each argument.
 */
#define STARLSM_TRUNCATED	0x8000
#define STARLSM_VAR_LEN(field)	((field) & 0x7fff)

#define STARLSM_WIRE_U64(name)		__u64 name;
#define STARLSM_WIRE_HEX64(name)	__u64 name;
#define STARLSM_WIRE_TASK(name)		__u64 name;
#define STARLSM_WIRE_EXE(name)		__u64 name;
#define STARLSM_WIRE_U32(name)		__u32 name;
#define STARLSM_WIRE_HEX32(name)	__u32 name;
#define STARLSM_WIRE_OCT32(name)	__u32 name;
#define STARLSM_WIRE_PID(name)		__u32 name;
#define STARLSM_WIRE_UID(name)		__u32 name;
#define STARLSM_WIRE_EVENT(name)	__u32 name;
#define STARLSM_WIRE_CREDOP(name)	__u32 name;
#define STARLSM_WIRE_SOURCE(name)	__u32 name;
#define STARLSM_WIRE_PTRACEOP(name)	__u32 name;
#define STARLSM_WIRE_STR(name)		__u16 name##_len;
#define STARLSM_WIRE_ARGS(name)		__u16 name##_len;
#define STARLSM_WIRE_SOCKADDR(name)	__u16 name##_len;

/* kind CREDOP */
#define STARLSM_CRED_SETUID	1
#define STARLSM_CRED_SETGID	2
#define STARLSM_CRED_SETGROUPS	3
#define STARLSM_CRED_CAPSET	4
#define STARLSM_CRED_EXEC	5

/* kind SOURCE */
#define STARLSM_FROM_FILE	1
#define STARLSM_FROM_MEMORY	2

/* kind PTRACEOP */
#define STARLSM_PTRACE_ATTACH	1
#define STARLSM_PTRACE_TRACEME	2

enum starlsm_event {
#define STARLSM_EVENT(ID, name, number, hook, class, attack, text) \
	STARLSM_EV_##ID = number,
#define STARLSM_FIELD(name, kind, field, text)
#define STARLSM_EVENT_END(name)
#include "starlsm_events.h"
#undef STARLSM_EVENT
#undef STARLSM_FIELD
#undef STARLSM_EVENT_END
};

/* struct starlsm_rec_NAME: the header and the fields of the table's row */
#define STARLSM_EVENT(ID, name, number, hook, class, attack, text) \
	struct starlsm_rec_##name { struct starlsm_rec rec;
#define STARLSM_FIELD(name, kind, field, text) \
	STARLSM_WIRE_##kind(field)
#define STARLSM_EVENT_END(name) };
#include "starlsm_events.h"
#undef STARLSM_EVENT
#undef STARLSM_FIELD
#undef STARLSM_EVENT_END

/*
 * Why a consumer gave a guest up: STARLSM_ERR_* in the control page, the short
 * name in messages and in xenstore's `error` node.
 */
#define STARLSM_ERRORS(ERR) \
	ERR(OK, 0, "ok", "nothing is wrong") \
	ERR(MAGIC, 1, "magic", "the status page does not begin with the magic number") \
	ERR(VERSION, 2, "version", "the guest speaks another major version") \
	ERR(GEOMETRY, 3, "geometry", "number or size of rings is out of bounds") \
	ERR(GRANT, 4, "grant", "a granted page could not be mapped") \
	ERR(DIRECTORY, 5, "directory", "the directory ends too early or too late") \
	ERR(NODE, 6, "node", "a xenstore node is missing or no number") \
	ERR(CHANNEL, 7, "channel", "the event channel could not be bound") \
	ERR(POSITION, 8, "position", "prod went back, or further than the ring is long") \
	ERR(LENGTH, 9, "length", \
	    "a record's length is out of bounds or not what its fields add up to") \
	ERR(TYPE, 10, "type", "a record's type is none of this version") \
	ERR(SEQUENCE, 11, "sequence", "a sequence number is not the next one") \
	ERR(CONTENT, 12, "content", "a field's value cannot be")

enum starlsm_error {
#define STARLSM_ERROR_ENUM(ID, number, name, text) STARLSM_ERR_##ID = number,
	STARLSM_ERRORS(STARLSM_ERROR_ENUM)
#undef STARLSM_ERROR_ENUM
};

#endif /* __XEN_PUBLIC_IO_STARLSM_H__ */
