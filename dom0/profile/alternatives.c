// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - alternatives: what apply_alternatives() may write
 *
 * Which of them it takes depends on the processor and on the hypervisor; each is a
 * variant. The steps are those of Linux: the replacement is padded with
 * no-operations, distances that lead out of it are corrected, and runs of
 * no-operations become long ones.
 */
#include <Zydis/Zydis.h>
#include <string.h>

#include "lib/log.h"
#include "profile/patches.h"

#define NOP		0x90
#define INT3		0xcc
#define CALL		0xe8
#define JMP		0xe9
#define JMP_SHORT	0xeb
#define ALT_DIRECT_CALL	2

/* struct alt_instr of asm/alternative.h */
struct alternative {
	int32_t instr_offset;
	int32_t repl_offset;
	uint16_t cpuid;
	uint16_t flags;
	uint8_t instrlen;
	uint8_t replacementlen;
} __attribute__((packed));

static bool decode(const uint8_t *at, size_t len, ZydisDecodedInstruction *insn)
{
	static ZydisDecoder decoder;
	static bool ready;

	if (!ready)
		ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64,
				 ZYDIS_STACK_WIDTH_64);
	ready = true;
	return ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, NULL, at, len, insn));
}

void patches_nops(uint8_t *buf, unsigned int len)
{
	/* the kernel's x86nops[], for 1 to 11 bytes */
	static const uint8_t nops[12][11] = {
		[1] = { 0x90 },
		[2] = { 0x66, 0x90 },
		[3] = { 0x0f, 0x1f, 0x00 },
		[4] = { 0x0f, 0x1f, 0x40, 0x00 },
		[5] = { 0x0f, 0x1f, 0x44, 0x00, 0x00 },
		[6] = { 0x66, 0x0f, 0x1f, 0x44, 0x00, 0x00 },
		[7] = { 0x0f, 0x1f, 0x80, 0x00, 0x00, 0x00, 0x00 },
		[8] = { 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00 },
		[9] = { 0x66, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00 },
		[10] = { 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00 },
		[11] = { 0x66, 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0x00, 0x00, 0x00, 0x00, 0x00 },
	};
	int32_t far = (int32_t)len - 5;

	if (len < sizeof(nops) / sizeof(nops[0])) {
		memcpy(buf, nops[len], len);
		return;
	}
	memset(buf, INT3, len);
	if (len < 128) {
		buf[0] = JMP_SHORT;
		buf[1] = len - 2;
	} else {
		buf[0] = JMP;
		memcpy(buf + 1, &far, sizeof(far));
	}
}

static bool is_nop(const uint8_t *at, const ZydisDecodedInstruction *insn)
{
	const uint8_t *opcode = at + insn->raw.prefix_count;

	if (opcode[0] == NOP)
		return !insn->raw.prefix_count || at[0] != 0xf3;
	return opcode[0] == 0x0f && opcode[1] == 0x1f;
}

/* optimize_nops() */
static void long_nops(uint8_t *buf, size_t len)
{
	ZydisDecodedInstruction insn;
	size_t i, next;

	for (i = 0; i < len; i = next) {
		if (!decode(buf + i, len - i, &insn))
			return;
		next = i + insn.length;
		if (!is_nop(buf + i, &insn))
			continue;
		if (next == len)
			return;
		while (next < len && decode(buf + next, len - next, &insn) &&
		       is_nop(buf + next, &insn))
			next += insn.length;
		patches_nops(buf + i, next - i);
	}
}

static int64_t get(const uint8_t *at, unsigned int n)
{
	int32_t v32;

	if (n == 1)
		return (int8_t)*at;
	memcpy(&v32, at, sizeof(v32));
	return v32;
}

static void put(uint8_t *at, unsigned int n, int64_t v)
{
	memcpy(at, &v, n);
}

/* Does the distance lead out of the replacement? */
static bool leads_out(int64_t target, size_t repl_len)
{
	return target < 0 || target > (int64_t)repl_len;
}

/* A jump that has become short enough; imm is its distance from where it will be. */
static void shorten(uint8_t *at, int64_t imm, unsigned int len)
{
	imm += 3;
	if (imm != (int8_t)imm)
		return;
	at[0] = JMP_SHORT;
	at[1] = imm;
	memset(at + 2, INT3, len - 2);
}

