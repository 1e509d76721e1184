// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the responder: the only one that touches a domain
 *
 *   responder DRY_RUN       fd 3: starlsmd, fd 4: the engine
 *
 * Takes fixed structures only: verdicts from the engine, an operator's acts
 * and the list of observed domains from starlsmd. In a dry run (DRY_RUN is 1,
 * not 0) it answers every request with dry_run set and does not even open Xen.
 *
 * Rights: root, with five capabilities (sandbox.c), without the system calls
 * that would make more of them; what it starts has the same. It ends with
 * status 0 when starlsmd closes its channel; without an engine it goes on for
 * the operator.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/msg.h"
#include "responder/actions.h"
#include "responder/domain.h"
#include "responder/jobs.h"
#include "responder/sandbox.h"

enum { AT_PARENT, AT_ENGINE, AT_JOBS, N_POLLED = AT_JOBS + JOBS_MAX };

/* It sleeps but for a verdict, and then a guest is to be stopped. */
#define NICE	(-15)

static bool is_dry_run;
static struct jobs jobs;

static union {
	struct msg msg;
	struct msg_verdict verdict;
	struct msg_act act;
	struct msg_guest guest;
	struct msg_gone gone;
} inbox;

/*
 * Acting
 */

static const char *name_of(uint32_t action)
{
	const struct action_row *row = action_row(action);

	return row ? row->name : "an unknown action";
}

static void report(int fd, const struct msg_done *done)
{
	if (msg_send(fd, &done->msg, -1))
		log_error("%s of domain %u was not reported: %s", name_of(done->action),
			  done->domid, strerror(errno));
}

/* In the background: the answer follows. */
static void start_job(int fd, struct msg_done *done)
{
	int err = jobs_start(&jobs, done, fd);

	if (!err)
		return;
	log_warning("xl destroy %u was not started: %s", done->domid, strerror(err));
	done->err = action_finish_destroy(done->domid, false);
	done->end_ns = action_now_ns();
	report(fd, done);
}

static void act(int fd, uint32_t domid, uint32_t action, uint32_t number)
{
	struct msg_done done = {
		.msg = { .type = MSG_DONE, .len = sizeof(done) },
		.domid = domid, .action = action, .incident = number,
		.dry_run = is_dry_run,
	};

	done.err = action_allowed(action, domid);
	if (done.err || is_dry_run)
		done.start_ns = done.end_ns = action_now_ns();
	else if (action_do(action, domid, &done)) {
		start_job(fd, &done);
		return;
	}
	report(fd, &done);
	if (done.err)
		log_warning("%s of domain %u: %s", name_of(action), domid,
			    strerror(done.err));
	else
		log_notice("%s of domain %u%s", name_of(action), domid,
			   is_dry_run ? " (dry run, not done)" : "");
}

/*
 * Messages
 */

static bool on_engine(void)
{
	const struct msg_verdict *m = &inbox.verdict;
	struct msg_verdict copy;

	if (inbox.msg.type != MSG_VERDICT || m->n_actions == 0 ||
	    m->n_actions > VERDICT_ACTIONS_MAX)
		return false;
	copy = *m;
	for (uint32_t i = 0; i < copy.n_actions; i++)
		act(MSG_FD_PEER, copy.domid, copy.action[i], copy.incident);
	return true;
}

static bool on_parent(void)
{
	switch (inbox.msg.type) {
	case MSG_ACT:
		act(MSG_FD_PARENT, inbox.act.domid, inbox.act.action, inbox.act.ticket);
		return true;
	case MSG_GUEST:
		return actions_observe(inbox.guest.domid, true) == 0;
	case MSG_GONE:
		return actions_observe(inbox.gone.domid, false) == 0;
	default:
		return false;
	}
}

static void from_parent(void)
{
	ssize_t n = msg_recv(MSG_FD_PARENT, &inbox, sizeof(inbox), NULL);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		_exit(0);
	if (n < 0 || !on_parent())
		fatal("starlsmd sent message %u, which it cannot mean", inbox.msg.type);
}

/* The engine has been near the guests: what it says wrong ends its channel. */
static bool from_engine(void)
{
	ssize_t n = msg_recv(MSG_FD_PEER, &inbox, sizeof(inbox), NULL);

	if (n < 0 && errno == EAGAIN)
		return true;
	if (n > 0 && on_engine())
		return true;
	log_error("the engine %s; only an operator is heard from now on",
		  n == 0 ? "has ended" : "sent nonsense");
	return false;
}

static void __attribute__((noreturn)) run(void)
{
	struct pollfd p[N_POLLED] = {
		[AT_PARENT] = { .fd = MSG_FD_PARENT, .events = POLLIN },
		[AT_ENGINE] = { .fd = MSG_FD_PEER, .events = POLLIN },
	};

	for (;;) {
		int wait_ms = jobs_watch(&jobs, p + AT_JOBS);

		if (poll(p, N_POLLED, wait_ms) < 0 && errno != EINTR)
			fatal("poll: %s", strerror(errno));
		if (p[AT_PARENT].revents)
			from_parent();
		if (p[AT_ENGINE].revents && !from_engine())
			p[AT_ENGINE].fd = -1;
		jobs_serve(&jobs);
	}
}

static void check_channels(void)
{
	/* not inherited by xl; answers never wait */
	for (int fd = MSG_FD_PARENT; fd <= MSG_FD_PEER; fd++)
		if (fcntl(fd, F_SETFD, FD_CLOEXEC) || fcntl(fd, F_SETFL, O_NONBLOCK))
			fatal("started by hand? starlsmd starts this program");
}

int main(int argc, char **argv)
{
	log_init("responder");
	if (argc != 2 || (strcmp(argv[1], "0") && strcmp(argv[1], "1")))
		fatal("usage: responder 0|1; starlsmd starts this program");
	is_dry_run = *argv[1] == '1';
	signal(SIGPIPE, SIG_IGN);
	check_channels();
	close_range(MSG_FD_PEER + 1, ~0U, 0);
	jobs_init(&jobs);
	if (setpriority(PRIO_PROCESS, 0, NICE))
		log_warning("no priority: %s", strerror(errno));
	if (!is_dry_run)
		domain_open();
	sandbox_enter();
	run();
}
