// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - other programs that are running: the toolstack's, the site's, ours
 */
#include "responder/jobs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/decode.h"
#include "lib/log.h"

/* Debian's xl, or one that was built from source */
#define TOOLS_PATH "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
/* In the environment of all that we start, then our pid, the run and the step */
#define MARK "STARLSM_RUN="

void jobs_init(struct jobs *jobs)
{
	for (int i = 0; i < JOBS_MAX; i++) {
		jobs->job[i].pidfd = jobs->job[i].output = -1;
		jobs->job[i].text = malloc(JOB_OUTPUT_MAX + 1);
		if (!jobs->job[i].text)
			fatal("no memory");
	}
	/* it searches our PATH, not the child's, and starlsmd gives us none */
	setenv("PATH", TOOLS_PATH, 1);
}

/*
 * Starting
 */

static int prepare_files(posix_spawn_file_actions_t *files, int output)
{
	return posix_spawn_file_actions_init(files) ||
	       posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0) ||
	       posix_spawn_file_actions_adddup2(files, output, STDOUT_FILENO) ||
	       posix_spawn_file_actions_adddup2(files, output, STDERR_FILENO) ? ENOMEM : 0;
}

static int prepare_group(posix_spawnattr_t *attr)
{
	sigset_t defaults;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	return posix_spawnattr_init(attr) ||
	       posix_spawnattr_setsigdefault(attr, &defaults) ||
	       posix_spawnattr_setflags(attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF) ||
	       posix_spawnattr_setpgroup(attr, 0) ? ENOMEM : 0;
}

