// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what each of Linux's ways to patch itself may write
 */
#include "profile/patches.h"

#include <string.h>

#include "lib/log.h"

#define CALL		0xe8
#define JMP		0xe9
#define JMP_SHORT	0xeb
#define RET		0xc3
#define INT3		0xcc
#define BRANCH_LEN	5

/* A table of the kernel: between two symbols, if it has them */
struct table {
	uint64_t address;
	size_t n;
	const uint8_t *bytes;
};

static bool find_table(const struct image *img, const char *start, const char *end,
		       size_t entry, struct table *t)
{
	uint64_t stop;

	if (!image_find(img, start, &t->address) || !image_find(img, end, &stop) ||
	    stop <= t->address)
		return false;
	t->n = (stop - t->address) / entry;
	t->bytes = image_bytes(img, t->address, stop - t->address);
	if (!t->bytes)
		fatal("%s: the table at %s is not in the file", img->path, start);
	return true;
}

static int64_t get32(const uint8_t *at)
{
	int32_t v;

	memcpy(&v, at, sizeof(v));
	return v;
}

/* The bytes there if patching them matters */
static const uint8_t *site_bytes(const struct patches *p, uint64_t address, size_t len)
{
	return regions_have(p->regions, address) ? image_bytes(p->image, address, len) : NULL;
}

static void add(const struct patches *p, enum profile_site_kind kind, uint64_t address,
		uint8_t len, enum profile_variant variant, const void *bytes, uint8_t n_bytes)
{
	sites_add(p->sites, kind, address, len, variant, bytes, n_bytes);
}

/* A call or jump to any function */
static void add_branch(const struct patches *p, enum profile_site_kind kind,
		       uint64_t address, uint8_t opcode)
{
	const uint8_t bytes[BRANCH_LEN] = { opcode };

	add(p, kind, address, BRANCH_LEN, VARIANT_BRANCH, bytes, sizeof(bytes));
}

/* A call or jump to that function; none if the kernel has no such */
static void add_branch_to(const struct patches *p, enum profile_site_kind kind,
			  uint64_t address, uint8_t opcode, const char *function)
{
	uint8_t bytes[BRANCH_LEN] = { opcode };
	uint64_t target;
	int32_t distance;

	if (!image_find(p->image, function, &target))
		return;
	distance = target - (address + BRANCH_LEN);
	memcpy(bytes + 1, &distance, sizeof(distance));
	add(p, kind, address, BRANCH_LEN, VARIANT_BYTES, bytes, sizeof(bytes));
}

static void add_nop(const struct patches *p, enum profile_site_kind kind, uint64_t address,
		    uint8_t len)
{
	uint8_t bytes[PROFILE_SITE_MAX];

	patches_nops(bytes, len);
	add(p, kind, address, len, VARIANT_BYTES, bytes, len);
}

/* struct jump_entry: s32 code, s32 target, long key; the first two are relative. */
static void jump_labels(const struct patches *p)
{
	struct table t;

	if (!find_table(p->image, "__start___jump_table", "__stop___jump_table", 16, &t))
		return;
	for (size_t i = 0; i < t.n; i++) {
		uint64_t at = t.address + i * 16;
		uint64_t code = at + get32(t.bytes + i * 16);
		uint64_t target = at + 4 + get32(t.bytes + i * 16 + 4);
		const uint8_t *insn = site_bytes(p, code, BRANCH_LEN);
		uint8_t jump[BRANCH_LEN], len;
		int32_t distance;

		if (!insn)
			continue;
		len = insn[0] == JMP_SHORT || (insn[0] == 0x66 && insn[1] == 0x90) ? 2 : BRANCH_LEN;
		distance = target - (code + len);
		jump[0] = len == 2 ? JMP_SHORT : JMP;
		memcpy(jump + 1, &distance, sizeof(distance));
		add(p, SITE_JUMP_LABEL, code, len, VARIANT_BYTES, jump, len);
		add_nop(p, SITE_JUMP_LABEL, code, len);
	}
}

