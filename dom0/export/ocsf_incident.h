/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - an incident in OCSF's words: what was detected, and what becomes of it
 *
 * An incident is told when it is opened, and again whenever it changes; the rule
 * that opened it is told once, as a detection. Both have the same finding_info.
 */
#ifndef STARLSM_OCSF_INCIDENT_H
#define STARLSM_OCSF_INCIDENT_H

#include "export/ocsf.h"

/* Is it an incident, whole, with every text ended? */
bool ocsf_incident_is_sane(const struct msg *m);

json_t *ocsf_detection(const struct ocsf *o, const struct msg_out_incident *in);

/* mono_ns: when that was told; it is the time of an update. */
json_t *ocsf_incident(const struct ocsf *o, const struct msg_out_incident *in, bool is_new,
		      int64_t mono_ns);

#endif /* STARLSM_OCSF_INCIDENT_H */
