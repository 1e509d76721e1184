// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsm.yaml: what is done with a guest
 */
#include <stdlib.h>
#include <string.h>

#include "lib/config_parse.h"
#include "lib/decode.h"
#include "lib/ladder.h"
#include "lib/policy.h"

#define BUILD_ID_LEN	40	/* digits of a SHA-1, which linkers make */

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static void take_glob(struct parse *p, const yaml_node_t *node, void *to)
{
	config_text(p, node, to, MSG_NAME_MAX);
}

static void take_respond(struct parse *p, const yaml_node_t *node, void *to)
{
	const char *word = config_scalar(p, node);
	int verdict = word ? ladder_find(word) : -1;

	if (verdict >= 0)
		*(enum respond_policy *)to = verdict;
	else if (word)
		config_wrong(p, node, "\"%s\" is none of observe, alert, contain, evacuate, halt", word);
}

/*
 * Numbers
 */

static void take_seconds(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, 0, CONFIG_SECONDS_MAX, to);
}

static void take_ms(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, 1, STARLSM_WAIT_MS_MAX, to);
}

struct uids {
	bool is_set;
	uint32_t lo, hi;
};

/* "33" or "1000-1999" */
static void take_uids(struct parse *p, const yaml_node_t *node, void *to)
{
	const char *text = config_scalar(p, node), *end;
	struct uids *uids = to;

	if (!text)
		return;
	uids->is_set = true;
	if (config_digits(text, UINT32_MAX - 1, &uids->lo, &end)) {
		uids->hi = uids->lo;
		if (!*end)
			return;
		if (*end == '-' && config_digits(end + 1, UINT32_MAX - 1, &uids->hi, &end) && !*end &&
		    uids->lo <= uids->hi)
			return;
	}
	config_wrong(p, node, "\"%s\" is no user id, and no range of them as 1000-1999", text);
}

/* As `file` shows it: 20 bytes, two lower-case hexadecimal digits each */
static void take_build_id(struct parse *p, const yaml_node_t *node, void *to)
{
	const char *text = config_scalar(p, node);

	if (!text)
		return;
	if (strlen(text) != BUILD_ID_LEN ||
	    strspn(text, "0123456789abcdef") != BUILD_ID_LEN)
		config_wrong(p, node, "\"%s\" is not %d digits from 0 to 9 and a to f", text,
			     BUILD_ID_LEN);
	else
		memcpy(to, text, BUILD_ID_LEN + 1);
}

/*
 * Incidents
 */

static void take_score(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, 1, CONFIG_SCORE_MAX, to);
}

static const struct config_key score_keys[] = {
	{ "alert", take_score, RESPOND_ALERT * sizeof(uint32_t), false },
	{ "contain", take_score, RESPOND_PAUSE * sizeof(uint32_t), false },
	{ "evacuate", take_score, RESPOND_EVACUATE * sizeof(uint32_t), false },
	{ "halt", take_score, RESPOND_HALT * sizeof(uint32_t), false },
};

/* A stronger verdict needs a higher score. */
static void take_scores(struct parse *p, const yaml_node_t *node, void *to)
{
	const uint32_t *at = to;
	uint32_t highest = 0;

	config_mapping(p, score_keys, ARRAY_SIZE(score_keys), node, to);
	for (int v = 0; v < VERDICTS; v++) {
		if (at[v] && at[v] <= highest)
			config_wrong(p, node, "%s needs more than %u", ladder_name(v), highest);
		if (at[v])
			highest = at[v];
	}
}

static const struct config_key incident_keys[] = {
	{ "window", take_seconds, offsetof(struct incident_policy, window_s), false },
	{ "hold-down", take_seconds, offsetof(struct incident_policy, hold_s), false },
	{ "close-after", take_seconds, offsetof(struct incident_policy, close_s), false },
};

static void take_incidents(struct parse *p, const yaml_node_t *node, void *to)
{
	config_mapping(p, incident_keys, ARRAY_SIZE(incident_keys), node, to);
}

/*
 * Events
 */

/* A type that a policy may say something of, 0 and an error if the name is of none. */
static uint16_t event_type(struct parse *p, const yaml_node_t *node)
{
	const char *name = config_scalar(p, node);
	uint16_t type = name ? decode_type(name) : 0;

	if (name && type < DECODE_FIRST_REQUEST) {
		config_wrong(p, node, type ? "\"%s\" is always recorded" :
			     "there is no event \"%s\"", name);
		return 0;
	}
	return type;
}

/* What a program does when it has been started is exec; before that it is check. */
static uint16_t refusable(uint16_t type)
{
	return type == STARLSM_EV_EXEC ? STARLSM_EV_CHECK : type;
}

