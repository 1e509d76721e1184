// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the table of checks
 *
 * What is cheap, or is over quickly, is looked at in every round; the others take turns,
 * which have true first, and those that have it twice are looked at where they were
 * written to, too.
 */
#include "vmi/checks.h"

#define P	NEEDS_PROFILE
#define T	(NEEDS_PROFILE | NEEDS_TASKS)
#define M	(NEEDS_PROFILE | NEEDS_MODULES)

const struct check checks[] = {
	{ "entry-alike", "T1014", 11, 0, false, false, check_entry_alike },
	{ "control-registers", "T1562.001", 12, NEEDS_PVH, false, false, check_control_registers },
	{ "syscall-entry", "T1014", 11, P, false, false, check_syscall_entry },
	{ "idt", "T1014", 9, P, false, false, check_idt },
	{ "gdt", "T1014", 10, P | NEEDS_PVH, false, false, check_gdt },
	{ "text", "T1014", 3, M, true, true, check_text },
	{ "rodata", "T1014", 1, M, true, true, check_rodata },
	{ "vdso", "T1055", 36, P, true, true, check_vdso },
	{ "lsm-calls", "T1562.001", 32, P, true, false, check_lsm_calls },
	{ "helper-paths", "T1547", 35, P, false, false, check_helper_paths },
	{ "taint", "T1070", 39, P, false, false, check_taint },
	{ "module-views", "T1014", 5, M, false, false, check_module_views },
	{ "module-text", "T1014", 4, M, true, false, check_module_text },
	{ "code-pages", "T1014", 6, M, true, false, check_code_pages },
	{ "writable-text", "T1014", 8, P, true, false, check_writable_text },
	{ "process-views", "T1564", 18, T, false, false, check_process_views },
	{ "process-guards", "T1068", 20, T, false, false, check_process_guards },
	{ "shared-credentials", "T1068", 17, T, false, false, check_shared_cred },
	{ "kernel-threads", "T1014", 40, M | T, false, false, check_kthreads },
	{ "ftrace", "T1014", 21, M, false, false, check_ftrace },
	{ "kprobes", "T1014", 22, M, false, false, check_kprobes },
	{ "tracepoints", "T1014", 23, M, true, false, check_tracepoints },
	{ "bpf-programs", "T1014", 25, P, true, false, check_bpf },
	{ "netfilter", "T1205", 26, M, false, false, check_netfilter },
	{ "notifiers", "T1014", 31, M, false, false, check_notifiers },
	{ "root-folder", "T1014", 28, M, false, false, check_root_folder },
	{ "proc-files", "T1014", 27, M, true, false, check_proc_files },
	{ "file-systems", "T1014", 28, M, true, false, check_file_systems },
	{ "open-files", "T1014", 28, M | T, true, false, check_open_files },
	{ "kernel-log", "T1070", 39, P, true, false, check_kernel_log },
};

const unsigned int n_checks = sizeof(checks) / sizeof(checks[0]);

_Static_assert(sizeof(checks) / sizeof(checks[0]) <= LOOK_CHECKS_MAX, "MSG_LOOKED has no room");
