/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the text of a guest's modules, as it was when they were first seen
 */
#ifndef STARLSM_MODULE_TEXT_H
#define STARLSM_MODULE_TEXT_H

#include "vmi/look.h"

/* Of all of a guest's modules together; what is beyond is not looked at. */
#define MODULE_TEXT_MAX	(64U << 20)
/* Modules that are being loaded, at once: only for the count of them */
#define MODULES_COMING_MAX	4

struct module_text {
	uint64_t module, base;	/* whose it is and where; 0: an empty place */
	uint32_t size;
	bool is_there;		/* in this round */
	uint8_t *bytes;
};

struct module_texts {
	struct module_text text[LOOK_MODULES_MAX];
	size_t n_bytes;
	bool has_begun;		/* there was a first look: those that were there did not come */
	/* that came since; of which so many were seen before their init had returned */
	uint64_t n_came, n_coming;
	uint64_t coming[MODULES_COMING_MAX];	/* those now, by address; 0: an empty place */
};

void module_texts_forget(struct module_texts *t);

/* The copy of that module's, or NULL */
struct module_text *module_texts_find(struct module_texts *t, const struct module *m);

/* Takes a copy of it; false if it cannot be read, or there is no room. */
bool module_texts_take(struct look *look, struct module_texts *t, const struct module *m);

/* Those of modules that are not in the list any more are given back. */
void module_texts_tidy(struct look *look, struct module_texts *t);

/* When a module came or went: that, and a copy of each that is live. False: one is not yet. */
bool module_texts_catch_up(struct look *look, struct module_texts *t);

/*
 * From a byte at `at` that differs, how many are accounted for: a site of jump
 * labels, static calls, lock prefixes or ftrace, whose instruction is another of the forms they
 * have, and leads into the module's text, to a function of the kernel's, or where
 * an ftrace user or a kprobe is registered. 0: none. both have len bytes.
 */
size_t module_text_explained(const struct look *look, const struct module_text *t,
			     const uint8_t *found, size_t at);

/* If not: is it a site on which there is a breakpoint, with which the kernel begins to write one? */
bool module_text_is_being_written(const struct module_text *t, const uint8_t *found, size_t at);

#endif /* STARLSM_MODULE_TEXT_H */
