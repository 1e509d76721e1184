/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a guest's vmi: started, answered, started again
 *
 * It outlives the guest it was for by the moment that it takes to end.
 */
#ifndef STARLSM_WATCHER_H
#define STARLSM_WATCHER_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/msg_reader.h"
#include "lib/msg_vmi.h"

struct guest;
struct watcher;

/* Start one for the guest. NULL without memory; then nobody looks. */
struct watcher *watcher_new(struct guest *g);

/* The guest has ended, or is not to be looked at: end it, forget the guest. NULL does nothing. */
void watcher_drop(struct watcher *w);

/* A guest's reader says that a module is about to be loaded. -1: it may not say that; NULL does nothing. */
int watcher_loading(struct watcher *w, const struct msg_loading *m);

/* What it has said last; NULL if nothing yet. */
const struct msg_looked *watcher_looked(const struct watcher *w);

/* The modules that it has seen; none if there is nobody who looks. */
uint32_t watcher_modules(const struct watcher *w, const struct seen_module **list);

/* As many as vmi asks for */
#define WATCHER_VCPUS_MAX	64

/* The registers that it was told last, by number; none if it has not asked. */
uint32_t watcher_vcpus(const struct watcher *w, const struct msg_vcpu **list);

/* Pages of text and read-only data that Xen has said were written to, each time */
uint64_t watcher_written(const struct watcher *w);

/* Its process, 0 if it has none; how many have died */
int watcher_pid(const struct watcher *w);
unsigned int watcher_deaths(const struct watcher *w);

#endif /* STARLSM_WATCHER_H */
