/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - many clients of one connection to the outer xenstore
 *
 * A domain has one connection, with request numbers, transactions and watches of
 * its own; unmodified tools each think that they have it for themselves. Requests
 * get a number of ours while they are out there, the tokens of watches begin with
 * the client's number there, and a transaction is its client's who began it. What
 * a client leaves behind is ended for it.
 *
 * Knows no socket and no ring. All that comes from a client is checked; an answer
 * that fits no request is nobody's.
 */
#ifndef STARLSM_BLANKET_MUX_H
#define STARLSM_BLANKET_MUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/io/xs_wire.h>

/* Requests that are out there at a time; watches and transactions of all clients */
#define MUX_REQUESTS		32
#define MUX_WATCHES		96
#define MUX_TRANSACTIONS	10
/* Nobody; the first client is 1, and a number is never used again. */
#define MUX_NOBODY		0

struct mux_message {
	struct xsd_sockmsg head;
	char body[XENSTORE_PAYLOAD_MAX];	/* head.len of it */
};

struct mux_request {
	bool is_out;
	uint32_t client;	/* MUX_NOBODY: it has gone, or we ask ourselves */
	uint32_t number;	/* its own */
	uint32_t generation;	/* with its index, its number out there */
	uint32_t type;
	struct mux_watch *watch;	/* that a WATCH is about */
};

struct mux_watch {
	uint32_t client;
	bool is_orphan;
	bool is_unset;		/* the outer xenstore does not know of it (any more) */
	size_t len;
	char text[];		/* path and token as they are out there, each ended by 0 */
};

struct mux_transaction {
	uint32_t id;		/* 0: none */
	uint32_t client;
	bool is_orphan;
};

struct mux {
	uint32_t generation;	/* of the last request, see there */
	struct mux_request request[MUX_REQUESTS];
	struct mux_watch *watch[MUX_WATCHES];
	struct mux_transaction transaction[MUX_TRANSACTIONS];
};

/* Is there room for one more request? */
bool mux_has_room(const struct mux *m);

/*
 * A request of a client, whole. Rewritten for the outer xenstore, NULL; or the error
 * that it is to be answered with. The caller has asked for room.
 */
const char *mux_request(struct mux *m, uint32_t client, struct mux_message *msg);

/* Makes it the answer that says so. */
void mux_refuse(struct mux_message *msg, const char *error);

/* What came from the outer xenstore, rewritten for the client whose number is returned. */
uint32_t mux_answer(struct mux *m, struct mux_message *msg);

/* A client has gone. */
void mux_gone(struct mux *m, uint32_t client);

/*
 * The outer xenstore is another one, which knows nothing of us. First whoever is in a
 * transaction, MUX_NOBODY when none is left, is to go: it cannot go on with that. Then
 * each request that is out there is answered with an error, as if by the outer
 * xenstore; false: there is none. mux_anew() forgets the rest; the watches are set
 * again by what mux_clean() gives.
 */
uint32_t mux_in_transaction(const struct mux *m);
bool mux_lost(const struct mux *m, struct mux_message *msg);
void mux_anew(struct mux *m);

/*
 * The next message to the outer xenstore that ends what a client has left there, or
 * sets a watch again; false if there is none, or no room for it now.
 */
bool mux_clean(struct mux *m, struct mux_message *msg);

/* What there is of each, for all clients */
struct mux_use {
	unsigned int requests;
	unsigned int watches;
	unsigned int transactions;
};

struct mux_use mux_use(const struct mux *m);

/* Give memory back. */
void mux_free(struct mux *m);

#endif /* STARLSM_BLANKET_MUX_H */
