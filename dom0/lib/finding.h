/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a finding of introspection, in words: for rules and for people
 */
#ifndef STARLSM_FINDING_H
#define STARLSM_FINDING_H

#include <stdbool.h>

#include "lib/msg_vmi.h"
#include "lib/sigma/facts.h"

/* "note", "suspect", "tampered"; NULL for any other number */
const char *finding_severity(uint32_t severity);

/* All checks there are, vmi's and the engine's, from number 0 on; NULL at the end */
const char *finding_check(unsigned int number);

/* Is there one of that name, is it a severity's? In any case of letters. */
bool finding_is_check(const char *name);
bool finding_is_severity(const char *name);

/* Digits for n bytes, or for the number where there are none; "" for neither */
#define FINDING_DIGITS_MAX	(2 * FINDING_BYTES_MAX + 1)
void finding_digits(const uint8_t *bytes, uint32_t n, uint64_t number, char *text);

/* What is made for the facts, and has to stay as long */
struct finding_room {
	char expected[FINDING_DIGITS_MAX], found[FINDING_DIGITS_MAX];
};

/* Its texts end. */
void finding_facts(const struct msg_finding *m, struct facts_finding *f,
		   struct finding_room *room);

#endif /* STARLSM_FINDING_H */
