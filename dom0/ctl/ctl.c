// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl, for people
 */
#include "ctl/ctl.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl/client.h"
#include "ctl/walk.h"

enum { TAKES_JSON = 1, TAKES_FOLLOW = 2, TAKES_GUEST_OPTION = 4, TAKES_GUEST = 8,
	TAKES_RULES = 16, TAKES_KEY = 32, TAKES_ARGS = 64, TAKES_HOST = 128,
	TAKES_QUERY = 256, TAKES_JOURNAL = 512, TAKES_ONCE = 1024,
	TAKES_OTHER_RULES = 2048, TAKES_REPORT = 4096 };

struct command {
	const char *name;
	const char *usage;
	const char *help;
	int takes;
	int (*run)(const struct ctl_options *opt);
};

static const struct command commands[] = {
	{ "status", "[--json] [--guest GUEST]",
	  "the observed guests: state, events, losses, age of the last heartbeat",
	  TAKES_JSON | TAKES_GUEST_OPTION, ctl_status },
	{ "top", "[--once]", "the guests, live: events a second, lag, losses, findings, incidents",
	  TAKES_ONCE, ctl_top },
	{ "events", "[--follow] [--json] [--guest GUEST]",
	  "the latest events; with --follow also those to come, until Ctrl-C",
	  TAKES_JSON | TAKES_FOLLOW | TAKES_GUEST_OPTION | TAKES_QUERY, ctl_events },
	{ "incidents", "[--json] [--guest GUEST]",
	  "what the rules recognised, what was done and how long it took",
	  TAKES_JSON | TAKES_GUEST_OPTION, ctl_incidents },
	{ "close", "ID", "be done with an incident: nothing joins it any more", TAKES_ARGS,
	  ctl_close },
	{ "inspect", "[--json] GUEST", "what is seen of a guest from outside, check by check",
	  TAKES_JSON | TAKES_GUEST, ctl_inspect },
	{ "modules", "[--json] GUEST",
	  "a guest's kernel modules, as its memory has them, and who has loaded them",
	  TAKES_JSON | TAKES_GUEST, ctl_modules },
	{ "ps", "[--json] GUEST",
	  "a guest's processes, as its memory has them and as its events do",
	  TAKES_JSON | TAKES_GUEST, ctl_ps },
	{ "runs", "[--json] [--guest GUEST]",
	  "the playbooks that are carried out, or were: each step and what came of it",
	  TAKES_JSON | TAKES_GUEST_OPTION, ctl_runs },
	{ "pause", "GUEST", "stop a guest's vCPUs", TAKES_GUEST, ctl_pause },
	{ "unpause", "GUEST", "let a paused guest go on", TAKES_GUEST, ctl_unpause },
	{ "undo", "GUEST", "take back what the last playbook has done to a guest",
	  TAKES_GUEST, ctl_undo },
	{ "migrate", "GUEST [HOST]", "move a guest to another host, and wait until it is there",
	  TAKES_GUEST | TAKES_HOST, ctl_migrate },
	{ "moves", "[--json]", "which guests move by themselves, when, and why not now",
	  TAKES_JSON, ctl_moves },
	{ "capacity", "[--json]", "what this host has, for one that wants to send it a guest",
	  TAKES_JSON, ctl_capacity },
	{ "evidence", "list|verify|export ... [--key FILE]",
	  "list [FOLDER], verify BUNDLE, export BUNDLE FILE: what was captured of guests",
	  TAKES_KEY | TAKES_ARGS, ctl_evidence },
	{ "reload", "", "read the configuration again, and change the guests' policies", 0,
	  ctl_reload },
	{ "rules", "check DIR... | test RULE... --events FILE|--journal DIR",
	  "what is wrong with files of rules; what they match in a file of events, or a journal",
	  TAKES_RULES, ctl_rules },
	{ "verify", "[JOURNAL] [--key FILE]", "is the journal what was written, all of it?",
	  TAKES_JOURNAL | TAKES_KEY, ctl_verify },
	{ "replay", "[JOURNAL] [--rules DIR] [--json]",
	  "the journal's facts to an engine once more: does it say the same?",
	  TAKES_JSON | TAKES_JOURNAL | TAKES_OTHER_RULES, ctl_replay },
	{ "report", "INCIDENT -o FILE.html [--journal DIR]",
	  "a page about an incident for people: what happened, and what is left to do",
	  TAKES_REPORT | TAKES_ARGS | TAKES_KEY | TAKES_GUEST_OPTION, ctl_report },
	{ "key", "", "the public key that the journal's segments are signed with", 0, ctl_key },
};

