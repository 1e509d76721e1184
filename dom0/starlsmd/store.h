/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the xenstore nodes of a guest's sensor, and who is there
 *
 * Of what a guest writes only the one digit of its state is looked at.
 */
#ifndef STARLSM_STORE_H
#define STARLSM_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xen/io/xenbus.h>

struct xs_handle;

/* Connect and watch for domains that come and go. Returns NULL with errno. */
struct xs_handle *store_open(void);

/*
 * Write a guest's nodes, backend InitWait; what is there of the guest's own
 * stays. Returns 0, or -1 if the domain is not in xenstore any more or with a
 * line logged.
 */
int store_offer(struct xs_handle *xs, uint32_t domid);

/* Both are only tried: the domain may be gone. */
void store_set_state(struct xs_handle *xs, uint32_t domid, enum xenbus_state state);
void store_set_error(struct xs_handle *xs, uint32_t domid, const char *name);

/* The guest's state: 1 to 6; 0 for none, or for anything else. */
int store_front_state(struct xs_handle *xs, uint32_t domid);

/* Remove the guest's folder only, or the backend's as well. */
void store_withdraw(struct xs_handle *xs, uint32_t domid);
void store_remove(struct xs_handle *xs, uint32_t domid);

/*
 * The domains that have nodes of ours, also those of a dead predecessor, into
 * domid. Returns how many, at most max.
 */
size_t store_list(struct xs_handle *xs, uint32_t *domid, size_t max);

/* A domain's name, without the suffix it has during a migration. False if none. */
bool store_name(struct xs_handle *xs, uint32_t domid, char *name, size_t size);

/* Watch a guest's state. */
void store_watch(struct xs_handle *xs, uint32_t domid);
void store_unwatch(struct xs_handle *xs, uint32_t domid);

/*
 * The next thing that has happened, if any: STORE_DOMAINS (some came or went)
 * or STORE_FRONT (that guest's state, domid set).
 */
enum store_change { STORE_NOTHING, STORE_DOMAINS, STORE_FRONT };
enum store_change store_next(struct xs_handle *xs, uint32_t *domid);

#endif /* STARLSM_STORE_H */