static void take_class(struct parse *p, const yaml_node_t *key, const yaml_node_t *value,
		       void *to)
{
	static const char * const words[] = {
		[STARLSM_CLASS_OFF] = "off",
		[STARLSM_CLASS_ASYNC] = "async",
		[STARLSM_CLASS_COMMIT] = "commit",
		[STARLSM_CLASS_VERDICT] = "verdict",
	};
	uint16_t type = event_type(p, key);
	int class = config_word(p, value, words, ARRAY_SIZE(words));
	struct config_guest *g = to;

	if (!type || class < 0)
		return;
	if (class == STARLSM_CLASS_VERDICT)
		type = refusable(type);
	if (g->policy.class[type] != STARLSM_CLASS_DEFAULT)
		config_wrong(p, key, "the class of \"%s\" is here twice",
			     decode_event(type)->name);
	else if (!decode_can_be(type, class))
		config_wrong(p, value, "\"%s\" cannot be %s", decode_event(type)->name,
			     words[class]);
	else
		g->policy.class[type] = class;
}

static void take_classes(struct parse *p, const yaml_node_t *node, void *to)
{
	config_pairs(p, node, take_class, to);
}

static void take_rate(struct parse *p, const yaml_node_t *key, const yaml_node_t *value,
		      void *to)
{
	struct config_guest *g = to;
	uint16_t type = event_type(p, key);
	uint32_t rate;

	if (!type || !config_number(p, value, 1, UINT16_MAX, &rate))
		return;
	if (g->policy.rate[type])
		config_wrong(p, key, "the rate of \"%s\" is here twice",
			     decode_event(type)->name);
	g->policy.rate[type] = rate;
}

static void take_rates(struct parse *p, const yaml_node_t *node, void *to)
{
	config_pairs(p, node, take_rate, to);
}

/*
 * Filters
 */

struct filter {
	struct policy_events events;
	struct uids uids;
	char path[CONFIG_PATH_MAX];
	char cgroup[CONFIG_PATH_MAX];
};

static void take_event_of(struct parse *p, const yaml_node_t *node, void *to)
{
	uint16_t type = event_type(p, node);

	if (type)
		policy_events_add(to, type);
}

static void take_events(struct parse *p, const yaml_node_t *node, void *to)
{
	config_items(p, node, take_event_of, to);
}

/* Absolute, without slashes at its end, not the root */
static void take_folder(struct parse *p, const yaml_node_t *node, void *to)
{
	char *path = to;
	size_t len;

	if (!config_text(p, node, path, CONFIG_PATH_MAX))
		return;
	if (path[0] != '/') {
		config_wrong(p, node, "\"%s\" does not begin with /", path);
		return;
	}
	for (len = strlen(path); len && path[len - 1] == '/'; len--)
		path[len - 1] = '\0';
	if (!*path)
		config_wrong(p, node, "everything is below /; a class of off does that");
}

static const struct config_key filter_keys[] = {
	{ "events", take_events, offsetof(struct filter, events), true },
	{ "path", take_folder, offsetof(struct filter, path), false },
	{ "cgroup", take_folder, offsetof(struct filter, cgroup), false },
	{ "uid", take_uids, offsetof(struct filter, uids), false },
};

static void take_filter(struct parse *p, const yaml_node_t *node, void *to)
{
	struct config_guest *g = to;
	struct filter f = { 0 };
	bool was_failed = p->failed;
	uint32_t match = STARLSM_MATCH_UID;

	p->failed = false;
	config_mapping(p, filter_keys, ARRAY_SIZE(filter_keys), node, &f);
	if (!p->failed && !!*f.path + !!*f.cgroup + f.uids.is_set != 1)
		config_wrong(p, node, "a filter has one of path, cgroup, uid");
	if (*f.path)
		match = STARLSM_MATCH_PATH;
	else if (*f.cgroup)
		match = STARLSM_MATCH_CGROUP;
	if (!p->failed && policy_add_filter(&g->policy, &f.events, match, f.uids.lo, f.uids.hi,
					    *f.path ? f.path : f.cgroup))
		config_wrong(p, node, "more than %d filters, or %d bytes of their paths",
			     STARLSM_FILTERS_MAX, STARLSM_FILTER_TEXT_MAX);
	p->failed |= was_failed;
}

static void take_filters(struct parse *p, const yaml_node_t *node, void *to)
{
	config_items(p, node, take_filter, to);
}

/*
 * Waiting
 */

static void take_answer(struct parse *p, const yaml_node_t *node, void *to)
{
	static const char * const words[] = {
		[STARLSM_ANSWER_ALLOW] = "allow",
		[STARLSM_ANSWER_DENY] = "deny",
	};
	int word = config_word(p, node, words, ARRAY_SIZE(words));

	if (word > 0)
		*(uint32_t *)to = word;
}

static const struct config_key wait_keys[] = {
	{ "commit-ms", take_ms, offsetof(struct starlsm_policy_page, commit_ms), false },
	{ "verdict-ms", take_ms, offsetof(struct starlsm_policy_page, verdict_ms), false },
	{ "otherwise", take_answer, offsetof(struct starlsm_policy_page, default_answer), false },
};

static void take_wait(struct parse *p, const yaml_node_t *node, void *to)
{
	config_mapping(p, wait_keys, ARRAY_SIZE(wait_keys), node, to);
}

/*
 * Verdicts
 */

struct verdict {
	struct verdict_rule rule;
	struct uids uids;
};

