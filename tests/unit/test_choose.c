// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of where a guest goes: never where it must not, else anywhere
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "responder/choose.h"

static const struct guest_facts web = { .name = "web", .mib = 100, .apart = "front" };

static struct host_facts here, hosts[3];

static int set_up(void **state)
{
	(void)state;
	here = (struct host_facts){
		.is_known = true, .n_features = 2, .feature = { 0x0f, 0x80000000 },
	};
	for (int i = 0; i < 3; i++) {
		hosts[i] = here;
		hosts[i].free_mib = 4096;
	}
	return 0;
}

static enum host_verdict judge(void)
{
	const struct choose_need need = { .guest = &web, .here = &here };

	return choose_judge(&need, &hosts[0]);
}

static void add_guest(struct host_facts *host, const char *name, const char *apart)
{
	struct guest_facts *g = &host->guest[host->n_guests++];

	snprintf(g->name, sizeof(g->name), "%s", name);
	snprintf(g->apart, sizeof(g->apart), "%s", apart);
}

static void each_reason(void **state)
{
	assert_int_equal(judge(), HOST_GOOD);
	hosts[0].is_known = false;
	assert_int_equal(judge(), HOST_SILENT);
	set_up(state);
	hosts[0].n_incidents = 1;
	assert_int_equal(judge(), HOST_INCIDENT);
	set_up(state);
	hosts[0].free_mib = 100 + CHOOSE_SPARE_MIB;
	assert_int_equal(judge(), HOST_GOOD);
	hosts[0].free_mib--;
	assert_int_equal(judge(), HOST_NO_MEMORY);
	set_up(state);
	hosts[0].feature[1] = 0x7fffffff;
	assert_int_equal(judge(), HOST_CPU);
	set_up(state);
	hosts[0].n_features = 1;
	assert_int_equal(judge(), HOST_CPU);
	/* more than here does no harm */
	set_up(state);
	hosts[0].feature[0] = 0xff;
	hosts[0].n_features = 3;
	assert_int_equal(judge(), HOST_GOOD);
	add_guest(&hosts[0], "mail", "back");
	add_guest(&hosts[0], "db", "");
	assert_int_equal(judge(), HOST_GOOD);
	add_guest(&hosts[0], "web2", "front");
	assert_int_equal(judge(), HOST_APART);
	set_up(state);
	add_guest(&hosts[0], "web", "");
	assert_int_equal(judge(), HOST_ARRIVING);
	hosts[0].guest[0].is_streaming = true;
	assert_int_equal(judge(), HOST_HAS_IT);
	for (int i = 0; i < HOST_VERDICTS; i++)
		assert_string_not_equal(choose_text(i), "?");
}

static int choose(uint64_t random)
{
	const struct choose_need need = { .guest = &web, .here = &here };
	enum host_verdict why[3];

	return choose_host(&need, hosts, 3, random, why);
}

static void any_of_the_good(void **state)
{
	int n[3] = { 0 };

	(void)state;
	for (uint64_t random = 0; random < 300; random++)
		n[choose(random)]++;
	for (int i = 0; i < 3; i++)
		assert_int_equal(n[i], 100);
	hosts[1].n_incidents = 1;
	for (uint64_t random = 0; random < 300; random++)
		assert_int_not_equal(choose(random), 1);
	hosts[0].is_known = hosts[2].is_known = false;
	assert_int_equal(choose(1), -1);
}

static void leave(struct host_facts *host, const char *name, uint32_t s_ago)
{
	snprintf(host->left[host->n_left].name, MSG_NAME_MAX, "%s", name);
	host->left[host->n_left++].s_ago = s_ago;
}

/* Not to where it came from, unless that is the only one. */
static void not_back(void **state)
{
	(void)state;
	leave(&hosts[1], "web", 50);
	leave(&hosts[0], "web", 60);
	leave(&hosts[2], "mail", 5);
	for (uint64_t random = 0; random < 100; random++)
		assert_int_not_equal(choose(random), 1);
	hosts[0].n_incidents = hosts[2].n_incidents = 1;
	assert_int_equal(choose(7), 1);
}

