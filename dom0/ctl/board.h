/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the guests as `starlsmctl top` shows them: figures, order, lines
 *
 * Pure: samples of the status and the time go in, lines of text come out. Rates are
 * of the last two samples. Everything that is text is escaped, and cut to its
 * columns by what a terminal of the current locale takes for it.
 */
#ifndef STARLSM_BOARD_H
#define STARLSM_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/msg.h"

#define BOARD_WIDTH	80	/* what the lines take at least */
#define BOARD_WIDE	110	/* from here on there are more columns */
#define BOARD_LINE_MAX	2048
#define BOARD_NOTICES	3
#define BOARD_UNKNOWN	(-1)	/* a figure that is not there (yet) */

enum board_key { BOARD_NAME, BOARD_EVENTS, BOARD_LAG, BOARD_LOST, BOARD_FINDINGS,
		 BOARD_INCIDENTS, BOARD_BEAT, BOARD_KEYS };

enum board_mood { BOARD_CALM, BOARD_WARN, BOARD_ALARM };

/* A guest; figures may be BOARD_UNKNOWN. */
struct board_row {
	uint32_t domid;
	char name[4 * MSG_NAME_MAX];	/* escaped */
	char state[32];
	int64_t events, lost;		/* that its reader has read, and was told of */
	int64_t rate;			/* events a second */
	int64_t waiting;		/* bytes in its rings */
	int64_t lag_us;
	int64_t findings;
	int64_t incidents;		/* neither contained nor closed */
	int64_t beat_ms;		/* since the last heartbeat */
	int64_t rtt_us;
	uint32_t n_counted;		/* incidents, so far */
	bool is_losing;			/* more is lost than a sample ago */
	bool is_broken;			/* it was given up, or there is a reason why it is not read */
};

struct board {
	struct board_row *row;		/* n, in the order they are shown in */
	size_t n;
	int64_t taken_ns;		/* CLOCK_MONOTONIC of the last sample, 0: none yet */
	enum board_key key;
	bool is_reversed;
	char notice[BOARD_NOTICES][256];	/* what is not as it should be; escaped */
	unsigned int n_notices;
};

/* One of zeroes is empty. */
void board_free(struct board *b);

/* A sample: the answer to REQUEST_STATUS. Returns -1 if it is none, and all stays. */
int board_take(struct board *b, const char *status, int64_t now_ns);

/*
 * The incidents there are: begin, each of them, end; with nothing else between, for
 * until the end the order is another. board_incident() returns -1 if it is none. The
 * numbers stay as they were if those were not all.
 */
void board_incidents_begin(struct board *b);
int board_incident(struct board *b, const struct msg *m);
void board_incidents_end(struct board *b, bool is_whole);

/*
 * The largest first, names in their order, or the other way round; what is not known
 * comes last in both.
 */
void board_sort(struct board *b, enum board_key key, bool is_reversed);

/*
 * Lines that take up to width columns (at least BOARD_WIDTH), ended by NUL, without a
 * newline: all guests together; headings; guest i.
 */
void board_summary(const struct board *b, unsigned int width, char line[BOARD_LINE_MAX]);
void board_heading(const struct board *b, unsigned int width, char line[BOARD_LINE_MAX]);
void board_line(const struct board *b, size_t i, unsigned int width, char line[BOARD_LINE_MAX]);

/* Has somebody to look at it? */
enum board_mood board_mood(const struct board_row *row);

#endif /* STARLSM_BOARD_H */
