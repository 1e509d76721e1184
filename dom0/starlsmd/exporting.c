// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the export: started, told how guests are, started again
 *
 * Whatever becomes of it, guests are observed and decided about. It is told at
 * least once a second of each guest; what it does not take then comes again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/msg_export.h"
#include "starlsmd/daemon.h"
#include "starlsmd/watcher.h"

#define AGAIN_US	(10 * 1000000ULL)

static int export_says(struct child *c, const struct msg *m)
{
	(void)c;
	(void)m;
	return -1;
}

static void start_again(void *owner)
{
	struct daemon *d = owner;

	if (!d->stopping)
		exporting_start(d);
}

static void try_again(struct daemon *d)
{
	again_later(&d->exporting.again, d->event, AGAIN_US, start_again, d);
}

static void export_exited(struct child *c, int status)
{
	struct daemon *d = c->owner;
	char text[96];

	if (d->stopping) {
		stop_step(d);
		return;
	}
	child_status_text(status, text, sizeof(text));
	log_error("the export %s; nothing is handed on until it starts again", text);
	try_again(d);
}

/* As export.c has them; "" is what there is not to be. */
static int start(struct daemon *d, int peer)
{
	const struct config_export *e = &d->config.export;
	char program[CONFIG_TEXT_MAX + 16], number[6][16];
	const char *argv[] = {
		program, e->user, e->file.path, number[0], number[1], number[2],
		e->socket.path, number[3], number[4], e->metrics.directory, number[5], NULL
	};
	const uint32_t value[6] = {
		e->file.what, e->file.mib, e->file.keep, e->socket.what, e->journald,
		e->metrics.every_s,
	};
	struct child *c = &d->exporting.child;

	c->name = "export";
	c->message = export_says;
	c->exited = export_exited;
	c->owner = d;
	snprintf(program, sizeof(program), "%s/export", d->config.libexec);
	for (int i = 0; i < 6; i++)
		snprintf(number[i], sizeof(number[i]), "%u", value[i]);
	if (child_start(c, d->event, program, argv, peer))
		return -1;
	if (fcntl(c->channel, F_SETFL, O_NONBLOCK))
		fatal("fcntl: %s", strerror(errno));
	return 0;
}

void exporting_start(struct daemon *d)
{
	struct msg_subscribe m = {
		.msg = { MSG_SUBSCRIBE, sizeof(m) }, .what = SUBSCRIBE_FOLLOW,
	};
	int engines_end, exports_end;

	if (!config_exports(&d->config.export))
		return;
	if (child_socketpair(&engines_end, &exports_end)) {
		log_error("the export: socketpair: %s", strerror(errno));
		try_again(d);
		return;
	}
	if (start(d, exports_end))
		try_again(d);
	else
		workers_tell_engine(d, &m.msg, engines_end);
	close(engines_end);
}

bool exporting_runs(const struct daemon *d)
{
	return d->exporting.child.pid;
}

static void tell(const struct daemon *d, const struct msg *m)
{
	if (exporting_runs(d) && d->exporting.child.channel >= 0)
		msg_send(d->exporting.child.channel, m, -1);
}

static void add_looks(struct msg_figures *m, const struct watcher *w)
{
	const struct msg_looked *l = watcher_looked(w);

	m->n_watcher_deaths = watcher_deaths(w);
	if (!l)
		return;
	m->is_looked_at = 1;
	m->looks = l->n_looks;
	m->pages = l->n_pages;
	m->findings = l->n_findings;
	m->busy_ns = l->busy_ns;
	for (uint32_t i = 0; i < l->n_checks; i++)
		m->checks[l->result[i]]++;
}

void exporting_tell(const struct guest *g)
{
	struct msg_figures m = {
		.msg = { MSG_FIGURES, sizeof(m) }, .domid = g->domid, .error = g->error,
		.epoch = g->ready.epoch, .n_rings = g->ready.n_rings,
		.ring_bytes = g->ready.ring_bytes, .n_deaths = g->n_deaths,
		.unattached_ns = g->vitals.unattached_ns,
		.silent_cpu_ns = g->vitals.silent_cpu_ns, .stats = g->stats,
	};

	add_looks(&m, g->watcher);
	snprintf(m.state, sizeof(m.state), "%s", lifecycle_name(g->state));
	snprintf(m.type, sizeof(m.type), "%s", g->type);
	snprintf(m.name, sizeof(m.name), "%s", g->name);
	tell(g->daemon, &m.msg);
}

void exporting_gone(const struct guest *g)
{
	const struct msg_gone m = { .msg = { MSG_GONE, sizeof(m) }, .domid = g->domid };

	tell(g->daemon, &m.msg);
}

void exporting_journal(const struct daemon *d, const struct msg_journal *m)
{
	tell(d, &m->msg);
}
