// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the parent: configuration, guests that come and go, processes
 *
 * Holds root and parses nothing that a guest has written but one digit.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>
#include <xenstore.h>

#include "lib/drop.h"
#include "lib/log.h"
#include "starlsmd/control.h"
#include "starlsmd/daemon.h"
#include "starlsmd/schedule.h"
#include "starlsmd/store.h"

#define RUN_DIR		"/run/starlsm"
#define LOCK_PATH	RUN_DIR "/lock"
/* A predecessor's processes end when it does, but not in no time. */
#define LOCK_TRIES	30
#define LOCK_TRY_MS	100
/* Above the numbers that a child gets its descriptors on */
#define FD_FLOOR	10
/* For what no watch tells, as a domain that got its name late */
#define SCAN_US		(10 * 1000000ULL)
#define VITALS_US	1000000ULL

struct options {
	const char *config;
	bool check_only;
};

static const char usage[] =
	"Usage: starlsmd [-c FILE] [-n]\n"
	"Observes the guests of this Xen host that run a StarLSM kernel.\n"
	"\n"
	"  -c, --config FILE   read FILE, not " CONFIG_PATH "\n"
	"  -n, --check         only check the configuration\n"
	"  -h, --help\n"
	"  -V, --version\n"
	"\n"
	"It stays in the foreground. See starlsmd(8), starlsm.yaml(5).\n";

