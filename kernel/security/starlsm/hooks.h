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

#ifdef CONFIG_BPF_SYSCALL
void __init starlsm_add_bpf_hooks(void);	/* bpf.c */
#else
static inline void starlsm_add_bpf_hooks(void)
{
}
#endif

#endif /* _SECURITY_STARLSM_HOOKS_H */