#define N_COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* Options that are a text, beyond the letters of the others */
struct text_option {
	const char *name;
	int takes;
	size_t offset;		/* in struct ctl_options */
	const char *help;
};

#define FIRST_TEXT	256
enum { TEXT_SINCE = FIRST_TEXT, TEXT_UNTIL, TEXT_TYPE, TEXT_WHERE, TEXT_JOURNAL, TEXT_KEY,
	TEXT_RULES, TEXT_OUTPUT, TEXT_END };

static const struct text_option texts[] = {
	[TEXT_SINCE - FIRST_TEXT] = {
		"since", TAKES_QUERY, offsetof(struct ctl_options, since),
		"TIME   of the journal, from then on: \"2026-11-23 12:30\", or 2h ago",
	},
	[TEXT_UNTIL - FIRST_TEXT] = {
		"until", TAKES_QUERY | TAKES_REPORT, offsetof(struct ctl_options, until),
		"TIME   of the journal, until then",
	},
	[TEXT_TYPE - FIRST_TEXT] = {
		"type", TAKES_QUERY, offsetof(struct ctl_options, types),
		"TYPES   of the journal, only these: exec,module,incident",
	},
	[TEXT_WHERE - FIRST_TEXT] = {
		"where", TAKES_QUERY, offsetof(struct ctl_options, where),
		"EXPR   of the journal, only what matches: 'uid = 0 and path ~ \"/tmp/*\"'",
	},
	[TEXT_JOURNAL - FIRST_TEXT] = {
		"journal", TAKES_QUERY | TAKES_RULES | TAKES_REPORT,
		offsetof(struct ctl_options, journal),
		"DIR  of that journal; that of this host is " WALK_DIRECTORY,
	},
	[TEXT_RULES - FIRST_TEXT] = {
		"rules", TAKES_OTHER_RULES, offsetof(struct ctl_options, rules),
		"DIR    with these rules, and not those recorded: which incidents are new, and gone?",
	},
	[TEXT_KEY - FIRST_TEXT] = {
		"key", TAKES_KEY, offsetof(struct ctl_options, key),
		"FILE     the public key; of the journal by default " VERIFY_KEY,
	},
	[TEXT_OUTPUT - FIRST_TEXT] = {
		"output", TAKES_REPORT, offsetof(struct ctl_options, output),
		"FILE  or -o: where the page goes; it replaces what is there",
	},
};

#define N_TEXTS (sizeof(texts) / sizeof(texts[0]))

static const char **text_of(struct ctl_options *opt, const struct text_option *t)
{
	return (const char **)((char *)opt + t->offset);
}

