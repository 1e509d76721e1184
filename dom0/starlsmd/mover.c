// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - when a guest moves, so that nobody can count on where it is
 */
#include "starlsmd/mover.h"

#define MS_PER_S	1000LL

void mover_rate(struct mover *m, uint32_t events)
{
	m->rate = events;
	m->usual += ((int64_t)events - m->usual) / 16;
}

/* The interval, more or less by the jitter */
static int64_t draw(const struct config_move *p, uint64_t random)
{
	int64_t every = p->every_s * MS_PER_S, width = every * p->jitter / 100;

	return every - width + (width ? (int64_t)(random % (2 * (uint64_t)width + 1)) : 0);
}

static void set_due(struct mover *m, const struct mover_now *now, uint64_t (*random)(void))
{
	if (!m->due_ms)
		m->due_ms = m->since_ms + draw(&m->policy, random());
	if (!now->has_threat)
		m->is_threatened = false;
	if (!now->has_threat || !m->policy.on_threat || m->is_threatened)
		return;
	m->is_threatened = true;
	if (m->due_ms > now->ms + MOVER_THREAT_MS)
		m->due_ms = now->ms + random() % MOVER_THREAT_MS;
}

/* From quiet_from to quiet_to, maybe over midnight; the same: never */
static bool is_quiet(const struct config_move *p, uint32_t minute)
{
	if (p->quiet_from <= p->quiet_to)
		return minute >= p->quiet_from && minute < p->quiet_to;
	return minute >= p->quiet_from || minute < p->quiet_to;
}

static bool is_idle(const struct mover *m)
{
	return m->rate < MOVER_IDLE_RATE || m->rate <= m->usual / 2;
}

/* A threat does not wait for the guest's leisure. */
static bool waits_for_idle(const struct mover *m, const struct mover_now *now)
{
	int64_t patience = m->policy.every_s * MS_PER_S / MOVER_IDLE_PART;

	return !m->is_threatened && !is_idle(m) && now->ms < m->due_ms + patience;
}

static enum mover_reason reason_of(struct mover *m, const struct mover_now *now,
				   uint64_t (*random)(void))
{
	if (!m->policy.every_s)
		return MOVER_OFF;
	set_due(m, now, random);
	if (m->is_moving || m->is_taken)
		return MOVER_TAKEN;
	if (now->ms < m->due_ms)
		return MOVER_NOT_YET;
	if (now->ms < m->since_ms + m->policy.hold_s * MS_PER_S)
		return MOVER_HELD;
	if (!m->is_threatened && is_quiet(&m->policy, now->minute))
		return MOVER_QUIET;
	return waits_for_idle(m, now) ? MOVER_BUSY : MOVER_TURN;
}

/* Of those whose turn it could be, any: not always the first of the list. */
static void give_turns(struct mover *const list[], uint32_t n, uint32_t n_turns,
		       uint32_t room, const struct mover_now *now, uint64_t (*random)(void))
{
	while (room && n_turns) {
		uint32_t nth = random() % n_turns;

		for (uint32_t i = 0; i < n; i++) {
			struct mover *m = list[i];

			if (m->reason != MOVER_TURN || nth--)
				continue;
			m->reason = MOVER_NOW;
			m->since_ms = now->ms;
			m->due_ms = now->ms + draw(&m->policy, random());
			break;
		}
		n_turns--;
		room--;
	}
}

void mover_tick(struct mover *const list[], uint32_t n, const struct mover_now *now,
		uint64_t (*random)(void))
{
	uint32_t n_moving = 0, n_turns = 0;

	for (uint32_t i = 0; i < n; i++) {
		list[i]->reason = reason_of(list[i], now, random);
		n_moving += list[i]->is_moving;
		n_turns += list[i]->reason == MOVER_TURN;
	}
	give_turns(list, n, n_turns, n_moving < now->at_once ? now->at_once - n_moving : 0, now,
		   random);
}

const char *mover_text(enum mover_reason reason)
{
	static const char * const texts[MOVER_REASONS] = {
		[MOVER_OFF] = "does not move by itself",
		[MOVER_NOT_YET] = "its time has not come",
		[MOVER_HELD] = "it has come, or was tried, only just now",
		[MOVER_QUIET] = "not at this time of the day",
		[MOVER_BUSY] = "a moment is waited for in which it is idle",
		[MOVER_TAKEN] = "it moves, or a playbook has it",
		[MOVER_TURN] = "others move",
		[MOVER_NOW] = "it begins to move",
	};

	return reason < MOVER_REASONS ? texts[reason] : "?";
}
