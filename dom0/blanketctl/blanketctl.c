// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - says how it stands between this Xen and the outer one
 *
 * One hypercall, a connection to blanketd; then rights are dropped, and it asks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blanketctl/gather.h"
#include "blanketctl/print.h"
#include "blanketctl/sandbox.h"
#include "lib/drop.h"
#include "lib/front.h"
#include "lib/log.h"
#include "lib/options.h"
#include "lib/outer.h"

#define FILES_MAX	16

static void usage(FILE *f)
{
	fputs("Usage: blanketctl [OPTION...] status\n"
	      "Says how it stands between this Xen and the outer one. See blanketctl(8).\n"
	      "\n"
	      "  -j, --json         as an object of JSON\n"
	      "  -s, --socket PATH  the outer xenstore, see blanketd(8) (" OUTER_SOCKET ")\n"
	      "  -u, --user USER    who it runs as, once it has what it needs (" OUTER_USER ")\n"
	      "  -h, --help         this text\n"
	      "  -V, --version      the version\n", f);
}

static void parse(struct options *o, bool *is_json, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		OPTIONS_COMMON
	};
	int c;

	while ((c = getopt_long(argc, argv, "j" OPTIONS_LETTERS, options, NULL)) >= 0) {
		if (c == 'j')
			*is_json = true;
		else
			options_take(o, c);
	}
	if (argc != optind + 1 || strcmp(argv[optind], "status"))
		options_refuse(o);
}

/* What the hypercall says, and nobody else knows */
static json_t *ask_xen(void)
{
	struct blanket_usage usage = { 0 };
	struct outer outer;
	char version[32];
	int rc;

	outer_open(&outer);
	rc = outer_op(&outer, BLANKETOP_usage, &usage, sizeof(usage));
	if (rc)
		fatal("the Xen here does not say what is in use: %s", strerror(-rc));
	outer_seal(&outer);
	snprintf(version, sizeof(version), "%u.%u", outer.info.version >> 16,
		 outer.info.version & 0xffff);
	return json_pack("{s:s, s:i, s:i, s:i, s:i}", "xen", version, "pages", usage.pages,
			 "pages_max", outer.info.max_pages, "channels", usage.channels,
			 "channels_max", usage.max_channels);
}

int main(int argc, char **argv)
{
	struct options options = { "blanketctl", usage, OUTER_SOCKET, OUTER_USER };
	static char buffer[BUFSIZ];
	struct xs_handle *xs;
	struct drop_ids ids;
	bool is_json = false;
	json_t *status;

	parse(&options, &is_json, argc, argv);
	log_init("blanketctl");
	setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	json_object_seed(0);
	drop_lookup(options.user, &ids);
	status = ask_xen();
	xs = front_store(options.socket);
	drop_limits(FILES_MAX, 0);
	drop_to(&ids);
	sandbox_enter();
	json_object_update_new(status, gather(xs));
	json_object_set_new(status, "socket", json_string(options.socket));
	if (is_json) {
		json_dumpf(status, stdout, JSON_COMPACT);
		putchar('\n');
	} else {
		print_status(status, stdout);
	}
	if (fflush(stdout))
		fatal("stdout takes no more");
	return 0;
}
