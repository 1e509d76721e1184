// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - many clients of one connection to the outer xenstore
 */
#include "blanket/mux.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A request's number out there: its index, and above it how often that was used */
#define INDEX_BITS	8
#define INDEX_MASK	((1U << INDEX_BITS) - 1)
/* A client's number before a token, and the sign behind it */
#define PREFIX_LEN	9

_Static_assert(MUX_REQUESTS <= INDEX_MASK + 1, "an index has to fit its bits");

static struct mux_request *free_request(const struct mux *m)
{
	for (size_t i = 0; i < MUX_REQUESTS; i++)
		if (!m->request[i].is_out)
			return (struct mux_request *)&m->request[i];
	return NULL;
}

bool mux_has_room(const struct mux *m)
{
	return free_request(m);
}

static uint32_t number_out(const struct mux *m, const struct mux_request *r)
{
	return r->generation << INDEX_BITS | (uint32_t)(r - m->request);
}

static void send_out(struct mux *m, uint32_t client, struct mux_watch *watch,
		     struct mux_message *msg)
{
	struct mux_request *r = free_request(m);

	*r = (struct mux_request){
		.is_out = true, .client = client, .number = msg->head.req_id,
		.type = msg->head.type, .watch = watch,
	};
	/* what is compared with an answer's */
	r->generation = ++m->generation & (UINT32_MAX >> INDEX_BITS);
	msg->head.req_id = number_out(m, r);
}

/*
 * Watches
 */

/* Two strings, each ended, and nothing behind: where the second one begins, or 0 */
static size_t second_of_two(const struct mux_message *msg)
{
	const char *first = memchr(msg->body, '\0', msg->head.len);
	size_t at = first ? first + 1 - msg->body : 0;

	return at && memchr(msg->body + at, '\0', msg->head.len - at) ==
		msg->body + msg->head.len - 1 ? at : 0;
}

/* Put the client's number before the token; false if that does not fit */
static bool mark_token(uint32_t client, size_t at, struct mux_message *msg)
{
	char prefix[PREFIX_LEN + 1];

	if (msg->head.len + PREFIX_LEN > sizeof(msg->body))
		return false;
	snprintf(prefix, sizeof(prefix), "%08x:", client);
	memmove(msg->body + at + PREFIX_LEN, msg->body + at, msg->head.len - at);
	memcpy(msg->body + at, prefix, PREFIX_LEN);
	msg->head.len += PREFIX_LEN;
	return true;
}

/* Take it off again: whose token it is, or MUX_NOBODY */
static uint32_t unmark_token(size_t at, struct mux_message *msg)
{
	char prefix[PREFIX_LEN + 1], *end;
	uint32_t client;

	if (msg->head.len - at <= PREFIX_LEN || msg->body[at + PREFIX_LEN - 1] != ':')
		return MUX_NOBODY;
	memcpy(prefix, msg->body + at, PREFIX_LEN);
	prefix[PREFIX_LEN - 1] = '\0';
	client = strtoul(prefix, &end, 16);
	if (*end)
		return MUX_NOBODY;
	msg->head.len -= PREFIX_LEN;
	memmove(msg->body + at, msg->body + at + PREFIX_LEN, msg->head.len - at);
	return client;
}

static struct mux_watch **find_watch(struct mux *m, const struct mux_message *msg)
{
	for (size_t i = 0; i < MUX_WATCHES; i++)
		if (m->watch[i] && m->watch[i]->len == msg->head.len &&
		    !memcmp(m->watch[i]->text, msg->body, msg->head.len))
			return &m->watch[i];
	return NULL;
}

static void drop_watch(struct mux *m, const struct mux_watch *watch)
{
	for (size_t i = 0; i < MUX_REQUESTS; i++)
		if (m->request[i].watch == watch)
			m->request[i].watch = NULL;
	for (size_t i = 0; i < MUX_WATCHES; i++)
		if (m->watch[i] == watch) {
			free(m->watch[i]);
			m->watch[i] = NULL;
		}
}

static struct mux_watch *add_watch(struct mux *m, uint32_t client,
				   const struct mux_message *msg)
{
	struct mux_watch *watch;
	size_t i = 0;

	while (i < MUX_WATCHES && m->watch[i])
		i++;
	if (i == MUX_WATCHES)
		return NULL;
	watch = malloc(sizeof(*watch) + msg->head.len);
	if (!watch)
		return NULL;
	*watch = (struct mux_watch){ .client = client, .len = msg->head.len };
	memcpy(watch->text, msg->body, msg->head.len);
	m->watch[i] = watch;
	return watch;
}

