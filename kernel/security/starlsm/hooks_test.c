// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - what the tests of all families of hooks share, and tests of
 * definitions and epochs
 */
#include <kunit/static_stub.h>
#include <kunit/test.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/jump_label.h>
#include <linux/mount.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/smp.h>

#include "hooks_test.h"
#include "path.h"
#include "policy.h"
#include "rings.h"
#include "setup.h"
#include "task.h"

/* What an interrupt does meanwhile, as to free a task, is not the test's. */
static struct starlsm_stream *own_stream_stub(void)
{
	const unsigned int cpu = smp_processor_id();

	if (!in_task())
		return cpu < starlsm_rings.n_rings ?
			&starlsm_rings.stream[cpu] : NULL;
	return &hooks_of(kunit_get_current_test())->ts->stream;
}

static u32 epoch_stub(void)
{
	if (!in_task())
		return READ_ONCE(starlsm_rings.status->guest.epoch);
	return hooks_of(kunit_get_current_test())->epoch;
}

/**
 * hooks_test_init - Have what the test's task does written to its own stream
 *
 * @test: The test, which is skipped where there is no sensor.
 */
int hooks_test_init(struct kunit *test)
{
	static u32 epoch = TEST_EPOCH;
	struct hooks_test *ours;

	if (!starlsm_is_on())
		kunit_skip(test, "starlsm is not in lsm=");
	ours = kunit_kzalloc(test, sizeof(*ours), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ours);
	ours->ts = test_stream_new(test);
	/* One that this test may go on to lies in between. */
	epoch += 2;
	ours->epoch = epoch;
	ours->ts->stream.epoch = epoch;
	test->priv = ours;
	starlsm_start_recording();
	kunit_activate_static_stub(test, starlsm_own_stream, own_stream_stub);
	kunit_activate_static_stub(test, starlsm_epoch, epoch_stub);
	return 0;
}

/**
 * hooks_test_settle - Describe the test's task, so that only events follow
 *
 * @test: The test.
 */
void hooks_test_settle(struct kunit *test)
{
	const struct starlsm_rec_heartbeat rec = {};

	starlsm_emit(&(struct starlsm_about) { .who = current },
		     &STARLSM_MSG(HEARTBEAT, &rec));
	test_stream_drain(hooks_of(test)->ts);
}

static void keep_path(struct kunit *test, const struct starlsm_rec *rec)
{
	const struct starlsm_rec_path *const path =
		container_of_const(rec, struct starlsm_rec_path, rec);
	struct hooks_test *const ours = hooks_of(test);
	const size_t len = STARLSM_VAR_LEN(path->path_len);
	const unsigned int i = ours->n_paths++;

	KUNIT_ASSERT_LT(test, i, TEST_DEFINED_MAX);
	ours->path[i].id = path->id;
	memcpy(ours->path[i].text, path + 1,
	       min(len, sizeof(ours->path[i].text) - 1));
}

/* SOCK and SOCKET say the same. */
static_assert(sizeof(struct starlsm_rec_sock) ==
	      sizeof(struct starlsm_rec_socket));

static void keep_sock(struct kunit *test, const struct starlsm_rec *rec)
{
	const struct starlsm_rec_sock *const sock =
		container_of_const(rec, struct starlsm_rec_sock, rec);
	struct hooks_test *const ours = hooks_of(test);
	unsigned int i;

	for (i = 0; i < ours->n_socks; i++)
		KUNIT_EXPECT_NE(test, ours->sock[i].id, sock->id);
	KUNIT_ASSERT_LT(test, i, TEST_DEFINED_MAX);
	ours->sock[i] = *sock;
	ours->n_socks++;
}

/**
 * hooks_test_next - Read on to the next record that defines no path or socket
 *
 * @test: The test, which keeps the definitions.
 *
 * Return: The record, or NULL.
 */
const struct starlsm_rec *hooks_test_next(struct kunit *test)
{
	const struct starlsm_rec *rec;

	for (;;) {
		rec = test_stream_next(hooks_of(test)->ts);
		if (rec && rec->type == STARLSM_EV_SOCKET)
			keep_sock(test, rec);
		if (rec && rec->type == STARLSM_EV_PATH)
			keep_path(test, rec);
		else if (rec && rec->type == STARLSM_EV_SOCK)
			keep_sock(test, rec);
		else
			return rec;
	}
}