static const struct option long_options[] = {
	{ "since", required_argument, NULL, TEXT_SINCE },
	{ "until", required_argument, NULL, TEXT_UNTIL },
	{ "type", required_argument, NULL, TEXT_TYPE },
	{ "where", required_argument, NULL, TEXT_WHERE },
	{ "journal", required_argument, NULL, TEXT_JOURNAL },
	{ "key", required_argument, NULL, TEXT_KEY },
	{ "rules", required_argument, NULL, TEXT_RULES },
	{ "output", required_argument, NULL, TEXT_OUTPUT },
	{ "socket", required_argument, NULL, 's' },
	{ "json", no_argument, NULL, 'j' },
	{ "follow", no_argument, NULL, 'f' },
	{ "once", no_argument, NULL, '1' },
	{ "guest", required_argument, NULL, 'g' },
	{ "events", required_argument, NULL, 'e' },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

static void print_help(FILE *to)
{
	fprintf(to, "usage: starlsmctl [--socket PATH] COMMAND ...\n\n");
	for (size_t i = 0; i < N_COMMANDS; i++)
		fprintf(to, "  %-9s %-36s %s\n", commands[i].name, commands[i].usage,
			commands[i].help);
	fprintf(to, "\nGUEST is a name or a domid. COMMAND --help tells more.\n"
		"Exit status: 0 done, 1 refused or failed, 2 wrong usage,\n"
		"3 starlsmd is not running.\n");
}

static void print_command_help(FILE *to, const struct command *c)
{
	fprintf(to, "usage: starlsmctl %s %s [--socket PATH]\n\n%s\n\n", c->name, c->usage,
		c->help);
	if (c->takes & TAKES_JSON)
		fprintf(to, "  --json         machine-readable: JSON, an object a line\n");
	if (c->takes & TAKES_FOLLOW)
		fprintf(to, "  --follow       go on with events as they come\n");
	if (c->takes & TAKES_ONCE)
		fprintf(to, "  --once         print one screen as text: two samples, a second apart\n");
	if (c->takes & TAKES_GUEST_OPTION)
		fprintf(to, "  --guest GUEST  only that guest, by name or domid\n");
	for (size_t i = 0; i < N_TEXTS; i++)
		if (c->takes & texts[i].takes)
			fprintf(to, "  --%s %s\n", texts[i].name, texts[i].help);
	if (c->takes & TAKES_RULES) {
		fprintf(to, "  --events FILE  lines of `events --json`; - is standard input\n");
		return;
	}
	fprintf(to, "  --socket PATH  where starlsmd listens, by default %s\n", CLIENT_SOCKET);
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

static int usage(const struct command *c, const char *complaint, const char *what)
{
	fprintf(stderr, "starlsmctl: %s%s\n", complaint, what);
	if (c)
		fprintf(stderr, "usage: starlsmctl %s %s\n", c->name, c->usage);
	else
		fprintf(stderr, "starlsmctl --help lists the commands\n");
	return CTL_USAGE;
}

/* What is wrong for this command, or NULL. */
static const char *wrong_options(const struct command *c, const struct ctl_options *opt,
				 int n_args)
{
	if (opt->is_json && !(c->takes & TAKES_JSON))
		return "--json makes no sense with ";
	if (opt->is_follow && !(c->takes & TAKES_FOLLOW))
		return "--follow makes no sense with ";
	if (opt->is_once && !(c->takes & TAKES_ONCE))
		return "--once makes no sense with ";
	if (*opt->guest && !(c->takes & TAKES_GUEST_OPTION))
		return "--guest makes no sense with ";
	if (opt->events && !(c->takes & TAKES_RULES))
		return "--events makes no sense with ";
	if (c->takes & TAKES_RULES || (n_args <= 1 && c->takes & TAKES_JOURNAL))
		return NULL;
	if (c->takes & TAKES_HOST && n_args == 2)
		return NULL;
	if (!(c->takes & TAKES_ARGS) && n_args != !!(c->takes & TAKES_GUEST))
		return n_args ? "too many arguments for " : "which guest? for ";
	return NULL;
}

/* "check PATH...", "test PATH...", of what */
static const char *wrong_rules(const struct ctl_options *opt)
{
	bool is_test = opt->verb && !strcmp(opt->verb, "test");

	if (!opt->verb || (!is_test && strcmp(opt->verb, "check")))
		return "check or test? for ";
	if (!opt->n_paths)
		return "which rules? for ";
	if (opt->events && opt->journal)
		return "--events or --journal? for ";
	if (is_test != (opt->events || opt->journal))
		return is_test ? "--events or --journal is missing for " :
				 "--events and --journal make no sense with check of ";
	return NULL;
}

/* The name of one that makes no sense with this command, or NULL */
static const char *wrong_text(const struct command *c, struct ctl_options *opt)
{
	for (size_t i = 0; i < N_TEXTS; i++)
		if (*text_of(opt, &texts[i]) && !(c->takes & texts[i].takes))
			return texts[i].name;
	return NULL;
}

static int run_command(int n_args, char **args, struct ctl_options *opt)
{
	const struct command *c = find_command(args[0]);
	const char *wrong;

	if (!c)
		return usage(NULL, "there is no command ", args[0]);
	wrong = wrong_text(c, opt);
	if (wrong)
		return usage(c, "it takes no --", wrong);
	wrong = wrong_options(c, opt, n_args - 1);
	if (wrong)
		return usage(c, wrong, c->name);
	if (c->takes & TAKES_JOURNAL && n_args > 1)
		opt->journal = args[1];
	if (c->takes & TAKES_GUEST)
		opt->guest = args[1];
	if (c->takes & TAKES_HOST && n_args == 3)
		opt->host = args[2];
	opt->args = args + 1;
	opt->n_args = n_args - 1;
	if (c->takes & TAKES_RULES) {
		opt->verb = n_args > 1 ? args[1] : NULL;
		opt->paths = (const char * const *)args + 2;
		opt->n_paths = n_args > 2 ? n_args - 2 : 0;
		wrong = wrong_rules(opt);
		if (wrong)
			return usage(c, wrong, c->name);
	}
	return c->run(opt);
}

static int help(const char *name)
{
	const struct command *c = name ? find_command(name) : NULL;

	if (name && !c)
		return usage(NULL, "there is no command ", name);
	if (c)
		print_command_help(stdout, c);
	else
		print_help(stdout);
	return CTL_OK;
}

int main(int argc, char **argv)
{
	struct ctl_options opt = { .socket = CLIENT_SOCKET, .guest = "", .host = "" };
	bool wants_help = false;
	int c;

	while ((c = getopt_long(argc, argv, "hVo:", long_options, NULL)) != -1) {
		switch (c) {
		case TEXT_SINCE ... TEXT_END - 1:
			*text_of(&opt, &texts[c - FIRST_TEXT]) = optarg;
			break;
		case 'o':
			opt.output = optarg;
			break;
		case 's':
			opt.socket = optarg;
			break;
		case 'g':
			opt.guest = optarg;
			break;
		case 'e':
			opt.events = optarg;
			break;
		case 'j':
			opt.is_json = true;
			break;
		case 'f':
			opt.is_follow = true;
			break;
		case '1':
			opt.is_once = true;
			break;
		case 'h':
			wants_help = true;
			break;
		case 'V':
			printf("starlsmctl %s\n", STARLSM_VERSION);
			return CTL_OK;
		default:
			return CTL_USAGE;
		}
	}
	if (wants_help)
		return help(argv[optind]);
	if (optind == argc) {
		print_help(stderr);
		return CTL_USAGE;
	}
	return run_command(argc - optind, argv + optind, &opt);
}

/*
 * For the commands
 */

int64_t ctl_wall_ns(void)
{
	struct timespec wall, mono;

	clock_gettime(CLOCK_REALTIME, &wall);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	return (wall.tv_sec - mono.tv_sec) * 1000000000LL + wall.tv_nsec - mono.tv_nsec;
}

bool ctl_is_wanted(const struct ctl_options *opt, const char *guest, uint32_t domid)
{
	char number[16];

	snprintf(number, sizeof(number), "%u", domid);
	return !*opt->guest || !strcmp(opt->guest, guest) || !strcmp(opt->guest, number);
}
