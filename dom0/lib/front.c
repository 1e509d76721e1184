// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a device of the outer Xen, from the front: its folders in xenstore, and
 * the states that both sides go through
 */
#include "lib/front.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xen/io/xenbus.h>

#include "lib/log.h"

/* The outer toolstack may have to run a script before the back end goes on. */
#define STATE_TRIES	600
#define STATE_US	100000

bool front_read(struct front *f, const char *folder, const char *node, char *text, size_t size)
{
	char path[256];
	unsigned int len;
	char *value;

	snprintf(path, sizeof(path), "%s/%s", folder, node);
	value = xs_read(f->xs, XBT_NULL, path, &len);
	if (!value)
		return false;
	snprintf(text, size, "%.*s", (int)len, value);
	free(value);
	return true;
}

bool front_write(struct front *f, xs_transaction_t t, const char *node, uint32_t number)
{
	char path[128], text[16];
	int len = snprintf(text, sizeof(text), "%u", number);

	snprintf(path, sizeof(path), "%s/%s", f->front, node);
	return xs_write(f->xs, t, path, text, len);
}

static void set_state(struct front *f, enum xenbus_state state)
{
	if (!front_write(f, XBT_NULL, "state", state))
		fatal("%s/state cannot be written: %s", f->front, strerror(errno));
}

static enum xenbus_state back_state(struct front *f)
{
	char text[FRONT_TEXT_MAX];

	return front_read(f, f->back, "state", text, sizeof(text)) ? atoi(text) :
		XenbusStateUnknown;
}

static void wait_for(struct front *f, enum xenbus_state wanted)
{
	for (int i = 0; i < STATE_TRIES; i++) {
		enum xenbus_state state = back_state(f);

		if (state == wanted)
			return;
		/* the toolstack has detached the device: there may be another soon */
		if (state == XenbusStateUnknown)
			fatal("%s: the back end has gone", f->back);
		usleep(STATE_US);
	}
	fatal("%s: the back end is in state %d, not %d", f->back, back_state(f), wanted);
}

struct xs_handle *front_store(const char *path)
{
	struct xs_handle *xs;

	setenv("XENSTORED_PATH", path, true);
	xs = access(path, F_OK) ? NULL : xs_open(0);
	if (!xs)
		fatal("no outer xenstore at %s: %s (Does blanketd run?)", path, strerror(errno));
	return xs;
}

void front_open(struct front *f, const char *path, const char *kind, unsigned int number)
{
	char text[FRONT_TEXT_MAX];

	f->xs = front_store(path);
	snprintf(f->front, sizeof(f->front), "device/%s/%u", kind, number);
	if (!front_read(f, f->front, "backend", f->back, sizeof(f->back)) ||
	    !front_read(f, f->front, "backend-id", text, sizeof(text)))
		fatal("this VM has no %s", f->front);
	f->backend = strtoul(text, NULL, 10);
}

void front_reset(struct front *f)
{
	enum xenbus_state state = back_state(f);

	if (state == XenbusStateConnected || state == XenbusStateClosing) {
		set_state(f, XenbusStateClosing);
		wait_for(f, XenbusStateClosing);
	}
	if (state != XenbusStateInitWait && state != XenbusStateInitialising) {
		set_state(f, XenbusStateClosed);
		wait_for(f, XenbusStateClosed);
	}
	set_state(f, XenbusStateInitialising);
	wait_for(f, XenbusStateInitWait);
}

void front_connect(struct front *f, bool (*say)(struct front *f, xs_transaction_t t,
						const void *arg), const void *arg)
{
	xs_transaction_t t;
	bool is_good;

	do {
		t = xs_transaction_start(f->xs);
		is_good = t && say(f, t, arg) && front_write(f, t, "state", XenbusStateConnected);
		if (t && xs_transaction_end(f->xs, t, !is_good) && is_good) {
			wait_for(f, XenbusStateConnected);
			return;
		}
	} while (errno == EAGAIN);
	fatal("%s cannot be written: %s", f->front, strerror(errno));
}

bool front_is_connected(struct front *f)
{
	return back_state(f) == XenbusStateConnected;
}

void front_look(struct front *f)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (now.tv_sec == f->looked)
		return;
	f->looked = now.tv_sec;
	if (!front_is_connected(f))
		fatal("the back end has gone");
}

void front_close(struct front *f)
{
	set_state(f, XenbusStateClosing);
}
