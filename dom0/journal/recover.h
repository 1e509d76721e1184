/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what a stream's last segment was left as
 */
#ifndef STARLSM_RECOVER_H
#define STARLSM_RECOVER_H

#include "journal/stream.h"

/*
 * Sets where the stream goes on (number, first_kept, prev). A last segment
 * without a seal gets one, when starlsmd has signed it; bytes after its last
 * whole block stay in the file, before the seal. If it does not end as an orderly
 * end does, the stream's cut says what may be missing. A file that is not even a
 * whole header is removed. 0, or an errno.
 */
int recover(struct stream *st, struct store *s);

#endif /* STARLSM_RECOVER_H */
