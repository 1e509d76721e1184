// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of watching a guest: the code that its kernel runs, and whose it is
 */
#include "small_guest.h"

static void patched(void **state)
{
	(void)state;
	*mock_at(&guest, TEXT + 0x1010) ^= 0xff;
	*mock_at(&guest, TEXT + 0x1011) ^= 0xff;
	assert_one("text");
	assert_int_equal(told[0].address, TEXT + 0x1010);
	assert_int_equal(told[0].n_found_bytes, 2);
	assert_memory_equal(told[0].expected_bytes, text + 0x1010, 2);
	/* and gone, and there again: told again */
	*mock_at(&guest, TEXT + 0x1010) ^= 0xff;
	*mock_at(&guest, TEXT + 0x1011) ^= 0xff;
	round_of();
	assert_int_equal(result_of("text"), LOOK_CLEAN);
	*mock_at(&guest, TEXT + 0x1010) ^= 0xff;
	round_of();
	assert_int_equal(n_told, 2);
}

/* What a probe has written is in order as long as there is the probe. */
static void left_behind(void **state)
{
	(void)state;
	mock_u64(&guest, PROBES + 8, HEAP + 0xe00);
	mock_u64(&guest, HEAP + 0xe10, TEXT + 0x1700);
	*mock_at(&guest, TEXT + 0x1700) = 0xcc;
	round_of();
	round_of();
	assert_int_equal(n_told, 0);
	mock_u64(&guest, PROBES + 8, 0);
	assert_one("text");
}

static void patched_module(void **state)
{
	(void)state;
	round_of();
	*mock_at(&guest, MODULE_TEXT + 0x123) ^= 0xff;
	assert_one("module-text");
	assert_int_equal(told[0].address, MODULE_TEXT + 0x123);
}

/* What the kernel itself may write */
static void own_patches(void **state)
{
	(void)state;
	mock_put(&guest, TEXT + 0x400, "\x0f\x1f\x44\0\0", 5);
	put_branch(TEXT + 0x600, 0xe8, TEXT + 0x400);
	mock_put(&guest, TEXT + 0xffe, "\x0f\x1f\x40\0", 4);
	round_of();
	assert_int_equal(n_told, 0);
	/* a module's function */
	put_branch(TEXT + 0x600, 0xe8, MODULE_TEXT + 0x10);
	/* the shorter variant, and behind it what was linked */
	mock_put(&guest, TEXT + 0xffe, "\x66\x90", 2);
	mock_put(&guest, TEXT + 0x1000, text + 0x1000, 2);
	round_of();
	assert_int_equal(n_told, 0);
}

static void not_its_own(void **state)
{
	(void)state;
	/* into the middle of a function */
	put_branch(TEXT + 0x600, 0xe8, TEXT + 0x404);
	assert_one("text");
}

/* Jump labels and ftrace of a module, and what looks like them and is not */
static void module_patches(void **state)
{
	(void)state;
	mock_put(&guest, MODULE_TEXT + 0x40, "\x0f\x1f\x44\0\0", 5);
	mock_put(&guest, MODULE_TEXT + 0x80, "\x66\x90", 2);
	put_branch(MODULE_TEXT + 0xc0, 0xe8, TEXT + 0x400);
	round_of();
	put_branch(MODULE_TEXT + 0x40, 0xe8, TEXT + 0x500);
	mock_put(&guest, MODULE_TEXT + 0x80, "\xeb\x10", 2);
	put_branch(MODULE_TEXT + 0xc0, 0xe8, TEXT + 0x800);
	round_of();
	put_branch(MODULE_TEXT + 0x40, 0xe9, MODULE_TEXT + 0x200);
	round_of();
	assert_int_equal(n_told, 0);
	put_branch(MODULE_TEXT + 0x40, 0xe9, TEXT + 0x404);
	round_of();
	/* one a row of bytes that differ */
	assert_in_range(n_told, 1, 3);
	assert_string_equal(told[0].name, "module-text");
}

