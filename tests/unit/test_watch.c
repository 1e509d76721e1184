// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of watching a guest: a small sound one, then what is done to it
 */
#include "cmocka_all.h"

#include "mock_guest.h"
#include "mock_profile.h"
#include "lib/finding.h"
#include "vmi/checks.h"
#include "vmi/watch.h"

/* Where things are in the kernel that is made here; each page has one kind */
#define BASE		0xffffffff81000000ULL
#define TEXT		BASE
#define TEXT_LEN	0x2000
#define RODATA		(BASE + 0x4000)
#define NOTES		(RODATA + 0x800)
#define DATA		(BASE + 0x6000)
#define TABLES		(BASE + 0x8000)
#define IDT		(BASE + 0x9000)
#define END		(BASE + 0x10000)

#define MODULES		(DATA + 0x00)
#define KSET_PTR	(DATA + 0x10)
#define INIT_TASK	(DATA + 0x100)
#define INIT_CRED	(DATA + 0x180)
#define PID_NS		(DATA + 0x200)
#define OPS_LIST	(DATA + 0x240)
#define OPS_END		(DATA + 0x250)
#define PROBES		(DATA + 0x300)
#define MODPROBE	(DATA + 0x600)
#define STATE		(DATA + 0x680)
#define PINNED		(DATA + 0x688)
#define TAINTED		(DATA + 0x690)
#define USERS		(DATA + 0x6a0)
#define BLOBS		(DATA + 0x6b0)
#define PROGRAMS	(DATA + 0x6c0)
#define KSYMS		(DATA + 0x6e0)

/* and what the kernel has allocated */
#define HEAP		0xffff888000010000ULL
#define KSET		(HEAP + 0x000)
#define TASK		(HEAP + 0x100)	/* of pid 1, then of pid 2 */
#define TASK_LEN	0x80
#define PID		(HEAP + 0x400)
#define NODE		(HEAP + 0x800)
#define MODULE		(HEAP + 0xc00)
#define MKOBJ		(HEAP + 0xd00)
#define CREDS		(HEAP + 0x700)	/* of pid 1, then of pid 2 */
#define CRED_LEN	0x20
#define TASK_BLOBS	(HEAP + 0x780)
#define BLOB_OFFSET	16
#define MODULE_TEXT	0xffffffffa0000000ULL

static struct mock_guest guest;
static struct mock_profile mock;
static struct watch watch;
static struct msg_vcpu vcpu;
static uint8_t text[TEXT_LEN];
static uint8_t rodata[0x1000];

/* It goes on with each look at it. */
static uint64_t now_us;

static uint64_t clock_us(void)
{
	return now_us += 10;
}

static struct msg_finding told[64];
static unsigned int n_told;

static void take(void *arg, const struct msg_finding *f)
{
	(void)arg;
	assert_true(n_told < ARRAY_SIZE(told));
	told[n_told++] = *f;
}

