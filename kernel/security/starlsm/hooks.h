/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - the families of hooks, one file each
 */
#ifndef _SECURITY_STARLSM_HOOKS_H
#define _SECURITY_STARLSM_HOOKS_H

#include <linux/init.h>

void __init starlsm_add_path_hooks(void);	/* path.c */
void __init starlsm_add_task_hooks(void);	/* task.c */
void __init starlsm_add_exec_hooks(void);	/* exec.c */
void __init starlsm_add_cred_hooks(void);	/* cred.c */
void __init starlsm_add_file_hooks(void);	/* file.c */
void __init starlsm_add_socket_hooks(void);	/* socket.c */
void __init starlsm_add_load_hooks(void);	/* load.c */
void __init starlsm_add_trace_hooks(void);	/* trace.c */
void __init starlsm_add_mount_hooks(void);	/* mount.c */
void __init starlsm_add_proc_hooks(void);	/* proc.c */
void __init starlsm_add_names_hooks(void);	/* names.c */
void __init starlsm_add_attr_hooks(void);	/* attr.c */
void __init starlsm_add_control_hooks(void);	/* control.c */
void __init starlsm_add_memory_hooks(void);	/* memory.c */
void __init starlsm_add_peer_hooks(void);	/* peer.c */
void __init starlsm_add_netconf_hooks(void);	/* netconf.c */
void __init starlsm_add_super_hooks(void);	/* super.c */
void __init starlsm_add_kernel_hooks(void);	/* kernel.c */
void __init starlsm_add_ipc_hooks(void);	/* ipc.c */

#ifdef CONFIG_BPF_SYSCALL
void __init starlsm_add_bpf_hooks(void);	/* bpf.c */
void __init starlsm_add_bpfcmd_hooks(void);	/* bpfcmd.c */
#else
static inline void starlsm_add_bpf_hooks(void)
{
}

static inline void starlsm_add_bpfcmd_hooks(void)
{
}
#endif

#ifdef CONFIG_PERF_EVENTS
void __init starlsm_add_perf_hooks(void);	/* perf.c */
#else
static inline void starlsm_add_perf_hooks(void)
{
}
#endif

#ifdef CONFIG_IO_URING
void __init starlsm_add_uring_hooks(void);	/* uring.c */
#else
static inline void starlsm_add_uring_hooks(void)
{
}
#endif

#ifdef CONFIG_KEYS
void __init starlsm_add_keys_hooks(void);	/* keys.c */
#else
static inline void starlsm_add_keys_hooks(void)
{
}
#endif

#endif /* _SECURITY_STARLSM_HOOKS_H */
