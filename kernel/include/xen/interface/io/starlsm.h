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
 *   policy page      written by dom0, granted read-write: what to record
 *   answers page     written by dom0, granted read-write: verdicts
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
 * A task that waits for its record to be copied out does the same the other way
 * round:
 *
 *   producer                              consumer
 *   stores commit, full barrier           stores cons (release), full barrier
 *   reads cons, sleeps if it is behind    reads commit, notifies if cons passed it
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
#define STARLSM_VERSION_MAJOR	2
#define STARLSM_VERSION_MINOR	1

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
#define STARLSM_EV_LIMIT	128

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
	__u32 policy_ref;	/* grant of the policy page */
	__u32 answers_ref;	/* grant of the answers page */
	__u32 policy;		/* number of the last policy that was read, 0 for none */
	__u32 reserved[3];
};

/* A ring's line */
struct starlsm_producer {
	__u64 prod;		/* position after the last committed record */
	__u64 lost;		/* records lost on this ring since boot */
	__u64 commit;		/* notify when cons reaches or passes this */
	__u64 reserved[5];
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
	__u32 define;		/* changes when everything is to be defined again */
	__u32 reserved0;
	__u64 reserved[6];
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
 * Policy page: what to record and when to wait. The guest reads it when it is
 * notified and `number` is not what it read last; then writes `number` into the
 * status page, and a POLICY record.
 */

/* What becomes of an event: class[] */
#define STARLSM_CLASS_OFF	0	/* not written */
#define STARLSM_CLASS_ASYNC	1	/* written */
#define STARLSM_CLASS_COMMIT	2	/* and the task waits until it has been copied out */
#define STARLSM_CLASS_VERDICT	3	/* and the task waits for an answer */
#define STARLSM_CLASS_DEFAULT	255	/* as in the event table */

/* A site has a few noisy corners, not dozens: more is a policy nobody reads. */
#define STARLSM_FILTERS_MAX	16
#define STARLSM_FILTER_TEXT_MAX	2560
/* A minute: longer, and the guest's watchdogs would speak first. */
#define STARLSM_WAIT_MS_MAX	60000

/* kinds of filter: `match` */
#define STARLSM_MATCH_UID	1	/* effective user id is from lo to hi */
#define STARLSM_MATCH_CGROUP	2	/* the task is in the cgroup of that path, or below */
#define STARLSM_MATCH_PATH	3	/* the record's first path is the text, or below it */

/* An event that matches any filter of its type is not written, and counted. */
struct starlsm_filter {
	__u64 events[STARLSM_EV_LIMIT / 64];	/* bit n: type n */
	__u32 match;		/* STARLSM_MATCH_*; 0 for an unused filter */
	__u32 lo;
	__u32 hi;
	__u16 text;		/* offset in filter_text */
	__u16 text_len;		/* without a NUL, without a slash at its end */
};

struct starlsm_policy_page {
	__u32 number;		/* odd while it is being written; counts by two */
	__u32 commit_ms;	/* how long to wait for a copy, 1 to STARLSM_WAIT_MS_MAX */
	__u32 verdict_ms;	/* how long to wait for an answer, 1 to STARLSM_WAIT_MS_MAX */
	__u32 default_answer;	/* STARLSM_ANSWER_*: when there is none */
	__u32 n_filters;
	__u32 reserved[3];
	__u8 class[STARLSM_EV_LIMIT];	/* STARLSM_CLASS_* */
	__u16 rate[STARLSM_EV_LIMIT];	/* records a second and vCPU, 0 for any number */
	struct starlsm_filter filter[STARLSM_FILTERS_MAX];
	__u8 filter_text[STARLSM_FILTER_TEXT_MAX];
	__u64 reserved1[76];
};

/*
 * Answers page. An answer counts if its ticket is that of the question that was
 * asked with this slot; it is written last, with release.
 */
#define STARLSM_ANSWERS_MAX	256

/* kind ANSWER */
#define STARLSM_ANSWER_ALLOW	1
#define STARLSM_ANSWER_DENY	2

struct starlsm_answer {
	__u64 ticket;
	__u32 answer;		/* STARLSM_ANSWER_* */
	__u32 reserved;
};

struct starlsm_answers_page {
	struct starlsm_answer slot[STARLSM_ANSWERS_MAX];
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
 * each argument. A HASH is 32 bytes, or none.
 */
#define STARLSM_TRUNCATED	0x8000
#define STARLSM_VAR_LEN(field)	((field) & 0x7fff)

#define STARLSM_WIRE_U64(name)		__u64 name;
#define STARLSM_WIRE_HEX64(name)	__u64 name;
#define STARLSM_WIRE_TASK(name)		__u64 name;
#define STARLSM_WIRE_PATH(name)		__u64 name;	/* id of a PATH record, 0 for none */
#define STARLSM_WIRE_SOCK(name)		__u64 name;	/* id of a socket, 0 for none */
#define STARLSM_WIRE_U32(name)		__u32 name;
#define STARLSM_WIRE_HEX32(name)	__u32 name;
#define STARLSM_WIRE_OCT32(name)	__u32 name;
#define STARLSM_WIRE_PID(name)		__u32 name;
#define STARLSM_WIRE_UID(name)		__u32 name;
#define STARLSM_WIRE_EVENT(name)	__u32 name;
#define STARLSM_WIRE_CREDOP(name)	__u32 name;
#define STARLSM_WIRE_SOURCE(name)	__u32 name;
#define STARLSM_WIRE_PTRACEOP(name)	__u32 name;
#define STARLSM_WIRE_ERROR(name)	__u32 name;
#define STARLSM_WIRE_ANSWER(name)	__u32 name;
#define STARLSM_WIRE_WHY(name)		__u32 name;
#define STARLSM_WIRE_CHANGE(name)	__u32 name;
#define STARLSM_WIRE_SCHEDOP(name)	__u32 name;
#define STARLSM_WIRE_URINGOP(name)	__u32 name;
#define STARLSM_WIRE_KEYOP(name)	__u32 name;
#define STARLSM_WIRE_IPCOP(name)	__u32 name;
#define STARLSM_WIRE_STR(name)		__u16 name##_len;
#define STARLSM_WIRE_ARGS(name)		__u16 name##_len;
#define STARLSM_WIRE_SOCKADDR(name)	__u16 name##_len;
#define STARLSM_WIRE_HASH(name)		__u16 name##_len;

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
#define STARLSM_PTRACE_MEMORY	3	/* process_vm_readv, /proc/PID/mem, pidfd_getfd, ... */

/* kind WHY */
#define STARLSM_WHY_ENGINE	1	/* an answer came */
#define STARLSM_WHY_TIMEOUT	2
#define STARLSM_WHY_NOBODY	3	/* no collector is attached, or it went away */
#define STARLSM_WHY_FREEZING	4	/* the guest is about to be suspended */
#define STARLSM_WHY_KILLED	5	/* the task is being killed */
#define STARLSM_WHY_CONTEXT	6	/* a task or a place that must not wait */
#define STARLSM_WHY_BUSY	7	/* too many tasks wait, or the collector is stuck */
#define STARLSM_WHY_LOST	8	/* the record itself found no room */

/* kind CHANGE */
#define STARLSM_CHANGE_SET	1
#define STARLSM_CHANGE_REMOVE	2

/* kind SCHEDOP */
#define STARLSM_SCHED_POLICY	1
#define STARLSM_SCHED_NICE	2
#define STARLSM_SCHED_IOPRIO	3

/* kind URINGOP */
#define STARLSM_URING_CREDS	1
#define STARLSM_URING_SQPOLL	2
#define STARLSM_URING_CMD	3

/* kind KEYOP */
#define STARLSM_KEY_NEW		1
#define STARLSM_KEY_CHANGE	2

/* kind IPCOP */
#define STARLSM_IPC_SHM_NEW	1
#define STARLSM_IPC_MSG_NEW	2
#define STARLSM_IPC_SEM_NEW	3
#define STARLSM_IPC_SHM_ATTACH	4
#define STARLSM_IPC_SHM_CONTROL	5
#define STARLSM_IPC_MSG_CONTROL	6
#define STARLSM_IPC_SEM_CONTROL	7

enum starlsm_event {
#define STARLSM_EVENT(ID, name, number, hook, class, wait, attack, text) \
	STARLSM_EV_##ID = number,
#define STARLSM_FIELD(name, kind, field, text)
#define STARLSM_EVENT_END(name)
#include "starlsm_events.h"
#undef STARLSM_EVENT
#undef STARLSM_FIELD
#undef STARLSM_EVENT_END
};

/* struct starlsm_rec_NAME: the header and the fields of the table's row */
#define STARLSM_EVENT(ID, name, number, hook, class, wait, attack, text) \
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
	ERR(CONTENT, 12, "content", "a field's value cannot be") \
	ERR(POLICY, 13, "policy", "the policy page holds what is no policy")

enum starlsm_error {
#define STARLSM_ERROR_ENUM(ID, number, name, text) STARLSM_ERR_##ID = number,
	STARLSM_ERRORS(STARLSM_ERROR_ENUM)
#undef STARLSM_ERROR_ENUM
};

#endif /* __XEN_PUBLIC_IO_STARLSM_H__ */
