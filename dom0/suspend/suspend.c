// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - lets the outer Xen's toolstack save, restore and migrate this machine
 *
 * It asks in its xenstore. Whoever answers has to keep a right that no other of our
 * programs keeps: to make hypercalls. So this one takes one word from outside, and
 * does nothing else.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/drop.h"
#include "lib/ends.h"
#include "lib/front.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/outer.h"
#include "suspend/sandbox.h"

#define REQUEST		"control/shutdown"
#define FEATURE		"control/feature-suspend"
#define WANTED		"suspend"
/* The toolstack waits for a minute. */
#define LOOK_MS		1000
#define FILES_MAX	16

static void usage(FILE *f)
{
	fputs("Usage: blanket-suspend [OPTION...]\n"
	      "Suspends this machine when the outer Xen's toolstack asks for it. See blanket-suspend(8).\n"
	      "\n"
	      "  -s, --socket PATH  the outer xenstore, see blanketd(8) (" OUTER_SOCKET ")\n"
	      "  -u, --user USER    who it runs as, once it has what it needs (" OUTER_USER ")\n"
	      "  -h, --help         this text\n"
	      "  -V, --version      the version\n", f);
}

static bool is_wanted(struct xs_handle *xs, xs_transaction_t t)
{
	unsigned int len;
	char *value = xs_read(xs, t, REQUEST, &len);
	bool is = value && !strcmp(value, WANTED);

	if (!value && errno != ENOENT && errno != EAGAIN)
		fatal("the outer xenstore does not answer: %s", strerror(errno));
	free(value);
	return is;
}

/*
 * Say that we have seen it; false if the toolstack does not want it any more, or if
 * we are to try again
 */
static bool acknowledge(struct xs_handle *xs)
{
	xs_transaction_t t = xs_transaction_start(xs);
	bool is = t && is_wanted(xs, t) && xs_write(xs, t, REQUEST, "", 0);

	return t && xs_transaction_end(xs, t, !is) && is;
}

/*
 * To each xenstore that we come to. blanketd may not have seen yet that it is another
 * one: what it asks of the last one is not answered there.
 */
static void announce(struct xs_handle *xs)
{
	bool is_said;

	do {
		is_said = xs_write(xs, XBT_NULL, FEATURE, "1", 1);
	} while (!is_said && errno == EAGAIN);
	if (!is_said)
		log_warning(FEATURE " cannot be written: %s", strerror(errno));
}

static void look(struct outer *o, struct xs_handle *xs)
{
	int rc;

	if (!is_wanted(xs, XBT_NULL) || !acknowledge(xs))
		return;
	log_notice("the outer Xen suspends this machine");
	rc = outer_suspend(o);
	if (rc < 0)
		fatal("this machine cannot be suspended: %s", strerror(-rc));
	log_notice("this machine goes on, %s", rc ? "where it was" : "elsewhere");
	announce(xs);
}

int main(int argc, char **argv)
{
	struct options options = { "blanket-suspend", usage, OUTER_SOCKET, OUTER_USER };
	struct pollfd fd = { .events = POLLIN };
	struct outer outer;
	struct drop_ids ids;
	struct xs_handle *xs;

	options_parse(&options, argc, argv);
	log_init("blanket-suspend");
	drop_lookup(options.user, &ids);
	fd.fd = ends_open();
	outer_open(&outer);
	xs = front_store(options.socket);
	announce(xs);
	drop_limits(FILES_MAX, 0);
	drop_to(&ids);
	sandbox_enter();
	while (!poll(&fd, 1, LOOK_MS))
		look(&outer, xs);
	return 0;
}
