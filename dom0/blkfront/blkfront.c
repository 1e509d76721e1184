// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a disk of the outer Xen for nbdkit: its plugin
 *
 * nbdkit's threads bring requests, each of which is a job in the queue, and wait; a
 * thread of ours takes the back end's answers. What is copied is copied into and from
 * pages that are granted for as long as we run. Whatever goes wrong ends the process;
 * the next one begins anew with the same disk. What was not answered may be done or not.
 */
#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NBDKIT_API_VERSION	2
#include <nbdkit-plugin.h>

#include "blkfront/device.h"
#include "blkfront/queue.h"
#include "blkfront/sandbox.h"
#include "lib/drop.h"
#include "lib/ends.h"
#include "lib/log.h"
#include "lib/outer.h"

#define THREAD_MODEL	NBDKIT_THREAD_MODEL_PARALLEL
#define LOOK_MS		1000

enum { FD_SIGNALS, FD_EVENTS, FDS };

static const char *path = OUTER_SOCKET;
static const char *user = OUTER_USER;
static unsigned int number;

static struct device device;
static struct outer outer;
static struct outer_channel channel;
/* nbdkit would wait for who is connected, which is the kernel, and stays. */
static int signals;
static uint32_t buffer_ref[QUEUE_BUFFERS];
/* guards queue and what its jobs say */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct queue queue;

/*
 * Requests
 */

struct request {
	struct job job;		/* first: done() is told of it */
	pthread_cond_t is_done;
	bool is_over;
};

static void done(struct job *job)
{
	struct request *r = (struct request *)job;

	r->is_over = true;
	pthread_cond_signal(&r->is_done);
}

/* As nbdkit wants it: 0, or -1 and what has happened */
static int run(uint8_t op, void *data, uint64_t len, uint64_t offset)
{
	struct request r = {
		.job = {
			.op = op, .sector = offset / QUEUE_SECTOR, .len = len, .data = data,
			.done = done,
		},
		.is_done = PTHREAD_COND_INITIALIZER,
	};

	if ((offset | len) % QUEUE_SECTOR) {
		nbdkit_set_error(EINVAL);
		return -1;
	}
	pthread_mutex_lock(&lock);
	if (queue_submit(&queue, &r.job))
		outer_tell(&outer, channel.port);
	while (!r.is_over)
		pthread_cond_wait(&r.is_done, &lock);
	pthread_mutex_unlock(&lock);
	if (!r.job.err)
		return 0;
	nbdkit_set_error(r.job.err);
	return -1;
}

static int disk_pread(void *handle, void *data, uint32_t len, uint64_t offset, uint32_t flags)
{
	(void)handle;
	(void)flags;
	return run(BLKIF_OP_READ, data, len, offset);
}

static int disk_pwrite(void *handle, const void *data, uint32_t len, uint64_t offset,
		       uint32_t flags)
{
	(void)handle;
	(void)flags;
	return run(BLKIF_OP_WRITE, (void *)data, len, offset);
}

static int disk_flush(void *handle, uint32_t flags)
{
	(void)handle;
	(void)flags;
	return run(BLKIF_OP_FLUSH_DISKCACHE, NULL, 0, 0);
}

static int disk_trim(void *handle, uint32_t len, uint64_t offset, uint32_t flags)
{
	(void)handle;
	(void)flags;
	return run(BLKIF_OP_DISCARD, NULL, len, offset);
}

/*
 * Answers
 */

static void on_event(void)
{
	int rc;

	outer_told(&outer);
	pthread_mutex_lock(&lock);
	rc = queue_reap(&queue);
	if (rc > 0)
		outer_tell(&outer, channel.port);
	pthread_mutex_unlock(&lock);
	if (rc < 0)
		fatal("the back end answers what was not asked");
}

/* Before the thread that listens sees that the back end goes, too */
static void __attribute__((noreturn)) end(void)
{
	front_close(&device.front);
	_exit(0);
}

static void *listen_to_back_end(void *unused)
{
	struct pollfd fds[FDS] = {
		[FD_SIGNALS] = { .fd = signals, .events = POLLIN },
		[FD_EVENTS] = { .fd = xenevtchn_fd(outer.evtchn), .events = POLLIN },
	};

	(void)unused;
	for (;;) {
		if (poll(fds, FDS, LOOK_MS) < 0)
			fatal("poll: %s", strerror(errno));
		if (fds[FD_SIGNALS].revents)
			end();
		if (fds[FD_EVENTS].revents)
			on_event();
		front_look(&device.front);
	}
	return NULL;
}

/*
 * What nbdkit asks of the disk
 */

static void *disk_open(int readonly)
{
	(void)readonly;
	return NBDKIT_HANDLE_NOT_NEEDED;
}

