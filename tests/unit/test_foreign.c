// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of what stays mapped of a guest, and for how long
 */
#include "cmocka_all.h"

#include <stdlib.h>
#include <xenforeignmemory.h>
#include <xentoolcore.h>

#include "vmi/foreign.h"

#define PAGE	4096
#define CLUSTER	16
#define NOBODYS	1
#define ROUNDS	16

static unsigned int n_maps, n_mapped;
static size_t n_last;		/* pages of the last of them */
static xen_pfn_t lacking;	/* a frame that is nobody's */
static uint8_t version;		/* of all pages, when they are mapped */
static struct foreign *f;

xenforeignmemory_handle *xenforeignmemory_open(struct xentoollog_logger *logger, unsigned int flags)
{
	(void)logger;
	(void)flags;
	return (void *)&n_maps;
}

void *xenforeignmemory_map(xenforeignmemory_handle *handle, uint32_t domid, int prot, size_t n,
			   const xen_pfn_t frame[], int err[])
{
	uint8_t *pages = calloc(n, PAGE);

	(void)handle;
	assert_int_equal(domid, 5);
	assert_int_equal(prot, 1);
	assert_in_range(n, 1, CLUSTER);
	n_last = n;
	for (size_t i = 0; i < n; i++) {
		err[i] = frame[i] == lacking ? -22 : 0;
		pages[i * PAGE] = frame[i];
		pages[i * PAGE + 1] = version;
	}
	pages[2] = n;
	n_maps++;
	n_mapped++;
	return pages;
}

int xenforeignmemory_unmap(xenforeignmemory_handle *handle, void *address, size_t n)
{
	(void)handle;
	assert_int_equal(n, *((uint8_t *)address + 2));
	free(address);
	n_mapped--;
	return 0;
}

int xentoolcore_restrict_all(domid_t domid)
{
	(void)domid;
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	n_maps = n_mapped = 0;
	lacking = NOBODYS;
	version = 1;
	f = foreign_open(5, ROUNDS);
	return 0;
}

/* Nothing has read it for long: it is not mapped any more. */
static int tear_down(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 2 * ROUNDS; i++)
		foreign_round(f);
	assert_int_equal(n_mapped, 0);
	free(f);
	return 0;
}

static void neighbours(void **state)
{
	(void)state;
	assert_int_equal(foreign_page(f, 0x23)[0], 0x23);
	assert_int_equal(foreign_page(f, 0x20)[0], 0x20);
	assert_int_equal(n_maps, 1);
	assert_int_equal(n_last, 4);
	assert_int_equal(foreign_page(f, 0x2f)[0], 0x2f);
	assert_int_equal(n_last, CLUSTER);
	assert_int_equal(foreign_page(f, 0x20)[0], 0x20);
	assert_int_equal(n_maps, 2);
	foreign_round(f);
	assert_int_equal(foreign_page(f, 0x23)[0], 0x23);
	assert_int_equal(n_maps, 2);
}

/* Of what is mapped anew only what was read is; what else is read then is right, too. */
static void what_was_read(void **state)
{
	static const uint8_t frames[] = { 0x2f, 0x23, 0x20, 0x28 };

	(void)state;
	foreign_page(f, 0x2f);
	foreign_page(f, 0x23);
	foreign_doubt(f);
	assert_int_equal(foreign_page(f, 0x2f)[0], 0x2f);
	assert_int_equal(n_last, 2);
	assert_int_equal(foreign_page(f, 0x23)[0], 0x23);
	assert_int_equal(n_maps, 3);
	assert_int_equal(foreign_page(f, 0x20)[0], 0x20);
	assert_int_equal(n_last, CLUSTER);
	foreign_doubt(f);
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++)
		assert_int_equal(foreign_page(f, frames[i])[0], frames[i]);
	assert_int_equal(n_maps, 6);
}

static void not_for_ever(void **state)
{
	unsigned int rounds = 0;

	(void)state;
	foreign_page(f, 0x23);
	version = 2;
	for (; foreign_page(f, 0x23)[1] == 1 && rounds <= ROUNDS; rounds++)
		foreign_round(f);
	assert_in_range(rounds, ROUNDS / 2, ROUNDS);
	assert_int_equal(n_mapped, 1);
}

static void doubt(void **state)
{
	(void)state;
	foreign_page(f, 0x23);
	version = 2;
	foreign_doubt(f);
	assert_int_equal(foreign_page(f, 0x23)[1], 2);
	assert_int_equal(foreign_page(f, 0x23)[1], 2);
	assert_int_equal(n_maps, 2);
	foreign_round(f);
	foreign_page(f, 0x23);
	assert_int_equal(n_maps, 2);
}

/* That of one frame only, with its neighbours */
static void forgotten(void **state)
{
	(void)state;
	foreign_page(f, 0x20);
	foreign_page(f, 0x40);
	version = 2;
	foreign_forget(f, 0x21);
	foreign_forget(f, 0x1000);
	assert_int_equal(n_mapped, 1);
	assert_int_equal(foreign_page(f, 0x20)[1], 2);
	assert_int_equal(foreign_page(f, 0x40)[1], 1);
}

/* It may be somebody's in the next round, and is not asked for twice in one. */
static void lacks(void **state)
{
	(void)state;
	lacking = 0x24;
	assert_null(foreign_page(f, 0x24));
	assert_null(foreign_page(f, 0x24));
	assert_non_null(foreign_page(f, 0x25));
	assert_int_equal(n_maps, 1);
	foreign_round(f);
	assert_null(foreign_page(f, 0x24));
	assert_int_equal(n_maps, 2);
	lacking = NOBODYS;
	foreign_round(f);
	assert_int_equal(foreign_page(f, 0x24)[0], 0x24);
}

/* More than there is room for: each is right, and the number is bounded. */
static void many(void **state)
{
	(void)state;
	for (uint64_t frame = CLUSTER; frame < 65536; frame += CLUSTER)
		assert_int_equal(foreign_page(f, frame)[0], frame % 256);
	assert_in_range(n_mapped, 1000, 2048);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(neighbours, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_read, set_up, tear_down),
		cmocka_unit_test_setup_teardown(not_for_ever, set_up, tear_down),
		cmocka_unit_test_setup_teardown(doubt, set_up, tear_down),
		cmocka_unit_test_setup_teardown(forgotten, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lacks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
