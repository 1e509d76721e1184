// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of messages: exact lengths, and the descriptors with them
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/msg_ctl.h"
#include "lib/msg_engine.h"
#include "lib/msg_export.h"
#include "lib/msg_journal.h"

static int a, b;
static char buf[MSG_MAX];

static int begin(void **state)
{
	int pair[2];

	(void)state;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair))
		return -1;
	a = pair[0];
	b = pair[1];
	return 0;
}

static int end(void **state)
{
	(void)state;
	close(a);
	close(b);
	return 0;
}

static int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static struct msg_gone gone(void)
{
	return (struct msg_gone){ .msg = { MSG_GONE, sizeof(struct msg_gone) }, .domid = 3 };
}

static void message_arrives(void **state)
{
	struct msg_gone m = gone(), got;
	int fd = 99;

	(void)state;
	assert_int_equal(msg_send(a, &m.msg, -1), 0);
	assert_int_equal(msg_recv(b, &got, sizeof(got), &fd), sizeof(got));
	assert_int_equal(fd, -1);
	assert_memory_equal(&m, &got, sizeof(m));
}

static void descriptor_arrives(void **state)
{
	struct msg_gone m = gone();
	int pipes[2], fd;
	char c;

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(msg_send(a, &m.msg, pipes[1]), 0);
	close(pipes[1]);
	assert_int_equal(msg_recv(b, buf, sizeof(buf), &fd), sizeof(m));
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write(fd, "x", 1), 1);
	assert_int_equal(read(pipes[0], &c, 1), 1);
	close(fd);
	close(pipes[0]);
}

static void end_of_channel(void **state)
{
	(void)state;
	close(a);
	assert_int_equal(msg_recv(b, buf, sizeof(buf), NULL), 0);
	a = dup(b);
}

static void nothing_there(void **state)
{
	(void)state;
	assert_int_equal(msg_recv(b, buf, sizeof(buf), NULL), -1);
	assert_int_equal(errno, EAGAIN);
}

static void expect_bad(const void *bytes, size_t n)
{
	assert_int_equal(send(a, bytes, n, 0), n);
	errno = 0;
	assert_int_equal(msg_recv(b, buf, sizeof(buf), NULL), -1);
	assert_int_equal(errno, EBADMSG);
}

static void wrong_lengths(void **state)
{
	struct msg_stats m = { .msg = { MSG_STATS, sizeof(m) } };

	(void)state;
	expect_bad(&m, 1);
	expect_bad(&m, sizeof(struct msg) - 1);
	expect_bad(&m, sizeof(m) - 8);
	m.msg.len = sizeof(m) + 8;
	expect_bad(&m, sizeof(m));
	/* Consistent with itself, but not with its type */
	m.msg.len = sizeof(m) - 8;
	expect_bad(&m, sizeof(m) - 8);
	m.msg.len = 0;
	expect_bad(&m, sizeof(m));
}

static void longer_than_the_buffer(void **state)
{
	struct msg_stats m = { .msg = { MSG_STATS, sizeof(m) } };
	struct msg_gone small;

	(void)state;
	assert_int_equal(msg_send(a, &m.msg, -1), 0);
	assert_int_equal(msg_recv(b, &small, sizeof(small), NULL), -1);
	assert_int_equal(errno, EBADMSG);
}

static void descriptor_nobody_asked_for(void **state)
{
	struct msg_gone m = gone();
	int before = count_fds();

	(void)state;
	assert_int_equal(msg_send(a, &m.msg, 0), 0);
	assert_int_equal(msg_recv(b, buf, sizeof(buf), NULL), -1);
	assert_int_equal(errno, EBADMSG);
	assert_int_equal(count_fds(), before);
}

static void bad_message_with_descriptor_leaks_nothing(void **state)
{
	struct msg_gone m = gone();
	int before = count_fds(), fd;

	(void)state;
	m.msg.len = sizeof(m.msg);
	assert_int_equal(msg_send(a, &m.msg, 0), 0);
	assert_int_equal(msg_recv(b, buf, sizeof(buf), &fd), -1);
	assert_int_equal(fd, -1);
	assert_int_equal(count_fds(), before);
}

