// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - open files: what is asked of them beside reading and writing, and
 * where they come from
 */
#include <linux/blkpg.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/input.h>
#include <linux/kvm.h>
#include <linux/loop.h>
#include <linux/lsm_hooks.h>
#include <linux/sockios.h>
#include <linux/tty.h>
#include <linux/uinput.h>
#include <linux/userfaultfd.h>
#include <scsi/sg.h>

#include "emit.h"
#include "hooks.h"
#include "path.h"
#include "setup.h"

/* Few of thousands: what gives power over others, or hides something. */
static bool is_telling_ioctl(unsigned int cmd)
{
	switch (cmd) {
	case TIOCSTI:			/* types for another on a terminal */
	case TIOCLINUX:			/* pastes for another on a console */
	case TIOCCONS:			/* takes what goes to the console */
	case EVIOCGRAB:			/* takes all input of a keyboard */
	case UI_DEV_CREATE:		/* makes a keyboard of its own */
	case FS_IOC_SETFLAGS:		/* immutable, append only */
	case FS_IOC32_SETFLAGS:
	case FS_IOC_FSSETXATTR:
	case FIFREEZE:			/* stops all who write to a file system */
	case LOOP_SET_FD:		/* a file becomes a device to mount */
	case LOOP_CONFIGURE:
	case LOOP_CHANGE_FD:
	case BLKROSET:			/* a device can be written again */
	case BLKDISCARD:		/* what was on a device is gone */
	case BLKSECDISCARD:
	case BLKZEROOUT:
	case BLKPG:			/* partitions */
	case SG_IO:			/* commands to a disk, past the file system */
	case SIOCSIFFLAGS:		/* up, down, promiscuous */
	case SIOCSIFADDR:		/* poses as another host */
	case SIOCSIFHWADDR:
	case SIOCSARP:
	case SIOCSIFNAME:		/* poses as another interface */
	case SIOCADDRT:			/* redirects */
	case SIOCDELRT:
	case SIOCBRADDIF:
	case KVM_CREATE_VM:		/* a machine in which nobody looks */
	case UFFDIO_REGISTER:		/* halts the kernel in the middle of a copy */
		return true;
	default:
		return false;
	}
}

static int hook_file_ioctl(struct file *file, unsigned int cmd,
			   unsigned long arg)
{
	if (!starlsm_wants(IOCTL) || !is_telling_ioctl(cmd))
		return 0;

	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_file(file);
	const struct starlsm_rec_ioctl rec = {
		.path = starlsm_path_id(path),
		.cmd = cmd,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(IOCTL, &rec));
}

/* Appending only, and past the page cache: a log can be rewritten without. */
static bool is_telling_fcntl(const struct file *file, unsigned int cmd,
			     unsigned long arg)
{
	switch (cmd) {
	case F_SETFL:
		return (file->f_flags ^ arg) & (O_APPEND | O_DIRECT);
	case F_ADD_SEALS:	/* a program in memory is made ready */
	case F_SETOWN:		/* signals are to go to another */
	case F_SETOWN_EX:
	case F_NOTIFY:		/* a directory is watched */
	case F_SETLEASE:	/* others are to be held up when they open it */
		return true;
	default:
		return false;
	}
}

static noinline int emit_fcntl(struct file *file, unsigned int cmd,
			       unsigned long arg)
{
	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_file(file);
	const struct starlsm_rec_fcntl rec = {
		.path = starlsm_path_id(path),
		.arg = arg,
		.cmd = cmd,
	};

	return starlsm_emit_and_wait(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(FCNTL, &rec));
}

static int hook_file_fcntl(struct file *file, unsigned int cmd,
			   unsigned long arg)
{
	if (starlsm_wants(FCNTL) && is_telling_fcntl(file, cmd, arg))
		return emit_fcntl(file, cmd, arg);
	return 0;
}

/* With a message over a local datagram socket, that socket is locked. */
static int hook_file_receive(struct file *file)
{
	if (!starlsm_wants(RECEIVE))
		return 0;

	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_file(file);
	const struct starlsm_rec_receive rec = {
		.path = starlsm_path_id(path),
	};

	starlsm_emit_and_wait_later(&(struct starlsm_about) {
		.who = current,
		.path = { path },
	}, &STARLSM_MSG(RECEIVE, &rec));
	return 0;
}

static struct security_hook_list control_hooks[] __ro_after_init = {
	LSM_HOOK_INIT(file_ioctl, hook_file_ioctl),
	LSM_HOOK_INIT(file_ioctl_compat, hook_file_ioctl),
	LSM_HOOK_INIT(file_fcntl, hook_file_fcntl),
	LSM_HOOK_INIT(file_receive, hook_file_receive),
};

void __init starlsm_add_control_hooks(void)
{
	security_add_hooks(control_hooks, ARRAY_SIZE(control_hooks),
			   &starlsm_lsmid);
}
