// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the policy: what dom0 may write, and what it does
 */
#include <kunit/test.h>
#include <linux/cleanup.h>
#include <linux/cred.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "emit.h"
#include "path.h"
#include "policy.h"
#include "test_stream.h"

/* A page that changes nothing */
static struct starlsm_policy_page *new_page(struct kunit *test)
{
	struct starlsm_policy_page *const page =
		kunit_kzalloc(test, sizeof(*page), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, page);
	page->number = 2;
	page->commit_ms = 20;
	page->verdict_ms = 1000;
	page->default_answer = STARLSM_ANSWER_ALLOW;
	memset(page->class, STARLSM_CLASS_DEFAULT, sizeof(page->class));
	return page;
}

static struct starlsm_policy *new_policy(struct kunit *test)
{
	struct starlsm_policy *const policy =
		kunit_kzalloc(test, sizeof(*policy), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, policy);
	return policy;
}

static struct starlsm_policy *parse(struct kunit *test,
				    const struct starlsm_policy_page *page)
{
	struct starlsm_policy *const policy = new_policy(test);

	KUNIT_ASSERT_EQ(test, starlsm_policy_parse(policy, page),
			STARLSM_ERR_OK);
	return policy;
}

static struct starlsm_filter *add_filter(struct starlsm_policy_page *page,
					 u16 type, u32 match)
{
	struct starlsm_filter *const filter = &page->filter[page->n_filters++];

	filter->events[type / 64] |= BIT_ULL(type % 64);
	filter->match = match;
	return filter;
}

static void set_text(struct starlsm_policy_page *page,
		     struct starlsm_filter *filter, const char *text)
{
	filter->text = 100;
	filter->text_len = strlen(text);
	memcpy(page->filter_text + filter->text, text, filter->text_len);
}

static void table_is_the_default(struct kunit *test)
{
	const struct starlsm_policy *const policy =
		parse(test, new_page(test));

	KUNIT_EXPECT_EQ(test, policy->class[STARLSM_EV_FORK],
			STARLSM_CLASS_ASYNC);
	KUNIT_EXPECT_EQ(test, policy->class[STARLSM_EV_EXEC],
			STARLSM_CLASS_COMMIT);
	KUNIT_EXPECT_EQ(test, policy->class[STARLSM_EV_CHECK],
			STARLSM_CLASS_OFF);
	KUNIT_EXPECT_EQ(test, policy->class[STARLSM_EV_HEARTBEAT],
			STARLSM_CLASS_ASYNC);
	KUNIT_EXPECT_EQ(test, policy->commit_ms, 20);
}

struct class_row {
	const char *what;
	u16 type;
	u8 class;
	enum starlsm_error error;
};

static const struct class_row class_rows[] = {
	{ "off", STARLSM_EV_FORK, STARLSM_CLASS_OFF, STARLSM_ERR_OK },
	{ "an exit has nobody to wait", STARLSM_EV_EXIT, STARLSM_CLASS_COMMIT,
	  STARLSM_ERR_POLICY },
	{ "commit", STARLSM_EV_OPEN, STARLSM_CLASS_COMMIT, STARLSM_ERR_OK },
	{ "an open cannot be refused", STARLSM_EV_OPEN, STARLSM_CLASS_VERDICT,
	  STARLSM_ERR_POLICY },
	{ "a module can", STARLSM_EV_MODULE, STARLSM_CLASS_VERDICT,
	  STARLSM_ERR_OK },
	{ "a trace can", STARLSM_EV_PTRACE, STARLSM_CLASS_VERDICT,
	  STARLSM_ERR_OK },
	{ "no class", STARLSM_EV_MODULE, 4, STARLSM_ERR_POLICY },
	{ "the ring's own is not looked at", STARLSM_EV_LOST, 4,
	  STARLSM_ERR_OK },
	{ "nor what is no event", STARLSM_EV_LIMIT - 1, 4, STARLSM_ERR_OK },
};

KUNIT_ARRAY_PARAM_DESC(class, class_rows, what);

static void class_is_checked(struct kunit *test)
{
	const struct class_row *const row = test->param_value;
	struct starlsm_policy_page *const page = new_page(test);
	struct starlsm_policy *const policy = new_policy(test);

	page->class[row->type] = row->class;
	KUNIT_EXPECT_EQ(test, starlsm_policy_parse(policy, page), row->error);
	if (!row->error && row->class <= STARLSM_CLASS_VERDICT)
		KUNIT_EXPECT_EQ(test, policy->class[row->type], row->class);
}

struct bad_row {
	const char *what;
	void (*spoil)(struct starlsm_policy_page *page);
};

static void spoil_commit(struct starlsm_policy_page *page)
{
	page->commit_ms = 0;
}

static void spoil_verdict(struct starlsm_policy_page *page)
{
	page->verdict_ms = STARLSM_WAIT_MS_MAX + 1;
}

static void spoil_answer(struct starlsm_policy_page *page)
{
	page->default_answer = 3;
}

static void spoil_count(struct starlsm_policy_page *page)
{
	page->n_filters = STARLSM_FILTERS_MAX + 1;
}

static void spoil_match(struct starlsm_policy_page *page)
{
	add_filter(page, STARLSM_EV_OPEN, STARLSM_MATCH_PATH + 1);
}

