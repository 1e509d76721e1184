// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a kernel module with a fault of each kind that a debug kernel finds,
 * to show that it does and that the lab sees it
 *
 * insmod faulty.ko fault=leak|sleep|freed|order
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define LEAKS		20
#define LEAK_SIZE	232

static char *fault = "";
module_param(fault, charp, 0);

static DEFINE_SPINLOCK(spin);
static DEFINE_MUTEX(one);
static DEFINE_MUTEX(other);

/* Many: a stale pointer on some stack may hide one. */
static noinline void faulty_leak(void)
{
	void *p;
	int i;

	for (i = 0; i < LEAKS; i++) {
		p = kmalloc(LEAK_SIZE, GFP_KERNEL);
		OPTIMIZER_HIDE_VAR(p);
	}
}

static noinline void faulty_sleep(void)
{
	spin_lock(&spin);
	msleep(20);
	spin_unlock(&spin);
}

static noinline void faulty_freed(void)
{
	char *p = kzalloc(LEAK_SIZE, GFP_KERNEL);

	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	WRITE_ONCE(p[8], 1);
}

static noinline void faulty_order(void)
{
	mutex_lock(&one);
	mutex_lock(&other);
	mutex_unlock(&other);
	mutex_unlock(&one);
	mutex_lock(&other);
	mutex_lock(&one);
	mutex_unlock(&one);
	mutex_unlock(&other);
}

static int __init faulty_init(void)
{
	if (!strcmp(fault, "leak"))
		faulty_leak();
	else if (!strcmp(fault, "sleep"))
		faulty_sleep();
	else if (!strcmp(fault, "freed"))
		faulty_freed();
	else if (!strcmp(fault, "order"))
		faulty_order();
	else
		return -EINVAL;
	return 0;
}

static void __exit faulty_exit(void)
{
}

module_init(faulty_init);
module_exit(faulty_exit);
MODULE_DESCRIPTION("Faults that a debug kernel finds");
MODULE_LICENSE("GPL");
