/* SPDX-License-Identifier: MIT */
/*
 * starlsm - the event table: every record a guest can write, once
 *
 * Included many times, each time with other definitions of
 *
 *   STARLSM_EVENT(ID, name, number, hook, class, wait, attack, text)
 *   STARLSM_FIELD(name, kind, field, text)
 *   STARLSM_EVENT_END(name)
 *
 * The record structures in starlsm.h, the decoder's tables, the names in JSON,
 * the reference page and the test vectors all come from here. To add an event,
 * add a row and a hook. Numbers are never reused.
 *
 * hook    the LSM hooks that write it ("" where none does)
 * class   what becomes of it unless dom0's policy says otherwise
 *         OFF:    it is not written
 *         ASYNC:  written; the peer is woken when its threshold is crossed
 *         COMMIT: written, the peer is woken at once, and the task goes on
 *                 when the record has been copied out
 * wait    where a task can be made to wait for it
 *         NEVER:  nowhere: there is no task, or it is gone
 *         RETURN: before it returns to user space; the hook is called under locks
 *         NOW:    in the hook
 *         REFUSE: in the hook, which can also refuse: class VERDICT
 *         RESTART: as RETURN; the system call is tried again after a verdict
 * attack  a hint: the ATT&CK technique the event may be a sign of
 * kind    the field's type, see STARLSM_WIRE_* in starlsm.h. Fields are in the
 *         order of their size: 64-bit, then 32-bit, then 16-bit (the lengths of
 *         the variable parts), so that no structure has a hole.
 */

/* What the ring says of itself, and what records refer to: numbers 1 to 15 */

STARLSM_EVENT(HELLO, hello, 1, "", ASYNC, NEVER, "", "first record of an epoch on a ring")
STARLSM_FIELD(hello, U64, seq64, "this record's sequence number, all 64 bits")
STARLSM_FIELD(hello, HEX64, text_base, "address of the kernel's first byte of text")
STARLSM_FIELD(hello, U32, epoch, "counts the epochs since boot, from 1")
STARLSM_FIELD(hello, U32, ring, "number of this ring: the vCPU's number")
STARLSM_FIELD(hello, U32, minor, "protocol minor version the guest speaks")
STARLSM_FIELD(hello, STR, build_id, "build id of the kernel, hexadecimal")
STARLSM_FIELD(hello, STR, release, "kernel release, as uname -r")
STARLSM_EVENT_END(hello)

STARLSM_EVENT(LOST, lost, 2, "", ASYNC, NEVER, "T1562.006", "records that found no room in this ring")
STARLSM_FIELD(lost, EVENT, event, "their type")
STARLSM_FIELD(lost, U32, count, "how many since the last LOST record of that type")
STARLSM_EVENT_END(lost)

STARLSM_EVENT(HEARTBEAT, heartbeat, 3, "", ASYNC, NEVER, "", "the sensor lives; once a second")
STARLSM_FIELD(heartbeat, U64, committed, "records committed on all rings since boot")
STARLSM_FIELD(heartbeat, U64, dropped, "records lost on all rings since boot")
STARLSM_FIELD(heartbeat, U32, cpus, "vCPUs online")
STARLSM_EVENT_END(heartbeat)

STARLSM_EVENT(TASK, task, 4, "", ASYNC, NEVER, "", "defines a task that this epoch has not seen")
STARLSM_FIELD(task, TASK, id, "the task")
STARLSM_FIELD(task, TASK, parent, "the task that created it, 0 if unknown")
STARLSM_FIELD(task, PATH, exe, "what it executes, 0 for a kernel thread")
STARLSM_FIELD(task, HEX64, cap_effective, "effective capabilities")
STARLSM_FIELD(task, PID, pid, "thread id in the initial namespace")
STARLSM_FIELD(task, PID, tgid, "process id in the initial namespace")
STARLSM_FIELD(task, UID, uid, "real user id, initial user namespace")
STARLSM_FIELD(task, UID, euid, "effective user id")
STARLSM_FIELD(task, STR, comm, "the name the task gives itself")
STARLSM_EVENT_END(task)

STARLSM_EVENT(PATH, path, 5, "", ASYNC, NEVER, "", "defines a path that this epoch has not seen; never defined differently")
STARLSM_FIELD(path, U64, id, "what other records call it")
STARLSM_FIELD(path, STR, path, "the path, from the global root")
STARLSM_EVENT_END(path)