static void spoil_text(struct starlsm_policy_page *page)
{
	struct starlsm_filter *const filter =
		add_filter(page, STARLSM_EV_OPEN, STARLSM_MATCH_PATH);

	filter->text = STARLSM_FILTER_TEXT_MAX;
	filter->text_len = 1;
}

static const struct bad_row bad_rows[] = {
	{ "no time to wait", spoil_commit },
	{ "too much time to wait", spoil_verdict },
	{ "no answer", spoil_answer },
	{ "too many filters", spoil_count },
	{ "unknown kind of filter", spoil_match },
	{ "text outside", spoil_text },
};

KUNIT_ARRAY_PARAM_DESC(bad, bad_rows, what);

static void bad_page_is_refused(struct kunit *test)
{
	const struct bad_row *const row = test->param_value;
	struct starlsm_policy_page *const page = new_page(test);

	row->spoil(page);
	KUNIT_EXPECT_EQ(test, starlsm_policy_parse(new_policy(test), page),
			STARLSM_ERR_POLICY);
}

/* Whether a record of that type and path is dropped, by the test's own task */
static bool drops(struct kunit *test, const struct starlsm_policy *policy,
		  struct test_stream *ts, u16 type, const char *name)
{
	const size_t len = strlen(name);
	struct starlsm_path *const path =
		kunit_kzalloc(test, struct_size(path, name, len), GFP_KERNEL);
	const struct starlsm_about about = {
		.who = current,
		.path = { path },
	};

	KUNIT_ASSERT_NOT_NULL(test, path);
	path->len = len;
	memcpy(path->name, name, len);
	guard(rcu)();
	return starlsm_policy_drops(policy, &ts->stream, &about, type);
}

static void path_filters_what_is_below(struct kunit *test)
{
	struct starlsm_policy_page *const page = new_page(test);
	struct test_stream *const ts = test_stream_new(test);
	const struct starlsm_policy *policy;

	set_text(page, add_filter(page, STARLSM_EV_OPEN, STARLSM_MATCH_PATH),
		 "/var/log");
	policy = parse(test, page);
	KUNIT_EXPECT_TRUE(test, drops(test, policy, ts, STARLSM_EV_OPEN,
				      "/var/log"));
	KUNIT_EXPECT_TRUE(test, drops(test, policy, ts, STARLSM_EV_OPEN,
				      "/var/log/syslog"));
	KUNIT_EXPECT_FALSE(test, drops(test, policy, ts, STARLSM_EV_OPEN,
				       "/var/logs"));
	KUNIT_EXPECT_FALSE(test, drops(test, policy, ts, STARLSM_EV_OPEN,
				       "/var"));
	KUNIT_EXPECT_FALSE(test, drops(test, policy, ts, STARLSM_EV_CREATE,
				       "/var/log/syslog"));
	KUNIT_EXPECT_EQ(test, ts->stream.filtered.count[STARLSM_EV_OPEN], 2);
	KUNIT_EXPECT_EQ(test, ts->stream.filtered.n, 2);
}

static void uid_filters_a_range(struct kunit *test)
{
	const u32 uid = from_kuid(&init_user_ns, current_euid());
	struct starlsm_policy_page *const page = new_page(test);
	struct test_stream *const ts = test_stream_new(test);
	struct starlsm_filter *const filter =
		add_filter(page, STARLSM_EV_FORK, STARLSM_MATCH_UID);

	filter->lo = uid + 1;
	filter->hi = uid + 5;
	KUNIT_EXPECT_FALSE(test, drops(test, parse(test, page), ts,
				       STARLSM_EV_FORK, ""));
	filter->lo = uid;
	KUNIT_EXPECT_TRUE(test, drops(test, parse(test, page), ts,
				      STARLSM_EV_FORK, ""));
}

static void rate_bounds_a_second(struct kunit *test)
{
	struct starlsm_policy_page *const page = new_page(test);
	struct test_stream *const ts = test_stream_new(test);
	const struct starlsm_policy *policy;
	unsigned int i, dropped = 0;

	page->rate[STARLSM_EV_OPEN] = 3;
	policy = parse(test, page);
	for (i = 0; i < 100; i++)
		dropped += drops(test, policy, ts, STARLSM_EV_OPEN, "");
	/* A second may end in between, two do not. */
	KUNIT_EXPECT_GE(test, dropped, 94);
	KUNIT_EXPECT_LE(test, dropped, 97);
	KUNIT_EXPECT_FALSE(test, drops(test, policy, ts, STARLSM_EV_FORK, ""));
}

static struct kunit_case policy_cases[] = {
	KUNIT_CASE(table_is_the_default),
	KUNIT_CASE_PARAM(class_is_checked, class_gen_params),
	KUNIT_CASE_PARAM(bad_page_is_refused, bad_gen_params),
	KUNIT_CASE(path_filters_what_is_below),
	KUNIT_CASE(uid_filters_a_range),
	KUNIT_CASE(rate_bounds_a_second),
	{}
};

static struct kunit_suite policy_suite = {
	.name = "starlsm_policy",
	.test_cases = policy_cases,
};

kunit_test_suite(policy_suite);
