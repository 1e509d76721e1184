/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a moment as people write it
 */
#ifndef STARLSM_WHEN_H
#define STARLSM_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/*
 * "2026-11-23 12:30[:15]" or with a T between, local time, UTC with a Z behind it;
 * "2026-11-23"; or how long ago: "90s", "15m", "2h", "3d". CLOCK_REALTIME in *ns;
 * false if it is none.
 */
bool when_parse(const char *text, int64_t now_ns, int64_t *ns);

#endif /* STARLSM_WHEN_H */
