// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the configuration, read again: what guests are to record changes at
 * once, who we are does not
 */
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "starlsmd/daemon.h"

static void keep(const char *key, bool is_same)
{
	if (!is_same)
		log_warning("%s stays as it was until starlsmd is started again", key);
}

static bool is_same_journal(const struct config_journal *a, const struct config_journal *b)
{
	return a->record == b->record && !strcmp(a->directory, b->directory) &&
	       !strcmp(a->key, b->key) && !strcmp(a->user, b->user) && a->mib == b->mib &&
	       a->days == b->days;
}

static bool is_same_export(const struct config_export *a, const struct config_export *b)
{
	return !strcmp(a->user, b->user) && !strcmp(a->file.path, b->file.path) &&
	       a->file.what == b->file.what && a->file.mib == b->file.mib &&
	       a->file.keep == b->file.keep && !strcmp(a->socket.path, b->socket.path) &&
	       a->socket.what == b->socket.what && a->journald == b->journald &&
	       !strcmp(a->metrics.directory, b->metrics.directory) &&
	       a->metrics.every_s == b->metrics.every_s;
}

/* What the processes were started with */
static void keep_the_rest(const struct config *old, const struct config *new)
{
	keep("user", !strcmp(old->user, new->user));
	keep("socket", !strcmp(old->socket, new->socket));
	keep("socket-group", !strcmp(old->socket_group, new->socket_group));
	keep("libexec", !strcmp(old->libexec, new->libexec));
	keep("profiles", !strcmp(old->profiles, new->profiles));
	keep("introspect-percent", old->introspect_percent == new->introspect_percent);
	keep("dry-run", old->dry_run == new->dry_run);
	keep("journal", is_same_journal(&old->journal, &new->journal));
	keep("export", is_same_export(&old->export, &new->export));
}

static void set_policies(struct daemon *d)
{
	const struct config_guest *policy;
	struct guest *g, *next;

	for (g = d->guests; g; g = next) {
		next = g->next;
		policy = config_find(&d->config, g->name);
		if (policy && policy->observe) {
			guest_set_policy(g, policy);
			continue;
		}
		log_notice("domain %u (%s): not observed any more", g->domid, g->name);
		guest_event(g, LIFE_LET_GO);
	}
}

int daemon_reload(struct daemon *d, uint32_t ticket, char *errors, size_t size)
{
	static struct config new;
	int rc = 0;

	if (config_read(d->config_path, &new, errors, size)) {
		log_error("%s was not read again, it has errors", d->config_path);
		return -1;
	}
	keep_the_rest(&d->config, &new);
	memcpy(d->config.guest, new.guest, sizeof(new.guest));
	d->config.n_guests = new.n_guests;
	memcpy(d->config.playbook, new.playbook, sizeof(new.playbook));
	d->config.n_playbooks = new.n_playbooks;
	memcpy(d->config.notify, new.notify, sizeof(new.notify));
	memcpy(d->config.evidence, new.evidence, sizeof(new.evidence));
	memcpy(d->config.evidence_key, new.evidence_key, sizeof(new.evidence_key));
	d->config.at_once = new.at_once;
	memcpy(d->config.ssh, new.ssh, sizeof(new.ssh));
	memcpy(d->config.host, new.host, sizeof(new.host));
	d->config.n_hosts = new.n_hosts;
	workers_tell_site(d);
	memcpy(d->config.rules, new.rules, sizeof(new.rules));
	d->config.n_rules = new.n_rules;
	if (!ruleset_send(d, ticket)) {
		snprintf(errors, size, "the rules were not handed over, as the log says; all else was read again");
		rc = -1;
	}
	set_policies(d);
	domains_scan(d);
	log_notice("%s was read again", d->config_path);
	return rc;
}