/* What a call whose target is chosen at run time may be, and the jump at its function's end */
static void static_call(const struct patches *p, uint64_t address, const uint8_t *insn)
{
	static const uint8_t clear_rax[BRANCH_LEN] = { 0x2e, 0x2e, 0x2e, 0x31, 0xc0 };
	static const uint8_t ret[BRANCH_LEN] = { RET, INT3, INT3, INT3, INT3 };
	const uint8_t jcc[BRANCH_LEN + 1] = { 0x0f, insn[1] };

	if (insn[0] == 0x0f && (insn[1] & 0xf0) == 0x80) {
		add(p, SITE_STATIC_CALL, address, sizeof(jcc), VARIANT_BRANCH, jcc, sizeof(jcc));
		return;
	}
	add_branch(p, SITE_STATIC_CALL, address, insn[0] == CALL ? CALL : JMP);
	add_nop(p, SITE_STATIC_CALL, address, BRANCH_LEN);
	add(p, SITE_STATIC_CALL, address, BRANCH_LEN, VARIANT_BYTES,
	    insn[0] == CALL ? clear_rax : ret, BRANCH_LEN);
}

/* struct static_call_site: s32 addr, s32 key, both relative */
static void static_calls(const struct patches *p)
{
	struct table t;

	if (find_table(p->image, "__start_static_call_sites", "__stop_static_call_sites", 8, &t)) {
		for (size_t i = 0; i < t.n; i++) {
			uint64_t at = t.address + i * 8 + get32(t.bytes + i * 8);
			const uint8_t *insn = site_bytes(p, at, BRANCH_LEN);

			if (insn)
				static_call(p, at, insn);
		}
	}
	/* and the trampolines, for calls by others */
	for (size_t i = 0; i < p->image->n_symbols; i++) {
		const struct image_symbol *s = &p->image->symbol[i];
		const uint8_t *insn = strncmp(s->name, "__SCT__", 7) ? NULL :
				      site_bytes(p, s->address, BRANCH_LEN);

		if (insn)
			static_call(p, s->address, insn);
	}
}

/* Where each function begins, and the two calls inside of ftrace's own entry code */
static void ftrace(const struct patches *p)
{
	static const char * const inner[] = { "ftrace_call", "ftrace_regs_call" };
	struct table t;
	uint64_t at;

	if (!find_table(p->image, "__start_mcount_loc", "__stop_mcount_loc", 8, &t))
		return;
	for (size_t i = 0; i < t.n; i++) {
		memcpy(&at, t.bytes + i * 8, sizeof(at));
		if (!site_bytes(p, at, BRANCH_LEN))
			continue;
		add_nop(p, SITE_FTRACE, at, BRANCH_LEN);
		add_branch_to(p, SITE_FTRACE, at, CALL, "ftrace_caller");
		add_branch_to(p, SITE_FTRACE, at, CALL, "ftrace_regs_caller");
	}
	for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]); i++)
		if (image_find(p->image, inner[i], &at) && site_bytes(p, at, BRANCH_LEN))
			add_branch(p, SITE_FTRACE, at, CALL);
}

/* A table of relative addresses, each of one site */
static void each_relative(const struct patches *p, const struct table *t,
			  void (*fn)(const struct patches *p, uint64_t address))
{
	for (size_t i = 0; i < t->n; i++)
		fn(p, t->address + i * 4 + get32(t->bytes + i * 4));
}

/* A lock prefix; with one processor a prefix that does nothing */
static void lock(const struct patches *p, uint64_t address)
{
	static const uint8_t prefix[] = { 0xf0, 0x3e };

	if (!site_bytes(p, address, 1))
		return;
	add(p, SITE_LOCK, address, 1, VARIANT_BYTES, &prefix[0], 1);
	add(p, SITE_LOCK, address, 1, VARIANT_BYTES, &prefix[1], 1);
}

/* jmp __x86_return_thunk, for what the processor needs */
static void return_thunk(const struct patches *p, uint64_t address)
{
	static const char * const thunks[] = {
		"retbleed_return_thunk", "srso_return_thunk", "srso_alias_return_thunk",
		"call_depth_return_thunk", "its_return_thunk",
	};
	static const uint8_t ret[BRANCH_LEN] = { RET, INT3, INT3, INT3, INT3 };

	if (!site_bytes(p, address, BRANCH_LEN))
		return;
	add(p, SITE_RETURN, address, BRANCH_LEN, VARIANT_BYTES, ret, sizeof(ret));
	for (size_t i = 0; i < sizeof(thunks) / sizeof(thunks[0]); i++)
		add_branch_to(p, SITE_RETURN, address, JMP, thunks[i]);
}

