// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - changes of credentials
 *
 * There is no hook where credentials are committed; these are where they are
 * about to be. Setting to what is set is no change. What a hook does not see,
 * commit_creds() called by who has no business to, the collector finds by
 * holding these records against memory.
 */
#include <linux/cred.h>
#include <linux/lsm_hooks.h>
#include <linux/uidgid.h>

#include "cred.h"
#include "emit.h"
#include "hooks.h"
#include "setup.h"

static u32 uid_of(kuid_t uid)
{
	return from_kuid(&init_user_ns, uid);
}

static u32 gid_of(kgid_t gid)
{
	return from_kgid(&init_user_ns, gid);
}

static bool same(const struct cred *a, const struct cred *b)
{
	return uid_eq(a->uid, b->uid) && uid_eq(a->euid, b->euid) &&
	       uid_eq(a->suid, b->suid) && gid_eq(a->gid, b->gid) &&
	       gid_eq(a->egid, b->egid) &&
	       a->cap_effective.val == b->cap_effective.val &&
	       a->cap_permitted.val == b->cap_permitted.val;
}

static void emit_cred(const struct cred *new, const struct cred *old, u32 op)
{
	const struct starlsm_rec_cred rec = {
		.cap_effective = new->cap_effective.val,
		.cap_permitted = new->cap_permitted.val,
		.op = op,
		.old_uid = uid_of(old->uid),
		.old_euid = uid_of(old->euid),
		.uid = uid_of(new->uid),
		.euid = uid_of(new->euid),
		.suid = uid_of(new->suid),
		.gid = gid_of(new->gid),
		.egid = gid_of(new->egid),
	};

	starlsm_emit_and_wait(&(struct starlsm_about) { .who = current },
			      &STARLSM_MSG(CRED, &rec));
}

/**
 * starlsm_emit_cred - Record the current task's change of credentials
 *
 * @new: What they will be.
 * @old: What they are.
 * @op: STARLSM_CRED_*
 *
 * If nothing that a record shows differs there is none.
 */
void starlsm_emit_cred(const struct cred *new, const struct cred *old, u32 op)
{
	if (!same(new, old))
		emit_cred(new, old, op);
}

static int hook_task_fix_setuid(struct cred *new, const struct cred *old,
				int flags)
{
	starlsm_cred_changes(new, old, STARLSM_CRED_SETUID);
	return 0;
}

static int hook_task_fix_setgid(struct cred *new, const struct cred *old,
				int flags)
{
	starlsm_cred_changes(new, old, STARLSM_CRED_SETGID);
	return 0;
}

/* The groups themselves are in no field: that they are set is the event. */
static int hook_task_fix_setgroups(struct cred *new, const struct cred *old)
{
	if (starlsm_wants(CRED))
		emit_cred(new, old, STARLSM_CRED_SETGROUPS);
	return 0;
}

static int hook_capset(struct cred *new, const struct cred *old,
		       const kernel_cap_t *effective,
		       const kernel_cap_t *inheritable,
		       const kernel_cap_t *permitted)
{
	starlsm_cred_changes(new, old, STARLSM_CRED_CAPSET);
	return 0;
}

static struct security_hook_list cred_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(task_fix_setuid, hook_task_fix_setuid),
	LSM_HOOK_INIT(task_fix_setgid, hook_task_fix_setgid),
	LSM_HOOK_INIT(task_fix_setgroups, hook_task_fix_setgroups),
	LSM_HOOK_INIT(capset, hook_capset),
};

void __init starlsm_add_cred_hooks(void)
{
	security_add_hooks(cred_hooks, ARRAY_SIZE(cred_hooks), &starlsm_lsmid);
}
