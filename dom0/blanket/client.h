/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a program that is connected to us as if we were xenstored
 *
 * What it is owed is kept up to a bound. Who does not take it is let go.
 */
#ifndef STARLSM_BLANKET_CLIENT_H
#define STARLSM_BLANKET_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "blanket/mux.h"

#define CLIENT_OUT_MAX	65536

struct client {
	int fd;			/* -1: this place is free */
	uint32_t id;
	struct mux_message in;	/* in_len bytes of it are here */
	size_t in_len;
	char *out;		/* out_len bytes that it has not taken */
	size_t out_len;
};

/* fd is closed when it goes. False: no memory. */
bool client_init(struct client *c, int fd, uint32_t id);
void client_free(struct client *c);

/* Read: 1 when c->in is whole, 0 when not yet, -1 when the client is to go. */
int client_read(struct client *c);

/* Owe it a message. False when the client is to go. */
bool client_send(struct client *c, const struct mux_message *msg);

/* Give it what it takes now. False when the client is to go. */
bool client_flush(struct client *c);

#endif /* STARLSM_BLANKET_CLIENT_H */
