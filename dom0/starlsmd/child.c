// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a process that starlsmd has started
 */
#include "starlsmd/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/msg_vmi.h"

/* Above the numbers that a child gets its descriptors on */
#define FD_FLOOR	10
/* A child that takes no message for so long is as good as dead. */
#define SEND_TIMEOUT_S	2

static int lock_fd = -1;

void child_set_lock(int fd)
{
	lock_fd = fd;
}

static int raise_fd(int fd)
{
	int raised = fcntl(fd, F_DUPFD_CLOEXEC, FD_FLOOR);

	close(fd);
	return raised;
}

int child_socketpair(int *ours, int *theirs)
{
	struct timeval timeout = { .tv_sec = SEND_TIMEOUT_S };
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -1;
	*ours = raise_fd(pair[0]);
	*theirs = raise_fd(pair[1]);
	if (*ours >= 0 && *theirs >= 0 &&
	    !setsockopt(*ours, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout)))
		return 0;
	if (*ours >= 0)
		close(*ours);
	if (*theirs >= 0)
		close(*theirs);
	return -1;
}

static int set_up_files(posix_spawn_file_actions_t *files, int theirs, int peer)
{
	return posix_spawn_file_actions_init(files) ||
	       posix_spawn_file_actions_addopen(files, STDIN_FILENO,
						"/dev/null", O_RDONLY, 0) ||
	       posix_spawn_file_actions_adddup2(files, theirs, MSG_FD_PARENT) ||
	       posix_spawn_file_actions_adddup2(files, peer, MSG_FD_PEER) ||
	       posix_spawn_file_actions_adddup2(files, lock_fd, MSG_FD_LOCK);
}

static int set_up_signals(posix_spawnattr_t *attr)
{
	sigset_t none, all;

	sigemptyset(&none);
	sigfillset(&all);
	return posix_spawnattr_init(attr) ||
	       posix_spawnattr_setsigmask(attr, &none) ||
	       posix_spawnattr_setsigdefault(attr, &all) ||
	       posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK |
					POSIX_SPAWN_SETSIGDEF);
}

/* posix_spawn, not fork: libxenstore has a thread in this process. */
static int spawn(struct child *c, const char *program, const char *const argv[],
		 int theirs, int peer)
{
	const char *stream = getenv("JOURNAL_STREAM");
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	char journal[64];
	char *envp[] = { NULL, NULL };
	int rc;

	if (stream) {
		snprintf(journal, sizeof(journal), "JOURNAL_STREAM=%s", stream);
		envp[0] = journal;
	}
	if (set_up_files(&files, theirs, peer) || set_up_signals(&attr))
		return ENOMEM;
	rc = posix_spawn(&c->pid, program, &files, &attr,
			 (char *const *)argv, envp);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return rc;
}

static void close_channel(struct child *c)
{
	c->io = sd_event_source_disable_unref(c->io);
	if (c->channel >= 0)
		close(c->channel);
	c->channel = -1;
}

static int on_channel(sd_event_source *s, int fd, uint32_t revents, void *data)
{
	static _Alignas(8) char buf[sizeof(struct msg_looked)];
	struct child *c = data;
	ssize_t n = msg_recv(fd, buf, sizeof(buf), NULL);

	(void)s;
	(void)revents;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		/* Its end is told by its exit; a process without a channel is of no use. */
		if (n < 0)
			log_error("%s: a message of the wrong length", c->name);
		close_channel(c);
		return 0;
	}
	if (c->message(c, (const struct msg *)buf)) {
		log_error("%s: a message of type %u, which it may not send",
			  c->name, ((const struct msg *)buf)->type);
		child_kill(c);
	}
	return 0;
}

static int on_exit_child(sd_event_source *s, const siginfo_t *si, void *data)
{
	struct child *c = data;
	int status = si->si_code == CLD_EXITED ? (si->si_status & 0xff) << 8 :
		     si->si_status & 0x7f;

	(void)s;
	/* What it has said before it ended is still heard. */
	while (c->channel >= 0)
		on_channel(c->io, c->channel, 0, c);
	c->wait = sd_event_source_disable_unref(c->wait);
	c->pid = 0;
	c->exited(c, status);
	return 0;
}

static int watch_child(struct child *c, sd_event *event)
{
	int rc;

	rc = sd_event_add_io(event, &c->io, c->channel, EPOLLIN, on_channel, c);
	if (rc < 0)
		return rc;
	rc = sd_event_add_child(event, &c->wait, c->pid, WEXITED,
				on_exit_child, c);
	if (rc < 0)
		return rc;
	/* First what it said, then that it ended. */
	return sd_event_source_set_priority(c->wait, SD_EVENT_PRIORITY_NORMAL + 10);
}

int child_start(struct child *c, sd_event *event, const char *program,
		const char *const argv[], int peer)
{
	int theirs, rc;

	if (child_socketpair(&c->channel, &theirs)) {
		c->channel = -1;
		close(peer);
		log_error("%s: socketpair: %s", c->name, strerror(errno));
		return -1;
	}
	rc = spawn(c, program, argv, theirs, peer);
	close(theirs);
	close(peer);
	if (rc) {
		log_error("%s: %s: %s", c->name, program, strerror(rc));
		c->pid = 0;
		close_channel(c);
		return -1;
	}
	rc = watch_child(c, event);
	if (rc < 0)
		fatal("sd-event: %s", strerror(-rc));
	return 0;
}

void child_stop(struct child *c)
{
	/* It sees the end; what it says until then is heard. */
	if (c->channel >= 0)
		shutdown(c->channel, SHUT_WR);
}

void child_kill(struct child *c)
{
	if (c->pid)
		kill(c->pid, SIGKILL);
}

void child_status_text(int status, char *text, size_t size)
{
	if (WIFEXITED(status))
		snprintf(text, size, "exited with status %d",
			 WEXITSTATUS(status));
	else
		snprintf(text, size, "was killed by signal %d (%s)",
			 WTERMSIG(status), strsignal(WTERMSIG(status)));
}
