// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the life of an observed guest, as a table
 */
#include "starlsmd/lifecycle.h"

#include <assert.h>
#include <stdbool.h>

struct row {
	const char *name;
	const char *text;
	unsigned int timeout_ms;
};

static const struct row rows[LIFE_STATES] = {
	[LIFE_NEW] = { "new", "just noticed", 0 },
	[LIFE_WAITING] = { "waiting", "the guest's sensor has not answered; perhaps it has none", 15000 },
	[LIFE_WITHDRAWN] = { "waiting", "the guest's sensor has not answered; its device is made anew", 1000 },
	[LIFE_ATTACHING] = { "attaching", "a reader is being started", 10000 },
	[LIFE_STREAMING] = { "streaming", "records are read", 0 },
	[LIFE_DETACHING] = { "detaching", "the reader reads the last records", 3000 },
	[LIFE_CLOSING] = { "closing", "waiting for the guest to close", 10000 },
	[LIFE_UNRESPONSIVE] = { "unresponsive", "the guest does not close; asked again later", 30000 },
	[LIFE_BACKOFF] = { "backoff", "a reader died; another one is started soon", 2000 },
	[LIFE_FAILED] = { "failed", "too many readers died; given up for this guest's life", 0 },
	[LIFE_BREAKING] = { "broken", "what the guest wrote cannot be; its reader ends", 3000 },
	[LIFE_BROKEN] = { "broken", "what the guest wrote cannot be; given up for its life", 0 },
	[LIFE_ENDING] = { "ending", "the guest is let go; its last records are read", 3000 },
	[LIFE_GONE] = { "gone", "the guest was let go", 0 },
};

struct cell {
	struct life_step step;
	bool set;	/* else: nothing, and the state stays */
};

#define ON(event, action, next) \
	[LIFE_##event] = { { LIFE_##action, LIFE_##next }, true }

static const struct cell table[LIFE_STATES][LIFE_EVENTS] = {
	[LIFE_NEW] = {
		ON(FRONT_IDLE, OFFER, WAITING),
		ON(FRONT_READY, CLOSE, CLOSING),
		ON(FRONT_CONNECTED, CLOSE, CLOSING),
		ON(FRONT_CLOSING, CLOSE, CLOSING),
		ON(FRONT_CLOSED, OFFER, WAITING),
		ON(LET_GO, END, ENDING),
	},
	[LIFE_WAITING] = {
		ON(FRONT_READY, START, ATTACHING),
		ON(FRONT_CONNECTED, CLOSE, CLOSING),
		ON(TIMEOUT, WITHDRAW, WITHDRAWN),
		ON(LET_GO, END, ENDING),
	},
	[LIFE_WITHDRAWN] = {
		ON(TIMEOUT, OFFER, WAITING),
		ON(LET_GO, END, ENDING),
	},
	[LIFE_ATTACHING] = {
		ON(FRONT_IDLE, STOP, DETACHING),
		ON(FRONT_CLOSING, STOP, DETACHING),
		ON(FRONT_CLOSED, STOP, DETACHING),
		ON(READER_READY, CONNECT, STREAMING),
		ON(READER_BROKEN, GIVE_UP, BREAKING),
		ON(READER_EXIT, BACK_OFF, BACKOFF),
		ON(TOO_SOON, NOTHING, BACKOFF),
		ON(TIMEOUT, KILL, ATTACHING),
		ON(LET_GO, END, ENDING),
	},
	[LIFE_STREAMING] = {
		ON(FRONT_IDLE, STOP, DETACHING),
		ON(FRONT_CLOSING, STOP, DETACHING),
		ON(FRONT_CLOSED, STOP, DETACHING),
		ON(READER_BROKEN, GIVE_UP, BREAKING),
		ON(READER_EXIT, BACK_OFF, BACKOFF),
		ON(LET_GO, END, ENDING),
	},
	[LIFE_DETACHING] = {
		ON(READER_BROKEN, GIVE_UP, BREAKING),
		ON(READER_EXIT, CLOSE, CLOSING),
		ON(TIMEOUT, KILL, DETACHING),
		ON(LET_GO, NOTHING, ENDING),
	},
	[LIFE_CLOSING] = {
		ON(FRONT_IDLE, OFFER, WAITING),
		ON(FRONT_CLOSED, OFFER, WAITING),
		ON(TIMEOUT, NOTHING, UNRESPONSIVE),
		ON(LET_GO, END, ENDING),
	},
	[LIFE_UNRESPONSIVE] = {
		ON(FRONT_IDLE, OFFER, WAITING),
		ON(FRONT_CLOSED, OFFER, WAITING),
		ON(TIMEOUT, CLOSE, CLOSING),
		ON(LET_GO, END, ENDING),
	},
	[LIFE_BACKOFF] = {
		ON(TIMEOUT, CLOSE, CLOSING),
		ON(EXHAUSTED, NOTHING, FAILED),
		ON(LET_GO, END, ENDING),
	},
	[LIFE_FAILED] = {
		ON(LET_GO, END, ENDING),
	},
	[LIFE_BREAKING] = {
		ON(READER_EXIT, NOTHING, BROKEN),
		ON(TIMEOUT, KILL, BREAKING),
		ON(LET_GO, NOTHING, ENDING),
	},
	[LIFE_BROKEN] = {
		ON(LET_GO, END, ENDING),
	},
	[LIFE_ENDING] = {
		ON(READER_EXIT, FORGET, GONE),
		ON(TIMEOUT, KILL, ENDING),
	},
};

struct life_step lifecycle_step(enum life_state state, enum life_event event)
{
	const struct cell *cell;

	assert(state < LIFE_STATES && event < LIFE_EVENTS);
	cell = &table[state][event];
	return cell->set ? cell->step :
		(struct life_step){ LIFE_NOTHING, state };
}

unsigned int lifecycle_timeout_ms(enum life_state state)
{
	return rows[state].timeout_ms;
}

const char *lifecycle_name(enum life_state state)
{
	return rows[state].name;
}

const char *lifecycle_text(enum life_state state)
{
	return rows[state].text;
}
