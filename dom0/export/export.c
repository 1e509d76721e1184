// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the export's process: what the engine and starlsmd tell, handed on
 *
 *   export USER FILE WHAT MIB KEEP SOCKET WHAT JOURNALD METRICS EVERY
 *                           fd 3: starlsmd, fd 4: a subscription to the engine
 *
 * FILE, SOCKET and METRICS are paths, "" for what there is not to be; WHAT and
 * JOURNALD are enum export_what; EVERY is seconds. It becomes USER, with no file in
 * reach but below FILE's directory and METRICS, before it receives anything. It ends
 * with status 0 when the engine has closed its channel and the last lines are
 * written, or cannot be.
 *
 * Nobody waits for it: the engine drops what it does not take in time, and says how
 * much; starlsmd tells again in a second.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "export/figures.h"
#include "export/lines.h"
#include "export/metrics.h"
#include "export/ocsf_incident.h"
#include "export/sandbox.h"
#include "export/textfile.h"
#include "lib/drop.h"
#include "lib/incident_check.h"
#include "lib/landlock.h"
#include "lib/log.h"

#define NS_PER_S	1000000000LL
#define TICK_NS		NS_PER_S
/* For what waits when the engine has ended */
#define FAREWELL_NS	NS_PER_S
/* Datagrams before it looks at the time again, and writes */
#define TAKE_MAX	64

#define FILES_MAX	24
/* Lines that wait, a guest's counters, and what a line is made of */
#define MEMORY_MAX	(256ULL << 20)

struct shell {
	struct lines lines;
	struct figures figures;
	int metrics_fd;		/* its directory, -1: there are to be none */
	uint64_t every_s;
	int64_t metrics_ns;	/* when they are due */
	int metrics_err;	/* why they could not be written last, 0: they were */
	int64_t tick_ns;
	bool has_parent, has_engine;
};

static struct shell shell;
static char inbox[MSG_MAX] __attribute__((aligned(8)));

static int64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static void look_at_clock(struct shell *sh)
{
	sh->lines.now_ns = clock_ns(CLOCK_MONOTONIC);
	sh->lines.ocsf.wall_ns = clock_ns(CLOCK_REALTIME) - sh->lines.now_ns;
}

/*
 * starlsmd
 */

static void tell_state(struct shell *sh, const struct msg_figures *m, const char *before)
{
	struct lines *l = &sh->lines;

	if (strcmp(before, m->state))
		lines_give(l, ocsf_state(&l->ocsf, m, before, l->now_ns), EXPORT_FINDINGS);
}

static bool on_figures(struct shell *sh, const struct msg_figures *m)
{
	if (!figures_are_sane(m))
		return false;
	tell_state(sh, m, figures_take(&sh->figures, m));
	return true;
}

static void on_gone(struct shell *sh, const struct msg_gone *m)
{
	const struct figures_guest *g = figures_gone(&sh->figures, m->domid);
	struct msg_figures gone;

	if (!g || !g->last.msg.len)
		return;
	gone = g->last;
	strcpy(gone.state, "gone");
	tell_state(sh, &gone, g->last.state);
}

/* One message; false if there was none. */
static bool from_parent(struct shell *sh)
{
	const struct msg *m = (const void *)inbox;
	ssize_t n = msg_recv(MSG_FD_PARENT, inbox, sizeof(inbox), NULL);
	bool is_sane = n > 0;

	if (n < 0 && errno == EAGAIN)
		return false;
	if (n == 0 || (n < 0 && errno == ECONNRESET)) {
		sh->has_parent = false;
		return false;
	}
	if (is_sane && m->type == MSG_FIGURES)
		is_sane = on_figures(sh, (const void *)m);
	else if (is_sane && m->type == MSG_GONE)
		on_gone(sh, (const void *)m);
	else if (is_sane && m->type == MSG_JOURNAL)
		memcpy(&sh->figures.journal, m, sizeof(sh->figures.journal));
	else
		is_sane = false;
	if (!is_sane)
		fatal("starlsmd sent message %u, which it cannot mean", n < 0 ? 0 : m->type);
	return true;
}

/*
 * The engine
 */

static bool on_event(struct shell *sh, const struct msg *m)
{
	struct lines *l = &sh->lines;
	struct format_event fe;
	bool is_told;
	json_t *object;

	if (format_parse(m, &fe))
		return false;
	figures_event(&sh->figures, &fe);
	if (!lines_want_events(l))
		return true;
	object = ocsf_event(&l->ocsf, &fe, &is_told);
	if (is_told)
		lines_give(l, object, EXPORT_ALL);
	return true;
}

