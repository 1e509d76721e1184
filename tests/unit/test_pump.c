// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the reader at work: the pump between a guest's pages in
 * memory, an engine and a starlsmd that are the test
 */
#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <xenevtchn.h>

#include "lib/msg_reader.h"
#include "lib/policy.h"
#include "producer.h"
#include "reader/pump.h"

#define DOMID	7
#define PORT	3
#define WAIT_MS	5000

/*
 * The event channel
 */

static int channel;
static unsigned int n_notified;	/* how often the guest was */

int xenevtchn_fd(xenevtchn_handle *xce)
{
	(void)xce;
	return channel;
}

xenevtchn_port_or_error_t xenevtchn_pending(xenevtchn_handle *xce)
{
	uint64_t n;

	(void)xce;
	return read(channel, &n, sizeof(n)) == sizeof(n) ? PORT : -1;
}

int xenevtchn_unmask(xenevtchn_handle *xce, evtchn_port_t port)
{
	(void)xce;
	return port == PORT ? 0 : -1;
}

int xenevtchn_notify(xenevtchn_handle *xce, evtchn_port_t port)
{
	(void)xce;
	__atomic_fetch_add(&n_notified, 1, __ATOMIC_SEQ_CST);
	return port == PORT ? 0 : -1;
}

/*
 * The guest
 */

static struct starlsm_status_page status;
static struct starlsm_control_page control;
static struct starlsm_policy_page policy;
static struct starlsm_answers_page answers;
static struct producer guest;
static struct attachment attachment;
static struct pump pump;
static pthread_t reader;
static int engine = -1, parent = -1;	/* our ends */
static char in[MSG_MAX] __attribute__((aligned(8)));

static void *run(void *unused)
{
	(void)unused;
	return pump_run(&pump);
}

static int open_channel(int fd)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) || dup2(pair[1], fd) < 0)
		abort();
	close(pair[1]);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return pair[0];
}

static int set_up(void **state)
{
	(void)state;
	memset(&status, 0, sizeof(status));
	memset(&control, 0, sizeof(control));
	memset(&policy, 0, sizeof(policy));
	memset(&answers, 0, sizeof(answers));
	memset(&attachment, 0, sizeof(attachment));
	producer_init(&guest, 0, 0, 0);
	n_notified = 0;
	attachment.domid = DOMID;
	attachment.geometry.n_rings = 1;
	attachment.geometry.ring_pages = STARLSM_RING_PAGES_MIN;
	attachment.untrusted_status = &status;
	attachment.untrusted_control = &control;
	attachment.untrusted_policy = &policy;
	attachment.untrusted_answers = &answers;
	attachment.untrusted_data[0] = guest.data;
	attachment.port = PORT;
	channel = eventfd(0, EFD_NONBLOCK);
	parent = open_channel(MSG_FD_PARENT);
	engine = open_channel(MSG_FD_PEER);
	pump_prepare(&pump, &attachment);
	return pthread_create(&reader, NULL, run, NULL);
}

static int tear_down(void **state)
{
	void *liar;

	(void)state;
	shutdown(parent, SHUT_WR);
	pthread_join(reader, &liar);
	assert_null(liar);
	close(parent);
	close(engine);
	close(channel);
	free(pump.ring);
	return 0;
}

static void kick(void)
{
	uint64_t one = 1;

	assert_int_equal(write(channel, &one, sizeof(one)), sizeof(one));
}

/* What was put is there; a task waits for it if is_awaited. */
static void publish(bool is_awaited)
{
	__atomic_store_n(&status.ring[0].prod, guest.prod, __ATOMIC_RELEASE);
	if (is_awaited)
		__atomic_store_n(&status.ring[0].commit, guest.prod, __ATOMIC_SEQ_CST);
	kick();
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){ .tv_nsec = ms * 1000000 }, NULL);
}

#define EVENTUALLY(condition) do { \
	int left; \
	for (left = WAIT_MS; !(condition) && left; left--) \
		pause_ms(1); \
	assert_true(left); \
} while (0)

/* The next message of that type; others are passed over. */
static const struct msg *next(int fd, uint32_t type)
{
	struct msg *m = (void *)in;

	do
		assert_true(msg_recv(fd, in, sizeof(in), NULL) > 0);
	while (m->type != type);
	return m;
}

