// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - offers the outer xenstore as a socket, to programs that know of none
 *
 * Hypercalls first, then rights are dropped: left are a mapped page, an event
 * channel and sockets.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "blanket/client.h"
#include "blanket/mux.h"
#include "blanket/ring.h"
#include "blanket/sandbox.h"
#include "blanket/status.h"
#include "lib/drop.h"
#include "lib/ends.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/outer.h"

#define CLIENTS_MAX	32
#define BACKLOG		8
/* clients and what is open else */
#define FILES_MAX	64
/* as many requests as can be out there, whole */
#define OUT_MAX		(MUX_REQUESTS * sizeof(struct mux_message))

struct blanketd {
	struct options options;
	struct outer outer;
	evtchn_port_t port;
	struct xenstore_domain_interface *untrusted_ring;
	int listener;
	int signals;
	uint32_t last_id;
	unsigned int moves;
	struct client client[CLIENTS_MAX];
	struct mux mux;
	struct mux_message in;	/* from the outer xenstore: in_len bytes of it */
	size_t in_len;
	char out[OUT_MAX];	/* to it, not in the ring yet */
	size_t out_len;
	uint32_t req_prod;	/* where our requests end in the ring, see ring_is_at() */
};

enum { FD_SIGNALS, FD_LISTENER, FD_EVENTS, FD_CLIENTS };

static void usage(FILE *f)
{
	fputs("Usage: blanketd [OPTION...]\n"
	      "Offers the xenstore of the outer Xen as a socket. See blanketd(8).\n"
	      "\n"
	      "  -s, --socket PATH  the socket (" OUTER_SOCKET ")\n"
	      "  -u, --user USER    who it runs as, once it has what it needs (" OUTER_USER ")\n"
	      "  -h, --help         this text\n"
	      "  -V, --version      the version\n", f);
}

/*
 * The outer side
 */

static void queue(struct blanketd *b, const struct mux_message *msg)
{
	size_t len = sizeof(msg->head) + msg->head.len;

	/* there is room for all that can be out there, see mux_has_room() */
	memcpy(b->out + b->out_len, msg, len);
	b->out_len += len;
}

static bool flush_out(struct blanketd *b)
{
	ssize_t n = ring_write(b->untrusted_ring, &b->req_prod, b->out, b->out_len);

	if (n < 0)
		fatal("the ring of the outer xenstore cannot be: too many requests");
	b->out_len -= n;
	memmove(b->out, b->out + n, b->out_len);
	return n;
}

static void hang_up(struct blanketd *b, struct client *c)
{
	mux_gone(&b->mux, c->id);
	client_free(c);
}

static struct client *find_client(struct blanketd *b, uint32_t id)
{
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (b->client[i].fd >= 0 && b->client[i].id == id)
			return &b->client[i];
	return NULL;
}

static void on_answer(struct blanketd *b)
{
	struct client *c = find_client(b, mux_answer(&b->mux, &b->in));

	if (c && !client_send(c, &b->in))
		hang_up(b, c);
}

/* What is there of an answer; true if anything was */
static bool take_in(struct blanketd *b)
{
	size_t head = sizeof(b->in.head);
	size_t wanted = b->in_len < head ? head : head + b->in.head.len;
	ssize_t n = ring_read(b->untrusted_ring, (char *)&b->in + b->in_len, wanted - b->in_len);

	if (n < 0)
		fatal("the ring of the outer xenstore cannot be: too many answers");
	b->in_len += n;
	if (b->in_len >= head && b->in.head.len > sizeof(b->in.body))
		fatal("the outer xenstore sends %u bytes at once", b->in.head.len);
	if (b->in_len >= head && b->in_len == head + b->in.head.len) {
		b->in_len = 0;
		on_answer(b);
		return true;
	}
	return n;
}

/* One that was before us may have left half a message, watches, transactions. */
static void connect_anew(struct blanketd *b)
{
	struct xenstore_domain_interface *ring = b->untrusted_ring;

	if (ring->server_features & XENSTORE_SERVER_FEATURE_RECONNECTION) {
		__atomic_store_n(&ring->connection, XENSTORE_RECONNECT, __ATOMIC_SEQ_CST);
		outer_tell(&b->outer, b->port);
		while (__atomic_load_n(&ring->connection, __ATOMIC_SEQ_CST) != XENSTORE_CONNECTED)
			outer_told(&b->outer);
	} else {
		log_warning("the outer xenstore cannot begin anew: what another left stays");
	}
	b->req_prod = __atomic_load_n(&ring->req_prod, __ATOMIC_SEQ_CST);
}

/* The machine goes on elsewhere, with a ring that is empty and another xenstore behind it. */
static void on_moved(struct blanketd *b)
{
	uint32_t id;

	log_notice("the outer xenstore is another one: begins anew with it");
	b->moves++;
	b->in_len = 0;
	b->out_len = 0;
	connect_anew(b);
	while ((id = mux_in_transaction(&b->mux)) != MUX_NOBODY)
		hang_up(b, find_client(b, id));
	while (mux_lost(&b->mux, &b->in))
		on_answer(b);
	mux_anew(&b->mux);
}

