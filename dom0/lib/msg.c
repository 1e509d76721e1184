// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - one message, one datagram
 */
#include "lib/msg.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/msg_ctl.h"
#include "lib/msg_export.h"
#include "lib/msg_journal.h"
#include "lib/msg_out.h"

union fd_control {
	char buf[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

int msg_send(int sock, const struct msg *m, int fd)
{
	union fd_control control;
	struct iovec iov = { .iov_base = (void *)m, .iov_len = m->len };
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	ssize_t n;

	if (m->len < sizeof(*m) || m->len > MSG_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	if (fd >= 0) {
		memset(&control, 0, sizeof(control));
		hdr.msg_control = control.buf;
		hdr.msg_controllen = sizeof(control.buf);
		c = CMSG_FIRSTHDR(&hdr);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	}
	do {
		n = sendmsg(sock, &hdr, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -1 : 0;
}

/* The one descriptor a datagram may carry, or -1. */
static int passed_fd(struct msghdr *hdr)
{
	struct cmsghdr *c = CMSG_FIRSTHDR(hdr);
	int fd;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

static bool is_whole(const void *buf, size_t n, int flags)
{
	struct msg m;

	if (n < sizeof(m) || (flags & (MSG_TRUNC | MSG_CTRUNC)))
		return false;
	memcpy(&m, buf, sizeof(m));
	if (m.len != n)
		return false;
	return !msg_fixed_len(m.type) || msg_fixed_len(m.type) == n;
}

ssize_t msg_recv(int sock, void *buf, size_t size, int *fd)
{
	union fd_control control;
	struct iovec iov = { .iov_base = buf, .iov_len = size };
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = control.buf,
			      /* not CMSG_SPACE: its padding would hold another */
			      .msg_controllen = CMSG_LEN(sizeof(int)) };
	int passed;
	ssize_t n;

	if (fd)
		*fd = -1;
	do {
		n = recvmsg(sock, &hdr, MSG_CMSG_CLOEXEC);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -1;
	passed = passed_fd(&hdr);
	if (n == 0 && passed < 0)
		return 0;
	if (!is_whole(buf, n, hdr.msg_flags) || (passed >= 0 && !fd)) {
		if (passed >= 0)
			close(passed);
		errno = EBADMSG;
		return -1;
	}
	if (fd)
		*fd = passed;
	return n;
}

static const size_t fixed_len[] = {
	[MSG_READY] = sizeof(struct msg_ready),
	[MSG_STATS] = sizeof(struct msg_stats),
	[MSG_BROKEN] = sizeof(struct msg_broken),
	[MSG_CLOCK] = sizeof(struct msg_clock),
	[MSG_GUEST] = sizeof(struct msg_guest),
	[MSG_GONE] = sizeof(struct msg_gone),
	[MSG_SUBSCRIBE] = sizeof(struct msg_subscribe),
	[MSG_VERDICT] = sizeof(struct msg_verdict),
	[MSG_ACT] = sizeof(struct msg_act),
	[MSG_DONE] = sizeof(struct msg_done),
	[MSG_OUT_INCIDENT] = sizeof(struct msg_out_incident),
	[MSG_OUT_MISSED] = sizeof(struct msg_out_missed),
	[MSG_DEFINE] = sizeof(struct msg_define),
	[MSG_POLICY] = sizeof(struct msg_policy),
	[MSG_RULES] = sizeof(struct msg_rules),
	[MSG_ANSWER] = sizeof(struct msg_answer),
	[MSG_REQUEST] = sizeof(struct msg_request),
	[MSG_VITALS] = sizeof(struct msg_vitals),
	[MSG_WATCHER] = sizeof(struct msg_watcher),
	[MSG_ASK_VCPU] = sizeof(struct msg_ask_vcpu),
	[MSG_VCPU] = sizeof(struct msg_vcpu),
	[MSG_ASK_WRITTEN] = sizeof(struct msg_ask_written),
	[MSG_LOADING] = sizeof(struct msg_loading),
	[MSG_WRITTEN] = sizeof(struct msg_written),
	[MSG_LOOKED] = sizeof(struct msg_looked),
	[MSG_MODULES] = sizeof(struct msg_modules),
	[MSG_FINDING] = sizeof(struct msg_finding),
	[MSG_KERNEL] = sizeof(struct msg_kernel),
	[MSG_SEEN] = sizeof(struct msg_seen),
	[MSG_PLAYBOOKS] = sizeof(struct msg_playbooks),
	[MSG_RUN] = sizeof(struct msg_run),
	[MSG_SITE] = sizeof(struct msg_site),
	[MSG_TIGHTEN] = sizeof(struct msg_tighten),
	[MSG_RULESET] = sizeof(struct msg_ruleset),
	[MSG_RECORD] = sizeof(struct msg_record),
	[MSG_KEPT] = sizeof(struct msg_kept),
	[MSG_SEAL] = sizeof(struct msg_seal),
	[MSG_SEALED] = sizeof(struct msg_sealed),
	[MSG_JOURNAL] = sizeof(struct msg_journal),
	[MSG_CLOSE] = sizeof(struct msg_close),
	[MSG_RULED] = sizeof(struct msg_ruled),
	[MSG_FIGURES] = sizeof(struct msg_figures),
};

size_t msg_fixed_len(uint32_t type)
{
	if (type >= sizeof(fixed_len) / sizeof(fixed_len[0]))
		return 0;
	return fixed_len[type];
}
