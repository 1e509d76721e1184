/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what moves with a kernel that was loaded elsewhere
 */
#ifndef STARLSM_RELOCS_H
#define STARLSM_RELOCS_H

#include <stddef.h>

#include "lib/profile.h"

/*
 * Read arch/x86/boot/compressed/vmlinux.relocs of a kernel's build, as Linux's
 * tool "relocs" writes it. Returns them by address, *n of them, to be freed. Ends
 * the program if the file makes no sense.
 */
struct profile_reloc *relocs_read(const char *path, size_t *n);

#endif /* STARLSM_RELOCS_H */
