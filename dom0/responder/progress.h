/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - how far the runs are, in a file that outlives this process
 *
 * A run as it is now is appended whenever it changes; what is last there of one
 * counts. It has to outlive a responder that is killed, not the host: with the
 * host the guests are gone. So it is not synced, and lies under /run. A piece of
 * a note at the end, as when there is no room, is not one.
 */
#ifndef STARLSM_PROGRESS_H
#define STARLSM_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/msg_responder.h"

#define PROGRESS_PATH	"/run/starlsm/runs"

/*
 * The last state of each run that is in the file, oldest first, at most max:
 * those with the highest ids. Returns how many; 0 also if there is no file.
 */
size_t progress_read(const char *path, struct msg_run *runs, size_t max);

/*
 * Write the file anew with these and keep it open. Returns 0, or an errno: then
 * what is noted is lost with this process, and nothing else.
 */
int progress_begin(const char *path, const struct msg_run *runs, size_t n);

/* True if it is time to begin anew: the file has become long. */
bool progress_note(const struct msg_run *r);

#endif /* STARLSM_PROGRESS_H */
