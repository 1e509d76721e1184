/* SPDX-License-Identifier: MIT */
/*
 * starlsm - the event table: every record a guest can write, once
 *
 * Included many times, each time with other definitions of
 *
 *   STARLSM_EVENT(ID, name, number, hook, class, attack, text)
 *   STARLSM_FIELD(name, kind, field, text)
 *   STARLSM_EVENT_END(name)
 *
 * The record structures in starlsm.h, the decoder's tables, the names in JSON,
 * the reference page and the test vectors all come from here. To add an event,
 * add a row and a hook. Numbers are never reused.
 *
 * hook    the LSM hook that writes it ("" where none does)
 * class   ASYNC: the peer is woken when its threshold is crossed
 *         URGENT: the peer is woken at once
 * attack  a hint: the ATT&CK technique the event may be a sign of
 * kind    the field's type, see STARLSM_WIRE_* in starlsm.h. Fields are in the
 *         order of their size: 64-bit, then 32-bit, then 16-bit (the lengths of
 *         the variable parts), so that no structure has a hole.
 */

/* What the ring says of itself: numbers 1 to 15 */

STARLSM_EVENT(HELLO, hello, 1, "", ASYNC, "", "first record of an epoch on a ring")
STARLSM_FIELD(hello, U64, seq64, "this record's sequence number, all 64 bits")
STARLSM_FIELD(hello, HEX64, text_base, "address of the kernel's first byte of text")
STARLSM_FIELD(hello, U32, epoch, "counts the attachments since boot, from 1")
STARLSM_FIELD(hello, U32, ring, "number of this ring: the vCPU's number")
STARLSM_FIELD(hello, U32, minor, "protocol minor version the guest speaks")
STARLSM_FIELD(hello, STR, build_id, "build id of the kernel, hexadecimal")
STARLSM_FIELD(hello, STR, release, "kernel release, as uname -r")
STARLSM_EVENT_END(hello)

STARLSM_EVENT(LOST, lost, 2, "", ASYNC, "T1562.006", "records that found no room in this ring")
STARLSM_FIELD(lost, EVENT, event, "their type")
STARLSM_FIELD(lost, U32, count, "how many since the last LOST record of that type")
STARLSM_EVENT_END(lost)

STARLSM_EVENT(HEARTBEAT, heartbeat, 3, "", ASYNC, "", "the sensor lives; once a second")
STARLSM_FIELD(heartbeat, U64, committed, "records committed on all rings since boot")
STARLSM_FIELD(heartbeat, U64, dropped, "records lost on all rings since boot")
STARLSM_FIELD(heartbeat, U32, cpus, "vCPUs online")
STARLSM_EVENT_END(heartbeat)

STARLSM_EVENT(TASK, task, 4, "", ASYNC, "", "defines a task that this epoch has not seen")
STARLSM_FIELD(task, TASK, id, "the task")
STARLSM_FIELD(task, TASK, parent, "the task that created it, 0 if unknown")
STARLSM_FIELD(task, EXE, exe, "what it executes, 0 for a kernel thread")
STARLSM_FIELD(task, HEX64, cap_effective, "effective capabilities")
STARLSM_FIELD(task, PID, pid, "thread id in the initial namespace")
STARLSM_FIELD(task, PID, tgid, "process id in the initial namespace")
STARLSM_FIELD(task, UID, uid, "real user id, initial user namespace")
STARLSM_FIELD(task, UID, euid, "effective user id")
STARLSM_FIELD(task, STR, comm, "the name the task gives itself")
STARLSM_EVENT_END(task)

STARLSM_EVENT(EXE, exe, 5, "", ASYNC, "", "defines an executable that this epoch has not seen")
STARLSM_FIELD(exe, EXE, id, "the executable")
STARLSM_FIELD(exe, STR, path, "its path when it was executed")
STARLSM_EVENT_END(exe)

/* What the kernel was asked to do: from 16 */

