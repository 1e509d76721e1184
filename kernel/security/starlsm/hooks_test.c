// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks: real objects through the framework
 *
 * What a test's own task does goes to a stream in the test's memory; what the
 * rest of the system does meanwhile goes where it always goes.
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/in.h>
#include <linux/kernel_read_file.h>
#include <linux/kthread.h>
#include <linux/mount.h>
#include <linux/net.h>
#include <linux/ptrace.h>
#include <linux/sched/task.h>
#include <linux/security.h>
#include <linux/shmem_fs.h>
#include <net/net_namespace.h>

#include "cred.h"
#include "emit.h"
#include "path.h"
#include "setup.h"
#include "task.h"
#include "test_stream.h"

/* The epoch of all tests but those that begin others; not one of real life. */
#define TEST_EPOCH	1000000

static u32 test_epoch;

static struct test_stream *stream_of(struct kunit *test)
{
	return test->priv;
}

static struct starlsm_stream *own_stream_stub(void)
{
	return &stream_of(kunit_get_current_test())->stream;
}

static u32 epoch_stub(void)
{
	return test_epoch;
}

static int hooks_init(struct kunit *test)
{
	if (!starlsm_is_on())
		kunit_skip(test, "starlsm is not in lsm=");
	test->priv = test_stream_new(test);
	test_epoch = TEST_EPOCH;
	stream_of(test)->stream.epoch = TEST_EPOCH;
	starlsm_task(current)->defined = 0;
	starlsm_start_recording();
	kunit_activate_static_stub(test, starlsm_own_stream, own_stream_stub);
	kunit_activate_static_stub(test, starlsm_epoch, epoch_stub);
	return 0;
}

/* The next record, which must be of this type. */
#define EXPECT_REC(test, ID, name) ({ \
	const struct starlsm_rec *const __rec = \
		test_stream_next(stream_of(test)); \
	KUNIT_ASSERT_NOT_NULL(test, __rec); \
	KUNIT_ASSERT_EQ(test, __rec->type, STARLSM_EV_##ID); \
	container_of_const(__rec, struct starlsm_rec_##name, rec); \
})

#define EXPECT_NOTHING(test) \
	KUNIT_EXPECT_NULL(test, test_stream_next(stream_of(test)))

/* Describe the test's task now, so that only the event itself follows. */
static void settle(struct kunit *test)
{
	const struct starlsm_rec_heartbeat rec = {};

	starlsm_emit(current, NULL, &STARLSM_MSG(HEARTBEAT, &rec));
	test_stream_drain(stream_of(test));
}

static void expect_str(struct kunit *test, const void *at, u16 len,
		       const char *text)
{
	KUNIT_ASSERT_EQ(test, len, strlen(text));
	KUNIT_EXPECT_MEMEQ(test, at, text, len);
}

/*
 * Definitions and epochs
 */

static void task_is_described_once(struct kunit *test)
{
	const struct starlsm_rec_heartbeat rec = {};
	const struct starlsm_rec_task *task;
	u64 id;

	starlsm_emit(current, NULL, &STARLSM_MSG(HEARTBEAT, &rec));
	starlsm_emit(current, NULL, &STARLSM_MSG(HEARTBEAT, &rec));
	task = EXPECT_REC(test, TASK, task);
	id = task->id;
	KUNIT_EXPECT_NE(test, id, 0);
	KUNIT_EXPECT_EQ(test, id, starlsm_task_id(current));
	KUNIT_EXPECT_EQ(test, task->exe, 0);
	KUNIT_EXPECT_EQ(test, task->pid, current->pid);
	KUNIT_EXPECT_EQ(test, task->uid, 0);
	KUNIT_EXPECT_EQ(test, task->cap_effective,
			current_cred()->cap_effective.val);
	expect_str(test, task + 1, task->comm_len, current->comm);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, HEARTBEAT, heartbeat)->rec.task,
			id);
	EXPECT_REC(test, HEARTBEAT, heartbeat);
	EXPECT_NOTHING(test);
}