/* Its text is taken in the first round that sees it, whoever's turn it is. */
static void new_module(void **state)
{
	const struct module *m = &watch.module[0];

	(void)state;
	mock_u64(&guest, MODULES, MODULES);
	mock_u64(&guest, MODULES + 8, MODULES);
	mock_u64(&guest, KSET, KSET);
	watch_limit(&watch, clock_us, 1);
	round_of();
	put_module();
	mock_u32(&guest, MODULE, 1);
	mock_u32(&guest, MOD_TREE + 12, 1);
	now_us += 1000;
	round_of();
	assert_int_equal(watch.look.n_modules, 1);
	/* it is being loaded */
	assert_null(module_texts_find(&watch.module_texts, m));
	assert_true(watch_awaits(&watch));
	mock_u32(&guest, MODULE, 0);
	now_us += 1000;
	round_of();
	assert_false(watch_awaits(&watch));
	assert_non_null(module_texts_find(&watch.module_texts, m));
	*mock_at(&guest, MODULE_TEXT + 0x123) ^= 0xff;
	for (int i = 0; i < 40; i++)
		round_of();
	assert_int_equal(result_of("module-text"), LOOK_FINDING);
}

/* Another module in the place of one that went, of the same size: it is not compared with that. */
static void replaced(void **state)
{
	(void)state;
	round_of();
	mock_u32(&guest, MODULE, 1);
	mock_u32(&guest, MOD_TREE + 12, 1);
	*mock_at(&guest, MODULE_TEXT + 0x123) ^= 0xff;
	round_of();
	mock_u32(&guest, MODULE, 0);
	round_of();
	round_of();
	assert_int_equal(n_told, 0);
	*mock_at(&guest, MODULE_TEXT + 0x123) ^= 0xff;
	assert_one("module-text");
}

/* Modules that were there at first did not come; of those that did, which were seen in time? */
static void came(void **state)
{
	struct msg_looked m = { 0 };

	(void)state;
	round_of();
	/* it goes, and comes again: seen before its init has returned, and another time after */
	for (uint32_t n = 0; n < 2; n++) {
		mock_u64(&guest, MODULES, MODULES);
		mock_u64(&guest, MODULES + 8, MODULES);
		mock_u64(&guest, KSET, KSET);
		mock_u32(&guest, MOD_TREE + 12, 3 * n + 1);
		round_of();
		put_module();
		mock_u32(&guest, MODULE, !n);
		mock_u32(&guest, MOD_TREE + 12, 3 * n + 2);
		round_of();
		mock_u32(&guest, MODULE, 0);
		mock_u32(&guest, MOD_TREE + 12, 3 * n + 3);
		round_of();
	}
	watch_status(&watch, &m);
	assert_int_equal(m.n_came, 2);
	assert_int_equal(m.n_coming, 1);
}

/* Between two rounds it is seen that a module came or went. */
static void glance(void **state)
{
	(void)state;
	assert_false(watch_glance(&watch));
	round_of();
	assert_false(watch_glance(&watch));
	mock_u32(&guest, MOD_TREE + 12, 1);
	assert_true(watch_glance(&watch));
	round_of();
	assert_false(watch_glance(&watch));
	/* what cannot be read any more is no module */
	watch.look.profile = NULL;
	mock_u32(&guest, MOD_TREE + 12, 2);
	assert_false(watch_glance(&watch));
}

/* Another module at the same place is another. */
static void module_again(void **state)
{
	(void)state;
	round_of();
	mock_u64(&guest, MODULES, MODULES);
	mock_u64(&guest, MODULES + 8, MODULES);
	mock_u64(&guest, KSET, KSET);
	mock_map(&guest, MODULE_TEXT, MEMORY_NX);
	round_of();
	*mock_at(&guest, MODULE_TEXT + 0x123) ^= 0xff;
	mock_map(&guest, MODULE_TEXT, 0);
	put_module();
	round_of();
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("module-text"), LOOK_CLEAN);
}