STARLSM_EVENT(FORK, fork, 16, "task_alloc", ASYNC, "", "a task is created; defines the child")
STARLSM_FIELD(fork, TASK, child, "the new task, with its creator's executable and credentials")
STARLSM_FIELD(fork, HEX64, flags, "clone flags")
STARLSM_EVENT_END(fork)

STARLSM_EVENT(EXEC, exec, 17, "bprm_committed_creds", ASYNC, "T1059", "a task now executes another file; defines the executable")
STARLSM_FIELD(exec, EXE, exe, "the executable")
STARLSM_FIELD(exec, HEX64, cap_effective, "effective capabilities from now on")
STARLSM_FIELD(exec, PID, pid, "thread id in the initial namespace")
STARLSM_FIELD(exec, UID, uid, "real user id from now on")
STARLSM_FIELD(exec, UID, euid, "effective user id from now on")
STARLSM_FIELD(exec, U32, argc, "number of arguments")
STARLSM_FIELD(exec, U32, envc, "number of environment strings")
STARLSM_FIELD(exec, STR, path, "path of the file, from the global root")
STARLSM_FIELD(exec, ARGS, args, "arguments, each ended by NUL")
STARLSM_EVENT_END(exec)

STARLSM_EVENT(EXIT, exit, 18, "task_free", ASYNC, "", "a task is gone; its id is not used again")
STARLSM_FIELD(exit, HEX32, code, "exit code as wait(2) shows it")
STARLSM_FIELD(exit, PID, pid, "thread id in the initial namespace, 0 if it never ran")
STARLSM_EVENT_END(exit)

STARLSM_EVENT(CRED, cred, 19, "task_fix_setuid, task_fix_setgid, task_fix_setgroups, capset, bprm_committing_creds", URGENT, "T1548", "a task's credentials change")
STARLSM_FIELD(cred, HEX64, cap_effective, "effective capabilities from now on")
STARLSM_FIELD(cred, HEX64, cap_permitted, "permitted capabilities from now on")
STARLSM_FIELD(cred, CREDOP, op, "what changed them")
STARLSM_FIELD(cred, UID, old_uid, "real user id until now")
STARLSM_FIELD(cred, UID, old_euid, "effective user id until now")
STARLSM_FIELD(cred, UID, uid, "real user id from now on")
STARLSM_FIELD(cred, UID, euid, "effective user id from now on")
STARLSM_FIELD(cred, UID, suid, "saved user id from now on")
STARLSM_FIELD(cred, UID, gid, "real group id from now on")
STARLSM_FIELD(cred, UID, egid, "effective group id from now on")
STARLSM_EVENT_END(cred)

STARLSM_EVENT(OPEN, open, 20, "file_open", ASYNC, "", "an existing file is opened for writing")
STARLSM_FIELD(open, HEX32, flags, "open flags")
STARLSM_FIELD(open, OCT32, mode, "the inode's mode")
STARLSM_FIELD(open, STR, path, "path from the global root")
STARLSM_EVENT_END(open)

STARLSM_EVENT(CREATE, create, 21, "file_open", ASYNC, "T1105", "a file is created and opened")
STARLSM_FIELD(create, HEX32, flags, "open flags")
STARLSM_FIELD(create, OCT32, mode, "the inode's mode")
STARLSM_FIELD(create, STR, path, "path from the global root")
STARLSM_EVENT_END(create)

STARLSM_EVENT(UNLINK, unlink, 22, "path_unlink", ASYNC, "T1070.004", "a name is about to be removed")
STARLSM_FIELD(unlink, STR, path, "path from the global root")
STARLSM_EVENT_END(unlink)

STARLSM_EVENT(RENAME, rename, 23, "path_rename", ASYNC, "T1036", "a name is about to be changed")
STARLSM_FIELD(rename, HEX32, flags, "renameat2 flags")
STARLSM_FIELD(rename, STR, from, "old path from the global root")
STARLSM_FIELD(rename, STR, to, "new path from the global root")
STARLSM_EVENT_END(rename)