static void epoch_begins_with_hello(struct kunit *test)
{
	const struct starlsm_rec_heartbeat rec = {};
	const struct starlsm_rec_hello *hello;

	settle(test);
	test_epoch++;
	starlsm_record_lose(&stream_of(test)->stream, STARLSM_EV_FORK);
	starlsm_emit(current, NULL, &STARLSM_MSG(HEARTBEAT, &rec));
	hello = EXPECT_REC(test, HELLO, hello);
	KUNIT_EXPECT_EQ(test, hello->epoch, test_epoch);
	KUNIT_EXPECT_EQ(test, hello->seq64, hello->rec.seq);
	KUNIT_EXPECT_NE(test, hello->text_base, 0);
	EXPECT_REC(test, LOST, lost);
	EXPECT_REC(test, TASK, task);
	EXPECT_REC(test, HEARTBEAT, heartbeat);
	EXPECT_NOTHING(test);
}

static void no_collector_no_hello(struct kunit *test)
{
	const struct starlsm_rec_heartbeat rec = {};

	test_epoch = 0;
	stream_of(test)->stream.epoch = 0;
	starlsm_emit(NULL, NULL, &STARLSM_MSG(HEARTBEAT, &rec));
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, HEARTBEAT, heartbeat)->rec.task,
			0);
	EXPECT_NOTHING(test);
}

/* No id without its description: rather no record. */
static void undescribed_is_lost(struct kunit *test)
{
	struct starlsm_stream *const stream = &stream_of(test)->stream;
	const struct starlsm_rec_exit small = {};

	/* Room for an EXIT of 32 bytes, not for the TASK that it needs. */
	test_stream_start_at(stream_of(test), TEST_RING_SIZE);
	stream->ring.cons = 32;
	stream_of(test)->peer.cons = 32;
	KUNIT_EXPECT_EQ(test, 0, starlsm_emit(current, NULL,
					      &STARLSM_MSG(EXIT, &small)));
	KUNIT_EXPECT_EQ(test, stream->lost[STARLSM_EV_EXIT], 1);
	KUNIT_EXPECT_EQ(test, stream->lost[STARLSM_EV_TASK], 0);
	test_stream_drain(stream_of(test));
	starlsm_emit(current, NULL, &STARLSM_MSG(EXIT, &small));
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, LOST, lost)->event,
			STARLSM_EV_EXIT);
	EXPECT_REC(test, TASK, task);
	EXPECT_REC(test, EXIT, exit);
}

static unsigned int kicks;

static void count_kick(void)
{
	kicks++;
}

static const struct starlsm_peer counting_peer = {
	.kick = count_kick,
};

static void urgent_wakes(struct kunit *test)
{
	const struct starlsm_rec_heartbeat async = {};
	const struct starlsm_rec_bpf urgent = {};

	if (starlsm_has_peer())
		kunit_skip(test, "a real collector is attached");
	stream_of(test)->peer.wake = 1ULL << 62;
	starlsm_set_peer(&counting_peer);
	kicks = 0;
	starlsm_emit(NULL, NULL, &STARLSM_MSG(HEARTBEAT, &async));
	KUNIT_EXPECT_EQ(test, kicks, 0);
	starlsm_emit(NULL, NULL, &STARLSM_MSG(BPF, &urgent));
	KUNIT_EXPECT_EQ(test, kicks, 1);
	stream_of(test)->peer.wake = stream_of(test)->pub.prod + 1;
	starlsm_emit(NULL, NULL, &STARLSM_MSG(HEARTBEAT, &async));
	KUNIT_EXPECT_EQ(test, kicks, 2);
	starlsm_set_peer(NULL);
	starlsm_emit(NULL, NULL, &STARLSM_MSG(BPF, &urgent));
	KUNIT_EXPECT_EQ(test, kicks, 2);
}

/*
 * Tasks
 */

static int do_nothing(void *unused)
{
	return 0;
}

/* A child of kernel_thread() that returned would go to user space. */
static int end_at_once(void *unused)
{
	do_exit(0);
}