static void facts(void **state)
{
	static const char text[] =
		"Warning: added a key\n{\"version\":\"0.1\",\"free_mib\":512,\"incidents\":2,"
		"\"features\":[1,4294967295],\"guests\":[{\"name\":\"web\",\"apart\":\"x\","
		"\"mib\":96,\"epoch\":3,\"streaming\":true,\"incident\":true,\"domid\":4}],"
		"\"left\":[{\"name\":\"db\",\"s_ago\":77}]}\n";
	const struct guest_facts *g;

	(void)state;
	assert_true(facts_parse(text, &here));
	assert_true(here.is_known);
	assert_int_equal(here.free_mib, 512);
	assert_int_equal(here.n_incidents, 2);
	assert_int_equal(here.n_features, 2);
	assert_int_equal(here.feature[1], UINT32_MAX);
	g = facts_guest(&here, "web");
	assert_non_null(g);
	assert_int_equal(g->mib, 96);
	assert_int_equal(g->epoch, 3);
	assert_true(g->is_streaming && g->has_incident);
	assert_string_equal(g->apart, "x");
	assert_null(facts_guest(&here, "mail"));
	assert_int_equal(here.n_left, 1);
	assert_string_equal(here.left[0].name, "db");
	assert_int_equal(here.left[0].s_ago, 77);
}

/* From a host that has fallen, anything may come. */
static void nonsense(void **state)
{
	static const char * const texts[] = {
		"", "{", "[]", "{}", "null", "connection refused",
		"{\"free_mib\":-1,\"incidents\":0,\"features\":[],\"guests\":[]}",
		"{\"free_mib\":1.5,\"incidents\":0,\"features\":[],\"guests\":[]}",
		"{\"free_mib\":1,\"features\":[],\"guests\":[]}",
		"{\"free_mib\":1,\"incidents\":4294967296,\"features\":[],\"guests\":[]}",
		"{\"free_mib\":1,\"incidents\":0,\"features\":{},\"guests\":[]}",
		"{\"free_mib\":1,\"incidents\":0,\"features\":[-1],\"guests\":[]}",
		"{\"free_mib\":1,\"incidents\":0,\"features\":[],\"guests\":[1]}",
		"{\"free_mib\":1,\"free_mib\":1,\"incidents\":0,\"features\":[],\"guests\":[]}",
		"{\"free_mib\":1,\"incidents\":0,\"features\":[],\"guests\":[{\"name\":\"a\\u0000b\","
		"\"apart\":\"\",\"mib\":1,\"epoch\":1}]}",
		"{\"free_mib\":1,\"incidents\":0,\"features\":[],\"guests\":[{\"name\":"
		"\"0123456789012345678901234567890123456789012345678901234567890123\","
		"\"apart\":\"\",\"mib\":1,\"epoch\":1}]}",
	};
	char many[8192] = "{\"free_mib\":1,\"incidents\":0,\"features\":[],\"guests\":[";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		assert_false(facts_parse(texts[i], &here));
		assert_false(here.is_known);
		assert_int_equal(here.n_guests, 0);
	}
	assert_true(facts_parse("{\"free_mib\":1,\"incidents\":0,\"features\":[],\"guests\":[]}",
				&here));
	for (int i = 0; i <= FACTS_GUESTS_MAX; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many),
			 "%s{\"name\":\"g%d\",\"apart\":\"\",\"mib\":1,\"epoch\":1}", i ? "," : "", i);
	strcat(many, "]}");
	assert_false(facts_parse(many, &here));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_reason, set_up),
		cmocka_unit_test_setup(any_of_the_good, set_up),
		cmocka_unit_test_setup(not_back, set_up),
		cmocka_unit_test_setup(facts, set_up),
		cmocka_unit_test_setup(nonsense, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
