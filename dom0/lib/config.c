// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsm.yaml, read strictly
 */
#include "lib/config.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define CONFIG_BUILD_ID_LEN	40	/* digits of a SHA-1, which linkers make */

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct parse {
	yaml_document_t document;
	const char *name;	/* of the file */
	struct config *config;
	char *errors;
	size_t size;
	size_t len;		/* of errors */
	bool failed;
};

/* A value of one kind into *to; what is wrong is said with wrong(). */
typedef void (*take_fn)(struct parse *p, const yaml_node_t *node, void *to);

struct key {
	const char *name;
	take_fn take;
	size_t offset;		/* of *to in the structure that the mapping fills */
	bool required;
};

static void __attribute__((format(printf, 3, 4)))
wrong_at(struct parse *p, size_t line, const char *fmt, ...)
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

#define wrong(p, node, ...) wrong_at(p, (node)->start_mark.line, __VA_ARGS__)

/*
 * A scalar without NUL, or NULL and an error.
 */
static const char *scalar(struct parse *p, const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;

	if (node->type != YAML_SCALAR_NODE) {
		wrong(p, node, "here one value is expected, not a list or a mapping");
		return NULL;
	}
	if (strlen(text) != node->data.scalar.length) {
		wrong(p, node, "a NUL character is in this value");
		return NULL;
	}
	return text;
}

static void take_bool(struct parse *p, const yaml_node_t *node, void *to)
{
	const char *text = scalar(p, node);

	if (!text)
		return;
	if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	    (!strcmp(text, "true") || !strcmp(text, "false")))
		*(bool *)to = text[0] == 't';
	else
		wrong(p, node, "\"%s\" is neither true nor false", text);
}

static void take_text(struct parse *p, const yaml_node_t *node, void *to,
		      size_t size)
{
	const char *text = scalar(p, node);

	if (!text)
		return;
	if (!*text)
		wrong(p, node, "this value is empty");
	else if (strlen(text) >= size)
		wrong(p, node, "\"%.20s...\" is longer than %zu characters",
		      text, size - 1);
	else
		memcpy(to, text, strlen(text) + 1);
}

static void take_name(struct parse *p, const yaml_node_t *node, void *to)
{
	take_text(p, node, to, CONFIG_TEXT_MAX);
}

static void take_glob(struct parse *p, const yaml_node_t *node, void *to)
{
	take_text(p, node, to, MSG_NAME_MAX);
}

static void take_path(struct parse *p, const yaml_node_t *node, void *to)
{
	take_text(p, node, to, CONFIG_TEXT_MAX);
	if (node->type == YAML_SCALAR_NODE && node->data.scalar.length &&
	    node->data.scalar.value[0] != '/')
		wrong(p, node, "\"%s\" does not begin with /",
		      node->data.scalar.value);
}

static void take_respond(struct parse *p, const yaml_node_t *node, void *to)
{
	static const char * const words[] = {
		[RESPOND_ALERT] = "alert",
		[RESPOND_PAUSE] = "pause",
		[RESPOND_HALT] = "halt",
	};
	const char *text = scalar(p, node);
	size_t i;

	if (!text)
		return;
	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(text, words[i])) {
			*(enum respond_policy *)to = i;
			return;
		}
	}
	wrong(p, node, "\"%s\" is none of alert, pause, halt", text);
}

static void take_seconds(struct parse *p, const yaml_node_t *node, void *to)
{
	const char *text = scalar(p, node);
	unsigned long n = 0;
	size_t i;

	if (!text)
		return;
	for (i = 0; text[i] >= '0' && text[i] <= '9' && n <= CONFIG_SECONDS_MAX; i++)
		n = 10 * n + (text[i] - '0');
	if (!i || text[i] || n > CONFIG_SECONDS_MAX)
		wrong(p, node, "\"%s\" is no number of seconds from 0 to %d", text,
		      CONFIG_SECONDS_MAX);
	else
		*(uint32_t *)to = n;
}

/* As `file` shows it: 20 bytes, two lower-case hexadecimal digits each */
static void take_build_id(struct parse *p, const yaml_node_t *node, void *to)
{
	const char *text = scalar(p, node);

	if (!text)
		return;
	if (strlen(text) != CONFIG_BUILD_ID_LEN ||
	    strspn(text, "0123456789abcdef") != CONFIG_BUILD_ID_LEN)
		wrong(p, node, "\"%s\" is not %d digits from 0 to 9 and a to f", text,
		      CONFIG_BUILD_ID_LEN);
	else
		memcpy(to, text, CONFIG_BUILD_ID_LEN + 1);
}

static const struct key *find_key(const struct key *keys, size_t n_keys,
				  const char *name)
{
	size_t i;

	for (i = 0; i < n_keys; i++)
		if (!strcmp(keys[i].name, name))
			return &keys[i];
	return NULL;
}

