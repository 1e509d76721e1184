/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what the parts of the configuration's parser share
 */
#ifndef STARLSM_CONFIG_PARSE_H
#define STARLSM_CONFIG_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <yaml.h>

#include "lib/config.h"

struct parse {
	yaml_document_t document;
	const char *name;	/* of the file */
	struct config *config;
	char *errors;
	size_t size;
	size_t len;		/* of errors */
	bool failed;
};

/* A value of one kind into *to; what is wrong is said with config_wrong(). */
typedef void (*config_take_fn)(struct parse *p, const yaml_node_t *node, void *to);

struct config_key {
	const char *name;
	config_take_fn take;
	size_t offset;		/* of *to in the structure that the mapping fills */
	bool required;
};

void __attribute__((format(printf, 3, 4)))
config_wrong_at(struct parse *p, size_t line, const char *fmt, ...);

#define config_wrong(p, node, ...) \
	config_wrong_at(p, (node)->start_mark.line, __VA_ARGS__)

/* A scalar without NUL, or NULL and an error. */
const char *config_scalar(struct parse *p, const yaml_node_t *node);

/* A scalar that is not empty, with its NUL at most size long; false and an error if not. */
bool config_text(struct parse *p, const yaml_node_t *node, char *to, size_t size);

void config_bool(struct parse *p, const yaml_node_t *node, void *to);

/* The same for a name and for an absolute path, of CONFIG_TEXT_MAX bytes. */
void config_name(struct parse *p, const yaml_node_t *node, void *to);
void config_path(struct parse *p, const yaml_node_t *node, void *to);

/* Decimal digits up to *end; false if there is none or it is beyond max. */
bool config_digits(const char *text, uint32_t max, uint32_t *number, const char **end);

/* A number in these bounds; false and an error if not. */
bool config_number(struct parse *p, const yaml_node_t *node, uint32_t min, uint32_t max,
		   uint32_t *to);

/* The number of the word in words[n], NULLs in it being none; -1 and an error. */
int config_word(struct parse *p, const yaml_node_t *node, const char * const *words, size_t n);

/* A decimal number from min to max; false and an error if not. */
bool config_number(struct parse *p, const yaml_node_t *node, uint32_t min, uint32_t max,
		   uint32_t *to);

/* A mapping whose keys are known: each into its place of *to. */
void config_mapping(struct parse *p, const struct config_key *keys, size_t n_keys,
		    const yaml_node_t *node, void *to);

/* fn for each key and value of any mapping, for each item of a list. */
typedef void (*config_pair_fn)(struct parse *p, const yaml_node_t *key,
			       const yaml_node_t *value, void *to);
void config_pairs(struct parse *p, const yaml_node_t *node, config_pair_fn fn, void *to);
void config_items(struct parse *p, const yaml_node_t *node, config_take_fn fn, void *to);

/* One entry of "guests", set to its defaults before. */
void config_take_guest(struct parse *p, const yaml_node_t *node, void *to);

/* "playbooks", and that of a guest into its choices; the names are checked at last. */
void config_take_playbooks(struct parse *p, const yaml_node_t *node, void *to);
void config_take_choices(struct parse *p, const yaml_node_t *node, void *to);
void config_check_choices(struct parse *p);

/* "migration", into the whole configuration; "move" of a guest; the name of a group */
void config_take_migration(struct parse *p, const yaml_node_t *node, void *to);
void config_take_move(struct parse *p, const yaml_node_t *node, void *to);
void config_take_group(struct parse *p, const yaml_node_t *node, void *to);

/* "journal", and what it is without */
void config_take_journal(struct parse *p, const yaml_node_t *node, void *to);
void config_journal_init(struct config_journal *j);

/* "export", and what it is without */
void config_take_export(struct parse *p, const yaml_node_t *node, void *to);
void config_export_init(struct config_export *e);

#endif /* STARLSM_CONFIG_PARSE_H */
