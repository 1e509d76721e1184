/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what the export is told
 */
#ifndef STARLSM_MSG_EXPORT_H
#define STARLSM_MSG_EXPORT_H

#include <stdint.h>

#include "lib/msg_reader.h"
#include "lib/msg_vmi.h"

/* How a guest is: once a second, and whenever its state changes */
struct msg_figures {
	struct msg msg;
	uint32_t domid;
	uint32_t error;		/* STARLSM_ERR_*: why it is broken */
	uint32_t epoch;
	uint32_t n_rings;	/* 0: no reader has been ready yet */
	uint32_t ring_bytes;	/* of one ring */
	uint32_t n_deaths;	/* readers that died */
	uint32_t is_looked_at;	/* 1: vmi has told of it; else the fields below are 0 */
	uint32_t n_watcher_deaths;	/* vmis that died */
	uint32_t checks[LOOK_COULD_NOT + 1];	/* how many ended so, by enum look_result */
	uint64_t looks, pages, findings, busy_ns;	/* as in LOOKED */
	uint64_t unattached_ns, silent_cpu_ns;	/* as in VITALS */
	struct msg_stats stats;	/* its last reader's; msg.len 0: none yet */
	char state[16];		/* as in status */
	char type[8];
	char name[MSG_NAME_MAX];
};

#endif /* STARLSM_MSG_EXPORT_H */
