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

#include "lib/msg_responder.h"

#define CONFIG_PATH		"/etc/starlsm/starlsm.yaml"
/* A socket's path has to fit sockaddr_un. */
#define CONFIG_TEXT_MAX		108
#define CONFIG_GUESTS_MAX	256
#define CONFIG_RULES_MAX	8
/* Seconds. 0 turns either off; more than a day is a mistake. */
#define CONFIG_ATTACH_S		120
#define CONFIG_QUIET_S		10
#define CONFIG_SECONDS_MAX	86400
/* Of incidents: seconds; and the highest score, at which they end */
#define CONFIG_WINDOW_S		600
#define CONFIG_HOLD_S		60
#define CONFIG_CLOSE_S		3600
#define CONFIG_SCORE_MAX	100
#define CONFIG_FILE_MAX		(1024 * 1024)
/* What a journal keeps of a guest: MiB, at least a few segments; days */
#define CONFIG_JOURNAL_MIB	1024
#define CONFIG_JOURNAL_MIB_MIN	8
#define CONFIG_JOURNAL_MIB_MAX	(16 * 1024 * 1024)
#define CONFIG_JOURNAL_DAYS	30
#define CONFIG_JOURNAL_DAYS_MAX	3650
/* What is handed on: MiB of one file, how many older ones stay; seconds */
#define CONFIG_EXPORT_MIB	64
#define CONFIG_EXPORT_MIB_MAX	(1024 * 1024)
#define CONFIG_EXPORT_KEEP	4
#define CONFIG_EXPORT_KEEP_MAX	999
#define CONFIG_EXPORT_EVERY_S	15
#define CONFIG_EXPORT_EVERY_MAX_S	3600
#define CONFIG_PROFILES		"/var/lib/starlsm/profiles"
/* Of a filter */
#define CONFIG_PATH_MAX		1024

/* Where bundles are, unless told otherwise */
#define EVIDENCE_FOLDER		"/var/lib/starlsm/evidence"
#define CONFIG_PLAYBOOKS_MAX	32

/* The name of a playbook, "" for the verdict's own, and where it stands, from 0 */
struct config_choice {
	char name[PLAYBOOK_NAME_MAX];
	size_t line;
};

struct config_host {
	char name[MSG_GROUP_MAX];
	char address[MSG_NAME_MAX];
};

/* When a guest moves by itself; every_s 0: never */
struct config_move {
	uint32_t every_s;
	uint32_t jitter;		/* more or less by so many percent */
	uint32_t hold_s;		/* not before it has been here, or a try ago, for so long */
	uint32_t quiet_from, quiet_to;	/* minutes of the day, local time; the same: never */
	bool on_threat;			/* also soon after another guest here is a victim */
};

/* What is done with guests whose name matches; the first match counts. */
struct config_guest {
	char name[MSG_NAME_MAX];	/* a glob as in fnmatch(3) */
	bool observe;			/* by default true */
	bool introspect;		/* its memory is looked at; by default true */
	enum respond_policy respond;	/* by default RESPOND_ALERT */
	struct incident_policy incidents;
	struct config_choice on[VERDICTS];	/* playbooks, by enum respond_policy */
	struct starlsm_policy_page policy;	/* by default that of the event table */
	uint32_t n_verdicts;
	struct verdict_rule verdict[VERDICT_RULES_MAX];	/* the first match counts */
	bool evacuate;			/* moves when a neighbour is a victim; by default true */
	struct config_move move;
	char apart[MSG_GROUP_MAX];	/* never on a host with another of that group; "" */
	uint32_t attach_s;		/* has to attach within; by default CONFIG_ATTACH_S */
	uint32_t quiet_s;		/* vCPU time without a heartbeat; CONFIG_QUIET_S */
	char build_id[MSG_BUILD_ID_MAX];	/* of its kernel, lower case; by default "" */
};

struct config_journal {
	bool record;				/* by default true */
	char directory[CONFIG_TEXT_MAX];	/* absolute */
	char key[CONFIG_TEXT_MAX];		/* the signing key's file, absolute */
	char user[CONFIG_TEXT_MAX];		/* of the journal's process */
	uint32_t mib;				/* of one guest */
	uint32_t days;
};

/* FINDINGS: detections, incidents, states of guests, and what is missing */
enum export_what { EXPORT_NOTHING, EXPORT_FINDINGS, EXPORT_ALL };

struct config_export {
	char user[CONFIG_TEXT_MAX];		/* of the export's process */
	struct {
		char path[CONFIG_TEXT_MAX];	/* absolute; "": there is none */
		enum export_what what;		/* by default EXPORT_ALL */
		uint32_t mib, keep;
	} file;
	struct {
		char path[CONFIG_TEXT_MAX];	/* as above */
		enum export_what what;
	} socket;
	enum export_what journald;
	struct {
		char directory[CONFIG_TEXT_MAX];	/* as above */
		uint32_t every_s;
	} metrics;
};

struct config {
	char user[CONFIG_TEXT_MAX];		/* of reader and engine */
	char socket[CONFIG_TEXT_MAX];		/* for starlsmctl, absolute */
	char socket_group[CONFIG_TEXT_MAX];	/* who may use it; "" only root */
	char libexec[CONFIG_TEXT_MAX];		/* folder of the programs, absolute */
	char profiles[CONFIG_TEXT_MAX];		/* folder of the kernels' profiles, absolute */
	uint32_t introspect_percent;		/* of a CPU, for one guest's vmi; by default 2 */
	bool dry_run;				/* by default true */
	char evidence[CONFIG_TEXT_MAX];		/* folder of the bundles, absolute */
	char evidence_key[CONFIG_TEXT_MAX];	/* PEM file of the key that signs them; "" */
	char notify[CONFIG_TEXT_MAX];		/* program that tells people, absolute; "" */
	char ssh[MSG_PATH_MAX];			/* the way to another host: words, blanks between */
	uint32_t at_once;			/* moves by schedule; by default 1 */
	struct config_host host[HOSTS_MAX];
	size_t n_hosts;
	struct playbook playbook[CONFIG_PLAYBOOKS_MAX];
	size_t n_playbooks;
	char rules[CONFIG_RULES_MAX][CONFIG_TEXT_MAX];	/* files or folders, absolute */
	uint32_t n_rules;			/* by default none */
	struct config_journal journal;
	struct config_export export;		/* by default nothing is */
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

/* Is anything handed on? */
bool config_exports(const struct config_export *e);

/* What is done with that guest after such a verdict: the playbook by its name. */
void config_playbook(const struct config *c, const struct config_guest *g,
		     enum respond_policy verdict, struct playbook *pb);

#endif /* STARLSM_CONFIG_H */