STARLSM_EVENT(SOCK, sock, 6, "", ASYNC, NEVER, "", "defines a socket that this epoch has not seen")
STARLSM_FIELD(sock, SOCK, id, "the socket")
STARLSM_FIELD(sock, U32, family, "address family, AF_*")
STARLSM_FIELD(sock, U32, type, "socket type, SOCK_*")
STARLSM_FIELD(sock, U32, protocol, "protocol of the family")
STARLSM_EVENT_END(sock)

STARLSM_EVENT(FILTERED, filtered, 7, "", ASYNC, NEVER, "", "records that were not written because the policy filters them out")
STARLSM_FIELD(filtered, EVENT, event, "their type")
STARLSM_FIELD(filtered, U32, count, "how many since the last FILTERED record of that type")
STARLSM_EVENT_END(filtered)

STARLSM_EVENT(POLICY, policy, 8, "", ASYNC, NEVER, "", "dom0's policy has been read")
STARLSM_FIELD(policy, U32, number, "the policy's number")
STARLSM_FIELD(policy, ERROR, error, "ok if it applies from here on, else why it does not")
STARLSM_EVENT_END(policy)

STARLSM_EVENT(ASK, ask, 9, "", ASYNC, NEVER, "", "the task waits for a verdict on its record just before this one")
STARLSM_FIELD(ask, U64, ticket, "names the question; never used again")
STARLSM_FIELD(ask, EVENT, event, "type of the record before")
STARLSM_FIELD(ask, U32, slot, "where the answer is to be written")
STARLSM_FIELD(ask, U32, timeout_ms, "how long the task waits")
STARLSM_EVENT_END(ask)

STARLSM_EVENT(DECISION, decision, 10, "", ASYNC, NEVER, "", "how a question was decided")
STARLSM_FIELD(decision, U64, ticket, "the question")
STARLSM_FIELD(decision, U64, waited_ns, "how long the task waited")
STARLSM_FIELD(decision, EVENT, event, "type of the record that was asked about")
STARLSM_FIELD(decision, ANSWER, answer, "whether the task may go on")
STARLSM_FIELD(decision, WHY, why, "who or what decided")
STARLSM_EVENT_END(decision)

STARLSM_EVENT(LATE, late, 11, "", ASYNC, NEVER, "", "a task went on before its record of class commit had been copied out")
STARLSM_FIELD(late, U64, waited_ns, "how long it waited")
STARLSM_FIELD(late, EVENT, event, "type of that record")
STARLSM_FIELD(late, WHY, why, "why it did not wait any longer")
STARLSM_EVENT_END(late)

/* What the kernel was asked to do: from 16 */

/* Tasks */

STARLSM_EVENT(FORK, fork, 16, "task_alloc", ASYNC, NEVER, "", "a task is created; defines the child")
STARLSM_FIELD(fork, TASK, child, "the new task, with its creator's executable and credentials")
STARLSM_FIELD(fork, HEX64, flags, "clone flags")
STARLSM_EVENT_END(fork)

STARLSM_EVENT(EXEC, exec, 17, "bprm_committed_creds", COMMIT, NOW, "T1059", "a task now executes another file")
STARLSM_FIELD(exec, PATH, path, "the file")
STARLSM_FIELD(exec, HEX64, cap_effective, "effective capabilities from now on")
STARLSM_FIELD(exec, PID, pid, "thread id in the initial namespace")
STARLSM_FIELD(exec, UID, uid, "real user id from now on")
STARLSM_FIELD(exec, UID, euid, "effective user id from now on")
STARLSM_FIELD(exec, U32, argc, "number of arguments")
STARLSM_FIELD(exec, U32, envc, "number of environment strings")
STARLSM_FIELD(exec, U32, arg_bytes, "bytes of arguments and environment")
STARLSM_FIELD(exec, ARGS, args, "arguments, each ended by NUL")
STARLSM_EVENT_END(exec)

STARLSM_EVENT(EXIT, exit, 18, "task_free", ASYNC, NEVER, "", "a task is gone; its id is not used again")
STARLSM_FIELD(exit, HEX32, code, "exit code as wait(2) shows it")
STARLSM_FIELD(exit, PID, pid, "thread id in the initial namespace, 0 if it never ran")
STARLSM_EVENT_END(exit)

