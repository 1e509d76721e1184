/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - how an NBD server and its client begin: what is said of the disk
 *
 * The server says hello, the client chooses the one disk there is, by its empty name,
 * and is told of it. Requests follow.
 * https://github.com/NetworkBlockDevice/nbd/blob/master/doc/proto.md
 */
#ifndef STARLSM_NBD_GREETING_H
#define STARLSM_NBD_GREETING_H

#include <stdbool.h>
#include <stdint.h>

#define GREETING_HELLO_BYTES	18
#define GREETING_CHOICE_BYTES	20
#define GREETING_DISK_BYTES	10

struct greeting_disk {
	uint64_t bytes;
	uint16_t flags;		/* NBD_FLAG_*, as the kernel takes them */
};

/* Is it a hello of a server that we can talk to? */
bool greeting_is_hello(const uint8_t *hello);

/* Our answer */
extern const uint8_t greeting_choice[GREETING_CHOICE_BYTES];

/* What we are told then; false if it is no disk. */
bool greeting_parse(const uint8_t *data, struct greeting_disk *disk);

#endif /* STARLSM_NBD_GREETING_H */
