// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - watching one guest: which kernel it is, rounds of checks, what is told
 */
#include "vmi/watch.h"

#include <stdio.h>
#include <string.h>

#include "vmi/checks.h"
#include "vmi/modules.h"

#define SYSTEM_RUNNING	3
#define NOTES_MAX	4096
/* Linux moves its kernel by multiples of 2 MiB, in 1 GiB. */
#define MOVE_ALIGN	(2ULL << 20)
#define MOVE_MAX	(1ULL << 30)
/* Three numbers, each behind four levels of tables */
#define GLANCE_PAGES	32
/* Rounds whose share can have been used before their time */
#define DEBT_ROUNDS	4
/* One part of so many of a round's share is the long checks', whatever else has used it up. */
#define RESERVE_PARTS	4

static bool is_late(void *arg)
{
	const struct watch *w = arg;

	return w->clock() >= w->late_us;
}

void watch_init(struct watch *w, const uint8_t *(*page)(void *arg, uint64_t frame), void *arg,
		bool is_pv, uint64_t seed)
{
	w->memory.page = page;
	w->memory.arg = arg;
	w->look.memory = &w->memory;
	w->look.offsets = &w->offsets;
	w->look.hooks = &w->hooks;
	w->look.module = w->module;
	w->look.is_pv = is_pv;
	w->look.pages = &w->pages;
	w->look.tasks = &w->tasks;
	w->look.module_texts = &w->module_texts;
	tasks_init(&w->tasks);
	w->look.is_late = is_late;
	w->look.is_late_arg = w;
	w->budget = WATCH_BUDGET;
	pages_init(&w->pages, seed);
}

void watch_limit(struct watch *w, uint64_t (*clock)(void), uint64_t share_us)
{
	w->clock = clock;
	w->share_us = share_us;
}

const char *watch_add_profile(struct watch *w, const void *file, size_t size)
{
	const char *wrong;

	if (w->n_profiles == WATCH_PROFILES_MAX)
		return "there are too many";
	wrong = profile_check(file, size, &w->profile[w->n_profiles]);
	if (!wrong)
		w->n_profiles++;
	return wrong;
}

/*
 * Which kernel is it?
 */

/* Is the build id where the profile's kernel, moved by delta, has it? */
static bool is_there(struct watch *w, const struct profile *p, uint64_t delta)
{
	const struct profile_symbol *start = profile_find(p, "__start_notes");
	const struct profile_symbol *stop = profile_find(p, "__stop_notes");
	uint8_t notes[NOTES_MAX];
	size_t len;

	if (!start || !stop || stop->address <= start->address ||
	    stop->address - start->address > sizeof(notes))
		return false;
	len = stop->address - start->address;
	return memory_read(&w->memory, start->address + delta, notes, len) &&
	       memmem(notes, len, p->header->build_id, PROFILE_BUILD_ID_LEN);
}

/* How far a symbol is from where it was linked to; 0 if that is no way to move a kernel */
static uint64_t moved(const struct profile *p, const char *name, uint64_t address)
{
	const struct profile_symbol *s = profile_find(p, name);
	uint64_t delta = s && address ? address - s->address : 0;

	return delta % MOVE_ALIGN || delta >= MOVE_MAX ? 0 : delta;
}

/* By where its entries are, or where it was linked to: an entry may be what was changed. */
static bool find_place(struct watch *w, const struct profile *p, const struct msg_vcpu *v,
		       uint64_t *delta)
{
	const uint64_t candidate[] = {
		0,
		moved(p, "entry_SYSCALL_64", v->lstar),
		moved(p, "xen_asm_exc_xen_hypervisor_callback", v->event_callback),
		moved(p, "xen_entry_SYSCALL_64", v->syscall_callback),
	};

	for (size_t i = 0; i < sizeof(candidate) / sizeof(candidate[0]); i++) {
		if (i && !candidate[i])
			continue;
		*delta = candidate[i];
		if (is_there(w, p, *delta))
			return true;
	}
	return false;
}

static void set_root(struct watch *w, uint64_t root)
{
	w->memory.root = root;
	memory_forget(&w->memory);
}

