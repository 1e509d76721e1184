// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the journal's process: channels and the clock around the recorder
 *
 *   journal DIRECTORY USER MIB DAYS INCIDENTS     fd 3: starlsmd, fd 4: the engine
 *
 * It becomes USER, with no file in reach but below DIRECTORY and INCIDENTS, which it
 * has open, before it receives anything. MIB and DAYS bound what is kept of each guest.
 * The key that segments are signed with is starlsmd's; here are only hashes. It ends
 * with status 0 when the engine has closed its channel and the last seals are written.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "journal/kept.h"
#include "journal/recorder.h"
#include "journal/sandbox.h"
#include "lib/drop.h"
#include "lib/landlock.h"
#include "lib/log.h"
#include "lib/msg.h"

#define NS_PER_S	1000000000LL
#define TICK_NS		NS_PER_S
/* For the last signatures: starlsmd waits a second longer before it ends */
#define FAREWELL_NS	(2 * NS_PER_S)
/* Datagrams before it looks at the time again */
#define TAKE_MAX	64

/* A stream has a folder, a file, and one in passing; the standard ones, channels */
#define FILES_MAX	(2 * (RECORDER_STREAMS_MAX + 1) + 16)
/* A stream has 256 KiB of entries and as much of dictionaries; a segment to look at */
#define MEMORY_MAX	(1ULL << 30)

struct shell {
	struct recorder recorder;
	int64_t tick_ns;	/* the next one */
	bool has_parent, has_engine;
};

static char inbox[MSG_MAX] __attribute__((aligned(8)));

static int64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static void look_at_clock(struct shell *sh)
{
	recorder_now(&sh->recorder, clock_ns(CLOCK_MONOTONIC), clock_ns(CLOCK_REALTIME));
}

/*
 * starlsmd
 */

/* As many as it takes now; the others at the next turn. */
static void ask_for_seals(struct shell *sh)
{
	struct store_sealing *w;
	struct msg_seal m;

	while (sh->has_parent && (w = store_to_ask(&sh->recorder.store, &m))) {
		if (msg_send(MSG_FD_PARENT, &m.msg, -1))
			return;
		w->is_asked = true;
	}
}

static void tell_figures(const struct shell *sh)
{
	const struct msg_journal m = recorder_figures(&sh->recorder);

	/* If it does not fit now, there is another one in a second. */
	if (sh->has_parent)
		msg_send(MSG_FD_PARENT, &m.msg, -1);
}

static void from_parent(struct shell *sh)
{
	struct msg_sealed m;
	ssize_t n = msg_recv(MSG_FD_PARENT, &m, sizeof(m), NULL);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n == 0 || (n < 0 && errno == ECONNRESET)) {
		/* Killed: what cannot be signed now is when a journal begins again. */
		sh->has_parent = false;
		return;
	}
	if (n < 0 || m.msg.type != MSG_SEALED || store_sealed(&sh->recorder.store, &m))
		fatal("starlsmd sent message %u, which it cannot mean", n < 0 ? 0 : m.msg.type);
	recorder_sealed(&sh->recorder);
}

/*
 * The engine
 */

/* One message; false if there was none. */
static bool from_engine(struct shell *sh)
{
	const struct msg *m = (const void *)inbox;
	ssize_t n = msg_recv(MSG_FD_PEER, inbox, sizeof(inbox), NULL);

	if (n < 0 && errno == EAGAIN)
		return false;
	if (n == 0 || (n < 0 && errno == ECONNRESET)) {
		sh->has_engine = false;
		return false;
	}
	/* It has been near the guests. */
	if (n < 0 || m->type != MSG_ENTRIES ||
	    recorder_take(&sh->recorder, inbox + sizeof(struct msg_entries),
			  n - sizeof(struct msg_entries)))
		fatal("the engine sent what is no entry");
	return true;
}

/*
 * The loop
 */

static void tick(struct shell *sh)
{
	if (sh->recorder.store.mono_ns < sh->tick_ns)
		return;
	recorder_tick(&sh->recorder);
	tell_figures(sh);
	sh->tick_ns = sh->recorder.store.mono_ns + TICK_NS;
}

static int until_tick_ms(const struct shell *sh)
{
	int64_t left = sh->tick_ns - sh->recorder.store.mono_ns;

	return left > 0 ? left / 1000000 + 1 : 0;
}