static void fork_defines_child(struct kunit *test)
{
	const struct starlsm_rec_fork *fork;
	struct task_struct *child;
	struct pid *pid;
	pid_t nr;

	settle(test);
	nr = kernel_thread(end_at_once, NULL, "starlsm_child", CLONE_FS);
	KUNIT_ASSERT_GT(test, nr, 0);
	pid = find_get_pid(nr);
	child = get_pid_task(pid, PIDTYPE_PID);
	put_pid(pid);
	fork = EXPECT_REC(test, FORK, fork);
	KUNIT_EXPECT_EQ(test, fork->rec.task, starlsm_task_id(current));
	KUNIT_EXPECT_TRUE(test, fork->flags & CLONE_FS);
	if (!child)
		return;
	KUNIT_EXPECT_EQ(test, fork->child, starlsm_task_id(child));
	KUNIT_EXPECT_EQ(test, starlsm_task(child)->defined, TEST_EPOCH + 1);
	KUNIT_EXPECT_EQ(test, starlsm_task(child)->parent,
			starlsm_task_id(current));
	put_task_struct(child);
}

static void pid_follows_fork(struct kunit *test)
{
	const struct starlsm_rec_heartbeat rec = {};
	const struct starlsm_rec_task *task;

	settle(test);
	starlsm_task(current)->pid_told = false;
	starlsm_emit(current, NULL, &STARLSM_MSG(HEARTBEAT, &rec));
	task = EXPECT_REC(test, TASK, task);
	KUNIT_EXPECT_EQ(test, task->pid, task_pid_nr(current));
	EXPECT_REC(test, HEARTBEAT, heartbeat);
	starlsm_emit(current, NULL, &STARLSM_MSG(HEARTBEAT, &rec));
	EXPECT_REC(test, HEARTBEAT, heartbeat);
	EXPECT_NOTHING(test);
}

static void exit_is_recorded(struct kunit *test)
{
	struct task_struct *const task = kthread_create(do_nothing, NULL,
							"starlsm_exit");
	const struct starlsm_rec_exit *exit;

	KUNIT_ASSERT_FALSE(test, IS_ERR(task));
	starlsm_task_id(task);
	starlsm_task(task)->defined = TEST_EPOCH + 1;
	starlsm_task_gone(task);
	exit = EXPECT_REC(test, EXIT, exit);
	KUNIT_EXPECT_EQ(test, exit->rec.task, starlsm_task_id(task));
	/* It has not ended, so it has not run either. */
	KUNIT_EXPECT_EQ(test, exit->pid, 0);
	EXPECT_NOTHING(test);
	kthread_stop(task);
}

static void exe_is_described_with_task(struct kunit *test)
{
	const struct starlsm_var path = starlsm_var_head("/bin/x", 6, 100);
	struct starlsm_exe *const exe = starlsm_exe_new(&path);
	const struct starlsm_rec_heartbeat rec = {};
	const struct starlsm_rec_task *task;
	const struct starlsm_rec_exe *got;

	KUNIT_ASSERT_NOT_NULL(test, exe);
	starlsm_exe_set(exe);
	starlsm_emit(current, NULL, &STARLSM_MSG(HEARTBEAT, &rec));
	got = EXPECT_REC(test, EXE, exe);
	KUNIT_EXPECT_EQ(test, got->id, exe->id);
	expect_str(test, got + 1, got->path_len, "/bin/x");
	task = EXPECT_REC(test, TASK, task);
	KUNIT_EXPECT_EQ(test, task->exe, exe->id);
	starlsm_exe_set(NULL);
}

/*
 * Credentials
 */

struct cred_case {
	const char *name;
	u32 op;
	bool changes;
};

static const struct cred_case cred_cases[] = {
	{ "setuid", STARLSM_CRED_SETUID, true },
	{ "setuid to the same", STARLSM_CRED_SETUID, false },
	{ "setgid", STARLSM_CRED_SETGID, true },
	{ "setgid to the same", STARLSM_CRED_SETGID, false },
	{ "capset", STARLSM_CRED_CAPSET, true },
	{ "capset to the same", STARLSM_CRED_CAPSET, false },
};

KUNIT_ARRAY_PARAM_DESC(cred, cred_cases, name);

