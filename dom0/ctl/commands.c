// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what starlsmctl can be told: its commands, and their options
 */
#include "ctl/commands.h"

#include <stddef.h>
#include <string.h>

#include "ctl/client.h"
#include "ctl/walk.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const struct command commands[] = {
	{ "status", "[--json] [--guest GUEST]",
	  "the observed guests: state, events, losses, age of the last heartbeat",
	  TAKES_JSON | TAKES_GUEST_OPTION, NULL, ctl_status },
	{ "top", "[--once]", "the guests, live: events a second, lag, losses, findings, incidents",
	  TAKES_ONCE, NULL, ctl_top },
	{ "events", "[--follow] [--json] [--guest GUEST]",
	  "the latest events; with --follow also those to come, until Ctrl-C",
	  TAKES_JSON | TAKES_FOLLOW | TAKES_GUEST_OPTION | TAKES_QUERY, NULL, ctl_events },
	{ "incidents", "[--json] [--guest GUEST]",
	  "what the rules recognised, what was done and how long it took",
	  TAKES_JSON | TAKES_GUEST_OPTION, NULL, ctl_incidents },
	{ "close", "ID", "be done with an incident: nothing joins it any more", TAKES_ARGS, NULL,
	  ctl_close },
	{ "inspect", "[--json] GUEST", "what is seen of a guest from outside, check by check",
	  TAKES_JSON | TAKES_GUEST, NULL, ctl_inspect },
	{ "modules", "[--json] GUEST",
	  "a guest's kernel modules, as its memory has them, and who has loaded them",
	  TAKES_JSON | TAKES_GUEST, NULL, ctl_modules },
	{ "ps", "[--json] GUEST",
	  "a guest's processes, as its memory has them and as its events do",
	  TAKES_JSON | TAKES_GUEST, NULL, ctl_ps },
	{ "runs", "[--json] [--guest GUEST]",
	  "the playbooks that are carried out, or were: each step and what came of it",
	  TAKES_JSON | TAKES_GUEST_OPTION, NULL, ctl_runs },
	{ "pause", "GUEST", "stop a guest's vCPUs", TAKES_GUEST, NULL, ctl_pause },
	{ "unpause", "GUEST", "let a paused guest go on", TAKES_GUEST, NULL, ctl_unpause },
	{ "undo", "GUEST", "take back what the last playbook has done to a guest",
	  TAKES_GUEST, NULL, ctl_undo },
	{ "migrate", "GUEST [HOST]", "move a guest to another host, and wait until it is there",
	  TAKES_GUEST | TAKES_HOST, NULL, ctl_migrate },
	{ "moves", "[--json]", "which guests move by themselves, when, and why not now",
	  TAKES_JSON, NULL, ctl_moves },
	{ "capacity", "[--json]", "what this host has, for one that wants to send it a guest",
	  TAKES_JSON, NULL, ctl_capacity },
	{ "evidence", "list|verify|export ... [--key FILE]",
	  "list [FOLDER], verify BUNDLE, export BUNDLE FILE: what was captured of guests",
	  TAKES_KEY | TAKES_ARGS, "list verify export", ctl_evidence },
	{ "reload", "", "read the configuration again, and change the guests' policies", 0, NULL,
	  ctl_reload },
	{ "rules", "check DIR... | test RULE... --events FILE|--journal DIR",
	  "what is wrong with files of rules; what they match in a file of events, or a journal",
	  TAKES_RULES, "check test", ctl_rules },
	{ "verify", "[JOURNAL] [--key FILE]", "is the journal what was written, all of it?",
	  TAKES_JOURNAL | TAKES_KEY, NULL, ctl_verify },
	{ "replay", "[JOURNAL] [--rules DIR] [--json]",
	  "the journal's facts to an engine once more: does it say the same?",
	  TAKES_JSON | TAKES_JOURNAL | TAKES_OTHER_RULES, NULL, ctl_replay },
	{ "report", "INCIDENT -o FILE.html [--journal DIR]",
	  "a page about an incident for people: what happened, and what is left to do",
	  TAKES_REPORT | TAKES_ARGS | TAKES_KEY | TAKES_GUEST_OPTION, NULL, ctl_report },
	{ "key", "", "the public key that the journal's segments are signed with", 0, NULL, ctl_key },
};