STARLSM_EVENT(CRED, cred, 19, "task_fix_setuid, task_fix_setgid, task_fix_setgroups, capset, bprm_committing_creds", COMMIT, NOW, "T1548", "a task's credentials change")
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

/* Files */

STARLSM_EVENT(OPEN, open, 20, "file_open", ASYNC, NOW, "", "an existing file is opened for writing")
STARLSM_FIELD(open, PATH, path, "the file")
STARLSM_FIELD(open, HEX32, flags, "open flags")
STARLSM_FIELD(open, OCT32, mode, "the inode's mode")
STARLSM_EVENT_END(open)

STARLSM_EVENT(CREATE, create, 21, "file_open", ASYNC, NOW, "T1105", "a file is created and opened")
STARLSM_FIELD(create, PATH, path, "the file")
STARLSM_FIELD(create, HEX32, flags, "open flags")
STARLSM_FIELD(create, OCT32, mode, "the inode's mode")
STARLSM_EVENT_END(create)

STARLSM_EVENT(UNLINK, unlink, 22, "path_unlink", ASYNC, RETURN, "T1070.004", "a name is about to be removed")
STARLSM_FIELD(unlink, PATH, path, "the name")
STARLSM_EVENT_END(unlink)

STARLSM_EVENT(RENAME, rename, 23, "path_rename", ASYNC, RETURN, "T1036", "a name is about to be changed")
STARLSM_FIELD(rename, PATH, from, "old path")
STARLSM_FIELD(rename, PATH, to, "new path")
STARLSM_FIELD(rename, HEX32, flags, "renameat2 flags")
STARLSM_EVENT_END(rename)

/* Sockets */

STARLSM_EVENT(BIND, bind, 24, "socket_bind", ASYNC, NOW, "", "a socket is about to be given an address")
STARLSM_FIELD(bind, SOCK, sock, "the socket")
STARLSM_FIELD(bind, U32, type, "socket type, SOCK_*")
STARLSM_FIELD(bind, SOCKADDR, addr, "the address asked for")
STARLSM_EVENT_END(bind)

STARLSM_EVENT(LISTEN, listen, 25, "socket_listen", ASYNC, NOW, "T1571", "a socket is about to accept connections")
STARLSM_FIELD(listen, SOCK, sock, "the socket")
STARLSM_FIELD(listen, U32, type, "socket type, SOCK_*")
STARLSM_FIELD(listen, U32, backlog, "length of its queue")
STARLSM_FIELD(listen, SOCKADDR, addr, "its own address")
STARLSM_EVENT_END(listen)

STARLSM_EVENT(CONNECT, connect, 26, "socket_connect", ASYNC, REFUSE, "T1071", "a socket is about to be connected")
STARLSM_FIELD(connect, SOCK, sock, "the socket")
STARLSM_FIELD(connect, U32, type, "socket type, SOCK_*")
STARLSM_FIELD(connect, SOCKADDR, addr, "the peer's address")
STARLSM_EVENT_END(connect)

STARLSM_EVENT(ACCEPT, accept, 27, "socket_accept", ASYNC, NOW, "", "a connection is about to be accepted")
STARLSM_FIELD(accept, SOCK, sock, "the listening socket")
STARLSM_FIELD(accept, U32, type, "socket type, SOCK_*")
STARLSM_FIELD(accept, SOCKADDR, addr, "the listening socket's own address")
STARLSM_EVENT_END(accept)

/* Code for the kernel */

STARLSM_EVENT(MODULE, module, 28, "kernel_read_file, kernel_load_data", COMMIT, REFUSE, "T1547.006", "a kernel module is about to be loaded")
STARLSM_FIELD(module, PATH, path, "the file, 0 if from memory")
STARLSM_FIELD(module, SOURCE, source, "where its image comes from")
STARLSM_EVENT_END(module)

STARLSM_EVENT(KEXEC, kexec, 29, "kernel_read_file, kernel_load_data", COMMIT, REFUSE, "T1601", "another kernel is about to be loaded")
STARLSM_FIELD(kexec, PATH, path, "the file, 0 if from memory")
STARLSM_FIELD(kexec, SOURCE, source, "where its image comes from")
STARLSM_EVENT_END(kexec)

/* Other tasks */

