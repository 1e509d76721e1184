// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the modules of a guest, by its own list and by sysfs
 */
#include "vmi/modules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vmi/lists.h"

/* MOD_INIT_TEXT: runs while the module is loaded, then it is freed */
#define TYPE_TEXT	0
#define TYPE_INIT_TEXT	4
#define MODULE_LIVE	0

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

static int by_base(const void *a, const void *b)
{
	const struct module *x = a, *y = b;

	return x->part[0].base < y->part[0].base ? -1 : x->part[0].base > y->part[0].base;
}

bool modules_is_live(struct look *look, uint64_t module)
{
	uint32_t state;

	return memory_u32(look->memory, module + look->offsets->at[M_module_state], &state) &&
	       state == MODULE_LIVE;
}

/* One that is in sysfs; sets *cut if there is no room for it. */
static void note(struct look *look, uint64_t module, bool *cut)
{
	unsigned int i = look->n_unlisted;

	for (unsigned int k = 0; k < look->n_modules; k++)
		if (look->module[k].address == module) {
			look->module[k].in_sysfs = true;
			return;
		}
	if (!modules_is_live(look, module))
		return;
	*cut |= i == LOOK_UNLISTED_MAX;
	if (*cut)
		return;
	look->unlisted[i].address = module;
	if (!memory_text(look->memory, module + look->offsets->at[M_module_name],
			 look->unlisted[i].name, LOOK_NAME_MAX))
		strcpy(look->unlisted[i].name, "?");
	look->n_unlisted++;
}

static bool add_kobject(struct look *look, uint64_t node, void *arg)
{
	const struct offsets *o = look->offsets;
	uint64_t at = node - o->at[M_kobject_entry] - o->at[M_module_kobject_kobj], module;
	bool *cut = arg;

	*cut |= !memory_u64(look->memory, at + o->at[M_module_kobject_mod], &module);
	/* without one it is built into the kernel */
	if (!*cut && module)
		note(look, module, cut);
	return !*cut;
}

static void collect_sysfs(struct look *look)
{
	static const enum member need[] = {
		M_module_state, M_kobject_entry, M_kset_list, M_module_kobject_kobj,
		M_module_kobject_mod, MEMBER_COUNT
	};
	bool cut = false;
	uint64_t symbol, kset;

	look->n_unlisted = 0;
	look_could_not(look, "module_kset cannot be read");
	if (!look_has(look, need) || !look_symbol(look, "module_kset", &symbol) ||
	    !memory_u64(look->memory, symbol, &kset) ||
	    !list_each(look, "module_kset", kset + look->offsets->at[M_kset_list], add_kobject,
		       &cut) || cut)
		memcpy(look->sysfs_why, look->why, sizeof(look->sysfs_why));
	else
		look->sysfs_why[0] = 0;
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
	if (!look->modules_known)
		return;
	qsort(look->module, look->n_modules, sizeof(look->module[0]), by_base);
	collect_sysfs(look);
}

static void add(struct msg_modules *m, uint64_t address, const char *name, uint32_t flags)
{
	struct seen_module *to = &m->module[m->n_modules++];

	to->address = address;
	to->flags = flags;
	snprintf(to->name, sizeof(to->name), "%s", name);
}

bool modules_tell(const struct look *look, uint32_t first, struct msg_modules *m)
{
	uint32_t n = look->n_modules, n_all = n + look->n_unlisted;

	memset(m, 0, sizeof(*m));
	m->first = first;
	m->n_all = n_all;
	for (uint32_t i = first; i < n_all && m->n_modules < SEEN_MODULES_MAX; i++) {
		const struct module *module = &look->module[i];

		if (i >= n) {
			add(m, look->unlisted[i - n].address, look->unlisted[i - n].name,
			    MODULE_IN_SYSFS);
			continue;
		}
		add(m, module->address, module->name,
		    MODULE_IN_LIST | (module->in_sysfs ? MODULE_IN_SYSFS : 0));
		m->module[i - first].base = module->part[0].base;
		m->module[i - first].size = module->part[0].size;
	}
	return look->modules_known && (!first || m->n_modules);
}
