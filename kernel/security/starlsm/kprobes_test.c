// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit: no kprobe in the sensor
 */
#include <kunit/test.h>
#include <linux/fs.h>
#include <linux/kprobes.h>

#include "emit.h"
#include "ring.h"
#include "setup.h"

static int probe(void *function)
{
	struct kprobe probe = { .addr = function };
	const int err = register_kprobe(&probe);

	if (!err)
		unregister_kprobe(&probe);
	return err;
}

static void test_elsewhere(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, probe(filp_open), 0);
}

static void test_ours(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, probe(starlsm_ring_reserve), -EINVAL);
	KUNIT_EXPECT_EQ(test, probe(starlsm_emit), -EINVAL);
	KUNIT_EXPECT_EQ(test, probe(test_ours), -EINVAL);
}

static struct kunit_case kprobes_cases[] = {
	KUNIT_CASE(test_elsewhere),
	KUNIT_CASE(test_ours),
	{}
};

static struct kunit_suite kprobes_suite = {
	.name = "starlsm_kprobes",
	.test_cases = kprobes_cases,
};

kunit_test_suite(kprobes_suite);
