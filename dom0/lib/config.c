// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsm.yaml, read strictly
 */
#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/config_parse.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

void config_wrong_at(struct parse *p, size_t line, const char *fmt, ...)
{
	va_list ap;
	int n;

	p->failed = true;
	n = snprintf(p->errors + p->len, p->size - p->len, "%s:%zu: ",
		     p->name, line + 1);
	p->len = p->len + n < p->size ? p->len + n : p->size - 1;
	va_start(ap, fmt);
	n = vsnprintf(p->errors + p->len, p->size - p->len, fmt, ap);
	va_end(ap);
	p->len = p->len + n < p->size ? p->len + n : p->size - 1;
	n = snprintf(p->errors + p->len, p->size - p->len, "\n");
	p->len = p->len + n < p->size ? p->len + n : p->size - 1;
}

const char *config_scalar(struct parse *p, const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;

	if (node->type != YAML_SCALAR_NODE) {
		config_wrong(p, node, "here one value is expected, not a list or a mapping");
		return NULL;
	}
	if (strlen(text) != node->data.scalar.length) {
		config_wrong(p, node, "a NUL character is in this value");
		return NULL;
	}
	return text;
}

void config_bool(struct parse *p, const yaml_node_t *node, void *to)
{
	const char *text = config_scalar(p, node);

	if (!text)
		return;
	if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	    (!strcmp(text, "true") || !strcmp(text, "false")))
		*(bool *)to = text[0] == 't';
	else
		config_wrong(p, node, "\"%s\" is neither true nor false", text);
}

bool config_text(struct parse *p, const yaml_node_t *node, char *to, size_t size)
{
	const char *text = config_scalar(p, node);

	if (!text)
		return false;
	if (!*text) {
		config_wrong(p, node, "this value is empty");
		return false;
	}
	if (strlen(text) >= size) {
		config_wrong(p, node, "\"%.20s...\" is longer than %zu characters",
		      text, size - 1);
		return false;
	}
	memcpy(to, text, strlen(text) + 1);
	return true;
}

/* "a, b or c", of the words that there are */
static void list_words(const char * const *words, size_t n, char *text, size_t size)
{
	size_t len = 0;

	*text = '\0';
	for (size_t i = 0; i < n; i++) {
		if (!words[i] || len >= size)
			continue;
		len += snprintf(text + len, size - len, "%s%s", len ? ", " : "", words[i]);
	}
}

int config_word(struct parse *p, const yaml_node_t *node, const char * const *words, size_t n)
{
	const char *text = config_scalar(p, node);
	char list[128];

	if (!text)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (words[i] && !strcmp(words[i], text))
			return i;
	list_words(words, n, list, sizeof(list));
	config_wrong(p, node, "\"%s\" is none of %s", text, list);
	return -1;
}

bool config_digits(const char *text, uint32_t max, uint32_t *number, const char **end)
{
	uint64_t n = 0;

	*end = text;
	while (**end >= '0' && **end <= '9' && n <= max)
		n = n * 10 + (*(*end)++ - '0');
	*number = n;
	return *end != text && n <= max;
}

bool config_number(struct parse *p, const yaml_node_t *node, uint32_t min, uint32_t max,
		   uint32_t *to)
{
	const char *text = config_scalar(p, node), *end;
	uint32_t n;

	if (!text)
		return false;
	if (!config_digits(text, max, &n, &end) || *end || n < min) {
		config_wrong(p, node, "\"%s\" is no number from %u to %u", text, min, max);
		return false;
	}
	*to = n;
	return true;
}

void config_name(struct parse *p, const yaml_node_t *node, void *to)
{
	config_text(p, node, to, CONFIG_TEXT_MAX);
}

void config_path(struct parse *p, const yaml_node_t *node, void *to)
{
	config_text(p, node, to, CONFIG_TEXT_MAX);
	if (node->type == YAML_SCALAR_NODE && node->data.scalar.length &&
	    node->data.scalar.value[0] != '/')
		config_wrong(p, node, "\"%s\" does not begin with /",
		      node->data.scalar.value);
}

