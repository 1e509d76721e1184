// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - which ATT&CK tactics a technique serves
 */
#include "lib/attack.h"

#include <stdbool.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

enum {
	RECON = 1 << 0,
	RESOURCE = 1 << 1,
	ACCESS = 1 << 2,
	EXECUTION = 1 << 3,
	PERSISTENCE = 1 << 4,
	PRIVILEGE = 1 << 5,
	EVASION = 1 << 6,
	CREDENTIAL = 1 << 7,
	DISCOVERY = 1 << 8,
	LATERAL = 1 << 9,
	COLLECTION = 1 << 10,
	COMMAND = 1 << 11,
	EXFILTRATION = 1 << 12,
	IMPACT = 1 << 13,
};

static const char * const tactics[ATTACK_TACTICS] = {
	"reconnaissance", "resource-development", "initial-access", "execution",
	"persistence", "privilege-escalation", "defense-evasion", "credential-access",
	"discovery", "lateral-movement", "collection", "command-and-control", "exfiltration",
	"impact",
};

static const struct {
	const char *id;
	uint32_t tactics;
} techniques[] = {
	{ "T1014", EVASION },
	{ "T1016", DISCOVERY },
	{ "T1018", DISCOVERY },
	{ "T1027", EVASION },
	{ "T1033", DISCOVERY },
	{ "T1040", CREDENTIAL | DISCOVERY },
	{ "T1046", DISCOVERY },
	{ "T1049", DISCOVERY },
	{ "T1053.003", EXECUTION | PERSISTENCE | PRIVILEGE },
	{ "T1055", EVASION | PRIVILEGE },
	{ "T1055.008", EVASION | PRIVILEGE },
	{ "T1055.009", EVASION | PRIVILEGE },
	{ "T1059", EXECUTION },
	{ "T1059.004", EXECUTION },
	{ "T1068", PRIVILEGE },
	{ "T1070", EVASION },
	{ "T1070.002", EVASION },
	{ "T1070.003", EVASION },
	{ "T1070.004", EVASION },
	{ "T1070.006", EVASION },
	{ "T1071", COMMAND },
	{ "T1082", DISCOVERY },
	{ "T1095", COMMAND },
	{ "T1098.004", PERSISTENCE | PRIVILEGE },
	{ "T1105", COMMAND },
	{ "T1129", EXECUTION },
	{ "T1190", ACCESS },
	{ "T1205", COMMAND | EVASION | PERSISTENCE },
	{ "T1205.002", COMMAND | EVASION | PERSISTENCE },
	{ "T1486", IMPACT },
	{ "T1505.003", PERSISTENCE },
	{ "T1543.002", PERSISTENCE | PRIVILEGE },
	{ "T1547", PERSISTENCE | PRIVILEGE },
	{ "T1547.006", PERSISTENCE | PRIVILEGE },
	{ "T1548", EVASION | PRIVILEGE },
	{ "T1548.001", EVASION | PRIVILEGE },
	{ "T1552.004", CREDENTIAL },
	{ "T1552.005", CREDENTIAL },
	{ "T1556.003", CREDENTIAL | EVASION | PERSISTENCE },
	{ "T1562", EVASION },
	{ "T1562.001", EVASION },
	{ "T1562.004", EVASION },
	{ "T1562.006", EVASION },
	{ "T1564", EVASION },
	{ "T1564.001", EVASION },
	{ "T1570", LATERAL },
	{ "T1571", COMMAND },
	{ "T1572", COMMAND },
	{ "T1574.006", EVASION | PERSISTENCE | PRIVILEGE },
	{ "T1601", EVASION },
	{ "T1611", PRIVILEGE },
	{ "T1620", EVASION },
};

const char *attack_tactic_name(unsigned int tactic)
{
	return tactic < ATTACK_TACTICS ? tactics[tactic] : NULL;
}

const char *attack_technique(size_t row)
{
	return row < ARRAY_SIZE(techniques) ? techniques[row].id : NULL;
}

static bool is_same(const char *a, const char *b)
{
	while (*a && (*a == *b || (*a == '-' && *b == '_'))) {
		a++;
		b++;
	}
	return !*a && !*b;
}

uint32_t attack_tactic(const char *name)
{
	for (unsigned int i = 0; i < ATTACK_TACTICS; i++)
		if (is_same(tactics[i], name))
			return 1U << i;
	return 0;
}

static uint32_t find(const char *id, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(techniques); i++)
		if (strlen(techniques[i].id) == len && !memcmp(techniques[i].id, id, len))
			return techniques[i].tactics;
	return 0;
}

uint32_t attack_tactics(const char *list)
{
	uint32_t found = 0;

	while (*list) {
		size_t len = strcspn(list, ",");
		uint32_t bits = find(list, len);

		found |= bits ? bits : find(list, strcspn(list, ".,"));
		list += len + (list[len] == ',');
	}
	return found;
}
