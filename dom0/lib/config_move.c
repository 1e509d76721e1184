// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsm.yaml: when a guest moves by itself
 */
#include <stdio.h>
#include <string.h>

#include "lib/config_parse.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* More often, and it is never where it is. */
#define EVERY_MIN_S	60
#define EVERY_MAX_S	(30 * 86400)
#define JITTER_MAX	90
#define JITTER		20
#define HOLD_S		600

static void take_every(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, EVERY_MIN_S, EVERY_MAX_S, to);
}

static void take_jitter(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, 0, JITTER_MAX, to);
}

static void take_hold(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, 0, CONFIG_SECONDS_MAX, to);
}

/* "22:00-06:00" */
static void take_quiet(struct parse *p, const yaml_node_t *node, void *to)
{
	struct config_move *move = to;
	const char *text = config_scalar(p, node);
	unsigned int from[2], until[2];
	int end = 0;

	if (!text)
		return;
	if (sscanf(text, "%2u:%2u-%2u:%2u%n", &from[0], &from[1], &until[0], &until[1], &end) != 4 ||
	    end != (int)strlen(text) || from[0] > 23 || until[0] > 23 || from[1] > 59 ||
	    until[1] > 59) {
		config_wrong(p, node, "\"%s\" is not two times of the day as in 22:00-06:00", text);
		return;
	}
	move->quiet_from = from[0] * 60 + from[1];
	move->quiet_to = until[0] * 60 + until[1];
}

static const struct config_key keys[] = {
	{ "every", take_every, offsetof(struct config_move, every_s), true },
	{ "jitter", take_jitter, offsetof(struct config_move, jitter), false },
	{ "hold-down", take_hold, offsetof(struct config_move, hold_s), false },
	{ "quiet", take_quiet, 0, false },
	{ "on-threat", config_bool, offsetof(struct config_move, on_threat), false },
};

void config_take_move(struct parse *p, const yaml_node_t *node, void *to)
{
	struct config_move *move = to;

	*move = (struct config_move){ .jitter = JITTER, .hold_s = HOLD_S };
	config_mapping(p, keys, ARRAY_SIZE(keys), node, move);
}
