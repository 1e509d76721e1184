/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - every bound of the sensor, and why it is that number
 *
 * What the two sides of the wire must agree on is in the wire contract,
 * <xen/interface/io/starlsm.h>: size of a record, number and size of rings.
 */
#ifndef _SECURITY_STARLSM_LIMITS_H
#define _SECURITY_STARLSM_LIMITS_H

#include <xen/interface/io/starlsm.h>

/*
 * Bytes of a path that are kept, its end. Two of them and the longest
 * structure fit a record (rename); one leaves 2 KiB for arguments (exec). The
 * kernel's own PATH_MAX would leave no room for a header.
 */
#define STARLSM_PATH_LEN_MAX	1984

/*
 * Bytes of stack in which a path is spelled first. Few are longer, and those get
 * a page.
 */
#define STARLSM_PATH_SHORT	256

/*
 * Sets of inodes whose last path is kept, and paths in each: 4096, more than
 * files are in use at once, and 32 KiB for the pointers. With four to a set a
 * few that are used in turn do not drive each other out.
 */
#define STARLSM_KEPT_BITS	10
#define STARLSM_KEPT_WAYS	4

/*
 * Files whose digest is known: 256 in 24 KiB. A guest executes a few files that
 * are new, again and again; who makes more than these has them read again.
 */
#define STARLSM_DIGESTED_BITS	6
#define STARLSM_DIGESTED_WAYS	4

/*
 * Counters of what is kept of inodes, in 32 KiB. If all of it is, 4352 things, an
 * inode of which nothing is meets another one's in two of five cases.
 */
#define STARLSM_NOTED_BITS	13

/*
 * Bytes of a file that is read to tell its digest: larger than nearly all
 * programs, and a third of a second at 200 MB/s.
 */
#define STARLSM_DIGEST_SIZE_MAX	(64ULL << 20)

/* What mount(2) is told as its source: a device, or an option list of NFS. */
#define STARLSM_SOURCE_LEN_MAX	1024

/* File system types are short words; the kernel has none over 20. */
#define STARLSM_FSTYPE_LEN_MAX	64

/* What request_module() has room for: MODULE_NAME_LEN, and prefixes. */
#define STARLSM_MODULE_LEN_MAX	64

/* What the kernel has room for when user space names a type of key */
#define STARLSM_KEYTYPE_LEN_MAX	32

/* sizeof(struct sockaddr_storage): what move_addr_to_kernel() accepts */
#define STARLSM_ADDR_LEN_MAX	128

/*
 * Between two heartbeats. A collector that misses two of them knows in 2 s that
 * a sensor is silent; one record of 48 bytes a second costs nothing.
 */
#define STARLSM_HEARTBEAT_MS	1000

/*
 * A task that waits looks this often whether the guest is about to be suspended:
 * the freezer gives everybody 20 s.
 */
#define STARLSM_WAIT_SLICE_MS	50

/*
 * Until dom0 says otherwise. HardLog's bound is 15 ms on real hardware; a
 * collector that needs 50 is in trouble, and every exec would be with it.
 */
#define STARLSM_COMMIT_MS	50
#define STARLSM_VERDICT_MS	1000

/*
 * Records that a task waits for on its way back to user space: a system call
 * writes one, and a second if it began on another CPU.
 */
#define STARLSM_LATER_MAX	2

/*
 * A transaction that loses against another one is tried again. xenstore is
 * shared with other devices, but a guest writes few nodes at once: more than
 * this is a peer that wants us to spin.
 */
#define STARLSM_XENSTORE_TRIES	16

/*
 * How long a suspend waits for the collector to read what is there: what it has
 * read is not told again after it. Far below the minute that a toolstack waits;
 * an idle collector takes a few ms.
 */
#define STARLSM_SUSPEND_WAIT_MS	200

#endif /* _SECURITY_STARLSM_LIMITS_H */
