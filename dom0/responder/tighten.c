// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a guest is watched more closely: starlsmd gives it a stricter policy
 */
#include "responder/tighten.h"

#include <errno.h>
#include <stdio.h>

#include "responder/actions.h"

static enum step_event ask(struct msg_run *r, uint32_t step, bool only_asks)
{
	const struct msg_tighten m = {
		.msg = { MSG_TIGHTEN, sizeof(m) }, .domid = r->domid, .run = r->id,
		.step = step, .only_asks = only_asks,
		.is_tight = r->playbook.step[step].action == ACTION_TIGHTEN,
	};

	r->step[step].err = msg_send(MSG_FD_PARENT, &m.msg, -1) ? errno : 0;
	return r->step[step].err ? STEP_ENDED : PENDING;
}

enum step_event tighten_begin(struct msg_run *r, uint32_t step)
{
	r->step[step].start_ns = r->step[step].end_ns = action_now_ns();
	return ask(r, step, false);
}

/* There is nothing to be ended: an answer may still come, and is not waited for. */
enum step_event tighten_stop(struct msg_run *r, uint32_t step)
{
	r->step[step].end_ns = action_now_ns();
	return STEP_ENDED;
}

enum step_event tighten_check(struct msg_run *r, uint32_t step)
{
	return ask(r, step, true) == PENDING ? PENDING : STEP_UNCLEAR;
}

/*
 * A guest that is not read, or does not read, is not waited for: other steps are,
 * and it could keep them from their turn. To loosen it there is time.
 */
static bool may_wait(const struct msg_run *r, uint32_t step, int err)
{
	if (r->playbook.step[step].action == ACTION_LOOSEN)
		return err == EAGAIN || err == ENOTCONN;
	return err == EAGAIN && action_now_ns() / 1000000 < r->step[step].limit_ms;
}

enum step_event tighten_answered(struct msg_run *r, uint32_t step, const struct msg_tighten *m)
{
	struct run_step *s = &r->step[step];

	s->end_ns = action_now_ns();
	if (s->state == STEP_DOING && !m->only_asks) {
		s->err = m->err == EAGAIN ? 0 : m->err;
		return STEP_ENDED;
	}
	if (s->state != STEP_CHECKING || !m->only_asks)
		return PENDING;
	s->err = m->err;
	s->text[0] = '\0';
	if (!m->err)
		return STEP_YES;
	if (!may_wait(r, step, m->err))
		return STEP_NO;
	snprintf(s->text, sizeof(s->text), "its sensor has not read the policy yet");
	return STEP_UNCLEAR;
}