STARLSM_EVENT(PTRACE, ptrace, 30, "ptrace_access_check, ptrace_traceme", COMMIT, RESTART, "T1055.008", "a task is about to be traced, or its memory to be read or written")
STARLSM_FIELD(ptrace, TASK, target, "the other task: the traced one, or for traceme the tracer")
STARLSM_FIELD(ptrace, PTRACEOP, op, "who asked")
STARLSM_FIELD(ptrace, PID, pid, "the other task's thread id")
STARLSM_EVENT_END(ptrace)

/* Mounts */

STARLSM_EVENT(MOUNT, mount, 31, "sb_mount, move_mount", ASYNC, NOW, "T1611", "a file system is about to be mounted")
STARLSM_FIELD(mount, PATH, target, "where")
STARLSM_FIELD(mount, HEX64, flags, "mount flags")
STARLSM_FIELD(mount, STR, source, "device or source path, as given")
STARLSM_FIELD(mount, STR, fstype, "type of file system, as given")
STARLSM_EVENT_END(mount)

STARLSM_EVENT(BPF, bpf, 32, "bpf_prog_load", COMMIT, NOW, "T1014", "a bpf program is about to be loaded")
STARLSM_FIELD(bpf, U32, type, "program type, BPF_PROG_TYPE_*")
STARLSM_FIELD(bpf, U32, insns, "its length in instructions")
STARLSM_FIELD(bpf, STR, prog, "the name it was given")
STARLSM_EVENT_END(bpf)

STARLSM_EVENT(KILL, kill, 33, "task_kill", ASYNC, RETURN, "T1562.001", "a signal is about to be sent to another user's task")
STARLSM_FIELD(kill, TASK, target, "the task it is sent to")
STARLSM_FIELD(kill, U32, sig, "the signal")
STARLSM_FIELD(kill, PID, pid, "the target's thread id")
STARLSM_FIELD(kill, UID, target_uid, "the target's real user id")
STARLSM_EVENT_END(kill)

/* Tasks, continued */

STARLSM_EVENT(CHECK, check, 34, "bprm_check_security", OFF, REFUSE, "T1204", "a file is about to be executed, if nothing refuses")
STARLSM_FIELD(check, PATH, path, "the file")
STARLSM_FIELD(check, U32, argc, "number of arguments")
STARLSM_FIELD(check, U32, envc, "number of environment strings")
STARLSM_EVENT_END(check)

STARLSM_EVENT(USERNS, userns, 35, "userns_create", ASYNC, NOW, "T1611", "a user namespace is about to be created")
STARLSM_FIELD(userns, UID, euid, "effective user id of its owner")
STARLSM_EVENT_END(userns)

STARLSM_EVENT(PRCTL, prctl, 36, "task_prctl", ASYNC, NOW, "", "a task is about to change what protects it")
STARLSM_FIELD(prctl, HEX64, arg, "second argument")
STARLSM_FIELD(prctl, U32, option, "first argument, PR_*")
STARLSM_EVENT_END(prctl)

STARLSM_EVENT(RLIMIT, rlimit, 37, "task_setrlimit", ASYNC, RETURN, "", "a resource limit is about to be changed")
STARLSM_FIELD(rlimit, TASK, target, "whose")
STARLSM_FIELD(rlimit, U64, soft, "soft limit")
STARLSM_FIELD(rlimit, U64, hard, "hard limit")
STARLSM_FIELD(rlimit, U32, resource, "RLIMIT_*")
STARLSM_FIELD(rlimit, PID, pid, "thread id of the target")
STARLSM_EVENT_END(rlimit)

STARLSM_EVENT(SCHED, sched, 38, "task_setscheduler, task_setnice, task_setioprio", ASYNC, RETURN, "T1496", "scheduling of a task is about to be changed")
STARLSM_FIELD(sched, TASK, target, "whose")
STARLSM_FIELD(sched, SCHEDOP, op, "what of it")
STARLSM_FIELD(sched, PID, pid, "thread id of the target")
STARLSM_EVENT_END(sched)

/* Files, continued */

STARLSM_EVENT(LINK, link, 39, "path_link", ASYNC, RETURN, "", "a file is about to be given another name")
STARLSM_FIELD(link, PATH, from, "the file")
STARLSM_FIELD(link, PATH, to, "its new name")
STARLSM_EVENT_END(link)

