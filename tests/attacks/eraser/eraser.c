// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a kernel module that erases the ring as soon as it is recorded
 *
 *   insmod eraser.ko own=ADDRESS [times=N]
 *
 * It asks to load a kernel, as kexec would, and overwrites the whole ring of its
 * CPU when the sensor's hook has returned, N times. What it erased goes to the
 * log: "eraser: N asked, M erased". When something else has been written in
 * between and not been read yet, the ring is left alone and the try counts as
 * asked only: erasing that would show at once.
 */
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/security.h>
#include <linux/smp.h>
#include <linux/string.h>

static ulong own;
module_param(own, ulong, 0);
MODULE_PARM_DESC(own, "address of starlsm_own_stream()");

static uint times = 20;
module_param(times, uint, 0);
MODULE_PARM_DESC(times, "how often");

static bool blindly;
module_param(blindly, bool, 0);
MODULE_PARM_DESC(blindly, "erase what was not read as well");

/* The beginning of struct starlsm_stream, as security/starlsm/ring.h has it */
struct stream {
	u8 *data;
	u64 size;
	const volatile u64 *prod;
	const volatile u64 *cons;
};

/* With interrupts off: whether there was nothing but what has been read. */
static bool erase(const struct stream *stream)
{
	if (!blindly && *stream->prod != *stream->cons)
		return false;
	memset(stream->data, 0xff, stream->size);
	return true;
}

static bool ask_and_erase(void)
{
	struct stream *(*const own_stream)(void) = (void *)own;
	unsigned long flags;
	bool erased;

	security_kernel_load_data(LOADING_KEXEC_IMAGE, false);
	local_irq_save(flags);
	erased = erase(own_stream());
	local_irq_restore(flags);
	return erased;
}

static int __init eraser_init(void)
{
	uint i, erased = 0;

	if (!own)
		return -EINVAL;
	for (i = 0; i < times; i++) {
		erased += ask_and_erase();
		msleep(20);
	}
	pr_info("eraser: %u asked, %u erased\n", times, erased);
	return 0;
}

static void __exit eraser_exit(void)
{
}

module_init(eraser_init);
module_exit(eraser_exit);
MODULE_DESCRIPTION("Erases the ring as soon as it is recorded");
MODULE_LICENSE("GPL");