static const char *ask_watch(struct mux *m, uint32_t client, struct mux_message *msg)
{
	size_t at = second_of_two(msg);
	struct mux_watch *watch;

	if (!at)
		return "EINVAL";
	if (!mark_token(client, at, msg))
		return "E2BIG";
	if (find_watch(m, msg))
		return "EEXIST";
	watch = add_watch(m, client, msg);
	if (!watch)
		return "ENOSPC";
	send_out(m, client, watch, msg);
	return NULL;
}

static const char *ask_unwatch(struct mux *m, uint32_t client, struct mux_message *msg)
{
	size_t at = second_of_two(msg);
	struct mux_watch **watch;

	if (!at)
		return "EINVAL";
	if (!mark_token(client, at, msg))
		return "E2BIG";
	watch = find_watch(m, msg);
	if (!watch)
		return "ENOENT";
	drop_watch(m, *watch);
	send_out(m, client, NULL, msg);
	return NULL;
}

/*
 * Transactions
 */

static struct mux_transaction *find_transaction(struct mux *m, uint32_t id)
{
	for (size_t i = 0; i < MUX_TRANSACTIONS; i++)
		if (m->transaction[i].id == id)
			return &m->transaction[i];
	return NULL;
}

static bool is_own_transaction(struct mux *m, uint32_t client, uint32_t id)
{
	const struct mux_transaction *t = find_transaction(m, id);

	return !id || (t && t->client == client && !t->is_orphan);
}

/* How many there are, with those that are being begun */
static size_t count_transactions(const struct mux *m)
{
	size_t n = 0;

	for (size_t i = 0; i < MUX_TRANSACTIONS; i++)
		n += m->transaction[i].id != 0;
	for (size_t i = 0; i < MUX_REQUESTS; i++)
		n += m->request[i].is_out && m->request[i].type == XS_TRANSACTION_START;
	return n;
}

static void begun(struct mux *m, const struct mux_request *r, const struct mux_message *msg)
{
	struct mux_transaction *t = find_transaction(m, 0);
	uint32_t id;

	if (!msg->head.len || msg->body[msg->head.len - 1])
		return;
	id = strtoul(msg->body, NULL, 10);
	if (!t || !id)
		return;
	*t = (struct mux_transaction){
		.id = id, .client = r->client, .is_orphan = r->client == MUX_NOBODY,
	};
}

/*
 * Both ways
 */

const char *mux_request(struct mux *m, uint32_t client, struct mux_message *msg)
{
	if (!is_own_transaction(m, client, msg->head.tx_id))
		return "ENOENT";
	switch (msg->head.type) {
	case XS_WATCH:
		return ask_watch(m, client, msg);
	case XS_UNWATCH:
		return ask_unwatch(m, client, msg);
	case XS_TRANSACTION_START:
		if (count_transactions(m) >= MUX_TRANSACTIONS)
			return "ENOSPC";
		break;
	case XS_TRANSACTION_END:
		if (!msg->head.tx_id)
			return "EINVAL";
		find_transaction(m, msg->head.tx_id)->id = 0;
		break;
	case XS_DIRECTORY:
	case XS_DIRECTORY_PART:
	case XS_READ:
	case XS_GET_PERMS:
	case XS_SET_PERMS:
	case XS_WRITE:
	case XS_MKDIR:
	case XS_RM:
	case XS_GET_DOMAIN_PATH:
	case XS_IS_DOMAIN_INTRODUCED:
		break;
	default:
		/* what only the outer dom0 may ask, or would reset all of us */
		return "ENOSYS";
	}
	send_out(m, client, NULL, msg);
	return NULL;
}

void mux_refuse(struct mux_message *msg, const char *error)
{
	msg->head.type = XS_ERROR;
	msg->head.len = strlen(error) + 1;
	memcpy(msg->body, error, msg->head.len);
}

static uint32_t watch_event(struct mux *m, struct mux_message *msg)
{
	size_t at = second_of_two(msg);
	uint32_t client = at ? unmark_token(at, msg) : MUX_NOBODY;

	for (size_t i = 0; i < MUX_WATCHES; i++)
		if (m->watch[i] && m->watch[i]->client == client && !m->watch[i]->is_orphan)
			return client;
	return MUX_NOBODY;
}

/* Which request has that number out there */
static struct mux_request *find_request(struct mux *m, uint32_t number)
{
	uint32_t index = number & INDEX_MASK;
	struct mux_request *r = index < MUX_REQUESTS ? &m->request[index] : NULL;