static int spawn(const struct job *job, const char *const argv[], int output, pid_t *pid)
{
	char mark[48];
	char *env[] = { "PATH=" TOOLS_PATH, "LC_ALL=C", mark, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	int err;

	snprintf(mark, sizeof(mark), MARK "%d/%u.%u", getpid(), job->run, job->step);
	err = prepare_files(&files, output);
	if (err)
		return err;
	err = prepare_group(&attr);
	if (!err) {
		err = posix_spawnp(pid, argv[0], &files, &attr, (char *const *)argv, env);
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&files);
	return err;
}

static void kill_group(pid_t pid)
{
	kill(-pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static struct job *empty_place(struct jobs *jobs)
{
	for (int i = 0; i < JOBS_MAX; i++)
		if (jobs->job[i].pidfd < 0)
			return &jobs->job[i];
	return NULL;
}

int jobs_start(struct jobs *jobs, uint32_t run, uint32_t step, const char *const argv[])
{
	struct job *job = empty_place(jobs);
	int pipe_fd[2], err;

	if (!job)
		return EAGAIN;
	if (pipe2(pipe_fd, O_CLOEXEC))
		return errno;
	job->run = run;
	job->step = step;
	job->n_output = 0;
	err = spawn(job, argv, pipe_fd[1], &job->pid);
	close(pipe_fd[1]);
	if (!err) {
		job->pidfd = syscall(SYS_pidfd_open, job->pid, 0);
		err = job->pidfd < 0 || fcntl(pipe_fd[0], F_SETFL, O_NONBLOCK) ? errno : 0;
		if (err)
			kill_group(job->pid);
		/* it does not stop a guest: with the others of dom0, not before them */
		setpriority(PRIO_PROCESS, job->pid, 0);
	}
	if (err) {
		if (job->pidfd >= 0)
			close(job->pidfd);
		job->pidfd = -1;
		close(pipe_fd[0]);
		return err;
	}
	job->output = pipe_fd[0];
	return 0;
}

/*
 * Waiting
 */

bool jobs_stop(struct jobs *jobs, uint32_t run, uint32_t step)
{
	bool found = false;

	for (struct job *job = jobs->job; job < jobs->job + JOBS_MAX; job++) {
		if (job->pidfd < 0 || job->run != run || JOB_OF_STEP(job->step) != step)
			continue;
		kill(-job->pid, SIGKILL);
		found = true;
	}
	return found;
}

const struct job *jobs_find(struct jobs *jobs, uint32_t run, uint32_t step)
{
	for (struct job *job = jobs->job; job < jobs->job + JOBS_MAX; job++) {
		if (job->pidfd < 0 || job->run != run || job->step != step)
			continue;
		job->text[job->n_output] = 0;
		return job;
	}
	return NULL;
}

void jobs_watch(const struct jobs *jobs, struct pollfd *p)
{
	for (int i = 0; i < JOBS_MAX; i++) {
		const struct job *job = &jobs->job[i];

		p[2 * i] = (struct pollfd){ .fd = job->pidfd, .events = POLLIN };
		p[2 * i + 1] = (struct pollfd){ .fd = job->output, .events = POLLIN };
	}
}

/* All that is there; what is beyond the bound is thrown away. */
static void read_output(struct job *job)
{
	static char rest[4096];
	ssize_t n;

	while (job->output >= 0) {
		bool has_room = job->n_output < JOB_OUTPUT_MAX;

		n = read(job->output, has_room ? job->text + job->n_output : rest,
			 has_room ? JOB_OUTPUT_MAX - job->n_output : sizeof(rest));
		if (n > 0 && has_room)
			job->n_output += n;
		if (n > 0 || (n < 0 && errno == EINTR))
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		close(job->output);
		job->output = -1;
	}
}

static void end_job(struct job *job, int status, job_ended ended)
{
	read_output(job);
	job->text[job->n_output] = '\0';
	/* its children may have it open: they are not waited for */
	if (job->output >= 0)
		close(job->output);
	close(job->pidfd);
	job->output = job->pidfd = -1;
	ended(job, status);
}

void jobs_serve(struct jobs *jobs, job_ended ended)
{
	for (struct job *job = jobs->job; job < jobs->job + JOBS_MAX; job++) {
		int status = 0;
		pid_t pid;

		if (job->pidfd < 0)
			continue;
		read_output(job);
		pid = waitpid(job->pid, &status, WNOHANG);
		if (pid != 0)
			end_job(job, pid < 0 ? -1 : status, ended);
	}
}

void job_log(const struct job *job)
{
	size_t at = 0, len;
	char line[512];

	for (int i = 0; at < job->n_output && i < JOB_LINES_MAX; i++, at += len + 1) {
		len = strcspn(job->text + at, "\n");
		decode_escape(job->text + at, len, line, sizeof(line));
		if (*line)
			log_info("run %u: %s", job->run, line);
	}
}

void job_last_line(const struct job *job, char *text, size_t size)
{
	size_t end = job->n_output, begin;

	while (end && strchr("\r\n\t ", job->text[end - 1]))
		end--;
	for (begin = end; begin && job->text[begin - 1] != '\n'; begin--)
		;
	decode_escape(job->text + begin, end - begin, text, size);
}

/*
 * Orphans
 */

/* A program like ours, that is not we: a responder that lives. */
static bool is_responder(int pid)
{
	char path[64], its[256], ours[256];
	ssize_t n, n_ours;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	n = readlink(path, its, sizeof(its));
	n_ours = readlink("/proc/self/exe", ours, sizeof(ours));
	return pid != getpid() && n > 0 && n == n_ours && !memcmp(its, ours, n);
}

static bool is_orphan(int pid)
{
	char path[64], env[4096];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, env, sizeof(env) - 1);
	close(fd);
	env[n > 0 ? n : 0] = '\0';
	for (ssize_t at = 0; at < n; at += strlen(env + at) + 1)
		if (!strncmp(env + at, MARK, strlen(MARK)))
			return !is_responder(atoi(env + at + strlen(MARK)));
	return false;
}

void jobs_kill_orphans(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	int pid;

	if (!proc) {
		log_error("/proc: %s", strerror(errno));
		return;
	}
	while ((entry = readdir(proc))) {
		pid = atoi(entry->d_name);
		if (pid <= 1 || pid == getpid() || !is_orphan(pid))
			continue;
		log_warning("process %d was left by an earlier responder: killed", pid);
		kill(pid, SIGKILL);
	}
	closedir(proc);
}
