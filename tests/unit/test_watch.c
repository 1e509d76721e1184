// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of watching a guest: which kernel it is, rounds, registers and data
 */
#include "small_guest.h"

#include "lib/finding.h"

/* What a check is called is what rules call it, and in that order. */
static void names(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < n_checks; i++)
		assert_string_equal(finding_check(i), checks[i].name);
}

static void sound(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++)
		round_of();
	for (unsigned int i = 0; i < n_told; i++)
		print_message("%s: %s: %s\n", told[i].name, told[i].object, told[i].text);
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("text"), LOOK_CLEAN);
	assert_int_equal(result_of("rodata"), LOOK_CLEAN);
	assert_int_equal(result_of("module-views"), LOOK_CLEAN);
	assert_int_equal(result_of("process-views"), LOOK_CLEAN);
	assert_int_equal(result_of("code-pages"), LOOK_CLEAN);
	assert_int_equal(result_of("idt"), LOOK_CLEAN);
	/* this kernel has no security hooks */
	assert_int_equal(result_of("lsm-calls"), LOOK_COULD_NOT);
}

static void unknown_kernel(void **state)
{
	struct msg_looked m = { 0 };

	(void)state;
	*mock_at(&guest, NOTES + 16) = 'x';
	round_of();
	watch_status(&watch, &m);
	assert_int_equal(m.has_profile, 0);
	assert_int_equal(result_of("text"), LOOK_COULD_NOT);
	assert_int_equal(result_of("control-registers"), LOOK_CLEAN);
	vcpu.cr0 &= ~(1ULL << 16);
	assert_one("control-registers");
}

static void still_booting(void **state)
{
	(void)state;
	mock_u32(&guest, STATE, 1);
	*mock_at(&guest, TEXT + 0x10) ^= 1;
	round_of();
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("text"), LOOK_COULD_NOT);
}

static void registers(void **state)
{
	(void)state;
	vcpu.lstar = TEXT + 0x400;
	assert_one("syscall-entry");
	assert_int_equal(told[0].address, TEXT + 0x400);
	assert_string_equal(told[0].object, "function+0");
}

static void pinned_bits(void **state)
{
	(void)state;
	vcpu.cr4 = 0;
	assert_one("control-registers");
}

/* A guest that goes on without these is not to be had: system calls, and pages without code. */
static void efer_bits(void **state)
{
	(void)state;
	vcpu.efer &= ~(1ULL << 11);
	assert_one("control-registers");
	vcpu.efer |= 1ULL << 11;
	vcpu.efer &= ~1ULL;
	round_of();
	assert_int_equal(n_told, 2);
}

/* Only a suspicion: the second look sees nothing any more. */
static void passing(void **state)
{
	(void)state;
	*mock_at(&guest, TEXT + 0x10) ^= 1;
	assert_true(watch_round(&watch, &vcpu, 1));
	*mock_at(&guest, TEXT + 0x10) ^= 1;
	watch_confirm(&watch, &vcpu, 1, take, NULL);
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("text"), LOOK_CLEAN);
}

/* A round that has no time: in each a part, all of it in some; and it is told once. */
static void little_time(void **state)
{
	unsigned int n_rounds = 0;

	(void)state;
	watch_limit(&watch, clock_us, 1);
	round_of();
	*mock_at(&guest, TEXT + 0x1010) ^= 0xff;
	while (!n_told && n_rounds++ < 20)
		round_of();
	assert_int_equal(n_told, 1);
	assert_in_range(n_rounds, 1, 19);
	for (int i = 0; i < 40; i++) {
		round_of();
		assert_int_equal(result_of("text"), LOOK_FINDING);
	}
	assert_int_equal(n_told, 1);
	*mock_at(&guest, TEXT + 0x1010) ^= 0xff;
	for (int i = 0; i < 40; i++)
		round_of();
	assert_int_equal(result_of("text"), LOOK_CLEAN);
	assert_int_equal(result_of("code-pages"), LOOK_CLEAN);
	assert_int_equal(n_told, 1);
}

/* All is looked at in the first round, and then again and again, if there is time. */
static void turns(void **state)
{
	uint64_t n;

	(void)state;
	assert_int_equal(watch_turns(&watch), 0);
	round_of();
	assert_int_equal(watch_turns(&watch), 1);
	watch_limit(&watch, clock_us, 1);
	round_of();
	assert_int_equal(watch_turns(&watch), 1);
	for (int i = 0; i < 300; i++)
		round_of();
	n = watch_turns(&watch);
	assert_in_range(n, 2, 60);
}

/* How long those checks have taken that take turns */
static uint64_t long_us(void)
{
	uint64_t us = 0;

	for (unsigned int i = 0; i < n_checks; i++)
		us += checks[i].in_turn ? watch.check[i].busy_us : 0;
	return us;
}

