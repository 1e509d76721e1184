// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the engine and the responder
 *
 * If one of them dies nothing is decided any more, and what it knew is lost:
 * starlsmd ends too, with status 1, and is started again by systemd. The
 * guests attach again; what they recorded meanwhile is still in their rings.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"
#include "starlsmd/control.h"
#include "starlsmd/daemon.h"
#include "starlsmd/runs.h"

static int engine_says(struct child *c, const struct msg *m)
{
	struct daemon *d = c->owner;

	if (m->type != MSG_RULED)
		return -1;
	return control_ruled(d->control, (const struct msg_ruled *)m);
}

static void tighten(struct daemon *d, const struct msg_tighten *order)
{
	struct msg_tighten m = *order;
	struct guest *g = d->guests;

	while (g && g->domid != m.domid)
		g = g->next;
	if (g && !m.only_asks)
		guest_tighten(g, m.is_tight);
	m.err = !g ? ESRCH : g->is_tight != (m.is_tight != 0) ? EBUSY : guest_policy_err(g);
	workers_tell_responder(d, &m.msg);
}

static int responder_says(struct child *c, const struct msg *m)
{
	struct daemon *d = c->owner;

	switch (m->type) {
	case MSG_DONE:
		control_done(d->control, (const struct msg_done *)m);
		return 0;
	case MSG_TIGHTEN:
		tighten(d, (const struct msg_tighten *)m);
		return 0;
	case MSG_RUN:
		return runs_take(d->runs, (const struct msg_run *)m);
	default:
		return -1;
	}
}

static void worker_exited(struct child *c, int status)
{
	struct daemon *d = c->owner;
	char text[96];

	child_status_text(status, text, sizeof(text));
	if (d->stopping && status == 0)
		return;
	log_error("%s %s", c->name, text);
	stop_begin(d, 1);
}

static void start(struct daemon *d, struct child *c, const char *name,
		  child_message_fn message, const char *arg, int peer)
{
	char program[CONFIG_TEXT_MAX + 16];
	const char *argv[] = { program, arg, NULL };

	c->name = name;
	c->message = message;
	c->exited = worker_exited;
	c->owner = d;
	snprintf(program, sizeof(program), "%s/%s", d->config.libexec, name);
	if (child_start(c, d->event, program, argv, peer))
		fatal("%s cannot be started", name);
}

void workers_start(struct daemon *d)
{
	int engines_end, responders_end;

	d->runs = runs_new();
	if (!d->runs)
		fatal("no memory");
	if (child_socketpair(&engines_end, &responders_end))
		fatal("socketpair: %s", strerror(errno));
	start(d, &d->engine, "engine", engine_says, d->config.user, engines_end);
	start(d, &d->responder, "responder", responder_says,
	      d->config.dry_run ? "1" : "0", responders_end);
	workers_tell_site(d);
}

static void tell(struct daemon *d, struct child *c, const struct msg *m, int fd)
{
	if (c->channel >= 0 && !msg_send(c->channel, m, fd))
		return;
	if (!d->stopping)
		log_error("%s takes no messages: %s", c->name, strerror(errno));
	stop_begin(d, 1);
}

void workers_tell_engine(struct daemon *d, const struct msg *m, int fd)
{
	tell(d, &d->engine, m, fd);
}

void workers_tell_responder(struct daemon *d, const struct msg *m)
{
	tell(d, &d->responder, m, -1);
}

void workers_tell_site(struct daemon *d)
{
	struct msg_site m = { .msg = { MSG_SITE, sizeof(m) } };

	snprintf(m.notify, sizeof(m.notify), "%s", d->config.notify);
	snprintf(m.libexec, sizeof(m.libexec), "%s", d->config.libexec);
	snprintf(m.evidence, sizeof(m.evidence), "%s", d->config.evidence);
	snprintf(m.ssh, sizeof(m.ssh), "%s", d->config.ssh);
	m.n_hosts = d->config.n_hosts;
	for (size_t i = 0; i < d->config.n_hosts; i++) {
		memcpy(m.host[i].name, d->config.host[i].name, sizeof(m.host[i].name));
		memcpy(m.host[i].address, d->config.host[i].address, sizeof(m.host[i].address));
	}
	snprintf(m.evidence_key, sizeof(m.evidence_key), "%s", d->config.evidence_key);
	workers_tell_responder(d, &m.msg);
}
