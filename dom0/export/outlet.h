/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a way out for lines: what waits, what was dropped, what went wrong
 *
 * A line is never cut and never waited for. What the way takes not yet waits in a
 * buffer; when that is full, lines are dropped and counted, and the next one that
 * finds room comes behind one that says how many are missing. Going wrong is said
 * once in the log, and so is going on; it is tried again every OUTLET_RETRY_NS.
 */
#ifndef STARLSM_OUTLET_H
#define STARLSM_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A second of some thousand lines; the longest line there is fits several times. */
#define OUTLET_BYTES	(1u << 20)
#define OUTLET_RETRY_NS	1000000000LL

struct outlet;

/*
 * Write of buf what it takes: how many bytes, or a negative errno; -EAGAIN: later,
 * and nothing is wrong. is_line: buf begins with the beginning of a line. *anew:
 * what was written of the first line is gone, it is to come again from its beginning.
 */
typedef ssize_t (*outlet_write_fn)(struct outlet *o, const char *buf, size_t len, bool is_line,
				   bool *anew);

struct outlet {
	const char *name;	/* "file", "socket": set by its maker, as are */
	const char *where;	/* for the log */
	outlet_write_fn write;
	char *buf;		/* OUTLET_BYTES: whole lines, but for the first one's beginning */
	size_t len;
	size_t written;		/* of the first line, which is still in buf as a whole */
	uint64_t missing;	/* lines dropped since it was last told */
	int err;		/* it takes nothing, and why; 0: it does */
	int64_t retry_ns;	/* not before: CLOCK_MONOTONIC */
	/* Counters */
	uint64_t lines, dropped, failures, bytes;
};

/* 0, or -1 without memory. */
int outlet_init(struct outlet *o, const char *name, const char *where, outlet_write_fn write);
void outlet_free(struct outlet *o);

/* Is there room for len bytes more? */
bool outlet_has_room(const struct outlet *o, size_t len);

/* A line that finds no room: it is missing, until that is told. */
void outlet_drop(struct outlet *o);

/* A line, with its newline, or a drop. */
void outlet_add(struct outlet *o, const char *line, size_t len);

/* Write what it takes. */
void outlet_flush(struct outlet *o, int64_t now_ns);

/* Does something wait for it to take it, with nothing wrong? */
bool outlet_waits(const struct outlet *o);

#endif /* STARLSM_OUTLET_H */