static void two_descriptors_are_one_too_many(void **state)
{
	union {
		char buf[CMSG_SPACE(2 * sizeof(int))];
		struct cmsghdr align;
	} control = { .buf = { 0 } };
	struct msg_gone m = gone();
	struct iovec iov = { &m, sizeof(m) };
	struct msghdr hdr = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = control.buf,
			      .msg_controllen = sizeof(control.buf) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&hdr);
	int before = count_fds(), fds[2] = { 0, 0 }, fd;

	(void)state;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fds));
	memcpy(CMSG_DATA(c), fds, sizeof(fds));
	assert_int_equal(sendmsg(a, &hdr, 0), sizeof(m));
	assert_int_equal(msg_recv(b, buf, sizeof(buf), &fd), -1);
	assert_int_equal(errno, EBADMSG);
	assert_int_equal(count_fds(), before);
}

static void full_channel_says_so(void **state)
{
	struct msg *m = (struct msg *)buf;
	int n;

	(void)state;
	*m = (struct msg){ MSG_EVENTS, MSG_MAX };
	for (n = 0; n < 100 && !msg_send(a, m, -1); n++)
		;
	assert_true(n > 0 && n < 100);
	assert_int_equal(errno, EAGAIN);
}

static void nothing_impossible_is_sent(void **state)
{
	struct msg *m = (struct msg *)buf;

	(void)state;
	*m = (struct msg){ MSG_EVENTS, MSG_MAX + 1 };
	assert_int_equal(msg_send(a, m, -1), -1);
	assert_int_equal(errno, EMSGSIZE);
	m->len = 4;
	assert_int_equal(msg_send(a, m, -1), -1);
}

static void fixed_lengths(void **state)
{
	(void)state;
	assert_int_equal(msg_fixed_len(MSG_READY), sizeof(struct msg_ready));
	assert_int_equal(msg_fixed_len(MSG_REQUEST), sizeof(struct msg_request));
	assert_int_equal(msg_fixed_len(MSG_DEFINE), sizeof(struct msg_define));
	assert_int_equal(msg_fixed_len(MSG_POLICY), sizeof(struct msg_policy));
	assert_int_equal(msg_fixed_len(MSG_RULES), sizeof(struct msg_rules));
	assert_int_equal(msg_fixed_len(MSG_ANSWER), sizeof(struct msg_answer));
	assert_int_equal(msg_fixed_len(MSG_FIGURES), sizeof(struct msg_figures));
	assert_int_equal(msg_fixed_len(MSG_RULED), sizeof(struct msg_ruled));
	assert_int_equal(msg_fixed_len(MSG_ASK_WRITTEN), sizeof(struct msg_ask_written));
	assert_int_equal(msg_fixed_len(MSG_LOADING), sizeof(struct msg_loading));
	assert_int_equal(msg_fixed_len(MSG_WRITTEN), sizeof(struct msg_written));
	assert_int_equal(msg_fixed_len(MSG_RECORD), sizeof(struct msg_record));
	assert_int_equal(msg_fixed_len(MSG_SEAL), sizeof(struct msg_seal));
	assert_int_equal(msg_fixed_len(MSG_SEALED), sizeof(struct msg_sealed));
	assert_int_equal(msg_fixed_len(MSG_JOURNAL), sizeof(struct msg_journal));
	assert_int_equal(msg_fixed_len(MSG_ENTRIES), 0);
	assert_int_equal(msg_fixed_len(MSG_EVENTS), 0);
	assert_int_equal(msg_fixed_len(MSG_REPLY), 0);
	assert_int_equal(msg_fixed_len(0), 0);
	assert_int_equal(msg_fixed_len(UINT32_MAX), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(message_arrives),
		TEST(descriptor_arrives),
		TEST(end_of_channel),
		TEST(nothing_there),
		TEST(wrong_lengths),
		TEST(longer_than_the_buffer),
		TEST(descriptor_nobody_asked_for),
		TEST(bad_message_with_descriptor_leaks_nothing),
		TEST(two_descriptors_are_one_too_many),
		TEST(full_channel_says_so),
		TEST(nothing_impossible_is_sent),
		TEST(fixed_lengths),
	};

	return cmocka_run_group_tests_name("msg", tests, NULL, NULL);
}