static const struct config_key *find_key(const struct config_key *keys, size_t n_keys,
				  const char *name)
{
	size_t i;

	for (i = 0; i < n_keys; i++)
		if (!strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

static void take_pair(struct parse *p, const struct config_key *keys, size_t n_keys,
		      const yaml_node_pair_t *pair, void *to, uint32_t *seen)
{
	const yaml_node_t *key = yaml_document_get_node(&p->document, pair->key);
	const char *name = config_scalar(p, key);
	const struct config_key *k;
	uint32_t bit;

	if (!name)
		return;
	k = find_key(keys, n_keys, name);
	if (!k) {
		config_wrong(p, key, "there is no key \"%s\"", name);
		return;
	}
	bit = 1U << (k - keys);
	if (*seen & bit) {
		config_wrong(p, key, "\"%s\" is here twice", name);
		return;
	}
	*seen |= bit;
	k->take(p, yaml_document_get_node(&p->document, pair->value),
		(char *)to + k->offset);
}

void config_mapping(struct parse *p, const struct config_key *keys, size_t n_keys,
			 const yaml_node_t *node, void *to)
{
	const yaml_node_pair_t *pair;
	uint32_t seen = 0;
	size_t i;

	if (node->type != YAML_MAPPING_NODE) {
		config_wrong(p, node, "here \"key: value\" lines are expected");
		return;
	}
	for (pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++)
		take_pair(p, keys, n_keys, pair, to, &seen);
	for (i = 0; i < n_keys; i++)
		if (keys[i].required && !(seen & (1U << i)))
			config_wrong(p, node, "\"%s\" is missing", keys[i].name);
}

void config_pairs(struct parse *p, const yaml_node_t *node, config_pair_fn fn, void *to)
{
	const yaml_node_pair_t *pair;

	if (node->type != YAML_MAPPING_NODE) {
		config_wrong(p, node, "here \"key: value\" lines are expected");
		return;
	}
	for (pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++)
		fn(p, yaml_document_get_node(&p->document, pair->key),
		   yaml_document_get_node(&p->document, pair->value), to);
}

void config_items(struct parse *p, const yaml_node_t *node, config_take_fn fn, void *to)
{
	const yaml_node_item_t *item;

	if (node->type != YAML_SEQUENCE_NODE) {
		config_wrong(p, node, "here a list is expected, \"- ...\" or \"[...]\"");
		return;
	}
	for (item = node->data.sequence.items.start;
	     item < node->data.sequence.items.top; item++)
		fn(p, yaml_document_get_node(&p->document, *item), to);
}

static void check_repeated(struct parse *p, const yaml_node_t *node)
{
	const struct config *c = p->config;
	size_t i;

	for (i = 0; i + 1 < c->n_guests; i++)
		if (!strcmp(c->guest[i].name, c->guest[c->n_guests - 1].name))
			config_wrong(p, node, "there is an entry \"%s\" already",
			      c->guest[i].name);
}

static void take_guests(struct parse *p, const yaml_node_t *list, void *to)
{
	const yaml_node_item_t *item;
	struct config_guest *guest;
	const yaml_node_t *node;

	(void)to;
	if (list->type != YAML_SEQUENCE_NODE) {
		config_wrong(p, list, "here a list is expected, \"- name: ...\"");
		return;
	}
	for (item = list->data.sequence.items.start;
	     item < list->data.sequence.items.top; item++) {
		node = yaml_document_get_node(&p->document, *item);
		if (p->config->n_guests == CONFIG_GUESTS_MAX) {
			config_wrong(p, node, "more than %d entries", CONFIG_GUESTS_MAX);
			return;
		}
		guest = &p->config->guest[p->config->n_guests++];
		config_take_guest(p, node, guest);
		check_repeated(p, node);
	}
}

static void take_rules(struct parse *p, const yaml_node_t *node, void *to)
{
	struct config *c = p->config;

	(void)to;
	if (c->n_rules == CONFIG_RULES_MAX)
		config_wrong(p, node, "more than %d folders of rules", CONFIG_RULES_MAX);
	else
		config_path(p, node, c->rules[c->n_rules++]);
}

/* One path, or a list of them */
static void take_rules_list(struct parse *p, const yaml_node_t *node, void *to)
{
	if (node->type == YAML_SEQUENCE_NODE)
		config_items(p, node, take_rules, to);
	else
		take_rules(p, node, to);
}

static void take_percent(struct parse *p, const yaml_node_t *node, void *to)
{
	config_number(p, node, 1, 100, to);
}

static const struct config_key top_keys[] = {
	{ "user", config_name, offsetof(struct config, user), false },
	{ "socket", config_path, offsetof(struct config, socket), false },
	{ "socket-group", config_name, offsetof(struct config, socket_group), false },
	{ "libexec", config_path, offsetof(struct config, libexec), false },
	{ "profiles", config_path, offsetof(struct config, profiles), false },
	{ "introspect-percent", take_percent, offsetof(struct config, introspect_percent), false },
	{ "evidence", config_path, offsetof(struct config, evidence), false },
	{ "evidence-key", config_path, offsetof(struct config, evidence_key), false },
	{ "notify", config_path, offsetof(struct config, notify), false },
	{ "dry-run", config_bool, offsetof(struct config, dry_run), false },
	{ "migration", config_take_migration, 0, false },
	{ "playbooks", config_take_playbooks, offsetof(struct config, playbook), false },
	{ "rules", take_rules_list, offsetof(struct config, rules), false },
	{ "journal", config_take_journal, offsetof(struct config, journal), false },
	{ "export", config_take_export, offsetof(struct config, export), false },
	{ "guests", take_guests, offsetof(struct config, guest), true },
};

static void set_defaults(struct config *c)
{
	memset(c, 0, offsetof(struct config, guest));
	c->n_guests = 0;
	strcpy(c->user, "starlsm");
	strcpy(c->socket, "/run/starlsm/ctl.sock");
	strcpy(c->libexec, "/usr/libexec/starlsm");
	strcpy(c->profiles, CONFIG_PROFILES);
	c->introspect_percent = 2;
	strcpy(c->evidence, EVIDENCE_FOLDER);
	c->at_once = 1;
	strcpy(c->ssh, "ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5");
	c->dry_run = true;
	config_journal_init(&c->journal);
	config_export_init(&c->export);
}

static void take_document(struct parse *p)
{
	const yaml_node_t *root = yaml_document_get_root_node(&p->document);

	if (!root) {
		config_wrong_at(p, 0, "there is nothing in this file");
		return;
	}
	config_mapping(p, top_keys, ARRAY_SIZE(top_keys), root, p->config);
	config_check_choices(p);
}

static void syntax_error(struct parse *p, const yaml_parser_t *parser)
{
	size_t line = parser->problem_mark.line;

	/* The reader's problems (encoding, control characters) have no mark. */
	if (parser->error == YAML_READER_ERROR)
		line = parser->mark.line;
	config_wrong_at(p, line, "%s", parser->problem ? parser->problem : "no memory");
}

/* There is one document, and nothing after it. */
static void check_end(struct parse *p, yaml_parser_t *parser)
{
	yaml_document_t rest;

	if (!yaml_parser_load(parser, &rest)) {
		syntax_error(p, parser);
		return;
	}
	if (yaml_document_get_root_node(&rest))
		config_wrong_at(p, rest.start_mark.line, "a second document begins here");
	yaml_document_delete(&rest);
}

int config_parse(const char *text, size_t len, const char *name,
		 struct config *c, char *errors, size_t size)
{
	struct parse p = { .name = name, .config = c,
			   .errors = errors, .size = size };
	yaml_parser_t parser;

	errors[0] = '\0';
	set_defaults(c);
	if (!yaml_parser_initialize(&parser)) {
		config_wrong_at(&p, 0, "no memory");
		return -1;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	if (yaml_parser_load(&parser, &p.document)) {
		take_document(&p);
		if (yaml_document_get_root_node(&p.document))
			check_end(&p, &parser);
		yaml_document_delete(&p.document);
	} else {
		syntax_error(&p, &parser);
	}
	yaml_parser_delete(&parser);
	return p.failed ? -1 : 0;
}

static int unreadable(const char *path, const char *why, char *errors, size_t size)
{
	snprintf(errors, size, "%s: %s\n", path, why);
	return -1;
}

int config_read(const char *path, struct config *c, char *errors, size_t size)
{
	char *text;
	FILE *file;
	size_t len;
	int rc;

	file = fopen(path, "re");
	if (!file)
		return unreadable(path, strerror(errno), errors, size);
	text = malloc(CONFIG_FILE_MAX);
	len = text ? fread(text, 1, CONFIG_FILE_MAX, file) : 0;
	if (!text)
		rc = unreadable(path, "no memory", errors, size);
	else if (ferror(file))
		rc = unreadable(path, strerror(errno), errors, size);
	else if (len == CONFIG_FILE_MAX)
		rc = unreadable(path, "is longer than 1 MiB", errors, size);
	else
		rc = config_parse(text, len, path, c, errors, size);
	free(text);
	fclose(file);
	return rc;
}

const struct config_guest *config_find(const struct config *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->n_guests; i++)
		if (!fnmatch(c->guest[i].name, name, 0))
			return &c->guest[i];
	return NULL;
}