/**
 * hooks_test_str - Expect a string
 *
 * @test: The test.
 * @at: Where it is.
 * @len: Its length, which must be that of
 * @text: what it must be.
 */
void hooks_test_str(struct kunit *test, const void *at, u16 len,
		    const char *text)
{
	KUNIT_ASSERT_EQ(test, len, strlen(text));
	KUNIT_EXPECT_MEMEQ(test, at, text, len);
}

/**
 * hooks_test_path - Expect that a path was defined, and how
 *
 * @test: The test.
 * @id: The path's id.
 * @text: What it must be.
 */
void hooks_test_path(struct kunit *test, u64 id, const char *text)
{
	const struct hooks_test *const ours = hooks_of(test);
	unsigned int i;

	for (i = 0; i < ours->n_paths; i++)
		if (ours->path[i].id == id)
			break;
	KUNIT_ASSERT_LT_MSG(test, i, ours->n_paths, "path %llu (%s)", id, text);
	KUNIT_EXPECT_STREQ(test, ours->path[i].text, text);
}

/**
 * hooks_test_sock - Expect that a socket was defined, and how
 *
 * @test: The test.
 * @id: The socket's id.
 * @family: What it must be.
 * @type: What it must be.
 */
void hooks_test_sock(struct kunit *test, u64 id, u32 family, u32 type)
{
	const struct hooks_test *const ours = hooks_of(test);
	unsigned int i;

	for (i = 0; i < ours->n_socks; i++)
		if (ours->sock[i].id == id)
			break;
	KUNIT_ASSERT_LT_MSG(test, i, ours->n_socks, "socket %llu", id);
	KUNIT_EXPECT_EQ(test, ours->sock[i].family, family);
	KUNIT_EXPECT_EQ(test, ours->sock[i].type, type);
}

static void close_file(void *file)
{
	fput(file);
}

/**
 * hooks_test_root - The root directory, open as long as the test runs
 *
 * @test: The test.
 */
struct file *hooks_test_root(struct kunit *test)
{
	struct file *const file = filp_open("/", O_RDONLY | O_DIRECTORY, 0);

	KUNIT_ASSERT_FALSE(test, IS_ERR(file));
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, close_file, file));
	return file;
}

/**
 * hooks_test_unlink - As unlink(2) would, which needs a name from user space
 *
 * @file: The file.
 */
void hooks_test_unlink(struct file *file)
{
	struct dentry *const dentry = file->f_path.dentry;
	struct inode *const dir = d_inode(dentry->d_parent);

	/* Held by the file alone it would lose its inode. */
	dget(dentry);
	inode_lock_nested(dir, I_MUTEX_PARENT);
	vfs_unlink(mnt_idmap(file->f_path.mnt), dir, dentry, NULL);
	inode_unlock(dir);
	dput(dentry);
}

static void want_no_more(void *key)
{
	static_branch_disable((struct static_key_false *)key);
}

/**
 * hooks_test_want - Have an event written whose class is off, while a test runs
 *
 * @test: The test.
 * @type: The event's type.
 */
void hooks_test_want(struct kunit *test, u16 type)
{
	struct static_key_false *const key = &starlsm_wanted[type];

	KUNIT_ASSERT_FALSE(test, static_key_enabled(key));
	static_branch_enable(key);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, want_no_more, key));
}

/**
 * hooks_test_as_user - Pass for a task that is no kernel thread
 *
 * Return: What hooks_test_as_before() takes.
 */
unsigned int hooks_test_as_user(void)
{
	const unsigned int flags = current->flags & PF_KTHREAD;

	current->flags &= ~PF_KTHREAD;
	return flags;
}

/*
 * Definitions and epochs
 */

static void task_is_described_once(struct kunit *test)
{
	const struct starlsm_rec_heartbeat rec = {};
	const struct starlsm_rec_task *task;
	u64 id;

	starlsm_emit(&(struct starlsm_about) { .who = current },
		     &STARLSM_MSG(HEARTBEAT, &rec));
	starlsm_emit(&(struct starlsm_about) { .who = current },
		     &STARLSM_MSG(HEARTBEAT, &rec));
	task = EXPECT_REC(test, TASK, task);
	id = task->id;
	KUNIT_EXPECT_NE(test, id, 0);
	KUNIT_EXPECT_EQ(test, id, starlsm_task_id(current));
	KUNIT_EXPECT_EQ(test, task->exe, 0);
	KUNIT_EXPECT_EQ(test, task->pid, current->pid);
	KUNIT_EXPECT_EQ(test, task->uid, 0);
	KUNIT_EXPECT_EQ(test, task->cap_effective,
			current_cred()->cap_effective.val);
	hooks_test_str(test, task + 1, task->comm_len, current->comm);
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, HEARTBEAT, heartbeat)->rec.task,
			id);
	EXPECT_REC(test, HEARTBEAT, heartbeat);
	EXPECT_NOTHING(test);
}