#define FLAG(field)		TEXT_NONE, offsetof(struct ctl_options, field), NULL
#define TEXT(kind, field, arg)	TEXT_##kind, offsetof(struct ctl_options, field), arg

static const struct command_option options[] = {
	{ "json", TAKES_JSON, FLAG(is_json), "machine-readable: JSON, an object a line" },
	{ "follow", TAKES_FOLLOW, FLAG(is_follow), "go on with events as they come" },
	{ "once", TAKES_ONCE, FLAG(is_once),
	  "print one screen as text: two samples, a second apart" },
	{ "guest", TAKES_GUEST_OPTION, TEXT(GUEST, guest, "GUEST"),
	  "only that guest, by name or domid" },
	{ "since", TAKES_QUERY, TEXT(ANY, since, "TIME"),
	  "of the journal, from then on: \"2026-11-23 12:30\", or 2h ago" },
	{ "until", TAKES_QUERY | TAKES_REPORT, TEXT(ANY, until, "TIME"),
	  "of the journal, until then" },
	{ "type", TAKES_QUERY, TEXT(TYPES, types, "TYPES"),
	  "of the journal, only these: exec,module,incident" },
	{ "where", TAKES_QUERY, TEXT(ANY, where, "EXPR"),
	  "of the journal, only what matches: 'uid = 0 and path ~ \"/tmp/*\"'" },
	{ "events", TAKES_RULES, TEXT(FILE, events, "FILE"),
	  "lines of `events --json`; - is standard input" },
	{ "journal", TAKES_QUERY | TAKES_RULES | TAKES_REPORT, TEXT(FILE, journal, "DIR"),
	  "of that journal; that of this host is " WALK_DIRECTORY },
	{ "rules", TAKES_OTHER_RULES, TEXT(FILE, rules, "DIR"),
	  "with these rules, and not those recorded: which incidents are new, and gone?" },
	{ "key", TAKES_KEY, TEXT(FILE, key, "FILE"),
	  "the public key; of the journal by default " VERIFY_KEY },
	{ "output", TAKES_REPORT, TEXT(FILE, output, "FILE"),
	  "or -o: where the page goes; it replaces what is there" },
	{ "socket", 0, TEXT(FILE, socket, "PATH"),
	  "where starlsmd listens, by default " CLIENT_SOCKET },
};

const struct command *command_at(unsigned int number)
{
	return number < ARRAY_SIZE(commands) ? &commands[number] : NULL;
}

const struct command_option *command_option_at(unsigned int number)
{
	return number < ARRAY_SIZE(options) ? &options[number] : NULL;
}

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

const struct command_option *command_option_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (!strcmp(options[i].name, name))
			return &options[i];
	return NULL;
}

bool command_takes(const struct command *c, const struct command_option *o)
{
	return !o->takes || (c->takes & o->takes);
}

void commands_help(FILE *to)
{
	fprintf(to, "usage: starlsmctl [--socket PATH] COMMAND ...\n\n");
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		fprintf(to, "  %-9s %-36s %s\n", commands[i].name, commands[i].usage,
			commands[i].help);
	fprintf(to, "\nGUEST is a name or a domid. COMMAND --help tells more.\n"
		"Exit status: 0 done, 1 refused or failed, 2 wrong usage,\n"
		"3 starlsmd is not running.\n");
}

void command_help(FILE *to, const struct command *c)
{
	fprintf(to, "usage: starlsmctl %s %s [--socket PATH]\n\n%s\n\n", c->name, c->usage,
		c->help);
	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (command_takes(c, &options[i]))
			fprintf(to, "  --%-7s %-5s  %s\n", options[i].name,
				options[i].arg ? options[i].arg : "", options[i].help);
}
