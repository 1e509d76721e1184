/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the structures of Linux that vmi reads, one row a member
 *
 * starlsm-profile looks each up in the kernel's BTF; one that a kernel does not
 * have, as its configuration left it out, is not in its profile, and a check that
 * needs it says so. ROW(structure, member); member "" stands for the structure,
 * whose size is wanted. A member of an unnamed one within counts as its owner's.
 */
#ifndef STARLSM_MEMBERS_H
#define STARLSM_MEMBERS_H

#define MEMBERS(ROW, SIZE)				\
	ROW(module, state)				\
	ROW(module, list)				\
	ROW(module, name)				\
	ROW(module, mem)				\
	SIZE(module_memory)				\
	ROW(module_memory, base)			\
	ROW(module_memory, size)			\
	ROW(module_kobject, kobj)			\
	ROW(module_kobject, mod)			\
	ROW(kobject, entry)				\
	ROW(kset, list)					\
	ROW(task_struct, tasks)				\
	ROW(task_struct, flags)				\
	ROW(task_struct, pid)				\
	ROW(task_struct, tgid)				\
	ROW(task_struct, comm)				\
	ROW(task_struct, real_cred)			\
	ROW(task_struct, worker_private)		\
	ROW(task_struct, start_time)			\
	ROW(task_struct, security)			\
	ROW(task_struct, nsproxy)			\
	ROW(task_struct, atomic_flags)			\
	ROW(task_struct, seccomp)			\
	ROW(seccomp, mode)				\
	ROW(seccomp, filter)				\
	ROW(seccomp_filter, cache)			\
	ROW(seccomp_filter, prev)			\
	ROW(seccomp_filter, prog)			\
	ROW(bpf_prog, bpf_func)				\
	ROW(nsproxy, uts_ns)				\
	ROW(nsproxy, ipc_ns)				\
	ROW(nsproxy, mnt_ns)				\
	ROW(nsproxy, pid_ns_for_children)		\
	ROW(nsproxy, net_ns)				\
	ROW(nsproxy, cgroup_ns)				\
	ROW(cred, uid)					\
	ROW(cred, euid)					\
	ROW(cred, cap_effective)			\
	ROW(cred, cap_permitted)			\
	ROW(cred, user_ns)				\
	ROW(lsm_blob_sizes, lbs_task)			\
	ROW(starlsm_task, id)				\
	ROW(kthread, threadfn)				\
	ROW(pid_namespace, idr)				\
	ROW(pid, tasks)					\
	ROW(task_struct, pid_links)			\
	ROW(idr, idr_rt)				\
	ROW(xarray, xa_head)				\
	ROW(xa_node, shift)				\
	ROW(xa_node, slots)				\
	ROW(ftrace_ops, func)				\
	ROW(ftrace_ops, next)				\
	ROW(ftrace_ops, trampoline)			\
	ROW(ftrace_ops, trampoline_size)		\
	ROW(ftrace_ops, list)				\
	ROW(rcu_state, gp_seq)				\
	ROW(mod_tree_root, root)			\
	ROW(latch_tree_root, seq)			\
	ROW(kprobe, hlist)				\
	ROW(kprobe, list)				\
	ROW(kprobe, addr)				\
	ROW(kprobe, pre_handler)			\
	ROW(kprobe, post_handler)			\
	ROW(kprobe_insn_cache, pages)			\
	ROW(kprobe_insn_page, list)			\
	ROW(kprobe_insn_page, insns)			\
	ROW(bpf_prog_pack, list)			\
	ROW(bpf_prog_pack, ptr)				\
	ROW(bpf_ksym, lnode)				\
	ROW(bpf_ksym, prog)				\
	ROW(bpf_prog_aux, ksym)				\
	ROW(bpf_prog_aux, id)				\
	ROW(tracepoint, funcs)				\
	SIZE(tracepoint_func)				\
	ROW(tracepoint_func, func)			\
	SIZE(lsm_static_call)				\
	ROW(lsm_static_call, key)			\
	ROW(lsm_static_call, trampoline)		\
	ROW(lsm_static_call, hl)			\
	ROW(lsm_static_call, active)			\
	SIZE(lsm_static_calls_table)			\
	ROW(static_call_key, func)			\
	ROW(security_hook_list, hook)			\
	ROW(static_key_false, key)			\
	ROW(static_key, enabled)			\
	ROW(net, list)					\
	ROW(net, nf)					\
	ROW(net, proc_net)				\
	ROW(netns_nf, hooks_ipv4)			\
	ROW(netns_nf, hooks_ipv6)			\
	ROW(nf_hook_entries, num_hook_entries)		\
	ROW(nf_hook_entries, hooks)			\
	SIZE(nf_hook_entry)				\
	ROW(nf_hook_entry, hook)			\
	ROW(proc_dir_entry, subdir)			\
	ROW(proc_dir_entry, subdir_node)		\
	ROW(proc_dir_entry, proc_ops)			\
	ROW(proc_dir_entry, seq_ops)			\
	SIZE(proc_ops)					\
	SIZE(file_operations)				\
	SIZE(inode_operations)				\
	ROW(task_struct, fs)				\
	ROW(fs_struct, root)				\
	ROW(path, dentry)				\
	ROW(dentry, d_inode)				\
	ROW(inode, i_op)				\
	ROW(inode, i_fop)				\
	ROW(super_block, s_list)			\
	ROW(super_block, s_type)			\
	ROW(super_block, s_op)				\
	ROW(super_block, s_d_op)			\
	ROW(super_block, s_root)			\
	SIZE(super_operations)				\
	SIZE(dentry_operations)				\
	ROW(file_system_type, name)			\
	ROW(file_system_type, next)			\
	ROW(file_system_type, init_fs_context)		\
	ROW(file_system_type, mount)			\
	ROW(file_system_type, kill_sb)			\
	ROW(task_struct, files)				\
	ROW(files_struct, fdt)				\
	ROW(fdtable, max_fds)				\
	ROW(fdtable, fd)				\
	ROW(file, f_op)					\
	ROW(printk_ringbuffer, desc_ring)		\
	ROW(printk_ringbuffer, text_data_ring)		\
	ROW(prb_desc_ring, count_bits)			\
	ROW(prb_desc_ring, descs)			\
	ROW(prb_desc_ring, infos)			\
	ROW(prb_desc_ring, head_id)			\
	ROW(prb_desc_ring, tail_id)			\
	ROW(prb_data_ring, size_bits)			\
	ROW(prb_data_ring, data)			\
	ROW(prb_data_ring, head_lpos)			\
	ROW(prb_data_ring, tail_lpos)			\
	SIZE(prb_desc)					\
	ROW(prb_desc, state_var)			\
	ROW(prb_desc, text_blk_lpos)			\
	ROW(prb_data_blk_lpos, begin)			\
	ROW(prb_data_blk_lpos, next)			\
	ROW(prb_data_block, data)			\
	SIZE(printk_info)				\
	ROW(printk_info, text_len)			\
	SIZE(seq_operations)				\
	ROW(rb_root, rb_node)				\
	ROW(rb_node, rb_left)				\
	ROW(rb_node, rb_right)				\
	ROW(notifier_block, notifier_call)		\
	ROW(notifier_block, next)			\
	ROW(atomic_notifier_head, head)			\
	ROW(blocking_notifier_head, head)		\
	ROW(raw_notifier_head, head)
#endif /* STARLSM_MEMBERS_H */