static int64_t disk_size(void *handle)
{
	(void)handle;
	return device.bytes;
}

static int disk_block_size(void *handle, uint32_t *minimum, uint32_t *preferred, uint32_t *maximum)
{
	(void)handle;
	*minimum = QUEUE_SECTOR;
	*preferred = QUEUE_PAGE;
	*maximum = UINT32_MAX;
	return 0;
}

static int disk_can_write(void *handle)
{
	(void)handle;
	return !device.is_readonly;
}

static int disk_can_flush(void *handle)
{
	(void)handle;
	return device.can_flush;
}

/* A write that is to be on the medium is one, and then a flush; nbdkit does that. */
static int disk_can_fua(void *handle)
{
	(void)handle;
	return device.can_flush ? NBDKIT_FUA_EMULATE : NBDKIT_FUA_NONE;
}

static int disk_can_trim(void *handle)
{
	(void)handle;
	return device.can_discard;
}

/* There is one queue for all connections. */
static int disk_can_multi_conn(void *handle)
{
	(void)handle;
	return 1;
}

/*
 * Start and end
 */

static int disk_config(const char *key, const char *value)
{
	if (!strcmp(key, "socket"))
		path = value;
	else if (!strcmp(key, "user"))
		user = value;
	else if (!strcmp(key, "number"))
		return nbdkit_parse_unsigned(key, value, &number);
	else
		return nbdkit_error("there is no parameter %s", key), -1;
	return 0;
}

static int disk_config_complete(void)
{
	if (number <= DEVICE_NUMBER_MAX)
		return 0;
	nbdkit_error("disks have numbers up to %u", DEVICE_NUMBER_MAX);
	return -1;
}

static void set_up(void)
{
	uint32_t domid, ring_ref[QUEUE_RING_PAGES];
	struct device_ring ring = { .n_pages = QUEUE_RING_PAGES, .ref = ring_ref };
	void *pages, *buffers;

	device_open(&device, path, number);
	outer_open(&outer);
	front_reset(&device.front);
	domid = device.front.backend;
	if (device_ring_pages(&device) < QUEUE_RING_PAGES)
		ring.n_pages = 1;
	outer_channel(&outer, domid, &channel);
	pages = outer_pages(&outer, &channel, domid, false, ring.n_pages, ring_ref);
	buffers = outer_pages(&outer, &channel, domid, false, QUEUE_BUFFERS, buffer_ref);
	outer_seal(&outer);
	queue_init(&queue, pages, ring.n_pages, buffers, buffer_ref, device.handle);
	ring.outer_port = channel.outer_port;
	device_connect(&device, &ring);
	if (!device.can_flush)
		log_warning("the back end has no flush: what it has taken, it is taken to keep");
}

/* The last thing that nbdkit does before it serves: as root, and with one thread */
static int disk_after_fork(void)
{
	struct drop_ids ids;
	pthread_t thread;

	log_init("blanket-blkfront");
	signals = ends_open();
	drop_lookup(user, &ids);
	set_up();
	log_notice("disk %u of the outer Xen has %llu bytes", number,
		   (unsigned long long)device.bytes);
	drop_to(&ids);
	/* with more, malloc() would look into /sys how many processors there are */
	mallopt(M_ARENA_MAX, 1);
	sandbox_enter();
	if (pthread_create(&thread, NULL, listen_to_back_end, NULL))
		fatal("no thread: %s", strerror(errno));
	return 0;
}

/* Nobody has the disk any more. */
static void disk_cleanup(void)
{
	end();
}

static struct nbdkit_plugin plugin = {
	.name = "blkfront",
	.longname = "StarLSM: a disk of the outer Xen",
	.version = STARLSM_VERSION,
	.config = disk_config,
	.config_complete = disk_config_complete,
	.config_help = "number=N      which disk: 0, the default, is xvda\n"
		"socket=PATH   the outer xenstore (" OUTER_SOCKET ")\n"
		"user=USER     who it runs as, once it has what it needs (" OUTER_USER ")",
	.after_fork = disk_after_fork,
	.cleanup = disk_cleanup,
	.open = disk_open,
	.get_size = disk_size,
	.block_size = disk_block_size,
	.can_write = disk_can_write,
	.can_flush = disk_can_flush,
	.can_fua = disk_can_fua,
	.can_trim = disk_can_trim,
	.can_multi_conn = disk_can_multi_conn,
	.pread = disk_pread,
	.pwrite = disk_pwrite,
	.flush = disk_flush,
	.trim = disk_trim,
};

/* What nbdkit looks for; its header has no prototype. */
NBDKIT_DLL_PUBLIC struct nbdkit_plugin *plugin_init(void);

NBDKIT_REGISTER_PLUGIN(plugin)
