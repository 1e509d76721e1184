/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - starlsm.yaml, read strictly
 *
 * What is not understood is an error, told with file and line: an unknown or
 * repeated key, a value of the wrong type, an empty file. docs/man/starlsm.yaml.5
 * describes the keys.
 */
#ifndef STARLSM_CONFIG_H
#define STARLSM_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/msg.h"

#define CONFIG_PATH		"/etc/starlsm/starlsm.yaml"
/* A socket's path has to fit sockaddr_un. */
#define CONFIG_TEXT_MAX		108
#define CONFIG_GUESTS_MAX	256
#define CONFIG_RULES_MAX	8
/* Seconds. 0 turns either off; more than a day is a mistake. */
#define CONFIG_ATTACH_S		120
#define CONFIG_QUIET_S		10
#define CONFIG_SECONDS_MAX	86400
#define CONFIG_FILE_MAX		(1024 * 1024)
/* Of a filter */
#define CONFIG_PATH_MAX		1024

/* What is done with guests whose name matches; the first match counts. */
struct config_guest {
	char name[MSG_NAME_MAX];	/* a glob as in fnmatch(3) */
	bool observe;			/* by default true */
	enum respond_policy respond;	/* by default RESPOND_ALERT */
	struct starlsm_policy_page policy;	/* by default that of the event table */
	uint32_t n_verdicts;
	struct verdict_rule verdict[VERDICT_RULES_MAX];	/* the first match counts */
	uint32_t attach_s;		/* has to attach within; by default CONFIG_ATTACH_S */
	uint32_t quiet_s;		/* vCPU time without a heartbeat; CONFIG_QUIET_S */
	char build_id[MSG_BUILD_ID_MAX];	/* of its kernel, lower case; by default "" */
};

struct config {
	char user[CONFIG_TEXT_MAX];		/* of reader and engine */
	char socket[CONFIG_TEXT_MAX];		/* for starlsmctl, absolute */
	char socket_group[CONFIG_TEXT_MAX];	/* who may use it; "" only root */
	char libexec[CONFIG_TEXT_MAX];		/* folder of the programs, absolute */
	bool dry_run;				/* by default true */
	char rules[CONFIG_RULES_MAX][CONFIG_TEXT_MAX];	/* files or folders, absolute */
	uint32_t n_rules;			/* by default none */
	struct config_guest guest[CONFIG_GUESTS_MAX];
	size_t n_guests;
};

/*
 * Read text, len bytes, into c. name is the file's, for messages. What is
 * wrong is written to errors, one line each, ended by NUL, cut to size.
 * Returns 0, or -1 if anything is wrong; then c is not to be used.
 */
int config_parse(const char *text, size_t len, const char *name,
		 struct config *c, char *errors, size_t size);

/* The same for a file. Errors of reading it are lines too. */
int config_read(const char *path, struct config *c, char *errors, size_t size);

/* What to do with a guest of that name; NULL if no entry matches. */
const struct config_guest *config_find(const struct config *c, const char *name);

#endif /* STARLSM_CONFIG_H */
