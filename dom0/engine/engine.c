// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the engine's process: sockets and the clock around engine_core
 *
 *   engine USER             fd 3: starlsmd, fd 4: the responder
 *
 * A reader's channel comes with MSG_GUEST, vmi's with MSG_WATCHER, a subscriber's
 * with MSG_SUBSCRIBE, the journal's with MSG_RECORD.
 * It becomes USER without capabilities and with a short list of system calls
 * before it receives anything; it can open nothing, and start nothing. It ends
 * with status 0 when starlsmd has closed its channel, the readers theirs, and
 * the subscribers and the journal have what was read.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "engine/engine_core.h"
#include "engine/recent.h"
#include "engine/subscriber.h"
#include "engine/tap.h"
#include "lib/drop.h"
#include "lib/incident_check.h"
#include "lib/ladder.h"
#include "lib/log.h"
#include "lib/msg_reader.h"
#include "lib/text.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* the standard ones, two channels, the journal, guests, subscribers, and one just received */
#define FILES_MAX	(3 + 3 + 2 * ENGINE_GUESTS_MAX + SUBSCRIBERS_MAX + 8)
/* address space: a guest takes 50 MiB of it, and touches little of that */
#define MEMORY_MAX	(16ULL << 30)

/* before what a busy dom0 does for its guests, but not before everything */
#define NICE		(-10)

/* how long the readers' last records may take once starlsmd has ended */
#define FAREWELL_NS	2000000000LL

/* how long the journal may take to begin and say what the engine before has left */
#define KEPT_NS		5000000000LL

/* What is wrong with rules, in the log; `starlsmctl rules check` has all of it */
#define REPORTS_MAX	100

/* more than a socket's buffer holds */
#define DRAIN_MAX	1024

/* A reader, or a vmi */
struct reader {
	int fd;			/* -1: none */
	uint32_t domid;
	enum engine_sender sender;
};

struct shell {
	struct engine *core;
	struct recent recent;
	struct tap tap;
	int64_t fed_ns;		/* when the core was fed what it is at */
	struct reader reader[ENGINE_GUESTS_MAX];
	struct reader vmi[ENGINE_GUESTS_MAX];
	struct subscriber subscriber[SUBSCRIBERS_MAX];
	bool has_responder;
	bool has_begun;		/* what another engine knew is too late now */
	int64_t end_ns;		/* starlsmd has ended; 0: it has not */
};

static char inbox[MSG_MAX] __attribute__((aligned(8)));

static int64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int64_t now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/*
 * Out
 */

static int send_verdict(const struct shell *sh, const struct msg *m)
{
	if (!sh->has_responder)
		return EPIPE;
	if (!msg_send(MSG_FD_PEER, m, -1))
		return 0;
	log_error("a verdict was not sent: %s", strerror(errno));
	return errno;
}

/* Its reader may just have ended; then there is nobody to be told. */
static int send_to_reader(const struct shell *sh, uint32_t domid, const struct msg *m)
{
	for (const struct reader *r = sh->reader; r < sh->reader + ENGINE_GUESTS_MAX; r++) {
		if (r->fd < 0 || r->domid != domid)
			continue;
		if (!msg_send(r->fd, m, -1))
			return 0;
		log_error("domain %u: its reader takes no messages: %s", domid,
			  strerror(errno));
		return errno;
	}
	return EPIPE;
}

/* The alert that came, if one did, else the one that decided */
static void log_incident(const struct msg_out_incident *m)
{
	const uint32_t at = m->news == INCIDENT_NONE ? m->deciding : m->news;
	const char *reason = at == m->deciding ? m->reason : m->alert[at].reason;

	log_msg(m->verdict == RESPOND_OBSERVE ? LOG_INFO : LOG_WARNING,
		"incident %u, guest %s (domain %u), %s, %s%s, verdict %s, score %u: %s", m->id,
		m->guest, m->domid, m->alert[at].rule, incident_state_name(m->state),
		m->dry_run ? ", dry run" : "", ladder_name(m->verdict), m->score, reason);
}

static int pass_on(struct shell *sh, const struct msg *m)
{
	if (m->type == MSG_VERDICT)
		return send_verdict(sh, m);
	/* both have the domid in the same place */
	if (m->type == MSG_DEFINE || m->type == MSG_ANSWER)
		return send_to_reader(sh, ((const struct msg_define *)m)->domid, m);
	if (m->type == MSG_OUT_INCIDENT)
		log_incident((const struct msg_out_incident *)m);
	recent_add(&sh->recent, m);
	return 0;
}

