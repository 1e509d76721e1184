// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what this host has, for one that wants to send it a guest
 */
#include "starlsmd/capacity.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "lib/log.h"
#include "starlsmd/daemon.h"
#include "starlsmd/runs.h"

#define PAGES_PER_MIB	256

static json_t *features(const xc_physinfo_t *info)
{
	json_t *list = json_array();

	for (size_t i = 0; i < sizeof(info->hw_cap) / sizeof(info->hw_cap[0]); i++)
		json_array_append_new(list, json_integer(info->hw_cap[i]));
	return list;
}

/* What it has now; one that balloons may have had more. */
static json_int_t mib_of(struct daemon *d, uint32_t domid)
{
	xc_domaininfo_t info;

	if (xc_domain_getinfolist(d->xc, domid, 1, &info) != 1 || info.domain != domid)
		return 0;
	return (info.tot_pages + PAGES_PER_MIB - 1) / PAGES_PER_MIB;
}

static json_t *guest_json(struct daemon *d, const struct guest *g)
{
	json_t *name = json_string(g->name);

	return json_pack("{s:o, s:I, s:I, s:s, s:I, s:b, s:b}",
			 "name", name ? name : json_string("?"),
			 "domid", (json_int_t)g->domid,
			 "mib", mib_of(d, g->domid),
			 "apart", g->policy.apart,
			 "epoch", (json_int_t)g->ready.epoch,
			 "streaming", g->state == LIFE_STREAMING,
			 "incident", 0);
}

char *capacity_text(struct daemon *d)
{
	json_t *guests = json_array(), *all;
	xc_physinfo_t info = { 0 };
	const struct guest *g;
	char *text;

	if (xc_physinfo(d->xc, &info)) {
		log_error("what the host has: %s", strerror(errno));
		json_decref(guests);
		return NULL;
	}
	for (g = d->guests; g; g = g->next)
		json_array_append_new(guests, guest_json(d, g));
	all = json_pack("{s:s, s:I, s:I, s:I, s:o, s:o, s:o}",
			"version", STARLSM_VERSION,
			"free_mib", (json_int_t)info.free_pages / PAGES_PER_MIB,
			"cpus", (json_int_t)info.nr_cpus,
			"incidents", (json_int_t)0,
			"features", features(&info),
			"guests", guests,
			"left", runs_left(d->runs));
	text = all ? json_dumps(all, JSON_COMPACT) : NULL;
	json_decref(all);
	return text;
}
