/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the subcommands of starlsmctl
 */
#ifndef STARLSM_CTL_H
#define STARLSM_CTL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/msg.h"

struct ctl_options {
	const char *socket;
	const char *guest;	/* "" for all */
	const char *host;	/* "" for any */
	char **args;		/* those of the command, n_args; then a NULL */
	int n_args;
	bool is_json;
	bool is_follow;
	bool is_once;
	/* rules */
	const char *verb;	/* "check" or "test" */
	const char *events;	/* a file, "-" for standard input */
	const char * const *paths;
	int n_paths;
	/* of the journal; NULL: not given */
	const char *since, *until, *types, *where;
	const char *journal;	/* its directory */
	const char *rules;	/* replay: instead of those that were recorded */
	const char *key;	/* a file with a public key, NULL for none */
	const char *output;	/* the file to be written */
};

#define VERIFY_KEY	"/var/lib/starlsm/journal.key.pub"

/* Each returns an exit status (client.h). */
int ctl_status(const struct ctl_options *opt);
int ctl_top(const struct ctl_options *opt);
int ctl_events(const struct ctl_options *opt);
int ctl_incidents(const struct ctl_options *opt);
int ctl_close(const struct ctl_options *opt);
int ctl_inspect(const struct ctl_options *opt);
int ctl_modules(const struct ctl_options *opt);
int ctl_ps(const struct ctl_options *opt);
int ctl_pause(const struct ctl_options *opt);
int ctl_unpause(const struct ctl_options *opt);
int ctl_reload(const struct ctl_options *opt);
int ctl_runs(const struct ctl_options *opt);
int ctl_capacity(const struct ctl_options *opt);
int ctl_undo(const struct ctl_options *opt);
int ctl_moves(const struct ctl_options *opt);
int ctl_migrate(const struct ctl_options *opt);
int ctl_evidence(const struct ctl_options *opt);
int ctl_rules(const struct ctl_options *opt);
int ctl_query(const struct ctl_options *opt);
int ctl_verify(const struct ctl_options *opt);
int ctl_replay(const struct ctl_options *opt);
int ctl_key(const struct ctl_options *opt);
int ctl_report(const struct ctl_options *opt);

/* Is it the journal that is asked, and not the engine? Then ctl_query() answers. */
bool query_is_asked(const struct ctl_options *opt);

/* What to add to CLOCK_MONOTONIC for the time of day */
int64_t ctl_wall_ns(void);

/* Is it about the guest asked for, by name or domid? */
bool ctl_is_wanted(const struct ctl_options *opt, const char *guest, uint32_t domid);

/* One incident as `incidents --json` has it; NULL if it is none, or without memory. */
json_t *incident_json(const struct msg *m, int64_t wall_ns);

/* One incident, as text for people or as a line of JSON; -1 if it is none. */
int incident_print(const struct msg *m, int64_t wall_ns, bool is_json);

/* One change of an incident, in a stream of events; -1 if it is none. */
int incident_print_change(const struct msg *m, int64_t wall_ns, bool is_coloured);

#endif /* STARLSM_CTL_H */
