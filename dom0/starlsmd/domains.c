// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - which domains there are, and which of them are observed
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/log.h"
#include "starlsmd/daemon.h"
#include "starlsmd/store.h"

/* Asked for at once; more are asked for again. */
#define CHUNK	64

static const char *type_of(const xc_domaininfo_t *info)
{
	if (!(info->flags & XEN_DOMINF_hvm_guest))
		return "pv";
	/* A PVH guest has a local APIC and no other emulated device. */
	return info->arch_config.emulation_flags & ~XEN_X86_EMU_LAPIC ?
		"hvm" : "pvh";
}

static struct guest *find(struct daemon *d, uint32_t domid)
{
	struct guest *g;

	for (g = d->guests; g; g = g->next)
		if (g->domid == domid)
			return g;
	return NULL;
}

static void consider(struct daemon *d, const xc_domaininfo_t *info)
{
	const struct config_guest *policy;
	char name[MSG_NAME_MAX];

	if (info->domain == 0 || info->flags & XEN_DOMINF_xs_domain)
		return;
	/* No name yet: it is being made, and is introduced later. */
	if (!store_name(d->xs, info->domain, name, sizeof(name)))
		return;
	policy = config_find(&d->config, name);
	if (!policy || !policy->observe)
		return;
	if (!guest_new(d, info->domain, name, type_of(info), policy))
		log_error("domain %u: no memory", info->domain);
}

static bool is_alive(const xc_domaininfo_t *info, int n, uint32_t domid)
{
	int i;

	for (i = 0; i < n; i++)
		if (info[i].domain == domid)
			return !(info[i].flags & XEN_DOMINF_dying);
	return false;
}

/* Observed domains from first to last that are not alive, are gone. */
static void let_go(struct daemon *d, const xc_domaininfo_t *info, int n,
		   uint32_t first, uint32_t last)
{
	struct guest *g, *next;

	for (g = d->guests; g; g = next) {
		next = g->next;
		if (g->domid >= first && g->domid <= last &&
		    !is_alive(info, n, g->domid))
			guest_event(g, LIFE_LET_GO);
	}
}

static void scan_chunk(struct daemon *d, const xc_domaininfo_t *info, int n,
		       uint32_t first, uint32_t last)
{
	int i;

	let_go(d, info, n, first, last);
	for (i = 0; i < n; i++)
		if (!(info[i].flags & XEN_DOMINF_dying) && !find(d, info[i].domain))
			consider(d, &info[i]);
}

static void vitals_chunk(struct daemon *d, const xc_domaininfo_t *info, int n,
			 uint32_t first, uint32_t last)
{
	const uint32_t stands = XEN_DOMINF_paused | XEN_DOMINF_shutdown | XEN_DOMINF_dying;
	struct guest *g;
	int i;

	(void)first;
	(void)last;
	for (i = 0; i < n; i++) {
		g = find(d, info[i].domain);
		if (g)
			guest_vitals(g, info[i].cpu_time, info[i].nr_online_vcpus,
				     !(info[i].flags & stands));
	}
}

/* All domains, in pieces: those from first to last are the n in info. */
static void each_chunk(struct daemon *d,
		       void (*fn)(struct daemon *d, const xc_domaininfo_t *info, int n,
				  uint32_t first, uint32_t last))
{
	xc_domaininfo_t info[CHUNK];
	uint32_t first = 0, last;
	int n;

	do {
		n = xc_domain_getinfolist(d->xc, first, CHUNK, info);
		if (n < 0) {
			log_error("the list of domains: %s", strerror(errno));
			return;
		}
		last = n == CHUNK ? info[n - 1].domain : UINT32_MAX;
		fn(d, info, n, first, last);
		first = last + 1;
	} while (n == CHUNK);
}

void domains_scan(struct daemon *d)
{
	each_chunk(d, scan_chunk);
}

void domains_vitals(struct daemon *d)
{
	each_chunk(d, vitals_chunk);
}

void domains_clean(struct daemon *d)
{
	uint32_t domid[1024];
	xc_domaininfo_t info;
	size_t n, i;

	n = store_list(d->xs, domid, sizeof(domid) / sizeof(domid[0]));
	for (i = 0; i < n; i++) {
		if (find(d, domid[i]))
			continue;
		if (xc_domain_getinfolist(d->xc, domid[i], 1, &info) == 1 &&
		    is_alive(&info, 1, domid[i]))
			continue;
		log_notice("domain %u: gone while nobody looked", domid[i]);
		store_remove(d->xs, domid[i]);
	}
}

struct guest *domains_find(struct daemon *d, const char *which)
{
	struct guest *g;
	char domid[16];

	for (g = d->guests; g; g = g->next) {
		snprintf(domid, sizeof(domid), "%u", g->domid);
		if (!strcmp(g->name, which) || !strcmp(domid, which))
			return g;
	}
	return NULL;
}