STARLSM_EVENT(SYMLINK, symlink, 40, "path_symlink", ASYNC, RETURN, "", "a symbolic link is about to be made")
STARLSM_FIELD(symlink, PATH, path, "the link")
STARLSM_FIELD(symlink, STR, target, "what is written in it")
STARLSM_EVENT_END(symlink)

STARLSM_EVENT(MKDIR, mkdir, 41, "path_mkdir", ASYNC, RETURN, "", "a directory is about to be made")
STARLSM_FIELD(mkdir, PATH, path, "the directory")
STARLSM_FIELD(mkdir, OCT32, mode, "its mode")
STARLSM_EVENT_END(mkdir)

STARLSM_EVENT(RMDIR, rmdir, 42, "path_rmdir", ASYNC, RETURN, "T1070.004", "a directory is about to be removed")
STARLSM_FIELD(rmdir, PATH, path, "the directory")
STARLSM_EVENT_END(rmdir)

STARLSM_EVENT(MKNOD, mknod, 43, "path_mknod", ASYNC, RETURN, "", "a device, pipe or socket file is about to be made")
STARLSM_FIELD(mknod, PATH, path, "the file")
STARLSM_FIELD(mknod, OCT32, mode, "its type and mode")
STARLSM_FIELD(mknod, HEX32, device, "device number, major << 20 | minor")
STARLSM_EVENT_END(mknod)

STARLSM_EVENT(TRUNCATE, truncate, 44, "path_truncate, file_truncate", ASYNC, NOW, "T1070", "a file is about to be cut or extended")
STARLSM_FIELD(truncate, PATH, path, "the file")
STARLSM_EVENT_END(truncate)

STARLSM_EVENT(CHMOD, chmod, 45, "path_chmod", ASYNC, RETURN, "T1222.002", "a file's mode is about to be changed")
STARLSM_FIELD(chmod, PATH, path, "the file")
STARLSM_FIELD(chmod, OCT32, old_mode, "its mode until now")
STARLSM_FIELD(chmod, OCT32, mode, "its mode from now on")
STARLSM_EVENT_END(chmod)

STARLSM_EVENT(CHOWN, chown, 46, "path_chown", ASYNC, RETURN, "T1222.002", "a file's owner is about to be changed")
STARLSM_FIELD(chown, PATH, path, "the file")
STARLSM_FIELD(chown, UID, old_uid, "its owner until now")
STARLSM_FIELD(chown, UID, uid, "owner asked for, none to leave it")
STARLSM_FIELD(chown, UID, gid, "group asked for, none to leave it")
STARLSM_EVENT_END(chown)

STARLSM_EVENT(CHROOT, chroot, 47, "path_chroot", ASYNC, NOW, "T1611", "a task's root is about to be changed")
STARLSM_FIELD(chroot, PATH, path, "the new root")
STARLSM_EVENT_END(chroot)

STARLSM_EVENT(XATTR, xattr, 48, "inode_setxattr, inode_removexattr", ASYNC, RETURN, "T1564", "an extended attribute is about to be changed")
STARLSM_FIELD(xattr, PATH, path, "the file")
STARLSM_FIELD(xattr, CHANGE, op, "what becomes of it")
STARLSM_FIELD(xattr, U32, size, "bytes of its value")
STARLSM_FIELD(xattr, STR, attr, "its name")
STARLSM_EVENT_END(xattr)

STARLSM_EVENT(ACL, acl, 49, "inode_set_acl, inode_remove_acl", ASYNC, RETURN, "T1222.002", "an access control list is about to be changed")
STARLSM_FIELD(acl, PATH, path, "the file")
STARLSM_FIELD(acl, CHANGE, op, "what becomes of it")
STARLSM_FIELD(acl, STR, attr, "its name")
STARLSM_EVENT_END(acl)

STARLSM_EVENT(TIMES, times, 50, "inode_setattr", ASYNC, RETURN, "T1070.006", "a file's times are about to be set to given ones")
STARLSM_FIELD(times, PATH, path, "the file")
STARLSM_FIELD(times, U64, mtime_ns, "time of modification asked for, since 1970; 0 to leave it")
STARLSM_FIELD(times, U64, atime_ns, "time of access asked for, since 1970; 0 to leave it")
STARLSM_EVENT_END(times)

