/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the table of checks
 *
 * docs/introspection.md says of each what it compares with what, and what it
 * cannot see.
 */
#ifndef STARLSM_CHECKS_H
#define STARLSM_CHECKS_H

#include "vmi/look.h"

extern const struct check checks[];
extern const unsigned int n_checks;	/* at most LOOK_CHECKS_MAX */

enum look_result check_control_registers(struct look *look);
enum look_result check_syscall_entry(struct look *look);
enum look_result check_entry_alike(struct look *look);
enum look_result check_idt(struct look *look);
enum look_result check_gdt(struct look *look);
enum look_result check_text(struct look *look);
enum look_result check_rodata(struct look *look);
enum look_result check_vdso(struct look *look);
enum look_result check_module_views(struct look *look);
enum look_result check_bpf(struct look *look);
enum look_result check_module_text(struct look *look);
enum look_result check_code_pages(struct look *look);
enum look_result check_writable_text(struct look *look);
enum look_result check_process_views(struct look *look);
enum look_result check_process_guards(struct look *look);
enum look_result check_shared_cred(struct look *look);
enum look_result check_kthreads(struct look *look);
enum look_result check_ftrace(struct look *look);
enum look_result check_kprobes(struct look *look);
enum look_result check_tracepoints(struct look *look);
enum look_result check_lsm_calls(struct look *look);
enum look_result check_netfilter(struct look *look);
enum look_result check_notifiers(struct look *look);
enum look_result check_proc_files(struct look *look);
enum look_result check_root_folder(struct look *look);
enum look_result check_file_systems(struct look *look);
enum look_result check_open_files(struct look *look);
enum look_result check_taint(struct look *look);
enum look_result check_kernel_log(struct look *look);
enum look_result check_helper_paths(struct look *look);

#endif /* STARLSM_CHECKS_H */