static bool on_incident(struct shell *sh, const struct msg *m)
{
	const struct msg_out_incident *in = (const void *)m;
	struct lines *l = &sh->lines;
	bool is_new;

	if (!incident_check(m))
		return false;
	is_new = figures_incident(&sh->figures, in);
	if (in->news != INCIDENT_NONE)
		lines_give(l, ocsf_detection(&l->ocsf, in, in->news), EXPORT_FINDINGS);
	lines_give(l, ocsf_incident(&l->ocsf, in, is_new, l->now_ns), EXPORT_FINDINGS);
	return true;
}

static void on_missed(struct shell *sh, const struct msg_out_missed *m)
{
	sh->figures.missed += m->count;
	log_warning("%llu events or incidents came faster than they could be handed on",
		    (unsigned long long)m->count);
	lines_missed(&sh->lines, m->count, "they came faster than they could be handed on");
}

static bool take(struct shell *sh, const struct msg *m)
{
	switch (m->type) {
	case MSG_OUT_EVENT:
		return on_event(sh, m);
	case MSG_OUT_INCIDENT:
		return on_incident(sh, m);
	case MSG_OUT_MISSED:
		on_missed(sh, (const void *)m);
		return true;
	default:
		return false;
	}
}

/* One message; false if there was none. */
static bool from_engine(struct shell *sh)
{
	ssize_t n = msg_recv(MSG_FD_PEER, inbox, sizeof(inbox), NULL);

	if (n < 0 && errno == EAGAIN)
		return false;
	if (n == 0 || (n < 0 && errno == ECONNRESET)) {
		sh->has_engine = false;
		return false;
	}
	/* It has been near the guests. */
	if (n < 0 || !take(sh, (const void *)inbox))
		fatal("the engine sent what is nothing to be handed on");
	return true;
}

/*
 * The loop
 */

static void tell_metrics_err(struct shell *sh, int err)
{
	if (err && err != sh->metrics_err)
		log_warning("the metrics cannot be written: %s; it is tried again",
			    strerror(err));
	if (!err && sh->metrics_err)
		log_notice("the metrics are written again");
	sh->metrics_err = err;
}

static void write_metrics(struct shell *sh)
{
	size_t len;
	char *text;

	if (sh->metrics_fd < 0 || sh->lines.now_ns < sh->metrics_ns)
		return;
	sh->metrics_ns = sh->lines.now_ns + sh->every_s * NS_PER_S;
	text = metrics_text(&sh->figures, sh->lines.way, sh->lines.n_ways, sh->lines.now_ns,
			    &len);
	tell_metrics_err(sh, text ? textfile_write(sh->metrics_fd, text, len) : ENOMEM);
	free(text);
}

static void tick(struct shell *sh)
{
	if (sh->lines.now_ns < sh->tick_ns)
		return;
	write_metrics(sh);
	sh->tick_ns = sh->lines.now_ns + TICK_NS;
}

static int until_tick_ms(const struct shell *sh)
{
	int64_t left = sh->tick_ns - sh->lines.now_ns;

	return left > 0 ? left / 1000000 + 1 : 0;
}

static void turn(struct shell *sh)
{
	struct pollfd p[] = {
		{ .fd = sh->has_parent ? MSG_FD_PARENT : -1, .events = POLLIN },
		{ .fd = sh->has_engine ? MSG_FD_PEER : -1, .events = POLLIN },
		{ .fd = outlet_waits(&sh->lines.peer.outlet) ? sh->lines.peer.fd : -1,
		  .events = POLLOUT },
	};

	if (poll(p, 3, until_tick_ms(sh)) < 0 && errno != EINTR)
		fatal("poll: %s", strerror(errno));
	look_at_clock(sh);
	for (int i = 0; i < TAKE_MAX && p[0].revents && from_parent(sh); i++)
		;
	for (int i = 0; i < TAKE_MAX && p[1].revents && from_engine(sh); i++)
		;
	lines_flush(&sh->lines);
	tick(sh);
}

static bool something_waits(const struct shell *sh)
{
	for (size_t i = 0; i < sh->lines.n_ways; i++)
		if (outlet_waits(sh->lines.way[i]))
			return true;
	return false;
}

/* The engine has ended, and has said all. */
static void end(struct shell *sh)
{
	int64_t end_ns = sh->lines.now_ns + FAREWELL_NS;

	sh->metrics_ns = sh->tick_ns = 0;
	do
		turn(sh);
	while (something_waits(sh) && sh->lines.now_ns < end_ns);
	for (size_t i = 0; i < sh->lines.n_ways; i++)
		if (sh->lines.way[i]->len)
			log_warning("%s %s did not take the last %zu bytes",
				    sh->lines.way[i]->name, sh->lines.way[i]->where,
				    sh->lines.way[i]->len);
}

/*
 * Start
 */