static void half_a_variant(void **state)
{
	(void)state;
	mock_put(&guest, TEXT + 0xffe, "\x0f\x1f", 2);
	assert_one("text");
}

static void hidden_module(void **state)
{
	(void)state;
	mock_u64(&guest, MODULES, MODULES);
	round_of();
	assert_int_equal(n_told, 2);
	assert_string_equal(told[0].name, "module-views");
	assert_string_equal(told[1].name, "code-pages");
	assert_int_equal(told[1].address, MODULE_TEXT);
}

static void writable_code(void **state)
{
	(void)state;
	mock_map(&guest, MODULE_TEXT, MEMORY_WRITABLE);
	assert_one("code-pages");
}

static void rounds_of(unsigned int n)
{
	while (n--)
		round_of();
}

static unsigned int code_pages(void)
{
	for (unsigned int i = 0; i < n_checks; i++)
		if (!strcmp(checks[i].name, "code-pages"))
			return i;
	return 0;
}

/* What was executed is on its way out, or it stays. */
static void patient(void **state)
{
	(void)state;
	watch.is_hasty = false;
	mock_map(&guest, HEAP + 0x3000, 0);
	rounds_of(PATIENCE_ROUNDS);
	assert_int_equal(result_of("code-pages"), LOOK_CLEAN);
	mock_map(&guest, HEAP + 0x3000, MEMORY_NX);
	round_of();
	mock_map(&guest, HEAP + 0x3000, 0);
	rounds_of(PATIENCE_ROUNDS);
	assert_int_equal(n_told, 0);
	assert_one("code-pages");
	assert_int_equal(told[0].address, HEAP + 0x3000);
}

/* It is looked at in each round, whoever's turn it is; what was told once waits no more. */
static void patient_with_little_time(void **state)
{
	unsigned int n = 0;

	(void)state;
	watch.is_hasty = false;
	watch_limit(&watch, clock_us, 1);
	round_of();
	mock_map(&guest, HEAP + 0x3000, 0);
	while (!watch.check[code_pages()].patience.keys.n && n++ < 40)
		round_of();
	rounds_of(PATIENCE_ROUNDS - 1);
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("code-pages"), LOOK_CLEAN);
	round_of();
	assert_int_equal(n_told, 1);
	for (int i = 0; i < 40; i++) {
		round_of();
		assert_int_equal(result_of("code-pages"), LOOK_FINDING);
	}
	assert_int_equal(n_told, 1);
	mock_map(&guest, HEAP + 0x3000, MEMORY_NX);
	rounds_of(200);
	assert_int_equal(result_of("code-pages"), LOOK_CLEAN);
}

/* The kernel writes a breakpoint first; who leaves it there is told of, later than elsewhere. */
static void being_written(void **state)
{
	(void)state;
	watch.is_hasty = false;
	mock_put(&guest, MODULE_TEXT + 0x40, "\x0f\x1f\x44\0\0", 5);
	round_of();
	mock_put(&guest, TEXT + 0x400, "\xcc\x1f\x44\0\0", 5);
	put_branch(TEXT + 0x600, 0xcc, TEXT + 0x400);
	put_branch(MODULE_TEXT + 0x40, 0xcc, TEXT + 0x400);
	rounds_of(PATIENCE_ROUNDS);
	assert_int_equal(result_of("text"), LOOK_CLEAN);
	assert_int_equal(result_of("module-text"), LOOK_CLEAN);
	mock_put(&guest, TEXT + 0x400, "\x0f\x1f\x44\0\0", 5);
	put_branch(TEXT + 0x600, 0xe8, TEXT + 0x400);
	put_branch(MODULE_TEXT + 0x40, 0xe8, TEXT + 0x400);
	round_of();
	assert_int_equal(n_told, 0);
	/* what nobody would have begun so, is told at once, also beside what somebody would */
	mock_put(&guest, TEXT + 0x400, "\xcc\x1f\x44\1\0", 5);
	put_branch(TEXT + 0x600, 0xcc, TEXT + 0x400);
	round_of();
	assert_int_equal(n_told, 1);
	assert_int_equal(told[0].address, TEXT + 0x400);
	rounds_of(PATIENCE_ROUNDS);
	assert_int_equal(n_told, 2);
	assert_int_equal(told[1].address, TEXT + 0x600);
	*mock_at(&guest, MODULE_TEXT + 0x40) = 0xcc;
	rounds_of(PATIENCE_ROUNDS);
	assert_int_equal(n_told, 2);
	round_of();
	/* one a row of bytes that differ */
	assert_in_range(n_told, 3, 5);
	assert_string_equal(told[2].name, "module-text");
}

