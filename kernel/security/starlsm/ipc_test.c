// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - KUnit tests of the hooks of System V objects
 */
#include <kunit/test.h>
#include <linux/ipc.h>
#include <linux/security.h>

#include "hooks_test.h"

static void expect_ipc(struct kunit *test, u32 op, u32 cmd, u32 uid)
{
	const struct starlsm_rec_ipc *const rec = EXPECT_REC(test, IPC, ipc);

	KUNIT_EXPECT_EQ(test, rec->op, op);
	KUNIT_EXPECT_EQ(test, rec->key, 4711);
	KUNIT_EXPECT_EQ(test, rec->cmd, cmd);
	KUNIT_EXPECT_EQ(test, rec->uid, uid);
}

/* Its owner is not set yet: it is who asks. */
static void new_objects_are_recorded(struct kunit *test)
{
	struct kern_ipc_perm perm = { .key = 4711, .uid = KUIDT_INIT(33) };

	hooks_test_settle(test);
	KUNIT_ASSERT_EQ(test, 0, security_shm_alloc(&perm));
	security_shm_free(&perm);
	expect_ipc(test, STARLSM_IPC_SHM_NEW, 0, 0);
	KUNIT_ASSERT_EQ(test, 0, security_msg_queue_alloc(&perm));
	security_msg_queue_free(&perm);
	expect_ipc(test, STARLSM_IPC_MSG_NEW, 0, 0);
	KUNIT_ASSERT_EQ(test, 0, security_sem_alloc(&perm));
	security_sem_free(&perm);
	expect_ipc(test, STARLSM_IPC_SEM_NEW, 0, 0);
	EXPECT_NOTHING(test);
}

static void attach_is_recorded(struct kunit *test)
{
	struct kern_ipc_perm perm = { .key = 4711, .uid = KUIDT_INIT(33) };

	hooks_test_settle(test);
	security_shm_shmat(&perm, NULL, 010000);
	expect_ipc(test, STARLSM_IPC_SHM_ATTACH, 010000, 33);
	EXPECT_NOTHING(test);
}

struct control_case {
	const char *name;
	int cmd;
	bool recorded;
};

static const struct control_case control_cases[] = {
	{ "look", IPC_STAT, false },
	{ "set", IPC_SET, true },
	{ "remove", IPC_RMID, true },
};

KUNIT_ARRAY_PARAM_DESC(control, control_cases, name);

static void control_is_recorded(struct kunit *test)
{
	struct kern_ipc_perm perm = { .key = 4711, .uid = KUIDT_INIT(33) };
	const struct control_case *const c = test->param_value;

	hooks_test_settle(test);
	security_shm_shmctl(&perm, c->cmd);
	security_msg_queue_msgctl(&perm, c->cmd);
	security_sem_semctl(&perm, c->cmd);
	if (c->recorded) {
		expect_ipc(test, STARLSM_IPC_SHM_CONTROL, c->cmd, 33);
		expect_ipc(test, STARLSM_IPC_MSG_CONTROL, c->cmd, 33);
		expect_ipc(test, STARLSM_IPC_SEM_CONTROL, c->cmd, 33);
	}
	/* Of all of a kind, there is no object. */
	security_shm_shmctl(NULL, IPC_INFO);
	EXPECT_NOTHING(test);
}

static struct kunit_case ipc_cases[] = {
	KUNIT_CASE(new_objects_are_recorded),
	KUNIT_CASE(attach_is_recorded),
	KUNIT_CASE_PARAM(control_is_recorded, control_gen_params),
	{}
};

static struct kunit_suite ipc_suite = {
	.name = "starlsm_ipc",
	.init = hooks_test_init,
	.test_cases = ipc_cases,
};

kunit_test_suite(ipc_suite);
