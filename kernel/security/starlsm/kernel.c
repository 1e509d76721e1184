// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - the kernel itself: its modules' names, its log, its clock, its locks
 */
#include <linux/lsm_hooks.h>
#include <linux/security.h>
#include <linux/syslog.h>
#include <linux/time64.h>

#include "emit.h"
#include "hooks.h"
#include "setup.h"

/* Who asks is the task that met a device or protocol without a driver. */
static noinline int emit_modreq(char *kmod_name)
{
	struct starlsm_rec_modreq rec = {};
	struct starlsm_var vars[1];

	vars[0] = starlsm_var_word(kmod_name, STARLSM_MODULE_LEN_MAX);
	rec.module_len = vars[0].len;
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG_VARS(MODREQ, &rec, vars));
}

static int hook_kernel_module_request(char *kmod_name)
{
	return starlsm_wants(MODREQ) ? emit_modreq(kmod_name) : 0;
}

static noinline void emit_lockdown(enum lockdown_reason what)
{
	const struct starlsm_rec_lockdown rec = { .what = what };

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(LOCKDOWN, &rec));
}

/* From anywhere. It is asked whether or not anything is locked down. */
static int hook_locked_down(enum lockdown_reason what)
{
	if (starlsm_wants(LOCKDOWN))
		emit_lockdown(what);
	return 0;
}

/* A log daemon reads on and on: that it does was said when it opened the log. */
static bool is_telling_of_log(int type)
{
	switch (type) {
	case SYSLOG_ACTION_READ_ALL:
	case SYSLOG_ACTION_READ_CLEAR:
	case SYSLOG_ACTION_CLEAR:
	case SYSLOG_ACTION_CONSOLE_OFF:
	case SYSLOG_ACTION_CONSOLE_ON:
	case SYSLOG_ACTION_CONSOLE_LEVEL:
		return true;
	default:
		return false;
	}
}

static noinline int emit_syslog(int type)
{
	const struct starlsm_rec_syslog rec = { .action = type };

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(SYSLOG, &rec));
}

static int hook_syslog(int type)
{
	if (starlsm_wants(SYSLOG) && is_telling_of_log(type))
		return emit_syslog(type);
	return 0;
}

/* Without @ts only the time zone is set. */
static noinline int emit_settime(const struct timespec64 *ts)
{
	struct starlsm_rec_settime rec = {};

	rec.time_ns = timespec64_to_ns(ts);
	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
	}, &STARLSM_MSG(SETTIME, &rec));
}

static int hook_settime(const struct timespec64 *ts, const struct timezone *tz)
{
	if (ts && starlsm_wants(SETTIME))
		return emit_settime(ts);
	return 0;
}

static struct security_hook_list kernel_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(kernel_module_request, hook_kernel_module_request),
	LSM_HOOK_INIT(locked_down, hook_locked_down),
	LSM_HOOK_INIT(syslog, hook_syslog),
	LSM_HOOK_INIT(settime, hook_settime),
};

void __init starlsm_add_kernel_hooks(void)
{
	security_add_hooks(kernel_hooks, ARRAY_SIZE(kernel_hooks),
			   &starlsm_lsmid);
}
