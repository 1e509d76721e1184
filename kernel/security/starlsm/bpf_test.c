// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of bpf
 */
#include <kunit/test.h>
#include <linux/bpf.h>
#include <linux/security.h>

#include "hooks_test.h"

struct bpf_case {
	const char *name;
	int cmd;
	bool recorded;
};

static const struct bpf_case bpfcmd_cases[] = {
	{ "look up", BPF_MAP_LOOKUP_ELEM, false },
	{ "update many", BPF_MAP_UPDATE_BATCH, false },
	{ "attach", BPF_PROG_ATTACH, true },
	{ "link", BPF_LINK_CREATE, true },
	{ "find", BPF_PROG_GET_NEXT_ID, true },
};

KUNIT_ARRAY_PARAM_DESC(bpf, bpfcmd_cases, name);

static void telling_commands_are_recorded(struct kunit *test)
{
	const struct bpf_case *const c = test->param_value;
	union bpf_attr attr = {};

	hooks_test_settle(test);
	security_bpf(c->cmd, &attr, sizeof(attr));
	if (c->recorded)
		KUNIT_EXPECT_EQ(test, EXPECT_REC(test, BPFCMD, bpfcmd)->cmd,
				c->cmd);
	EXPECT_NOTHING(test);
}

static void map_is_recorded(struct kunit *test)
{
	struct bpf_map *const map =
		kunit_kzalloc(test, sizeof(*map), GFP_KERNEL);
	const struct starlsm_rec_bpfmap *rec;
	union bpf_attr attr = {};

	KUNIT_ASSERT_NOT_NULL(test, map);
	map->map_type = BPF_MAP_TYPE_HASH;
	map->max_entries = 17;
	strscpy(map->name, "events");
	hooks_test_settle(test);
	security_bpf_map_create(map, &attr, NULL);
	rec = EXPECT_REC(test, BPFMAP, bpfmap);
	KUNIT_EXPECT_EQ(test, rec->type, BPF_MAP_TYPE_HASH);
	KUNIT_EXPECT_EQ(test, rec->entries, 17);
	hooks_test_str(test, rec + 1, rec->map_len, "events");
	EXPECT_NOTHING(test);
}

static void token_is_recorded(struct kunit *test)
{
	struct bpf_token token = { .allowed_cmds = BIT_ULL(BPF_PROG_LOAD) };
	struct file *const file = hooks_test_root(test);
	union bpf_attr attr = {};

	hooks_test_settle(test);
	security_bpf_token_create(&token, &attr, &file->f_path);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, BPFTOKEN, bpftoken)->cmds,
			BIT_ULL(BPF_PROG_LOAD));
	EXPECT_NOTHING(test);
}

static struct kunit_case bpf_cases[] = {
	KUNIT_CASE_PARAM(telling_commands_are_recorded, bpf_gen_params),
	KUNIT_CASE(map_is_recorded),
	KUNIT_CASE(token_is_recorded),
	{}
};

static struct kunit_suite bpf_suite = {
	.name = "starlsm_bpf",
	.init = hooks_test_init,
	.test_cases = bpf_cases,
};

kunit_test_suite(bpf_suite);
