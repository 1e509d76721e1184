// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the reader: one process for one guest's rings
 *
 *   reader DOMID USER       fd 3: starlsmd, fd 4: the engine
 *
 * main() is the order in which it gives its rights away; docs/security.md has
 * the table. It ends with status 0 when starlsmd closes its channel.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xenevtchn.h>

#include "lib/decode.h"
#include "lib/drop.h"
#include "lib/log.h"
#include "lib/msg_reader.h"
#include "reader/attach.h"
#include "reader/geometry.h"
#include "reader/pump.h"
#include "reader/sandbox.h"

/* 3 handles, 6 inherited (with the lock), and what opening one takes */
#define FILES_MAX	24
/* 63 rings of 1 MiB, their records, libraries, and room to spare */
#define MEMORY_MAX	(256ULL << 20)

static void check_channels(void)
{
	if (fcntl(MSG_FD_PARENT, F_SETFL, O_NONBLOCK) ||
	    fcntl(MSG_FD_PEER, F_SETFL, O_NONBLOCK))
		fatal("started by hand? starlsmd starts this program");
}

static void say_ready(const struct attachment *a)
{
	const struct geometry *g = &a->geometry;
	struct msg_ready m = {
		.msg = { MSG_READY, sizeof(m) },
		.domid = a->domid,
		.n_rings = g->n_rings,
		.ring_bytes = g->ring_pages * STARLSM_PAGE_SIZE,
		.epoch = g->epoch,
		.major = g->major,
		.minor = g->minor,
	};

	if (msg_send(MSG_FD_PARENT, &m.msg, -1))
		fatal("starlsmd is gone: %s", strerror(errno));
}

/* Tell the guest, starlsmd and the engine; the engine matters most. */
static void say_broken(struct attachment *a, struct msg_broken *m)
{
	struct pollfd engine = { MSG_FD_PEER, POLLOUT, 0 };

	log_error("domain %u: ring %u at %llu: %s: %s (found %#llx)", a->domid,
		  m->ring, (unsigned long long)m->position,
		  decode_error_name(m->error), decode_error_text(m->error),
		  (unsigned long long)m->found);
	if (a->untrusted_control)
		__atomic_store_n(&a->untrusted_control->guest.error, m->error,
				 __ATOMIC_RELEASE);
	m->msg = (struct msg){ MSG_BROKEN, sizeof(*m) };
	m->domid = a->domid;
	poll(&engine, 1, 1000);
	if (msg_send(MSG_FD_PEER, &m->msg, -1))
		log_error("the engine was not told: %s", strerror(errno));
	if (msg_send(MSG_FD_PARENT, &m->msg, -1))
		fatal("starlsmd is gone: %s", strerror(errno));
}

/* Nothing to read any more: stay, quietly, until starlsmd has taken note. */
static void wait_for_end(void)
{
	struct pollfd parent = { MSG_FD_PARENT, POLLIN, 0 };

	static struct msg_policy in;
	ssize_t n;

	/* It may still send a policy, which is for nobody now. */
	do {
		poll(&parent, 1, -1);
		n = msg_recv(MSG_FD_PARENT, &in, sizeof(in), NULL);
	} while (n > 0 || (n < 0 && errno == EAGAIN));
}

static void ring_lies(struct attachment *a, const struct ring *liar)
{
	struct msg_broken m = {
		.error = liar->error,
		.ring = liar->number,
		.position = liar->error_position,
		.found = liar->error_found,
	};

	say_broken(a, &m);
	wait_for_end();
}

static void guest_cannot_attach(struct attachment *a, enum starlsm_error error)
{
	struct msg_broken m = { .error = error, .found = a->found };

	say_broken(a, &m);
	wait_for_end();
}

static void read_guest(struct attachment *a, struct pump *pump)
{
	struct ring *liar;

	say_ready(a);
	liar = pump_run(pump);
	if (liar)
		ring_lies(a, liar);
}

int main(int argc, char **argv)
{
	static struct attachment a;
	static struct pump pump;
	enum starlsm_error error;
	struct drop_ids ids;
	uint32_t domid;
	char who[32];

	if (argc != 3 || geometry_number(argv[1], strlen(argv[1]), &domid))
		fatal("usage: reader DOMID USER; starlsmd starts this program");
	snprintf(who, sizeof(who), "reader %u", domid);
	log_init(who);
	signal(SIGPIPE, SIG_IGN);
	check_channels();
	close_range(MSG_FD_LOCK + 1, ~0U, 0);

	drop_lookup(argv[2], &ids);
	attach_open(&a, domid);
	drop_limits(FILES_MAX, MEMORY_MAX);
	drop_to(&ids);
	sandbox_mapping();

	error = attach_map(&a);
	attach_seal(&a);
	if (!error)
		pump_prepare(&pump, &a);
	sandbox_reading(xenevtchn_fd(a.evtchn));

	if (error)
		guest_cannot_attach(&a, error);
	else
		read_guest(&a, &pump);
	_exit(0);
}
