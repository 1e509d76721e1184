// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of keys
 */
#include <kunit/test.h>
#include <linux/cred.h>
#include <linux/key.h>
#include <linux/security.h>

#include "hooks_test.h"

/* As a task makes it */
static struct key *new_keyring(void)
{
	const unsigned int flags = hooks_test_as_user();
	struct key *const key = keyring_alloc("starlsm_test", GLOBAL_ROOT_UID,
					      GLOBAL_ROOT_GID, current_cred(),
					      KEY_POS_ALL, 0, NULL, NULL);

	hooks_test_as_before(flags);
	return key;
}

static void new_key_is_recorded(struct kunit *test)
{
	const struct starlsm_rec_key *rec;
	struct key *key;

	hooks_test_settle(test);
	key = new_keyring();
	KUNIT_ASSERT_FALSE(test, IS_ERR(key));
	rec = EXPECT_REC(test, KEY, key);
	KUNIT_EXPECT_EQ(test, rec->op, STARLSM_KEY_NEW);
	KUNIT_EXPECT_EQ(test, rec->serial, 0);
	KUNIT_EXPECT_EQ(test, rec->uid, 0);
	hooks_test_str(test, rec + 1, rec->keytype_len, "keyring");
	EXPECT_NOTHING(test);
	key_put(key);
}

struct need_case {
	const char *name;
	enum key_need_perm need;
	bool recorded;
};

static const struct need_case need_cases[] = {
	{ "view", KEY_NEED_VIEW, false },
	{ "read", KEY_NEED_READ, false },
	{ "search", KEY_NEED_SEARCH, false },
	{ "write", KEY_NEED_WRITE, true },
	{ "link", KEY_NEED_LINK, true },
	{ "attributes", KEY_NEED_SETATTR, true },
};

KUNIT_ARRAY_PARAM_DESC(need, need_cases, name);

static void changes_of_keys_are_recorded(struct kunit *test)
{
	const struct need_case *const c = test->param_value;
	const struct starlsm_rec_key *rec;
	unsigned int flags;
	struct key *key;

	hooks_test_settle(test);
	key = new_keyring();
	KUNIT_ASSERT_FALSE(test, IS_ERR(key));
	EXPECT_REC(test, KEY, key);
	flags = hooks_test_as_user();
	security_key_permission(make_key_ref(key, true), current_cred(),
				c->need);
	hooks_test_as_before(flags);
	if (c->recorded) {
		rec = EXPECT_REC(test, KEY, key);
		KUNIT_EXPECT_EQ(test, rec->op, STARLSM_KEY_CHANGE);
		KUNIT_EXPECT_EQ(test, rec->serial, key->serial);
		KUNIT_EXPECT_EQ(test, rec->need, c->need);
	}
	/* A kernel thread's changes are nobody's. */
	security_key_permission(make_key_ref(key, true), current_cred(),
				KEY_NEED_WRITE);
	EXPECT_NOTHING(test);
	key_put(key);
}

static struct kunit_case keys_cases[] = {
	KUNIT_CASE(new_key_is_recorded),
	KUNIT_CASE_PARAM(changes_of_keys_are_recorded, need_gen_params),
	{}
};

static struct kunit_suite keys_suite = {
	.name = "starlsm_keys",
	.init = hooks_test_init,
	.test_cases = keys_cases,
};

kunit_test_suite(keys_suite);
