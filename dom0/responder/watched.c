// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the guests that may be touched, and what is to be done with them
 */
#include "responder/watched.h"

#include <string.h>

#include "lib/playbook.h"

static struct watched list[WATCHED_MAX];
/* By domid: its place in the list and 1; a verdict is not to search. */
static uint16_t place_of[WATCHED_DOMIDS];

struct watched *watched_find(uint32_t domid)
{
	if (domid == 0 || domid >= WATCHED_DOMIDS || !place_of[domid])
		return NULL;
	return &list[place_of[domid] - 1];
}

struct watched *watched_next(uint32_t *place)
{
	while (*place < WATCHED_MAX && !list[*place].domid)
		++*place;
	return *place < WATCHED_MAX ? &list[(*place)++] : NULL;
}

static struct watched *empty_place(void)
{
	for (uint32_t i = 0; i < WATCHED_MAX; i++)
		if (!list[i].domid)
			return &list[i];
	return NULL;
}

int watched_add(const struct msg_guest *m, int64_t now_ns)
{
	struct watched *w = watched_find(m->domid);
	const int64_t since_ns = w ? w->since_ns : now_ns;

	if (m->domid == 0 || m->domid >= WATCHED_DOMIDS ||
	    !memchr(m->name, 0, sizeof(m->name)))
		return -1;
	if (!w)
		w = empty_place();
	if (!w)
		return -1;
	memset(w, 0, sizeof(*w));
	w->domid = m->domid;
	w->since_ns = since_ns;
	memcpy(w->name, m->name, sizeof(w->name));
	for (int v = 0; v < VERDICTS; v++)
		playbook_builtin(v, &w->on[v]);
	place_of[m->domid] = w - list + 1;
	return 0;
}

int watched_playbooks(const struct msg_playbooks *m)
{
	struct watched *w = watched_find(m->domid);

	if (!w)
		return -1;
	for (int v = 0; v < VERDICTS; v++)
		if (playbook_wrong(&m->on[v]))
			return -1;
	memcpy(w->on, m->on, sizeof(w->on));
	w->may_move = m->may_move != 0;
	return 0;
}

int watched_remove(uint32_t domid)
{
	struct watched *w = watched_find(domid);

	if (domid == 0 || domid >= WATCHED_DOMIDS)
		return -1;
	if (w)
		w->domid = 0;
	place_of[domid] = 0;
	return 0;
}
