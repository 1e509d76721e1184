// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what a rootkit does to text and read-only data: it maps the page a
 * second time, writable, and writes there
 *
 * insmod poke.ko at=ADDRESS bytes=1,2,3 [keep=1]; rmmod writes back what was there.
 * With keep the second mapping stays as long as the module does.
 * insmod poke.ko at=FUNCTION calls=ADDRESS instead=ADDRESS: the first call or jump in
 * it that leads to the one leads to the other (as FlipSwitch does with a system call).
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/vmalloc.h>
#include <asm/text-patching.h>

#define BYTES_MAX	16
#define FUNCTION_MAX	32768

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

static unsigned long calls, instead;
module_param(calls, ulong, 0);
MODULE_PARM_DESC(calls, "where a call or jump in the function leads");
module_param(instead, ulong, 0);
MODULE_PARM_DESC(instead, "where it is to lead");

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

/* Then at and bytes are those of its distance. */
static int find_call(void)
{
	const u8 *p = (const u8 *)at;
	s32 distance;

	for (unsigned int i = 0; i < FUNCTION_MAX; i++, p++) {
		memcpy(&distance, p + 1, sizeof(distance));
		if ((*p != CALL_INSN_OPCODE && *p != JMP32_INSN_OPCODE) ||
		    (unsigned long)p + CALL_INSN_SIZE + distance != calls)
			continue;
		distance += instead - calls;
		at = (unsigned long)p + 1;
		n_bytes = sizeof(distance);
		memcpy(bytes, &distance, sizeof(distance));
		return 0;
	}
	return -ENOENT;
}

static int __init poke_init(void)
{
	int rc = calls ? find_call() : 0;

	if (rc)
		return rc;
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
