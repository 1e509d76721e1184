/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a device of the outer Xen, from the front: its folders in xenstore, and
 * the states that both sides go through
 *
 * Its functions end the process, with a line that says why, when the outer xenstore
 * does not answer or the device is not what it should be.
 */
#ifndef STARLSM_FRONT_H
#define STARLSM_FRONT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <xenstore.h>

/* A node that we read is not longer. */
#define FRONT_TEXT_MAX	64

struct front {
	struct xs_handle *xs;
	char front[64];		/* device/KIND/N */
	char back[128];		/* the back end's folder, an absolute path */
	uint32_t backend;	/* its domain, out there */
	time_t looked;		/* front_look()'s */
};

/* The outer xenstore, for programs of dom0: what blanketd has at the socket path. */
struct xs_handle *front_store(const char *path);

/* device/KIND/NUMBER, of the outer xenstore that is at the socket path. */
void front_open(struct front *f, const char *path, const char *kind, unsigned int number);

/* A node of folder, f->front or f->back, as far as it fits; false if there is none */
bool front_read(struct front *f, const char *folder, const char *node, char *text, size_t size);

bool front_write(struct front *f, xs_transaction_t t, const char *node, uint32_t number);

/* Bring the back end, whatever our predecessor did with it, to where it waits for us. */
void front_reset(struct front *f);

/* Say what say() writes, all or nothing, and that we are connected; until the other is. */
void front_connect(struct front *f, bool (*say)(struct front *f, xs_transaction_t t,
						const void *arg), const void *arg);

/* Is the back end still there? */
bool front_is_connected(struct front *f);

/* The same, asked once a second however often it is called: the process ends if it is not. */
void front_look(struct front *f);

/* Say that we go. */
void front_close(struct front *f);

#endif /* STARLSM_FRONT_H */