static void symbols(void)
{
	static const struct {
		const char *name;
		uint64_t address;
		enum profile_symbol_kind kind;
	} list[] = {
		{ "_text", TEXT, SYMBOL_OTHER }, { "_etext", TEXT + TEXT_LEN, SYMBOL_OTHER },
		{ "entry_SYSCALL_64", TEXT + 0x100, SYMBOL_OTHER },
		{ "entry_SYSCALL_compat", TEXT + 0x200, SYMBOL_OTHER },
		{ "asm_exc_page_fault", TEXT + 0x300, SYMBOL_OTHER },
		{ "function", TEXT + 0x400, SYMBOL_FUNCTION },
		{ "aggr_pre_handler", TEXT + 0x800, SYMBOL_FUNCTION },
		{ "ftrace_caller", TEXT + 0x500, SYMBOL_FUNCTION },
		{ "__start_notes", NOTES, SYMBOL_OTHER },
		{ "__stop_notes", NOTES + 64, SYMBOL_OTHER },
		{ "modules", MODULES, SYMBOL_OBJECT }, { "module_kset", KSET_PTR, SYMBOL_OBJECT },
		{ "init_task", INIT_TASK, SYMBOL_OBJECT }, { "init_cred", INIT_CRED, SYMBOL_OBJECT },
		{ "init_pid_ns", PID_NS, SYMBOL_OBJECT },
		{ "ftrace_ops_list", OPS_LIST, SYMBOL_OBJECT },
		{ "ftrace_list_end", OPS_END, SYMBOL_OBJECT },
		{ "kprobe_table", PROBES, SYMBOL_OBJECT },
		{ "modprobe_path", MODPROBE, SYMBOL_OBJECT },
		{ "system_state", STATE, SYMBOL_OBJECT },
		{ "tainted_mask", TAINTED, SYMBOL_OBJECT },
		{ "cr4_pinned_bits", PINNED, SYMBOL_OBJECT },
		{ "init_user_ns", USERS, SYMBOL_OBJECT },
		{ "starlsm_blob_sizes", BLOBS, SYMBOL_OBJECT },
		{ "prog_idr", PROGRAMS, SYMBOL_OBJECT }, { "bpf_kallsyms", KSYMS, SYMBOL_OBJECT },
		{ "init_top_pgt", TABLES, SYMBOL_OBJECT }, { "idt_table", IDT, SYMBOL_OBJECT },
		{ "_end", END, SYMBOL_OTHER },
	};

	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		mock_symbol(&mock, list[i].name, list[i].address, 0, list[i].kind);
}

