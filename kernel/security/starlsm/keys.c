// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - keys: made, or about to be changed
 *
 * Some callers hold keyrings, or are in RCU.
 */
#include <linux/key-type.h>
#include <linux/key.h>
#include <linux/lsm_hooks.h>
#include <linux/uidgid.h>

#include "emit.h"
#include "hooks.h"
#include "setup.h"

static void emit_key(const struct key *key, u32 op, u32 need)
{
	const char *const keytype = key->type->name;
	const struct starlsm_var vars[] = {
		starlsm_var_word(keytype, STARLSM_KEYTYPE_LEN_MAX),
	};
	const struct starlsm_rec_key rec = {
		.op = op,
		.serial = key->serial,
		.need = need,
		.uid = from_kuid(&init_user_ns, key->uid),
		.keytype_len = vars[0].len,
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG_VARS(KEY, &rec, vars));
}

static bool wants_key(void)
{
	return starlsm_wants(KEY) && !(current->flags & PF_KTHREAD);
}

static int hook_key_alloc(struct key *key, const struct cred *cred,
			  unsigned long flags)
{
	if (wants_key())
		emit_key(key, STARLSM_KEY_NEW, 0);
	return 0;
}

/* To look, to read and to search changes nothing, and goes on all the time. */
static bool is_change(enum key_need_perm need_perm)
{
	switch (need_perm) {
	case KEY_NEED_WRITE:
	case KEY_NEED_LINK:
	case KEY_NEED_SETATTR:
	case KEY_NEED_UNLINK:
		return true;
	default:
		return false;
	}
}

static int hook_key_permission(key_ref_t key_ref, const struct cred *cred,
			       enum key_need_perm need_perm)
{
	if (is_change(need_perm) && wants_key())
		emit_key(key_ref_to_ptr(key_ref), STARLSM_KEY_CHANGE,
			 need_perm);
	return 0;
}

static struct security_hook_list keys_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(key_alloc, hook_key_alloc),
	LSM_HOOK_INIT(key_permission, hook_key_permission),
};

void __init starlsm_add_keys_hooks(void)
{
	security_add_hooks(keys_hooks, ARRAY_SIZE(keys_hooks), &starlsm_lsmid);
}