static void turn(struct shell *sh)
{
	struct pollfd p[] = {
		{ .fd = sh->has_parent ? MSG_FD_PARENT : -1, .events = POLLIN },
		{ .fd = sh->has_engine ? MSG_FD_PEER : -1, .events = POLLIN },
	};

	if (poll(p, 2, until_tick_ms(sh)) < 0 && errno != EINTR)
		fatal("poll: %s", strerror(errno));
	look_at_clock(sh);
	if (p[0].revents)
		from_parent(sh);
	for (int i = 0; i < TAKE_MAX && p[1].revents && from_engine(sh); i++)
		;
	tick(sh);
	ask_for_seals(sh);
}

/* The engine has ended, and has said all: complete, signed, or as it is. */
static void end(struct shell *sh)
{
	int64_t end_ns;

	look_at_clock(sh);
	end_ns = sh->recorder.store.mono_ns + FAREWELL_NS;
	recorder_end(&sh->recorder);
	ask_for_seals(sh);
	while (sh->has_parent && sh->recorder.store.sealing &&
	       sh->recorder.store.mono_ns < end_ns)
		turn(sh);
	tell_figures(sh);
}

/*
 * Start
 */

static int open_directory(const char *path, const struct drop_ids *ids)
{
	int fd;

	if (mkdir(path, 0700) && errno != EEXIST)
		fatal("%s: %s", path, strerror(errno));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fchown(fd, ids->uid, ids->gid))
		fatal("%s: %s", path, strerror(errno));
	return fd;
}

static uint64_t number(const char *text, uint64_t max)
{
	char *end;
	unsigned long long n = strtoull(text, &end, 10);

	if (*end || !n || n > max)
		fatal("%s is not a number from 1 to %llu", text, (unsigned long long)max);
	return n;
}

static void check_channels(void)
{
	if (fcntl(MSG_FD_PARENT, F_SETFL, O_NONBLOCK) ||
	    fcntl(MSG_FD_PEER, F_SETFL, O_NONBLOCK))
		fatal("started by hand? starlsmd starts this program");
}

/* To an engine that begins; after this nothing is said to it. */
static void tell_kept(int kept_fd)
{
	int err = kept_fd < 0 ? 0 : kept_tell(kept_fd, MSG_FD_PEER);

	if (err && err != EPIPE)
		log_error("the engine was not told the incidents of the one before: %s",
			  strerror(err));
}

static void give_rights_away(int directory_fd, int kept_fd, const struct drop_ids *ids)
{
	drop_limits(FILES_MAX, MEMORY_MAX);
	drop_to(ids);
	/* As its owner: a root of few capabilities may not. */
	if (fchmod(directory_fd, 0700))
		fatal("the journal's directory: %s", strerror(errno));
	if (!landlock_directories(&directory_fd, 1))
		log_warning("this kernel has no Landlock: only the journal's user bounds it");
	tell_kept(kept_fd);
	sandbox_enter();
}

int main(int argc, char **argv)
{
	static struct shell sh = { .has_parent = true, .has_engine = true };
	struct store_limits limits;
	struct drop_ids ids;
	int directory_fd, kept_fd, err;

	log_init("journal");
	if (argc != 6)
		fatal("usage: journal DIRECTORY USER MIB DAYS INCIDENTS; starlsmd starts this program");
	limits.bytes = number(argv[3], 1 << 30) << 20;
	limits.age_ns = number(argv[4], 36500) * 86400 * NS_PER_S;
	signal(SIGPIPE, SIG_IGN);
	check_channels();
	/* The lock stays: two of them never write to one directory. */
	close_range(MSG_FD_LOCK + 1, ~0U, 0);
	drop_lookup(argv[2], &ids);
	directory_fd = open_directory(argv[1], &ids);
	kept_fd = kept_open(argv[5]);
	if (kept_fd < 0)
		log_error("%s: %s; incidents end with this engine", argv[5], strerror(errno));
	if (sodium_init() < 0)
		fatal("libsodium does not start");
	give_rights_away(directory_fd, kept_fd, &ids);
	err = recorder_init(&sh.recorder, directory_fd, &limits, clock_ns(CLOCK_MONOTONIC),
			    clock_ns(CLOCK_REALTIME));
	if (err)
		fatal("%s: %s", argv[1], strerror(err));
	sh.recorder.kept_fd = kept_fd;
	while (sh.has_engine)
		turn(&sh);
	end(&sh);
	_exit(0);
}