static void change_cred(struct cred *new, u32 op)
{
	if (op == STARLSM_CRED_SETUID)
		new->uid = KUIDT_INIT(33);
	else if (op == STARLSM_CRED_SETGID)
		new->gid = KGIDT_INIT(44);
	else
		new->cap_permitted.val &= ~1ULL;
}

static void ask_for_cred(struct cred *new, u32 op)
{
	const kernel_cap_t caps = new->cap_permitted;

	if (op == STARLSM_CRED_SETUID)
		security_task_fix_setuid(new, current_cred(), LSM_SETID_RES);
	else if (op == STARLSM_CRED_SETGID)
		security_task_fix_setgid(new, current_cred(), LSM_SETID_RES);
	else
		security_capset(new, current_cred(), &caps,
				&new->cap_inheritable, &caps);
}

static void cred_change_is_recorded(struct kunit *test)
{
	const struct cred_case *const c = test->param_value;
	struct cred *const new = prepare_creds();
	const struct starlsm_rec_cred *rec;

	KUNIT_ASSERT_NOT_NULL(test, new);
	settle(test);
	if (c->changes)
		change_cred(new, c->op);
	ask_for_cred(new, c->op);
	if (c->changes) {
		rec = EXPECT_REC(test, CRED, cred);
		KUNIT_EXPECT_EQ(test, rec->op, c->op);
		KUNIT_EXPECT_EQ(test, rec->old_uid, 0);
		KUNIT_EXPECT_EQ(test, rec->uid, new->uid.val);
		KUNIT_EXPECT_EQ(test, rec->gid, new->gid.val);
		KUNIT_EXPECT_EQ(test, rec->cap_permitted,
				new->cap_permitted.val);
	}
	EXPECT_NOTHING(test);
	abort_creds(new);
}

static void setgroups_is_recorded(struct kunit *test)
{
	struct cred *const new = prepare_creds();

	KUNIT_ASSERT_NOT_NULL(test, new);
	settle(test);
	security_task_fix_setgroups(new, current_cred());
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, CRED, cred)->op,
			STARLSM_CRED_SETGROUPS);
	abort_creds(new);
}

/*
 * Files
 */

/* As unlink(2) would, which needs a name from user space */
static void unlink_file(struct file *file)
{
	struct dentry *const dentry = file->f_path.dentry;
	struct inode *const dir = d_inode(dentry->d_parent);

	inode_lock_nested(dir, I_MUTEX_PARENT);
	vfs_unlink(mnt_idmap(file->f_path.mnt), dir, dentry, NULL);
	inode_unlock(dir);
}

