/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - starlsmctl --complete: what a shell may offer for the last word
 */
#ifndef STARLSM_COMPLETE_H
#define STARLSM_COMPLETE_H

#include <stdio.h>

/*
 * The words after starlsmctl, the last of which is to be completed, maybe "". What it
 * can be is printed, a line each: commands, options, guests, types of events, by the
 * tables that the commands themselves go by. Returns CTL_FAILED if it is a file, or
 * whatever the user likes.
 */
int complete(int n_words, char **words, FILE *to);

#endif /* STARLSM_COMPLETE_H */
