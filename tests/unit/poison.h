/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a report's model in which every text is what an intruder would like it to be
 */
#ifndef STARLSM_POISON_H
#define STARLSM_POISON_H

#include <jansson.h>

/* Markup, controls, what a terminal obeys, what turns text around */
#define POISON_SHORT \
	"<script>alert(1)</script><img src=x onerror=alert(1)>\x1b[31m\x1b]0;t\x07\n\r\t" \
	"\xe2\x80\xaegnp.exe \"' onmouseover='x &lt; \\x1b %s%n"

/*
 * All texts but times and the words that the page chooses by (event, state, end,
 * level), one after the other: POISON_SHORT, and 4 KiB of one letter, of
 * three-byte characters, of escapes.
 */
void poison(json_t *model);

#endif /* STARLSM_POISON_H */
