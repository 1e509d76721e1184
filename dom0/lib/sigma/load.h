/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a plan of all rules in some files and folders, for those who may open them
 */
#ifndef STARLSM_SIGMA_LOAD_H
#define STARLSM_SIGMA_LOAD_H

#include "lib/sigma/plan.h"

/*
 * Reads, adds and finishes. Everything that is wrong is reported; NULL if the
 * rules do not fit into memory.
 */
struct plan *load_rules(const char * const *paths, unsigned int n, report_fn report, void *arg);

#endif /* STARLSM_SIGMA_LOAD_H */
