// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - what root in the guest may see of the sensor: figures, no switch
 */
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/security.h>
#include <linux/seq_file.h>

#include "emit.h"
#include "rings.h"
#include "setup.h"

static int version_show(struct seq_file *m, void *unused)
{
	seq_printf(m, "%u.%u\n", STARLSM_VERSION_MAJOR, STARLSM_VERSION_MINOR);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(version);

static void show_event(struct seq_file *m, const char *name, u16 type)
{
	seq_printf(m, "recorded_%s %llu\n", name, starlsm_recorded(type));
	seq_printf(m, "lost_%s %llu\n", name, starlsm_lost(type));
	seq_printf(m, "filtered_%s %llu\n", name, starlsm_filtered(type));
}

static u32 current_epoch(void)
{
	return starlsm_rings.n_rings ?
		READ_ONCE(starlsm_rings.status->guest.epoch) : 0;
}

static u32 current_policy(void)
{
	return starlsm_rings.n_rings ?
		READ_ONCE(starlsm_rings.status->guest.policy) : 0;
}

static int counters_show(struct seq_file *m, void *unused)
{
#define STARLSM_EVENT(ID, name, number, hook, class, wait, attack, text) \
	show_event(m, #name, number);
#define STARLSM_FIELD(name, kind, field, text)
#define STARLSM_EVENT_END(name)
#include <xen/interface/io/starlsm_events.h>
#undef STARLSM_EVENT
#undef STARLSM_FIELD
#undef STARLSM_EVENT_END
	seq_printf(m, "bad_peer %llu\n", starlsm_bad_peer());
	seq_printf(m, "no_memory %llu\n", starlsm_mishaps(STARLSM_NO_MEMORY));
	seq_printf(m, "no_peer %llu\n", starlsm_mishaps(STARLSM_NO_PEER));
	seq_printf(m, "bad_policy %llu\n",
		   starlsm_mishaps(STARLSM_BAD_POLICY));
	seq_printf(m, "not_waited %llu\n",
		   starlsm_mishaps(STARLSM_NOT_WAITED));
	seq_printf(m, "rings %u\n", starlsm_rings.n_rings);
	seq_printf(m, "recording %u\n", starlsm_is_recording());
	seq_printf(m, "epoch %u\n", current_epoch());
	seq_printf(m, "policy %u\n", current_policy());
	seq_printf(m, "attached %u\n", starlsm_has_peer());
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

static int __init securityfs_init(void)
{
	struct dentry *dir;

	if (!starlsm_is_on())
		return 0;
	dir = securityfs_create_dir("starlsm", NULL);
	if (IS_ERR(dir))
		return PTR_ERR(dir);
	securityfs_create_file("version", 0400, dir, NULL, &version_fops);
	securityfs_create_file("counters", 0400, dir, NULL, &counters_fops);
	return 0;
}
fs_initcall(securityfs_init);
