/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the state of the blanket, for people
 */
#ifndef STARLSM_BLANKETCTL_PRINT_H
#define STARLSM_BLANKETCTL_PRINT_H

#include <jansson.h>
#include <stdio.h>

/* What gather() has, and what is said by the hypercall */
void print_status(const json_t *status, FILE *f);

#endif /* STARLSM_BLANKETCTL_PRINT_H */