static void pump(struct blanketd *b)
{
	static struct mux_message msg;
	bool moved = false;

	if (!ring_is_at(b->untrusted_ring, b->req_prod))
		on_moved(b);
	while (take_in(b))
		moved = true;
	while (mux_clean(&b->mux, &msg))
		queue(b, &msg);
	moved |= flush_out(b);
	if (moved)
		outer_tell(&b->outer, b->port);
}

/*
 * Clients
 */

static void on_connect(struct blanketd *b)
{
	int fd = accept(b->listener, NULL, NULL);

	if (fd < 0)
		return;
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (b->client[i].fd < 0) {
			if (!client_init(&b->client[i], fd, ++b->last_id))
				client_free(&b->client[i]);
			return;
		}
	log_warning("%d programs are connected: no more", CLIENTS_MAX);
	close(fd);
}

/* To a request that is there whole; false: the outer xenstore has to */
static bool answer(struct blanketd *b, struct client *c)
{
	struct status status = { .programs_max = CLIENTS_MAX, .moves = b->moves };
	const char *error;

	if (status_is_asked(&c->in)) {
		for (size_t i = 0; i < CLIENTS_MAX; i++)
			status.programs += b->client[i].fd >= 0;
		status_answer(&c->in, &status, &b->mux);
		return true;
	}
	error = mux_request(&b->mux, c->id, &c->in);
	if (error)
		mux_refuse(&c->in, error);
	return error;
}

/* One request at most: all get their turn. */
static void serve(struct blanketd *b, struct client *c)
{
	int rc = client_read(c);

	if (rc < 0)
		hang_up(b, c);
	if (rc <= 0)
		return;
	if (!answer(b, c))
		queue(b, &c->in);
	else if (!client_send(c, &c->in))
		hang_up(b, c);
}

static void on_client(struct blanketd *b, struct client *c, short events)
{
	if (events & POLLOUT && !client_flush(c))
		hang_up(b, c);
	else if (events & (POLLIN | POLLHUP | POLLERR) && mux_has_room(&b->mux))
		serve(b, c);
}

static void step(struct blanketd *b)
{
	struct pollfd fds[FD_CLIENTS + CLIENTS_MAX] = {
		[FD_SIGNALS] = { .fd = b->signals, .events = POLLIN },
		[FD_LISTENER] = { .fd = b->listener, .events = POLLIN },
		[FD_EVENTS] = { .fd = xenevtchn_fd(b->outer.evtchn), .events = POLLIN },
	};

	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		fds[FD_CLIENTS + i].fd = b->client[i].fd;
		fds[FD_CLIENTS + i].events = (mux_has_room(&b->mux) ? POLLIN : 0) |
			(b->client[i].out_len ? POLLOUT : 0);
	}
	if (poll(fds, FD_CLIENTS + CLIENTS_MAX, -1) < 0)
		fatal("poll: %s", strerror(errno));
	if (fds[FD_SIGNALS].revents)
		exit(0);
	if (fds[FD_EVENTS].revents)
		outer_told(&b->outer);
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		if (b->client[i].fd >= 0 && fds[FD_CLIENTS + i].revents)
			on_client(b, &b->client[i], fds[FD_CLIENTS + i].revents);
	if (fds[FD_LISTENER].revents)
		on_connect(b);
	pump(b);
}

/*
 * Start
 */

/* As xenstored's own, it is root's. */
static void listen_at(struct blanketd *b)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (strlen(b->options.socket) >= sizeof(addr.sun_path))
		fatal("%s: too long for a socket", b->options.socket);
	strcpy(addr.sun_path, b->options.socket);
	b->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	unlink(b->options.socket);
	umask(0077);
	if (b->listener < 0 || bind(b->listener, (struct sockaddr *)&addr, sizeof(addr)) ||
	    listen(b->listener, BACKLOG))
		fatal("%s: %s", b->options.socket, strerror(errno));
}

int main(int argc, char **argv)
{
	static struct blanketd b = { .options = { "blanketd", usage, OUTER_SOCKET, OUTER_USER } };
	struct drop_ids ids;

	options_parse(&b.options, argc, argv);
	log_init("blanketd");
	drop_lookup(b.options.user, &ids);
	outer_open(&b.outer);
	b.untrusted_ring = outer_store(&b.outer, &b.port);
	outer_seal(&b.outer);
	for (size_t i = 0; i < CLIENTS_MAX; i++)
		b.client[i].fd = -1;
	b.signals = ends_open();
	listen_at(&b);
	connect_anew(&b);
	log_notice("the outer Xen is %u.%u; its xenstore is at %s", b.outer.info.version >> 16,
		   b.outer.info.version & 0xffff, b.options.socket);
	drop_limits(FILES_MAX, 0);
	drop_to(&ids);
	sandbox_enter();
	for (;;)
		step(&b);
}
