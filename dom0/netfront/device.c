// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a network device of the outer Xen: what xenstore says of it, and what we
 * say there
 */
#include "netfront/device.h"

#include <stdio.h>

#include "lib/log.h"

bool device_mac(const char *text, uint8_t mac[MAC_LEN])
{
	int used = 0;

	return sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", &mac[0], &mac[1], &mac[2],
		      &mac[3], &mac[4], &mac[5], &used) == MAC_LEN && !text[used];
}

void device_open(struct device *d, const char *path, unsigned int number)
{
	char text[FRONT_TEXT_MAX];

	front_open(&d->front, path, "vif", number);
	if (!front_read(&d->front, d->front.front, "mac", text, sizeof(text)) ||
	    !device_mac(text, d->mac))
		fatal("%s/mac is no address", d->front.front);
}

static bool say(struct front *f, xs_transaction_t t, const void *arg)
{
	const struct device_rings *r = arg;

	return front_write(f, t, "tx-ring-ref", r->tx_ref) &&
		front_write(f, t, "rx-ring-ref", r->rx_ref) &&
		front_write(f, t, "event-channel", r->outer_port) &&
		front_write(f, t, "request-rx-copy", 1) &&
		front_write(f, t, "feature-rx-notify", 1) &&
		/* whole frames, with their checksums: as a TAP device takes them */
		front_write(f, t, "feature-no-csum-offload", 1);
}

void device_connect(struct device *d, const struct device_rings *r)
{
	front_connect(&d->front, say, r);
}