static int take_out(void *arg, const struct msg *m)
{
	struct shell *sh = arg;
	int err = pass_on(sh, m);

	tap_out(&sh->tap, m, err, sh->fed_ns);
	return err;
}

/*
 * In
 */

static int feed(struct shell *sh, enum engine_sender sender, uint32_t domid, const struct msg *m)
{
	sh->fed_ns = now_ns();
	tap_fact(&sh->tap, sender, domid, m, sh->fed_ns);
	return engine_feed(sh->core, sender, domid, m, sh->fed_ns);
}

/*
 * In: the readers
 */

static void reader_close(struct reader *r)
{
	close(r->fd);
	r->fd = -1;
}

/* One message; false if there was none. Closes the channel at its end. */
static bool from_reader(struct shell *sh, struct reader *r)
{
	ssize_t n = msg_recv(r->fd, inbox, sizeof(inbox), NULL);
	int err = errno;

	if (n < 0 && err == EAGAIN)
		return false;
	if (n > 0 && !feed(sh, r->sender, r->domid, (const void *)inbox))
		return true;
	if (n > 0 || (n < 0 && err != ECONNRESET))
		log_error("domain %u: its %s sent nonsense", r->domid,
			  r->sender == FROM_VMI ? "vmi" : "reader");
	reader_close(r);
	return false;
}

/* A guest's last words count, also those that are read after its end. */
static void reader_end(struct shell *sh, struct reader *r)
{
	for (int i = 0; i < DRAIN_MAX && r->fd >= 0 && from_reader(sh, r); i++)
		;
	if (r->fd >= 0)
		reader_close(r);
}

/*
 * In: starlsmd
 */

static struct reader *reader_place(struct reader *list, uint32_t domid)
{
	struct reader *empty = NULL;

	for (struct reader *r = list; r < list + ENGINE_GUESTS_MAX; r++) {
		if (r->fd >= 0 && r->domid == domid)
			return r;
		if (r->fd < 0 && !empty)
			empty = r;
	}
	return empty;
}

/* Noticed; or it has a reader, which replaces the one before. */
static int on_guest(struct shell *sh, const struct msg_guest *m, int fd)
{
	uint32_t domid = m->domid;
	struct reader *r = reader_place(sh->reader, domid);
	int rc = feed(sh, FROM_PARENT, 0, &m->msg);

	sh->has_begun = true;

	if (rc == -EBADMSG || fd < 0)
		return rc == -EBADMSG ? rc : 0;
	if (rc || !r) {
		log_error("domain %u is not watched: %s", domid,
			  rc == -ENOMEM ? "no memory" : "too many guests");
		close(fd);
		return 0;
	}
	if (r->fd >= 0)
		reader_end(sh, r);
	if (fcntl(fd, F_SETFL, O_NONBLOCK))
		return -EBADMSG;
	*r = (struct reader){ .fd = fd, .domid = domid, .sender = FROM_READER };
	return 0;
}

static int on_gone(struct shell *sh, const struct msg_gone *fact)
{
	/* draining the reader reuses the inbox */
	const struct msg_gone copy = *fact, *m = &copy;
	struct reader *r = reader_place(sh->reader, m->domid);
	struct reader *v = reader_place(sh->vmi, m->domid);

	if (r && r->fd >= 0)
		reader_end(sh, r);
	if (v && v->fd >= 0)
		reader_end(sh, v);
	return feed(sh, FROM_PARENT, 0, &m->msg);
}

/* A vmi replaces the one before; what that one said last still counts. */
static int on_watcher(struct shell *sh, const struct msg_watcher *m, int fd)
{
	uint32_t domid = m->domid;
	struct reader *v = reader_place(sh->vmi, domid);

	if (fd < 0)
		return -EBADMSG;
	if (!v) {
		log_error("domain %u is not looked at: too many guests", domid);
		close(fd);
		return 0;
	}
	if (v->fd >= 0)
		reader_end(sh, v);
	if (fcntl(fd, F_SETFL, O_NONBLOCK))
		return -EBADMSG;
	*v = (struct reader){ .fd = fd, .domid = domid, .sender = FROM_VMI };
	return 0;
}

