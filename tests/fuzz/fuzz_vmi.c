// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - fuzzer: a guest whose memory holds whatever the input says, through all
 * checks
 *
 * Every address of the guest is mapped, to one of the input's pages; its page
 * tables are the input's, too, if its first byte is odd. What is found does not
 * matter: that it ends, and touches nothing else, does.
 */
#include <assert.h>
#include <string.h>

#include "../unit/mock_profile.h"
#include "vmi/checks.h"
#include "vmi/watch.h"

#define BASE		0xffffffff81000000ULL
#define TABLE_FRAMES	5
#define PAGES_MAX	16
#define BUDGET		500
#define ROUNDS		2

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static _Alignas(4096) uint64_t table[TABLE_FRAMES][512];
static _Alignas(4096) uint8_t page[PAGES_MAX][4096];
static unsigned int n_pages;
static bool own_tables;
static struct mock_profile mock;
static struct watch watch;
static struct msg_vcpu vcpu[2];

/* All that a check asks for, each in a place of its own */
static const char * const symbols[] = {
	"_text", "entry_SYSCALL_64", "entry_SYSCALL_compat", "_etext", "__start_rodata",
	"idt_table", "cr4_pinned_bits", "init_top_pgt", "system_state", "modules",
	"module_kset", "ftrace_ops_list", "ftrace_list_end", "kprobe_table",
	"kprobe_insn_slots", "kprobe_optinsn_slots", "pack_list", "init_task", "init_cred",
	"init_pid_ns", "static_calls_table", "__start___tracepoints_ptrs",
	"__stop___tracepoints_ptrs", "net_namespace_list", "init_net", "proc_root",
	"module_notify_list", "die_chain", "netdev_chain", "tainted_mask", "modprobe_path", "core_pattern",
	"real_mode_header", "real_mode_blob", "real_mode_blob_end",
	"super_blocks", "file_systems", "prb",
};

static const uint8_t *page_of(void *arg, uint64_t frame)
{
	(void)arg;
	if (frame < TABLE_FRAMES)
		return (const uint8_t *)table[frame];
	return frame % 7 == 6 ? NULL : page[frame % n_pages];
}

static void make_tables(void)
{
	/* one table a level, and in all its places the next */
	for (unsigned int level = 0; level < 4; level++)
		for (unsigned int i = 0; i < 512; i++)
			table[level][i] = (level < 3 ? level + 1 : TABLE_FRAMES + i) << 12 |
					  MEMORY_PRESENT | MEMORY_WRITABLE |
					  (i % 3 ? MEMORY_NX * (level == 3) : 0);
}

static void make_profile(void)
{
	static const char * const members[] = {
#define ROW(s, m)	#s "." #m,
#define SIZE(s)		#s,
		MEMBERS(ROW, SIZE)
#undef ROW
#undef SIZE
	};
	static const uint8_t text[8192];

	mock.base = BASE;
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++)
		mock_symbol(&mock, symbols[i], BASE + 0x1000 * i, 16, SYMBOL_FUNCTION);
	mock_symbol(&mock, "_end", BASE + 0x100000, 0, SYMBOL_OTHER);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		mock_member(&mock, members[i], i % 24 * 8 * !!strchr(members[i], '.'),
			    strchr(members[i], '.') ? 64 : 32);
	mock_region(&mock, REGION_TEXT, BASE, text, sizeof(text));
	mock_region(&mock, REGION_RODATA, BASE + 0x3000, text, 4096);
	mock_site(&mock, SITE_FTRACE, BASE + 16, 5);
	mock_variant(&mock, VARIANT_BRANCH, "\xe8\0\0\0\0", 5);
	mock_site(&mock, SITE_ALTERNATIVE, BASE + 4094, 6);
	mock_variant(&mock, VARIANT_BYTES, "\x66\x90", 2);
	mock_profile_make(&mock);
}

static void report(void *arg, const struct msg_finding *f)
{
	(void)arg;
	assert(f->n_found_bytes <= FINDING_BYTES_MAX);
	assert(memchr(f->text, 0, sizeof(f->text)) && memchr(f->object, 0, sizeof(f->object)));
}

static void set_up(const uint8_t *data, size_t size)
{
	static bool ready;

	if (!ready) {
		make_tables();
		make_profile();
		ready = true;
	}
	own_tables = data[0] & 1;
	n_pages = 1 + size / 4096;
	if (n_pages > PAGES_MAX)
		n_pages = PAGES_MAX;
	memset(page, 0, n_pages * 4096);
	memcpy(page, data, size < n_pages * 4096 ? size : n_pages * 4096);
	module_texts_forget(&watch.module_texts);
	memset(&watch, 0, sizeof(watch));
	watch_init(&watch, page_of, NULL, data[0] & 2, 1);
	assert(!watch_add_profile(&watch, mock.file, mock.size));
	watch.budget = BUDGET;
	/* it is taken for granted which kernel it is: no input would guess a build id */
	watch.look.profile = &watch.profile[0];
	watch.look.delta = data[0] & 4 ? 0x200000 : 0;
	offsets_load(&watch.offsets, watch.look.profile);
	watch.memory.root = own_tables ? TABLE_FRAMES : 0;
	watch.has_booted = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 8)
		return 0;
	set_up(data, size);
	for (unsigned int i = 0; i < 2; i++) {
		memset(&vcpu[i], 0, sizeof(vcpu[i]));
		memcpy(&vcpu[i], data, size < sizeof(vcpu[i]) ? size : sizeof(vcpu[i]));
		vcpu[i].is_online = 1;
	}
	for (int i = 0; i < ROUNDS; i++) {
		uint64_t root = watch.memory.root;

		watch_round_checks(&watch, vcpu, 2);
		watch_confirm(&watch, vcpu, 2, report, NULL);
		watch.memory.root = root;
		memset(watch.written.bits, data[1], sizeof(watch.written.bits));
	}
	return 0;
}
