// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - checks: whom the kernel calls by ftrace, kprobes, tracepoints,
 * netfilter and notifier chains
 *
 * A function there has to be the kernel's, or of a module that is in the list: what
 * such a module does is between it and whoever has loaded it, and that was told by
 * events. Nobody's code is never called by a sound kernel.
 */
#include <inttypes.h>

#include "vmi/checks.h"
#include "vmi/hooks.h"
#include "vmi/lists.h"

/* NF_INET_NUMHOOKS, without ingress */
#define NF_HOOKS	5
#define NF_ENTRIES_MAX	1024
#define PROBES_MAX	256	/* of one tracepoint */

/* Is it a function that somebody known has? With bpf, one that it has made, too. */
static void called(struct look *look, uint64_t function, bool or_made, const char *by)
{
	if (!function || look_is_known_code(look, function) ||
	    (or_made && hooks_is_trampoline(look->hooks, function)))
		return;
	look_report(look, FINDING_TAMPERED, function, "%s calls code that is nobody's", by);
}

static bool called_at(struct look *look, uint64_t at, bool or_made, const char *by)
{
	uint64_t function;

	if (!memory_u64(look->memory, at, &function)) {
		look_could_not(look, "%s: it cannot be read", by);
		return false;
	}
	called(look, function, or_made, by);
	return true;
}

/* Of each of these, *arg becomes true if it cannot be read. */
static bool ftrace_ops(struct look *look, uint64_t ops, void *arg)
{
	bool *unread = arg;

	*unread = !called_at(look, ops + look->offsets->at[M_ftrace_ops_func], true, "ftrace");
	return !*unread;
}

enum look_result check_ftrace(struct look *look)
{
	static const enum member need[] = {
		M_ftrace_ops_func, M_ftrace_ops_next, MEMBER_COUNT
	};
	uint64_t list, end, first;
	bool unread = false;

	if (!look_has(look, need) || !look_symbol(look, "ftrace_ops_list", &list) ||
	    !look_symbol(look, "ftrace_list_end", &end))
		return LOOK_COULD_NOT;
	if (!memory_u64(look->memory, list, &first))
		return look_could_not(look, "ftrace_ops_list cannot be read");
	if (!chain_each(look, "ftrace_ops_list", first, look->offsets->at[M_ftrace_ops_next],
			end, ftrace_ops, &unread) || unread)
		return LOOK_COULD_NOT;
	return look_done(look);
}

static bool handlers(struct look *look, uint64_t at, void *arg)
{
	const struct offsets *o = look->offsets;
	bool *unread = arg;

	*unread = !called_at(look, at + o->at[M_kprobe_pre_handler], false, "a kprobe") ||
		  !called_at(look, at + o->at[M_kprobe_post_handler], false, "a kprobe");
	return !*unread;
}

static bool handlers_of_node(struct look *look, uint64_t node, void *arg)
{
	return handlers(look, node - look->offsets->at[M_kprobe_list], arg);
}

/* One that stands for several has them in a list, and a handler of the kernel's. */
static bool probe(struct look *look, uint64_t at, void *arg)
{
	const struct profile_symbol *several = profile_find(look->profile, "aggr_pre_handler");
	const struct offsets *o = look->offsets;
	bool *unread = arg;
	uint64_t handler;

	if (!memory_u64(look->memory, at + o->at[M_kprobe_pre_handler], &handler)) {
		*unread = true;
		return false;
	}
	if (!several || handler != several->address + look->delta)
		return handlers(look, at, arg);
	if (!list_each(look, "the list of a kprobe", at + o->at[M_kprobe_list],
		       handlers_of_node, arg))
		*unread = true;
	return !*unread;
}

enum look_result check_kprobes(struct look *look)
{
	static const enum member need[] = {
		M_kprobe_list, M_kprobe_pre_handler, M_kprobe_post_handler, MEMBER_COUNT
	};
	bool unread = false;

	if (!look_has(look, need) || !hooks_each_probe(look, probe, &unread) || unread)
		return LOOK_COULD_NOT;
	return look_done(look);
}

static bool tracepoint(struct look *look, uint64_t at)
{
	const struct offsets *o = look->offsets;
	uint64_t funcs, function;

	if (!memory_u64(look->memory, at + o->at[M_tracepoint_funcs], &funcs))
		return false;
	if (!funcs)
		return true;
	for (unsigned int i = 0; i < PROBES_MAX; i++) {
		if (!memory_u64(look->memory, funcs + (uint64_t)i * o->size[M_tracepoint_func] +
				o->at[M_tracepoint_func_func], &function))
			return false;
		if (!function)
			return true;
		called(look, function, true, "a tracepoint");
	}
	return false;
}

/* A table of relative addresses, as the kernel has it for its own */
enum look_result check_tracepoints(struct look *look)
{
	static const enum member need[] = {
		M_tracepoint_funcs, M_tracepoint_func, M_tracepoint_func_func, MEMBER_COUNT
	};
	uint64_t at, end;
	uint32_t relative;