static int on_subscribe(struct shell *sh, const struct msg_subscribe *m, int fd)
{
	struct subscriber *s = sh->subscriber;

	if (fd < 0)
		return -EBADMSG;
	while (s < sh->subscriber + SUBSCRIBERS_MAX && s->fd >= 0)
		s++;
	if (s == sh->subscriber + SUBSCRIBERS_MAX) {
		log_notice("a subscriber was turned away, there are %d", SUBSCRIBERS_MAX);
		close(fd);
		return 0;
	}
	return subscriber_init(s, fd, m->what, m->domid, &sh->recent) ? -EBADMSG : 0;
}

/* A set of rules that is taken, or not */
struct ruling {
	struct msg_ruled m;
	struct text text;
};

static void log_report(void *arg, enum report_kind kind, const char *file, unsigned int line,
		       const char *text)
{
	struct ruling *r = arg;

	/* a note says that a rule asks for what no sensor tells: for who writes rules */
	if (kind == REPORT_ERROR && ++r->m.n_errors <= REPORTS_MAX)
		log_warning("%s:%u: %s", file, line, text);
	if (kind != REPORT_LOST)
		return;
	log_error("%s:%u: this rule is in force, and its file has an error: all rules stay as they were: %s",
		  file, line, text);
	text_add(&r->text, "%s%s:%u: its file has an error now, and this rule is in force",
		 r->text.len ? "\n" : "all rules stay as they were:\n", file, line);
}

static int on_ruleset(struct shell *sh, const struct msg_ruleset *m, int fd)
{
	struct ruling r = {
		.m = { .msg = { MSG_RULED, sizeof(r.m) }, .ticket = m->ticket },
	};
	char *files;
	int n;

	if (fd < 0 || m->msg.len != sizeof(*m))
		return -EBADMSG;
	files = mmap(NULL, m->len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	close(fd);
	if (files == MAP_FAILED)
		return -EBADMSG;
	tap_rules(&sh->tap, files, m->len, now_ns());
	text_init(&r.text, r.m.text, sizeof(r.m.text));
	n = engine_load(sh->core, files, m->len, log_report, &r);
	munmap(files, m->len);
	if (n == -ENOSPC) {
		text_add(&r.text, "the rules do not fit into memory, the ones before stay");
		log_error("%s", r.m.text);
	} else if (n >= 0) {
		log_notice("%d rules of %u files, %u errors", n, m->n_files, r.m.n_errors);
	}
	r.m.err = n < 0 ? -n : 0;
	r.m.n_rules = n < 0 ? 0 : n;
	/* if it cannot be said the parent is gone, or knows from the log */
	msg_send(MSG_FD_PARENT, &r.m.msg, -1);
	return 0;
}

/* The incidents of the engine before; false if there are no more. */
static bool hear_kept(struct shell *sh, int fd, int64_t end_ns)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	const struct msg *m = (const void *)inbox;
	int64_t left_ns = end_ns - now_ns();

	if (left_ns <= 0 || poll(&p, 1, left_ns / 1000000 + 1) <= 0) {
		log_error("the journal does not say which incidents there were");
		return false;
	}
	if (msg_recv(fd, inbox, sizeof(inbox), NULL) <= 0 || m->type == MSG_KEPT)
		return false;
	if (!feed(sh, FROM_JOURNAL, 0, m))
		return true;
	log_error("the journal sent what is no incident");
	return false;
}

/* Guests come later: until then there is nothing else to do. */
static int on_record(struct shell *sh, int fd)
{
	const int64_t end_ns = now_ns() + KEPT_NS;

	if (fd < 0 || fcntl(fd, F_SETFL, O_NONBLOCK))
		return -EBADMSG;
	tap_connect(&sh->tap, fd, now_ns());
	while (!sh->has_begun && hear_kept(sh, fd, end_ns))
		;
	sh->has_begun = true;
	shutdown(fd, SHUT_RD);
	return 0;
}

