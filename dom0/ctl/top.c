// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl top: the terminal and the clock around a board
 */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* its bool is a char */
#define NCURSES_ENABLE_STDBOOL_H 1
#include <curses.h>
#include <term.h>

#include "ctl/board.h"
#include "ctl/client.h"
#include "ctl/ctl.h"
#include "lib/decode.h"

#define NS_PER_MS	1000000LL
#define LOOK_MS		1000	/* from one sample to the next */
#define PATIENCE_MS	1000	/* with a starlsmd that does not answer; keys wait as long */

static const char * const keys[] = {
	"n name  e events/s  a lag  l lost  f findings  i incidents  b beat  r reverse",
	"p pause the screen  arrows, page up and down scroll  q quit",
};

struct top {
	const char *socket;
	struct board board;
	char error[256];	/* why there is no sample now, escaped; "" if there is */
	int64_t since_ns;	/* when that began */
	char sampled[16];	/* time of day of the last sample */
	bool is_held;		/* the screen is paused */
	size_t first;		/* guest on the first line */
	size_t n_lines;		/* for guests, on the screen as it is */
};

static volatile sig_atomic_t is_ended;

static void on_signal(int number)
{
	(void)number;
	is_ended = 1;
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

/*
 * Samples
 */

static void take_incidents(struct top *t)
{
	static char inbox[MSG_MAX] __attribute__((aligned(8)));
	const struct timeval patience = { .tv_sec = PATIENCE_MS / 1000 };
	struct client_answer answer = { .patience_ms = PATIENCE_MS };
	ssize_t n = -1;

	if (client_try(t->socket, REQUEST_INCIDENTS, &answer) || answer.fd < 0)
		return;
	board_incidents_begin(&t->board);
	setsockopt(answer.fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	while ((n = msg_recv(answer.fd, inbox, sizeof(inbox), NULL)) > 0)
		if (board_incident(&t->board, (const struct msg *)inbox))
			break;
	board_incidents_end(&t->board, n == 0);
	close(answer.fd);
}

static void note_time(struct top *t)
{
	time_t now = time(NULL);
	struct tm tm;

	strftime(t->sampled, sizeof(t->sampled), "%H:%M:%S", localtime_r(&now, &tm));
}

/* Returns an exit status; t->error says why. */
static int look(struct top *t)
{
	struct client_answer answer = { .patience_ms = PATIENCE_MS };
	int rc = client_try(t->socket, REQUEST_STATUS, &answer);

	if (answer.fd >= 0)
		close(answer.fd);
	if (!rc && board_take(&t->board, answer.text, now_ns())) {
		strcpy(answer.error, "starlsmd is of another version");
		rc = CTL_FAILED;
	}
	if (rc) {
		if (!*t->error)
			t->since_ns = now_ns();
		decode_escape(answer.error, strlen(answer.error), t->error, sizeof(t->error));
		return rc;
	}
	*t->error = 0;
	note_time(t);
	take_incidents(t);
	return CTL_OK;
}

/*
 * One screen, for scripts
 */

static int print_once(struct top *t)
{
	const char *env = getenv("COLUMNS");
	int wanted = env ? atoi(env) : 0;
	unsigned int width = wanted > BOARD_WIDTH ? wanted : BOARD_WIDTH;
	char line[BOARD_LINE_MAX];
	int rc = look(t);

	/* rates are of two samples */
	if (!rc) {
		nanosleep(&(struct timespec){ .tv_sec = LOOK_MS / 1000 }, NULL);
		rc = look(t);
	}
	if (rc) {
		fprintf(stderr, "starlsmctl: %s\n", t->error);
		return rc;
	}
	board_summary(&t->board, width, line);
	puts(line);
	for (unsigned int i = 0; i < t->board.n_notices; i++)
		puts(t->board.notice[i]);
	board_heading(&t->board, width, line);
	puts(line);
	for (size_t i = 0; i < t->board.n; i++) {
		board_line(&t->board, i, width, line);
		puts(line);
	}
	return CTL_OK;
}

/*
 * The screen
 */

enum { PAIR_ALARM = 1, PAIR_WARN };

static const attr_t moods[] = {
	[BOARD_CALM] = A_NORMAL, [BOARD_WARN] = A_BOLD, [BOARD_ALARM] = A_BOLD,
};

static void put_line(int y, attr_t attributes, const char *line)
{
	attrset(attributes);
	mvaddnstr(y, 0, line, -1);
	attrset(A_NORMAL);
}

static attr_t attributes_of(enum board_mood mood)
{
	if (!has_colors())
		return moods[mood];
	return moods[mood] | COLOR_PAIR(mood == BOARD_ALARM ? PAIR_ALARM :
					mood == BOARD_WARN ? PAIR_WARN : 0);
}

/* Above the table; returns the line below it. */
static int draw_top(const struct top *t)
{
	char line[BOARD_LINE_MAX], head[BOARD_LINE_MAX + 64];
	int y = 0;

	board_summary(&t->board, BOARD_LINE_MAX - 1, line);
	snprintf(head, sizeof(head), "%s  %s%s", *t->sampled ? t->sampled : "--:--:--", line,
		 t->is_held ? "  PAUSED" : "");
	put_line(y++, A_BOLD, head);
	if (*t->error) {
		snprintf(head, sizeof(head), "no answer for %lld s, trying again: %s",
			 (long long)((now_ns() - t->since_ns) / 1000000000), t->error);
		put_line(y++, attributes_of(BOARD_ALARM) | A_REVERSE, head);
	}
	for (unsigned int i = 0; i < t->board.n_notices; i++)
		put_line(y++, attributes_of(BOARD_WARN), t->board.notice[i]);
	return y;
}

static void draw_keys(void)
{
	put_line(LINES - 2, A_DIM, keys[0]);
	put_line(LINES - 1, A_DIM, keys[1]);
}

static size_t page(int y)
{
	int left = LINES - y - 3;

	return left > 0 ? left : 0;
}

static void draw(struct top *t)
{
	unsigned int width = COLS > BOARD_WIDTH ? COLS : BOARD_WIDTH;
	char line[BOARD_LINE_MAX];
	size_t n, i;
	int y;

	erase();
	y = draw_top(t);
	n = t->n_lines = page(y);
	if (t->first + n > t->board.n)
		t->first = t->board.n > n ? t->board.n - n : 0;
	board_heading(&t->board, width, line);
	put_line(y++, A_REVERSE, line);
	for (i = t->first; i < t->board.n && i - t->first < n; i++, y++) {
		board_line(&t->board, i, width, line);
		put_line(y, *t->error ? A_DIM : attributes_of(board_mood(&t->board.row[i])), line);
	}
	if (!t->board.n && *t->sampled)
		put_line(y, A_NORMAL, "no guest is observed");
	draw_keys();
	refresh();
}

/*
 * Keys
 */

static void sort_by(struct top *t, enum board_key key)
{
	board_sort(&t->board, key, false);
	t->first = 0;
}

static void scroll_by(struct top *t, long n)
{
	if (n < 0 && t->first < (size_t)-n)
		t->first = 0;
	else
		t->first += n;
}

static const struct {
	int key;
	enum board_key order;
} orders[] = {
	{ 'n', BOARD_NAME }, { 'e', BOARD_EVENTS }, { 'a', BOARD_LAG }, { 'l', BOARD_LOST },
	{ 'f', BOARD_FINDINGS }, { 'i', BOARD_INCIDENTS }, { 'b', BOARD_BEAT },
};

/* false: the end */
static bool on_key(struct top *t, int key)
{
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (key == orders[i].key)
			sort_by(t, orders[i].order);
	switch (key) {
	case 'q':
		return false;
	case 'r':
		board_sort(&t->board, t->board.key, !t->board.is_reversed);
		break;
	case 'p':
		t->is_held = !t->is_held;
		break;
	case KEY_UP:
		scroll_by(t, -1);
		break;
	case KEY_DOWN:
		scroll_by(t, 1);
		break;
	case KEY_PPAGE:
		scroll_by(t, -(long)t->n_lines);
		break;
	case KEY_NPAGE:
		scroll_by(t, t->n_lines);
		break;
	case KEY_HOME:
		t->first = 0;
		break;
	case KEY_END:
		t->first = t->board.n;
		break;
	}
	return true;
}

/* Until then, or a key, or another size; false: the end, also of the terminal. */
static bool wait_for_keys(struct top *t, int64_t until_ns)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	int64_t left = (until_ns - now_ns()) / NS_PER_MS;
	int key;

	if (poll(&p, 1, left > 0 ? left + 1 : 0) < 0 && errno != EINTR)
		return false;
	if (is_ended || p.revents & (POLLHUP | POLLERR | POLLNVAL))
		return false;
	while ((key = getch()) != ERR)
		if (!on_key(t, key))
			return false;
	return true;
}

static void run(struct top *t)
{
	int64_t next_ns = 0;

	do {
		if (now_ns() >= next_ns) {
			if (!t->is_held)
				look(t);
			next_ns = now_ns() + LOOK_MS * NS_PER_MS;
		}
		draw(t);
	} while (wait_for_keys(t, next_ns));
}

/*
 * The terminal
 */

static int refuse(const char *why)
{
	fprintf(stderr, "starlsmctl: %s; --once prints one screen as text\n", why);
	return CTL_FAILED;
}

/* One that can show a screen at all */
static int check_terminal(void)
{
	char why[128];
	const char *name = getenv("TERM");
	int err;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return refuse("top needs a terminal");
	if (setupterm(NULL, STDOUT_FILENO, &err) == ERR) {
		snprintf(why, sizeof(why), "the terminal %.64s is not known here (TERM)",
			 name && *name ? name : "without a name");
		return refuse(why);
	}
	if (!cursor_address || !clear_screen) {
		snprintf(why, sizeof(why), "the terminal %.64s cannot show a screen (TERM)", name);
		return refuse(why);
	}
	return CTL_OK;
}

/* Before ncurses, which would leave those alone that have a handler */
static void take_signals(void)
{
	const struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
}

static void set_up_screen(void)
{
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, true);
	nodelay(stdscr, true);
	set_escdelay(50);
	curs_set(0);
	if (!has_colors())
		return;
	start_color();
	use_default_colors();
	init_pair(PAIR_ALARM, COLOR_RED, -1);
	init_pair(PAIR_WARN, COLOR_YELLOW, -1);
}

static int show_screen(struct top *t)
{
	SCREEN *screen;
	int rc = check_terminal();

	if (!rc) {
		rc = look(t);
		if (rc)
			fprintf(stderr, "starlsmctl: %s\n", t->error);
	}
	if (rc)
		return rc;
	take_signals();
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return refuse("the terminal cannot be used");
	set_up_screen();
	run(t);
	endwin();
	delscreen(screen);
	return CTL_OK;
}

int ctl_top(const struct ctl_options *opt)
{
	struct top t = { .socket = opt->socket };
	int rc;

	setlocale(LC_CTYPE, "");
	rc = opt->is_once ? print_once(&t) : show_screen(&t);
	board_free(&t.board);
	return rc;
}
