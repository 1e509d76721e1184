// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what `starlsmctl status` is told
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <xen/io/xenbus.h>

#include "lib/decode.h"
#include "starlsmd/control.h"
#include "starlsmd/daemon.h"
#include "starlsmd/watcher.h"

static json_t *heartbeat_age(const struct guest *g)
{
	struct timespec ts;
	uint64_t now;

	if (!g->stats.heartbeat_ns)
		return json_null();
	clock_gettime(CLOCK_MONOTONIC, &ts);
	now = ts.tv_sec * 1000000000ULL + ts.tv_nsec;
	return json_integer((now - g->stats.heartbeat_ns) / 1000000);
}

static json_t *protocol(const struct guest *g)
{
	return g->ready.n_rings ? json_sprintf("%u.%u", g->ready.major,
					       g->ready.minor) : json_null();
}

/* A name from xenstore is an administrator's, but may be no UTF-8. */
static json_t *name(const struct guest *g)
{
	json_t *text = json_string(g->name);

	return text ? text : json_string("?");
}

static const char *state_text(const struct guest *g)
{
	if ((g->state == LIFE_WAITING || g->state == LIFE_WITHDRAWN) && g->front_state == XenbusStateClosed)
		return "the guest's sensor has closed; its node error says why";
	return lifecycle_text(g->state);
}

static json_t *check_status(const struct msg_looked *m, uint32_t i)
{
	static const char * const results[] = {
		[LOOK_NOT_YET] = "not yet", [LOOK_CLEAN] = "clean",
		[LOOK_FINDING] = "finding", [LOOK_COULD_NOT] = "could not look",
	};
	json_t *why = m->result[i] == LOOK_COULD_NOT ? json_string(m->why[i]) : NULL;

	return json_pack("{s:s, s:s, s:o, s:f}", "name", m->check[i], "result",
			 results[m->result[i]], "why", why ? why : json_null(),
			 "busy_s", m->check_us[i] / 1e6);
}

/* As text: JSON's numbers are signed. */
static json_t *hex(uint64_t value)
{
	return json_sprintf("0x%" PRIx64, value);
}

/* What a guest of that type does not have is 0x0. */
static json_t *vcpu_status(const struct msg_vcpu *m)
{
	return json_pack("{s:I, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
			 "vcpu", (json_int_t)m->vcpu, "online", (int)m->is_online,
			 "rip", hex(m->rip), "cr0", hex(m->cr0), "cr3", hex(m->cr3),
			 "cr4", hex(m->cr4), "efer", hex(m->efer),
			 "system_calls", hex(m->is_pv ? m->syscall_callback : m->lstar),
			 "events", hex(m->event_callback),
			 "idt", hex(m->idtr_base), "gdt", hex(m->gdtr_base));
}

static json_t *vcpus(const struct guest *g)
{
	const struct msg_vcpu *m;
	uint32_t n = watcher_vcpus(g->watcher, &m);
	json_t *list = json_array();

	for (uint32_t i = 0; i < n; i++)
		json_array_append_new(list, vcpu_status(&m[i]));
	return list;
}

/* Of what looks at its memory; null if nobody does, or has yet */
static json_t *introspection(const struct guest *g)
{
	const struct msg_looked *m = watcher_looked(g->watcher);
	json_t *list;

	if (!m)
		return json_null();
	list = json_array();
	for (uint32_t i = 0; i < m->n_checks; i++)
		json_array_append_new(list, check_status(m, i));
	return json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:I, s:I, s:I, s:I, s:I, s:o, s:o}",
			 "profile", m->has_profile ? json_string(m->build_id) : json_null(),
			 "base", (json_int_t)m->base,
			 "looks", (json_int_t)m->n_looks,
			 "turns", (json_int_t)m->n_turns,
			 "pages", (json_int_t)m->n_pages,
			 "findings", (json_int_t)m->n_findings,
			 "busy_s", m->busy_ns / 1e9,
			 "lists_s", m->lists_us / 1e6,
			 "modules_came", (json_int_t)m->n_came,
			 "modules_coming", (json_int_t)m->n_coming,
			 "pid", (json_int_t)watcher_pid(g->watcher),
			 "died", (json_int_t)watcher_deaths(g->watcher),
			 "written_pages", (json_int_t)watcher_written(g->watcher),
			 "vcpus", vcpus(g), "checks", list);
}

