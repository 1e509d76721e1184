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

static_assert(STARLSM_REC_MAX - sizeof(struct starlsm_rec_exec) -
	      STARLSM_PATH_LEN_MAX >= 2048);

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
	size_t have;

	if (!buf)
		return (struct starlsm_var) { .len = STARLSM_TRUNCATED };
	have = max - copy_from_user(buf, (const char __user *)bprm->p, max);
	return starlsm_var_head(buf, args_len(buf, have, bprm->argc), have);
}

static u32 emit_exec(const struct linux_binprm *bprm, u64 exe,
		     const struct starlsm_var *vars)
{
	const struct cred *const cred = current_cred();
	const struct starlsm_rec_exec rec = {
		.exe = exe,
		.cap_effective = cred->cap_effective.val,
		.pid = task_pid_nr(current),
		.uid = from_kuid(&init_user_ns, cred->uid),
		.euid = from_kuid(&init_user_ns, cred->euid),
		.argc = bprm->argc,
		.envc = bprm->envc,
		.path_len = vars[0].len,
		.args_len = vars[1].len,
	};

	return starlsm_emit(current, NULL, &(struct starlsm_msg) {
		.rec = &rec.rec,
		.vars = vars,
		.type = STARLSM_EV_EXEC,
		.n_vars = 2,
	});
}

static void hook_bprm_committing_creds(const struct linux_binprm *bprm)
{
	starlsm_start_recording();
	starlsm_cred_changes(bprm->cred, current_cred(), STARLSM_CRED_EXEC);
}

/*
 * The new memory is in place and the old credentials are gone; the task is
 * still described by what it executed until now.
 */
static void hook_bprm_committed_creds(const struct linux_binprm *bprm)
{
	char *path_buf __free(path_buf) = starlsm_path_buf();
	char *args_buf __free(path_buf) = starlsm_path_buf();
	struct starlsm_var vars[2];
	struct starlsm_exe *exe;
	u32 defined;

	vars[0] = starlsm_path_var(&bprm->file->f_path, path_buf);
	vars[1] = copy_args(bprm, args_buf, STARLSM_REC_MAX -
			    sizeof(struct starlsm_rec_exec) -
			    STARLSM_VAR_LEN(vars[0].len));
	exe = starlsm_exe_new(&vars[0]);
	defined = emit_exec(bprm, exe ? exe->id : 0, vars);
	if (exe)
		exe->defined = defined;
	if (defined)
		WRITE_ONCE(starlsm_task(current)->pid_told, true);
	starlsm_exe_set(exe);
}

static struct security_hook_list exec_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(bprm_committing_creds, hook_bprm_committing_creds),
	LSM_HOOK_INIT(bprm_committed_creds, hook_bprm_committed_creds),
};

void __init starlsm_add_exec_hooks(void)
{
	security_add_hooks(exec_hooks, ARRAY_SIZE(exec_hooks), &starlsm_lsmid);
}
