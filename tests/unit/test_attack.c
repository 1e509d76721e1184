// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of ATT&CK's tactics: the table is that of rules/attack.tsv
 */
#include "cmocka_all.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lib/attack.h"

static uint32_t bits_of(char *names)
{
	uint32_t bits = 0;
	char *name;

	while ((name = strsep(&names, ","))) {
		assert_int_not_equal(attack_tactic(name), 0);
		bits |= attack_tactic(name);
	}
	return bits;
}

static void the_table_is_the_file(void **state)
{
	FILE *file = fopen(TOP "/rules/attack.tsv", "r");
	char line[256], id[32], tactics[128];
	bool is_versioned = false;
	size_t n = 0;

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		is_versioned |= strstr(line, ", version " ATTACK_VERSION ":") != NULL;
		if (line[0] == '#')
			continue;
		assert_int_equal(sscanf(line, "%31[^\t]\t%*[^\t]\t%127[^\n]", id, tactics), 2);
		assert_non_null(attack_technique(n));
		assert_string_equal(attack_technique(n++), id);
		assert_int_equal(attack_tactics(id), bits_of(tactics));
	}
	assert_null(attack_technique(n));
	assert_true(is_versioned);
	fclose(file);
}

static void lists(void **state)
{
	const uint32_t execution = attack_tactic("execution");
	const uint32_t evasion = attack_tactic("defense_evasion");

	(void)state;
	assert_int_not_equal(execution, 0);
	assert_int_equal(evasion, attack_tactic("defense-evasion"));
	assert_int_equal(attack_tactics(""), 0);
	assert_int_equal(attack_tactics(","), 0);
	assert_int_equal(attack_tactics("T1059,T1014"), execution | evasion);
	/* a part of what is known */
	assert_int_equal(attack_tactics("T1059.099"), execution);
	assert_int_equal(attack_tactics("T105"), 0);
	assert_int_equal(attack_tactics("T9999,T1059.004"), execution);
	assert_int_equal(attack_tactic("evasion"), 0);
	assert_int_equal(attack_tactic("execution-"), 0);
	assert_string_equal(attack_tactic_name(0), "reconnaissance");
	assert_string_equal(attack_tactic_name(ATTACK_TACTICS - 1), "impact");
	assert_null(attack_tactic_name(ATTACK_TACTICS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_the_file),
		cmocka_unit_test(lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
