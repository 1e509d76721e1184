// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - which host a guest goes to
 */
#include "responder/choose.h"

#include <string.h>

const struct guest_facts *facts_guest(const struct host_facts *host, const char *name)
{
	for (uint32_t i = 0; i < host->n_guests; i++)
		if (!strcmp(host->guest[i].name, name))
			return &host->guest[i];
	return NULL;
}

/* All that a guest may have found here; a host that tells more words has more. */
static bool has_features(const struct host_facts *here, const struct host_facts *there)
{
	for (uint32_t i = 0; i < here->n_features; i++) {
		uint32_t has = i < there->n_features ? there->feature[i] : 0;

		if (here->feature[i] & ~has)
			return false;
	}
	return true;
}

static bool meets_another(const struct guest_facts *guest, const struct host_facts *host)
{
	for (uint32_t i = 0; *guest->apart && i < host->n_guests; i++)
		if (!strcmp(host->guest[i].apart, guest->apart))
			return true;
	return false;
}

enum host_verdict choose_judge(const struct choose_need *need, const struct host_facts *host)
{
	const struct guest_facts *same = facts_guest(host, need->guest->name);

	if (!host->is_known)
		return HOST_SILENT;
	if (host->n_incidents)
		return HOST_INCIDENT;
	if (same)
		return same->is_streaming ? HOST_HAS_IT : HOST_ARRIVING;
	if (host->free_mib < (uint64_t)need->guest->mib + CHOOSE_SPARE_MIB)
		return HOST_NO_MEMORY;
	if (!has_features(need->here, host))
		return HOST_CPU;
	if (meets_another(need->guest, host))
		return HOST_APART;
	return HOST_GOOD;
}

/* The host from which it has moved last; n: none says so. */
static uint32_t left_last(const char *name, const struct host_facts *hosts, uint32_t n)
{
	uint32_t last = n, least = UINT32_MAX;

	for (uint32_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < hosts[i].n_left; k++) {
			if (strcmp(hosts[i].left[k].name, name) || hosts[i].left[k].s_ago >= least)
				continue;
			least = hosts[i].left[k].s_ago;
			last = i;
		}
	}
	return last;
}

int choose_host(const struct choose_need *need, const struct host_facts *hosts, uint32_t n,
		uint64_t random, enum host_verdict *why)
{
	uint32_t last = left_last(need->guest->name, hosts, n);
	uint32_t n_good = 0, n_new = 0, nth;

	for (uint32_t i = 0; i < n; i++) {
		why[i] = choose_judge(need, &hosts[i]);
		n_good += why[i] == HOST_GOOD;
		n_new += why[i] == HOST_GOOD && i != last;
	}
	if (!n_good)
		return -1;
	if (!n_new)
		return last;
	nth = random % n_new;
	for (uint32_t i = 0; i < n; i++)
		if (why[i] == HOST_GOOD && i != last && nth-- == 0)
			return i;
	return -1;
}

const char *choose_text(enum host_verdict verdict)
{
	static const char * const texts[HOST_VERDICTS] = {
		[HOST_GOOD] = "good",
		[HOST_SILENT] = "no answer",
		[HOST_INCIDENT] = "has an incident",
		[HOST_HAS_IT] = "has a guest of that name",
		[HOST_ARRIVING] = "has a guest of that name that arrives, or is left of a move",
		[HOST_NO_MEMORY] = "no memory",
		[HOST_CPU] = "its CPU lacks something",
		[HOST_APART] = "has one of its group",
	};

	return verdict < HOST_VERDICTS ? texts[verdict] : "?";
}
