// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the rights the responder gives away, and those it keeps
 *
 * It stays root because the toolstack it starts has to be. A list of what is
 * allowed would have to hold all that xl and the site's hotplug scripts do, so
 * there is a list of what is not: the calls by which root becomes the kernel
 * or another process.
 */
#include "responder/sandbox.h"

#include <errno.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lib/drop.h"
#include "lib/log.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define CAP(name) (1ULL << CAP_##name)

/*
 * NET_ADMIN takes an interface off a bridge, SYS_ADMIN a loop device off its
 * file, IPC_LOCK keeps hypercall buffers in memory, KILL ends a device model,
 * DAC_OVERRIDE opens the log that it wrote as its own user.
 */
#define CAPS_KEPT (CAP(NET_ADMIN) | CAP(SYS_ADMIN) | CAP(IPC_LOCK) | CAP(KILL) | \
		   CAP(DAC_OVERRIDE))

static const int refused[] = {
	SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(process_vm_writev),
	SCMP_SYS(pidfd_getfd), SCMP_SYS(kcmp),
	SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load), SCMP_SYS(kexec_file_load), SCMP_SYS(reboot),
	SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(mount), SCMP_SYS(umount2), SCMP_SYS(move_mount), SCMP_SYS(open_tree),
	SCMP_SYS(fsopen), SCMP_SYS(fsmount), SCMP_SYS(fspick), SCMP_SYS(mount_setattr),
	SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(setns), SCMP_SYS(unshare),
	SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(acct), SCMP_SYS(quotactl),
	SCMP_SYS(iopl), SCMP_SYS(ioperm),
	SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(clock_adjtime),
	SCMP_SYS(adjtimex),
	SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(keyctl),
	SCMP_SYS(open_by_handle_at), SCMP_SYS(fanotify_init), SCMP_SYS(syslog),
};

/* Another architecture's calls are not on the list: they end the process. */
static void refuse_calls(void)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ALLOW);
	int rc;

	if (!ctx)
		fatal("seccomp_init: no memory");
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		rc = seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), refused[i], 0);
		if (rc)
			fatal("seccomp, call %d: %s", refused[i], strerror(-rc));
	}
	rc = seccomp_load(ctx);
	if (rc)
		fatal("seccomp_load: %s", strerror(-rc));
	seccomp_release(ctx);
}

void sandbox_enter(void)
{
	drop_caps_but(CAPS_KEPT);
	refuse_calls();
}