STARLSM_EVENT(IOCTL, ioctl, 51, "file_ioctl, file_ioctl_compat", ASYNC, NOW, "", "a device or file system is asked for something that intruders ask for")
STARLSM_FIELD(ioctl, PATH, path, "the file")
STARLSM_FIELD(ioctl, HEX32, cmd, "the request")
STARLSM_EVENT_END(ioctl)

STARLSM_EVENT(FCNTL, fcntl, 52, "file_fcntl", ASYNC, NOW, "", "what may be done with an open file is about to be changed")
STARLSM_FIELD(fcntl, PATH, path, "the file")
STARLSM_FIELD(fcntl, HEX64, arg, "the argument")
STARLSM_FIELD(fcntl, U32, cmd, "the request, F_*")
STARLSM_EVENT_END(fcntl)

STARLSM_EVENT(RECEIVE, receive, 53, "file_receive", ASYNC, RETURN, "", "an open file comes from another task")
STARLSM_FIELD(receive, PATH, path, "the file")
STARLSM_EVENT_END(receive)

/* Memory */

STARLSM_EVENT(MMAP, mmap, 54, "mmap_file", ASYNC, NOW, "T1129", "a file is about to be mapped executable")
STARLSM_FIELD(mmap, PATH, path, "the file")
STARLSM_FIELD(mmap, HEX32, prot, "protection, PROT_*")
STARLSM_FIELD(mmap, HEX32, flags, "mapping flags, MAP_*")
STARLSM_EVENT_END(mmap)

STARLSM_EVENT(ANON, anon, 55, "mmap_file", ASYNC, NOW, "T1055", "memory without a file is about to be mapped executable")
STARLSM_FIELD(anon, HEX32, prot, "protection, PROT_*")
STARLSM_FIELD(anon, HEX32, flags, "mapping flags, MAP_*")
STARLSM_EVENT_END(anon)

STARLSM_EVENT(MPROTECT, mprotect, 56, "file_mprotect", ASYNC, RETURN, "T1055", "memory is about to become executable")
STARLSM_FIELD(mprotect, PATH, path, "the file it maps, 0 for none")
STARLSM_FIELD(mprotect, HEX64, start, "first byte of the mapping that it is in")
STARLSM_FIELD(mprotect, HEX64, size, "bytes of that mapping")
STARLSM_FIELD(mprotect, HEX32, prot, "protection asked for, PROT_*")
STARLSM_EVENT_END(mprotect)

STARLSM_EVENT(LOWMAP, lowmap, 57, "mmap_addr", ASYNC, RETURN, "T1068", "the lowest addresses are about to be mapped")
STARLSM_FIELD(lowmap, HEX64, start, "first byte")
STARLSM_EVENT_END(lowmap)

/* Sockets, continued */

STARLSM_EVENT(SOCKET, socket, 58, "socket_post_create", ASYNC, NOW, "", "a socket has been created")
STARLSM_FIELD(socket, SOCK, sock, "the socket")
STARLSM_FIELD(socket, U32, family, "address family, AF_*")
STARLSM_FIELD(socket, U32, type, "socket type, SOCK_*")
STARLSM_FIELD(socket, U32, protocol, "protocol of the family")
STARLSM_EVENT_END(socket)

STARLSM_EVENT(SOCKETPAIR, socketpair, 59, "socket_socketpair", ASYNC, NOW, "", "two sockets are connected with each other")
STARLSM_FIELD(socketpair, SOCK, a, "the one")
STARLSM_FIELD(socketpair, SOCK, b, "the other")
STARLSM_EVENT_END(socketpair)

STARLSM_EVENT(SENDTO, sendto, 60, "socket_sendmsg", ASYNC, NOW, "T1048", "a socket sends to another peer than before")
STARLSM_FIELD(sendto, SOCK, sock, "the socket")
STARLSM_FIELD(sendto, SOCKADDR, addr, "the peer")
STARLSM_EVENT_END(sendto)

STARLSM_EVENT(SHUTDOWN, shutdown, 61, "socket_shutdown", OFF, NOW, "", "a connection is about to be shut down")
STARLSM_FIELD(shutdown, SOCK, sock, "the socket")
STARLSM_FIELD(shutdown, U32, how, "0 to receive, 1 to send, 2 both")
STARLSM_EVENT_END(shutdown)

