// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what Xen does to a domain
 */
#include "responder/domain.h"

#include <errno.h>
#include <string.h>
#include <xenctrl.h>
#include <xenguest.h>
#include <xenstore.h>

#include "lib/log.h"

static xc_interface *xch;

void domain_open(void)
{
	xch = xc_interface_open(NULL, NULL, 0);
	if (!xch)
		fatal("no access to Xen: %s", strerror(errno));
}

int domain_state(uint32_t domid, enum domain_state *state)
{
	xc_domaininfo_t info;
	int n;

	*state = DOMAIN_GONE;
	/* the first domain of at least that number, or none */
	n = xc_domain_getinfolist(xch, domid, 1, &info);
	if (n < 0)
		return errno;
	if (n == 0 || info.domain != domid || info.flags & XEN_DOMINF_dying)
		return 0;
	if (info.flags & XEN_DOMINF_paused)
		*state = DOMAIN_PAUSED;
	else
		*state = info.flags & XEN_DOMINF_shutdown ? DOMAIN_DOWN : DOMAIN_RUNS;
	return 0;
}

int domain_pause(uint32_t domid)
{
	return xc_domain_pause(xch, domid) ? errno : 0;
}

int domain_unpause(uint32_t domid)
{
	return xc_domain_unpause(xch, domid) ? errno : 0;
}

int domain_destroy(uint32_t domid)
{
	return xc_domain_destroy(xch, domid) ? errno : 0;
}

int domain_moves_live(uint32_t domid, bool *live)
{
	xc_domaininfo_t info;
	xc_physinfo_t host = { 0 };

	if (xc_domain_getinfolist(xch, domid, 1, &info) != 1 || info.domain != domid)
		return ESRCH;
	if (xc_physinfo(xch, &host))
		return errno;
	*live = info.flags & XEN_DOMINF_hvm_guest ||
		host.capabilities & XEN_SYSCTL_PHYSCAP_shadow;
	return 0;
}

int domain_written(uint32_t domid, uint32_t *pages, uint32_t *written)
{
	xc_shadow_op_stats_t stats = { 0 };
	xc_domaininfo_t info;

	if (xc_domain_getinfolist(xch, domid, 1, &info) != 1 || info.domain != domid)
		return ESRCH;
	/* no bitmap, and nothing is begun anew: who moves it does not notice */
	if (xc_logdirty_control(xch, domid, XEN_DOMCTL_SHADOW_OP_PEEK, NULL, 0, 0, &stats) < 0)
		return errno;
	*pages = info.tot_pages;
	*written = stats.dirty_count;
	return 0;
}

int domain_resume(uint32_t domid)
{
	struct xs_handle *xs = xs_open(0);
	int err = 0;

	if (!xs)
		return errno;
	if (xc_domain_resume(xch, domid, 1) || !xs_resume_domain(xs, domid))
		err = errno;
	xs_close(xs);
	return err;
}
