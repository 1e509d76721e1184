// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a network device of the outer Xen: what xenstore says of it, and what we
 * say there
 */
#include "netfront/device.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xen/io/xenbus.h>

#include "lib/log.h"

#define TEXT_MAX	64
/* The outer toolstack may have to run a script before the back end goes on. */
#define STATE_TRIES	600
#define STATE_US	100000

/* A node's value, as far as it fits; false if there is none */
static bool read_node(struct device *d, const char *folder, const char *node, char *text,
		      size_t size)
{
	char path[256];
	unsigned int len;
	char *value;

	snprintf(path, sizeof(path), "%s/%s", folder, node);
	value = xs_read(d->xs, XBT_NULL, path, &len);
	if (!value)
		return false;
	snprintf(text, size, "%.*s", (int)len, value);
	free(value);
	return true;
}

static bool write_number(struct device *d, xs_transaction_t t, const char *node, uint32_t number)
{
	char path[128], text[16];
	int len = snprintf(text, sizeof(text), "%u", number);

	snprintf(path, sizeof(path), "%s/%s", d->front, node);
	return xs_write(d->xs, t, path, text, len);
}

static void set_state(struct device *d, enum xenbus_state state)
{
	if (!write_number(d, XBT_NULL, "state", state))
		fatal("%s/state cannot be written: %s", d->front, strerror(errno));
}

static enum xenbus_state back_state(struct device *d)
{
	char text[TEXT_MAX];

	return read_node(d, d->back, "state", text, sizeof(text)) ? atoi(text) :
		XenbusStateUnknown;
}

static void wait_for(struct device *d, enum xenbus_state wanted)
{
	for (int i = 0; i < STATE_TRIES; i++) {
		if (back_state(d) == wanted)
			return;
		usleep(STATE_US);
	}
	fatal("%s: the back end is in state %d, not %d", d->back, back_state(d), wanted);
}

bool device_mac(const char *text, uint8_t mac[MAC_LEN])
{
	int used = 0;

	return sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2],
		      &mac[3], &mac[4], &mac[5], &used) == MAC_LEN && !text[used];
}

void device_open(struct device *d, const char *path, unsigned int number)
{
	char text[TEXT_MAX];

	setenv("XENSTORED_PATH", path, true);
	d->xs = access(path, F_OK) ? NULL : xs_open(0);
	if (!d->xs)
		fatal("no outer xenstore at %s: %s (Does blanketd run?)", path, strerror(errno));
	snprintf(d->front, sizeof(d->front), "device/vif/%u", number);
	if (!read_node(d, d->front, "backend", d->back, sizeof(d->back)) ||
	    !read_node(d, d->front, "backend-id", text, sizeof(text)))
		fatal("this VM has no network device %u", number);
	d->backend = strtoul(text, NULL, 10);
	if (!read_node(d, d->front, "mac", text, sizeof(text)) || !device_mac(text, d->mac))
		fatal("%s/mac is no address", d->front);
}

void device_reset(struct device *d)
{
	enum xenbus_state state = back_state(d);

	if (state == XenbusStateConnected || state == XenbusStateClosing) {
		set_state(d, XenbusStateClosing);
		wait_for(d, XenbusStateClosing);
	}
	if (state != XenbusStateInitWait && state != XenbusStateInitialising) {
		set_state(d, XenbusStateClosed);
		wait_for(d, XenbusStateClosed);
	}
	set_state(d, XenbusStateInitialising);
	wait_for(d, XenbusStateInitWait);
}

/* All or nothing: the back end looks when the state says so. */
static bool write_rings(struct device *d, const struct device_rings *r)
{
	xs_transaction_t t = xs_transaction_start(d->xs);
	bool is_good = t && write_number(d, t, "tx-ring-ref", r->tx_ref) &&
		write_number(d, t, "rx-ring-ref", r->rx_ref) &&
		write_number(d, t, "event-channel", r->outer_port) &&
		write_number(d, t, "request-rx-copy", 1) &&
		write_number(d, t, "feature-rx-notify", 1) &&
		/* whole frames, with their checksums: as a TAP device takes them */
		write_number(d, t, "feature-no-csum-offload", 1) &&
		write_number(d, t, "state", XenbusStateConnected);

	return t && xs_transaction_end(d->xs, t, !is_good) && is_good;
}

void device_connect(struct device *d, const struct device_rings *r)
{
	while (!write_rings(d, r))
		if (errno != EAGAIN)
			fatal("%s cannot be written: %s", d->front, strerror(errno));
	wait_for(d, XenbusStateConnected);
}

bool device_is_connected(struct device *d)
{
	return back_state(d) == XenbusStateConnected;
}

void device_close(struct device *d)
{
	set_state(d, XenbusStateClosing);
}