STARLSM_EVENT(SOCKOPT, sockopt, 62, "socket_setsockopt", ASYNC, NOW, "T1205", "an option that listens in, or redirects, is about to be set")
STARLSM_FIELD(sockopt, SOCK, sock, "the socket")
STARLSM_FIELD(sockopt, U32, level, "SOL_* or a protocol")
STARLSM_FIELD(sockopt, U32, option, "its number there")
STARLSM_EVENT_END(sockopt)

STARLSM_EVENT(UNIX, unix, 63, "unix_stream_connect, unix_may_send", ASYNC, RETURN, "", "a local socket is about to be connected, or sends to another peer than before")
STARLSM_FIELD(unix, SOCK, sock, "the socket")
STARLSM_FIELD(unix, PID, pid, "thread id of who listens there, or made it as a pair; 0 if unknown")
STARLSM_FIELD(unix, UID, uid, "user id of who created the peer")
STARLSM_FIELD(unix, SOCKADDR, addr, "the peer's address")
STARLSM_EVENT_END(unix)

STARLSM_EVENT(ACCEPTED, accepted, 64, "sock_graft", ASYNC, RETURN, "", "a connection has been accepted")
STARLSM_FIELD(accepted, SOCK, sock, "the new socket")
STARLSM_FIELD(accepted, SOCKADDR, addr, "the peer's address")
STARLSM_EVENT_END(accepted)

STARLSM_EVENT(TUN, tun, 65, "tun_dev_create", ASYNC, RETURN, "T1572", "a tunnel interface is about to be created")
STARLSM_FIELD(tun, UID, euid, "effective user id")
STARLSM_EVENT_END(tun)

STARLSM_EVENT(NETLINK, netlink, 66, "netlink_send", ASYNC, NOW, "T1562.004", "rules of the network are about to be changed")
STARLSM_FIELD(netlink, U32, protocol, "NETLINK_*")
STARLSM_FIELD(netlink, U32, message, "type of the message")
STARLSM_EVENT_END(netlink)

/* Mounts, continued */

STARLSM_EVENT(UMOUNT, umount, 67, "sb_umount", ASYNC, NOW, "", "a file system is about to be unmounted")
STARLSM_FIELD(umount, PATH, path, "where it is mounted")
STARLSM_FIELD(umount, HEX32, flags, "MNT_*, UMOUNT_*")
STARLSM_EVENT_END(umount)

STARLSM_EVENT(REMOUNT, remount, 68, "sb_remount", ASYNC, RETURN, "", "a mounted file system is about to be given other options")
STARLSM_FIELD(remount, HEX64, flags, "its flags until now, SB_*")
STARLSM_FIELD(remount, STR, fstype, "its type")
STARLSM_EVENT_END(remount)

STARLSM_EVENT(PIVOT, pivot, 69, "sb_pivotroot", ASYNC, NOW, "T1611", "the root of a mount namespace is about to be changed")
STARLSM_FIELD(pivot, PATH, old, "where the old root goes")
STARLSM_FIELD(pivot, PATH, new, "the new root")
STARLSM_EVENT_END(pivot)

STARLSM_EVENT(QUOTA, quota, 70, "quotactl, quota_on", ASYNC, RETURN, "", "quotas are about to be changed")
STARLSM_FIELD(quota, U32, cmd, "Q_*; all ones for quota_on")
STARLSM_FIELD(quota, U32, id, "user or group")
STARLSM_EVENT_END(quota)

/* The kernel */

STARLSM_EVENT(MODREQ, modreq, 71, "kernel_module_request", ASYNC, NOW, "T1547.006", "the kernel asks user space for a module")
STARLSM_FIELD(modreq, STR, module, "the name it asks for")
STARLSM_EVENT_END(modreq)

STARLSM_EVENT(IMAGE, image, 72, "kernel_read_file, kernel_load_data", ASYNC, NOW, "T1542", "the kernel is about to read firmware, a certificate or a policy")
STARLSM_FIELD(image, PATH, path, "the file, 0 if from memory")
STARLSM_FIELD(image, SOURCE, source, "where it comes from")
STARLSM_FIELD(image, U32, what, "enum kernel_read_file_id")
STARLSM_EVENT_END(image)

STARLSM_EVENT(LOCKDOWN, lockdown, 73, "locked_down", ASYNC, RETURN, "", "something is about to be done that lockdown is there to stop")
STARLSM_FIELD(lockdown, U32, what, "enum lockdown_reason")
STARLSM_EVENT_END(lockdown)

