// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a rootkit does to text and read-only data: it maps the page a
 * second time, writable, and writes there
 *
 * insmod poke.ko at=ADDRESS bytes=1,2,3 [keep=1]; rmmod writes back what was there.
 * With keep the second mapping stays as long as the module does.
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

#define BYTES_MAX 16

static unsigned long at;
module_param(at, ulong, 0);
MODULE_PARM_DESC(at, "address to write to, in the kernel's image or a module");

static u8 bytes[BYTES_MAX];
static unsigned int n_bytes;
module_param_array(bytes, byte, &n_bytes, 0);
MODULE_PARM_DESC(bytes, "what to write there, on one page");

static bool keep;
module_param(keep, bool, 0);
MODULE_PARM_DESC(keep, "leave the writable mapping");

static u8 before[BYTES_MAX];
static u8 *alias;

static int map_alias(void)
{
	struct page *page = at >= MODULES_VADDR ? vmalloc_to_page((void *)at) :
			    pfn_to_page(PHYS_PFN(__pa_symbol(at)));

	alias = vmap(&page, 1, VM_MAP, PAGE_KERNEL);
	return alias ? 0 : -ENOMEM;
}

static void unmap_alias(void)
{
	vunmap(alias);
	alias = NULL;
}

static int __init poke_init(void)
{
	int rc;

	if (!at || offset_in_page(at) + n_bytes > PAGE_SIZE)
		return -EINVAL;
	rc = map_alias();
	if (rc)
		return rc;
	memcpy(before, alias + offset_in_page(at), n_bytes);
	memcpy(alias + offset_in_page(at), bytes, n_bytes);
	if (!keep)
		unmap_alias();
	return 0;
}

static void __exit poke_exit(void)
{
	if (!alias && map_alias())
		return;
	memcpy(alias + offset_in_page(at), before, n_bytes);
	unmap_alias();
}

module_init(poke_init);
module_exit(poke_exit);
MODULE_DESCRIPTION("Writes to pages that are read-only");
MODULE_LICENSE("GPL");
