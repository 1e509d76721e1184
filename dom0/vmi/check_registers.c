// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - checks: control registers, and where system calls enter
 *
 * The expected values are those of Linux 6.12: arch/x86/kernel/cpu/common.c.
 */
#include <inttypes.h>

#include "vmi/checks.h"

#define CR0_PG		(1ULL << 31)
#define CR0_WP		(1ULL << 16)
#define EFER_SCE	(1ULL << 0)
#define EFER_LMA	(1ULL << 10)
#define EFER_NXE	(1ULL << 11)
/* SMEP, SMAP, UMIP: what a kernel that has pinned them cannot want to lose */
#define CR4_GUARDS	((1ULL << 20) | (1ULL << 21) | (1ULL << 11))
/* __USER32_CS and __KERNEL_CS, where SYSRET and SYSCALL look for them */
#define STAR		0x0023001000000000ULL
/* CF PF AF ZF SF TF IF DF OF IOPL NT RF AC ID */
#define SFMASK		0x0000000000257fd5ULL

/*
 * Does it run Linux? One that is being started gets its entry last. Without one
 * every system call would end the guest: nobody takes it away to hide.
 */
static bool is_up(const struct msg_vcpu *v)
{
	return v->is_online && (v->cr0 & CR0_PG) && (v->efer & EFER_LMA) && v->lstar;
}

static void differs(struct look *look, const struct msg_vcpu *v, const char *what,
		    uint64_t expected, uint64_t found)
{
	struct msg_finding *f;

	f = look_report(look, FINDING_TAMPERED, 0, "vCPU %u: %s is %#" PRIx64 ", not %#" PRIx64,
			v->vcpu, what, found, expected);
	f->vcpu = v->vcpu;
	f->expected = expected;
	f->found = found;
}

static void has_bits(struct look *look, const struct msg_vcpu *v, const char *what,
		     uint64_t found, uint64_t bits)
{
	if ((found & bits) != bits)
		differs(look, v, what, found | bits, found);
}

/* What this kernel has pinned of CR4; 0 if that cannot be known. */
static uint64_t pinned(struct look *look)
{
	const struct profile_symbol *s = look->profile ?
		profile_find(look->profile, "cr4_pinned_bits") : NULL;
	uint64_t bits;

	if (!s || !memory_u64(look->memory, s->address + look->delta, &bits))
		return 0;
	return bits & CR4_GUARDS;
}

enum look_result check_control_registers(struct look *look)
{
	uint64_t guards = pinned(look);

	for (unsigned int i = 0; i < look->n_vcpus; i++) {
		const struct msg_vcpu *v = &look->vcpu[i];

		if (!is_up(v))
			continue;
		has_bits(look, v, "CR0", v->cr0, CR0_WP);
		has_bits(look, v, "EFER", v->efer, EFER_NXE | EFER_SCE);
		has_bits(look, v, "CR4", v->cr4, guards);
	}
	return look_done(look);
}

/*
 * It is one of those symbols, of which a kernel may lack some; or it is 0: not all
 * processors have all, and a vCPU that is being started has none yet.
 */
static void is_one_of(struct look *look, const struct msg_vcpu *v, const char *what,
		      uint64_t found, const char *first, const char *second)
{
	const struct profile_symbol *a = profile_find(look->profile, first);
	const struct profile_symbol *b = second ? profile_find(look->profile, second) : NULL;

	if (!found || (a && found == a->address + look->delta) ||
	    (b && found == b->address + look->delta))
		return;
	differs(look, v, what, a ? a->address + look->delta : 0, found);
	look_describe(look, found, look->finding[look->n_findings - 1].object);
	look->finding[look->n_findings - 1].address = found;
}

static void pv_entries(struct look *look, const struct msg_vcpu *v)
{
	is_one_of(look, v, "the system call entry", v->syscall_callback,
		  "xen_entry_SYSCALL_64", NULL);
	is_one_of(look, v, "the event entry", v->event_callback,
		  "xen_asm_exc_xen_hypervisor_callback", NULL);
	is_one_of(look, v, "the failsafe entry", v->failsafe_callback,
		  "xen_failsafe_callback", NULL);
}

static void msr_entries(struct look *look, const struct msg_vcpu *v)
{
	if (!is_up(v))
		return;
	is_one_of(look, v, "LSTAR", v->lstar, "entry_SYSCALL_64", NULL);
	is_one_of(look, v, "CSTAR", v->cstar, "entry_SYSCALL_compat",
		  "entry_SYSCALL32_ignore");
	is_one_of(look, v, "SYSENTER_EIP", v->sysenter_eip, "entry_SYSENTER_compat",
		  NULL);
	if (v->star != STAR)
		differs(look, v, "STAR", STAR, v->star);
	if (v->sfmask != SFMASK)
		differs(look, v, "SFMASK", SFMASK, v->sfmask);
}

enum look_result check_syscall_entry(struct look *look)
{
	for (unsigned int i = 0; i < look->n_vcpus; i++) {
		const struct msg_vcpu *v = &look->vcpu[i];

		if (!v->is_online)
			continue;
		if (look->is_pv)
			pv_entries(look, v);
		else
			msr_entries(look, v);
	}
	return look_done(look);
}

/* Of a kernel that is not known: that there is one entry, and that it is the kernel's */
enum look_result check_entry_alike(struct look *look)
{
	uint64_t first = 0;

	for (unsigned int i = 0; i < look->n_vcpus; i++) {
		const struct msg_vcpu *v = &look->vcpu[i];
		uint64_t entry = look->is_pv ? v->syscall_callback : v->lstar;

		if (!v->is_online || !entry || (!look->is_pv && !is_up(v)))
			continue;
		if (!first)
			first = entry;
		if (!memory_is_kernel(entry) || entry != first)
			differs(look, v, "the system call entry", first, entry);
	}
	return look_done(look);
}
