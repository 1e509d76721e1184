// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - table of contents: what there is, and in which order it begins
 */
#include <linux/init.h>
#include <linux/lsm_hooks.h>
#include <linux/printk.h>
#include <uapi/linux/lsm.h>

#include "hello.h"
#include "hooks.h"
#include "policy.h"
#include "rings.h"
#include "setup.h"
#include "sock.h"
#include "task.h"

#define STARLSM_NAME	"starlsm"

bool starlsm_on __ro_after_init;

const struct lsm_id starlsm_lsmid = {
	.name = STARLSM_NAME,
	.id = LSM_ID_STARLSM,
};

struct lsm_blob_sizes starlsm_blob_sizes __ro_after_init = {
	.lbs_sock = sizeof(struct starlsm_sock),
	.lbs_task = sizeof(struct starlsm_task),
};

static void __init add_hooks(void)
{
	starlsm_add_path_hooks();
	starlsm_add_task_hooks();
	starlsm_add_exec_hooks();
	starlsm_add_cred_hooks();
	starlsm_add_file_hooks();
	starlsm_add_socket_hooks();
	starlsm_add_load_hooks();
	starlsm_add_bpf_hooks();
	starlsm_add_trace_hooks();
	starlsm_add_mount_hooks();
	starlsm_add_proc_hooks();
	starlsm_add_names_hooks();
	starlsm_add_attr_hooks();
	starlsm_add_control_hooks();
	starlsm_add_memory_hooks();
	starlsm_add_peer_hooks();
	starlsm_add_netconf_hooks();
	starlsm_add_super_hooks();
	starlsm_add_kernel_hooks();
	starlsm_add_bpfcmd_hooks();
	starlsm_add_perf_hooks();
	starlsm_add_uring_hooks();
	starlsm_add_keys_hooks();
	starlsm_add_ipc_hooks();
}

static int __init starlsm_init(void)
{
	/* Where nobody can ever listen, hooks would only cost time. */
	if (!starlsm_xenbus_possible() &&
	    !IS_ENABLED(CONFIG_SECURITY_STARLSM_KUNIT_TEST)) {
		pr_info("starlsm: no Xen, nothing to do\n");
		return 0;
	}
	starlsm_rings_init();
	starlsm_hello_init();
	starlsm_policy_init();
	add_hooks();
	starlsm_on = true;
	pr_info("starlsm: %u rings of %u KiB\n", starlsm_rings.n_rings,
		STARLSM_RING_SIZE / 1024);
	return 0;
}

DEFINE_LSM(starlsm) = {
	.name = STARLSM_NAME,
	.init = starlsm_init,
	.blobs = &starlsm_blob_sizes,
};