/* From now on by the kernel's own tables, which stay, not by some process's. */
static bool take_root(struct watch *w)
{
	struct mapping to;
	uint64_t tables;

	if (!look_symbol(&w->look, "init_top_pgt", &tables) ||
	    !memory_translate(&w->memory, tables, &to))
		return false;
	set_root(w, to.frame);
	return true;
}

static bool identify_by(struct watch *w, const struct msg_vcpu *v, uint64_t root)
{
	set_root(w, root);
	for (unsigned int i = 0; i < w->n_profiles; i++) {
		uint64_t delta;

		if (!find_place(w, &w->profile[i], v, &delta))
			continue;
		w->look.profile = &w->profile[i];
		w->look.delta = delta;
		memset(&w->look.past, 0, sizeof(w->look.past));
		pages_forget(&w->pages);
		tasks_init(&w->tasks);
		module_texts_forget(&w->module_texts);
		if (take_root(w)) {
			offsets_load(&w->offsets, w->look.profile);
			return true;
		}
		w->look.profile = NULL;
	}
	return false;
}

static void identify(struct watch *w)
{
	for (unsigned int i = 0; i < w->look.n_vcpus; i++) {
		const struct msg_vcpu *v = &w->look.vcpu[i];
		uint64_t root = (v->cr3 & MEMORY_FRAMES) / MEMORY_PAGE;

		/* in user space the tables may be those without the kernel, a page further */
		if (v->is_online && v->cr3 &&
		    (identify_by(w, v, root) || identify_by(w, v, root & ~1ULL)))
			return;
	}
}

/* One that panics on its way goes past that, and is not what it would have become. */
static bool has_booted(struct watch *w)
{
	uint64_t symbol;
	uint32_t state;

	return look_symbol(&w->look, "system_state", &symbol) &&
	       memory_u32(&w->memory, symbol, &state) && state == SYSTEM_RUNNING;
}

/* Also again: another kernel may have been started by kexec. */
static void find_kernel(struct watch *w)
{
	w->memory.budget = w->budget;
	memory_forget(&w->memory);
	if (w->look.profile && !is_there(w, w->look.profile, w->look.delta)) {
		w->look.profile = NULL;
		w->has_booted = w->has_looked = false;
	}
	if (!w->look.profile)
		identify(w);
	if (w->look.profile && !w->has_booted)
		w->has_booted = has_booted(w);
}

/*
 * Rounds
 */

/* Text that is new is taken at once, as it can be changed before it is its check's turn. */
static void catch_up(struct watch *w)
{
	if (w->look.modules_known && w->pulse.modules != w->caught_up &&
	    look_has(&w->look, (const enum member[]){ M_module_state, MEMBER_COUNT }) &&
	    module_texts_catch_up(&w->look, &w->module_texts))
		w->caught_up = w->pulse.modules;
}

/* What has to be known before most checks can run */
static void collect(struct watch *w, bool again)
{
	memory_forget(&w->memory);
	w->look.n_modules = 0;
	w->look.modules_known = false;
	w->hooks.n_trampolines = w->hooks.n_probes = 0;
	if (!w->look.profile || !w->has_booted) {
		w->tasks.known = false;
		return;
	}
	w->memory.budget = w->budget;
	modules_collect(&w->look);
	hooks_collect(&w->look, &w->hooks);
	pulse_read(&w->look, &w->pulse);
	catch_up(w);
	w->memory.budget = w->budget;
	tasks_collect(&w->look, &w->tasks, again);
}

static const char *lacks(const struct watch *w, unsigned int needs)
{
	if ((needs & NEEDS_PVH) && w->look.is_pv)
		return "Xen holds that itself, of a PV guest";
	if ((needs & NEEDS_PROFILE) && !w->look.profile)
		return "there is no profile of its kernel";
	if ((needs & NEEDS_PROFILE) && !w->has_booted)
		return "it has not booted yet";
	if ((needs & NEEDS_MODULES) && !w->look.modules_known)
		return "the list of modules cannot be gone through";
	if ((needs & NEEDS_TASKS) && !w->tasks.known)
		return w->tasks.why;
	return NULL;
}

/* From a place to another, as in look.h */
static enum look_result run(struct watch *w, unsigned int i, uint64_t from, uint64_t until)
{
	const char *lack = lacks(w, checks[i].needs);
	enum look_result result;

