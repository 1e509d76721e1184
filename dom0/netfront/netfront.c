// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a network device of the outer Xen as an interface of the inner dom0
 *
 * A frame is copied once each way: between the interface and a page that is granted
 * for as long as we run. Whatever goes wrong ends the process; the next one begins
 * anew with the same interface.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/drop.h"
#include "lib/ends.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/outer.h"
#include "netfront/device.h"
#include "netfront/queue.h"
#include "netfront/sandbox.h"
#include "netfront/tap.h"

#define DEFAULT_NAME	"outer0"
#define LOOK_MS		1000
#define FILES_MAX	24
/* Frames at a time in one direction before the other has its turn */
#define FRAMES_MAX	64

struct netfront {
	struct options options;
	const char *name;
	unsigned int number;
	struct device device;
	struct outer outer;
	struct outer_channel channel;
	int signals;
	int tap;
	bool has_more;		/* of the back end's, than one turn's frames */
	struct tx_queue tx;
	struct rx_queue rx;
	uint32_t tx_ref[QUEUE_SLOTS];
	uint32_t rx_ref[QUEUE_SLOTS];
};

enum { FD_SIGNALS, FD_EVENTS, FD_TAP, FDS };

static void usage(FILE *f)
{
	fputs("Usage: blanket-netfront [OPTION...]\n"
	      "Makes a network device of the outer Xen an interface. See blanket-netfront(8).\n"
	      "\n"
	      "  -n, --number N        which device (0)\n"
	      "  -i, --interface NAME  the interface (" DEFAULT_NAME ")\n"
	      "  -s, --socket PATH     the outer xenstore, see blanketd(8) (" OUTER_SOCKET ")\n"
	      "  -u, --user USER       who it runs as, once it has what it needs (" OUTER_USER ")\n"
	      "  -h, --help            this text\n"
	      "  -V, --version         the version\n", f);
}

/* From the back end to the interface, which drops what it has no room for. */
static void receive(struct netfront *n)
{
	struct rx_frame frame;
	int rc = 1;

	for (int i = 0; i < FRAMES_MAX && (rc = rx_next(&n->rx, &frame)) > 0; i++) {
		if (frame.len && write(n->tap, frame.untrusted_data, frame.len) < 0 &&
		    errno != EAGAIN && errno != EIO && errno != EINVAL)
			fatal("interface %s: %s", n->name, strerror(errno));
		rx_done(&n->rx);
	}
	if (rc < 0)
		fatal("the back end answers what was not asked");
	n->has_more = rc > 0;
	if (rx_offer(&n->rx))
		outer_tell(&n->outer, n->channel.port);
}

static void transmit(struct netfront *n)
{
	bool notify = false;

	for (int i = 0; i < FRAMES_MAX; i++) {
		char *buffer = tx_buffer(&n->tx);
		ssize_t len = buffer ? read(n->tap, buffer, QUEUE_PAGE) : 0;

		if (len < 0 && errno != EAGAIN)
			fatal("interface %s: %s", n->name, strerror(errno));
		if (len <= 0)
			break;
		notify |= tx_send(&n->tx, len);
	}
	if (notify)
		outer_tell(&n->outer, n->channel.port);
}

static void on_event(struct netfront *n)
{
	outer_told(&n->outer);
	if (!tx_reap(&n->tx))
		fatal("the back end has sent what it was not given");
	receive(n);
}

static void step(struct netfront *n)
{
	struct pollfd fds[FDS] = {
		[FD_SIGNALS] = { .fd = n->signals, .events = POLLIN },
		[FD_EVENTS] = { .fd = xenevtchn_fd(n->outer.evtchn), .events = POLLIN },
		[FD_TAP] = { .fd = n->tap, .events = tx_buffer(&n->tx) ? POLLIN : 0 },
	};

	if (poll(fds, FDS, n->has_more ? 0 : LOOK_MS) < 0)
		fatal("poll: %s", strerror(errno));
	if (fds[FD_SIGNALS].revents) {
		front_close(&n->device.front);
		exit(0);
	}
	if (fds[FD_EVENTS].revents)
		on_event(n);
	else if (n->has_more)
		receive(n);
	if (fds[FD_TAP].revents)
		transmit(n);
	front_look(&n->device.front);
}

/*
 * Start
 */

static void parse(struct netfront *n, int argc, char **argv)
{
	static const struct option options[] = {
		{ "number", required_argument, NULL, 'n' },
		{ "interface", required_argument, NULL, 'i' },
		OPTIONS_COMMON
	};
	char *end = "";
	int c;

	while ((c = getopt_long(argc, argv, "n:i:" OPTIONS_LETTERS, options, NULL)) >= 0) {
		switch (c) {
		case 'n':
			n->number = strtoul(optarg, &end, 10);
			break;
		case 'i':
			n->name = optarg;
			break;
		default:
			options_take(&n->options, c);
		}
	}
	if (optind < argc || *end)
		options_refuse(&n->options);
}

static void set_up(struct netfront *n)
{
	struct device_rings rings;
	uint32_t domid;
	void *tx, *rx;

	device_open(&n->device, n->options.socket, n->number);
	outer_open(&n->outer);
	front_reset(&n->device.front);
	domid = n->device.front.backend;
	outer_channel(&n->outer, domid, &n->channel);
	tx = outer_pages(&n->outer, &n->channel, domid, false, 1, &rings.tx_ref);
	rx = outer_pages(&n->outer, &n->channel, domid, false, 1, &rings.rx_ref);
	tx_init(&n->tx, tx, outer_pages(&n->outer, &n->channel, domid, true, QUEUE_SLOTS,
					n->tx_ref), n->tx_ref);
	rx_init(&n->rx, rx, outer_pages(&n->outer, &n->channel, domid, false, QUEUE_SLOTS,
					n->rx_ref), n->rx_ref);
	outer_seal(&n->outer);
	n->tap = tap_open(n->name, n->device.mac);
	rings.outer_port = n->channel.outer_port;
	rx_offer(&n->rx);
	device_connect(&n->device, &rings);
	outer_tell(&n->outer, n->channel.port);
}

int main(int argc, char **argv)
{
	static struct netfront n = {
		.options = { "blanket-netfront", usage, OUTER_SOCKET, OUTER_USER }, .name = DEFAULT_NAME,
	};
	struct drop_ids ids;

	parse(&n, argc, argv);
	log_init("blanket-netfront");
	drop_lookup(n.options.user, &ids);
	n.signals = ends_open();
	set_up(&n);
	log_notice("network device %u of the outer Xen is %s", n.number, n.name);
	drop_limits(FILES_MAX, 0);
	drop_to(&ids);
	sandbox_enter();
	for (;;)
		step(&n);
}
