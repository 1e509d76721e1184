// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what Xen knows of a guest: its vCPUs, its pages, itself
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "capture/pieces.h"

int piece_vcpus(struct bundle *b, const struct subject *s)
{
	static vcpu_guest_context_any_t context;
	int err = bundle_open(b, "vcpus.bin");

	if (err)
		return err;
	for (unsigned int i = 0; i <= s->info.max_vcpu_id && !err; i++) {
		memset(&context, 0, sizeof(context));
		/* one that was never brought up has none */
		if (xc_vcpu_getcontext(s->xc, s->domid, i, &context) && errno != ENODATA)
			err = errno;
		bundle_write(b, &context, sizeof(context));
	}
	return bundle_close(b, err);
}

int piece_hvm(struct bundle *b, const struct subject *s)
{
	int size, err;
	uint8_t *state;

	if (!s->info.hvm)
		return 0;
	err = bundle_open(b, "hvm.bin");
	if (err)
		return err;
	size = xc_domain_hvm_getcontext(s->xc, s->domid, NULL, 0);
	state = size > 0 ? malloc(size) : NULL;
	if (size <= 0)
		err = errno;
	else if (!state)
		err = ENOMEM;
	else
		size = xc_domain_hvm_getcontext(s->xc, s->domid, state, size);
	if (!err && size < 0)
		err = errno;
	if (!err)
		bundle_write(b, state, size);
	free(state);
	return bundle_close(b, err);
}

/* How far its frames go, a hole or not; Xen's library does not tell their types. */
static json_t *max_gpfn(const struct subject *s)
{
	xen_pfn_t max;

	return xc_domain_maximum_gpfn(s->xc, s->domid, &max) ? json_null() : json_integer(max);
}

int piece_domain(struct bundle *b, const struct subject *s)
{
	const xc_dominfo_t *i = &s->info;
	json_t *domain;
	char *text;
	int err = bundle_open(b, "domain.json");

	if (err)
		return err;
	domain = json_pack("{s:I, s:s, s:b, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:o}",
			   "domid", (json_int_t)i->domid, "type", i->hvm ? "hvm" : "pv",
			   "paused", (int)i->paused, "running", (int)i->running,
			   "vcpus_online", (json_int_t)i->nr_online_vcpus,
			   "max_vcpu_id", (json_int_t)i->max_vcpu_id,
			   "pages", (json_int_t)i->nr_pages,
			   "pages_shared", (json_int_t)i->nr_shared_pages,
			   "max_kib", (json_int_t)i->max_memkb,
			   "cpu_ns", (json_int_t)i->cpu_time, "max_gpfn", max_gpfn(s));
	text = domain ? json_dumps(domain, JSON_INDENT(1)) : NULL;
	json_decref(domain);
	if (text)
		bundle_write(b, text, strlen(text));
	free(text);
	return bundle_close(b, text ? 0 : ENOMEM);
}
