// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the journal: started, signed for, started again
 *
 * Whatever becomes of it, guests are observed and decided about: the engine
 * counts what a journal that is away does not get.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/log.h"
#include "starlsmd/daemon.h"

/* What the next engine is told of the one before */
#define INCIDENTS	"/run/starlsm/incidents"

#define AGAIN_US	(10 * 1000000ULL)

static int64_t real_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int on_seal(struct recording *r, const struct msg_seal *m)
{
	struct msg_sealed answer = signer_sign(&r->signer, m, real_ns());

	/* One that does not take it asks again when it starts anew. */
	if (msg_send(r->child.channel, &answer.msg, -1))
		log_error("the journal takes no signature: %s", strerror(errno));
	return 0;
}

/* It has told the log why it stops; here it is for those who ask. */
static int on_figures(struct daemon *d, const struct msg_journal *m)
{
	d->recording.figures = *m;
	exporting_journal(d, m);
	return 0;
}

static int journal_says(struct child *c, const struct msg *m)
{
	struct daemon *d = c->owner;

	switch (m->type) {
	case MSG_SEAL:
		return on_seal(&d->recording, (const struct msg_seal *)m);
	case MSG_JOURNAL:
		return on_figures(d, (const struct msg_journal *)m);
	default:
		return -1;
	}
}

static void start_again(void *owner)
{
	struct daemon *d = owner;

	if (!d->stopping)
		recording_start(d);
}

static void try_again(struct daemon *d)
{
	again_later(&d->recording.again, d->event, AGAIN_US, start_again, d);
}

static void journal_exited(struct child *c, int status)
{
	struct daemon *d = c->owner;
	char text[96];

	if (d->stopping) {
		stop_step(d);
		return;
	}
	child_status_text(status, text, sizeof(text));
	log_msg(LOG_ALERT, "THE JOURNAL %s; NOTHING IS WRITTEN DOWN until it starts again", text);
	try_again(d);
}

static int start(struct daemon *d, int peer)
{
	const struct config_journal *j = &d->config.journal;
	char program[CONFIG_TEXT_MAX + 16], mib[16], days[16];
	const char *argv[] = { program, j->directory, j->user, mib, days, INCIDENTS, NULL };
	struct child *c = &d->recording.child;

	c->name = "journal";
	c->message = journal_says;
	c->exited = journal_exited;
	c->owner = d;
	snprintf(program, sizeof(program), "%s/journal", d->config.libexec);
	snprintf(mib, sizeof(mib), "%u", j->mib);
	snprintf(days, sizeof(days), "%u", j->days);
	return child_start(c, d->event, program, argv, peer);
}

void recording_start(struct daemon *d)
{
	struct msg_record m = { .msg = { MSG_RECORD, sizeof(m) } };
	struct recording *r = &d->recording;
	int engines_end, journals_end;

	if (!d->config.journal.record)
		return;
	if (!r->has_key)
		r->has_key = !signer_open(&r->signer, d->config.journal.key);
	if (!r->has_key || child_socketpair(&engines_end, &journals_end)) {
		log_msg(LOG_ALERT, "THERE IS NO JOURNAL: %s", r->has_key ? strerror(errno) :
			"it has no key");
		try_again(d);
		return;
	}
	memset(&r->figures, 0, sizeof(r->figures));
	if (start(d, journals_end))
		try_again(d);
	else
		workers_tell_engine(d, &m.msg, engines_end);
	close(engines_end);
}

bool recording_runs(const struct daemon *d)
{
	return d->recording.child.pid;
}
