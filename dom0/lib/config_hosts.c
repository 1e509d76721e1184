// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsm.yaml: the other hosts, and the way there
 */
#include <stdio.h>
#include <string.h>

#include "lib/config_parse.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The toolstack hands them to a shell: nothing there that means something to it. */
#define SAFE "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/=,:@+"

static bool is_safe(struct parse *p, const yaml_node_t *node, const char *text)
{
	if (text[strspn(text, SAFE)]) {
		config_wrong(p, node, "\"%s\" has more than letters, digits and . _ - / = , : @ +",
			     text);
		return false;
	}
	return true;
}

static void take_word(struct parse *p, const yaml_node_t *node, void *to)
{
	struct config *c = to;
	const char *word = config_scalar(p, node);
	size_t len = strlen(c->ssh);

	if (!word || !is_safe(p, node, word))
		return;
	if (!*word)
		config_wrong(p, node, "this value is empty");
	else if (len + strlen(word) + 2 > sizeof(c->ssh))
		config_wrong(p, node, "\"ssh\" is longer than %zu characters", sizeof(c->ssh) - 1);
	else
		snprintf(c->ssh + len, sizeof(c->ssh) - len, "%s%s", len ? " " : "", word);
}

static void take_ssh(struct parse *p, const yaml_node_t *node, void *to)
{
	struct config *c = to;

	c->ssh[0] = '\0';
	config_items(p, node, take_word, to);
	if (!*c->ssh && !p->failed)
		config_wrong(p, node, "\"ssh\" has no words");
}

static void take_name(struct parse *p, const yaml_node_t *node, void *to)
{
	if (config_text(p, node, to, MSG_GROUP_MAX))
		is_safe(p, node, to);
}

/* Not what xl or ssh would take for an option */
static void take_address(struct parse *p, const yaml_node_t *node, void *to)
{
	const char *address = to;

	if (config_text(p, node, to, MSG_NAME_MAX) && is_safe(p, node, address) &&
	    *address == '-')
		config_wrong(p, node, "\"%s\" begins with -", address);
}

static const struct config_key host_keys[] = {
	{ "name", take_name, offsetof(struct config_host, name), true },
	{ "address", take_address, offsetof(struct config_host, address), true },
};

static void take_host(struct parse *p, const yaml_node_t *node, void *to)
{
	struct config *c = to;
	struct config_host host = { .name = "" };

	config_mapping(p, host_keys, ARRAY_SIZE(host_keys), node, &host);
	for (size_t i = 0; i < c->n_hosts; i++)
		if (!strcmp(c->host[i].name, host.name))
			config_wrong(p, node, "there is a host \"%s\" already", host.name);
	if (c->n_hosts == HOSTS_MAX)
		config_wrong(p, node, "more than %d hosts", HOSTS_MAX);
	else
		c->host[c->n_hosts++] = host;
}

static void take_hosts(struct parse *p, const yaml_node_t *node, void *to)
{
	config_items(p, node, take_host, to);
}

static void take_at_once(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, 0, HOSTS_MAX, to);
}

static const struct config_key keys[] = {
	{ "at-once", take_at_once, offsetof(struct config, at_once), false },
	{ "ssh", take_ssh, 0, false },
	{ "hosts", take_hosts, 0, true },
};

void config_take_migration(struct parse *p, const yaml_node_t *node, void *to)
{
	config_mapping(p, keys, ARRAY_SIZE(keys), node, to);
}

void config_take_group(struct parse *p, const yaml_node_t *node, void *to)
{
	take_name(p, node, to);
}
