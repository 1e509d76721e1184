// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a guest's vmi: started, answered, started again
 */
#include "starlsmd/watcher.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/log.h"
#include "starlsmd/daemon.h"
#include "starlsmd/vcpu.h"
#include "starlsmd/written.h"

#define US_PER_MS	1000ULL
#define RESTART_US	(2000 * US_PER_MS)
/* Of one guest */
#define DEATHS_MAX	5
/*
 * A question about registers costs two hypercalls: twice a round for each of 64 vCPUs; one
 * about frames is once a round, and takes longer. Rounds are up to eight a second while
 * modules are loaded.
 */
#define ASKS_PER_S	1536
#define ASKS_WRITTEN_PER_S	16

struct watcher {
	struct guest *guest;	/* NULL: it is ending, and nobody's */
	struct daemon *daemon;
	uint32_t domid;
	char name[32];		/* "vmi 5" */
	struct child child;
	struct again again;
	unsigned int n_deaths;
	uint64_t second_us;	/* when the last n_asked began to count */
	unsigned int n_asked, n_asked_written;
	bool has_asked_written;
	bool has_looked;
	struct msg_looked looked;
	struct seen_module module[SEEN_MODULES_ALL + SEEN_MODULES_MAX];
	uint32_t n_modules;
	struct msg_vcpu vcpu[WATCHER_VCPUS_MAX];
	uint32_t n_vcpus;
	uint64_t n_written;
};

static void start(void *owner);

static bool asks_too_often(struct watcher *w)
{
	uint64_t now;

	sd_event_now(w->daemon->event, CLOCK_MONOTONIC, &now);
	if (now - w->second_us > 1000 * US_PER_MS) {
		w->second_us = now;
		w->n_asked = w->n_asked_written = 0;
	}
	return ++w->n_asked > ASKS_PER_S;
}

/* Returns -1 if it may not ask that. */
static int answer(struct watcher *w, const struct msg_ask_vcpu *ask)
{
	struct msg_vcpu *m;

	if (ask->domid != w->domid || ask->vcpu >= WATCHER_VCPUS_MAX || asks_too_often(w))
		return -1;
	m = &w->vcpu[ask->vcpu];
	vcpu_read(w->daemon->xc, w->domid, ask->vcpu, !strcmp(w->guest->type, "pv"), m);
	w->n_vcpus = ask->vcpu < w->n_vcpus ? w->n_vcpus : ask->vcpu + 1;
	/* One that does not take an answer that it has asked for is of no use. */
	return msg_send(w->child.channel, &m->msg, -1);
}

static uint64_t count(const struct msg_written *m)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i < (m->n_frames + 63) / 64; i++)
		n += __builtin_popcountll(m->bits[i]);
	return n;
}

static int answer_written(struct watcher *w, const struct msg_ask_written *ask)
{
	static struct msg_written m;
	bool has_it = !strcmp(w->guest->type, "pvh");

	if (ask->domid != w->domid || !ask->n_frames || ask->n_frames > WRITTEN_FRAMES_MAX ||
	    asks_too_often(w) || ++w->n_asked_written > ASKS_WRITTEN_PER_S)
		return -1;
	written_read(w->daemon->xc, ask, has_it, &m);
	/* the first answer is that all were */
	w->n_written += w->has_asked_written && !m.err ? count(&m) : 0;
	w->has_asked_written |= has_it;
	return msg_send(w->child.channel, &m.msg, -1);
}

static bool is_ended_text(const char *text, size_t size)
{
	return memchr(text, 0, size);
}

static int on_looked(struct watcher *w, const struct msg_looked *m)
{
	if (m->domid != w->domid || m->n_checks > LOOK_CHECKS_MAX ||
	    !is_ended_text(m->build_id, sizeof(m->build_id)))
		return -1;
	for (uint32_t i = 0; i < m->n_checks; i++)
		if (m->result[i] > LOOK_COULD_NOT ||
		    !is_ended_text(m->check[i], sizeof(m->check[i])) ||
		    !is_ended_text(m->why[i], sizeof(m->why[i])))
			return -1;
	if (m->has_profile && !w->looked.has_profile)
		log_notice("domain %u: its kernel has profile %s", w->domid, m->build_id);
	w->looked = *m;
	w->has_looked = true;
	return 0;
}

static int on_modules(struct watcher *w, const struct msg_modules *m)
{
	if (m->domid != w->domid || m->n_modules > SEEN_MODULES_MAX ||
	    m->first > SEEN_MODULES_ALL)
		return -1;
	for (uint32_t i = 0; i < m->n_modules; i++)
		if (!is_ended_text(m->module[i].name, sizeof(m->module[i].name)))
			return -1;
	memcpy(w->module + m->first, m->module, m->n_modules * sizeof(m->module[0]));
	w->n_modules = m->first + m->n_modules;
	return 0;
}