/* A page that changes with each look is the same. */
static void restless(void **state)
{
	(void)state;
	watch.is_hasty = false;
	mock_map(&guest, HEAP + 0x3000, 0);
	for (unsigned int i = 0; i < PATIENCE_ROUNDS; i++) {
		*mock_at(&guest, HEAP + 0x3000) = i;
		round_of();
	}
	assert_int_equal(n_told, 0);
	*mock_at(&guest, HEAP + 0x3000) = 0xc3;
	assert_one("code-pages");
	assert_int_equal(told[0].n_found_bytes, FINDING_BYTES_MAX);
	assert_int_equal(told[0].found_bytes[0], 0xc3);
}

/* As long as modules come and go it may be of one of them; but not for ever. */
static void modules_come_and_go(void **state)
{
	unsigned int n;

	(void)state;
	watch.is_hasty = false;
	mock_map(&guest, HEAP + 0x3000, 0);
	for (n = 0; n + 1 < PATIENCE_MAX; n++) {
		mock_u32(&guest, MOD_TREE + 12, n);
		round_of();
	}
	assert_int_equal(n_told, 0);
	assert_one("code-pages");
}

/* A guest that stands still in the middle of it has nothing to hide. */
static void stands_still(void **state)
{
	(void)state;
	watch.is_hasty = false;
	mock_u64(&guest, TICKS, 1);
	mock_map(&guest, HEAP + 0x3000, 0);
	for (unsigned int i = 0; i < 2 * PATIENCE_MAX; i++)
		if (watch_round(&watch, &vcpu, 1))
			watch_confirm(&watch, &vcpu, 1, take, NULL);
	assert_int_equal(n_told, 0);
	/* a grace period that began before, and does not end */
	mock_u64(&guest, RCU + 8, 4 * 7 + 1);
	mock_map(&guest, HEAP + 0x3000, MEMORY_NX);
	round_of();
	mock_map(&guest, HEAP + 0x3000, 0);
	rounds_of(PATIENCE_ROUNDS + 3);
	assert_int_equal(n_told, 0);
	mock_u64(&guest, RCU + 8, 4 * 8);
	assert_one("code-pages");
}

/* ftrace keeps the trampoline of a user that is not registered now. */
static void kept_trampoline(void **state)
{
	const uint64_t ops = HEAP + 0xe00, page = HEAP + 0x3000;

	(void)state;
	mock_map(&guest, page, 0);
	put_list(KEPT, ops + 32);
	mock_u64(&guest, ops, TEXT + 0x400);
	mock_u64(&guest, ops + 16, page);
	mock_u64(&guest, ops + 24, 200);
	round_of();
	assert_int_equal(n_told, 0);
	/* one whose function is nobody's */
	mock_u64(&guest, ops, HEAP + 0xf00);
	assert_one("code-pages");
	assert_int_equal(told[0].address, page);
}

static void alias(void **state)
{
	(void)state;
	mock_map(&guest, HEAP + 0x5000, MEMORY_NX | MEMORY_WRITABLE);
	*mock_entry(&guest, HEAP + 0x5000, 0) =
		(*mock_entry(&guest, TEXT + 0x1000, 0) & MEMORY_FRAMES) | MEMORY_PRESENT |
		MEMORY_NX | MEMORY_WRITABLE;
	assert_one("writable-text");
	assert_int_equal(told[0].address, HEAP + 0x5000);
}