static void file_life_is_recorded(struct kunit *test)
{
	const struct starlsm_rec_create *create;
	const struct starlsm_rec_open *open;
	const char *const name = "/starlsm_test";
	struct file *file;

	settle(test);
	file = filp_open(name, O_CREAT | O_EXCL | O_WRONLY, 0640);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	create = EXPECT_REC(test, CREATE, create);
	KUNIT_EXPECT_EQ(test, create->mode & 0170700, 0100600);
	KUNIT_EXPECT_EQ(test, create->flags & O_ACCMODE, O_WRONLY);
	expect_str(test, create + 1, create->path_len, name);
	fput(file);

	file = filp_open(name, O_RDONLY, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	EXPECT_NOTHING(test);
	fput(file);

	file = filp_open(name, O_RDWR, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	open = EXPECT_REC(test, OPEN, open);
	expect_str(test, open + 1, open->path_len, name);

	security_path_unlink(&(struct path) {
		.mnt = file->f_path.mnt,
		.dentry = file->f_path.dentry->d_parent,
	}, file->f_path.dentry);
	expect_str(test, EXPECT_REC(test, UNLINK, unlink) + 1, strlen(name),
		   name);
	unlink_file(file);
	EXPECT_NOTHING(test);
	fput(file);
}

static void rename_has_both_paths(struct kunit *test)
{
	const struct starlsm_rec_rename *rec;
	struct file *file;
	struct path dir;

	file = filp_open("/", O_RDONLY | O_DIRECTORY, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	dir = file->f_path;
	settle(test);
	security_path_rename(&dir, dir.dentry, &dir, dir.dentry, 0);
	rec = EXPECT_REC(test, RENAME, rename);
	KUNIT_EXPECT_EQ(test, rec->from_len, 1);
	KUNIT_EXPECT_EQ(test, rec->to_len, 1);
	KUNIT_EXPECT_MEMEQ(test, rec + 1, "//", 2);
	fput(file);
}

static void odd_paths(struct kunit *test)
{
	char *const buf = kunit_kmalloc(test, PATH_MAX, GFP_KERNEL);
	struct file *const file = shmem_kernel_file_setup("0123456789", 0, 0);
	struct starlsm_var var;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	/* No memory to spell it in */
	var = starlsm_path_var(&file->f_path, NULL);
	KUNIT_EXPECT_EQ(test, var.len, STARLSM_TRUNCATED);
	/* Not in any directory: what d_path() makes of it */
	var = starlsm_path_var(&file->f_path, buf);
	KUNIT_EXPECT_GT(test, STARLSM_VAR_LEN(var.len), 0);
	KUNIT_EXPECT_EQ(test, var.len & STARLSM_TRUNCATED, 0);
	fput(file);
}

/* Levels of 250 letters: 8 are cut by us, 20 overflow the dcache's buffer. */
#define LEVEL_LEN	250
#define LEVELS_MAX	20

struct depth_case {
	const char *name;
	unsigned int levels;
	u16 wire_len;
};

static const struct depth_case depth_cases[] = {
	{ "fits", 7, 7 * (LEVEL_LEN + 1) },
	{ "cut by us", 8, STARLSM_PATH_LEN_MAX | STARLSM_TRUNCATED },
	{ "cut by the dcache", 20, STARLSM_PATH_LEN_MAX | STARLSM_TRUNCATED },
};

KUNIT_ARRAY_PARAM_DESC(depth, depth_cases, name);

/* Negative dentries below a directory, each a level of a path */
static void grow(struct kunit *test, struct dentry **level, unsigned int n)
{
	char name[LEVEL_LEN];
	unsigned int i;

	for (i = 1; i <= n; i++) {
		memset(name, 'a' + i, sizeof(name));
		level[i] = d_alloc(level[i - 1],
				   &(struct qstr)QSTR_INIT(name, LEVEL_LEN));
		KUNIT_ASSERT_NOT_NULL(test, level[i]);
	}
}

static void long_path_keeps_its_end(struct kunit *test)
{
	const struct depth_case *const c = test->param_value;
	char *const buf = kunit_kmalloc(test, PATH_MAX, GFP_KERNEL);
	struct file *const file = filp_open("/", O_RDONLY | O_DIRECTORY, 0);
	struct dentry *level[LEVELS_MAX + 1];
	struct starlsm_var var;
	const char *end;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, buf);
	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	level[0] = file->f_path.dentry;
	grow(test, level, c->levels);
	var = starlsm_path_var(&(struct path) {
		.mnt = file->f_path.mnt,
		.dentry = level[c->levels],
	}, buf);
	KUNIT_EXPECT_EQ(test, var.len, c->wire_len);
	/* The last level is whole, and so is the one before. */
	end = var.data + STARLSM_VAR_LEN(var.len);
	KUNIT_EXPECT_EQ(test, end[-1], 'a' + c->levels);
	KUNIT_EXPECT_EQ(test, end[-LEVEL_LEN], 'a' + c->levels);
	KUNIT_EXPECT_EQ(test, end[-LEVEL_LEN - 1], '/');
	KUNIT_EXPECT_EQ(test, end[-LEVEL_LEN - 2], 'a' + c->levels - 1);
	for (i = c->levels; i > 0; i--)
		dput(level[i]);
	fput(file);
}

/*
 * Sockets
 */

static void sockets_are_recorded(struct kunit *test)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_port = htons(4711),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	const struct starlsm_rec_connect *connect;
	const struct starlsm_rec_listen *listen;
	const struct starlsm_rec_bind *bind;
	struct socket *sock;

	KUNIT_ASSERT_EQ(test, 0, sock_create_kern(&init_net, AF_INET,
						  SOCK_STREAM, 0, &sock));
	settle(test);
	security_socket_bind(sock, (struct sockaddr *)&addr, sizeof(addr));
	bind = EXPECT_REC(test, BIND, bind);
	KUNIT_EXPECT_EQ(test, bind->type, SOCK_STREAM);
	KUNIT_ASSERT_EQ(test, bind->addr_len, sizeof(addr));
	KUNIT_EXPECT_MEMEQ(test, bind + 1, &addr, sizeof(addr));

	security_socket_connect(sock, (struct sockaddr *)&addr, sizeof(addr));
	connect = EXPECT_REC(test, CONNECT, connect);
	KUNIT_ASSERT_EQ(test, connect->addr_len, sizeof(addr));
	KUNIT_EXPECT_MEMEQ(test, connect + 1, &addr, sizeof(addr));

	security_socket_listen(sock, 5);
	listen = EXPECT_REC(test, LISTEN, listen);
	KUNIT_EXPECT_EQ(test, listen->backlog, 5);
	KUNIT_EXPECT_EQ(test, listen->addr_len, sizeof(addr));

	security_socket_accept(sock, sock);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, ACCEPT, accept)->type,
			SOCK_STREAM);
	EXPECT_NOTHING(test);
	sock_release(sock);
}