static void add_indirect(const struct patches *p, uint64_t address, uint8_t len,
			 uint8_t opcode, unsigned int reg, bool fenced)
{
	uint8_t bytes[16];
	unsigned int i = 0;

	if (fenced) {
		memcpy(bytes, "\x0f\xae\xe8", 3);
		i = 3;
	}
	if (reg >= 8)
		bytes[i++] = 0x41;
	bytes[i++] = 0xff;
	bytes[i++] = (opcode == CALL ? 0xd0 : 0xe0) + reg % 8;
	if (i > len)
		return;
	if (opcode == JMP && i < len)
		bytes[i++] = INT3;
	/* a run of one-byte no-operations becomes one, unless it is the last byte */
	if (len - i == 1)
		bytes[i] = 0x90;
	else
		patches_nops(bytes + i, len - i);
	add(p, SITE_RETPOLINE, address, len, VARIANT_BYTES, bytes, len);
}

/* call or jmp __x86_indirect_thunk_REG, maybe behind a prefix: the branch itself, fenced or not */
static void retpoline(const struct patches *p, uint64_t address)
{
	const uint8_t *insn = site_bytes(p, address, BRANCH_LEN + 1);
	uint64_t thunks;
	uint8_t prefix, len;
	int64_t reg;

	if (!insn || !image_find(p->image, "__x86_indirect_thunk_array", &thunks))
		return;
	prefix = insn[0] == 0x2e;
	len = BRANCH_LEN + prefix;
	reg = (int64_t)(address + len + get32(insn + prefix + 1) - thunks) / 32;
	if ((insn[prefix] != CALL && insn[prefix] != JMP) || reg < 0 || reg > 15) {
		add(p, SITE_RETPOLINE, address, len, VARIANT_ANYTHING, NULL, 0);
		return;
	}
	add_indirect(p, address, len, insn[prefix], reg, false);
	add_indirect(p, address, len, insn[prefix], reg, true);
}

/* An ENDBR that nothing needs */
static void endbr(const struct patches *p, uint64_t address)
{
	static const uint8_t sealed[] = { 0x66, 0x0f, 0x1f, 0x00 };

	if (site_bytes(p, address, sizeof(sealed)))
		add(p, SITE_ENDBR, address, sizeof(sealed), VARIANT_BYTES, sealed, sizeof(sealed));
}

static void relative_tables(const struct patches *p)
{
	static const struct {
		const char *start, *end;
		void (*fn)(const struct patches *p, uint64_t address);
	} tables[] = {
		{ "__smp_locks", "__smp_locks_end", lock },
		{ "__return_sites", "__return_sites_end", return_thunk },
		{ "__retpoline_sites", "__retpoline_sites_end", retpoline },
		{ "__ibt_endbr_seal", "__ibt_endbr_seal_end", endbr },
	};
	struct table t;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (find_table(p->image, tables[i].start, tables[i].end, 4, &t))
			each_relative(p, &t, tables[i].fn);
}

/* Values that boot finds out and writes into instructions: 8 bytes, or 1 of a shift */
static void runtime_constants(const struct patches *p)
{
	for (size_t i = 0; i < p->image->n_sections; i++) {
		const struct image_section *s = &p->image->section[i];
		bool is_ptr = !strncmp(s->name, "runtime_ptr_", 12);

		if ((!is_ptr && strncmp(s->name, "runtime_shift_", 14)) || !s->bytes)
			continue;
		for (size_t k = 0; k < s->len / 4; k++)
			add(p, SITE_RUNTIME_CONST, s->address + k * 4 + get32(s->bytes + k * 4),
			    is_ptr ? 8 : 1, VARIANT_ANYTHING, NULL, 0);
	}
}

/* Where a PV guest returns from an exception, written by xen_start_kernel() */
static void xen_iret(const struct patches *p)
{
	uint64_t at;

	if (image_find(p->image, "early_xen_iret_patch", &at) && site_bytes(p, at, BRANCH_LEN))
		add_branch_to(p, SITE_ALTERNATIVE, at, JMP, "xen_iret");
}

void patches_all(const struct patches *p)
{
	uint64_t start, end;

	if (image_find(p->image, "__alt_instructions", &start) &&
	    image_find(p->image, "__alt_instructions_end", &end) && end > start)
		patches_alternatives(p, p->image, start, end - start, 0);
	jump_labels(p);
	static_calls(p);
	ftrace(p);
	relative_tables(p);
	runtime_constants(p);
	xen_iret(p);
}
