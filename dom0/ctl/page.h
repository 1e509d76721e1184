/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - writing HTML: every text that goes in is escaped
 *
 * Markup stands in formats only, which are literals; a %s becomes text, never
 * markup. Controls, bidirectional marks and bytes that are no UTF-8 become \xNN,
 * whether or not somebody has escaped the text before.
 */
#ifndef STARLSM_PAGE_H
#define STARLSM_PAGE_H

#include <stdio.h>

/* Longer texts are shown with their middle folded away; in characters of one byte. */
#define PAGE_LONG	320

/* As printf does, with %s, %d, %zu, %.Nf and %% only; a NULL for %s is "". */
void page_add(FILE *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * A text that may be 4 KiB long, as a flow element of its own: one over PAGE_LONG
 * shows its beginning and its end, its length, and the whole when it is opened.
 */
void page_long(FILE *to, const char *text);

#endif /* STARLSM_PAGE_H */
