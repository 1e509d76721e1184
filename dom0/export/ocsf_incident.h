/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - an incident in OCSF's words: what was detected, and what becomes of it
 *
 * An incident is told when it is opened, and again whenever it changes; each alert
 * that is listed in it is told once, as a detection. Its list of findings is of their
 * finding_info. Messages are those that incident_check() has looked at.
 */
#ifndef STARLSM_OCSF_INCIDENT_H
#define STARLSM_OCSF_INCIDENT_H

#include "export/ocsf.h"

/* The alert of that number in it */
json_t *ocsf_detection(const struct ocsf *o, const struct msg_out_incident *in, uint32_t alert);

/* mono_ns: when that was told; it is the time of an update. */
json_t *ocsf_incident(const struct ocsf *o, const struct msg_out_incident *in, bool is_new,
		      int64_t mono_ns);

#endif /* STARLSM_OCSF_INCIDENT_H */
