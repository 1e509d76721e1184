// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the guests as `starlsmctl top` shows them: figures, order, lines
 */
#include "ctl/board.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "ctl/value.h"
#include "lib/decode.h"
#include "lib/msg_out.h"

#define NS_PER_S	1000000000LL
#define NAME_MIN	15
#define NAME_MAX_WIDE	40

void board_free(struct board *b)
{
	free(b->row);
	b->row = NULL;
	b->n = 0;
}

/*
 * Samples
 */

static void take_text(char *to, size_t size, const json_t *object, const char *key)
{
	const char *text = value_text(object, key);

	decode_escape(text, strlen(text), to, size);
}

static int64_t number_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? (int64_t)json_number_value(value) : BOARD_UNKNOWN;
}

/* A time that is 0 has not been measured yet. */
static int64_t time_of(const json_t *object, const char *key)
{
	double value = json_number_value(json_object_get(object, key));

	return value > 0 ? (int64_t)(value + 0.5) : BOARD_UNKNOWN;
}

static int by_domid(const void *left, const void *right)
{
	const struct board_row *a = left, *b = right;

	return (a->domid > b->domid) - (a->domid < b->domid);
}

/* For row_of(), as long as it is not sorted otherwise */
static void sort_by_domid(struct board *b)
{
	if (b->n)
		qsort(b->row, b->n, sizeof(*b->row), by_domid);
}

static struct board_row *row_of(const struct board *b, uint32_t domid)
{
	const struct board_row key = { .domid = domid };

	return b->n ? bsearch(&key, b->row, b->n, sizeof(key), by_domid) : NULL;
}

/* Counters begin anew with each reader: then there is no rate this time. */
static void take_rates(struct board_row *row, const struct board_row *before, int64_t ns)
{
	row->rate = row->incidents = BOARD_UNKNOWN;
	if (!before)
		return;
	row->incidents = before->incidents;
	row->is_losing = row->lost > before->lost && before->lost >= 0;
	if (ns > 0 && before->events >= 0 && row->events >= before->events)
		row->rate = ((row->events - before->events) * (double)NS_PER_S) / ns + 0.5;
}

static void take_guest(struct board_row *row, const json_t *guest)
{
	const char *error = value_text(guest, "error");

	row->domid = number_of(guest, "domid");
	take_text(row->name, sizeof(row->name), guest, "name");
	take_text(row->state, sizeof(row->state), guest, "state");
	row->events = number_of(guest, "events");
	row->lost = number_of(guest, "lost");
	row->waiting = number_of(guest, "backlog");
	row->lag_us = time_of(guest, "lag_us");
	row->findings = number_of(json_object_get(guest, "introspection"), "findings");
	row->beat_ms = number_of(guest, "heartbeat_age_ms");
	row->rtt_us = time_of(guest, "rtt_us");
	row->is_broken = *error && strcmp(error, "ok");
}

static void note(struct board *b, const char *what, const char *why)
{
	char text[160];

	decode_escape(why, strlen(why), text, sizeof(text));
	snprintf(b->notice[b->n_notices++], sizeof(b->notice[0]), "%s%s", what, text);
}

/* The same that `status` says */
static void take_notices(struct board *b, const json_t *daemon)
{
	const json_t *journal = json_object_get(daemon, "journal");
	const char *state = value_text(journal, "state");
	char lost[32];

	b->n_notices = 0;
	if (!strcmp(state, "stopped"))
		note(b, "THE JOURNAL HAS STOPPED: ", value_text(journal, "error"));
	else if (*state && strcmp(state, "running"))
		note(b, "THERE IS NO JOURNAL NOW: see the log of starlsmd", "");
	if (number_of(journal, "lost") > 0) {
		snprintf(lost, sizeof(lost), "%" PRId64, number_of(journal, "lost"));
		note(b, "entries that the journal lost: ", lost);
	}
	if (json_is_true(json_object_get(daemon, "dry_run")))
		note(b, "dry-run is on: what is decided is not done", "");
}

