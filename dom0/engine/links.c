// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what an event has in common with others of its guest
 */
#include "engine/links.h"

#include <netinet/in.h>
#include <string.h>

#define KIND_MASK	7U

_Static_assert(INCIDENT_LINKS <= KIND_MASK + 1, "a key has room for its kind");

enum incident_link links_kind(uint64_t key)
{
	return key & KIND_MASK;
}

static void add(struct links *links, const struct ledger *l, enum incident_link kind,
		const void *bytes, size_t len)
{
	uint64_t hash = hash_bytes(&l->task_ids.seed, bytes, len);

	if (links->n < LINKS_MAX)
		links->key[links->n++] = (hash & ~(uint64_t)KIND_MASK) | kind;
}

/*
 * Who asks
 */

static void add_task(struct links *links, const struct ledger *l, const struct task *t)
{
	uint32_t user = t->uid ? t->uid : t->euid;

	add(links, l, LINK_LINEAGE, &t->lineage, sizeof(t->lineage));
	if (user && user != UNKNOWN_ID)
		add(links, l, LINK_USER, &user, sizeof(user));
}

/*
 * Files
 */

static bool begins_with(const struct path *p, const char *folder)
{
	size_t len = strlen(folder);

	return p->len >= len && !memcmp(p->text, folder, len);
}

static bool is_systems(const struct path *p)
{
	static const char * const folders[] = {
		"/bin/", "/sbin/", "/lib/", "/lib64/", "/usr/bin/", "/usr/sbin/", "/usr/lib/",
		"/usr/lib64/", "/usr/libexec/",
	};

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		if (begins_with(p, folders[i]))
			return !p->is_cut;
	return false;
}

static void add_file(struct links *links, const struct ledger *l, const struct path *p)
{
	if (p && p->len)
		add(links, l, LINK_FILE, p->text, p->len);
}

static void add_program(struct links *links, const struct ledger *l, const struct path *p)
{
	if (p && !is_systems(p))
		add_file(links, l, p);
}

static bool is_run(uint16_t type)
{
	return type == STARLSM_EV_EXEC || type == STARLSM_EV_CHECK ||
	       type == STARLSM_EV_MMAP || type == STARLSM_EV_MPROTECT;
}

static void add_paths(struct links *links, struct ledger *l, const struct starlsm_rec *rec)
{
	const struct event *ev = decode_event(rec->type);

	for (unsigned int i = 0; i < ev->n_fields; i++) {
		const struct path *p;

		if (ev->fields[i].kind != FIELD_PATH)
			continue;
		p = ledger_path(l, decode_value(rec, ev, i).number);
		if (is_run(rec->type))
			add_program(links, l, p);
		else
			add_file(links, l, p);
	}
}

/*
 * Peers
 */

static void add_inet(struct links *links, const struct ledger *l, struct in_addr a)
{
	if (a.s_addr != INADDR_ANY && ntohl(a.s_addr) >> 24 != IN_LOOPBACKNET)
		add(links, l, LINK_PEER, &a, sizeof(a));
}

static void add_inet6(struct links *links, const struct ledger *l, const struct in6_addr *a)
{
	struct in_addr mapped;

	memcpy(&mapped, a->s6_addr + 12, sizeof(mapped));
	if (IN6_IS_ADDR_V4MAPPED(a))
		add_inet(links, l, mapped);
	else if (!IN6_IS_ADDR_LOOPBACK(a) && !IN6_IS_ADDR_UNSPECIFIED(a))
		add(links, l, LINK_PEER, a, sizeof(*a));
}

static void add_peer(struct links *links, const struct ledger *l, const struct starlsm_rec *rec)
{
	struct sockaddr_in6 in6 = { 0 };
	struct sockaddr_in in = { 0 };
	struct value addr;

	if (rec->type != STARLSM_EV_CONNECT && rec->type != STARLSM_EV_SENDTO &&
	    rec->type != STARLSM_EV_ACCEPTED)
		return;
	if (!decode_find(rec, "addr", &addr) || addr.len < sizeof(in.sin_family))
		return;
	memcpy(&in, addr.bytes, addr.len < sizeof(in) ? addr.len : sizeof(in));
	memcpy(&in6, addr.bytes, addr.len < sizeof(in6) ? addr.len : sizeof(in6));
	if (in.sin_family == AF_INET)
		add_inet(links, l, in.sin_addr);
	else if (in.sin_family == AF_INET6)
		add_inet6(links, l, &in6.sin6_addr);
}

void links_of(struct links *links, struct ledger *l, const struct starlsm_rec *rec)
{
	const struct task *t = ledger_task(l, rec->task);

	links->n = 0;
	if (t) {
		add_task(links, l, t);
		add_program(links, l, ledger_exe(l, t->exe));
	}
	add_paths(links, l, rec);
	add_peer(links, l, rec);
}
