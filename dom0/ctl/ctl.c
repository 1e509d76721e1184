// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl, for people
 */
#include "ctl/ctl.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "ctl/client.h"
#include "ctl/commands.h"
#include "ctl/complete.h"

/* Of getopt_long(): the options' numbers begin above the letters. */
#define FIRST_OPTION	256
#define OPTIONS_MAX	32

static int usage(const struct command *c, const char *complaint, const char *what)
{
	fprintf(stderr, "starlsmctl: %s%s\n", complaint, what);
	if (c)
		fprintf(stderr, "usage: starlsmctl %s %s\n", c->name, c->usage);
	else
		fprintf(stderr, "starlsmctl --help lists the commands\n");
	return CTL_USAGE;
}

/* What is wrong with the number of arguments for this command, or NULL */
static const char *wrong_number(const struct command *c, int n_args)
{
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

/* The name of an option that was given and makes no sense with this command, or NULL */
static const char *wrong_option(const struct command *c, const bool *is_given)
{
	const struct command_option *o;

	for (unsigned int i = 0; (o = command_option_at(i)); i++)
		if (is_given[i] && !command_takes(c, o))
			return o->name;
	return NULL;
}

static int run_command(int n_args, char **args, struct ctl_options *opt, const bool *is_given)
{
	const struct command *c = command_find(args[0]);
	const char *wrong;

	if (!c)
		return usage(NULL, "there is no command ", args[0]);
	wrong = wrong_option(c, is_given);
	if (wrong)
		return usage(c, "it takes no --", wrong);
	wrong = wrong_number(c, n_args - 1);
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
	const struct command *c = name ? command_find(name) : NULL;

	if (name && !c)
		return usage(NULL, "there is no command ", name);
	if (c)
		command_help(stdout, c);
	else
		commands_help(stdout);
	return CTL_OK;
}

static void list_options(struct option list[OPTIONS_MAX])
{
	const struct command_option *o;
	unsigned int n = 0;

	for (; (o = command_option_at(n)); n++)
		list[n] = (struct option){
			o->name, o->arg ? required_argument : no_argument, NULL, FIRST_OPTION + n,
		};
	list[n++] = (struct option){ "help", no_argument, NULL, 'h' };
	list[n++] = (struct option){ "version", no_argument, NULL, 'V' };
	list[n] = (struct option){ 0 };
}

static void take_option(struct ctl_options *opt, const struct command_option *o)
{
	char *at = (char *)opt + o->offset;

	if (o->arg)
		*(const char **)at = optarg;
	else
		*(bool *)at = true;
}

int main(int argc, char **argv)
{
	struct ctl_options opt = { .socket = CLIENT_SOCKET, .guest = "", .host = "" };
	bool wants_help = false, is_given[OPTIONS_MAX] = { false };
	struct option options[OPTIONS_MAX];
	int c;

	if (argc > 1 && !strcmp(argv[1], "--complete"))
		return complete(argc - 2, argv + 2, stdout);
	list_options(options);
	while ((c = getopt_long(argc, argv, "hVo:", options, NULL)) != -1) {
		switch (c) {
		case 'o':
			opt.output = optarg;
			break;
		case 'h':
			wants_help = true;
			break;
		case 'V':
			printf("starlsmctl %s\n", STARLSM_VERSION);
			return CTL_OK;
		case '?':
			return CTL_USAGE;
		default:
			is_given[c - FIRST_OPTION] = true;
			take_option(&opt, command_option_at(c - FIRST_OPTION));
		}
	}
	if (wants_help)
		return help(argv[optind]);
	if (optind == argc) {
		commands_help(stderr);
		return CTL_USAGE;
	}
	return run_command(argc - optind, argv + optind, &opt, is_given);
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
