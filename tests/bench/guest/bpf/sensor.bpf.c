// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a BPF LSM sensor with StarLSM's events: reserves, fills the same
 * fields, submits to a BPF ring buffer
 */
#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "record.h"

#define FMODE_WRITE	0x2
#define FMODE_CREATED	0x100000
#define AF_INET_LEN	16

char LICENSE[] SEC("license") = "GPL";

#define RING_SIZE	(256 * 1024)	/* as one of StarLSM's rings */

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_SIZE);
} ring SEC(".maps");

/* Does the consumer want to be woken as soon as there is something? */
const volatile bool wakes_each;

__u64 n_lost;
__u64 n_seq;

static __always_inline void head(struct rec *rec, int type, int len)
{
	rec->type = type;
	rec->len = len;
	rec->seq = n_seq++;
	rec->time_ns = bpf_ktime_get_ns();
	rec->task = bpf_get_current_pid_tgid();
}

#define RESERVE(var, kind) \
	var = bpf_ringbuf_reserve(&ring, sizeof(*var), 0); \
	if (!var) { \
		__sync_fetch_and_add(&n_lost, 1); \
		return 0; \
	} \
	head(&var->rec, kind, sizeof(*var))

/*
 * As StarLSM's reader has it while records keep coming: woken when a quarter of
 * the ring is filled, once; what is there without that it finds by itself.
 */
static __always_inline __u64 wake_flags(__u64 len)
{
	__u64 filled;

	if (wakes_each)
		return 0;
	filled = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);
	return filled >= RING_SIZE / 4 && filled - len < RING_SIZE / 4 ?
		BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

/* A record takes its header of 8 bytes and a multiple of 8 in the ring. */
#define SUBMIT(var) \
	bpf_ringbuf_submit(var, wake_flags((sizeof(*var) + 15) / 8 * 8))

/* At most max - 1, a power of two less 1: said so that the verifier sees it */
static __always_inline __u32 bounded(__u32 len, __u32 max)
{
	if (len >= max)
		len = max - 1;
	barrier_var(len);
	return len & (max - 1);
}

SEC("lsm/task_alloc")
int BPF_PROG(task_alloc, struct task_struct *task, unsigned long flags)
{
	struct rec_fork *rec;

	RESERVE(rec, REC_FORK);
	rec->child = (unsigned long)task;
	rec->flags = flags;
	SUBMIT(rec);
	return 0;
}

SEC("lsm/task_free")
int BPF_PROG(task_free, struct task_struct *task)
{
	struct rec_exit *rec;

	RESERVE(rec, REC_EXIT);
	rec->code = task->exit_code;
	rec->pid = task->pid;
	SUBMIT(rec);
	return 0;
}

static __always_inline int cred(const struct cred *new, const struct cred *old, int op)
{
	struct rec_cred *rec;

	RESERVE(rec, REC_CRED);
	rec->cap_effective = new->cap_effective.val;
	rec->cap_permitted = new->cap_permitted.val;
	rec->op = op;
	rec->old_uid = old->uid.val;
	rec->old_euid = old->euid.val;
	rec->uid = new->uid.val;
	rec->euid = new->euid.val;
	rec->suid = new->suid.val;
	rec->gid = new->gid.val;
	rec->egid = new->egid.val;
	SUBMIT(rec);
	return 0;
}

SEC("lsm/task_fix_setuid")
int BPF_PROG(fix_setuid, struct cred *new, const struct cred *old, int flags)
{
	return cred(new, old, 1);
}

SEC("lsm/task_fix_setgid")
int BPF_PROG(fix_setgid, struct cred *new, const struct cred *old, int flags)
{
	return cred(new, old, 2);
}

SEC("lsm.s/bprm_committed_creds")
int BPF_PROG(committed_creds, struct linux_binprm *bprm)
{
	struct task_struct *task = bpf_get_current_task_btf();
	__u32 len = bprm->exec - bprm->p;
	struct rec_exec *rec;

	RESERVE(rec, REC_EXEC);
	rec->exe = rec->rec.time_ns;
	rec->cap_effective = task->cred->cap_effective.val;
	rec->pid = task->pid;
	rec->uid = task->cred->uid.val;
	rec->euid = task->cred->euid.val;
	rec->argc = bprm->argc;
	rec->envc = bprm->envc;
	rec->path_len = bpf_d_path((struct path *)&bprm->file->f_path, rec->path, sizeof(rec->path));
	len = bounded(len, ARGS_MAX_LEN);
	rec->args_len = len;
	bpf_probe_read_user(rec->args, len, (void *)bprm->p);
	SUBMIT(rec);
	return 0;
}