static struct options parse_options(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", no_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 }
	};
	struct options o = { .config = CONFIG_PATH };
	int opt;

	while ((opt = getopt_long(argc, argv, "c:nhV", longopts, NULL)) >= 0) {
		switch (opt) {
		case 'c':
			o.config = optarg;
			break;
		case 'n':
			o.check_only = true;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		case 'V':
			puts("starlsmd " STARLSM_VERSION);
			exit(0);
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (optind != argc) {
		fputs(usage, stderr);
		exit(2);
	}
	return o;
}

static void read_config(struct config *c, const struct options *o)
{
	char errors[8192];
	int rc = config_read(o->config, c, errors, sizeof(errors));

	if (rc)
		fputs(errors, stderr);
	if (!rc && o->check_only)
		rc = ruleset_is_wrong(c);
	if (rc || o->check_only)
		exit(rc ? 1 : 0);
}

/* Held by us and by all we start: two generations never meet in a guest's pages. */
static void take_lock(void)
{
	struct timespec pause = { .tv_nsec = LOCK_TRY_MS * 1000000L };
	int fd, raised, tries;

	if (mkdir(RUN_DIR, 0755) && errno != EEXIST)
		fatal(RUN_DIR ": %s", strerror(errno));
	fd = open(LOCK_PATH, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		fatal(LOCK_PATH ": %s", strerror(errno));
	raised = fcntl(fd, F_DUPFD_CLOEXEC, FD_FLOOR);
	close(fd);
	for (tries = 0; flock(raised, LOCK_EX | LOCK_NB); tries++) {
		if (errno != EWOULDBLOCK || tries == LOCK_TRIES)
			fatal(errno == EWOULDBLOCK ? "already running (%s is locked)" :
			      "%s: cannot be locked", LOCK_PATH);
		nanosleep(&pause, NULL);
	}
	child_set_lock(raised);
}

static void open_xen(struct daemon *d)
{
	if (access("/dev/xen/privcmd", R_OK | W_OK))
		fatal("there is no Xen here: /dev/xen/privcmd: %s",
		      strerror(errno));
	d->xc = xc_interface_open(NULL, NULL, 0);
	if (!d->xc)
		fatal("Xen: %s", strerror(errno));
	d->xs = store_open();
	if (!d->xs)
		fatal("xenstore: %s", strerror(errno));
}

static void look_at_guest(struct daemon *d, uint32_t domid)
{
	struct guest *g;

	for (g = d->guests; g; g = g->next) {
		if (g->domid == domid) {
			guest_look(g);
			return;
		}
	}
}

static int on_store(sd_event_source *s, int fd, uint32_t revents, void *data)
{
	struct daemon *d = data;
	enum store_change change;
	bool scan = false;
	uint32_t domid;

	(void)s;
	(void)fd;
	(void)revents;
	while ((change = store_next(d->xs, &domid)) != STORE_NOTHING) {
		if (change == STORE_DOMAINS)
			scan = true;
		else
			look_at_guest(d, domid);
	}
	if (scan && !d->stopping)
		domains_scan(d);
	return 0;
}

static int on_scan(sd_event_source *s, uint64_t usec, void *data)
{
	struct daemon *d = data;

	if (!d->stopping)
		domains_scan(d);
	sd_event_source_set_time(s, usec + SCAN_US);
	sd_event_source_set_enabled(s, SD_EVENT_ONESHOT);
	return 0;
}

static int on_vitals(sd_event_source *s, uint64_t usec, void *data)
{
	struct daemon *d = data;

	if (!d->stopping) {
		domains_vitals(d);
		schedule_tick(d);
	}
	sd_event_source_set_time(s, usec + VITALS_US);
	sd_event_source_set_enabled(s, SD_EVENT_ONESHOT);
	return 0;
}

static int on_signal(sd_event_source *s, const struct signalfd_siginfo *si,
		     void *data)
{
	(void)s;
	log_notice("signal %u: ending", si->ssi_signo);
	sd_notify(0, "STOPPING=1");
	stop_begin(data, 0);
	return 0;
}

static int on_hangup(sd_event_source *s, const struct signalfd_siginfo *si, void *data)
{
	char errors[8192];

	(void)s;
	(void)si;
	sd_notify(0, "RELOADING=1");
	if (!((struct daemon *)data)->stopping &&
	    daemon_reload(data, 0, errors, sizeof(errors)))
		fputs(errors, stderr);
	sd_notify(0, "READY=1");
	return 0;
}

static void block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	/* Before libxenstore makes its thread, which inherits this. */
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void set_up_events(struct daemon *d)
{
	int rc = 0;

	rc |= sd_event_add_signal(d->event, NULL, SIGTERM, on_signal, d);
	rc |= sd_event_add_signal(d->event, NULL, SIGINT, on_signal, d);
	rc |= sd_event_add_signal(d->event, NULL, SIGHUP, on_hangup, d);
	rc |= sd_event_add_io(d->event, NULL, xs_fileno(d->xs), EPOLLIN,
			      on_store, d);
	rc |= sd_event_add_time_relative(d->event, NULL, CLOCK_MONOTONIC,
					 SCAN_US, 0, on_scan, d);
	rc |= sd_event_add_time_relative(d->event, NULL, CLOCK_MONOTONIC,
					 VITALS_US, 0, on_vitals, d);
	rc |= sd_event_set_watchdog(d->event, true);
	if (rc < 0)
		fatal("sd-event: %s", strerror(-rc));
}

static void check_root(void)
{
	if (geteuid())
		fatal("only root can start it");
}

int main(int argc, char **argv)
{
	static struct daemon d;
	struct drop_ids ids;
	int status;

	struct options o = parse_options(argc, argv);

	read_config(&d.config, &o);
	d.config_path = o.config;
	log_init("starlsmd");
	check_root();
	drop_lookup(d.config.user, &ids);
	block_signals();
	open_xen(&d);
	take_lock();

	if (sd_event_default(&d.event) < 0)
		fatal("sd-event: no memory");
	workers_start(&d);
	recording_start(&d);
	exporting_start(&d);
	if (d.config.n_rules)
		ruleset_send(&d, 0);
	d.control = control_new(&d);
	set_up_events(&d);
	log_notice("version " STARLSM_VERSION "%s",
		   d.config.dry_run ? ", dry-run: nothing is done to a guest" : "");
	domains_clean(&d);
	domains_scan(&d);
	sd_notify(0, "READY=1\nSTATUS=Observing guests");
	status = sd_event_loop(d.event);
	control_free(d.control);
	return status < 0 ? 1 : status;
}