static void from_parent(struct shell *sh)
{
	const struct msg *m = (const void *)inbox;
	ssize_t n;
	int fd, rc;

	n = msg_recv(MSG_FD_PARENT, inbox, sizeof(inbox), &fd);
	if (n < 0 && errno == EAGAIN)
		return;
	if (n == 0 || (n < 0 && errno == ECONNRESET)) {
		sh->end_ns = now_ns() + FAREWELL_NS;
		return;
	}
	if (n < 0)
		fatal("starlsmd sent nonsense");
	switch (m->type) {
	case MSG_GUEST:
		rc = on_guest(sh, (const void *)m, fd);
		break;
	case MSG_RULES:
		rc = fd < 0 ? feed(sh, FROM_PARENT, 0, m) : -EBADMSG;
		break;
	case MSG_GONE:
		rc = fd < 0 ? on_gone(sh, (const void *)m) : -EBADMSG;
		break;
	case MSG_CLOSE:
	case MSG_VITALS:
		rc = fd < 0 ? feed(sh, FROM_PARENT, 0, m) : -EBADMSG;
		break;
	case MSG_WATCHER:
		rc = on_watcher(sh, (const void *)m, fd);
		break;
	case MSG_RULESET:
		rc = on_ruleset(sh, (const void *)m, fd);
		break;
	case MSG_SUBSCRIBE:
		rc = on_subscribe(sh, (const void *)m, fd);
		break;
	case MSG_RECORD:
		rc = on_record(sh, fd);
		break;
	default:
		rc = -EBADMSG;
	}
	if (rc)
		fatal("starlsmd sent message %u, which it cannot mean", m->type);
}

/*
 * In: the responder
 */

static void from_responder(struct shell *sh)
{
	ssize_t n = msg_recv(MSG_FD_PEER, inbox, sizeof(inbox), NULL);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n > 0 && !feed(sh, FROM_RESPONDER, 0, (const void *)inbox))
		return;
	/* starlsmd complains if that was not what it wanted */
	log_msg(n == 0 ? LOG_INFO : LOG_ERR, "the responder %s; verdicts fail from now on",
		n == 0 ? "has ended" : "sent nonsense");
	sh->has_responder = false;
}

/*
 * The loop
 */

enum { AT_PARENT, AT_RESPONDER, AT_JOURNAL, AT_READERS,
	AT_VMIS = AT_READERS + ENGINE_GUESTS_MAX,
	AT_SUBSCRIBERS = AT_VMIS + ENGINE_GUESTS_MAX,
	N_POLLED = AT_SUBSCRIBERS + SUBSCRIBERS_MAX };

static void watch(const struct shell *sh, struct pollfd *p)
{
	p[AT_PARENT] = (struct pollfd){
		.fd = sh->end_ns ? -1 : MSG_FD_PARENT, .events = POLLIN,
	};
	p[AT_RESPONDER] = (struct pollfd){
		.fd = sh->has_responder ? MSG_FD_PEER : -1, .events = POLLIN,
	};
	p[AT_JOURNAL] = (struct pollfd){
		.fd = sh->tap.fd, .events = tap_waits(&sh->tap) ? POLLOUT : 0,
	};
	for (int i = 0; i < ENGINE_GUESTS_MAX; i++) {
		p[AT_READERS + i] = (struct pollfd){
			.fd = sh->reader[i].fd, .events = POLLIN,
		};
		p[AT_VMIS + i] = (struct pollfd){
			.fd = sh->vmi[i].fd, .events = POLLIN,
		};
	}
	for (int i = 0; i < SUBSCRIBERS_MAX; i++) {
		const struct subscriber *s = &sh->subscriber[i];

		p[AT_SUBSCRIBERS + i] = (struct pollfd){
			.fd = s->fd,
			.events = s->fd >= 0 && subscriber_waits(s, &sh->recent) ?
				POLLOUT : 0,
		};
	}
}

static void serve_subscriber(const struct shell *sh, struct subscriber *s, short revents)
{
	if (revents & (POLLHUP | POLLERR | POLLNVAL))
		subscriber_close(s);
	else
		subscriber_push(s, &sh->recent, sh->core);
}

/*
 * What waits is served once in each turn. A descriptor is looked at again,
 * since what came before it may have closed it or put another in its place.
 */