SEC("lsm.s/file_open")
int BPF_PROG(file_open, struct file *file)
{
	__u32 mode = file->f_mode;
	struct rec_path *rec;

	if (!(mode & (FMODE_WRITE | FMODE_CREATED)))
		return 0;
	RESERVE(rec, mode & FMODE_CREATED ? REC_CREATE : REC_OPEN);
	rec->flags = file->f_flags;
	rec->mode = file->f_inode->i_mode;
	rec->path_len = bpf_d_path((struct path *)&file->f_path, rec->path, sizeof(rec->path));
	SUBMIT(rec);
	return 0;
}

/* The folder's path, then the name; there is no helper for both. */
static __always_inline int name_in(const struct path *dir, struct dentry *dentry,
				   char *to)
{
	long len = bpf_d_path((struct path *)dir, to, PATH_MAX_LEN / 2);

	if (len < 0 || len > PATH_MAX_LEN / 2)
		return 0;
	if (len)
		to[(len - 1) & 127] = '/';
	return len + bpf_probe_read_kernel_str(to + (len & 127), PATH_MAX_LEN / 2,
					       dentry->d_name.name);
}

SEC("lsm.s/path_unlink")
int BPF_PROG(path_unlink, const struct path *dir, struct dentry *dentry)
{
	struct rec_path *rec;

	RESERVE(rec, REC_UNLINK);
	rec->path_len = name_in(dir, dentry, rec->path);
	SUBMIT(rec);
	return 0;
}

SEC("lsm.s/path_rename")
int BPF_PROG(path_rename, const struct path *old_dir, struct dentry *old,
	     const struct path *new_dir, struct dentry *new, unsigned int flags)
{
	struct rec_rename *rec;

	RESERVE(rec, REC_RENAME);
	rec->flags = flags;
	rec->from_len = name_in(old_dir, old, rec->from);
	rec->to_len = name_in(new_dir, new, rec->to);
	SUBMIT(rec);
	return 0;
}

static __always_inline int asked(struct socket *sock, struct sockaddr *addr, int len,
				 int type)
{
	__u32 n = len;
	struct rec_sock *rec;

	RESERVE(rec, type);
	rec->type = sock->type;
	rec->backlog = 0;
	n = bounded(n, ADDR_MAX_LEN);
	rec->addr_len = n;
	bpf_probe_read_kernel(rec->addr, n, addr);
	SUBMIT(rec);
	return 0;
}

/* The socket's own address, of IPv4 only: there is no helper for the others. */
static __always_inline int own(struct socket *sock, int type, int backlog)
{
	struct sock *sk = sock->sk;
	struct rec_sock *rec;

	if (!sk)
		return 0;
	RESERVE(rec, type);
	rec->type = sock->type;
	rec->backlog = backlog;
	rec->addr_len = AF_INET_LEN;
	*(__u16 *)rec->addr = sk->__sk_common.skc_family;
	*(__u16 *)(rec->addr + 2) = __builtin_bswap16(sk->__sk_common.skc_num);
	*(__u32 *)(rec->addr + 4) = sk->__sk_common.skc_rcv_saddr;
	SUBMIT(rec);
	return 0;
}

SEC("lsm/socket_bind")
int BPF_PROG(socket_bind, struct socket *sock, struct sockaddr *addr, int len)
{
	return asked(sock, addr, len, REC_BIND);
}

SEC("lsm/socket_connect")
int BPF_PROG(socket_connect, struct socket *sock, struct sockaddr *addr, int len)
{
	return asked(sock, addr, len, REC_CONNECT);
}

SEC("lsm/socket_listen")
int BPF_PROG(socket_listen, struct socket *sock, int backlog)
{
	return own(sock, REC_LISTEN, backlog);
}

SEC("lsm/socket_accept")
int BPF_PROG(socket_accept, struct socket *sock, struct socket *newsock)
{
	return own(sock, REC_ACCEPT, 0);
}
