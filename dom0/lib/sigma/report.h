/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - how it is said what is wrong with a rule
 */
#ifndef STARLSM_SIGMA_REPORT_H
#define STARLSM_SIGMA_REPORT_H

/*
 * ERROR: the rule was not loaded. NOTE: it was, and can match less than it says, or nothing.
 * LOST: the rule is in force, and because of an ERROR in its file none of all was loaded.
 */
enum report_kind { REPORT_ERROR, REPORT_NOTE, REPORT_LOST };

/* Text is one line, escaped; line counts from 1. */
typedef void (*report_fn)(void *arg, enum report_kind kind, const char *file,
			  unsigned int line, const char *text);

#endif /* STARLSM_SIGMA_REPORT_H */
