// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of what Xen says of a domain; what is done to one is in case playbook
 */
#include "cmocka_all.h"

#include <errno.h>
#include <stdbool.h>
#include <xenctrl.h>
#include <xenguest.h>
#include <xenstore.h>

#include "responder/domain.h"

#define ASKED 7

/* The first domain of at least that number, as Xen has it; n 0: none, -1: errno */
static struct {
	int n;
	uint32_t domid, flags, capabilities, written;
} xen;

int xc_domain_getinfolist(xc_interface *xch, uint32_t first, unsigned int max,
			  xc_domaininfo_t *info)
{
	(void)xch;
	assert_int_equal(first, ASKED);
	assert_int_equal(max, 1);
	info->domain = xen.domid;
	info->flags = xen.flags;
	info->tot_pages = 100;
	errno = EPERM;
	return xen.n;
}

/* Not called here */
xc_interface *xc_interface_open(xentoollog_logger *l, xentoollog_logger *d, unsigned int flags)
{
	(void)l;
	(void)d;
	(void)flags;
	fail();
	return NULL;
}

#define NOT_CALLED(name, ...) \
	int name(xc_interface *xch, uint32_t domid, ##__VA_ARGS__) \
	{ \
		(void)xch; \
		(void)domid; \
		fail(); \
		return -1; \
	}

int xc_physinfo(xc_interface *xch, xc_physinfo_t *info)
{
	(void)xch;
	info->capabilities = xen.capabilities;
	return 0;
}

/* Only looked at, by the statistics: whoever moves it counts on */
long long xc_logdirty_control(xc_interface *xch, uint32_t domid, unsigned int sop,
			      xc_hypercall_buffer_t *bitmap, unsigned long pages,
			      unsigned int mode, xc_shadow_op_stats_t *stats)
{
	(void)xch;
	assert_int_equal(domid, ASKED);
	assert_int_equal(sop, XEN_DOMCTL_SHADOW_OP_PEEK);
	assert_null(bitmap);
	assert_int_equal(pages + mode, 0);
	stats->dirty_count = xen.written;
	errno = EBUSY;
	return xen.written ? 0 : -1;
}

NOT_CALLED(xc_domain_pause)
NOT_CALLED(xc_domain_unpause)
NOT_CALLED(xc_domain_destroy)
NOT_CALLED(xc_domain_resume, int fast __attribute__((unused)))

struct xs_handle *xs_open(unsigned long flags)
{
	(void)flags;
	fail();
	return NULL;
}

void xs_close(struct xs_handle *xs)
{
	(void)xs;
}

bool xs_resume_domain(struct xs_handle *xs, unsigned int domid)
{
	(void)xs;
	(void)domid;
	return false;
}

static void states(void **state)
{
	static const struct {
		int n;
		uint32_t domid, flags;
		enum domain_state is;
	} rows[] = {
		{ 0, ASKED, 0, DOMAIN_GONE },	/* none above either */
		{ 1, ASKED + 1, 0, DOMAIN_GONE },
		{ 1, ASKED, XEN_DOMINF_dying, DOMAIN_GONE },
		{ 1, ASKED, XEN_DOMINF_dying | XEN_DOMINF_paused, DOMAIN_GONE },
		{ 1, ASKED, XEN_DOMINF_running, DOMAIN_RUNS },
		{ 1, ASKED, XEN_DOMINF_blocked, DOMAIN_RUNS },
		{ 1, ASKED, XEN_DOMINF_paused, DOMAIN_PAUSED },
		{ 1, ASKED, XEN_DOMINF_paused | XEN_DOMINF_shutdown, DOMAIN_PAUSED },
		{ 1, ASKED, XEN_DOMINF_shutdown, DOMAIN_DOWN },
	};
	enum domain_state is;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		xen.n = rows[i].n;
		xen.domid = rows[i].domid;
		xen.flags = rows[i].flags;
		assert_int_equal(domain_state(ASKED, &is), 0);
		assert_int_equal(is, rows[i].is);
	}
}

/* A PV guest's memory can be followed only by shadow page tables. */
static void who_moves_live(void **state)
{
	const uint32_t shadow = XEN_SYSCTL_PHYSCAP_shadow;
	bool live;

	(void)state;
	xen.n = 1;
	xen.domid = ASKED;
	for (int i = 0; i < 4; i++) {
		xen.flags = i & 1 ? XEN_DOMINF_hvm_guest : 0;
		xen.capabilities = i & 2 ? shadow : ~shadow;
		assert_int_equal(domain_moves_live(ASKED, &live), 0);
		assert_int_equal(live, i != 0);
	}
	xen.domid = ASKED + 1;
	assert_int_equal(domain_moves_live(ASKED, &live), ESRCH);
}

static void no_answer(void **state)
{
	enum domain_state is;

	(void)state;
	xen.n = -1;
	assert_int_equal(domain_state(ASKED, &is), EPERM);
	assert_int_equal(is, DOMAIN_GONE);
}

static void written(void **state)
{
	uint32_t pages, n;

	(void)state;
	xen.n = 1;
	xen.domid = ASKED;
	xen.written = 12;
	assert_int_equal(domain_written(ASKED, &pages, &n), 0);
	assert_int_equal(pages, 100);
	assert_int_equal(n, 12);
	xen.written = 0;
	assert_int_equal(domain_written(ASKED, &pages, &n), EBUSY);
	xen.domid++;
	assert_int_equal(domain_written(ASKED, &pages, &n), ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states),
		cmocka_unit_test(who_moves_live),
		cmocka_unit_test(written),
		cmocka_unit_test(no_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
