// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a vCPU's registers, from Xen
 */
#include "starlsmd/vcpu.h"

#include <errno.h>
#include <string.h>
#include <xen/hvm/save.h>

static void read_pv(const vcpu_guest_context_x86_64_t *c, struct msg_vcpu *m)
{
	m->rip = c->user_regs.rip;
	m->rsp = c->user_regs.rsp;
	m->rflags = c->user_regs.rflags;
	m->cr0 = c->ctrlreg[0];
	m->cr2 = c->ctrlreg[2];
	m->cr3 = c->ctrlreg[3];
	m->cr4 = c->ctrlreg[4];
	m->gdtr_limit = c->gdt_ents;
	m->event_callback = c->event_callback_eip;
	m->failsafe_callback = c->failsafe_callback_eip;
	m->syscall_callback = c->syscall_callback_eip;
	for (int i = 0; i < VCPU_GDT_FRAMES; i++)
		m->gdt_frame[i] = c->gdt_frames[i];
	for (int i = 0; i < VCPU_TRAPS; i++) {
		m->trap[i] = c->trap_ctxt[i].address;
		m->trap_cs[i] = c->trap_ctxt[i].cs;
		m->trap_flags[i] = c->trap_ctxt[i].flags;
	}
}

static void read_hvm(const struct hvm_hw_cpu *c, struct msg_vcpu *m)
{
	m->rip = c->rip;
	m->rsp = c->rsp;
	m->rflags = c->rflags;
	m->cr0 = c->cr0;
	m->cr2 = c->cr2;
	m->cr3 = c->cr3;
	m->cr4 = c->cr4;
	m->efer = c->msr_efer;
	m->star = c->msr_star;
	m->lstar = c->msr_lstar;
	m->cstar = c->msr_cstar;
	m->sfmask = c->msr_syscall_mask;
	m->sysenter_cs = c->sysenter_cs;
	m->sysenter_esp = c->sysenter_esp;
	m->sysenter_eip = c->sysenter_eip;
	m->idtr_base = c->idtr_base;
	m->idtr_limit = c->idtr_limit;
	m->gdtr_base = c->gdtr_base;
	m->gdtr_limit = c->gdtr_limit;
}

static int read_context(xc_interface *xc, struct msg_vcpu *m)
{
	static vcpu_guest_context_any_t pv;
	struct hvm_hw_cpu hvm;

	if (m->is_pv) {
		if (xc_vcpu_getcontext(xc, m->domid, m->vcpu, &pv))
			return errno;
		read_pv(&pv.x64, m);
		return 0;
	}
	if (xc_domain_hvm_getcontext_partial(xc, m->domid, HVM_SAVE_CODE(CPU), m->vcpu,
					     &hvm, sizeof(hvm)))
		return errno;
	read_hvm(&hvm, m);
	return 0;
}

void vcpu_read(xc_interface *xc, uint32_t domid, uint32_t vcpu, bool is_pv, struct msg_vcpu *m)
{
	xc_domaininfo_t domain;
	xc_vcpuinfo_t info;

	memset(m, 0, sizeof(*m));
	m->msg = (struct msg){ MSG_VCPU, sizeof(*m) };
	m->domid = domid;
	m->vcpu = vcpu;
	m->is_pv = is_pv;
	if (xc_domain_getinfolist(xc, domid, 1, &domain) != 1 || domain.domain != domid) {
		m->err = ESRCH;
		return;
	}
	m->n_vcpus = domain.max_vcpu_id + 1;
	m->is_paused = !!(domain.flags & (XEN_DOMINF_paused | XEN_DOMINF_shutdown));
	if (vcpu >= m->n_vcpus || xc_vcpu_getinfo(xc, domid, vcpu, &info)) {
		m->err = ENOENT;
		return;
	}
	if (!info.online)
		return;
	m->err = read_context(xc, m);
	m->is_online = !m->err;
}