static int take_status(struct board *b, const json_t *status, int64_t now_ns)
{
	const json_t *guests = json_object_get(status, "guests"), *guest;
	struct board_row *rows = calloc(json_array_size(guests) + 1, sizeof(*rows));
	size_t i;

	if (!rows || !json_is_array(guests)) {
		free(rows);
		return -1;
	}
	sort_by_domid(b);
	json_array_foreach(guests, i, guest) {
		take_guest(&rows[i], guest);
		take_rates(&rows[i], row_of(b, rows[i].domid), now_ns - b->taken_ns);
	}
	free(b->row);
	b->row = rows;
	b->n = json_array_size(guests);
	b->taken_ns = now_ns;
	take_notices(b, json_object_get(status, "daemon"));
	board_sort(b, b->key, b->is_reversed);
	return 0;
}

int board_take(struct board *b, const char *status, int64_t now_ns)
{
	json_t *object = json_loads(status, 0, NULL);
	int rc = take_status(b, object, now_ns);

	json_decref(object);
	return rc;
}

/*
 * Incidents
 */

void board_incidents_begin(struct board *b)
{
	for (size_t i = 0; i < b->n; i++)
		b->row[i].n_counted = 0;
	sort_by_domid(b);
}

int board_incident(struct board *b, const struct msg *m)
{
	const struct msg_out_incident *in = (const void *)m;
	struct board_row *row;

	if (m->type != MSG_OUT_INCIDENT || m->len != sizeof(*in))
		return -1;
	row = row_of(b, in->domid);
	if (row && in->state != INCIDENT_CONTAINED && in->state != INCIDENT_CLOSED)
		row->n_counted++;
	return 0;
}

void board_incidents_end(struct board *b, bool is_whole)
{
	for (size_t i = 0; is_whole && i < b->n; i++)
		b->row[i].incidents = b->row[i].n_counted;
	board_sort(b, b->key, b->is_reversed);
}

/*
 * Order
 */

static int64_t figure(const struct board_row *row, enum board_key key)
{
	switch (key) {
	case BOARD_EVENTS:
		return row->rate;
	case BOARD_LAG:
		return row->lag_us;
	case BOARD_LOST:
		return row->lost;
	case BOARD_FINDINGS:
		return row->findings;
	case BOARD_INCIDENTS:
		return row->incidents;
	case BOARD_BEAT:
		return row->beat_ms;
	default:
		return 0;
	}
}

static int by_name(const struct board_row *a, const struct board_row *b)
{
	int order = strcmp(a->name, b->name);

	return order ? order : (a->domid > b->domid) - (a->domid < b->domid);
}

static int by_key(const void *left, const void *right, void *arg)
{
	const struct board_row *a = left, *b = right;
	const struct board *board = arg;
	int64_t x = figure(a, board->key), y = figure(b, board->key);
	int sign = board->is_reversed ? -1 : 1;

	if (board->key == BOARD_NAME)
		return sign * by_name(a, b);
	if (x == y)
		return by_name(a, b);
	if (x < 0 || y < 0)
		return x < 0 ? 1 : -1;
	return sign * (x < y ? 1 : -1);
}

void board_sort(struct board *b, enum board_key key, bool is_reversed)
{
	b->key = key;
	b->is_reversed = is_reversed;
	if (b->n)
		qsort_r(b->row, b->n, sizeof(*b->row), by_key, b);
}

/*
 * Cells
 */

/* At most 7 columns: 99999, 123.4k, 99.9M */
static void format_count(int64_t n, char text[32])
{
	static const char units[] = "kMGTPE";
	double value = n;
	int unit = -1;

	if (n < 0)
		strcpy(text, "-");
	else if (n < 100000)
		snprintf(text, 32, "%" PRId64, n);
	else {
		while (value >= 999.95) {
			value /= 1000;
			unit++;
		}
		snprintf(text, 32, "%.1f%c", value, units[unit]);
	}
}

