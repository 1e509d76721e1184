// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsm.yaml: playbooks, and which of them a guest has
 */
#include <stdio.h>
#include <string.h>

#include "lib/config_parse.h"
#include "lib/ladder.h"
#include "lib/playbook.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* `contain` may be a site's own, and was before it was a verdict. */
static int builtin(const char *name)
{
	return strcmp(name, "contain") ? ladder_find(name) : -1;
}

static const struct playbook *find(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->n_playbooks; i++)
		if (!strcmp(c->playbook[i].name, name))
			return &c->playbook[i];
	return NULL;
}

/*
 * Steps: an action, an action with its bounds, or a list of those, which go
 * side by side
 */

static void take_action(struct parse *p, const yaml_node_t *node, void *to)
{
	const char *name = config_scalar(p, node);
	uint32_t action = name ? playbook_action(name) : 0;

	if (action)
		*(uint32_t *)to = action;
	else if (name)
		config_wrong(p, node, "there is no action \"%s\"", name);
}

static void take_within(struct parse *p, const yaml_node_t *node, void *to)
{
	uint32_t seconds;

	if (config_number(p, node, 1, PLAYBOOK_WITHIN_MAX_MS / 1000, &seconds))
		*(uint32_t *)to = seconds * 1000;
}

static void take_tries(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, 1, PLAYBOOK_TRIES_MAX, to);
}

static const struct config_key step_keys[] = {
	{ "do", take_action, offsetof(struct playbook_step, action), true },
	{ "within", take_within, offsetof(struct playbook_step, within_ms), false },
	{ "tries", take_tries, offsetof(struct playbook_step, tries), false },
};

static void add_step(struct parse *p, const yaml_node_t *node, struct playbook *pb,
		     uint32_t group)
{
	struct playbook_step configured = { 0 }, *step;

	if (pb->n_steps == PLAYBOOK_STEPS_MAX) {
		config_wrong(p, node, "more than %d steps", PLAYBOOK_STEPS_MAX);
		return;
	}
	if (node->type == YAML_MAPPING_NODE)
		config_mapping(p, step_keys, ARRAY_SIZE(step_keys), node, &configured);
	else
		take_action(p, node, &configured.action);
	if (!configured.action)
		return;
	step = &pb->step[pb->n_steps++];
	playbook_step_init(step, configured.action, group);
	if (configured.within_ms)
		step->within_ms = configured.within_ms;
	if (configured.tries)
		step->tries = configured.tries;
}

static uint32_t next_group(const struct playbook *pb)
{
	return pb->n_steps ? pb->step[pb->n_steps - 1].group + 1 : 0;
}

static void take_group(struct parse *p, const yaml_node_t *node, void *to)
{
	uint32_t group = next_group(to);
	const yaml_node_item_t *item;

	if (node->type != YAML_SEQUENCE_NODE) {
		add_step(p, node, to, group);
		return;
	}
	for (item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top; item++)
		add_step(p, yaml_document_get_node(&p->document, *item), to, group);
}

static void take_steps(struct parse *p, const yaml_node_t *node, void *to)
{
	config_items(p, node, take_group, to);
}

/*
 * Playbooks
 */

static void take_name(struct parse *p, const yaml_node_t *node, void *to)
{
	char *name = to;

	if (!config_text(p, node, name, PLAYBOOK_NAME_MAX))
		return;
	if (builtin(name) >= 0 || find(p->config, name))
		config_wrong(p, node, "there is a playbook \"%s\" already", name);
}

static const struct config_key playbook_keys[] = {
	{ "name", take_name, offsetof(struct playbook, name), true },
	{ "steps", take_steps, 0, true },
};

static void take_playbook(struct parse *p, const yaml_node_t *node, void *to)
{
	struct config *c = p->config;
	struct playbook pb = { 0 };
	const char *wrong;

	(void)to;
	config_mapping(p, playbook_keys, ARRAY_SIZE(playbook_keys), node, &pb);
	wrong = playbook_wrong(&pb);
	if (wrong)
		config_wrong(p, node, "playbook \"%s\": %s", pb.name, wrong);
	else if (!pb.n_steps && !p->failed)
		config_wrong(p, node, "playbook \"%s\" has no steps", pb.name);
	if (c->n_playbooks == CONFIG_PLAYBOOKS_MAX)
		config_wrong(p, node, "more than %d playbooks", CONFIG_PLAYBOOKS_MAX);
	else
		c->playbook[c->n_playbooks++] = pb;
}

void config_take_playbooks(struct parse *p, const yaml_node_t *node, void *to)
{
	config_items(p, node, take_playbook, to);
}

/*
 * Of a guest
 */

static void take_choice(struct parse *p, const yaml_node_t *node, void *to)
{
	struct config_choice *choice = to;

	if (*choice->name)
		config_wrong(p, node, "contain and pause are the same");
	if (config_text(p, node, choice->name, sizeof(choice->name)))
		choice->line = node->start_mark.line;
}

static const struct config_key choice_keys[] = {
	{ "observe", take_choice, RESPOND_OBSERVE * sizeof(struct config_choice), false },
	{ "alert", take_choice, RESPOND_ALERT * sizeof(struct config_choice), false },
	{ "contain", take_choice, RESPOND_PAUSE * sizeof(struct config_choice), false },
	{ "pause", take_choice, RESPOND_PAUSE * sizeof(struct config_choice), false },
	{ "evacuate", take_choice, RESPOND_EVACUATE * sizeof(struct config_choice), false },
	{ "halt", take_choice, RESPOND_HALT * sizeof(struct config_choice), false },
};

void config_take_choices(struct parse *p, const yaml_node_t *node, void *to)
{
	config_mapping(p, choice_keys, ARRAY_SIZE(choice_keys), node, to);
}

void config_check_choices(struct parse *p)
{
	const struct config *c = p->config;

	for (size_t i = 0; i < c->n_guests; i++) {
		const struct config_choice *choice = c->guest[i].on;

		for (int v = 0; v < VERDICTS; v++)
			if (*choice[v].name && builtin(choice[v].name) < 0 &&
			    !find(c, choice[v].name))
				config_wrong_at(p, choice[v].line, "there is no playbook \"%s\"",
						choice[v].name);
	}
}

void config_playbook(const struct config *c, const struct config_guest *g,
		     enum respond_policy verdict, struct playbook *pb)
{
	const char *name = g->on[verdict].name;
	const struct playbook *found = find(c, name);
	int other = builtin(name);

	if (found)
		*pb = *found;
	else
		playbook_builtin(other < 0 ? verdict : (enum respond_policy)other, pb);
}
