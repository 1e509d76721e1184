// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - finding and mapping a guest's pages
 */
#include "reader/attach.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <xenevtchn.h>
#include <xengnttab.h>
#include <xenstore.h>
#include <xentoolcore.h>

#include "lib/log.h"

void attach_open(struct attachment *a, uint32_t domid)
{
	memset(a, 0, sizeof(*a));
	a->domid = domid;
	a->xs = xs_open(0);
	if (!a->xs)
		fatal("xenstore: %s", strerror(errno));
	a->gnttab = xengnttab_open(NULL, 0);
	if (!a->gnttab)
		fatal("/dev/xen/gntdev: %s", strerror(errno));
	a->evtchn = xenevtchn_open(NULL, 0);
	if (!a->evtchn)
		fatal("/dev/xen/evtchn: %s", strerror(errno));
}

static enum starlsm_error read_node(struct attachment *a, const char *node,
				    uint32_t *number)
{
	char path[96];
	unsigned int len;
	char *untrusted_text;
	int rc;

	snprintf(path, sizeof(path), "/local/domain/%u/device/starlsm/0/%s",
		 a->domid, node);
	untrusted_text = xs_read(a->xs, XBT_NULL, path, &len);
	if (!untrusted_text)
		return STARLSM_ERR_NODE;
	rc = geometry_number(untrusted_text, len, number);
	free(untrusted_text);
	return rc ? STARLSM_ERR_NODE : STARLSM_ERR_OK;
}

static void *map_page(struct attachment *a, uint32_t ref, int prot)
{
	void *page = xengnttab_map_grant_ref(a->gnttab, a->domid, ref, prot);

	if (!page)
		a->found = ref;
	return page;
}

/* All data pages' references, in order; the caller frees *refs. */
static enum starlsm_error read_directory(struct attachment *a, uint32_t **refs)
{
	size_t n_total = (size_t)a->geometry.n_rings * a->geometry.ring_pages;
	uint32_t next = a->geometry.directory_ref;
	const struct starlsm_directory_page *page;
	enum starlsm_error error;
	size_t n_refs = 0;

	*refs = calloc(n_total, sizeof(**refs));
	if (!*refs)
		fatal("no memory for %zu references", n_total);
	do {
		page = map_page(a, next, PROT_READ);
		if (!page)
			return STARLSM_ERR_GRANT;
		error = geometry_directory(page, *refs, &n_refs, n_total, &next);
		xengnttab_unmap(a->gnttab, (void *)page, 1);
		a->found = n_refs;
	} while (!error && next);
	return error;
}

static enum starlsm_error map_rings(struct attachment *a)
{
	uint32_t n = a->geometry.ring_pages;
	enum starlsm_error error;
	uint32_t *refs;
	uint32_t i;

	error = read_directory(a, &refs);
	for (i = 0; !error && i < a->geometry.n_rings; i++) {
		a->untrusted_data[i] =
			xengnttab_map_domain_grant_refs(a->gnttab, n, a->domid,
							refs + i * n, PROT_READ);
		a->found = refs[i * n];
		if (!a->untrusted_data[i])
			error = STARLSM_ERR_GRANT;
	}
	free(refs);
	return error;
}

static enum starlsm_error bind_channel(struct attachment *a, uint32_t remote)
{
	xenevtchn_port_or_error_t port;

	port = xenevtchn_bind_interdomain(a->evtchn, a->domid, remote);
	if (port < 0) {
		a->found = remote;
		return STARLSM_ERR_CHANNEL;
	}
	a->port = port;
	return STARLSM_ERR_OK;
}

/* The control page first: what else is wrong can be said there. */
static enum starlsm_error map_writable(struct attachment *a)
{
	const int prot = PROT_READ | PROT_WRITE;

	a->untrusted_control = map_page(a, a->geometry.control_ref, prot);
	if (!a->untrusted_control)
		return STARLSM_ERR_GRANT;
	a->untrusted_policy = map_page(a, a->geometry.policy_ref, prot);
	if (!a->untrusted_policy)
		return STARLSM_ERR_GRANT;
	a->untrusted_answers = map_page(a, a->geometry.answers_ref, prot);
	return a->untrusted_answers ? STARLSM_ERR_OK : STARLSM_ERR_GRANT;
}

enum starlsm_error attach_map(struct attachment *a)
{
	uint32_t ring_ref, remote_port;
	enum starlsm_error error;

	if (read_node(a, "ring-ref", &ring_ref) ||
	    read_node(a, "event-channel", &remote_port))
		return STARLSM_ERR_NODE;
	a->untrusted_status = map_page(a, ring_ref, PROT_READ);
	if (!a->untrusted_status)
		return STARLSM_ERR_GRANT;
	error = geometry_read(&a->untrusted_status->guest, &a->geometry);
	if (error) {
		a->found = a->geometry.found;
		return error;
	}
	error = map_writable(a);
	if (error)
		return error;
	error = map_rings(a);
	return error ? error : bind_channel(a, remote_port);
}

void attach_seal(struct attachment *a)
{
	xs_close(a->xs);
	a->xs = NULL;
	if (xentoolcore_restrict_all(a->domid))
		fatal("xentoolcore_restrict_all(%u): %s", a->domid,
		      strerror(errno));
	/* Its descriptor is /dev/null by now; what is mapped stays mapped. */
	xengnttab_close(a->gnttab);
	a->gnttab = NULL;
}
