// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsm.yaml: what is written down, where, and for how long
 */
#include <string.h>

#include "lib/config_parse.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static void take_mib(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, CONFIG_JOURNAL_MIB_MIN, CONFIG_JOURNAL_MIB_MAX, to);
}

static void take_days(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, 1, CONFIG_JOURNAL_DAYS_MAX, to);
}

static const struct config_key journal_keys[] = {
	{ "record", config_bool, offsetof(struct config_journal, record), false },
	{ "directory", config_path, offsetof(struct config_journal, directory), false },
	{ "key", config_path, offsetof(struct config_journal, key), false },
	{ "user", config_name, offsetof(struct config_journal, user), false },
	{ "guest-mib", take_mib, offsetof(struct config_journal, mib), false },
	{ "guest-days", take_days, offsetof(struct config_journal, days), false },
};

void config_take_journal(struct parse *p, const yaml_node_t *node, void *to)
{
	config_mapping(p, journal_keys, ARRAY_SIZE(journal_keys), node, to);
}

void config_journal_init(struct config_journal *j)
{
	j->record = true;
	strcpy(j->directory, "/var/lib/starlsm/journal");
	strcpy(j->key, "/var/lib/starlsm/journal.key");
	strcpy(j->user, "starlsm-journal");
	j->mib = CONFIG_JOURNAL_MIB;
	j->days = CONFIG_JOURNAL_DAYS;
}
