// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - carries out what a run orders, by a table of functions
 */
#include "responder/drive.h"

static enum step_event carry_out(struct msg_run *r, const struct drive_ops *ops,
				 enum run_order order, uint32_t step)
{
	switch (order) {
	case ORDER_TEST:
		return ops->test(r, step);
	case ORDER_BEGIN:
		/* A second hypercall does no harm; another program's work may. */
		if (playbook_kind(r->playbook.step[step].action)->is_slow)
			ops->note(r);
		return ops->begin(r, step);
	case ORDER_STOP:
		return ops->stop(r, step);
	case ORDER_CHECK:
		return ops->check(r, step);
	case ORDER_UNDO:
		return ops->undo(r, step);
	default:
		return PENDING;
	}
}

static void on_itself(struct msg_run *r, const struct drive_ops *ops, enum run_order order)
{
	if (order == ORDER_SECURE)
		ops->secure(r);
	else
		run_look(r, ops->look(r), ops->now_ms());
}

static void tell(struct msg_run *r, const struct drive_ops *ops)
{
	for (uint32_t i = 0; i < r->playbook.n_steps; i++) {
		if (!step_is_over(&r->step[i]) || (r->told & 1U << i))
			continue;
		r->told |= 1U << i;
		ops->ended(r, i);
	}
	if (run_is_over(r) && !(r->told & 1U << PLAYBOOK_STEPS_MAX)) {
		r->told |= 1U << PLAYBOOK_STEPS_MAX;
		ops->ended(r, RUN_ITSELF);
	}
}

void drive(struct msg_run *r, const struct drive_ops *ops)
{
	enum step_event event;
	enum run_order order;
	uint32_t step;

	tell(r, ops);
	while ((order = run_take(r, &step)) != ORDER_NOTHING) {
		if (step == RUN_ITSELF) {
			on_itself(r, ops, order);
		} else {
			event = carry_out(r, ops, order, step);
			if (event != PENDING)
				run_feed(r, step, event, ops->now_ms());
		}
		tell(r, ops);
	}
	ops->note(r);
}
