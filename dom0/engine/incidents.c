// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the incidents of all guests, and to which of them an alert belongs
 */
#include "engine/incidents.h"

#include <stdlib.h>
#include <string.h>

#define NS_PER_S	1000000000LL

int incidents_init(struct incidents *all)
{
	all->last_id = 0;
	all->list = calloc(INCIDENTS_MAX, sizeof(*all->list));
	return all->list ? 0 : -1;
}

void incidents_free(struct incidents *all)
{
	free(all->list);
	all->list = NULL;
}

/*
 * Places
 */

/* What is over goes first, then what was only noticed, then what was acted on. */
static int rank(const struct incident *inc)
{
	return inc->out.state == INCIDENT_CLOSED ? 0 : 1 + !!inc->out.n_actions;
}

static bool goes_before(const struct incident *a, const struct incident *b)
{
	if (!b || rank(a) != rank(b))
		return !b || rank(a) < rank(b);
	return a->out.id < b->out.id;
}

/* An empty place; else one of the guest's own if it has many; else anybody's. */
static struct incident *place(struct incidents *all, uint32_t domid)
{
	struct incident *any = NULL, *own = NULL;
	uint32_t n_own = 0;

	for (struct incident *inc = all->list; inc < all->list + INCIDENTS_MAX; inc++) {
		if (inc->out.id && inc->out.domid == domid) {
			n_own++;
			if (goes_before(inc, own))
				own = inc;
		}
		if (!any || !inc->out.id || (any->out.id && goes_before(inc, any)))
			any = inc;
	}
	return n_own >= INCIDENTS_GUEST_MAX ? own : any;
}

/*
 * What belongs together
 */

enum fit { FIT_NOT, FIT_GUEST, FIT_SAME, FIT_SHARES };

/* As long as it is dealt with, or open, what has been said is nothing new. */
static bool is_lasting(const struct incident *inc)
{
	return inc->out.state == INCIDENT_OPEN || inc->out.state == INCIDENT_ACTING;
}

static enum fit fit(const struct incident *inc, const struct alert *alert,
		    const struct incident_where *where, enum incident_link *link)
{
	const int64_t age_ns = where->now_ns - inc->out.last_ns;
	bool is_same;

	if (!inc->out.id || inc->gone || inc->out.domid != where->domid ||
	    inc->out.state == INCIDENT_CLOSED)
		return FIT_NOT;
	is_same = incident_has(inc, alert);
	if (age_ns > where->incidents->window_s * NS_PER_S)
		return is_same && is_lasting(inc) ? FIT_SAME : FIT_NOT;
	*link = incident_shares(inc, where->links);
	if (*link != LINK_FIRST)
		return FIT_SHARES;
	*link = LINK_GUEST;
	if (is_same)
		return FIT_SAME;
	return !where->links || inc->is_the_guests ? FIT_GUEST : FIT_NOT;
}

static bool is_later(const struct incident *a, const struct incident *b)
{
	if (a->out.last_ns != b->out.last_ns)
		return a->out.last_ns > b->out.last_ns;
	return a->out.id > b->out.id;
}

/* That with which it has the most in common, of several the one that something came to last */
static struct incident *best(struct incidents *all, const struct alert *alert,
			     const struct incident_where *where, enum incident_link *link)
{
	struct incident *found = NULL;
	enum fit best_fit = FIT_NOT;

	for (struct incident *inc = all->list; inc < all->list + INCIDENTS_MAX; inc++) {
		enum incident_link by = LINK_GUEST;
		enum fit f = fit(inc, alert, where, &by);

		if (f == FIT_NOT || f < best_fit ||
		    (f == best_fit && !is_later(inc, found)))
			continue;
		best_fit = f;
		found = inc;
		*link = by;
	}
	return found;
}

struct incident *incidents_raise(struct incidents *all, const struct alert *alert,
				 const struct incident_where *where, struct incident_news *news)
{
	enum incident_link link;
	struct incident *inc = best(all, alert, where, &link);

	if (inc) {
		*news = incident_join(inc, alert, link, where);
		return inc;
	}
	inc = place(all, where->domid);
	*news = incident_begin(inc, ++all->last_id, alert, where);
	inc->out.place = inc - all->list;
	return inc;
}

/*
 * Those of the engine before
 */

bool incidents_keep(struct incidents *all, const struct msg_out_incident *out, int64_t now_ns)
{
	if (out->place >= INCIDENTS_MAX || !out->id || all->list[out->place].out.id)
		return false;
	incident_keep(&all->list[out->place], out, now_ns);
	if (out->id > all->last_id)
		all->last_id = out->id;
	return true;
}

void incidents_name(struct incidents *all, uint32_t domid, const char *guest)
{
	for (struct incident *inc = all->list; inc < all->list + INCIDENTS_MAX; inc++)
		if (inc->kept_ns && inc->out.domid == domid && !strcmp(inc->out.guest, guest))
			inc->gone = false;
}

struct incident *incidents_resume(struct incidents *all, uint32_t domid, uint32_t policy)
{
	for (struct incident *inc = all->list; inc < all->list + INCIDENTS_MAX; inc++)
		if (inc->kept_ns && !inc->gone && inc->out.domid == domid &&
		    incident_resume(inc, policy))
			return inc;
	return NULL;
}

/*
 * Finding
 */

struct incident *incidents_find(struct incidents *all, uint32_t id, uint32_t domid)
{
	for (struct incident *inc = all->list; id && inc < all->list + INCIDENTS_MAX; inc++)
		if (inc->out.id == id && (domid == UINT32_MAX || inc->out.domid == domid))
			return inc;
	return NULL;
}

static bool is_left(const struct incident *inc, int64_t now_ns)
{
	return inc->gone && inc->kept_ns && now_ns - inc->kept_ns >= INCIDENTS_LEFT_NS;
}

struct incident *incidents_expire(struct incidents *all, uint32_t domid, bool is_gone,
				  uint32_t close_s, int64_t now_ns)
{
	struct incident *found = NULL;

	for (struct incident *inc = all->list; inc < all->list + INCIDENTS_MAX; inc++) {
		if (!inc->out.id || (inc->out.domid != domid && !is_left(inc, now_ns)))
			continue;
		inc->gone |= is_gone;
		if (inc->out.state == INCIDENT_OPEN && (!found || inc->out.id < found->out.id) &&
		    (inc->gone ||
		     (close_s && now_ns - inc->out.last_ns >= close_s * NS_PER_S)))
			found = inc;
	}
	if (found)
		incident_close(found);
	return found;
}

const struct incident *incidents_after(const struct incidents *all, uint32_t id)
{
	const struct incident *found = NULL;

	for (uint32_t i = 0; i < INCIDENTS_MAX; i++) {
		const struct incident *inc = &all->list[i];

		if (inc->out.id > id && (!found || inc->out.id < found->out.id))
			found = inc;
	}
	return found;
}
