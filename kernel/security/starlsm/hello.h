/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - which kernel speaks: the first record of an epoch
 */
#ifndef _SECURITY_STARLSM_HELLO_H
#define _SECURITY_STARLSM_HELLO_H

#include <linux/init.h>

#include "record.h"

void __init starlsm_hello_init(void);
bool starlsm_hello_write(struct starlsm_stream *stream, u32 epoch, u32 ring,
			 u64 now_ns);

#endif /* _SECURITY_STARLSM_HELLO_H */