/* text_poke_apply_relocation(): move is the replacement's address less the site's. */
static void relocate(uint8_t *buf, size_t len, size_t repl_len, int64_t move)
{
	ZydisDecodedInstruction insn;
	size_t i, next;

	for (i = 0; i < len; i = next) {
		const ZydisDecodedInstructionRaw *raw = &insn.raw;
		uint8_t *at = buf + i;

		if (!decode(at, len - i, &insn))
			return;
		next = i + insn.length;
		if (raw->imm[0].size && raw->imm[0].is_relative) {
			unsigned int n = raw->imm[0].size / 8;
			int64_t imm = get(at + raw->imm[0].offset, n);

			if (leads_out((int64_t)next + imm, repl_len))
				put(at + raw->imm[0].offset, n, imm + move);
			if (at[0] == JMP)
				shorten(at, imm + move, insn.length);
		}
		if (insn.attributes & ZYDIS_ATTRIB_HAS_MODRM && raw->modrm.mod == 0 &&
		    raw->modrm.rm == 5 && raw->disp.size == 32) {
			int64_t disp = get(at + raw->disp.offset, 4);

			if (leads_out((int64_t)next + disp, repl_len))
				put(at + raw->disp.offset, 4, disp + move);
		}
	}
}

static void add(const struct patches *p, uint64_t site, uint8_t len, const uint8_t *buf)
{
	sites_add(p->sites, SITE_ALTERNATIVE, site, len, VARIANT_BYTES, buf, len);
}

/* A call by way of pv_ops that becomes one to what pv_ops names, or to nothing. */
static void add_direct_call(const struct patches *p, uint64_t site, uint8_t len)
{
	uint8_t buf[PROFILE_SITE_MAX] = { CALL };

	memset(buf + 5, NOP, len - 5);
	long_nops(buf + 5, len - 5);
	sites_add(p->sites, SITE_ALTERNATIVE, site, len, VARIANT_BRANCH, buf, len);
	memset(buf, NOP, len);
	long_nops(buf, len);
	add(p, site, len, buf);
}

static void add_alternative(const struct patches *p, const struct image *image,
			    const struct alternative *a, uint8_t len,
			    uint64_t at, uint64_t shift)
{
	uint64_t instr = at + a->instr_offset;
	uint64_t repl = at + offsetof(struct alternative, repl_offset) + a->repl_offset;
	const uint8_t *linked = image_bytes(image, instr, len);
	const uint8_t *replacement = image_bytes(image, repl, a->replacementlen);
	uint8_t buf[PROFILE_SITE_MAX];

	if (!linked || (a->replacementlen && !replacement) || a->replacementlen > len)
		fatal("%s: an alternative at %#llx makes no sense", image->path,
		      (unsigned long long)instr);
	memcpy(buf, linked, len);
	long_nops(buf, len);
	add(p, instr + shift, len, buf);
	if (a->flags & ALT_DIRECT_CALL) {
		add_direct_call(p, instr + shift, len);
		return;
	}
	if (a->replacementlen)
		memcpy(buf, replacement, a->replacementlen);
	memset(buf + a->replacementlen, NOP, len - a->replacementlen);
	relocate(buf, len, a->replacementlen, (int64_t)(repl - instr));
	long_nops(buf, len);
	add(p, instr + shift, len, buf);
}

void patches_alternatives(const struct patches *p, const struct image *image,
			  uint64_t address, uint64_t len, uint64_t shift)
{
	const struct alternative *table = (const void *)image_bytes(image, address, len);
	size_t n = len / sizeof(*table), i, k;

	if (!table)
		fatal("%s: its alternatives are not in the file", image->path);
	for (i = 0; i < n; i++) {
		uint64_t at = address + i * sizeof(*table);
		uint64_t instr = at + table[i].instr_offset;
		uint8_t longest = table[i].instrlen;

		/* those of one place follow each other; the longest counts for all */
		for (k = i + 1; k < n && address + k * sizeof(*table) +
		     table[k].instr_offset == instr; k++)
			if (table[k].instrlen > longest)
				longest = table[k].instrlen;
		if (regions_have(p->regions, instr + shift))
			add_alternative(p, image, &table[i], longest, at, shift);
	}
}
