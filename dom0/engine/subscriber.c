// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - somebody who watches: a socket and how far it has been served
 */
#include "engine/subscriber.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Messages before the engine looks at its guests again */
#define PUSH_MAX	128

enum push { PUSH_SENT, PUSH_FULL, PUSH_END };

int subscriber_init(struct subscriber *s, int fd, uint32_t what, uint32_t domid,
		    const struct recent *r)
{
	if (what > SUBSCRIBE_TASKS || fcntl(fd, F_SETFL, O_NONBLOCK))
		return -1;
	*s = (struct subscriber){
		.fd = fd, .what = what, .domid = domid, .cursor = recent_start(r), .end = r->next,
	};
	return 0;
}

void subscriber_close(struct subscriber *s)
{
	close(s->fd);
	s->fd = -1;
}

bool subscriber_waits(const struct subscriber *s, const struct recent *r)
{
	return s->what >= SUBSCRIBE_INCIDENTS || s->missed || s->cursor.number != r->next;
}

static enum push send_one(int fd, const struct msg *m)
{
	if (!msg_send(fd, m, -1))
		return PUSH_SENT;
	return errno == EAGAIN || errno == ENOBUFS ? PUSH_FULL : PUSH_END;
}

static enum push push_missed(struct subscriber *s)
{
	const struct msg_out_missed m = {
		.msg = { .type = MSG_OUT_MISSED, .len = sizeof(m) }, .count = s->missed,
	};
	enum push rc = send_one(s->fd, &m.msg);

	if (rc == PUSH_SENT)
		s->missed = 0;
	return rc;
}

static enum push push_event(struct subscriber *s, const struct recent *r)
{
	static char buf[MSG_MAX] __attribute__((aligned(8)));
	uint64_t missed;
	uint32_t len = recent_peek(r, &s->cursor, buf, &missed);
	enum push rc;

	s->missed += missed;
	if (s->missed)
		return push_missed(s);
	if (s->what == SUBSCRIBE_RECENT && s->cursor.number >= s->end)
		return PUSH_END;
	if (!len)
		return PUSH_FULL;
	rc = send_one(s->fd, (const struct msg *)buf);
	if (rc == PUSH_SENT)
		recent_step(r, &s->cursor, len);
	return rc;
}

static enum push push_incident(struct subscriber *s, const struct engine *e)
{
	const struct msg_out_incident *out = engine_incident_after(e, s->incident);
	enum push rc;

	if (!out)
		return PUSH_END;
	rc = send_one(s->fd, &out->msg);
	if (rc == PUSH_SENT)
		s->incident = out->id;
	return rc;
}

static enum push push_task(struct subscriber *s, const struct engine *e)
{
	static struct msg_out_task out;
	uint64_t at = s->at;
	enum push rc;

	if (!engine_task_next(e, s->domid, &at, &out))
		return PUSH_END;
	rc = send_one(s->fd, &out.msg);
	if (rc == PUSH_SENT)
		s->at = at;
	return rc;
}

static enum push push(struct subscriber *s, const struct recent *r, const struct engine *e)
{
	switch (s->what) {
	case SUBSCRIBE_INCIDENTS:
		return push_incident(s, e);
	case SUBSCRIBE_TASKS:
		return push_task(s, e);
	default:
		return push_event(s, r);
	}
}

bool subscriber_push(struct subscriber *s, const struct recent *r, const struct engine *e)
{
	enum push rc = PUSH_SENT;

	for (int i = 0; i < PUSH_MAX && rc == PUSH_SENT; i++)
		rc = push(s, r, e);
	if (rc != PUSH_END)
		return true;
	subscriber_close(s);
	return false;
}