/*
 * Code for the kernel
 */

struct load_case {
	const char *name;
	int id;
	bool memory;
	u16 type;	/* expected; 0 for no record */
};

static const struct load_case load_cases[] = {
	{ "module from a file", READING_MODULE, false, STARLSM_EV_MODULE },
	{ "module from memory", LOADING_MODULE, true, STARLSM_EV_MODULE },
	{ "kernel from a file", READING_KEXEC_IMAGE, false, STARLSM_EV_KEXEC },
	{ "kernel from memory", LOADING_KEXEC_IMAGE, true, STARLSM_EV_KEXEC },
	{ "firmware from a file", READING_FIRMWARE, false, 0 },
	{ "firmware from memory", LOADING_FIRMWARE, true, 0 },
};

KUNIT_ARRAY_PARAM_DESC(load, load_cases, name);

static void loads_are_recorded(struct kunit *test)
{
	const struct load_case *const c = test->param_value;
	const struct starlsm_rec_module *rec;
	struct file *const file = filp_open("/", O_RDONLY | O_DIRECTORY, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	settle(test);
	if (c->memory)
		security_kernel_load_data(c->id, true);
	else
		security_kernel_read_file(file, c->id, true);
	if (c->type) {
		rec = (const void *)test_stream_next(stream_of(test));
		KUNIT_ASSERT_NOT_NULL(test, rec);
		KUNIT_EXPECT_EQ(test, rec->rec.type, c->type);
		KUNIT_EXPECT_EQ(test, rec->source, c->memory ?
				STARLSM_FROM_MEMORY : STARLSM_FROM_FILE);
		expect_str(test, rec + 1, rec->path_len, c->memory ? "" : "/");
	}
	EXPECT_NOTHING(test);
	fput(file);
}

static void mounts_are_recorded(struct kunit *test)
{
	struct file *const file = filp_open("/", O_RDONLY | O_DIRECTORY, 0);
	const struct starlsm_rec_mount *rec;

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	settle(test);
	security_sb_mount("/dev/x", &file->f_path, "ext4", 0x20, NULL);
	rec = EXPECT_REC(test, MOUNT, mount);
	KUNIT_EXPECT_EQ(test, rec->flags, 0x20);
	KUNIT_ASSERT_EQ(test, rec->source_len, 6);
	KUNIT_ASSERT_EQ(test, rec->target_len, 1);
	KUNIT_ASSERT_EQ(test, rec->fstype_len, 4);
	KUNIT_EXPECT_MEMEQ(test, rec + 1, "/dev/x/ext4", 11);

	/* A change of an old mount has neither source nor type. */
	security_sb_mount(NULL, &file->f_path, NULL, 0, NULL);
	rec = EXPECT_REC(test, MOUNT, mount);
	KUNIT_EXPECT_EQ(test, rec->source_len, 0);
	KUNIT_EXPECT_EQ(test, rec->fstype_len, 0);
	security_move_mount(&file->f_path, &file->f_path);
	EXPECT_REC(test, MOUNT, mount);
	fput(file);
}

/*
 * Other tasks
 */

static void ptrace_is_recorded(struct kunit *test)
{
	struct task_struct *const child = kthread_create(do_nothing, NULL,
							 "starlsm_traced");
	const struct starlsm_rec_ptrace *rec;

	KUNIT_ASSERT_FALSE(test, IS_ERR(child));
	settle(test);
	security_ptrace_access_check(child, PTRACE_MODE_READ_REALCREDS);
	EXPECT_NOTHING(test);
	security_ptrace_access_check(child, PTRACE_MODE_ATTACH_REALCREDS);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, TASK, task)->pid, child->pid);
	rec = EXPECT_REC(test, PTRACE, ptrace);
	KUNIT_EXPECT_EQ(test, rec->target, starlsm_task_id(child));
	KUNIT_EXPECT_EQ(test, rec->op, STARLSM_PTRACE_ATTACH);
	KUNIT_EXPECT_EQ(test, rec->pid, child->pid);
	security_ptrace_traceme(child);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, PTRACE, ptrace)->op,
			STARLSM_PTRACE_TRACEME);
	EXPECT_NOTHING(test);
	kthread_stop(child);
}

