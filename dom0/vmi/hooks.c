// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - code that a kernel makes at run time, and for whom
 */
#include "vmi/hooks.h"

#include <string.h>

#include "vmi/lists.h"

/* x86: a breakpoint, and a jump by a signed 32-bit distance */
#define INT3	0xcc
#define JMP	0xe9
#define JMP_LEN	5U

#define KPROBE_HEADS	64	/* KPROBE_TABLE_SIZE */
#define PACK_LEN	(2ULL << 20)	/* BPF_PROG_PACK_SIZE at most, of one node */

static void add_pages(struct hooks *h, uint64_t start, uint64_t len)
{
	uint64_t end = (start + len + MEMORY_PAGE - 1) & ~(MEMORY_PAGE - 1);

	if (h->n_trampolines == HOOKS_MAX || !memory_is_kernel(start))
		return;
	start &= ~(MEMORY_PAGE - 1);
	h->trampoline[h->n_trampolines].start = start;
	h->trampoline[h->n_trampolines++].len = end - start;
}

static bool add_ops(struct look *look, uint64_t ops, void *arg)
{
	const struct offsets *o = look->offsets;
	uint64_t trampoline, len, func;

	/* one whose function is nobody's explains nothing */
	if (memory_u64(look->memory, ops + o->at[M_ftrace_ops_func], &func) &&
	    look_is_known_code(look, func) &&
	    memory_u64(look->memory, ops + o->at[M_ftrace_ops_trampoline], &trampoline) &&
	    memory_u64(look->memory, ops + o->at[M_ftrace_ops_trampoline_size], &len) &&
	    trampoline && len && len <= MEMORY_PAGE && !hooks_is_trampoline(arg, trampoline))
		add_pages(arg, trampoline, len);
	return true;
}

static void collect_ftrace(struct look *look, struct hooks *h)
{
	static const enum member need[] = {
		M_ftrace_ops_func, M_ftrace_ops_next, M_ftrace_ops_trampoline, M_ftrace_ops_trampoline_size,
		MEMBER_COUNT
	};
	uint64_t list, end, first;

	if (look_has(look, need) && look_symbol(look, "ftrace_ops_list", &list) &&
	    look_symbol(look, "ftrace_list_end", &end) &&
	    memory_u64(look->memory, list, &first))
		chain_each(look, "ftrace_ops_list", first,
			   look->offsets->at[M_ftrace_ops_next], end, add_ops, h);
}

static bool add_kept(struct look *look, uint64_t node, void *arg)
{
	return add_ops(look, node - look->offsets->at[M_ftrace_ops_list], arg);
}

/* Those of the kernel's own users, like the function tracer's, stay when they are not in use. */
static void collect_kept(struct look *look, struct hooks *h)
{
	static const enum member need[] = {
		M_ftrace_ops_func, M_ftrace_ops_list, M_ftrace_ops_trampoline, M_ftrace_ops_trampoline_size,
		MEMBER_COUNT
	};
	uint64_t list;

	if (look_has(look, need) && look_symbol(look, "ftrace_ops_trampoline_list", &list))
		list_each(look, "ftrace_ops_trampoline_list", list, add_kept, h);
}

bool hooks_each_probe(struct look *look,
		      bool (*fn)(struct look *look, uint64_t probe, void *arg), void *arg)
{
	static const enum member need[] = { M_kprobe_hlist, M_kprobe_addr, MEMBER_COUNT };
	uint64_t table, first[KPROBE_HEADS];

	if (!look_has(look, need) || !look_symbol(look, "kprobe_table", &table))
		return false;
	/* hlist is its first member */
	if (look->offsets->at[M_kprobe_hlist])
		return false;
	if (!memory_read(look->memory, table, first, sizeof(first))) {
		look_could_not(look, "kprobe_table cannot be read");
		return false;
	}
	for (unsigned int i = 0; i < KPROBE_HEADS; i++)
		if (!chain_each(look, "kprobe_table", first[i], 0, 0, fn, arg))
			return false;
	return true;
}

static bool add_probe(struct look *look, uint64_t probe, void *arg)
{
	struct hooks *h = arg;
	uint64_t address;

	if (h->n_probes < HOOKS_MAX &&
	    memory_u64(look->memory, probe + look->offsets->at[M_kprobe_addr], &address))
		h->probe[h->n_probes++] = address;
	return h->n_probes < HOOKS_MAX;
}

static bool add_insn_page(struct look *look, uint64_t page, void *arg)
{
	uint64_t insns;

	if (memory_u64(look->memory, page + look->offsets->at[M_kprobe_insn_page_insns] -
		       look->offsets->at[M_kprobe_insn_page_list], &insns))
		add_pages(arg, insns, 1);
	return true;
}

static bool add_pack(struct look *look, uint64_t pack, void *arg)
{
	uint64_t ptr;

	if (memory_u64(look->memory, pack + look->offsets->at[M_bpf_prog_pack_ptr] -
		       look->offsets->at[M_bpf_prog_pack_list], &ptr))
		add_pages(arg, ptr, PACK_LEN);
	return true;
}

/* The pages that instructions which a probe has replaced are executed on */
static void collect_slots(struct look *look, struct hooks *h, const char *cache)
{
	static const enum member need[] = {
		M_kprobe_insn_cache_pages, M_kprobe_insn_page_list, M_kprobe_insn_page_insns,
		MEMBER_COUNT
	};
	uint64_t address;

	if (look_has(look, need) && look_symbol(look, cache, &address))
		list_each(look, cache, address + look->offsets->at[M_kprobe_insn_cache_pages],
			  add_insn_page, h);
}

static void collect_packs(struct look *look, struct hooks *h)
{
	static const enum member need[] = {
		M_bpf_prog_pack_list, M_bpf_prog_pack_ptr, MEMBER_COUNT
	};
	uint64_t list;

	if (look_has(look, need) && look_symbol(look, "pack_list", &list))
		list_each(look, "pack_list", list, add_pack, h);
}

void hooks_collect(struct look *look, struct hooks *h)
{
	h->n_trampolines = h->n_probes = 0;
	collect_ftrace(look, h);
	collect_kept(look, h);
	hooks_each_probe(look, add_probe, h);
	collect_slots(look, h, "kprobe_insn_slots");
	collect_slots(look, h, "kprobe_optinsn_slots");
	collect_packs(look, h);
}

bool hooks_is_trampoline(const struct hooks *h, uint64_t address)
{
	for (unsigned int i = 0; i < h->n_trampolines; i++)
		if (address >= h->trampoline[i].start &&
		    address - h->trampoline[i].start < h->trampoline[i].len)
			return true;
	return false;
}

static bool is_probed(const struct hooks *h, uint64_t address)
{
	for (unsigned int i = 0; i < h->n_probes; i++)
		if (h->probe[i] == address)
			return true;
	return false;
}

size_t hooks_probe_len(const struct hooks *h, uint64_t address, const uint8_t *found, size_t len)
{
	int32_t distance;

	if (!is_probed(h, address))
		return 0;
	if (found[0] == INT3)
		return 1;
	if (found[0] != JMP || len < JMP_LEN)
		return 0;
	memcpy(&distance, found + 1, sizeof(distance));
	return hooks_is_trampoline(h, address + JMP_LEN + (int64_t)distance) ? JMP_LEN : 0;
}