static json_t *guest_status(const struct guest *g)
{
	const struct msg_stats *s = &g->stats;

	return json_pack("{s:I, s:o, s:s, s:s, s:s, s:s, s:s,"
			 " s:I, s:I, s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:I,"
			 " s:o, s:f, s:f, s:f, s:I, s:I, s:I, s:I, s:s, s:o}",
			 "domid", (json_int_t)g->domid,
			 "name", name(g),
			 "type", g->type,
			 "state", lifecycle_name(g->state),
			 "state_text", state_text(g),
			 "error", decode_error_name(g->error),
			 "error_text", decode_error_text(g->error),
			 "epoch", (json_int_t)g->ready.epoch,
			 "rings", (json_int_t)g->ready.n_rings,
			 "ring_bytes", (json_int_t)g->ready.ring_bytes,
			 "protocol", protocol(g),
			 "events", (json_int_t)s->events,
			 "lost", (json_int_t)s->lost,
			 "unknown", (json_int_t)s->unknown,
			 "bytes", (json_int_t)s->bytes,
			 "backlog", (json_int_t)s->backlog,
			 "wakeups", (json_int_t)s->wakeups,
			 "heartbeat_age_ms", heartbeat_age(g),
			 "rtt_us", s->rtt_ns / 1000.0,
			 "lone_event_us", s->lone_ns / 1000.0,
			 "lag_us", s->lag_ns / 1000.0,
			 "reader_pid", (json_int_t)g->reader.pid,
			 "readers_died", (json_int_t)g->n_deaths,
			 "policy_sent", (json_int_t)g->policy_sent,
			 "policy_applied", (json_int_t)s->policy_applied,
			 "policy_error", decode_error_name(s->policy_error),
			 "introspection", introspection(g));
}

/* null without a journal; "error": why it has stopped */
static json_t *journal(const struct daemon *d)
{
	const struct recording *r = &d->recording;
	const struct msg_journal *m = &r->figures;
	char key[SIGNER_TEXT(sizeof(r->signer.public))];

	if (!d->config.journal.record)
		return json_null();
	*key = 0;
	if (r->has_key)
		signer_public_text(&r->signer, key);
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I}",
			 "state", !r->child.pid ? "away" : m->err ? "stopped" : "running",
			 "error", m->err ? strerror(m->err) : "",
			 "directory", d->config.journal.directory, "key", key,
			 "pid", (json_int_t)r->child.pid,
			 "streams", (json_int_t)m->n_streams,
			 "entries", (json_int_t)m->entries, "bytes", (json_int_t)m->bytes,
			 "lost", (json_int_t)m->lost);
}

char *status_text(struct daemon *d, const char *which)
{
	struct guest *only = *which ? domains_find(d, which) : NULL;
	json_t *guests = json_array();
	struct guest *g;
	json_t *status;
	char *text;

	for (g = d->guests; g; g = g->next)
		if (!only || g == only)
			json_array_append_new(guests, guest_status(g));
	status = json_pack("{s:o, s:{s:s, s:I, s:b, s:o}}",
			   "guests", guests, "daemon",
			   "version", STARLSM_VERSION,
			   "pid", (json_int_t)getpid(),
			   "dry_run", d->config.dry_run,
			   "journal", journal(d));
	text = status ? json_dumps(status, JSON_COMPACT) : NULL;
	json_decref(status);
	return text;
}

char *status_modules(const struct guest *g)
{
	const struct seen_module *m;
	uint32_t n = watcher_modules(g->watcher, &m);
	json_t *list = json_array();
	char *text;

	for (uint32_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack(
			"{s:s, s:I, s:I, s:I, s:b, s:b}", "name", m[i].name,
			"address", (json_int_t)m[i].address, "base", (json_int_t)m[i].base,
			"size", (json_int_t)m[i].size,
			"in_list", (m[i].flags & MODULE_IN_LIST) != 0,
			"in_sysfs", (m[i].flags & MODULE_IN_SYSFS) != 0));
	text = list ? json_dumps(list, JSON_COMPACT) : NULL;
	json_decref(list);
	return text;
}