static void epoch_begins_with_hello(struct kunit *test)
{
	const struct starlsm_rec_heartbeat rec = {};
	const struct starlsm_rec_hello *hello;

	hooks_test_settle(test);
	hooks_of(test)->epoch++;
	starlsm_record_lose(&hooks_of(test)->ts->stream, STARLSM_EV_FORK);
	starlsm_emit(&(struct starlsm_about) { .who = current },
		     &STARLSM_MSG(HEARTBEAT, &rec));
	hello = EXPECT_REC(test, HELLO, hello);
	KUNIT_EXPECT_EQ(test, hello->epoch, hooks_of(test)->epoch);
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

	hooks_of(test)->epoch = 0;
	hooks_of(test)->ts->stream.epoch = 0;
	starlsm_emit(&(struct starlsm_about) {}, &STARLSM_MSG(HEARTBEAT, &rec));
	KUNIT_EXPECT_EQ(test, EXPECT_REC(test, HEARTBEAT, heartbeat)->rec.task,
			0);
	EXPECT_NOTHING(test);
}

/* No id without its description: rather no record. */
static void undescribed_is_lost(struct kunit *test)
{
	struct starlsm_stream *const stream = &hooks_of(test)->ts->stream;
	const struct starlsm_rec_exit small = {};
	struct starlsm_written written;

	/* Room for an EXIT of 32 bytes, not for the TASK that it needs. */
	test_stream_start_at(hooks_of(test)->ts, TEST_RING_SIZE);
	stream->ring.cons = 32;
	hooks_of(test)->ts->peer.cons = 32;
	written = starlsm_emit(&(struct starlsm_about) { .who = current },
			       &STARLSM_MSG(EXIT, &small));
	KUNIT_EXPECT_EQ(test, written.epoch, 0);
	KUNIT_EXPECT_EQ(test, stream->lost.count[STARLSM_EV_EXIT], 1);
	KUNIT_EXPECT_EQ(test, stream->lost.count[STARLSM_EV_TASK], 0);
	test_stream_drain(hooks_of(test)->ts);
	starlsm_emit(&(struct starlsm_about) { .who = current },
		     &STARLSM_MSG(EXIT, &small));
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
	hooks_of(test)->ts->peer.wake = 1ULL << 62;
	starlsm_set_peer(&counting_peer);
	kicks = 0;
	starlsm_emit(&(struct starlsm_about) {}, &STARLSM_MSG(HEARTBEAT, &async));
	KUNIT_EXPECT_EQ(test, kicks, 0);
	starlsm_emit(&(struct starlsm_about) {}, &STARLSM_MSG(BPF, &urgent));
	KUNIT_EXPECT_EQ(test, kicks, 1);
	hooks_of(test)->ts->peer.wake = hooks_of(test)->ts->pub.prod + 1;
	starlsm_emit(&(struct starlsm_about) {}, &STARLSM_MSG(HEARTBEAT, &async));
	KUNIT_EXPECT_EQ(test, kicks, 2);
	starlsm_set_peer(NULL);
	starlsm_emit(&(struct starlsm_about) {}, &STARLSM_MSG(BPF, &urgent));
	KUNIT_EXPECT_EQ(test, kicks, 2);
}

static struct kunit_case hooks_cases[] = {
	KUNIT_CASE(task_is_described_once),
	KUNIT_CASE(epoch_begins_with_hello),
	KUNIT_CASE(no_collector_no_hello),
	KUNIT_CASE(undescribed_is_lost),
	KUNIT_CASE(urgent_wakes),
	{}
};

static struct kunit_suite hooks_suite = {
	.name = "starlsm_hooks",
	.init = hooks_test_init,
	.test_cases = hooks_cases,
};

kunit_test_suite(hooks_suite);