static void strange_ftrace(void **state)
{
	(void)state;
	mock_u64(&guest, OPS_LIST, HEAP + 0xe00);
	mock_u64(&guest, HEAP + 0xe00, MODULE_TEXT + 8);
	mock_u64(&guest, HEAP + 0xe08, OPS_END);
	round_of();
	assert_int_equal(n_told, 0);
	mock_u64(&guest, HEAP + 0xe00, HEAP + 0xf00);
	assert_one("ftrace");
}

/* A probe that is registered accounts for its breakpoint, and for no other. */
static void breakpoints(void **state)
{
	(void)state;
	mock_u64(&guest, PROBES + 8, HEAP + 0xe00);
	mock_u64(&guest, HEAP + 0xe10, TEXT + 0x700);
	*mock_at(&guest, TEXT + 0x700) = 0xcc;
	round_of();
	assert_int_equal(n_told, 0);
	*mock_at(&guest, TEXT + 0x708) = 0xcc;
	assert_one("text");
	assert_int_equal(told[0].address, TEXT + 0x708);
}

/* Several at one place: the one in the table is the kernel's, theirs are in its list. */
static void strange_probe(void **state)
{
	const uint64_t several = HEAP + 0xe00, one = HEAP + 0xf00;

	(void)state;
	mock_u64(&guest, PROBES, several);
	mock_u64(&guest, several + 16, TEXT + 0x700);
	mock_u64(&guest, several + 24, TEXT + 0x800);
	put_list(several + 40, one + 40);
	mock_u64(&guest, one + 24, MODULE_TEXT);
	round_of();
	assert_int_equal(n_told, 0);
	mock_u64(&guest, one + 24, HEAP);
	assert_one("kprobes");
}

/* A program whose id is in no table, and a part of it, which has none */
static void hidden_bpf(void **state)
{
	const uint64_t aux = HEAP + 0xe00, part = HEAP + 0xf00;

	(void)state;
	put_list(KSYMS, aux + 8);
	mock_u64(&guest, aux + 8, part + 8);
	mock_u64(&guest, part + 8, KSYMS);
	*mock_at(&guest, aux + 8 + 16) = 1;
	*mock_at(&guest, part + 8 + 16) = 1;
	round_of();
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("bpf-programs"), LOOK_CLEAN);
	mock_u32(&guest, aux, 7);
	assert_one("bpf-programs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(patched, set_up),
		cmocka_unit_test_setup(left_behind, set_up),
		cmocka_unit_test_setup(patched_module, set_up),
		cmocka_unit_test_setup(own_patches, set_up),
		cmocka_unit_test_setup(not_its_own, set_up),
		cmocka_unit_test_setup(module_patches, set_up),
		cmocka_unit_test_setup(new_module, set_up),
		cmocka_unit_test_setup(replaced, set_up),
		cmocka_unit_test_setup(came, set_up),
		cmocka_unit_test_setup(glance, set_up),
		cmocka_unit_test_setup(module_again, set_up),
		cmocka_unit_test_setup(half_a_variant, set_up),
		cmocka_unit_test_setup(hidden_module, set_up),
		cmocka_unit_test_setup(writable_code, set_up),
		cmocka_unit_test_setup(patient, set_up),
		cmocka_unit_test_setup(patient_with_little_time, set_up),
		cmocka_unit_test_setup(being_written, set_up),
		cmocka_unit_test_setup(restless, set_up),
		cmocka_unit_test_setup(modules_come_and_go, set_up),
		cmocka_unit_test_setup(stands_still, set_up),
		cmocka_unit_test_setup(kept_trampoline, set_up),
		cmocka_unit_test_setup(alias, set_up),
		cmocka_unit_test_setup(strange_ftrace, set_up),
		cmocka_unit_test_setup(breakpoints, set_up),
		cmocka_unit_test_setup(strange_probe, set_up),
		cmocka_unit_test_setup(hidden_bpf, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down_all);
}
