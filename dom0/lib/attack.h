/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - which ATT&CK tactics a technique serves
 *
 * The table is that of rules/attack.tsv, with its version of ATT&CK, and a test
 * holds the two against each other: a process that opens no file needs it too.
 */
#ifndef STARLSM_ATTACK_H
#define STARLSM_ATTACK_H

#include <stddef.h>
#include <stdint.h>

/* Of MITRE ATT&CK, Enterprise */
#define ATTACK_VERSION	"16.1"

/* In the order in which an intrusion goes, as far as it has one */
#define ATTACK_TACTICS	14

/* As in a rule's tag, "initial-access"; NULL beyond the last. */
const char *attack_tactic_name(unsigned int tactic);

/* A tactic's bit by that name, with - or _ between its words; 0: there is none. */
uint32_t attack_tactic(const char *name);

/*
 * The tactics' bits of techniques, comma separated. One that is not in the table
 * counts as the technique that it is part of; 0 for what is not known at all.
 */
uint32_t attack_tactics(const char *techniques);

/* The table's rows, for its test; NULL beyond the last. */
const char *attack_technique(size_t row);

#endif /* STARLSM_ATTACK_H */
