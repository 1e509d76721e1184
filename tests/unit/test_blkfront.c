// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: nbdkit's plugin, driven as nbdkit does, by several threads, with a
 * back end that is a thread, too
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define NBDKIT_API_VERSION 2
#include <nbdkit-plugin.h>

#include "blkfront/device.h"
#include "blkfront/queue.h"
#include "blkfront/sandbox.h"
#include "lib/drop.h"
#include "lib/log.h"
#include "lib/outer.h"
#include "cmocka_all.h"

#define DISK_BYTES	(8 << 20)
#define THREADS		16
#define ROUNDS		40
#define FIRST_REF	100

static uint8_t disk[DISK_BYTES];
static uint8_t *ring_page, *buffers;
static blkif_back_ring_t back;
static int to_front, to_back;
static struct device as_told = { .bytes = DISK_BYTES, .can_flush = true, .can_discard = true };
static bool is_liar;
static uint8_t medium[DISK_BYTES];
static _Thread_local int last_error;
static struct nbdkit_plugin *plugin;

/*
 * nbdkit's side
 */

struct nbdkit_plugin *plugin_init(void);

void nbdkit_error(const char *fmt, ...)
{
	(void)fmt;
}

void nbdkit_set_error(int err)
{
	last_error = err;
}

int nbdkit_parse_unsigned(const char *what, const char *text, unsigned int *number)
{
	(void)what;
	*number = strtoul(text, NULL, 10);
	return 0;
}

/*
 * The outer Xen, its xenstore, and our rights
 */

void drop_lookup(const char *user, struct drop_ids *ids)
{
	(void)user;
	(void)ids;
}

void drop_to(const struct drop_ids *ids)
{
	(void)ids;
}

void sandbox_enter(void)
{
}

void front_reset(struct front *f)
{
	(void)f;
}

void front_look(struct front *f)
{
	(void)f;
}

void front_close(struct front *f)
{
	(void)f;
}

void device_open(struct device *d, const char *path, unsigned int number)
{
	(void)path;
	(void)number;
	d->handle = 51712;
}

size_t device_ring_pages(struct device *d)
{
	(void)d;
	return QUEUE_RING_PAGES;
}

void outer_open(struct outer *o)
{
	to_front = eventfd(0, 0);
	to_back = eventfd(0, 0);
	o->evtchn = NULL;
}

int xenevtchn_fd(xenevtchn_handle *handle)
{
	(void)handle;
	return to_front;
}

void outer_channel(struct outer *o, uint32_t domid, struct outer_channel *c)
{
	(void)o;
	(void)domid;
	*c = (struct outer_channel){ 0 };
}

void *outer_pages(struct outer *o, const struct outer_channel *c, uint32_t domid, bool readonly,
		  size_t n, uint32_t *ref)
{
	void *pages = aligned_alloc(QUEUE_PAGE, n * QUEUE_PAGE);

	(void)o;
	(void)c;
	(void)domid;
	(void)readonly;
	memset(pages, 0, n * QUEUE_PAGE);
	for (size_t i = 0; i < n; i++)
		ref[i] = FIRST_REF + i;
	if (n == QUEUE_BUFFERS)
		buffers = pages;
	else
		ring_page = pages;
	return pages;
}

void outer_seal(struct outer *o)
{
	(void)o;
}

static void tell(int fd)
{
	assert_int_equal(write(fd, &(uint64_t){ 1 }, 8), 8);
}

void outer_tell(struct outer *o, evtchn_port_t port)
{
	(void)o;
	(void)port;
	tell(to_back);
}

void outer_told(struct outer *o)
{
	uint64_t n;

	(void)o;
	assert_int_equal(read(to_front, &n, sizeof(n)), sizeof(n));
}

/*
 * The back end
 */

static void carry_out(const blkif_request_t *r)
{
	uint8_t *at = disk + r->sector_number * QUEUE_SECTOR;

	if (r->operation == BLKIF_OP_FLUSH_DISKCACHE)
		memcpy(medium, disk, sizeof(medium));
	if (r->operation != BLKIF_OP_READ && r->operation != BLKIF_OP_WRITE)
		return;
	for (unsigned int i = 0; i < r->nr_segments; i++) {
		uint8_t *page = buffers + (size_t)(r->seg[i].gref - FIRST_REF) * QUEUE_PAGE;
		size_t len = (r->seg[i].last_sect + 1) * QUEUE_SECTOR;

		if (r->operation == BLKIF_OP_READ)
			memcpy(page, at, len);
		else
			memcpy(at, page, len);
		at += len;
	}
}

static void serve_one(void)
{
	blkif_request_t r;

	RING_COPY_REQUEST(&back, back.req_cons, &r);
	back.req_cons++;
	carry_out(&r);
	*RING_GET_RESPONSE(&back, back.rsp_prod_pvt) = (blkif_response_t){
		.id = is_liar ? r.id + 1 : r.id, .operation = r.operation,
	};
	back.rsp_prod_pvt++;
}