static int vmi_says(struct child *c, const struct msg *m)
{
	struct watcher *w = c->owner;

	if (!w->guest)
		return 0;
	switch (m->type) {
	case MSG_ASK_VCPU:
		return answer(w, (const struct msg_ask_vcpu *)m);
	case MSG_ASK_WRITTEN:
		return answer_written(w, (const struct msg_ask_written *)m);
	case MSG_LOOKED:
		return on_looked(w, (const struct msg_looked *)m);
	case MSG_MODULES:
		return on_modules(w, (const struct msg_modules *)m);
	default:
		return -1;
	}
}

static void try_again(struct watcher *w)
{
	if (++w->n_deaths == DEATHS_MAX) {
		log_error("domain %u: %u of its vmi have died; it is not looked at any more",
			  w->domid, w->n_deaths);
		return;
	}
	again_later(&w->again, w->daemon->event, RESTART_US, start, w);
}

static void vmi_exited(struct child *c, int status)
{
	struct watcher *w = c->owner;
	char text[96];

	if (!w->guest) {
		free(w);
		return;
	}
	if (w->daemon->stopping)
		return;
	child_status_text(status, text, sizeof(text));
	log_error("domain %u (%s): its vmi %s", w->domid, w->guest->name, text);
	try_again(w);
}

/* The engine gets the other end of its fd 4. */
static int introduce(struct watcher *w, int *vmis_end)
{
	const struct msg_watcher m = {
		.msg = { MSG_WATCHER, sizeof(m) }, .domid = w->domid,
	};
	int engines_end;

	if (child_socketpair(&engines_end, vmis_end)) {
		log_error("domain %u: socketpair: %s", w->domid, strerror(errno));
		return -1;
	}
	workers_tell_engine(w->daemon, &m.msg, engines_end);
	close(engines_end);
	return 0;
}

static void start(void *owner)
{
	struct watcher *w = owner;
	const struct config *config = &w->daemon->config;
	char program[CONFIG_TEXT_MAX + 16], domid[16], percent[16];
	const char *argv[] = { program, domid, config->user, w->guest->type,
			       config->profiles, percent, NULL };
	int peer;

	if (w->daemon->stopping)
		return;
	w->has_looked = false;
	w->n_modules = w->n_vcpus = 0;
	snprintf(program, sizeof(program), "%s/vmi", config->libexec);
	snprintf(domid, sizeof(domid), "%u", w->domid);
	snprintf(percent, sizeof(percent), "%u", config->introspect_percent);
	if (introduce(w, &peer) ||
	    child_start(&w->child, w->daemon->event, program, argv, peer))
		try_again(w);
}

struct watcher *watcher_new(struct guest *g)
{
	struct watcher *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->guest = g;
	w->daemon = g->daemon;
	w->domid = g->domid;
	snprintf(w->name, sizeof(w->name), "vmi %u", g->domid);
	w->child.name = w->name;
	w->child.message = vmi_says;
	w->child.exited = vmi_exited;
	w->child.owner = w;
	w->child.channel = -1;
	start(w);
	return w;
}

void watcher_drop(struct watcher *w)
{
	if (!w)
		return;
	w->guest = NULL;
	if (w->has_asked_written)
		written_end(w->daemon->xc, w->domid);
	again_never(&w->again);
	/* It has nothing to finish; it may be in the middle of a page that is going away. */
	if (w->child.pid)
		child_kill(&w->child);
	else
		free(w);
}

int watcher_loading(struct watcher *w, const struct msg_loading *m)
{
	if (!w || !w->child.pid)
		return 0;
	if (m->domid != w->domid)
		return -1;
	/* if it has just died, or does not listen, it looks when it does next */
	msg_send(w->child.channel, &m->msg, -1);
	return 0;
}

const struct msg_looked *watcher_looked(const struct watcher *w)
{
	return w && w->has_looked ? &w->looked : NULL;
}

uint32_t watcher_modules(const struct watcher *w, const struct seen_module **list)
{
	*list = w ? w->module : NULL;
	return w ? w->n_modules : 0;
}

uint32_t watcher_vcpus(const struct watcher *w, const struct msg_vcpu **list)
{
	*list = w ? w->vcpu : NULL;
	return w ? w->n_vcpus : 0;
}

uint64_t watcher_written(const struct watcher *w)
{
	return w ? w->n_written : 0;
}

int watcher_pid(const struct watcher *w)
{
	return w ? w->child.pid : 0;
}

unsigned int watcher_deaths(const struct watcher *w)
{
	return w ? w->n_deaths : 0;
}
