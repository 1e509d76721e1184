// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - exec: which file, with which arguments, as whom
 *
 * The first exec of a boot, that of init, begins the recording.
 */
#include <linux/binfmts.h>
#include <linux/cred.h>
#include <linux/lsm_hooks.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>

#include "cred.h"
#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "setup.h"
#include "task.h"

#define ARGS_MAX	(STARLSM_REC_MAX - sizeof(struct starlsm_rec_exec))
#define ARGS_SHORT	256

/* Bytes of the first argc strings; more than @len if they do not end there. */
static size_t args_len(const char *buf, size_t len, int argc)
{
	const char *end = buf;

	while (argc-- > 0) {
		end = memchr(end, 0, buf + len - end);
		if (!end)
			return len + 1;
		end++;
	}
	return end - buf;
}

/*
 * Arguments, then environment, stand one after the other where the new stack
 * begins. What cannot be read there is cut off.
 */
static struct starlsm_var copy_args(const struct linux_binprm *bprm, char *buf,
				    size_t max)
{
	const size_t have =
		max - copy_from_user(buf, (const char __user *)bprm->p, max);

	return starlsm_var_head(buf, args_len(buf, have, bprm->argc), have);
}

static void emit_exec(const struct linux_binprm *bprm,
		      struct starlsm_path *path,
		      const struct starlsm_var vars[1])
{
	const struct cred *const cred = current_cred();
	const struct starlsm_rec_exec rec = {
		.path = starlsm_path_id(path),
		.cap_effective = cred->cap_effective.val,
		.pid = task_pid_nr(current),
		.uid = from_kuid(&init_user_ns, cred->uid),
		.euid = from_kuid(&init_user_ns, cred->euid),
		.argc = bprm->argc,
		.envc = bprm->envc,
		.arg_bytes = bprm->exec - bprm->p,
		.args_len = vars[0].len,
	};

	starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &(struct starlsm_msg) {
		.rec = &rec.rec,
		.vars = vars,
		.type = STARLSM_EV_EXEC,
		.n_vars = 1,
	});
}

/*
 * Nothing is read behind the environment, where the stack ends: that would be a
 * page fault at each exec. A page, which is zeroed first, is for arguments that
 * are long.
 */
static void record_exec(const struct linux_binprm *bprm,
			struct starlsm_path *path)
{
	const size_t size = min(bprm->exec - bprm->p, ARGS_MAX);
	char buf[ARGS_SHORT] __uninitialized;
	struct starlsm_var vars[] = {
		copy_args(bprm, buf, min(size, sizeof(buf))),
	};
	char *page = NULL;

	if (vars[0].len & STARLSM_TRUNCATED && size > sizeof(buf)) {
		page = __getname();
		if (page)
			vars[0] = copy_args(bprm, page, size);
		else
			starlsm_count(STARLSM_NO_MEMORY);
	}
	emit_exec(bprm, path, vars);
	if (page)
		__putname(page);
}

static void hook_bprm_committing_creds(const struct linux_binprm *bprm)
{
	starlsm_start_recording();
	starlsm_cred_changes(bprm->cred, current_cred(), STARLSM_CRED_EXEC);
}

/*
 * The new memory is in place and the old credentials are gone; the task is
 * still described by what it executed until now. EXEC tells its pid.
 */
static void hook_bprm_committed_creds(const struct linux_binprm *bprm)
{
	struct starlsm_path *const path = starlsm_path_of_file(bprm->file);

	if (starlsm_wants(EXEC))
		record_exec(bprm, path);
	starlsm_exe_set(path);
}

static struct security_hook_list exec_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(bprm_committing_creds, hook_bprm_committing_creds),
	LSM_HOOK_INIT(bprm_committed_creds, hook_bprm_committed_creds),
};

void __init starlsm_add_exec_hooks(void)
{
	security_add_hooks(exec_hooks, ARRAY_SIZE(exec_hooks), &starlsm_lsmid);
}