static void serve(struct shell *sh, const struct pollfd *p)
{
	for (int i = 0; i < ENGINE_GUESTS_MAX; i++)
		if (p[AT_READERS + i].revents && sh->reader[i].fd == p[AT_READERS + i].fd)
			from_reader(sh, &sh->reader[i]);
	for (int i = 0; i < ENGINE_GUESTS_MAX; i++)
		if (p[AT_VMIS + i].revents && sh->vmi[i].fd == p[AT_VMIS + i].fd)
			from_reader(sh, &sh->vmi[i]);
	for (int i = 0; i < SUBSCRIBERS_MAX; i++)
		if (p[AT_SUBSCRIBERS + i].revents)
			serve_subscriber(sh, &sh->subscriber[i], p[AT_SUBSCRIBERS + i].revents);
	if (p[AT_RESPONDER].revents)
		from_responder(sh);
	if (p[AT_PARENT].revents)
		from_parent(sh);
	if (p[AT_JOURNAL].revents & (POLLHUP | POLLERR) && sh->tap.fd == p[AT_JOURNAL].fd)
		tap_hangup(&sh->tap);
	tap_flush(&sh->tap);
}

/*
 * The readers end when starlsmd does, and hand over what they still find in
 * their rings: whoever follows sees it, or this is not everything.
 */
static bool has_more(const struct shell *sh)
{
	for (int i = 0; i < ENGINE_GUESTS_MAX; i++)
		if (sh->reader[i].fd >= 0)
			return true;
	for (int i = 0; i < SUBSCRIBERS_MAX; i++)
		if (sh->subscriber[i].fd >= 0 &&
		    subscriber_waits(&sh->subscriber[i], &sh->recent))
			return true;
	return tap_waits(&sh->tap);
}

static bool is_over(const struct shell *sh)
{
	return sh->end_ns && (now_ns() > sh->end_ns || !has_more(sh));
}

static void run(struct shell *sh)
{
	static struct pollfd p[N_POLLED];

	while (!is_over(sh)) {
		watch(sh, p);
		if (poll(p, N_POLLED, sh->end_ns ? FAREWELL_NS / 1000000 : -1) < 0 &&
		    errno != EINTR)
			fatal("poll: %s", strerror(errno));
		serve(sh, p);
	}
}

/*
 * Start
 */

static const struct drop_rule calls[] = {
	DROP_ALLOW(recvmsg),
	DROP_ALLOW(sendmsg),
	DROP_ALLOW(shutdown),
	DROP_ALLOW(poll),
	DROP_ALLOW(restart_syscall),
	DROP_ALLOW(close),
	DROP_ALLOW(clock_gettime),
	DROP_ALLOW(exit_group),
	DROP_ALLOW(rt_sigreturn),
	DROP_ALLOW_IF(write, 0, STDERR_FILENO),
	DROP_ALLOW_IF(fcntl, 1, F_SETFL),
	DROP_ALLOW_MALLOC,
};

static void check_channels(void)
{
	if (fcntl(MSG_FD_PARENT, F_SETFL, O_NONBLOCK) ||
	    fcntl(MSG_FD_PEER, F_SETFL, O_NONBLOCK))
		fatal("started by hand? starlsmd starts this program");
}

static void shell_init(struct shell *sh)
{
	struct hash_seed seed;

	if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
		fatal("getrandom: %s", strerror(errno));
	sh->core = engine_new(&seed, take_out, sh);
	if (!sh->core || recent_init(&sh->recent) ||
	    tap_init(&sh->tap, &seed, clock_ns(CLOCK_REALTIME)))
		fatal("no memory");
	sh->has_responder = true;
	for (int i = 0; i < ENGINE_GUESTS_MAX; i++)
		sh->reader[i].fd = sh->vmi[i].fd = -1;
	for (int i = 0; i < SUBSCRIBERS_MAX; i++)
		sh->subscriber[i].fd = -1;
}

int main(int argc, char **argv)
{
	static struct shell sh;
	struct drop_ids ids;

	log_init("engine");
	if (argc != 2)
		fatal("usage: engine USER; starlsmd starts this program");
	signal(SIGPIPE, SIG_IGN);
	check_channels();
	close_range(MSG_FD_PEER + 1, ~0U, 0);
	drop_lookup(argv[1], &ids);
	shell_init(&sh);
	if (setpriority(PRIO_PROCESS, 0, NICE))
		log_warning("no priority: %s", strerror(errno));
	drop_limits(FILES_MAX, MEMORY_MAX);
	drop_to(&ids);
	drop_filter(calls, ARRAY_SIZE(calls));
	run(&sh);
	_exit(0);
}