static unsigned int notified(void)
{
	return __atomic_load_n(&n_notified, __ATOMIC_SEQ_CST);
}

static void put(uint16_t type, void *rec, uint16_t len)
{
	producer_put(&guest, rec, type, len, guest.seq + 1);
}

/*
 * Tests
 */

/* A task waits for its record: told as soon as the engine has it, without a tick. */
static void what_is_awaited(void **state)
{
	struct starlsm_rec_exit plain = { .pid = 1 };
	const struct msg_events *m;
	unsigned int before;

	(void)state;
	/* the first ping is out of the way */
	EVENTUALLY(notified());
	before = notified();
	put(STARLSM_EV_EXIT, &plain, sizeof(plain));
	publish(true);
	m = (const void *)next(engine, MSG_EVENTS);
	assert_int_equal(m->n_events, 1);
	EVENTUALLY(notified() > before);
	assert_int_equal(__atomic_load_n(&control.ring[0].cons, __ATOMIC_SEQ_CST), guest.prod);
}

/* starlsmd is told before the task may go on, and of modules in a row only once. */
static void modules(void **state)
{
	struct starlsm_rec_module module = { .source = STARLSM_FROM_MEMORY };
	const struct msg_loading *m;
	ssize_t n;

	(void)state;
	put(STARLSM_EV_MODULE, &module, sizeof(module));
	put(STARLSM_EV_MODULE, &module, sizeof(module));
	publish(true);
	EVENTUALLY(__atomic_load_n(&control.ring[0].cons, __ATOMIC_SEQ_CST) == guest.prod);
	assert_int_equal(fcntl(parent, F_SETFL, O_NONBLOCK), 0);
	m = (const void *)next(parent, MSG_LOADING);
	assert_int_equal(m->domid, DOMID);
	while ((n = msg_recv(parent, in, sizeof(in), NULL)) > 0)
		assert_int_not_equal(((const struct msg *)in)->type, MSG_LOADING);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(fcntl(parent, F_SETFL, 0), 0);
}

static void nobody_waits(void **state)
{
	struct starlsm_rec_exit plain = { .pid = 1 };
	unsigned int before;

	(void)state;
	EVENTUALLY(notified());
	before = notified();
	put(STARLSM_EV_EXIT, &plain, sizeof(plain));
	publish(false);
	next(engine, MSG_EVENTS);
	EVENTUALLY(__atomic_load_n(&control.ring[0].cons, __ATOMIC_SEQ_CST) == guest.prod);
	assert_int_equal(notified(), before);
}

/* A record that a task waits for does not wait for those after it. */
static void batches_end_with_what_is_awaited(void **state)
{
	struct starlsm_rec_exit plain = { .pid = 1 };
	struct starlsm_rec_kexec kexec = { .source = STARLSM_FROM_MEMORY };
	struct starlsm_rec_ask ask = { .event = STARLSM_EV_KEXEC };

	(void)state;
	put(STARLSM_EV_EXIT, &plain, sizeof(plain));
	put(STARLSM_EV_KEXEC, &kexec, sizeof(kexec));
	put(STARLSM_EV_EXIT, &plain, sizeof(plain));
	put(STARLSM_EV_ASK, &ask, sizeof(ask));
	put(STARLSM_EV_EXIT, &plain, sizeof(plain));
	publish(false);
	assert_int_equal(((const struct msg_events *)next(engine, MSG_EVENTS))->n_events, 2);
	assert_int_equal(((const struct msg_events *)next(engine, MSG_EVENTS))->n_events, 2);
	assert_int_equal(((const struct msg_events *)next(engine, MSG_EVENTS))->n_events, 1);
}

static void answers_and_definitions(void **state)
{
	const struct msg_answer answer = {
		.msg = { MSG_ANSWER, sizeof(answer) }, .domid = DOMID, .slot = 9, .ticket = 77,
		.answer = STARLSM_ANSWER_DENY,
	};
	const struct msg_define define = { .msg = { MSG_DEFINE, sizeof(define) }, .domid = DOMID };
	unsigned int before;

	(void)state;
	EVENTUALLY(notified());
	before = notified();
	assert_int_equal(msg_send(engine, &answer.msg, -1), 0);
	EVENTUALLY(__atomic_load_n(&answers.slot[9].ticket, __ATOMIC_ACQUIRE) == 77);
	assert_int_equal(answers.slot[9].answer, STARLSM_ANSWER_DENY);
	EVENTUALLY(notified() > before);
	assert_int_equal(msg_send(engine, &define.msg, -1), 0);
	EVENTUALLY(__atomic_load_n(&control.guest.define, __ATOMIC_ACQUIRE) == 1);
	assert_int_equal(msg_send(engine, &define.msg, -1), 0);
	EVENTUALLY(__atomic_load_n(&control.guest.define, __ATOMIC_ACQUIRE) == 2);
}