/* What it has taken too much is taken from the long checks, but never all of it. */
static void pays_back(void **state)
{
	uint64_t us;

	(void)state;
	watch_limit(&watch, clock_us, 200);
	round_of();
	us = long_us();
	for (int i = 0; i < 50; i++) {
		now_us += 5000;
		round_of();
	}
	/* a quarter of the share; what they had too much in the first round they have less */
	assert_in_range(long_us() - us, 45 * 50, 51 * 50);
	/* where there is time for all of them, they are looked at in each round */
	watch_limit(&watch, clock_us, 600);
	for (int i = 0; i < 20; i++)
		round_of();
	us = watch_turns(&watch);
	for (int i = 0; i < 20; i++)
		round_of();
	assert_int_equal(watch_turns(&watch) - us, 20);
	/* rounds that follow each other at once have no more together than one */
	us = long_us();
	for (int i = 0; i < 10; i++) {
		watch_early(&watch, 100);
		round_of();
	}
	assert_in_range(long_us() - us, 0, 900);
}

static void read_only_data(void **state)
{
	(void)state;
	*mock_at(&guest, RODATA + 8) ^= 1;
	assert_one("rodata");
}

static void interrupt(void **state)
{
	(void)state;
	round_of();
	*mock_at(&guest, IDT + 14 * 16) ^= 8;
	assert_one("idt");
}

static void other_modprobe(void **state)
{
	(void)state;
	mock_put(&guest, MODPROBE, "/tmp/x", 7);
	assert_one("helper-paths");
}

static void wiped_taint(void **state)
{
	(void)state;
	mock_u64(&guest, TAINTED, 1 << 12);
	round_of();
	mock_u64(&guest, TAINTED, 1 << 12 | 1 << 13);
	round_of();
	assert_int_equal(n_told, 0);
	mock_u64(&guest, TAINTED, 1 << 13);
	assert_one("taint");
}

/* Lists that lead nowhere, or round: that is said, and ends. */
static void bad_lists(void **state)
{
	(void)state;
	mock_u64(&guest, TASK + 16, TASK + 16);
	round_of();
	assert_int_equal(result_of("process-views"), LOOK_COULD_NOT);
	mock_u64(&guest, TASK + 16, 0x1234);
	round_of();
	assert_int_equal(result_of("process-views"), LOOK_COULD_NOT);
	mock_u64(&guest, MODULES, 0xffff888055555000ULL);
	round_of();
	assert_int_equal(result_of("text"), LOOK_COULD_NOT);
	assert_int_equal(n_told, 0);
}

static void has_moved(void **state)
{
	const uint64_t by = 2 << 20;
	uint32_t value;

	(void)state;
	link_lower(by, true);
	mock_u64(&guest, RODATA + 0x100, HEAP + by);
	memcpy(&value, rodata + 0x200, 4);
	mock_u32(&guest, RODATA + 0x200, value + by);
	memcpy(&value, rodata + 0x300, 4);
	mock_u32(&guest, RODATA + 0x300, value - by);
	round_of();
	assert_int_equal(watch.look.delta, by);
	assert_int_equal(n_told, 0);
	assert_int_equal(result_of("rodata"), LOOK_CLEAN);
	/* what did not move with it was changed */
	mock_u64(&guest, RODATA + 0x100, HEAP);
	assert_one("rodata");
}

static void has_moved_and_who_knows(void **state)
{
	(void)state;
	link_lower(2 << 20, false);
	round_of();
	assert_int_equal(result_of("text"), LOOK_COULD_NOT);
	assert_int_equal(result_of("idt"), LOOK_CLEAN);
	assert_int_equal(n_told, 0);
}

/* Its own page tables count, not those of a process that has others. */
static void other_tables(void **state)
{
	(void)state;
	round_of();
	vcpu.cr3 = 0x123456000;
	round_of();
	assert_int_equal(result_of("text"), LOOK_CLEAN);
	assert_int_equal(n_told, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test_setup(sound, set_up),
		cmocka_unit_test_setup(unknown_kernel, set_up),
		cmocka_unit_test_setup(still_booting, set_up),
		cmocka_unit_test_setup(registers, set_up),
		cmocka_unit_test_setup(pinned_bits, set_up),
		cmocka_unit_test_setup(efer_bits, set_up),
		cmocka_unit_test_setup(passing, set_up),
		cmocka_unit_test_setup(little_time, set_up),
		cmocka_unit_test_setup(turns, set_up),
		cmocka_unit_test_setup(pays_back, set_up),
		cmocka_unit_test_setup(read_only_data, set_up),
		cmocka_unit_test_setup(interrupt, set_up),
		cmocka_unit_test_setup(other_modprobe, set_up),
		cmocka_unit_test_setup(wiped_taint, set_up),
		cmocka_unit_test_setup(bad_lists, set_up),
		cmocka_unit_test_setup(has_moved, set_up),
		cmocka_unit_test_setup(has_moved_and_who_knows, set_up),
		cmocka_unit_test_setup(other_tables, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down_all);
}