	if (!look_has(look, need) || !look_symbol(look, "__start___tracepoints_ptrs", &at) ||
	    !look_symbol(look, "__stop___tracepoints_ptrs", &end))
		return LOOK_COULD_NOT;
	for (; at < end; at += sizeof(relative)) {
		if (!memory_u32(look->memory, at, &relative) ||
		    !tracepoint(look, at + (int64_t)(int32_t)relative))
			return look_could_not(look, "a tracepoint cannot be read");
	}
	return look_done(look);
}

static bool nf_entries(struct look *look, uint64_t entries)
{
	const struct offsets *o = look->offsets;
	uint16_t n;

	if (!entries)
		return true;
	if (!memory_read(look->memory, entries + o->at[M_nf_hook_entries_num_hook_entries],
			 &n, sizeof(n)) || n > NF_ENTRIES_MAX)
		return false;
	for (unsigned int i = 0; i < n; i++)
		if (!called_at(look, entries + o->at[M_nf_hook_entries_hooks] +
			       (uint64_t)i * o->size[M_nf_hook_entry] + o->at[M_nf_hook_entry_hook],
			       true, "netfilter"))
			return false;
	return true;
}

static bool nf_hooks(struct look *look, uint64_t hooks, uint32_t size)
{
	uint64_t entries;

	for (uint32_t i = 0; i < NF_HOOKS && i < size / 8; i++)
		if (!memory_u64(look->memory, hooks + i * 8, &entries) ||
		    !nf_entries(look, entries))
			return false;
	return true;
}

static bool net(struct look *look, uint64_t node, void *arg)
{
	const struct offsets *o = look->offsets;
	uint64_t nf = node - o->at[M_net_list] + o->at[M_net_nf];
	bool *unread = arg;

	if (!nf_hooks(look, nf + o->at[M_netns_nf_hooks_ipv4], o->size[M_netns_nf_hooks_ipv4]))
		*unread = true;
	if (o->has[M_netns_nf_hooks_ipv6] &&
	    !nf_hooks(look, nf + o->at[M_netns_nf_hooks_ipv6], o->size[M_netns_nf_hooks_ipv6]))
		*unread = true;
	return !*unread;
}

enum look_result check_netfilter(struct look *look)
{
	static const enum member need[] = {
		M_net_list, M_net_nf, M_netns_nf_hooks_ipv4, M_nf_hook_entries_num_hook_entries,
		M_nf_hook_entries_hooks, M_nf_hook_entry, M_nf_hook_entry_hook, MEMBER_COUNT
	};
	bool unread = false;
	uint64_t list;

	if (!look_has(look, need) || !look_symbol(look, "net_namespace_list", &list) ||
	    !list_each(look, "net_namespace_list", list, net, &unread))
		return LOOK_COULD_NOT;
	if (unread && !look->n_findings)
		return look_could_not(look, "a table of netfilter cannot be read");
	return look_done(look);
}

struct chain {
	const char *name;
	bool unread;
};

static bool notifier(struct look *look, uint64_t block, void *arg)
{
	struct chain *c = arg;

	c->unread = !called_at(look, block + look->offsets->at[M_notifier_block_notifier_call],
			       false, c->name);
	return !c->unread;
}

/* The chains that rootkits were seen on; a kernel may lack some. */
static const struct {
	const char *symbol;
	enum member head;
} chains[] = {
	{ "module_notify_list", M_blocking_notifier_head_head },
	{ "reboot_notifier_list", M_blocking_notifier_head_head },
	{ "panic_notifier_list", M_atomic_notifier_head_head },
	{ "die_chain", M_atomic_notifier_head_head },
	{ "restart_handler_list", M_atomic_notifier_head_head },
	{ "netdev_chain", M_raw_notifier_head_head },
	{ "inetaddr_chain", M_blocking_notifier_head_head },
	{ "keyboard_notifier_list", M_atomic_notifier_head_head },
	{ "vt_notifier_list", M_atomic_notifier_head_head },
};

enum look_result check_notifiers(struct look *look)
{
	static const enum member need[] = {
		M_notifier_block_notifier_call, M_notifier_block_next,
		M_blocking_notifier_head_head, M_atomic_notifier_head_head,
		M_raw_notifier_head_head, MEMBER_COUNT
	};
	uint64_t symbol, first;

	if (!look_has(look, need))
		return LOOK_COULD_NOT;
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		const char *name = chains[i].symbol;
		struct chain chain = { .name = name };

		if (!profile_find(look->profile, name))
			continue;
		if (!look_symbol(look, name, &symbol) ||
		    !memory_u64(look->memory, symbol + look->offsets->at[chains[i].head], &first))
			return look_could_not(look, "%s cannot be read", name);
		if (!chain_each(look, name, first, look->offsets->at[M_notifier_block_next], 0,
				notifier, &chain) || chain.unread)
			return LOOK_COULD_NOT;
	}
	return look_done(look);
}
