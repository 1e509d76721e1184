/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - gathering what a report is made of (report_model.h)
 *
 * Each returns an exit status of starlsmctl, having said why on stderr.
 */
#ifndef STARLSM_REPORT_GATHER_H
#define STARLSM_REPORT_GATHER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "ctl/ctl.h"
#include "lib/msg_responder.h"
#include "lib/msg_vmi.h"

/* What is looked at before an incident's first moment, and after its last one */
#define GATHER_BEFORE_NS	(600 * 1000000000LL)
#define GATHER_AFTER_NS		(60 * 1000000000LL)
#define GATHER_FINDINGS_MAX	50

/*
 * From a journal: the last incident of that number, with --until of those begun
 * before. *n_skipped counts its segments that are not what was written; the model
 * then has the rest. CTL_USAGE for options that make no sense.
 */
int gather_journal(const struct ctl_options *opt, const char *directory, uint32_t number,
		   json_t *model, unsigned int *n_skipped);

/* From starlsmd: what its engine still knows. */
int gather_daemon(const struct ctl_options *opt, uint32_t number, json_t *model);

/* The journal's segments of that guest, and the host's, of the incident's time */
void gather_segments(json_t *model, const char *directory, const char *guest);

/* The bundles of evidence that the runs name, as far as they are there */
void gather_bundles(json_t *model);

/* One run as `runs --json` has it, with times; NULL without memory. */
json_t *gather_run(const struct msg_run *r, int64_t wall_ns);

/* A finding is added, or counted if the same is there. */
void gather_finding(json_t *model, const struct msg_finding *m, int64_t at_ns, int64_t wall_ns);

/* There is no such incident; CTL_FAILED. */
int gather_unknown(uint32_t number, const char *where);

#endif /* STARLSM_REPORT_GATHER_H */