	return r && r->is_out && r->generation == number >> INDEX_BITS ? r : NULL;
}

uint32_t mux_answer(struct mux *m, struct mux_message *msg)
{
	struct mux_request *r;

	if (msg->head.type == XS_WATCH_EVENT)
		return watch_event(m, msg);
	r = find_request(m, msg->head.req_id);
	if (!r)
		return MUX_NOBODY;
	r->is_out = false;
	if (r->type == XS_TRANSACTION_START && msg->head.type == XS_TRANSACTION_START)
		begun(m, r, msg);
	if (r->watch && msg->head.type == XS_ERROR)
		drop_watch(m, r->watch);
	msg->head.req_id = r->number;
	return r->client;
}

void mux_gone(struct mux *m, uint32_t client)
{
	for (size_t i = 0; i < MUX_REQUESTS; i++)
		if (m->request[i].client == client)
			m->request[i].client = MUX_NOBODY;
	for (size_t i = 0; i < MUX_WATCHES; i++)
		if (m->watch[i] && m->watch[i]->client == client)
			m->watch[i]->is_orphan = true;
	for (size_t i = 0; i < MUX_TRANSACTIONS; i++)
		if (m->transaction[i].client == client)
			m->transaction[i].is_orphan = true;
}

uint32_t mux_in_transaction(const struct mux *m)
{
	for (size_t i = 0; i < MUX_TRANSACTIONS; i++)
		if (m->transaction[i].id && !m->transaction[i].is_orphan)
			return m->transaction[i].client;
	return MUX_NOBODY;
}

bool mux_lost(const struct mux *m, struct mux_message *msg)
{
	for (size_t i = 0; i < MUX_REQUESTS; i++)
		if (m->request[i].is_out) {
			msg->head = (struct xsd_sockmsg){ .req_id = number_out(m, &m->request[i]) };
			mux_refuse(msg, "EAGAIN");
			return true;
		}
	return false;
}

void mux_anew(struct mux *m)
{
	memset(m->transaction, 0, sizeof(m->transaction));
	for (size_t i = 0; i < MUX_WATCHES; i++) {
		if (m->watch[i] && m->watch[i]->is_orphan)
			drop_watch(m, m->watch[i]);
		else if (m->watch[i])
			m->watch[i]->is_unset = true;
	}
}

static bool set_watch(struct mux *m, struct mux_message *msg)
{
	for (size_t i = 0; i < MUX_WATCHES; i++) {
		struct mux_watch *w = m->watch[i];

		if (!w || !w->is_unset)
			continue;
		w->is_unset = false;
		msg->head = (struct xsd_sockmsg){ .type = XS_WATCH, .len = w->len };
		memcpy(msg->body, w->text, w->len);
		return true;
	}
	return false;
}

static bool end_watch(struct mux *m, struct mux_message *msg)
{
	for (size_t i = 0; i < MUX_WATCHES; i++) {
		struct mux_watch *w = m->watch[i];

		if (!w || !w->is_orphan)
			continue;
		msg->head = (struct xsd_sockmsg){ .type = XS_UNWATCH, .len = w->len };
		memcpy(msg->body, w->text, w->len);
		drop_watch(m, w);
		return true;
	}
	return false;
}

static bool end_transaction(struct mux *m, struct mux_message *msg)
{
	for (size_t i = 0; i < MUX_TRANSACTIONS; i++) {
		struct mux_transaction *t = &m->transaction[i];

		if (!t->id || !t->is_orphan)
			continue;
		msg->head = (struct xsd_sockmsg){ .type = XS_TRANSACTION_END, .tx_id = t->id, .len = 2 };
		memcpy(msg->body, "F", 2);
		t->id = 0;
		return true;
	}
	return false;
}

bool mux_clean(struct mux *m, struct mux_message *msg)
{
	if (!mux_has_room(m) ||
	    (!set_watch(m, msg) && !end_watch(m, msg) && !end_transaction(m, msg)))
		return false;
	send_out(m, MUX_NOBODY, NULL, msg);
	return true;
}

struct mux_use mux_use(const struct mux *m)
{
	struct mux_use use = { .transactions = count_transactions(m) };

	for (size_t i = 0; i < MUX_REQUESTS; i++)
		use.requests += m->request[i].is_out;
	for (size_t i = 0; i < MUX_WATCHES; i++)
		use.watches += m->watch[i] != NULL;
	return use;
}

void mux_free(struct mux *m)
{
	for (size_t i = 0; i < MUX_WATCHES; i++)
		free(m->watch[i]);
	*m = (struct mux){ 0 };
}
