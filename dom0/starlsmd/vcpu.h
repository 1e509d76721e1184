/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a vCPU's registers, from Xen
 */
#ifndef STARLSM_VCPU_H
#define STARLSM_VCPU_H

#include <stdbool.h>
#include <stdint.h>
#include <xenctrl.h>

#include "lib/msg_vmi.h"

/* Fill *m, whatever Xen says; err in it tells. Numbers are copied, none is looked at. */
void vcpu_read(xc_interface *xc, uint32_t domid, uint32_t vcpu, bool is_pv, struct msg_vcpu *m);

#endif /* STARLSM_VCPU_H */
