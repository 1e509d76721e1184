// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - check: every security hook still calls who has registered for it
 *
 * A hook of Linux 6.12 is a row of static calls, each with a key that says whether
 * it is made. For each of them four things have to say the same: the hook that was
 * registered, the static call's function, the trampoline's jump, the key.
 */
#include <inttypes.h>
#include <string.h>

#include "vmi/checks.h"

#define CALLS_MAX	16384
#define CALL_LEN	64	/* bytes, more than struct lsm_static_call has */
#define JMP		0xe9
#define JMP_LEN		5

struct call {
	uint64_t key, trampoline, hl, active;
};

/* 0 if a profile has it outside */
static uint64_t word_at(const uint8_t *bytes, uint32_t at)
{
	uint64_t word = 0;

	if (at <= CALL_LEN - sizeof(word))
		memcpy(&word, bytes + at, sizeof(word));
	return word;
}

static bool read_call(struct look *look, uint64_t at, struct call *c)
{
	const struct offsets *o = look->offsets;
	uint8_t bytes[CALL_LEN] = { 0 };

	if (o->size[M_lsm_static_call] > sizeof(bytes) ||
	    !memory_read(look->memory, at, bytes, o->size[M_lsm_static_call]))
		return false;
	c->key = word_at(bytes, o->at[M_lsm_static_call_key]);
	c->trampoline = word_at(bytes, o->at[M_lsm_static_call_trampoline]);
	c->hl = word_at(bytes, o->at[M_lsm_static_call_hl]);
	c->active = word_at(bytes, o->at[M_lsm_static_call_active]);
	return true;
}

static void differs(struct look *look, uint64_t at, const char *what, uint64_t expected,
		    uint64_t found)
{
	struct msg_finding *f = look_report(look, FINDING_TAMPERED, at, "a security hook's %s",
					    what);

	f->expected = expected;
	f->found = found;
}

/* Where the trampoline jumps to; false if it does not jump. */
static bool jump_target(struct look *look, uint64_t trampoline, uint64_t *target)
{
	uint8_t bytes[JMP_LEN];
	int32_t distance;

	if (!memory_read(look->memory, trampoline, bytes, sizeof(bytes)) || bytes[0] != JMP)
		return false;
	memcpy(&distance, bytes + 1, sizeof(distance));
	*target = trampoline + JMP_LEN + (int64_t)distance;
	return true;
}

/* One that is registered */
static bool check_used(struct look *look, uint64_t at, const struct call *c, uint64_t func,
		       uint32_t enabled)
{
	uint64_t hook, target;

	if (!memory_u64(look->memory, c->hl + look->offsets->at[M_security_hook_list_hook], &hook))
		return false;
	if (!look_is_kernel_text(look, hook))
		differs(look, hook, "function is not the kernel's", 0, hook);
	if (func != hook)
		differs(look, c->key, "static call leads elsewhere", hook, func);
	if (!enabled)
		differs(look, c->active, "key is off", 1, enabled);
	if (c->trampoline && (!jump_target(look, c->trampoline, &target) || target != hook))
		differs(look, c->trampoline, "trampoline leads elsewhere", hook, 0);
	(void)at;
	return true;
}

static bool check_call(struct look *look, uint64_t at, unsigned int *n_used)
{
	const struct offsets *o = look->offsets;
	uint32_t enabled;
	uint64_t func;
	struct call c;

	if (!read_call(look, at, &c) ||
	    !memory_u64(look->memory, c.key + o->at[M_static_call_key_func], &func) ||
	    !memory_u32(look->memory, c.active + o->at[M_static_key_false_key] +
			o->at[M_static_key_enabled], &enabled))
		return false;
	if (c.hl) {
		(*n_used)++;
		return check_used(look, at, &c, func, enabled);
	}
	if (enabled)
		differs(look, c.active, "key is on, and nobody has registered", 0, enabled);
	return true;
}

enum look_result check_lsm_calls(struct look *look)
{
	static const enum member need[] = {
		M_lsm_static_call, M_lsm_static_call_key, M_lsm_static_call_trampoline,
		M_lsm_static_call_hl, M_lsm_static_call_active, M_lsm_static_calls_table,
		M_static_call_key_func, M_security_hook_list_hook, M_static_key_false_key,
		M_static_key_enabled, MEMBER_COUNT
	};
	const struct offsets *o = look->offsets;
	unsigned int n, n_used = 0;
	uint64_t table;

	if (!look_has(look, need) || !look_symbol(look, "static_calls_table", &table))
		return LOOK_COULD_NOT;
	n = o->size[M_lsm_static_call] ?
		o->size[M_lsm_static_calls_table] / o->size[M_lsm_static_call] : 0;
	for (unsigned int i = 0; i < n && i < CALLS_MAX; i++)
		if (!check_call(look, table + (uint64_t)i * o->size[M_lsm_static_call], &n_used))
			return look_could_not(look, "security hook %u cannot be read", i);
	/* Linux takes none away, and adds none after boot */
	if (!n_used || n_used < look->past.n_lsm_hooks)
		look_report(look, FINDING_TAMPERED, table,
			    "%u security hooks are registered, %u were", n_used,
			    look->past.n_lsm_hooks);
	else
		look->past.n_lsm_hooks = n_used;
	return look_done(look);
}