	w->look.check = &checks[i];
	w->look.n_findings = 0;
	w->look.why[0] = 0;
	w->look.from = from;
	w->look.to = 0;
	w->look.until = until;
	if (lack)
		return look_could_not(&w->look, "%s", lack);
	w->memory.budget = w->budget;
	result = checks[i].run(&w->look);
	w->n_pages += w->budget - w->memory.budget;
	/* What was found before something could not be read is true. */
	if (w->look.n_findings)
		return LOOK_FINDING;
	if (!w->memory.budget)
		return look_could_not(&w->look, "there is too much of it");
	return result;
}

/* A part in order does not make the others so. */
static void conclude(struct watch_check *c, enum look_result result, const char *why)
{
	if (result == LOOK_COULD_NOT) {
		memcpy(c->why, why, sizeof(c->why));
		c->lacks = true;
	}
	if (result == LOOK_CLEAN && c->told.n)
		result = LOOK_FINDING;
	if (result == LOOK_CLEAN && c->lacks)
		result = LOOK_COULD_NOT;
	if (result != LOOK_COULD_NOT)
		c->why[0] = 0;
	c->result = result;
}

/* How long since it was asked last: to ask is a system call. */
static uint64_t lap_us(struct watch *w)
{
	uint64_t was_us = w->now_us;

	w->now_us = w->clock ? w->clock() : 0;
	return w->now_us - was_us;
}

static bool is_passing(const struct watch *w, unsigned int k)
{
	return !w->is_hasty && (w->look.passing >> k & 1);
}

static uint64_t key_at(const struct watch *w, unsigned int k)
{
	return keys_of(&w->look.finding[k], is_passing(w, k));
}

/* What was found, as numbers */
static void found(const struct watch *w, struct keys *keys)
{
	keys->n = 0;
	for (unsigned int k = 0; k < w->look.n_findings; k++)
		keys_add(keys, key_at(w, k));
}

static void note(struct watch *w, unsigned int i)
{
	/* at first all of it, at once */
	uint64_t until = w->has_looked && w->clock ? 0 : UINT64_MAX;
	struct watch_check *c = &w->check[i];
	enum look_result result;

	c->part = until ? 0 : c->rest;
	if (!c->part)
		c->suspects = c->lacks = false;
	result = run(w, i, c->part, until);
	c->rest = w->look.to;
	c->n_turns += !c->rest;
	c->suspects |= w->look.n_findings != 0;
	found(w, &c->suspected);
	/* look_again() looks after those */
	keys_drop(&c->suspected, &c->patience.keys);
	if (result == LOOK_FINDING && !c->suspected.n)
		result = LOOK_CLEAN;
	/* what was not seen in a whole turn is over */
	if (!c->rest && !c->suspects)
		c->told.n = 0;
	conclude(c, result, w->look.why);
	c->busy_us += lap_us(w);
}

static void set_registers(struct watch *w, const struct msg_vcpu *vcpu, unsigned int n_vcpus)
{
	w->look.vcpu = vcpu;
	w->look.n_vcpus = n_vcpus;
}

static int64_t bounded(int64_t us, int64_t least, int64_t most)
{
	if (us < least)
		return least;
	return us < most ? us : most;
}

/*
 * When this round is over. All that this process has used since the last one began, for
 * whatever, is of the share; what was too much is taken from the next.
 */
static void begin_round(struct watch *w)
{
	const int64_t most = w->share_us;
	int64_t late_us;

	lap_us(w);
	if (w->has_looked)
		w->credit_us += most - (int64_t)(w->now_us - w->began_us);
	w->began_us = w->now_us;
	w->credit_us = bounded(w->credit_us, -DEBT_ROUNDS * most, most);
	late_us = (int64_t)w->now_us + most + w->credit_us;
	w->late_us = late_us > 0 ? late_us : 0;
}

static bool is_over(const struct watch *w)
{
	return w->has_looked && w->clock && w->now_us >= w->late_us;
}

/* What the long checks have in this round at least, less what they had too much in the last */
static void begin_long(struct watch *w)
{
	w->reserve_us += (int64_t)w->share_us / RESERVE_PARTS + 1;
	if (w->reserve_us > 0 && w->late_us < w->now_us + w->reserve_us)
		w->late_us = w->now_us + w->reserve_us;
}

