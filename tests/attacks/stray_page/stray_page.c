// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a rootkit leaves behind when its module is gone: a page that can
 * be executed and belongs to nobody
 *
 * insmod stray_page.ko rox=ADDRESS nx=ADDRESS rw=ADDRESS of set_memory_rox and so on,
 * which no module may call by name; rmmod takes the page away.
 */
#include <linux/module.h>
#include <linux/vmalloc.h>

static unsigned long rox, nx, rw;
module_param(rox, ulong, 0);
MODULE_PARM_DESC(rox, "where set_memory_rox is");
module_param(nx, ulong, 0);
MODULE_PARM_DESC(nx, "where set_memory_nx is");
module_param(rw, ulong, 0);
MODULE_PARM_DESC(rw, "where set_memory_rw is");

static void *page;

static int call(unsigned long function)
{
	return ((int (*)(unsigned long, int))function)((unsigned long)page, 1);
}

static int __init stray_page_init(void)
{
	if (!rox || !nx || !rw)
		return -EINVAL;
	page = vmalloc(PAGE_SIZE);
	if (!page)
		return -ENOMEM;
	memset(page, 0xc3, PAGE_SIZE);
	return call(rox);
}

static void __exit stray_page_exit(void)
{
	call(nx);
	call(rw);
	vfree(page);
}

module_init(stray_page_init);
module_exit(stray_page_exit);
MODULE_DESCRIPTION("Makes a page that can be executed");
MODULE_LICENSE("GPL");