/* At most 6 columns */
static void format_us(int64_t us, char text[32])
{
	double ms = us / 1000.0;

	if (us < 0)
		strcpy(text, "-");
	else if (ms < 9.995)
		snprintf(text, 32, "%.2fms", ms);
	else if (ms < 999.5)
		snprintf(text, 32, "%.0fms", ms);
	else if (ms < 99950)
		snprintf(text, 32, "%.1fs", ms / 1000);
	else if (ms < 99.5 * 60000)
		snprintf(text, 32, "%.0fmin", ms / 60000);
	else if (ms < 999.5 * 3600000)
		snprintf(text, 32, "%.0fh", ms / 3600000);
	else
		strcpy(text, ">999h");
}

/* The character there: its bytes and columns; what the locale cannot show is one '?'. */
static size_t next_character(const char *at, int *columns, const char **shown)
{
	mbstate_t state = { 0 };
	wchar_t c;
	size_t n = mbrtowc(&c, at, strlen(at), &state);

	*shown = at;
	*columns = n && n < (size_t)-2 ? wcwidth(c) : -1;
	if (*columns >= 0)
		return n;
	*shown = "?";
	*columns = 1;
	return 1;
}

/* Text in so many columns, and a blank; what does not fit ends with '~'. */
static void add_cell(char *line, const char *text, int columns, bool is_right)
{
	size_t used = strlen(line), from = used;
	int taken = 0, width;
	const char *shown;

	while (*text && used + 8 < BOARD_LINE_MAX) {
		size_t n = next_character(text, &width, &shown);
		size_t len = *shown == '?' ? 1 : n;

		if (taken + width > columns - (text[n] != 0)) {
			line[used++] = '~';
			taken++;
			break;
		}
		memcpy(line + used, shown, len);
		used += len;
		text += n;
		taken += width;
	}
	if (used + columns - taken + 2 > BOARD_LINE_MAX)
		columns = taken;
	if (is_right) {
		memmove(line + from + columns - taken, line + from, used - from);
		memset(line + from, ' ', columns - taken);
	} else {
		memset(line + used, ' ', columns - taken);
	}
	used += columns - taken;
	line[used++] = ' ';
	line[used] = 0;
}

/*
 * Columns
 */

enum cell { CELL_NAME, CELL_DOMID, CELL_STATE, CELL_RATE, CELL_EVENTS, CELL_WAITING, CELL_LAG,
	    CELL_LOST, CELL_FINDINGS, CELL_INCIDENTS, CELL_BEAT, CELL_RTT, CELLS };

static const struct column {
	const char *heading;
	int columns;
	bool is_wide;		/* only if there is room */
	enum board_key key;	/* that it is sorted by, BOARD_KEYS: none */
} columns[] = {
	[CELL_NAME] = { "GUEST", NAME_MIN, false, BOARD_NAME },
	[CELL_DOMID] = { "DOMID", 5, true, BOARD_KEYS },
	[CELL_STATE] = { "STATE", 12, false, BOARD_KEYS },
	[CELL_RATE] = { "EVENTS/S", 9, false, BOARD_EVENTS },
	[CELL_EVENTS] = { "EVENTS", 7, true, BOARD_KEYS },
	[CELL_WAITING] = { "WAITING", 7, false, BOARD_KEYS },
	[CELL_LAG] = { "LAG", 6, false, BOARD_LAG },
	[CELL_LOST] = { "LOST", 7, false, BOARD_LOST },
	[CELL_FINDINGS] = { "FIND", 5, false, BOARD_FINDINGS },
	[CELL_INCIDENTS] = { "INC", 4, false, BOARD_INCIDENTS },
	[CELL_BEAT] = { "BEAT", 6, false, BOARD_BEAT },
	[CELL_RTT] = { "RTT", 6, true, BOARD_KEYS },
};

