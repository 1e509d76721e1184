// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of answers from starlsmd to starlsmctl, also of very long ones
 */
#include "answering.h"
#include "ctl/client.h"

#define PIECE	(MSG_MAX - sizeof(struct msg_reply))

static struct client_answer answer;

/* What starlsmctl makes of it; 0 or what it ends with */
static int ask(serve_fn serve, const void *arg)
{
	struct answering a;
	int rc;

	answering_start(&a, serve, arg);
	answer = (struct client_answer){ .patience_ms = 20000 };
	rc = client_try(a.path, REQUEST_STATUS, &answer);
	answering_end(&a);
	return rc;
}

static char *text_of(size_t len)
{
	char *text = malloc(len + 1);

	assert_non_null(text);
	for (size_t i = 0; i < len; i++)
		text[i] = 'a' + i % 23;
	text[len] = 0;
	return text;
}

/* Whatever the length: one message, more, and at what fills one exactly */
static void any_length(void **state)
{
	static const size_t lens[] = { 0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 << 20 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lens); i++) {
		struct said said = { .text = text_of(lens[i]), .has_fd = i % 2 };

		assert_int_equal(ask(answering_say, &said), CTL_OK);
		assert_int_equal(strlen(answer.text), lens[i]);
		assert_memory_equal(answer.text, said.text, lens[i]);
		assert_int_equal(answer.fd >= 0, said.has_fd);
		if (answer.fd >= 0)
			close(answer.fd);
		free((char *)said.text);
	}
}

static void errors(void **state)
{
	struct said said = { EINVAL, "starlsm.yaml:1: wrong", false };

	(void)state;
	assert_int_equal(ask(answering_say, &said), CTL_FAILED);
	assert_string_equal(answer.error, said.text);
	said.text = text_of(PIECE + 1);
	assert_int_equal(ask(answering_say, &said), CTL_FAILED);
	assert_memory_equal(answer.error, said.text, sizeof(answer.error) - 1);
	free((char *)said.text);
	said = (struct said){ ENOENT, "", false };
	assert_int_equal(ask(answering_say, &said), CTL_FAILED);
	assert_string_equal(answer.error, strerror(ENOENT));
}

static void too_long(void **state)
{
	struct reply r;
	char *text = text_of(REPLY_TEXT_MAX + 1);

	(void)state;
	assert_int_equal(reply_begin(&r, 0, text), -1);
	reply_free(&r);
	text[REPLY_TEXT_MAX] = 0;
	assert_int_equal(reply_begin(&r, 0, text), 0);
	reply_free(&r);
	free(text);
}

/*
 * One that does not hold to it
 */

struct lie {
	struct {
		uint32_t len, more;
	} piece[2];	/* the second may be missing */
	const char *error;
};

static void send_pieces(int conn, const void *arg)
{
	static char buf[MSG_MAX] __attribute__((aligned(8)));
	struct msg_reply *m = (void *)buf;
	const struct lie *lie = arg;

	for (size_t i = 0; i < 2 && lie->piece[i].len + lie->piece[i].more; i++) {
		*m = (struct msg_reply){
			.msg = { MSG_REPLY, sizeof(*m) + lie->piece[i].len },
			.text_len = lie->piece[i].len, .more = lie->piece[i].more,
		};
		memset(m + 1, 'x', m->text_len);
		msg_send(conn, &m->msg, -1);
	}
}

static void lies(void **state)
{
	static const char other[] = "starlsmd is of another version";
	static const struct lie all[] = {
		{ { { 10, 20 }, { 15, 10 } }, other },	/* more than it said */
		{ { { 10, 20 }, { 10, 0 } }, other },	/* less */
		{ { { 0, 20 } }, other },		/* nothing, and more to come */
		{ { { 10, UINT32_MAX - 5 } }, other },
		{ { { 10, 20 }, { 10, 10 } }, "starlsmd ended without an answer" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		assert_int_equal(ask(send_pieces, &all[i]), CTL_FAILED);
		assert_string_equal(answer.error, all[i].error);
	}
}

/* Who reads only when no more fits gets all of it, in order. */
static void reads_late(void **state)
{
	static char buf[MSG_MAX] __attribute__((aligned(8)));
	const struct msg_reply *m = (void *)buf;
	char *text = text_of(3 << 20);
	struct reply r;
	int pair[2], rc, n_waits = -1;
	size_t had = 0;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	assert_int_equal(reply_begin(&r, 0, text), 0);
	do {
		rc = reply_send(&r, pair[0], -1);
		assert_true(!rc || rc == -EAGAIN);
		n_waits++;
		while (msg_recv(pair[1], buf, sizeof(buf), NULL) > 0) {
			assert_true(m->text_len <= r.len - had);
			assert_memory_equal(m + 1, text + had, m->text_len);
			had += m->text_len;
			assert_int_equal(m->more, r.len - had);
		}
	} while (rc);
	assert_int_equal(had, 3 << 20);
	assert_true(n_waits > 0);	/* a socket holds less */
	close(pair[0]);
	close(pair[1]);
	reply_free(&r);
	free(text);
}

/* Who does not read gets no more, and is told of as what it is. */
static void nobody_reads(void **state)
{
	char *text = text_of(3 << 20);
	struct reply r;
	int pair[2], rc;

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	assert_int_equal(reply_begin(&r, 0, text), 0);
	assert_int_equal(reply_send(&r, pair[0], -1), -EAGAIN);
	assert_true(r.sent >= PIECE && r.sent < r.len);
	close(pair[1]);
	rc = reply_send(&r, pair[0], -1);
	assert_true(rc == -EPIPE || rc == -ECONNRESET);
	close(pair[0]);
	reply_free(&r);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_length),
		cmocka_unit_test(errors),
		cmocka_unit_test(too_long),
		cmocka_unit_test(lies),
		cmocka_unit_test(reads_late),
		cmocka_unit_test(nobody_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
