/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - the life of an observed guest, as a table
 *
 * Pure: lifecycle_step() tells what to do and where that leads. Each handshake
 * step with the guest is answered before the next, as docs/protocol.md says.
 */
#ifndef STARLSM_LIFECYCLE_H
#define STARLSM_LIFECYCLE_H

enum life_state {
	LIFE_NEW,		/* just noticed; a dead predecessor may have left nodes */
	LIFE_WAITING,		/* nodes are there; the guest has not published yet */
	LIFE_WITHDRAWN,		/* it did not for long; its own nodes are gone, and come again */
	LIFE_ATTACHING,		/* a reader has been started */
	LIFE_STREAMING,		/* it reads */
	LIFE_DETACHING,		/* it has been told to end; then the handshake begins anew */
	LIFE_CLOSING,		/* the guest has been asked to close, has not answered */
	LIFE_UNRESPONSIVE,	/* nor will it, it seems; asked again from time to time */
	LIFE_BACKOFF,		/* a reader died; waiting before the next */
	LIFE_FAILED,		/* too many readers died; no more in this guest's life */
	LIFE_BREAKING,		/* the guest lied; its reader has been told to end */
	LIFE_BROKEN,		/* and has; no more in the guest's life */
	LIFE_ENDING,		/* let go, its reader reads the last records */
	LIFE_GONE,
	LIFE_STATES
};

enum life_event {
	LIFE_FRONT_IDLE,	/* the guest's state node is missing, Initialising or anything else */
	LIFE_FRONT_READY,	/* Initialised */
	LIFE_FRONT_CONNECTED,
	LIFE_FRONT_CLOSING,
	LIFE_FRONT_CLOSED,
	LIFE_READER_READY,
	LIFE_READER_BROKEN,	/* what it reads is a lie */
	LIFE_READER_EXIT,	/* it has ended, for whatever reason */
	LIFE_TOO_SOON,		/* START refused: the last one is too recent */
	LIFE_EXHAUSTED,		/* BACK_OFF refused: too many have died */
	LIFE_TIMEOUT,		/* the timer of this state */
	LIFE_LET_GO,		/* the domain is gone, or not to be observed any more */
	LIFE_EVENTS
};

enum life_action {
	LIFE_NOTHING,
	LIFE_OFFER,		/* write the nodes, backend InitWait */
	LIFE_WITHDRAW,		/* remove the guest's own nodes */
	LIFE_START,		/* start a reader */
	LIFE_CONNECT,		/* backend Connected */
	LIFE_STOP,		/* close the reader's channel: it reads to the end and exits */
	LIFE_KILL,		/* it did not: SIGKILL */
	LIFE_CLOSE,		/* backend Closing */
	LIFE_BACK_OFF,		/* count the death, say so, backend Closing */
	LIFE_GIVE_UP,		/* error node, backend Closing, stop the reader */
	LIFE_END,		/* stop the reader; if there is none, that is an EXIT */
	LIFE_FORGET,		/* tell the engine, remove the nodes */
	LIFE_ACTIONS
};

struct life_step {
	enum life_action action;
	enum life_state next;
};

struct life_step lifecycle_step(enum life_state state, enum life_event event);

/* Milliseconds after which a state gets TIMEOUT; 0: never. */
unsigned int lifecycle_timeout_ms(enum life_state state);

/* One word, and a line for people. */
const char *lifecycle_name(enum life_state state);
const char *lifecycle_text(enum life_state state);

#endif /* STARLSM_LIFECYCLE_H */
