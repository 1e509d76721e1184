/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what is taken of a guest that is paused
 *
 * Each writes one file of the bundle, or notes in it why not; 0 or an errno. All
 * that comes from the guest is copied as it is, or escaped; nothing is parsed.
 */
#ifndef STARLSM_PIECES_H
#define STARLSM_PIECES_H

#include <stdint.h>
#include <xenctrl.h>

#include "capture/bundle.h"

struct subject {
	xc_interface *xc;
	uint32_t domid;
	const char *name;
	xc_dominfo_t info;
};

/* Its memory and vCPUs as an ELF core, compressed (elfcore.h): core.zst */
int piece_core(struct bundle *b, const struct subject *s);

/* Each vCPU's registers as Xen has them; of an HVM or PVH guest, its whole state as well */
int piece_vcpus(struct bundle *b, const struct subject *s);
int piece_hvm(struct bundle *b, const struct subject *s);

/* What Xen says of the domain, and how many pages it has: domain.json */
int piece_domain(struct bundle *b, const struct subject *s);

/* Its nodes in xenstore, one a line, escaped: xenstore.txt */
int piece_xenstore(struct bundle *b, const struct subject *s);

/* The end of its console's log as xenconsoled keeps it: console.log */
int piece_console(struct bundle *b, const struct subject *s);

/* What the toolstack and starlsmctl say of it: config, incidents, runs, events */
int piece_config(struct bundle *b, const struct subject *s);
int piece_incidents(struct bundle *b, const struct subject *s);
int piece_runs(struct bundle *b, const struct subject *s);
int piece_events(struct bundle *b, const struct subject *s);

#endif /* STARLSM_PIECES_H */
