// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - System V objects: made, attached, removed, given away
 *
 * Under RCU or the locks of their kind.
 */
#include <linux/cred.h>
#include <linux/ipc.h>
#include <linux/lsm_hooks.h>
#include <linux/uidgid.h>

#include "emit.h"
#include "hooks.h"
#include "setup.h"

static void emit_ipc(u32 op, const struct kern_ipc_perm *perm, u32 cmd,
		     kuid_t uid)
{
	const struct starlsm_rec_ipc rec = {
		.op = op,
		.key = perm->key,
		.cmd = cmd,
		.uid = from_kuid(&init_user_ns, uid),
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(IPC, &rec));
}

/* Its owner will be set next. */
static int emit_new(u32 op, const struct kern_ipc_perm *perm)
{
	if (starlsm_wants(IPC))
		emit_ipc(op, perm, 0, current_euid());
	return 0;
}

/* What only asks has no object, or another command. */
static int emit_control(u32 op, const struct kern_ipc_perm *perm, int cmd)
{
	if (perm && (cmd == IPC_RMID || cmd == IPC_SET) && starlsm_wants(IPC))
		emit_ipc(op, perm, cmd, perm->uid);
	return 0;
}

static int hook_shm_alloc_security(struct kern_ipc_perm *perm)
{
	return emit_new(STARLSM_IPC_SHM_NEW, perm);
}

static int hook_msg_queue_alloc_security(struct kern_ipc_perm *perm)
{
	return emit_new(STARLSM_IPC_MSG_NEW, perm);
}

static int hook_sem_alloc_security(struct kern_ipc_perm *perm)
{
	return emit_new(STARLSM_IPC_SEM_NEW, perm);
}

static int hook_shm_shmat(struct kern_ipc_perm *perm, char __user *shmaddr,
			  int shmflg)
{
	if (starlsm_wants(IPC))
		emit_ipc(STARLSM_IPC_SHM_ATTACH, perm, shmflg, perm->uid);
	return 0;
}

static int hook_shm_shmctl(struct kern_ipc_perm *perm, int cmd)
{
	return emit_control(STARLSM_IPC_SHM_CONTROL, perm, cmd);
}

static int hook_msg_queue_msgctl(struct kern_ipc_perm *perm, int cmd)
{
	return emit_control(STARLSM_IPC_MSG_CONTROL, perm, cmd);
}

static int hook_sem_semctl(struct kern_ipc_perm *perm, int cmd)
{
	return emit_control(STARLSM_IPC_SEM_CONTROL, perm, cmd);
}

static struct security_hook_list ipc_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(shm_alloc_security, hook_shm_alloc_security),
	LSM_HOOK_INIT(msg_queue_alloc_security, hook_msg_queue_alloc_security),
	LSM_HOOK_INIT(sem_alloc_security, hook_sem_alloc_security),
	LSM_HOOK_INIT(shm_shmat, hook_shm_shmat),
	LSM_HOOK_INIT(shm_shmctl, hook_shm_shmctl),
	LSM_HOOK_INIT(msg_queue_msgctl, hook_msg_queue_msgctl),
	LSM_HOOK_INIT(sem_semctl, hook_sem_semctl),
};

void __init starlsm_add_ipc_hooks(void)
{
	security_add_hooks(ipc_hooks, ARRAY_SIZE(ipc_hooks), &starlsm_lsmid);
}
