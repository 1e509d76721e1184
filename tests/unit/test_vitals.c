// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the signs of life: who is held to what, and from when on
 */
#include "cmocka_all.h"

#include <string.h>

#include "starlsmd/vitals.h"

#define S	1000000000ULL
#define LOOKS_MAX	8

struct life_case {
	const char *name;
	struct vitals_look look[LOOKS_MAX];	/* now_ns and cpu_ns in s; now_ns 0 ends */
	uint64_t unattached_s, silent_cpu_s;	/* after the last */
};

#define READ	.runs = true, .is_attached = true, .is_read = true, .n_vcpus = 1

static const struct life_case cases[] = {
	{ "never attaches",
	  { { .now_ns = 5, .runs = true, .n_vcpus = 1 },
	    { .now_ns = 6, .cpu_ns = 1, .runs = true, .n_vcpus = 1 },
	    { .now_ns = 9, .cpu_ns = 2, .runs = true, .n_vcpus = 1 } }, 4, 0 },
	{ "is paused half of the time",
	  { { .now_ns = 5, .runs = true, .n_vcpus = 1 },
	    { .now_ns = 6, .runs = true, .n_vcpus = 1 },
	    { .now_ns = 16, .n_vcpus = 1 },
	    { .now_ns = 17, .runs = true, .n_vcpus = 1 } }, 2, 0 },
	{ "attaches after all",
	  { { .now_ns = 5, .runs = true, .n_vcpus = 1 },
	    { .now_ns = 20, .runs = true, .n_vcpus = 1 },
	    { .now_ns = 21, READ } }, 0, 0 },
	{ "is let go, and does not come back",
	  { { .now_ns = 5, READ, .cpu_ns = 3, .heartbeat_ns = 5 },
	    { .now_ns = 6, .runs = true, .cpu_ns = 4, .n_vcpus = 1, .heartbeat_ns = 5 },
	    { .now_ns = 8, .runs = true, .cpu_ns = 9, .n_vcpus = 1, .heartbeat_ns = 5 } }, 3, 0 },
	{ "beats",
	  { { .now_ns = 5, READ, .cpu_ns = 3, .heartbeat_ns = 5 },
	    { .now_ns = 6, READ, .cpu_ns = 4, .heartbeat_ns = 6 },
	    { .now_ns = 7, READ, .cpu_ns = 5, .heartbeat_ns = 7 } }, 0, 0 },
	{ "stops to beat",
	  { { .now_ns = 5, READ, .cpu_ns = 3, .heartbeat_ns = 5 },
	    { .now_ns = 6, READ, .cpu_ns = 4, .heartbeat_ns = 5 },
	    { .now_ns = 9, READ, .cpu_ns = 7, .heartbeat_ns = 5 } }, 0, 4 },
	{ "has never beaten",
	  { { .now_ns = 5, READ, .cpu_ns = 3 },
	    { .now_ns = 9, READ, .cpu_ns = 7 } }, 0, 4 },
	{ "is idle",
	  { { .now_ns = 5, READ, .cpu_ns = 3, .heartbeat_ns = 5 },
	    { .now_ns = 99, READ, .cpu_ns = 3, .heartbeat_ns = 5 } }, 0, 0 },
	{ "has four vCPUs",
	  { { .now_ns = 5, READ, .cpu_ns = 3, .heartbeat_ns = 5 },
	    { .now_ns = 9, .runs = true, .is_attached = true, .is_read = true,
	      .n_vcpus = 4, .cpu_ns = 19, .heartbeat_ns = 5 } }, 0, 4 },
	{ "dom0 does not read",
	  { { .now_ns = 5, READ, .cpu_ns = 3, .heartbeat_ns = 5 },
	    { .now_ns = 9, .runs = true, .is_attached = true, .n_vcpus = 1, .cpu_ns = 7,
	      .heartbeat_ns = 5 },
	    { .now_ns = 10, READ, .cpu_ns = 8, .heartbeat_ns = 5 } }, 0, 1 },
};

static void every_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct vitals_look *look = cases[i].look;
		struct vitals v;

		print_message("%s\n", cases[i].name);
		memset(&v, 0, sizeof(v));
		for (; look < cases[i].look + LOOKS_MAX && look->now_ns; look++) {
			struct vitals_look l = *look;

			l.now_ns *= S;
			l.cpu_ns *= S;
			vitals_look(&v, &l);
		}
		assert_int_equal(v.unattached_ns, cases[i].unattached_s * S);
		assert_int_equal(v.silent_cpu_ns, cases[i].silent_cpu_s * S);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
