/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the figures as Prometheus reads them
 *
 * The text format, version 0.0.4, for node_exporter's textfile collector.
 * docs/metrics.md says what each means. A guest's name is the only label that is
 * not a word of our own: it is escaped as everywhere, then as the format wants it;
 * a second guest of the same name has its domid behind it.
 */
#ifndef STARLSM_METRICS_H
#define STARLSM_METRICS_H

#include <stddef.h>

#include "export/figures.h"
#include "export/outlet.h"

/*
 * All metrics; freed by the caller, NULL without memory. outlets[n] are the export's
 * own; now_ns is CLOCK_MONOTONIC.
 */
char *metrics_text(const struct figures *f, struct outlet * const *outlets, size_t n,
		   int64_t now_ns, size_t *len);

#endif /* STARLSM_METRICS_H */
