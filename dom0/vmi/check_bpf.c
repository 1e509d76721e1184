// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - check: a bpf program that the kernel executes is in the table in which
 * people look for it
 */
#include "vmi/checks.h"
#include "vmi/lists.h"

#define PROGRAMS_MAX	8192

struct programs {
	uint64_t id[PROGRAMS_MAX];	/* ascending */
	unsigned int n;
	bool unread;
};

static bool add(void *arg, uint64_t index, uint64_t entry)
{
	struct programs *p = arg;

	(void)entry;
	if (p->n < PROGRAMS_MAX)
		p->id[p->n++] = index;
	else
		p->unread = true;
	return !p->unread;
}

static bool has(const struct programs *p, uint64_t id)
{
	for (unsigned int i = 0; i < p->n; i++)
		if (p->id[i] == id)
			return true;
	return false;
}

/* Whatever bpf has made to be executed; of a program's parts only the first has an id. */
static bool symbol(struct look *look, uint64_t node, void *arg)
{
	const struct offsets *o = look->offsets;
	uint64_t ksym = node - o->at[M_bpf_ksym_lnode];
	uint64_t aux = ksym - o->at[M_bpf_prog_aux_ksym];
	struct programs *p = arg;
	struct msg_finding *f;
	uint8_t is_program;
	uint32_t id;

	p->unread = !memory_read(look->memory, ksym + o->at[M_bpf_ksym_prog], &is_program, 1);
	if (p->unread || !is_program)
		return !p->unread;
	p->unread = !memory_u32(look->memory, aux + o->at[M_bpf_prog_aux_id], &id);
	if (p->unread || !id || has(p, id))
		return !p->unread;
	f = look_report(look, FINDING_TAMPERED, aux,
			"bpf program %u is executed, and is not in the table of programs", id);
	f->found = id;
	return true;
}

enum look_result check_bpf(struct look *look)
{
	static const enum member need[] = {
		M_bpf_ksym_lnode, M_bpf_ksym_prog, M_bpf_prog_aux_ksym, M_bpf_prog_aux_id,
		M_idr_idr_rt, M_xarray_xa_head, M_xa_node_shift, M_xa_node_slots, MEMBER_COUNT
	};
	const struct offsets *o = look->offsets;
	const struct memory_xarray layout = {
		.xa_head = o->at[M_xarray_xa_head], .shift = o->at[M_xa_node_shift],
		.slots = o->at[M_xa_node_slots],
	};
	static struct programs programs;
	uint64_t idr, list;

	programs.n = 0;
	programs.unread = false;
	if (!look_has(look, need) || !look_symbol(look, "prog_idr", &idr) ||
	    !look_symbol(look, "bpf_kallsyms", &list))
		return LOOK_COULD_NOT;
	if (!memory_xarray(look->memory, &layout, idr + o->at[M_idr_idr_rt], add, &programs) ||
	    programs.unread)
		return look_could_not(look, "the table of bpf programs cannot be read");
	if (!list_each(look, "bpf_kallsyms", list, symbol, &programs))
		return LOOK_COULD_NOT;
	if (programs.unread && !look->n_findings)
		return look_could_not(look, "a bpf program cannot be read");
	return look_done(look);
}
