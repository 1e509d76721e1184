/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a report of an incident as one page of HTML
 *
 * Pure: a model in, a page out. It needs nothing else to be looked at: no script,
 * no font, no picture, and its policy (CSP) forbids the browser to fetch any.
 */
#ifndef STARLSM_REPORT_HTML_H
#define STARLSM_REPORT_HTML_H

#include <jansson.h>
#include <stdio.h>

#include "ctl/report_tree.h"

/* Errors of writing are those of the stream (ferror). */
void report_html(FILE *to, const json_t *model);

/* The style sheet, without its <style> */
extern const char report_style[];

/* For report_html(): its parts that have files of their own */
void report_timeline(FILE *to, const json_t *model);
void report_findings(FILE *to, const json_t *findings);

/* "1 3": the numbers of alerts or steps */
void report_marks(FILE *to, unsigned int marks);

#endif /* STARLSM_REPORT_HTML_H */
