/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a report's summary, for one who was asleep until now
 *
 * Each writes the answer to one question, as HTML that may stand in a <dd>.
 */
#ifndef STARLSM_REPORT_WORDS_H
#define STARLSM_REPORT_WORDS_H

#include <jansson.h>
#include <stdio.h>

/* One line without markup: what is the case now, as a text that is not escaped yet */
const char *words_state(const json_t *model);

/* "good", "bad", "busy" or "open": how words_state() is to be taken */
const char *words_mood(const json_t *model);

void words_happened(FILE *to, const json_t *model);
void words_guest(FILE *to, const json_t *model);
void words_sure(FILE *to, const json_t *model);
void words_done(FILE *to, const json_t *model);
void words_left(FILE *to, const json_t *model);

/*
 * A command as <code>: what is ours and a word of anybody's by turns; more and last
 * may be NULL. A word is quoted as a shell needs it.
 */
void words_command(FILE *to, const char *ours, const char *word, const char *more,
		   const char *last);

#endif /* STARLSM_REPORT_WORDS_H */
