/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - one observed guest: its state, its reader
 */
#ifndef STARLSM_GUEST_H
#define STARLSM_GUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/config.h"
#include "lib/msg_reader.h"
#include "starlsmd/child.h"
#include "starlsmd/lifecycle.h"
#include "starlsmd/mover.h"
#include "starlsmd/vitals.h"

struct daemon;
struct watcher;

struct guest {
	struct daemon *daemon;
	struct guest *next;
	uint32_t domid;
	char name[MSG_NAME_MAX];
	char reader_name[32];		/* "reader 5" */
	const char *type;		/* "pv", "pvh", "hvm" */
	struct config_guest policy;	/* a copy: the configuration may be read again */
	bool is_tight;			/* its policy is stricter than that */
	uint64_t policy_us;		/* CLOCK_MONOTONIC when the last one was sent */
	uint32_t policy_sent;		/* how many policies were sent to its readers */

	enum life_state state;
	sd_event_source *timer;		/* of this state */
	sd_event_source *look;		/* another look at the guest's state, later */
	uint64_t looked_us;		/* CLOCK_MONOTONIC of the last look */
	int front_state;		/* what it was then: 0 none, else enum xenbus_state */
	uint64_t started_us;		/* of the last reader's start */
	unsigned int n_deaths;		/* readers that died */
	unsigned int n_withdrawals;	/* times its device was made anew */

	struct child reader;
	struct msg_ready ready;		/* of the last reader; zeros if none yet */
	struct msg_stats stats;
	uint64_t stats_us;		/* CLOCK_MONOTONIC when they came; 0: not from this reader */
	struct vitals vitals;
	struct watcher *watcher;	/* who looks at its memory; NULL: nobody */
	struct mover mover;
	uint64_t mover_events;		/* of stats, a second ago */
	uint32_t error;			/* STARLSM_ERR_*: why it is BROKEN */
};

/* Begin to observe. Returns NULL without memory. */
struct guest *guest_new(struct daemon *d, uint32_t domid, const char *name,
			const char *type, const struct config_guest *policy);

/* Something has happened. The guest may be freed: do not use it afterwards. */
void guest_event(struct guest *g, enum life_event event);

/* The configuration says something else of it now; policy is copied. */
void guest_set_policy(struct guest *g, const struct config_guest *policy);

/*
 * Give it a stricter policy than the configuration's, or that one again, until
 * starlsmd ends. Whether it has read the last one: 0, EAGAIN (not yet) or another
 * errno.
 */
void guest_tighten(struct guest *g, bool is_tight);
int guest_policy_err(const struct guest *g);

/* Its state node has changed, or may have. */
void guest_look(struct guest *g);

/* Xen's figures of this second: cpu_ns of n_vcpus that are online, and whether it may run. */
void guest_vitals(struct guest *g, uint64_t cpu_ns, uint32_t n_vcpus, bool runs);

#endif /* STARLSM_GUEST_H */
