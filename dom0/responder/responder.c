// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the responder: the only one that touches a domain
 *
 *   responder DRY_RUN       fd 3: starlsmd, fd 4: the engine
 *
 * Takes fixed structures only: verdicts from the engine; an operator's acts, the
 * observed domains and what is to be done with each from starlsmd. In a dry run
 * (DRY_RUN is 1, not 0) it says what it would have done and does not even open
 * Xen.
 *
 * Rights: root, with five capabilities (sandbox.c), without the system calls
 * that would make more of them; what it starts has the same. It ends with
 * status 0 when starlsmd closes its channel; without an engine it goes on for
 * the operator, and with what it has begun.
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
#include "lib/playbook.h"
#include "responder/actions.h"
#include "responder/domain.h"
#include "responder/jobs.h"
#include "responder/progress.h"
#include "responder/runs.h"
#include "responder/sandbox.h"
#include "responder/watched.h"

enum { AT_PARENT, AT_ENGINE, AT_JOBS, N_POLLED = AT_JOBS + JOBS_POLLED };

/* It sleeps but for a verdict, and then a guest is to be stopped. */
#define NICE	(-15)

static bool is_dry_run;
static struct jobs jobs;

static union {
	struct msg msg;
	struct msg_verdict verdict;
	struct msg_act act;
	struct msg_guest guest;
	struct msg_playbooks playbooks;
	struct msg_site site;
	struct msg_tighten tighten;
	struct msg_gone gone;
} inbox;

/*
 * Messages
 */

static void on_act(const struct msg_act *m)
{
	struct msg_done done = {
		.msg = { .type = MSG_DONE, .len = sizeof(done) },
		.domid = m->domid, .action = m->action, .incident = m->ticket,
	};
	const struct playbook_kind *kind = playbook_kind(m->action);
	const char *name = m->undoes ? "undo" : kind ? kind->name : "an unknown action";

	if (m->undoes || m->action == ACTION_MIGRATE) {
		done.err = m->undoes ? runs_undo(m->domid) : runs_migrate(m->domid, m->host);
		done.dry_run = is_dry_run;
	} else {
		action_direct(m->action, m->domid, is_dry_run, &done);
	}
	if (msg_send(MSG_FD_PARENT, &done.msg, -1))
		log_error("%s of domain %u was not reported: %s", name, m->domid,
			  strerror(errno));
	if (done.err)
		log_warning("%s of domain %u: %s", name, m->domid, strerror(done.err));
	else
		log_notice("%s of domain %u%s", name, m->domid,
			   is_dry_run ? " (dry run, not done)" : "");
}

static bool on_engine(void)
{
	const struct msg_verdict *m = &inbox.verdict;

	if (inbox.msg.type != MSG_VERDICT || m->n_actions > VERDICT_ACTIONS_MAX ||
	    m->verdict > RESPOND_HALT || !memchr(m->rule, 0, sizeof(m->rule)))
		return false;
	runs_verdict(m);
	return true;
}

static bool on_playbooks(const struct msg_playbooks *m)
{
	if (watched_playbooks(m))
		return false;
	runs_guest(m->domid);
	return true;
}

static bool on_parent(void)
{
	switch (inbox.msg.type) {
	case MSG_ACT:
		if (!memchr(inbox.act.host, 0, sizeof(inbox.act.host)))
			return false;
		on_act(&inbox.act);
		return true;
	case MSG_SITE:
		return actions_site(&inbox.site);
	case MSG_GUEST:
		return watched_add(&inbox.guest, action_now_ns()) == 0;
	case MSG_PLAYBOOKS:
		return on_playbooks(&inbox.playbooks);
	case MSG_TIGHTEN:
		return runs_tightened(&inbox.tighten);
	case MSG_GONE:
		return watched_remove(inbox.gone.domid) == 0;
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
	runs_without_engine();
	return false;
}

static void __attribute__((noreturn)) run(void)
{
	struct pollfd p[N_POLLED] = {
		[AT_PARENT] = { .fd = MSG_FD_PARENT, .events = POLLIN },
		[AT_ENGINE] = { .fd = MSG_FD_PEER, .events = POLLIN },
	};

	for (;;) {
		jobs_watch(&jobs, p + AT_JOBS);
		if (poll(p, N_POLLED, runs_wait_ms()) < 0 && errno != EINTR)
			fatal("poll: %s", strerror(errno));
		if (p[AT_PARENT].revents)
			from_parent();
		if (p[AT_ENGINE].revents && !from_engine())
			p[AT_ENGINE].fd = -1;
		jobs_serve(&jobs, runs_job_ended);
		runs_late();
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
	jobs_kill_orphans();
	actions_init(&jobs);
	if (setpriority(PRIO_PROCESS, 0, NICE))
		log_warning("no priority: %s", strerror(errno));
	if (!is_dry_run)
		domain_open();
	runs_init(PROGRESS_PATH, is_dry_run);
	sandbox_enter();
	run();
}