static void *back_end(void *unused)
{
	(void)unused;
	for (;;) {
		int more, notify;
		uint64_t n;

		if (read(to_back, &n, sizeof(n)) != sizeof(n))
			abort();
		do {
			while (RING_HAS_UNCONSUMED_REQUESTS(&back))
				serve_one();
			RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&back, notify);
			if (notify)
				tell(to_front);
			RING_FINAL_CHECK_FOR_REQUESTS(&back, more);
		} while (more);
	}
	return NULL;
}

void device_connect(struct device *d, const struct device_ring *r)
{
	pthread_t thread;

	d->bytes = as_told.bytes;
	d->can_flush = as_told.can_flush;
	d->can_discard = as_told.can_discard;
	d->is_readonly = as_told.is_readonly;
	BACK_RING_INIT(&back, (blkif_sring_t *)ring_page, r->n_pages * QUEUE_PAGE);
	pthread_create(&thread, NULL, back_end, NULL);
}

/*
 * Tests
 */

/* Each has a part of the disk for itself, and writes and reads there. */
static void *worker(void *arg)
{
	const size_t part = DISK_BYTES / THREADS;
	size_t start = (size_t)arg * part;
	uint8_t *data = malloc(part), *read_back = malloc(part);
	unsigned int seed = (size_t)arg;
	size_t failed = 0;

	for (int i = 0; i < ROUNDS; i++) {
		size_t len = (1 + rand_r(&seed) % (part / QUEUE_SECTOR)) * QUEUE_SECTOR;

		memset(data, seed, len);
		data[0] = i;
		failed += plugin->pwrite(NULL, data, len, start, 0) != 0;
		if (i % 8 == 0)
			failed += plugin->flush(NULL, 0) != 0;
		failed += plugin->pread(NULL, read_back, len, start, 0) != 0;
		failed += memcmp(data, read_back, len) != 0;
	}
	free(data);
	free(read_back);
	return (void *)failed;
}

static void test_many_threads(void **state)
{
	pthread_t threads[THREADS];
	void *failed;

	(void)state;
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, worker, (void *)i), 0);
	for (size_t i = 0; i < THREADS; i++) {
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
}

/* When a flush is acknowledged, what was acknowledged before it is on the medium. */
static void test_a_flush(void **state)
{
	uint8_t data[QUEUE_PAGE];

	(void)state;
	memset(data, 0x5a, sizeof(data));
	assert_int_equal(plugin->pwrite(NULL, data, sizeof(data), 65536, 0), 0);
	assert_memory_not_equal(medium + 65536, data, sizeof(data));
	assert_int_equal(plugin->flush(NULL, 0), 0);
	assert_memory_equal(medium + 65536, data, sizeof(data));
	assert_int_equal(plugin->can_fua(NULL), NBDKIT_FUA_EMULATE);
}

static void test_parts_of_sectors(void **state)
{
	uint8_t data[QUEUE_PAGE];

	(void)state;
	last_error = 0;
	assert_int_equal(plugin->pread(NULL, data, 100, 0, 0), -1);
	assert_int_equal(last_error, EINVAL);
	assert_int_equal(plugin->pwrite(NULL, data, QUEUE_SECTOR, 7, 0), -1);
	assert_int_equal(plugin->trim(NULL, QUEUE_SECTOR, 0, 0), 0);
}

/* What the back end does not have is not offered; with no parameter, xvda. */
static void test_what_is_offered(void **state)
{
	(void)state;
	assert_int_equal(plugin->get_size(NULL), DISK_BYTES);
	assert_int_equal(plugin->can_write(NULL), 1);
	assert_int_equal(plugin->can_flush(NULL), 1);
	assert_int_equal(plugin->can_trim(NULL), 1);
	assert_int_equal(plugin->config("number", "16"), 0);
	assert_int_equal(plugin->config_complete(), -1);
	assert_int_equal(plugin->config("number", "15"), 0);
	assert_int_equal(plugin->config_complete(), 0);
	assert_int_equal(plugin->config("numbre", "1"), -1);
}

/* In a child: plugin anew, with the back end as it is told */
static int of_child(int (*f)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(f());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int poor_back_end(void)
{
	as_told = (struct device){ .bytes = DISK_BYTES, .is_readonly = true };
	plugin->after_fork();
	return plugin->can_flush(NULL) || plugin->can_trim(NULL) || plugin->can_write(NULL) ||
	       plugin->can_fua(NULL) != NBDKIT_FUA_NONE;
}

static int lying_back_end(void)
{
	uint8_t data[QUEUE_SECTOR];

	is_liar = true;
	plugin->after_fork();
	plugin->pread(NULL, data, sizeof(data), 0, 0);
	return 77;
}

static void test_a_poor_back_end(void **state)
{
	(void)state;
	assert_int_equal(of_child(poor_back_end), 0);
}

/* fatal() */
static void test_a_lying_back_end(void **state)
{
	(void)state;
	assert_int_equal(of_child(lying_back_end), 1);
}

static int start(void **state)
{
	(void)state;
	return plugin->after_fork();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		/* before there are threads that a child would not have */
		cmocka_unit_test(test_a_poor_back_end),
		cmocka_unit_test(test_a_lying_back_end),
		cmocka_unit_test_setup(test_what_is_offered, start),
		cmocka_unit_test(test_a_flush),
		cmocka_unit_test(test_parts_of_sectors),
		cmocka_unit_test(test_many_threads),
	};

	plugin = plugin_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
