/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a network device of the outer Xen: what xenstore says of it, and what we
 * say there
 *
 * Its functions end the process, with a line that says why, when the outer xenstore
 * does not answer or the device is not what it should be.
 */
#ifndef STARLSM_NETFRONT_DEVICE_H
#define STARLSM_NETFRONT_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/front.h"

#define MAC_LEN	6

struct device {
	struct front front;
	uint8_t mac[MAC_LEN];
};

/* What is to be said: the rings and the channel */
struct device_rings {
	uint32_t tx_ref;
	uint32_t rx_ref;
	uint32_t outer_port;
};

/* Device number, of the outer xenstore that is at the socket path. */
void device_open(struct device *d, const char *path, unsigned int number);

void device_connect(struct device *d, const struct device_rings *r);

/* aa:bb:cc:dd:ee:ff; false if text is not that */
bool device_mac(const char *text, uint8_t mac[MAC_LEN]);

#endif /* STARLSM_NETFRONT_DEVICE_H */