static void take_pair(struct parse *p, const struct key *keys, size_t n_keys,
		      const yaml_node_pair_t *pair, void *to, uint32_t *seen)
{
	const yaml_node_t *key = yaml_document_get_node(&p->document, pair->key);
	const char *name = scalar(p, key);
	const struct key *k;
	uint32_t bit;

	if (!name)
		return;
	k = find_key(keys, n_keys, name);
	if (!k) {
		wrong(p, key, "there is no key \"%s\"", name);
		return;
	}
	bit = 1U << (k - keys);
	if (*seen & bit) {
		wrong(p, key, "\"%s\" is here twice", name);
		return;
	}
	*seen |= bit;
	k->take(p, yaml_document_get_node(&p->document, pair->value),
		(char *)to + k->offset);
}

static void take_mapping(struct parse *p, const struct key *keys, size_t n_keys,
			 const yaml_node_t *node, void *to)
{
	const yaml_node_pair_t *pair;
	uint32_t seen = 0;
	size_t i;

	if (node->type != YAML_MAPPING_NODE) {
		wrong(p, node, "here \"key: value\" lines are expected");
		return;
	}
	for (pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++)
		take_pair(p, keys, n_keys, pair, to, &seen);
	for (i = 0; i < n_keys; i++)
		if (keys[i].required && !(seen & (1U << i)))
			wrong(p, node, "\"%s\" is missing", keys[i].name);
}

static const struct key guest_keys[] = {
	{ "name", take_glob, offsetof(struct config_guest, name), true },
	{ "observe", take_bool, offsetof(struct config_guest, observe), false },
	{ "respond", take_respond, offsetof(struct config_guest, respond), false },
	{ "attach-within", take_seconds, offsetof(struct config_guest, attach_s), false },
	{ "quiet-after", take_seconds, offsetof(struct config_guest, quiet_s), false },
	{ "build-id", take_build_id, offsetof(struct config_guest, build_id), false },
};

static void check_repeated(struct parse *p, const yaml_node_t *node)
{
	const struct config *c = p->config;
	size_t i;

	for (i = 0; i + 1 < c->n_guests; i++)
		if (!strcmp(c->guest[i].name, c->guest[c->n_guests - 1].name))
			wrong(p, node, "there is an entry \"%s\" already",
			      c->guest[i].name);
}

static void take_guests(struct parse *p, const yaml_node_t *list, void *to)
{
	const yaml_node_item_t *item;
	struct config_guest *guest;
	const yaml_node_t *node;

	(void)to;
	if (list->type != YAML_SEQUENCE_NODE) {
		wrong(p, list, "here a list is expected, \"- name: ...\"");
		return;
	}
	for (item = list->data.sequence.items.start;
	     item < list->data.sequence.items.top; item++) {
		node = yaml_document_get_node(&p->document, *item);
		if (p->config->n_guests == CONFIG_GUESTS_MAX) {
			wrong(p, node, "more than %d entries", CONFIG_GUESTS_MAX);
			return;
		}
		guest = &p->config->guest[p->config->n_guests++];
		guest->observe = true;
		guest->attach_s = CONFIG_ATTACH_S;
		guest->quiet_s = CONFIG_QUIET_S;
		take_mapping(p, guest_keys, ARRAY_SIZE(guest_keys), node, guest);
		check_repeated(p, node);
	}
}

static const struct key top_keys[] = {
	{ "user", take_name, offsetof(struct config, user), false },
	{ "socket", take_path, offsetof(struct config, socket), false },
	{ "socket-group", take_name, offsetof(struct config, socket_group), false },
	{ "libexec", take_path, offsetof(struct config, libexec), false },
	{ "dry-run", take_bool, offsetof(struct config, dry_run), false },
	{ "guests", take_guests, offsetof(struct config, guest), true },
};

static void set_defaults(struct config *c)
{
	memset(c, 0, sizeof(*c));
	strcpy(c->user, "starlsm");
	strcpy(c->socket, "/run/starlsm/ctl.sock");
	strcpy(c->libexec, "/usr/libexec/starlsm");
	c->dry_run = true;
}

static void take_document(struct parse *p)
{
	const yaml_node_t *root = yaml_document_get_root_node(&p->document);

	if (root)
		take_mapping(p, top_keys, ARRAY_SIZE(top_keys), root, p->config);
	else
		wrong_at(p, 0, "there is nothing in this file");
}

static void syntax_error(struct parse *p, const yaml_parser_t *parser)
{
	size_t line = parser->problem_mark.line;

	/* The reader's problems (encoding, control characters) have no mark. */
	if (parser->error == YAML_READER_ERROR)
		line = parser->mark.line;
	wrong_at(p, line, "%s", parser->problem ? parser->problem : "no memory");
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
		wrong_at(p, rest.start_mark.line, "a second document begins here");
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
		wrong_at(&p, 0, "no memory");
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