struct kill_case {
	const char *name;
	unsigned int uid;
	int sig;
	bool recorded;
};

static const struct kill_case kill_cases[] = {
	{ "another user", 33, SIGTERM, true },
	{ "the same user", 0, SIGTERM, false },
	{ "no signal", 33, 0, false },
};

KUNIT_ARRAY_PARAM_DESC(kill, kill_cases, name);

static void kill_across_users_is_recorded(struct kunit *test)
{
	const struct kill_case *const c = test->param_value;
	struct cred *const sender = prepare_creds();
	const struct starlsm_rec_kill *rec;

	KUNIT_ASSERT_NOT_NULL(test, sender);
	sender->uid = KUIDT_INIT(c->uid);
	settle(test);
	security_task_kill(current, SEND_SIG_NOINFO, c->sig, sender);
	if (c->recorded) {
		rec = EXPECT_REC(test, KILL, kill);
		KUNIT_EXPECT_EQ(test, rec->target, starlsm_task_id(current));
		KUNIT_EXPECT_EQ(test, rec->sig, c->sig);
		KUNIT_EXPECT_EQ(test, rec->target_uid, 0);
	}
	/* Without other credentials the sender is the current task. */
	security_task_kill(current, SEND_SIG_NOINFO, SIGTERM, NULL);
	EXPECT_NOTHING(test);
	abort_creds(sender);
}

static struct kunit_case hooks_cases[] = {
	KUNIT_CASE(task_is_described_once),
	KUNIT_CASE(epoch_begins_with_hello),
	KUNIT_CASE(no_collector_no_hello),
	KUNIT_CASE(undescribed_is_lost),
	KUNIT_CASE(urgent_wakes),
	KUNIT_CASE(fork_defines_child),
	KUNIT_CASE(pid_follows_fork),
	KUNIT_CASE(exit_is_recorded),
	KUNIT_CASE(exe_is_described_with_task),
	KUNIT_CASE_PARAM(cred_change_is_recorded, cred_gen_params),
	KUNIT_CASE(setgroups_is_recorded),
	KUNIT_CASE(file_life_is_recorded),
	KUNIT_CASE(rename_has_both_paths),
	KUNIT_CASE(odd_paths),
	KUNIT_CASE_PARAM(long_path_keeps_its_end, depth_gen_params),
	KUNIT_CASE(sockets_are_recorded),
	KUNIT_CASE_PARAM(loads_are_recorded, load_gen_params),
	KUNIT_CASE(mounts_are_recorded),
	KUNIT_CASE(ptrace_is_recorded),
	KUNIT_CASE_PARAM(kill_across_users_is_recorded, kill_gen_params),
	{}
};

static struct kunit_suite hooks_suite = {
	.name = "starlsm_hooks",
	.init = hooks_init,
	.test_cases = hooks_cases,
};

kunit_test_suite(hooks_suite);