static void a_policy(void **state)
{
	static struct msg_policy m = {
		.msg = { MSG_POLICY, sizeof(m) }, .domid = DOMID, .generation = 5,
	};
	struct starlsm_rec_unlink unlink = { .path = 1 };
	struct starlsm_rec_policy told = { .number = 2, .error = STARLSM_ERR_POLICY };
	const struct msg_stats *stats;

	(void)state;
	policy_init(&m.page);
	m.page.class[STARLSM_EV_UNLINK] = STARLSM_CLASS_COMMIT;
	assert_int_equal(msg_send(parent, &m.msg, -1), 0);
	EVENTUALLY(__atomic_load_n(&policy.number, __ATOMIC_ACQUIRE) == 2);
	assert_int_equal(policy.class[STARLSM_EV_UNLINK], STARLSM_CLASS_COMMIT);
	/* what the class says goes for the batches too */
	put(STARLSM_EV_UNLINK, &unlink, sizeof(unlink));
	put(STARLSM_EV_POLICY, &told, sizeof(told));
	publish(false);
	assert_int_equal(((const struct msg_events *)next(engine, MSG_EVENTS))->n_events, 1);
	assert_int_equal(((const struct msg_events *)next(engine, MSG_EVENTS))->n_events, 1);
	/* read is what the guest says it has read */
	stats = (const void *)next(parent, MSG_STATS);
	assert_int_equal(stats->policy_applied, 0);
	__atomic_store_n(&status.guest.policy, 2, __ATOMIC_RELEASE);
	do
		stats = (const void *)next(parent, MSG_STATS);
	while (!stats->policy_applied);
	assert_int_equal(stats->policy_applied, 5);
	assert_int_equal(stats->policy_error, STARLSM_ERR_POLICY);
}

/* How long the oldest waited, as soon as the guest's clock is known; told once. */
static void how_far_behind(void **state)
{
	struct starlsm_rec_exit plain = { .pid = 1 };
	const struct msg_stats *stats;

	(void)state;
	EVENTUALLY(notified());
	status.guest.pong_ns = pump_now();
	__atomic_store_n(&status.guest.pong, control.guest.ping, __ATOMIC_RELEASE);
	kick();
	next(engine, MSG_CLOCK);
	producer_put(&guest, &plain, STARLSM_EV_EXIT, sizeof(plain), pump_now() - 3000000000);
	producer_put(&guest, &plain, STARLSM_EV_EXIT, sizeof(plain), pump_now());
	publish(false);
	do
		stats = (const void *)next(parent, MSG_STATS);
	while (!stats->events);
	assert_in_range(stats->lag_ns, 2900000000, 3000000000 + WAIT_MS * 1000000ULL);
	/* a record from the future has not waited */
	producer_put(&guest, &plain, STARLSM_EV_EXIT, sizeof(plain), UINT64_MAX / 4);
	publish(false);
	do
		stats = (const void *)next(parent, MSG_STATS);
	while (stats->events < 3);
	assert_int_equal(stats->lag_ns, 0);
}

#define PUMP_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{

	const struct CMUnitTest tests[] = {
		PUMP_TEST(what_is_awaited),
		PUMP_TEST(modules),
		PUMP_TEST(nobody_waits),
		PUMP_TEST(batches_end_with_what_is_awaited),
		PUMP_TEST(answers_and_definitions),
		PUMP_TEST(a_policy),
		PUMP_TEST(how_far_behind),
	};

	/* what a reader has as its channels is not handed out for anything else */
	for (int fd = 3; fd <= MSG_FD_LOCK; fd++)
		dup2(STDIN_FILENO, fd);
	return cmocka_run_group_tests_name("pump", tests, NULL, NULL);
}