static void end_long(struct watch *w, uint64_t from_us)
{
	const int64_t most = w->share_us;

	w->reserve_us = bounded(w->reserve_us - (int64_t)(w->now_us - from_us), -most, most);
}

/* Those that take turns, from the one whose turn it is */
static void go_round(struct watch *w, bool *suspects)
{
	unsigned int first = w->next;

	for (unsigned int k = 0; k < n_checks && !is_over(w); k++) {
		unsigned int i = (first + k) % n_checks;

		if (!checks[i].in_turn)
			continue;
		note(w, i);
		*suspects |= w->check[i].suspected.n != 0;
		w->next = (i + 1) % n_checks;
	}
}

static void look_long(struct watch *w, bool *suspects)
{
	uint64_t from_us = w->now_us;

	begin_long(w);
	go_round(w, suspects);
	end_long(w, from_us);
}

/* Where it was written to, until something is suspected, or time is up */
static bool follow_leads(struct watch *w)
{
	bool suspects = false;

	while (!suspects && written_next(&w->written, &w->lead_from, &w->lead_until)) {
		for (unsigned int i = 0; i < n_checks; i++) {
			struct watch_check *c = &w->check[i];

			if (!checks[i].is_linked)
				continue;
			run(w, i, w->lead_from, w->lead_until);
			c->suspects |= w->look.n_findings != 0;
			found(w, &c->lead);
			keys_drop(&c->lead, &c->told);
			keys_drop(&c->lead, &c->patience.keys);
			suspects |= c->lead.n != 0;
			c->busy_us += lap_us(w);
		}
		if (is_over(w))
			break;
	}
	return suspects;
}

/* What Xen is asked for, the next time */
static void find_written(struct watch *w)
{
	if (w->look.is_pv || !w->has_looked) {
		w->written.n = 0;
		return;
	}
	w->memory.budget = GLANCE_PAGES;
	written_find(&w->look, &w->written);
}

/* At what waits, wherever its check is: true when it has waited for long enough. */
static bool look_again(struct watch *w, unsigned int i)
{
	struct watch_check *c = &w->check[i];
	struct keys keys;

	if (!c->patience.keys.n)
		return false;
	run(w, i, c->waits_at, c->waits_at + 1);
	c->busy_us += lap_us(w);
	found(w, &keys);
	if (keys.n)
		return patience_ends(&c->patience, &keys, &w->pulse);
	patience_forget(&c->patience);
	return false;
}

bool watch_round_checks(struct watch *w, const struct msg_vcpu *vcpu, unsigned int n_vcpus)
{
	bool suspects = false;

	set_registers(w, vcpu, n_vcpus);
	w->look.rotation++;
	begin_round(w);
	collect(w, false);
	w->lists_us += lap_us(w);
	for (unsigned int i = 0; i < n_checks; i++) {
		suspects |= look_again(w, i);
		if (checks[i].in_turn)
			continue;
		note(w, i);
		suspects |= w->check[i].suspected.n != 0;
	}
	suspects |= follow_leads(w);
	look_long(w, &suspects);
	w->has_looked = w->module_texts.has_begun = w->has_booted;
	find_written(w);
	return suspects;
}

bool watch_round(struct watch *w, const struct msg_vcpu *vcpu, unsigned int n_vcpus)
{
	set_registers(w, vcpu, n_vcpus);
	find_kernel(w);
	return watch_round_checks(w, vcpu, n_vcpus);
}

bool watch_glance(struct watch *w)
{
	struct pulse now;

	if (!w->look.profile || !w->has_looked)
		return false;
	memory_forget(&w->memory);
	w->memory.budget = GLANCE_PAGES;
	pulse_read(&w->look, &now);
	return now.modules != w->pulse.modules;
}

bool watch_awaits(const struct watch *w)
{
	return w->caught_up != w->pulse.modules;
}

void watch_early(struct watch *w, unsigned int percent)
{
	w->credit_us -= (int64_t)(w->share_us * percent / 100);
	w->reserve_us -= (int64_t)(w->share_us * percent / 100 / RESERVE_PARTS);
}

uint64_t watch_turns(const struct watch *w)
{
	uint64_t n = UINT64_MAX;

	for (unsigned int i = 0; i < n_checks; i++)
		if (checks[i].in_turn && w->check[i].n_turns < n)
			n = w->check[i].n_turns;
	return n;
}

