// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - how an NBD server and its client begin: what is said of the disk
 */
#include "nbd/greeting.h"

#include <endian.h>
#include <linux/nbd.h>
#include <string.h>

#define MAGIC		"NBDMAGICIHAVEOPT"
#define MAGIC_BYTES	16
/* the options' modern form, and no 124 bytes of nothing behind what is said of a disk */
#define HELLO_FLAGS	3

bool greeting_is_hello(const uint8_t *hello)
{
	return !memcmp(hello, MAGIC, MAGIC_BYTES) && (hello[17] & HELLO_FLAGS) == HELLO_FLAGS;
}

/* the same flags; option 1, which is to have the disk whose name follows, of no bytes */
const uint8_t greeting_choice[GREETING_CHOICE_BYTES] = {
	0, 0, 0, HELLO_FLAGS, 'I', 'H', 'A', 'V', 'E', 'O', 'P', 'T', 0, 0, 0, 1, 0, 0, 0, 0,
};

bool greeting_parse(const uint8_t *data, struct greeting_disk *disk)
{
	uint64_t bytes;
	uint16_t flags;

	memcpy(&bytes, data, sizeof(bytes));
	memcpy(&flags, data + sizeof(bytes), sizeof(flags));
	disk->bytes = be64toh(bytes);
	disk->flags = be16toh(flags);
	return disk->bytes && disk->flags & NBD_FLAG_HAS_FLAGS;
}
