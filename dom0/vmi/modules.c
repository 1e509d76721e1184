// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the modules of a guest, by its own list
 */
#include "vmi/modules.h"

#include <string.h>

#include "vmi/lists.h"

/* MOD_INIT_TEXT: runs while the module is loaded, then it is freed */
#define TYPE_TEXT	0
#define TYPE_INIT_TEXT	4

static bool read_part(struct look *look, struct module *m, unsigned int type)
{
	const struct offsets *o = look->offsets;
	uint64_t part = m->address + o->at[M_module_mem] +
			(uint64_t)type * o->size[M_module_memory];
	uint64_t base;
	uint32_t size;

	if (!memory_u64(look->memory, part + o->at[M_module_memory_base], &base) ||
	    !memory_u32(look->memory, part + o->at[M_module_memory_size], &size))
		return false;
	if (!memory_is_kernel(base))
		size = 0;
	m->part[m->n_parts].base = base;
	m->part[m->n_parts++].size = size;
	return true;
}

/* Sets *cut, of arg, if there is one that cannot be taken. */
static bool add_module(struct look *look, uint64_t node, void *arg)
{
	const struct offsets *o = look->offsets;
	bool *cut = arg;
	struct module *m = &look->module[look->n_modules];
	unsigned int n = o->size[M_module_mem] / o->size[M_module_memory];

	*cut = true;
	if (look->n_modules == LOOK_MODULES_MAX)
		return false;
	memset(m, 0, sizeof(*m));
	m->address = node - o->at[M_module_list];
	if (!memory_text(look->memory, m->address + o->at[M_module_name], m->name,
			 sizeof(m->name)))
		return false;
	for (unsigned int i = 0; i < n && i < LOOK_MODULE_PARTS; i++)
		if (!read_part(look, m, i))
			return false;
	look->n_modules++;
	*cut = false;
	return true;
}

void modules_collect(struct look *look)
{
	static const enum member need[] = {
		M_module_list, M_module_name, M_module_mem, M_module_memory,
		M_module_memory_base, M_module_memory_size, MEMBER_COUNT
	};
	bool cut = false;
	uint64_t list;

	look->n_modules = 0;
	look->modules_known = look_has(look, need) &&
			      look->offsets->size[M_module_memory] &&
			      look_symbol(look, "modules", &list) &&
			      list_each(look, "the list of modules", list, add_module, &cut) && !cut;
}
