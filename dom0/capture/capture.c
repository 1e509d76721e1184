// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - takes the evidence of a guest that is paused
 *
 *   capture FOLDER KEY DOMID GUEST RUN RULE     the responder starts this program
 *
 * Writes FOLDER/GUEST-TIME-RUN, signed with the private key in the PEM file KEY
 * unless that is "". Its last line is the bundle's path. Status 0: the memory is
 * in it; what else could not be taken is in the manifest. It has the rights that
 * the responder has left itself, a low priority, and looks into nothing.
 */
#include <errno.h>
#include <linux/ioprio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "capture/bundle.h"
#include "capture/pieces.h"
#include "lib/log.h"

#define NICE	10

struct order {
	const char *folder, *key, *domid, *guest, *run, *rule;
};

/* Quick ones first: they are there if the large one fails. */
static int (* const pieces[])(struct bundle *b, const struct subject *s) = {
	piece_vcpus, piece_hvm, piece_domain, piece_xenstore, piece_console, piece_config,
	piece_incidents, piece_runs, piece_events,
};

static void open_subject(struct subject *s, const struct order *o)
{
	s->domid = atoi(o->domid);
	s->name = o->guest;
	s->xc = xc_interface_open(NULL, NULL, 0);
	if (!s->xc)
		fatal("no access to Xen: %s", strerror(errno));
	if (xc_domain_getinfo(s->xc, s->domid, 1, &s->info) != 1 || s->info.domid != s->domid)
		fatal("there is no domain %u", s->domid);
	if (!s->info.paused)
		fatal("domain %u is not paused", s->domid);
}

static void utc(time_t at, const char *format, char *text, size_t size)
{
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(text, size, format, &tm);
}

/* Nothing that means something to a shell or a path */
static void folder_name(const struct order *o, time_t at, char *name, size_t size)
{
	char when[32];

	utc(at, "%Y%m%dT%H%M%SZ", when, sizeof(when));
	snprintf(name, size, "%.64s-%s-%.10s", o->guest, when, o->run);
	for (char *c = name; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", *c) ||
		    (c == name && *c == '-'))
			*c = '_';
}

static json_t *about(const struct order *o, const struct subject *s, time_t began)
{
	char from[32], to[32];
	struct utsname host;
	json_t *guest = json_string(o->guest);

	uname(&host);
	utc(began, "%FT%TZ", from, sizeof(from));
	utc(time(NULL), "%FT%TZ", to, sizeof(to));
	return json_pack("{s:o, s:I, s:s, s:s, s:s, s:s, s:s, s:s}",
			 "guest", guest ? guest : json_string("?"),
			 "domid", (json_int_t)s->domid, "run", o->run, "rule", o->rule,
			 "host", host.nodename, "taken_by", "starlsm " STARLSM_VERSION,
			 "begun", from, "ended", to);
}

static void be_modest(void)
{
	if (setpriority(PRIO_PROCESS, 0, NICE) ||
	    syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(IOPRIO_CLASS_IDLE, 0)))
		log_warning("no low priority: %s", strerror(errno));
}

int main(int argc, char **argv)
{
	struct order o;
	struct subject s = { 0 };
	time_t began = time(NULL);
	struct bundle b;
	char name[128];
	int err, core_err;

	log_init("capture");
	if (argc != 7)
		fatal("usage: capture FOLDER KEY DOMID GUEST RUN RULE; the responder starts this program");
	o = (struct order){ argv[1], argv[2], argv[3], argv[4], argv[5], argv[6] };
	umask(077);
	be_modest();
	open_subject(&s, &o);
	folder_name(&o, began, name, sizeof(name));
	err = bundle_begin(&b, o.folder, name);
	if (err)
		fatal("%s/%s: %s", o.folder, name, strerror(err));
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		pieces[i](&b, &s);
	core_err = piece_core(&b, &s);
	err = bundle_end(&b, about(&o, &s, began), o.key);
	if (err)
		fatal("%s/%s: %s", o.folder, name, strerror(err));
	printf("%s/%s\n", o.folder, name);
	if (core_err)
		fatal("the memory of domain %u: %s", s.domid, strerror(core_err));
	return 0;
}
