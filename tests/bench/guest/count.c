// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a plugin for QEMU: instructions by address, between two marks
 *
 * -plugin count.so,out=FOLDER    at each mark (cputime) what was executed since the
 *                            last one goes to FOLDER/1, FOLDER/2 and so on
 *
 * A line: the virtual address of a block of code in a kernel or in Xen, the memory
 * that it lies in, its instructions executed, its first bytes. Two lines more are the
 * instructions of user space ("user") and how often Xen went from another domain, or
 * from idling, into the guest ("switches"). For one virtual processor.
 */
#include <err.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Of qemu-plugin.h, which Debian does not package: what is used here
 */
typedef uint64_t qemu_plugin_id_t;
struct qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum { INLINE_ADD_U64 };
enum { CB_NO_REGS };

int qemu_plugin_version = 1;
int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
			int argc, char **argv);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
		void (*cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
		void (*cb)(unsigned int vcpu, void *data), int flags, void *data);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, int op,
		void *ptr, uint64_t imm);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);

#define N_BLOCKS	(1U << 21)
#define BYTES_MAX	24

struct block {
	uint64_t address;	/* 0: none is here */
	uint64_t page;		/* of QEMU's memory */
	uint64_t n;
	uint8_t len;
	uint8_t bytes[BYTES_MAX];
};

static struct block *blocks;
static const char *folder;
static uint64_t n_user, n_switches;
static bool is_elsewhere;

static bool is(const struct qemu_plugin_insn *insn, const char *bytes, size_t len)
{
	return qemu_plugin_insn_size(insn) == len &&
	       !memcmp(qemu_plugin_insn_data(insn), bytes, len);
}

static struct block *block_at(uint64_t address, uint64_t page)
{
	uint64_t i = (address ^ page * 0x2545f4914f6cdd1dULL) * 0x9e3779b97f4a7c15ULL >> 43;

	while (blocks[i].address && (blocks[i].address != address || blocks[i].page != page))
		i = (i + 1) % N_BLOCKS;
	return &blocks[i];
}

static void keep_bytes(struct block *b, const struct qemu_plugin_tb *tb)
{
	const struct qemu_plugin_insn *insn;
	size_t i, size;

	b->len = 0;
	for (i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		size = qemu_plugin_insn_size(insn);
		if (b->len + size > BYTES_MAX)
			return;
		memcpy(b->bytes + b->len, qemu_plugin_insn_data(insn), size);
		b->len += size;
	}
}

static void write_block(FILE *out, const struct block *b)
{
	unsigned int i;

	fprintf(out, "%" PRIx64 " %" PRIx64 " %" PRIu64 " ", b->address, b->page, b->n);
	for (i = 0; i < b->len; i++)
		fprintf(out, "%02x", b->bytes[i]);
	fputc('\n', out);
}

static void on_mark(unsigned int vcpu, void *data)
{
	static unsigned int number;
	char name[4096];
	FILE *out;
	size_t i;

	(void)vcpu;
	(void)data;
	snprintf(name, sizeof(name), "%s/%u", folder, ++number);
	out = fopen(name, "w");
	if (!out)
		err(1, "%s", name);
	for (i = 0; i < N_BLOCKS; i++) {
		if (blocks[i].n)
			write_block(out, &blocks[i]);
		blocks[i].n = 0;
	}
	fprintf(out, "user %" PRIu64 "\nswitches %" PRIu64 "\n", n_user, n_switches);
	n_user = n_switches = 0;
	fclose(out);
}

/* Xen returns to a PV guest, or idles. */
static void on_elsewhere(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	is_elsewhere = true;
}

static void on_guest(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	n_switches += is_elsewhere;
	is_elsewhere = false;
}

static void look_at(struct qemu_plugin_tb *tb, const struct qemu_plugin_insn *insn,
		    const struct qemu_plugin_insn *next)
{
	if (is(insn, "\x66\x87\xdb", 3) && next && is(next, "\x66\x87\xc9", 3))
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_mark, CB_NO_REGS, NULL);
	else if (is(insn, "\x0f\x01\xd8", 3))			/* vmrun */
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_guest, CB_NO_REGS, NULL);
	else if (is(insn, "\x48\x0f\x07", 3) || is(insn, "\xf4", 1))	/* sysret, hlt */
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_elsewhere, CB_NO_REGS, NULL);
}

static bool is_user(uint64_t address)
{
	return !(address >> 47);
}

static bool is_xen(uint64_t address)
{
	return address >> 40 == 0xffff82;
}

static void on_translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	const uint64_t address = qemu_plugin_tb_vaddr(tb);
	const size_t n = qemu_plugin_tb_n_insns(tb);
	struct qemu_plugin_insn *insn, *next;
	uint64_t *counter = &n_user;
	struct block *b;
	size_t i;

	(void)id;
	for (i = 0; i < n && (is_user(address) || is_xen(address)); i++) {
		insn = qemu_plugin_tb_get_insn(tb, i);
		next = i + 1 < n ? qemu_plugin_tb_get_insn(tb, i + 1) : NULL;
		look_at(tb, insn, next);
	}
	if (!is_user(address)) {
		insn = qemu_plugin_tb_get_insn(tb, 0);
		b = block_at(address, (uint64_t)qemu_plugin_insn_haddr(insn) >> 12);
		b->address = address;
		b->page = (uint64_t)qemu_plugin_insn_haddr(insn) >> 12;
		keep_bytes(b, tb);
		counter = &b->n;
	}
	qemu_plugin_register_vcpu_tb_exec_inline(tb, INLINE_ADD_U64, counter, n);
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info,
			int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4))
		return 1;
	folder = strdup(argv[0] + 4);
	blocks = calloc(N_BLOCKS, sizeof(*blocks));
	if (!blocks || !folder)
		return 1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translated);
	return 0;
}
