/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - code that a kernel makes at run time, and for whom
 *
 * Collected before each round: what ftrace, kprobes and bpf have registered, so
 * that what they have written, and the pages they have made, have an owner.
 */
#ifndef STARLSM_HOOKS_H
#define STARLSM_HOOKS_H

#include "vmi/look.h"

#define HOOKS_MAX	1024

struct hooks {
	struct {
		uint64_t start, len;
	} trampoline[HOOKS_MAX];	/* pages of such code */
	unsigned int n_trampolines;
	uint64_t probe[HOOKS_MAX];	/* addresses of kprobes */
	unsigned int n_probes;
};

/* What cannot be read is left out: then what it would explain is a finding. */
void hooks_collect(struct look *look, struct hooks *h);

bool hooks_is_trampoline(const struct hooks *h, uint64_t address);

/*
 * How many of the len bytes found there a kprobe that is registered may have written:
 * its breakpoint, or a jump to a page of its own; 0 none.
 */
size_t hooks_probe_len(const struct hooks *h, uint64_t address, const uint8_t *found, size_t len);

/* Each kprobe that is registered: its address. False, and why is set, if they cannot be read. */
bool hooks_each_probe(struct look *look,
		      bool (*fn)(struct look *look, uint64_t probe, void *arg), void *arg);

#endif /* STARLSM_HOOKS_H */
