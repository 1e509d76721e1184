// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - toolstack commands that are running
 */
#include "responder/jobs.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "responder/actions.h"
#include "responder/domain.h"

void jobs_init(struct jobs *jobs)
{
	for (int i = 0; i < JOBS_MAX; i++)
		jobs->job[i].pidfd = -1;
}

static void kill_group(pid_t pid)
{
	kill(-pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int jobs_start(struct jobs *jobs, const struct msg_done *done, int reply_fd)
{
	const struct action_row *row = action_row(ACTION_DESTROY);
	struct job *job = jobs->job;
	int err;

	while (job < jobs->job + JOBS_MAX && job->pidfd >= 0)
		job++;
	if (job == jobs->job + JOBS_MAX)
		return EAGAIN;
	err = domain_spawn_destroy(done->domid, &job->pid);
	if (err)
		return err;
	job->pidfd = syscall(SYS_pidfd_open, job->pid, 0);
	if (job->pidfd < 0) {
		err = errno;
		kill_group(job->pid);
		return err;
	}
	job->deadline_ns = action_now_ns() + row->bound_ms * 1000000LL;
	job->reply_fd = reply_fd;
	job->done = *done;
	return 0;
}

int jobs_watch(const struct jobs *jobs, struct pollfd *p)
{
	int64_t now = action_now_ns(), least = -1;

	for (int i = 0; i < JOBS_MAX; i++) {
		const struct job *job = &jobs->job[i];

		p[i] = (struct pollfd){ .fd = job->pidfd, .events = POLLIN };
		if (job->pidfd >= 0 && (least < 0 || job->deadline_ns < least))
			least = job->deadline_ns;
	}
	if (least < 0)
		return -1;
	return least > now ? (least - now) / 1000000 + 1 : 0;
}

static void job_end(struct job *job, bool xl_says_ok)
{
	close(job->pidfd);
	job->pidfd = -1;
	job->done.err = action_finish_destroy(job->done.domid, xl_says_ok);
	job->done.end_ns = action_now_ns();
	if (msg_send(job->reply_fd, &job->done.msg, -1))
		log_error("destroy of domain %u was not reported: %s", job->done.domid,
			  strerror(errno));
}

static void job_serve(struct job *job, int64_t now)
{
	int status = 0;
	pid_t pid = waitpid(job->pid, &status, WNOHANG);

	if (pid == 0 && now < job->deadline_ns)
		return;
	if (pid == 0) {
		log_warning("xl destroy %u takes too long", job->done.domid);
		kill_group(job->pid);
	} else if (pid < 0 || status) {
		log_warning("xl destroy %u: status %#x", job->done.domid, status);
	}
	job_end(job, pid > 0 && status == 0);
}

void jobs_serve(struct jobs *jobs)
{
	int64_t now = action_now_ns();

	for (int i = 0; i < JOBS_MAX; i++)
		if (jobs->job[i].pidfd >= 0)
			job_serve(&jobs->job[i], now);
}