STARLSM_EVENT(BIND, bind, 24, "socket_bind", ASYNC, "", "a socket is about to be given an address")
STARLSM_FIELD(bind, U32, type, "socket type, SOCK_*")
STARLSM_FIELD(bind, SOCKADDR, addr, "the address asked for")
STARLSM_EVENT_END(bind)

STARLSM_EVENT(LISTEN, listen, 25, "socket_listen", ASYNC, "T1571", "a socket is about to accept connections")
STARLSM_FIELD(listen, U32, type, "socket type, SOCK_*")
STARLSM_FIELD(listen, U32, backlog, "length of its queue")
STARLSM_FIELD(listen, SOCKADDR, addr, "its own address")
STARLSM_EVENT_END(listen)

STARLSM_EVENT(CONNECT, connect, 26, "socket_connect", ASYNC, "T1071", "a socket is about to be connected")
STARLSM_FIELD(connect, U32, type, "socket type, SOCK_*")
STARLSM_FIELD(connect, SOCKADDR, addr, "the peer's address")
STARLSM_EVENT_END(connect)

STARLSM_EVENT(ACCEPT, accept, 27, "socket_accept", ASYNC, "", "a connection is about to be accepted")
STARLSM_FIELD(accept, U32, type, "socket type, SOCK_*")
STARLSM_FIELD(accept, SOCKADDR, addr, "the listening socket's own address")
STARLSM_EVENT_END(accept)

STARLSM_EVENT(MODULE, module, 28, "kernel_read_file, kernel_load_data", URGENT, "T1547.006", "a kernel module is about to be loaded")
STARLSM_FIELD(module, SOURCE, source, "where its image comes from")
STARLSM_FIELD(module, STR, path, "path of the file, empty if from memory")
STARLSM_EVENT_END(module)

STARLSM_EVENT(KEXEC, kexec, 29, "kernel_read_file, kernel_load_data", URGENT, "T1601", "another kernel is about to be loaded")
STARLSM_FIELD(kexec, SOURCE, source, "where its image comes from")
STARLSM_FIELD(kexec, STR, path, "path of the file, empty if from memory")
STARLSM_EVENT_END(kexec)

STARLSM_EVENT(PTRACE, ptrace, 30, "ptrace_access_check, ptrace_traceme", ASYNC, "T1055.008", "a task is about to be traced")
STARLSM_FIELD(ptrace, TASK, target, "the other task: the traced one, or for traceme the tracer")
STARLSM_FIELD(ptrace, PTRACEOP, op, "who asked")
STARLSM_FIELD(ptrace, PID, pid, "the other task's thread id")
STARLSM_EVENT_END(ptrace)

STARLSM_EVENT(MOUNT, mount, 31, "sb_mount, move_mount", ASYNC, "T1611", "a file system is about to be mounted")
STARLSM_FIELD(mount, HEX64, flags, "mount flags")
STARLSM_FIELD(mount, STR, source, "device or source path, as given")
STARLSM_FIELD(mount, STR, target, "where, path from the global root")
STARLSM_FIELD(mount, STR, fstype, "type of file system, as given")
STARLSM_EVENT_END(mount)

STARLSM_EVENT(BPF, bpf, 32, "bpf_prog_load", URGENT, "T1014", "a bpf program is about to be loaded")
STARLSM_FIELD(bpf, U32, type, "program type, BPF_PROG_TYPE_*")
STARLSM_FIELD(bpf, U32, insns, "its length in instructions")
STARLSM_FIELD(bpf, STR, prog, "the name it was given")
STARLSM_EVENT_END(bpf)

STARLSM_EVENT(KILL, kill, 33, "task_kill", ASYNC, "T1562.001", "a signal is about to be sent to another user's task")
STARLSM_FIELD(kill, TASK, target, "the task it is sent to")
STARLSM_FIELD(kill, U32, sig, "the signal")
STARLSM_FIELD(kill, PID, pid, "the target's thread id")
STARLSM_FIELD(kill, UID, target_uid, "the target's real user id")
STARLSM_EVENT_END(kill)
