/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what a report of an incident is made of
 *
 * A JSON object; what is not there is not known, and not told of:
 *
 *   incident  as `incidents --json` has it
 *   runs      list, as `runs --json` has it; from a journal each step, and the
 *             run, has "began" and "ended" (times) too
 *   events    list, as `events --json` has it: of the tasks that the incident is
 *             about, in their order
 *   findings  list of {time, check, severity, attack, object, text, address,
 *             expected, found, count}; expected and found are hexadecimal bytes,
 *             or a number with 0x before it
 *   left_out  {events, findings}: how many of those found no place
 *   gaps      list of texts: what is missing in the journal of that time
 *   segments  list of {stream, number, hash, signed}: of the journal, that time's
 *   bundles   list of {path, manifest, signed}: evidence of this guest; manifest
 *             is the SHA-256 of its manifest.json
 *   made      {time, host, by, from, journal, key}: of the report itself; journal
 *             and key only where there is a journal
 *
 * Times are texts as format_time_utc() makes them. What is from a guest may be
 * anything that JSON can hold.
 */
#ifndef STARLSM_REPORT_MODEL_H
#define STARLSM_REPORT_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* A number, whole or not; 0 if there is none. */
double model_number(const json_t *object, const char *key);

/* A time in ns since 1970; false if it is none. */
bool model_time(const char *text, int64_t *ns);

/* That time for people, "2026-11-25 03:12:07.123" (UTC), in a buffer until the next call */
const char *model_when(const json_t *object, const char *key);

/* The first and the last moment that the incident itself names; false if it has none. */
bool model_span(const json_t *incident, int64_t *first_ns, int64_t *last_ns);

/*
 * Which alert of the incident that record decided, or led to; without alerts which step;
 * from 1, 0 if none.
 */
int model_mark(const json_t *incident, int vcpu, json_int_t seq);

/* The run that decides how the guest is: the incident's last one; NULL without any. */
const json_t *model_run(const json_t *model);

#endif /* STARLSM_REPORT_MODEL_H */
