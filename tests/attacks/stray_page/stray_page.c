// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a rootkit leaves behind when its module is gone: a page that can
 * be executed and belongs to nobody
 *
 * insmod stray_page.ko rox=ADDRESS nx=ADDRESS rw=ADDRESS of set_memory_rox and so on,
 * which no module may call by name; rmmod takes the page away.
 * insmod stray_page.ko entry=ADDRESS of lookup_address: one that can also be written to,
 * which Linux itself would refuse to make.
 */
#include <linux/module.h>
#include <linux/pgtable.h>
#include <linux/vmalloc.h>

static unsigned long rox, nx, rw;
module_param(rox, ulong, 0);
MODULE_PARM_DESC(rox, "where set_memory_rox is");
module_param(nx, ulong, 0);
MODULE_PARM_DESC(nx, "where set_memory_nx is");
module_param(rw, ulong, 0);
MODULE_PARM_DESC(rw, "where set_memory_rw is");

static unsigned long entry;
module_param(entry, ulong, 0);
MODULE_PARM_DESC(entry, "where lookup_address is");

static void *page;

static int call(unsigned long function)
{
	return ((int (*)(unsigned long, int))function)((unsigned long)page, 1);
}

/* No processor has used the page: there is nothing to be forgotten. */
static int set_executable(bool is)
{
	unsigned int level;
	pte_t *pte = ((pte_t *(*)(unsigned long, unsigned int *))entry)((unsigned long)page,
									&level);

	if (!pte || level != PG_LEVEL_4K)
		return -EFAULT;
	set_pte(pte, is ? pte_mkexec(*pte) : pte_set_flags(*pte, _PAGE_NX));
	return 0;
}

static int __init stray_page_init(void)
{
	if (!entry && (!rox || !nx || !rw))
		return -EINVAL;
	page = vmalloc(PAGE_SIZE);
	if (!page)
		return -ENOMEM;
	memset(page, 0xc3, PAGE_SIZE);
	return entry ? set_executable(true) : call(rox);
}

static void __exit stray_page_exit(void)
{
	if (entry) {
		set_executable(false);
	} else {
		call(nx);
		call(rw);
	}
	vfree(page);
}

module_init(stray_page_init);
module_exit(stray_page_exit);
MODULE_DESCRIPTION("Makes a page that can be executed");
MODULE_LICENSE("GPL");
