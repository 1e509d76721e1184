/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the kernel's NBD devices, by its generic netlink family; needs root
 */
#ifndef STARLSM_NBD_KERNEL_H
#define STARLSM_NBD_KERNEL_H

#include <stdint.h>

struct nbd_device {
	unsigned int index;	/* /dev/nbdINDEX */
	const char *owner;	/* who may follow whom at this device */
	uint64_t bytes;
	uint16_t flags;
	unsigned int request_s;	/* that a request may take; not 0 */
	unsigned int gone_s;	/* that it waits for a successor of a server that has gone */
};

/*
 * The device has its server at the other end of fd from now on. If it is there
 * already, of the same owner and without a server, what was not answered is asked
 * again of this one. NULL, or why it cannot be.
 */
const char *kernel_attach(const struct nbd_device *d, int fd);

/* The device goes. NULL, or why not. */
const char *kernel_detach(unsigned int index);

#endif /* STARLSM_NBD_KERNEL_H */