/*
 * A folder that is not there is made, and is the export's. One that is there stays
 * whose it is: the export has to be allowed to write in it.
 */
static int open_directory(const char *path, mode_t mode, const struct drop_ids *ids)
{
	bool is_new = !mkdir(path, mode);
	int fd;

	if (!is_new && errno != EEXIST)
		fatal("%s: %s", path, strerror(errno));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || (is_new && (fchmod(fd, mode) || fchown(fd, ids->uid, ids->gid))))
		fatal("%s: %s", path, strerror(errno));
	return fd;
}

static int open_folder_of(const char *path, const struct drop_ids *ids)
{
	char folder[256];
	const char *slash = strrchr(path, '/');
	size_t len = slash ? slash - path : 0;

	if (!slash || len >= sizeof(folder))
		fatal("%s is not the path of a file", path);
	memcpy(folder, path, len);
	folder[len] = 0;
	return open_directory(len ? folder : "/", 0750, ids);
}

static uint64_t number(const char *text, uint64_t max)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	if (!*text || *end || n > max)
		fatal("%s is not a number up to %llu", text, (unsigned long long)max);
	return n;
}

static void check_channels(void)
{
	if (fcntl(MSG_FD_PARENT, F_SETFL, O_NONBLOCK) ||
	    fcntl(MSG_FD_PEER, F_SETFL, O_NONBLOCK))
		fatal("started by hand? starlsmd starts this program");
}

enum { ARG_USER = 1, ARG_FILE, ARG_FILE_WHAT, ARG_MIB, ARG_KEEP, ARG_SOCKET, ARG_SOCKET_WHAT,
       ARG_JOURNALD, ARG_METRICS, ARG_EVERY, N_ARGS };

/* Returns how many directories it has. */
static size_t open_ways(struct shell *sh, char **argv, const struct drop_ids *ids, int *fds)
{
	enum export_what what = number(argv[ARG_FILE_WHAT], EXPORT_ALL);
	struct lines *l = &sh->lines;
	size_t n = 0;
	int err = 0;

	if (*argv[ARG_FILE]) {
		fds[n] = open_folder_of(argv[ARG_FILE], ids);
		err |= rotated_init(&l->file, fds[n++], argv[ARG_FILE],
				    number(argv[ARG_MIB], UINT32_MAX) << 20,
				    number(argv[ARG_KEEP], CONFIG_EXPORT_KEEP_MAX));
		lines_add_way(l, &l->file.outlet, what);
	}
	what = number(argv[ARG_SOCKET_WHAT], EXPORT_ALL);
	if (*argv[ARG_SOCKET]) {
		err |= peer_init(&l->peer, argv[ARG_SOCKET]);
		lines_add_way(l, &l->peer.outlet, what);
	}
	what = number(argv[ARG_JOURNALD], EXPORT_ALL);
	if (what) {
		err |= journald_init(&l->journald, JOURNALD_SOCKET);
		lines_add_way(l, &l->journald.outlet, what);
	}
	if (err)
		fatal("no memory");
	if (*argv[ARG_METRICS]) {
		fds[n] = open_directory(argv[ARG_METRICS], 0755, ids);
		sh->metrics_fd = fds[n++];
	}
	return n;
}

/* What a library would open later */
static void open_early(struct shell *sh)
{
	tzset();
	json_object_seed(0);
	if (gethostname(sh->lines.ocsf.host, sizeof(sh->lines.ocsf.host) - 1))
		fatal("gethostname: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	struct shell *sh = &shell;
	struct drop_ids ids;
	int fds[2];
	size_t n_fds;

	log_init("export");
	if (argc != N_ARGS)
		fatal("usage: export USER FILE WHAT MIB KEEP SOCKET WHAT JOURNALD METRICS EVERY; "
		      "starlsmd starts this program");
	signal(SIGPIPE, SIG_IGN);
	check_channels();
	/* The lock stays: two of them never write to one file. */
	close_range(MSG_FD_LOCK + 1, ~0U, 0);
	umask(0);
	drop_lookup(argv[ARG_USER], &ids);
	sh->metrics_fd = -1;
	sh->every_s = number(argv[ARG_EVERY], CONFIG_EXPORT_EVERY_MAX_S);
	sh->has_parent = sh->has_engine = true;
	n_fds = open_ways(sh, argv, &ids, fds);
	open_early(sh);
	drop_limits(FILES_MAX, MEMORY_MAX);
	drop_to(&ids);
	if (!landlock_directories(fds, n_fds))
		log_warning("this kernel has no Landlock: only the export's user bounds it");
	sandbox_enter();
	look_at_clock(sh);
	while (sh->has_engine)
		turn(sh);
	end(sh);
	_exit(0);
}