static void cell_text(const struct board_row *row, enum cell cell, char text[32])
{
	switch (cell) {
	case CELL_DOMID:
		snprintf(text, 32, "%u", row->domid);
		break;
	case CELL_RATE:
		format_count(row->rate, text);
		break;
	case CELL_EVENTS:
		format_count(row->events, text);
		break;
	case CELL_WAITING:
		format_count(row->waiting, text);
		break;
	case CELL_LAG:
		format_us(row->lag_us, text);
		break;
	case CELL_LOST:
		format_count(row->lost, text);
		break;
	case CELL_FINDINGS:
		format_count(row->findings, text);
		break;
	case CELL_INCIDENTS:
		format_count(row->incidents, text);
		break;
	case CELL_BEAT:
		format_us(row->beat_ms < 0 ? row->beat_ms : row->beat_ms * 1000, text);
		break;
	default:
		format_us(row->rtt_us, text);
	}
}

static bool is_shown(enum cell cell, unsigned int width)
{
	return !columns[cell].is_wide || width >= BOARD_WIDE;
}

/* Names get what is left over. */
static int columns_of(enum cell cell, unsigned int width)
{
	int left = width;

	if (cell != CELL_NAME)
		return columns[cell].columns;
	for (int i = CELL_NAME + 1; i < CELLS; i++)
		if (is_shown(i, width))
			left -= columns[i].columns + 1;
	if (left < NAME_MIN)
		return NAME_MIN;
	return left < NAME_MAX_WIDE ? left : NAME_MAX_WIDE;
}

static void end_line(char *line)
{
	size_t len = strlen(line);

	while (len && line[len - 1] == ' ')
		line[--len] = 0;
}

void board_heading(const struct board *b, unsigned int width, char line[BOARD_LINE_MAX])
{
	char text[32];

	*line = 0;
	for (int i = 0; i < CELLS; i++) {
		const char *mark = b->is_reversed ? "^" : "v";

		if (!is_shown(i, width))
			continue;
		snprintf(text, sizeof(text), "%s%s", columns[i].key == b->key ? mark : "",
			 columns[i].heading);
		add_cell(line, text, columns_of(i, width), i != CELL_NAME && i != CELL_STATE);
	}
	end_line(line);
}

void board_line(const struct board *b, size_t i, unsigned int width, char line[BOARD_LINE_MAX])
{
	const struct board_row *row = &b->row[i];
	char text[32];

	*line = 0;
	for (int cell = 0; cell < CELLS; cell++) {
		if (!is_shown(cell, width))
			continue;
		if (cell == CELL_NAME || cell == CELL_STATE) {
			add_cell(line, cell == CELL_NAME ? row->name : row->state,
				 columns_of(cell, width), false);
			continue;
		}
		cell_text(row, cell, text);
		add_cell(line, text, columns_of(cell, width), true);
	}
	end_line(line);
}

static void add_known(int64_t *sum, int64_t n)
{
	if (n >= 0)
		*sum = *sum < 0 ? n : *sum + n;
}

void board_summary(const struct board *b, unsigned int width, char line[BOARD_LINE_MAX])
{
	int64_t sum[] = { BOARD_UNKNOWN, BOARD_UNKNOWN, BOARD_UNKNOWN, BOARD_UNKNOWN };
	char text[4][32];

	for (size_t i = 0; i < b->n; i++) {
		add_known(&sum[0], b->row[i].rate);
		add_known(&sum[1], b->row[i].lost);
		add_known(&sum[2], b->row[i].findings);
		add_known(&sum[3], b->row[i].incidents);
	}
	for (int i = 0; i < 4; i++)
		format_count(sum[i], text[i]);
	if (width >= BOARD_LINE_MAX)
		width = BOARD_LINE_MAX - 1;
	snprintf(line, width + 1, "%zu guest%s  %s events/s  %s lost  %s findings  %s incidents",
		 b->n, b->n == 1 ? "" : "s", text[0], text[1], text[2], text[3]);
}

enum board_mood board_mood(const struct board_row *row)
{
	if (row->incidents > 0 || row->findings > 0 || row->is_broken)
		return BOARD_ALARM;
	return row->is_losing || strcmp(row->state, "streaming") ? BOARD_WARN : BOARD_CALM;
}
