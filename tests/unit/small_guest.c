// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a small guest whose kernel is sound, and what watches it, for tests
 */
#include "small_guest.h"

struct mock_guest guest;
struct mock_profile mock;
struct watch watch;
struct msg_vcpu vcpu;
uint8_t text[TEXT_LEN];
uint8_t rodata[0x1000];
struct msg_finding told[64];
unsigned int n_told;
uint64_t now_us;

uint64_t clock_us(void)
{
	return now_us += 10;
}

void take(void *arg, const struct msg_finding *f)
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
		{ "ftrace_ops_trampoline_list", KEPT, SYMBOL_OBJECT },
		{ "jiffies_64", TICKS, SYMBOL_OBJECT }, { "rcu_state", RCU, SYMBOL_OBJECT },
		{ "mod_tree", MOD_TREE, SYMBOL_OBJECT },
		{ "modprobe_path", MODPROBE, SYMBOL_OBJECT },
		{ "system_state", STATE, SYMBOL_OBJECT },
		{ "tainted_mask", TAINTED, SYMBOL_OBJECT },
		{ "cr4_pinned_bits", PINNED, SYMBOL_OBJECT },
		{ "init_user_ns", USERS, SYMBOL_OBJECT },
		{ "starlsm_blob_sizes", BLOBS, SYMBOL_OBJECT },
		{ "prog_idr", PROGRAMS, SYMBOL_OBJECT }, { "bpf_kallsyms", KSYMS, SYMBOL_OBJECT },
		{ "super_blocks", MOUNTS, SYMBOL_OBJECT }, { "file_systems", TYPES, SYMBOL_OBJECT },
		{ "prb", LOG, SYMBOL_OBJECT },
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
		{ "ftrace_ops.list", 32, 16 }, { "rcu_state.gp_seq", 8, 8 },
		{ "mod_tree_root.root", 8, 24 }, { "latch_tree_root.seq", 4, 4 },
		{ "kprobe.hlist", 0, 16 }, { "kprobe.addr", 16, 8 },
		{ "kprobe.pre_handler", 24, 8 }, { "kprobe.post_handler", 32, 8 },
		{ "kprobe.list", 40, 16 },
		{ "cred.cap_permitted", 24, 8 }, { "task_struct.nsproxy", 96, 8 },
		{ "task_struct.seccomp", 104, 16 }, { "seccomp.mode", 0, 4 },
		{ "seccomp.filter", 8, 8 }, { "seccomp_filter.cache", 0, 128 },
		{ "seccomp_filter.prev", 128, 8 }, { "seccomp_filter.prog", 136, 8 },
		{ "bpf_prog.bpf_func", 48, 8 }, { "nsproxy.mnt_ns", 8, 8 }, { "nsproxy.net_ns", 16, 8 },
		{ "task_struct.files", 120, 8 }, { "files_struct.fdt", 0, 8 },
		{ "fdtable.max_fds", 0, 4 }, { "fdtable.fd", 8, 8 }, { "file.f_op", 16, 8 },
		{ "file_operations", 0, 40 }, { "inode_operations", 0, 32 },
		{ "super_operations", 0, 24 }, { "dentry_operations", 0, 16 },
		{ "dentry.d_inode", 8, 8 }, { "inode.i_op", 0, 8 }, { "inode.i_fop", 8, 8 },
		{ "super_block.s_list", 0, 16 }, { "super_block.s_type", 16, 8 },
		{ "super_block.s_op", 24, 8 }, { "super_block.s_d_op", 32, 8 },
		{ "super_block.s_root", 40, 8 }, { "file_system_type.name", 0, 8 },
		{ "file_system_type.next", 8, 8 }, { "file_system_type.init_fs_context", 16, 8 },
		{ "file_system_type.mount", 24, 8 }, { "file_system_type.kill_sb", 32, 8 },
		{ "printk_ringbuffer.desc_ring", 0, 40 },
		{ "printk_ringbuffer.text_data_ring", 40, 32 },
		{ "prb_desc_ring.count_bits", 0, 4 }, { "prb_desc_ring.descs", 8, 8 },
		{ "prb_desc_ring.infos", 16, 8 }, { "prb_desc_ring.head_id", 24, 8 },
		{ "prb_desc_ring.tail_id", 32, 8 }, { "prb_data_ring.size_bits", 0, 4 },
		{ "prb_data_ring.data", 8, 8 }, { "prb_data_ring.head_lpos", 16, 8 },
		{ "prb_data_ring.tail_lpos", 24, 8 }, { "prb_desc", 0, 24 },
		{ "prb_desc.state_var", 0, 8 }, { "prb_desc.text_blk_lpos", 8, 16 },
		{ "prb_data_blk_lpos.begin", 0, 8 }, { "prb_data_blk_lpos.next", 8, 8 },
		{ "prb_data_block.data", 8, 0 }, { "printk_info", 0, 16 },
		{ "printk_info.text_len", 8, 2 },
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

void link_lower(uint64_t by, bool movable)
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

void put_list(uint64_t head, uint64_t node)
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

void put_module(void)
{
	put_list(MODULES, MODULE + 8);
	mock_put(&guest, MODULE + 24, "sound", 6);
	mock_u64(&guest, MODULE + 96, MODULE_TEXT);
	mock_u32(&guest, MODULE + 104, 4096);
	mock_u64(&guest, KSET_PTR, KSET);
	put_list(KSET, MKOBJ + 8);
	mock_u64(&guest, MKOBJ + 64, MODULE);
}

void put_branch(uint64_t at, uint8_t opcode, uint64_t target)
{
	int32_t distance = target - (at + 5);

	*mock_at(&guest, at) = opcode;
	mock_put(&guest, at + 1, &distance, 4);
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
	/* a kernel's frames are one behind the other */
	for (uint64_t at = TEXT + TEXT_LEN; at < RODATA; at += MEMORY_PAGE)
		mock_map(&guest, at, MEMORY_NX);
	mock_map(&guest, RODATA, MEMORY_NX);
	mock_map(&guest, DATA, MEMORY_WRITABLE | MEMORY_NX);
	mock_map(&guest, TABLES, MEMORY_WRITABLE | MEMORY_NX);
	mock_map(&guest, IDT, MEMORY_NX);
	mock_map(&guest, HEAP, MEMORY_WRITABLE | MEMORY_NX);
	for (uint64_t at = MORE; at < MORE + MORE_LEN; at += MEMORY_PAGE)
		mock_map(&guest, at, MEMORY_WRITABLE | MEMORY_NX);
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
	mock_u64(&guest, KEPT, KEPT);
	mock_u64(&guest, MOUNTS, MOUNTS);
	mock_put(&guest, MODPROBE, "/sbin/modprobe", 15);
	mock_u32(&guest, STATE, 3);
	mock_u64(&guest, PINNED, 1 << 20);
	mock_u32(&guest, BLOBS + 4, BLOB_OFFSET);
	put_idt();
}

int tear_down_all(void **state)
{
	(void)state;
	module_texts_forget(&watch.module_texts);
	return 0;
}

int set_up(void **state)
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
	watch.is_hasty = true;
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

void round_of(void)
{
	static uint64_t ticks;

	mock_u64(&guest, TICKS, ticks += 250);
	if (watch_round(&watch, &vcpu, 1))
		watch_confirm(&watch, &vcpu, 1, take, NULL);
}

enum look_result result_of(const char *check)
{
	for (unsigned int i = 0; i < n_checks; i++)
		if (!strcmp(checks[i].name, check))
			return watch.check[i].result;
	fail_msg("there is no check %s", check);
	return LOOK_NOT_YET;
}

void assert_one(const char *check)
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