STARLSM_EVENT(BPFCMD, bpfcmd, 74, "bpf", ASYNC, NOW, "T1014", "bpf(2) is called to make, attach or find something")
STARLSM_FIELD(bpfcmd, U32, cmd, "BPF_*")
STARLSM_EVENT_END(bpfcmd)

STARLSM_EVENT(BPFMAP, bpfmap, 75, "bpf_map_create", ASYNC, NOW, "", "a bpf map is about to be created")
STARLSM_FIELD(bpfmap, U32, type, "BPF_MAP_TYPE_*")
STARLSM_FIELD(bpfmap, U32, entries, "how many it can hold")
STARLSM_FIELD(bpfmap, STR, map, "the name it was given")
STARLSM_EVENT_END(bpfmap)

STARLSM_EVENT(BPFTOKEN, bpftoken, 76, "bpf_token_create", ASYNC, NOW, "", "the right to use bpf is about to be given away")
STARLSM_FIELD(bpftoken, HEX64, cmds, "bits of the commands it allows")
STARLSM_EVENT_END(bpftoken)

STARLSM_EVENT(PERF, perf, 77, "perf_event_open", ASYNC, NOW, "T1082", "a performance event is about to be opened")
STARLSM_FIELD(perf, U32, type, "what for: 0 to open it, 1 of a CPU, 2 of the kernel, 3 of a tracepoint")
STARLSM_EVENT_END(perf)

STARLSM_EVENT(URING, uring, 78, "uring_override_creds, uring_sqpoll, uring_cmd", ASYNC, RETURN, "", "io_uring is asked for what passes by other checks")
STARLSM_FIELD(uring, URINGOP, op, "what")
STARLSM_FIELD(uring, U32, cmd, "command of a uring_cmd, else 0")
STARLSM_EVENT_END(uring)

STARLSM_EVENT(KEY, key, 79, "key_alloc, key_permission", ASYNC, RETURN, "T1552.004", "a key is about to be made, or changed")
STARLSM_FIELD(key, KEYOP, op, "which")
STARLSM_FIELD(key, U32, serial, "the key's number, 0 for a new one")
STARLSM_FIELD(key, U32, need, "what is wanted of it, KEY_NEED_*")
STARLSM_FIELD(key, UID, uid, "the key's owner")
STARLSM_FIELD(key, STR, keytype, "its type")
STARLSM_EVENT_END(key)

STARLSM_EVENT(SYSLOG, syslog, 80, "syslog", ASYNC, NOW, "T1082", "the kernel log is about to be read or cleared")
STARLSM_FIELD(syslog, U32, action, "SYSLOG_ACTION_*")
STARLSM_EVENT_END(syslog)

STARLSM_EVENT(SETTIME, settime, 81, "settime", ASYNC, NOW, "T1070.006", "the clock is about to be set")
STARLSM_FIELD(settime, U64, time_ns, "time asked for, since 1970")
STARLSM_EVENT_END(settime)

STARLSM_EVENT(IPC, ipc, 82, "shm_alloc_security, msg_queue_alloc_security, sem_alloc_security, shm_shmat, shm_shmctl, msg_queue_msgctl, sem_semctl", ASYNC, RETURN, "", "a System V object is about to be made, attached or controlled")
STARLSM_FIELD(ipc, IPCOP, op, "what")
STARLSM_FIELD(ipc, U32, key, "its key")
STARLSM_FIELD(ipc, U32, cmd, "command of a *ctl, flags of shmat, else 0")
STARLSM_FIELD(ipc, UID, uid, "the object's owner")
STARLSM_EVENT_END(ipc)

/* Tasks, continued */

STARLSM_EVENT(DIGEST, digest, 83, "bprm_check_security", ASYNC, NOW, "T1105", "a file that is new since the guest booted is about to be executed; once for a content")
STARLSM_FIELD(digest, PATH, path, "the file")
STARLSM_FIELD(digest, U64, size, "its size in bytes")
STARLSM_FIELD(digest, U32, again, "1 if that content was told before: by another path, or in an earlier epoch")
STARLSM_FIELD(digest, HASH, sha256, "SHA-256 of what it held when it was read for this; empty if it is over 64 MiB, or could not be read")
STARLSM_EVENT_END(digest)