/*
 * What is found, may be passing, and was not told of, is not suspected now: it waits,
 * one page of it at a time, in which look_again() looks.
 */
static void hold_back(struct watch *w, struct watch_check *c)
{
	struct keys held = { .n = 0 }, waiting = { .n = 0 };
	uint64_t page = 0;

	for (unsigned int k = 0; k < w->look.n_findings; k++) {
		uint64_t at = w->look.finding[k].address & ~(MEMORY_PAGE - 1);
		uint64_t key = key_at(w, k);

		if (!is_passing(w, k) || keys_has(&c->told, key))
			continue;
		keys_add(&held, key);
		page = page ? page : at;
		if (page == at)
			keys_add(&waiting, key);
	}
	keys_drop(&c->suspected, &held);
	if (!waiting.n || c->patience.keys.n)
		return;
	c->waits_at = page;
	patience_ends(&c->patience, &waiting, &w->pulse);
}

static void tell(struct watch *w, struct watch_check *c, unsigned int number, watch_fn fn, void *arg)
{
	bool is_real = false;

	for (unsigned int k = 0; k < w->look.n_findings; k++) {
		struct msg_finding *f = &w->look.finding[k];
		uint64_t key = key_at(w, k);

		if (!keys_has(&c->suspected, key))
			continue;
		is_real = true;
		if (keys_has(&c->told, key))
			continue;
		keys_add(&c->told, key);
		f->check = number;
		w->n_findings++;
		fn(arg, f);
	}
	c->suspected.n = 0;
	if (is_real)
		c->result = LOOK_FINDING;
	else if (!c->told.n && c->result == LOOK_FINDING)
		c->result = LOOK_CLEAN;
}

static void confirm_part(struct watch *w, unsigned int i, const struct keys *suspected,
			 uint64_t from, uint64_t until, watch_fn fn, void *arg)
{
	struct watch_check *c = &w->check[i];

	run(w, i, from, until);
	c->suspected = *suspected;
	hold_back(w, c);
	tell(w, c, i, fn, arg);
}

static void confirm(struct watch *w, unsigned int i, watch_fn fn, void *arg)
{
	struct watch_check *c = &w->check[i];
	const struct keys suspected = c->suspected, lead = c->lead;

	c->lead.n = 0;

	if (c->patience.is_over) {
		run(w, i, c->waits_at, c->waits_at + 1);
		c->suspected = c->patience.keys;
		patience_forget(&c->patience);
		tell(w, c, i, fn, arg);
	}
	if (lead.n)
		confirm_part(w, i, &lead, w->lead_from, w->lead_until, fn, arg);
	if (suspected.n)
		confirm_part(w, i, &suspected, c->part, c->rest ? c->rest : UINT64_MAX, fn, arg);
}

void watch_confirm(struct watch *w, const struct msg_vcpu *vcpu, unsigned int n_vcpus,
		   watch_fn fn, void *arg)
{
	set_registers(w, vcpu, n_vcpus);
	collect(w, true);
	for (unsigned int i = 0; i < n_checks; i++)
		confirm(w, i, fn, arg);
}

void watch_status(const struct watch *w, struct msg_looked *m)
{
	const struct profile *p = w->look.profile;

	m->n_looks = w->look.rotation;
	m->n_turns = watch_turns(w);
	m->n_pages = w->n_pages;
	m->lists_us = w->lists_us;
	m->n_findings = w->n_findings;
	m->n_came = w->module_texts.n_came;
	m->n_coming = w->module_texts.n_coming;
	m->n_checks = n_checks;
	for (unsigned int i = 0; i < n_checks; i++) {
		m->result[i] = w->check[i].result;
		m->check_us[i] = w->check[i].busy_us;
		snprintf(m->check[i], sizeof(m->check[i]), "%s", checks[i].name);
		snprintf(m->why[i], sizeof(m->why[i]), "%s", w->check[i].why);
	}
	if (!p)
		return;
	m->has_profile = 1;
	m->base = p->header->base + w->look.delta;
	for (unsigned int i = 0; i < PROFILE_BUILD_ID_LEN; i++)
		snprintf(m->build_id + 2 * i, 3, "%02x", p->header->build_id[i]);
}
