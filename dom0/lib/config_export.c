// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsm.yaml: what is handed on, and where to
 */
#include <string.h>

#include "lib/config_parse.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const char * const whats[] = {
	[EXPORT_NOTHING] = "nothing", [EXPORT_FINDINGS] = "findings", [EXPORT_ALL] = "all",
};

static void take_what(struct parse *p, const yaml_node_t *node, void *to)
{
	int what = config_word(p, node, whats, ARRAY_SIZE(whats));

	if (what >= 0)
		*(enum export_what *)to = what;
}

static void take_mib(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, 1, CONFIG_EXPORT_MIB_MAX, to);
}

static void take_keep(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, 0, CONFIG_EXPORT_KEEP_MAX, to);
}

static void take_every(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, 1, CONFIG_EXPORT_EVERY_MAX_S, to);
}

#define AT(field) offsetof(struct config_export, field)

static const struct config_key file_keys[] = {
	{ "path", config_path, AT(file.path), true },
	{ "what", take_what, AT(file.what), false },
	{ "mib", take_mib, AT(file.mib), false },
	{ "keep", take_keep, AT(file.keep), false },
};

static const struct config_key socket_keys[] = {
	{ "path", config_path, AT(socket.path), true },
	{ "what", take_what, AT(socket.what), false },
};

static const struct config_key metrics_keys[] = {
	{ "directory", config_path, AT(metrics.directory), true },
	{ "every", take_every, AT(metrics.every_s), false },
};

/* The file is the directory's, not one beside it. */
static void check_file(struct parse *p, const yaml_node_t *node, const char *path)
{
	const char *name = strrchr(path, '/');

	if (name && !name[1])
		config_wrong(p, node, "\"%s\" is a directory, not a file", path);
}

static void take_file(struct parse *p, const yaml_node_t *node, void *to)
{
	struct config_export *e = to;

	config_mapping(p, file_keys, ARRAY_SIZE(file_keys), node, e);
	check_file(p, node, e->file.path);
}

static void take_socket(struct parse *p, const yaml_node_t *node, void *to)
{
	config_mapping(p, socket_keys, ARRAY_SIZE(socket_keys), node, to);
}

static void take_metrics(struct parse *p, const yaml_node_t *node, void *to)
{
	config_mapping(p, metrics_keys, ARRAY_SIZE(metrics_keys), node, to);
}

static const struct config_key export_keys[] = {
	{ "user", config_name, AT(user), false },
	{ "file", take_file, 0, false },
	{ "socket", take_socket, 0, false },
	{ "journald", take_what, AT(journald), false },
	{ "metrics", take_metrics, 0, false },
};

void config_take_export(struct parse *p, const yaml_node_t *node, void *to)
{
	config_mapping(p, export_keys, ARRAY_SIZE(export_keys), node, to);
}

void config_export_init(struct config_export *e)
{
	strcpy(e->user, "starlsm-export");
	e->file.what = e->socket.what = EXPORT_ALL;
	e->file.mib = CONFIG_EXPORT_MIB;
	e->file.keep = CONFIG_EXPORT_KEEP;
	e->metrics.every_s = CONFIG_EXPORT_EVERY_S;
}

bool config_exports(const struct config_export *e)
{
	return *e->file.path || *e->socket.path || e->journald || *e->metrics.directory;
}
