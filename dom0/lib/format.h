/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - an event for people, and as JSON
 *
 * Every string of the guest's is escaped by decode_escape() in both: valid
 * UTF-8 stays as it is, and what is not, a backslash included, is \xNN; so no
 * two strings look the same. A cut path begins, and other cut text ends, with
 * "..." in a line; in JSON NAME_truncated is true.
 */
#ifndef STARLSM_FORMAT_H
#define STARLSM_FORMAT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/decode.h"
#include "lib/msg_out.h"

/* An OUT_EVENT taken apart; points into the message. */
struct format_event {
	const struct msg_out_event *out;
	const struct event *ev;
	const void *rec;
	const char *exe, *parent_exe;	/* out's lengths; not ended by NUL */
	const char *path[OUT_PATHS_MAX];
	const char *sha256;
};

/* A line's longest: four escaped paths, a record, and what stands between. */
#define FORMAT_LINE_MAX	(4 * 5 * STARLSM_REC_MAX + 1024)

/* 0, or -1 if the message is not what it should be. */
int format_parse(const struct msg *m, struct format_event *fe);

/*
 * One line without a newline: time, guest, vCPU, sequence number, event,
 * executable[pid] and user, <- creator's, object. wall_ns is what is to be
 * added to CLOCK_MONOTONIC for the time of day. Returns its length.
 */
size_t format_line(const struct format_event *fe, int64_t wall_ns, bool is_coloured,
		   char *text, size_t size);

/*
 * time (ISO 8601, UTC), guest, domid, vcpu, seq, event, task {...}, then the
 * event's fields by their names; one that is also a name of ours is preceded
 * by the event's: lost_event. Addresses and masks are strings, a path's id is
 * the path; "?" if nobody told it, and then NAME_id is the id. Of exec and check,
 * sha256 is what the file holds, if that was told. NULL without memory.
 */
json_t *format_json(const struct format_event *fe, int64_t wall_ns);

/* Only those fields, into the object; -1 without memory. */
int format_json_fields(json_t *object, const struct format_event *fe);
/* A line's end: what was asked for. Returns its length. */
size_t format_object(const struct format_event *fe, char *text, size_t size);

/* The event's field i, as a line shows it. Returns its length. */
size_t format_value(const struct format_event *fe, unsigned int i, char *text, size_t size);

/* A guest's bytes as an escaped JSON string; NULL without memory. */
json_t *format_json_string(const char *bytes, size_t len);

/* A field of kind HASH: hexadecimal digits, null if it is empty; NULL without memory. */
json_t *format_json_hash(const char *bytes, size_t len);

/* CLOCK_MONOTONIC plus wall_ns: ISO 8601 in UTC for machines, 23:04:05.123456 for people */
void format_time_utc(int64_t mono_ns, int64_t wall_ns, char *text, size_t size);
void format_time_of_day(int64_t mono_ns, int64_t wall_ns, char *text, size_t size);

#endif /* STARLSM_FORMAT_H */
