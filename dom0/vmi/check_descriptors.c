// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - checks: what the processor calls at an exception, and its segments
 */
#include <inttypes.h>
#include <string.h>

#include "vmi/checks.h"

#define GATES		VCPU_TRAPS
#define EXCEPTIONS	32
#define GDT_ENTRIES	16	/* of Linux; more is somebody else's */
#define TYPE_CALL_GATE	12
/* GDT_ENTRY_KERNEL32_CS and GDT_ENTRY_KERNEL_CS */
#define KERNEL_CODE_FIRST	1
#define KERNEL_CODE_LAST	2

struct gate {
	uint16_t low;
	uint16_t selector;
	uint16_t flags;
	uint16_t middle;
	uint32_t high;
	uint32_t reserved;
};

static uint64_t gate_address(const struct gate *g)
{
	return (uint64_t)g->high << 32 | (uint32_t)g->middle << 16 | g->low;
}

static bool is_between(const struct look *look, uint64_t address, const char *first,
		       const char *last)
{
	const struct profile_symbol *a = profile_find(look->profile, first);
	const struct profile_symbol *b = profile_find(look->profile, last);

	return a && b && address >= a->address + look->delta &&
	       address < b->address + look->delta;
}

/* Linux leaves its first handler, which is gone after boot, where a vector has none. */
static bool is_early(const struct look *look, uint64_t address)
{
	const struct profile_symbol *s = profile_symbol_at(look->profile, address - look->delta);
	const char *name = s ? profile_text(look->profile, s->name) : "";

	return !strcmp(name, "early_idt_handler_array") ||
	       !strcmp(name, "xen_early_idt_handler_array");
}

/* Something of the kernel's begins there, or it is one of the many alike entries. */
static bool is_entry(const struct look *look, uint64_t address)
{
	const struct profile_symbol *s;

	if (!look_is_kernel_text(look, address))
		return false;
	s = profile_symbol_at(look->profile, address - look->delta);
	return (s && s->address == address - look->delta) ||
	       is_between(look, address, "irq_entries_start", "spurious_entries_start") ||
	       is_between(look, address, "spurious_entries_start", "__irqentry_text_end") ||
	       is_between(look, address, "spurious_entries_start", "asm_exc_divide_error");
}

/* What was in order once is so as long as it is the same kernel. */
static bool is_in_order(struct look *look, unsigned int vector, uint64_t address)
{
	uint64_t *known = &look->past.entry[vector];

	if (address && address == *known)
		return true;
	if (!is_entry(look, address) && (vector >= EXCEPTIONS || !is_early(look, address)))
		return false;
	*known = address;
	return true;
}

static void bad_gate(struct look *look, const struct msg_vcpu *v, unsigned int vector,
		     uint64_t address)
{
	struct msg_finding *f = look_report(look, FINDING_TAMPERED, address,
					    "vCPU %u: vector %u leads to no entry of the kernel",
					    v->vcpu, vector);

	f->vcpu = v->vcpu;
	f->found = address;
}

static enum look_result gates_of(struct look *look, const struct msg_vcpu *v, uint64_t table)
{
	struct gate gate[GATES];

	if (!memory_read(look->memory, table, gate, sizeof(gate)))
		return look_could_not(look, "the IDT cannot be read");
	for (unsigned int i = 0; i < GATES; i++)
		if ((gate[i].flags & 0x8000) && !is_in_order(look, i, gate_address(&gate[i])))
			bad_gate(look, v, i, gate_address(&gate[i]));
	return look_done(look);
}

/* A vCPU that is being started gets its IDT and its GDT before its system call entry. */

/* The register holds another address of the page that idt_table is on. */
static bool is_table(struct look *look, const struct msg_vcpu *v, uint64_t table)
{
	struct mapping a, b;
	struct msg_finding *f;

	if (memory_translate(look->memory, table, &a) &&
	    memory_translate(look->memory, v->idtr_base, &b) && a.frame == b.frame &&
	    v->idtr_base % MEMORY_PAGE == table % MEMORY_PAGE)
		return true;
	f = look_report(look, FINDING_TAMPERED, v->idtr_base,
			"vCPU %u: its IDT is not the kernel's", v->vcpu);
	f->vcpu = v->vcpu;
	f->expected = table;
	f->found = v->idtr_base;
	return false;
}

static void trap_table(struct look *look, const struct msg_vcpu *v)
{
	for (unsigned int i = 0; i < VCPU_TRAPS; i++)
		if (v->trap[i] && !is_in_order(look, i, v->trap[i]))
			bad_gate(look, v, i, v->trap[i]);
}

enum look_result check_idt(struct look *look)
{
	bool read = false;
	uint64_t table;

	if (!look_symbol(look, "idt_table", &table))
		return LOOK_COULD_NOT;
	for (unsigned int i = 0; i < look->n_vcpus; i++) {
		const struct msg_vcpu *v = &look->vcpu[i];

		if (!v->is_online || (!look->is_pv && !v->lstar))
			continue;
		if (look->is_pv) {
			trap_table(look, v);
			continue;
		}
		if (!is_table(look, v, table) || read)
			continue;
		/* one table for all */
		if (gates_of(look, v, table) == LOOK_COULD_NOT)
			return LOOK_COULD_NOT;
		read = true;
	}
	return look_done(look);
}

static void bad_descriptor(struct look *look, const struct msg_vcpu *v, unsigned int i,
			   uint64_t found, const char *what)
{
	struct msg_finding *f = look_report(look, FINDING_TAMPERED, v->gdtr_base + i * 8ULL,
					    "vCPU %u: its GDT has %s as number %u", v->vcpu,
					    what, i);

	f->vcpu = v->vcpu;
	f->found = found;
}

static void descriptors(struct look *look, const struct msg_vcpu *v, const uint64_t *gdt,
			unsigned int n)
{
	for (unsigned int i = 0; i < n; i++) {
		unsigned int type = (gdt[i] >> 40) & 15, dpl = (gdt[i] >> 45) & 3;
		bool is_system = !((gdt[i] >> 44) & 1), is_code = type & 8;

		if (!((gdt[i] >> 47) & 1))
			continue;
		if (is_system && type == TYPE_CALL_GATE)
			bad_descriptor(look, v, i, gdt[i], "a call gate");
		else if (!is_system && is_code && !dpl &&
			 (i < KERNEL_CODE_FIRST || i > KERNEL_CODE_LAST))
			bad_descriptor(look, v, i, gdt[i], "code of the kernel's right");
		/* a system descriptor takes two places */
		if (is_system)
			i++;
	}
}

enum look_result check_gdt(struct look *look)
{
	uint64_t gdt[GDT_ENTRIES];

	for (unsigned int i = 0; i < look->n_vcpus; i++) {
		const struct msg_vcpu *v = &look->vcpu[i];
		unsigned int n = (v->gdtr_limit + 1) / 8;

		if (!v->is_online || !v->lstar)
			continue;
		if (n > GDT_ENTRIES) {
			bad_descriptor(look, v, n - 1, n, "more entries than Linux's, the last");
			n = GDT_ENTRIES;
		}
		if (!memory_read(look->memory, v->gdtr_base, gdt, n * 8))
			return look_could_not(look, "the GDT of vCPU %u cannot be read", v->vcpu);
		descriptors(look, v, gdt, n);
	}
	return look_done(look);
}