static void members(void)
{
	static const struct {
		const char *name;
		uint32_t offset, size;
	} list[] = {
		{ "module.state", 0, 4 }, { "module.list", 8, 16 }, { "module.name", 24, 56 },
		{ "module.mem", 96, 112 }, { "module_memory", 0, 16 },
		{ "module_memory.base", 0, 8 }, { "module_memory.size", 8, 4 },
		{ "kset.list", 0, 16 }, { "kobject.entry", 8, 16 },
		{ "module_kobject.kobj", 0, 64 }, { "module_kobject.mod", 64, 8 },
		{ "task_struct.flags", 0, 4 }, { "task_struct.pid", 4, 4 },
		{ "task_struct.tgid", 8, 4 }, { "task_struct.tasks", 16, 16 },
		{ "task_struct.real_cred", 32, 8 }, { "task_struct.comm", 40, 16 },
		{ "task_struct.pid_links", 64, 64 }, { "task_struct.worker_private", 56, 8 },
		{ "kthread.threadfn", 0, 8 },
		{ "task_struct.security", 72, 8 }, { "task_struct.atomic_flags", 80, 8 },
		{ "task_struct.start_time", 88, 8 }, { "cred.uid", 0, 4 }, { "cred.euid", 4, 4 },
		{ "cred.user_ns", 8, 8 }, { "cred.cap_effective", 16, 8 },
		{ "lsm_blob_sizes.lbs_task", 4, 4 }, { "starlsm_task.id", 0, 8 },
		{ "pid_namespace.idr", 0, 24 }, { "idr.idr_rt", 0, 16 },
		{ "xarray.xa_head", 8, 8 }, { "xa_node.shift", 0, 1 }, { "xa_node.slots", 40, 512 },
		{ "pid.tasks", 16, 32 },
		{ "bpf_ksym.lnode", 0, 16 }, { "bpf_ksym.prog", 16, 1 },
		{ "bpf_prog_aux.ksym", 8, 32 }, { "bpf_prog_aux.id", 0, 4 },
		{ "ftrace_ops.func", 0, 8 }, { "ftrace_ops.next", 8, 8 },
		{ "ftrace_ops.trampoline", 16, 8 }, { "ftrace_ops.trampoline_size", 24, 8 },
		{ "kprobe.hlist", 0, 16 }, { "kprobe.addr", 16, 8 },
		{ "kprobe.pre_handler", 24, 8 }, { "kprobe.post_handler", 32, 8 },
		{ "kprobe.list", 40, 16 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(list); i++)
		mock_member(&mock, list[i].name, list[i].offset, list[i].size);
}

static void make_profile(void)
{
	memset(&mock, 0, sizeof(mock));
	mock.base = BASE;
	memcpy(mock.build_id, "01234567890123456789", sizeof(mock.build_id));
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i * 7;
	for (size_t i = 0; i < sizeof(rodata); i++)
		rodata[i] = i * 3;
	memcpy(rodata + (NOTES - RODATA) + 16, mock.build_id, sizeof(mock.build_id));
	symbols();
	members();
	mock_region(&mock, REGION_TEXT, TEXT, text, sizeof(text));
	mock_region(&mock, REGION_RODATA, RODATA, rodata, sizeof(rodata));
	mock_site(&mock, SITE_FTRACE, TEXT + 0x400, 5);
	mock_variant(&mock, VARIANT_BYTES, "\x0f\x1f\x44\0\0", 5);
	mock_site(&mock, SITE_STATIC_CALL, TEXT + 0x600, 5);
	mock_variant(&mock, VARIANT_BRANCH, "\xe8\0\0\0\0", 5);
	/* over the edge of a page */
	mock_site(&mock, SITE_ALTERNATIVE, TEXT + 0xffe, 4);
	mock_variant(&mock, VARIANT_BYTES, "\x0f\x1f\x40\0", 4);
	mock_variant(&mock, VARIANT_BYTES, "\x66\x90", 2);
	mock_profile_make(&mock);
}

/* The same kernel, linked lower: what is in the guest has moved up by so much. */
static void link_lower(uint64_t by, bool movable)
{
	uint64_t address = HEAP;

	make_profile();
	mock.base -= by;
	for (unsigned int i = 0; i < mock.n_symbols; i++)
		mock.symbol[i].address -= by;
	for (unsigned int i = 0; i < mock.n_regions; i++)
		mock.region[i].address -= by;
	for (unsigned int i = 0; i < mock.n_sites; i++)
		mock.site[i].address -= by;
	mock.movable = movable;
	mock.reloc[0] = (struct profile_reloc){ RODATA - by + 0x100, 8, 0 };
	mock.reloc[1] = (struct profile_reloc){ RODATA - by + 0x200, 4, 0 };
	mock.reloc[2] = (struct profile_reloc){ RODATA - by + 0x300, -4, 0 };
	mock.n_relocs = movable ? 3 : 0;
	memcpy(mock.bytes + TEXT_LEN + 0x100, &address, 8);
	mock_profile_make(&mock);
	module_texts_forget(&watch.module_texts);
	memset(&watch, 0, sizeof(watch));
	watch_init(&watch, mock_page, &guest, false, 1);
	assert_null(watch_add_profile(&watch, mock.file, mock.size));
}

static void put_list(uint64_t head, uint64_t node)
{
	mock_u64(&guest, head, node);
	mock_u64(&guest, node, head);
}

static void put_task(unsigned int i, uint64_t node, uint64_t next)
{
	uint64_t task = TASK + i * TASK_LEN, pid = PID + i * 64;

	mock_u32(&guest, task + 4, i + 1);
	mock_u32(&guest, task + 8, i + 1);
	mock_u64(&guest, node, task + 16);
	mock_u64(&guest, task + 16, next);
	mock_u64(&guest, task + 32, CREDS + i * CRED_LEN);
	mock_u32(&guest, CREDS + i * CRED_LEN, 1000 * i);
	mock_u32(&guest, CREDS + i * CRED_LEN + 4, 1000 * i);
	mock_u64(&guest, CREDS + i * CRED_LEN + 8, USERS);
	mock_u64(&guest, task + 72, TASK_BLOBS + i * 8);
	mock_u64(&guest, TASK_BLOBS + i * 8 + BLOB_OFFSET, 70 + i);
	mock_put(&guest, task + 40, "some\x1b", 6);
	mock_u64(&guest, pid + 16, task + 64);
	mock_u64(&guest, NODE + 40 + 8 * (i + 1), pid);
}

static void put_module(void)
{
	put_list(MODULES, MODULE + 8);
	mock_put(&guest, MODULE + 24, "sound", 6);
	mock_u64(&guest, MODULE + 96, MODULE_TEXT);
	mock_u32(&guest, MODULE + 104, 4096);
	mock_u64(&guest, KSET_PTR, KSET);
	put_list(KSET, MKOBJ + 8);
	mock_u64(&guest, MKOBJ + 64, MODULE);
}

static void put_idt(void)
{
	uint64_t entry = TEXT + 0x300;

	for (unsigned int i = 0; i < 32; i++) {
		mock_u64(&guest, IDT + i * 16, (entry & 0xffff) | 0x10 << 16 | 0x8e00ULL << 32 |
			 ((entry >> 16) & 0xffff) << 48);
		mock_u64(&guest, IDT + i * 16 + 8, entry >> 32);
	}
}

static void map_all(void)
{
	for (uint64_t at = TEXT; at < TEXT + TEXT_LEN; at += MEMORY_PAGE)
		mock_map(&guest, at, 0);
	mock_map(&guest, RODATA, MEMORY_NX);
	mock_map(&guest, DATA, MEMORY_WRITABLE | MEMORY_NX);
	mock_map(&guest, TABLES, MEMORY_WRITABLE | MEMORY_NX);
	mock_map(&guest, IDT, MEMORY_NX);
	mock_map(&guest, HEAP, MEMORY_WRITABLE | MEMORY_NX);
	mock_map(&guest, MODULE_TEXT, 0);
	/* the symbol leads to the table itself */
	*mock_entry(&guest, TABLES, 0) = guest.root << 12 | MEMORY_PRESENT | MEMORY_NX |
					 MEMORY_WRITABLE;
}

static void put_all(void)
{
	mock_put(&guest, TEXT, text, sizeof(text));
	mock_put(&guest, RODATA, rodata, sizeof(rodata));
	put_module();
	put_task(0, INIT_TASK + 16, TASK + TASK_LEN + 16);
	put_task(1, TASK + 16, INIT_TASK + 16);
	mock_u64(&guest, PID_NS + 8, NODE + 2);
	mock_u64(&guest, OPS_LIST, OPS_END);
	mock_u64(&guest, KSYMS, KSYMS);
	mock_put(&guest, MODPROBE, "/sbin/modprobe", 15);
	mock_u32(&guest, STATE, 3);
	mock_u64(&guest, PINNED, 1 << 20);
	mock_u32(&guest, BLOBS + 4, BLOB_OFFSET);
	put_idt();
}

static int tear_down_all(void **state)
{
	(void)state;
	module_texts_forget(&watch.module_texts);
	return 0;
}

static int set_up(void **state)
{
	(void)state;
	make_profile();
	mock_start(&guest);
	map_all();
	put_all();
	module_texts_forget(&watch.module_texts);
	memset(&watch, 0, sizeof(watch));
	watch_init(&watch, mock_page, &guest, false, 1);
	assert_null(watch_add_profile(&watch, mock.file, mock.size));
	watch.patience = 0;
	vcpu = (struct msg_vcpu){
		.n_vcpus = 1, .is_online = 1, .cr0 = 0x80050033, .cr3 = guest.root << 12,
		.cr4 = 1 << 20, .efer = 0xd01, .star = 0x0023001000000000ULL,
		.lstar = TEXT + 0x100, .cstar = TEXT + 0x200, .sfmask = 0x257fd5,
		.idtr_base = IDT, .idtr_limit = 4095,
		/* no entry of a GDT: there is none here */
		.gdtr_base = IDT, .gdtr_limit = (uint32_t)-1,
	};
	n_told = 0;
	now_us = 0;
	return 0;
}

/* One round, with all that there is; the second look too, if it wants one. */
static void round_of(void)
{
	if (watch_round(&watch, &vcpu, 1))
		watch_confirm(&watch, &vcpu, 1, take, NULL);
}

static enum look_result result_of(const char *check)
{
	for (unsigned int i = 0; i < n_checks; i++)
		if (!strcmp(checks[i].name, check))
			return watch.check[i].result;
	fail_msg("there is no check %s", check);
	return LOOK_NOT_YET;
}

/* What is told is by that check, and there is one. */
static void assert_one(const char *check)
{
	round_of();
	for (unsigned int i = 0; i < n_told; i++)
		print_message("%s: %s: %s\n", told[i].name, told[i].object, told[i].text);
	assert_int_equal(n_told, 1);
	assert_string_equal(told[0].name, check);
	assert_int_equal(result_of(check), LOOK_FINDING);
	/* once only */
	round_of();
	assert_int_equal(n_told, 1);
}

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

static void put_branch(uint64_t at, uint8_t opcode, uint64_t target)
{
	int32_t distance = target - (at + 5);

	*mock_at(&guest, at) = opcode;
	mock_put(&guest, at + 1, &distance, 4);
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

static void read_only_data(void **state)
{
	(void)state;
	*mock_at(&guest, RODATA + 8) ^= 1;
	assert_one("rodata");
}

static void interrupt(void **state)
{
	(void)state;
	*mock_at(&guest, IDT + 14 * 16) ^= 8;
	assert_one("idt");
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

/* What was executed is on its way out, or it stays. */
static void patient(void **state)
{
	(void)state;
	watch.patience = WATCH_PATIENCE;
	mock_map(&guest, HEAP + 0x3000, 0);
	for (int i = 0; i < WATCH_PATIENCE; i++)
		round_of();
	assert_int_equal(result_of("code-pages"), LOOK_CLEAN);
	mock_map(&guest, HEAP + 0x3000, MEMORY_NX);
	round_of();
	mock_map(&guest, HEAP + 0x3000, 0);
	for (int i = 0; i < WATCH_PATIENCE; i++)
		round_of();
	assert_int_equal(n_told, 0);
	assert_one("code-pages");
	assert_int_equal(told[0].address, HEAP + 0x3000);
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

static void hidden_process(void **state)
{
	(void)state;
	mock_u64(&guest, TASK + 16, INIT_TASK + 16);
	assert_one("process-views");
	assert_non_null(strstr(told[0].text, "process 2 (some?)"));
}

static void stolen_credentials(void **state)
{
	(void)state;
	mock_u64(&guest, TASK + TASK_LEN + 32, INIT_CRED);
	assert_one("shared-credentials");
}

static void shared_credentials(void **state)
{
	(void)state;
	mock_u64(&guest, TASK + TASK_LEN + 32, CREDS);
	assert_one("shared-credentials");
}

/* What it had is remembered of that process, and of no other. */
static void confined_no_more(void **state)
{
	const uint64_t flags = TASK + TASK_LEN + 80, start = TASK + TASK_LEN + 88;

	(void)state;
	mock_u64(&guest, flags, 1);
	round_of();
	mock_u64(&guest, start, 5);
	mock_u64(&guest, flags, 0);
	round_of();
	assert_int_equal(n_told, 0);
	mock_u64(&guest, flags, 1);
	round_of();
	mock_u64(&guest, flags, 0);
	assert_one("process-guards");
	assert_non_null(strstr(told[0].text, "no_new_privs"));
}

static void out_of_its_namespace(void **state)
{
	(void)state;
	mock_u64(&guest, CREDS + CRED_LEN + 8, HEAP + 0xf00);
	round_of();
	mock_u64(&guest, CREDS + CRED_LEN + 8, USERS);
	assert_one("process-guards");
}

static struct msg_seen seen;
static unsigned int n_seen;

static void take_seen(void *arg, struct msg_seen *m)
{
	(void)arg;
	seen = *m;
	n_seen++;
}

static void tell_tasks(void)
{
	round_of();
	n_seen = 0;
	tasks_tell(&watch.tasks, 1, 2, take_seen, NULL);
	assert_int_equal(n_seen, 1);
}

/* All of them, then what has changed, then who has ended */
static void processes_for_the_engine(void **state)
{
	(void)state;
	tell_tasks();
	assert_int_equal(seen.flags, SEEN_ALL | SEEN_END);
	assert_int_equal(seen.n_tasks, 2);
	assert_int_equal(seen.task[1].id, 71);
	assert_int_equal(seen.task[1].uid, 1000);
	assert_int_equal(seen.task[1].flags, SEEN_IN_LIST | SEEN_IN_NUMBERS | SEEN_USERS | SEEN_CRED);
	assert_string_equal(seen.task[1].comm, "some?");
	tell_tasks();
	assert_int_equal(seen.flags, SEEN_END);
	assert_int_equal(seen.n_tasks, 0);
	mock_u32(&guest, CREDS + CRED_LEN + 4, 0);
	tell_tasks();
	assert_int_equal(seen.n_tasks, 1);
	assert_int_equal(seen.task[0].euid, 0);
	mock_u64(&guest, TASK + 16, INIT_TASK + 16);
	mock_u64(&guest, NODE + 40 + 16, 0);
	tell_tasks();
	assert_int_equal(seen.n_tasks, 1);
	assert_int_equal(seen.task[0].flags & SEEN_ENDED, SEEN_ENDED);
	assert_int_equal(seen.task[0].id, 71);
	assert_int_equal(n_told, 0);
}

static void strange_thread(void **state)
{
	(void)state;
	mock_u32(&guest, TASK + TASK_LEN, 0x00200000);
	mock_u64(&guest, TASK + TASK_LEN + 56, HEAP + 0xe00);
	mock_u64(&guest, HEAP + 0xe00, MODULE_TEXT + 8);
	round_of();
	assert_int_equal(n_told, 0);
	mock_u64(&guest, HEAP + 0xe00, HEAP + 0xf00);
	assert_one("kernel-threads");
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
		cmocka_unit_test_setup(passing, set_up),
		cmocka_unit_test_setup(patched, set_up),
		cmocka_unit_test_setup(little_time, set_up),
		cmocka_unit_test_setup(left_behind, set_up),
		cmocka_unit_test_setup(own_patches, set_up),
		cmocka_unit_test_setup(not_its_own, set_up),
		cmocka_unit_test_setup(half_a_variant, set_up),
		cmocka_unit_test_setup(read_only_data, set_up),
		cmocka_unit_test_setup(interrupt, set_up),
		cmocka_unit_test_setup(hidden_module, set_up),
		cmocka_unit_test_setup(writable_code, set_up),
		cmocka_unit_test_setup(patient, set_up),
		cmocka_unit_test_setup(alias, set_up),
		cmocka_unit_test_setup(hidden_process, set_up),
		cmocka_unit_test_setup(stolen_credentials, set_up),
		cmocka_unit_test_setup(shared_credentials, set_up),
		cmocka_unit_test_setup(confined_no_more, set_up),
		cmocka_unit_test_setup(out_of_its_namespace, set_up),
		cmocka_unit_test_setup(processes_for_the_engine, set_up),
		cmocka_unit_test_setup(patched_module, set_up),
		cmocka_unit_test_setup(module_patches, set_up),
		cmocka_unit_test_setup(module_again, set_up),
		cmocka_unit_test_setup(strange_thread, set_up),
		cmocka_unit_test_setup(strange_ftrace, set_up),
		cmocka_unit_test_setup(breakpoints, set_up),
		cmocka_unit_test_setup(strange_probe, set_up),
		cmocka_unit_test_setup(hidden_bpf, set_up),
		cmocka_unit_test_setup(other_modprobe, set_up),
		cmocka_unit_test_setup(wiped_taint, set_up),
		cmocka_unit_test_setup(bad_lists, set_up),
		cmocka_unit_test_setup(has_moved, set_up),
		cmocka_unit_test_setup(has_moved_and_who_knows, set_up),
		cmocka_unit_test_setup(other_tables, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down_all);
}