static void take_verdict_event(struct parse *p, const yaml_node_t *node, void *to)
{
	uint16_t type = refusable(event_type(p, node));

	if (type && !decode_can_be(type, STARLSM_CLASS_VERDICT))
		config_wrong(p, node, "\"%s\" cannot be refused", decode_event(type)->name);
	else
		*(uint32_t *)to = type;
}

static void take_pattern(struct parse *p, const yaml_node_t *node, void *to)
{
	config_text(p, node, to, VERDICT_GLOB_MAX);
}

static const struct config_key verdict_keys[] = {
	{ "event", take_verdict_event, offsetof(struct verdict, rule.event), true },
	{ "answer", take_answer, offsetof(struct verdict, rule.answer), true },
	{ "path", take_pattern, offsetof(struct verdict, rule.path), false },
	{ "address", take_pattern, offsetof(struct verdict, rule.address), false },
	{ "user", take_uids, offsetof(struct verdict, uids), false },
};

static void take_verdict(struct parse *p, const yaml_node_t *node, void *to)
{
	struct verdict v = { .uids = { .hi = UINT32_MAX } };
	struct config_guest *g = to;

	config_mapping(p, verdict_keys, ARRAY_SIZE(verdict_keys), node, &v);
	if (v.rule.event == STARLSM_EV_CONNECT ? *v.rule.path : *v.rule.address)
		config_wrong(p, node, "connect has an address, other events have a path");
	if (g->n_verdicts == VERDICT_RULES_MAX) {
		config_wrong(p, node, "more than %d verdicts", VERDICT_RULES_MAX);
		return;
	}
	v.rule.uid_lo = v.uids.lo;
	v.rule.uid_hi = v.uids.hi;
	g->verdict[g->n_verdicts++] = v.rule;
}

static void take_verdicts(struct parse *p, const yaml_node_t *node, void *to)
{
	config_items(p, node, take_verdict, to);
}

/* Who has a verdict on an event wants to be asked. */
static void ask_for_verdicts(struct parse *p, const yaml_node_t *node, struct config_guest *g)
{
	for (uint32_t i = 0; i < g->n_verdicts; i++) {
		uint32_t type = g->verdict[i].event;
		__u8 *class = &g->policy.class[type];

		if (!type)
			continue;
		if (*class == STARLSM_CLASS_DEFAULT)
			*class = STARLSM_CLASS_VERDICT;
		if (*class != STARLSM_CLASS_VERDICT)
			config_wrong(p, node, "there are verdicts on \"%s\", whose class is another",
				     decode_event(type)->name);
	}
}

/* What is left out is not asked about: it would be a way past the verdicts. */
static void ask_about_all(struct parse *p, const yaml_node_t *node,
			  const struct config_guest *g)
{
	for (uint16_t type = 0; type < STARLSM_EV_LIMIT; type++)
		if (g->policy.class[type] == STARLSM_CLASS_VERDICT &&
		    policy_drops(&g->policy, type))
			config_wrong(p, node, "\"%s\" is of class verdict, and can have no filter or rate",
				     decode_event(type)->name);
}

static const struct config_key guest_keys[] = {
	{ "name", take_glob, offsetof(struct config_guest, name), true },
	{ "observe", config_bool, offsetof(struct config_guest, observe), false },
	{ "introspect", config_bool, offsetof(struct config_guest, introspect), false },
	{ "respond", take_respond, offsetof(struct config_guest, respond), false },
	{ "verdicts-at", take_scores, offsetof(struct config_guest, incidents.at), false },
	{ "incidents", take_incidents, offsetof(struct config_guest, incidents), false },
	{ "playbooks", config_take_choices, offsetof(struct config_guest, on), false },
	{ "evacuate", config_bool, offsetof(struct config_guest, evacuate), false },
	{ "move", config_take_move, offsetof(struct config_guest, move), false },
	{ "apart", config_take_group, offsetof(struct config_guest, apart), false },
	{ "attach-within", take_seconds, offsetof(struct config_guest, attach_s), false },
	{ "quiet-after", take_seconds, offsetof(struct config_guest, quiet_s), false },
	{ "build-id", take_build_id, offsetof(struct config_guest, build_id), false },
	{ "events", take_classes, 0, false },
	{ "rates", take_rates, 0, false },
	{ "filters", take_filters, 0, false },
	{ "wait", take_wait, offsetof(struct config_guest, policy), false },
	{ "verdicts", take_verdicts, 0, false },
};

void config_take_guest(struct parse *p, const yaml_node_t *node, void *to)
{
	struct config_guest *g = to;

	memset(g, 0, sizeof(*g));
	g->observe = true;
	g->introspect = false;
	g->respond = RESPOND_ALERT;
	g->incidents.window_s = CONFIG_WINDOW_S;
	g->incidents.hold_s = CONFIG_HOLD_S;
	g->incidents.close_s = CONFIG_CLOSE_S;
	g->evacuate = true;
	g->attach_s = CONFIG_ATTACH_S;
	g->quiet_s = CONFIG_QUIET_S;
	policy_init(&g->policy);
	config_mapping(p, guest_keys, ARRAY_SIZE(guest_keys), node, g);
	ask_for_verdicts(p, node, g);
	ask_about_all(p, node, g);
}
