/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - lines for systemd-journald, as entries with fields of their own
 *
 * Its native protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL): a datagram is an
 * entry. Not by sd_journal_sendv(), which waits for a journald that does not read,
 * and succeeds where there is none: neither could be told.
 *
 * Each line becomes one entry: MESSAGE, MESSAGE_ID, PRIORITY and what docs/export.md
 * lists, with the line itself in STARLSM_OCSF. All values are escaped already; one
 * that had a newline all the same is sent in the form that allows it.
 */
#ifndef STARLSM_JOURNALD_H
#define STARLSM_JOURNALD_H

#include <jansson.h>

#include "export/outlet.h"

#define JOURNALD_SOCKET	"/run/systemd/journal/socket"

/* journalctl MESSAGE_ID=...: what kind of entry it is. They never change. */
#define JOURNALD_DETECTION	"6d0c1b9ef4a84f2c9d4be1a0c3c2f7a1"
#define JOURNALD_INCIDENT	"b1f7e0a25d3c4f0e8a6790c2e5d4b312"
#define JOURNALD_STATE		"0f52c7d8913b4a6ebd28a4f6710e9c53"
#define JOURNALD_EVENT		"e93a5b7c20d84d19a7f1c6382b9e04d4"
#define JOURNALD_MISSED		"47c8d1f2b6ea4c3d90a5e7128f6b3d95"

struct journald {
	struct outlet outlet;	/* only its counters and its errors; it has no buffer */
	int fd;
};

/* path stays the caller's. 0, or -1 with errno. */
int journald_init(struct journald *j, const char *path);
void journald_free(struct journald *j);

/* One entry, or a drop. line: the object, dumped. */
void journald_send(struct journald *j, const json_t *object, const char *line, int64_t now_ns);

#endif /* STARLSM_JOURNALD_H */
