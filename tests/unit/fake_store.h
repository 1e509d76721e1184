/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a xenstore in memory, in place of libxenstore, with a back end in it that
 * answers each state of the front's
 */
#ifndef STARLSM_FAKE_STORE_H
#define STARLSM_FAKE_STORE_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xen/io/xenbus.h>
#include <xenstore.h>

#define STORE_NODES	32
#define STORE_BACK	"/local/domain/0/backend/kind/1/0"

struct store_node {
	char path[128];
	char value[64];
};

static struct store_node store_nodes[STORE_NODES];
/* so many of the next transactions end with EAGAIN */
static unsigned int store_conflicts;
/* what the front has said, "4156" for one after the other */
static char store_states[16];
/* does the toolstack take a back end away that has closed? */
static bool store_detaches;

static inline struct store_node *store_find(const char *path)
{
	for (int i = 0; i < STORE_NODES; i++)
		if (!strcmp(store_nodes[i].path, path))
			return &store_nodes[i];
	return NULL;
}

static inline void store_put(const char *path, const char *value)
{
	struct store_node *node = store_find(path);

	if (!node)
		node = store_find("");
	snprintf(node->path, sizeof(node->path), "%s", path);
	snprintf(node->value, sizeof(node->value), "%s", value);
}

static inline void store_put_back(const char *name, const char *value)
{
	char path[128];

	snprintf(path, sizeof(path), STORE_BACK "/%s", name);
	store_put(path, value);
}

static inline void store_clear(const char *front, const char *state)
{
	char path[128];

	memset(store_nodes, 0, sizeof(store_nodes));
	memset(store_states, 0, sizeof(store_states));
	store_conflicts = 0;
	store_detaches = false;
	snprintf(path, sizeof(path), "%s/backend", front);
	store_put(path, STORE_BACK);
	snprintf(path, sizeof(path), "%s/backend-id", front);
	store_put(path, "7");
	store_put_back("state", state);
}

static inline const char *store_get(const char *path)
{
	struct store_node *node = store_find(path);

	return node ? node->value : NULL;
}

/* As Linux' back ends do */
static inline void store_answer(enum xenbus_state front)
{
	static const char *const answers[] = {
		[XenbusStateInitialising] = "2", [XenbusStateConnected] = "4",
		[XenbusStateClosing] = "5", [XenbusStateClosed] = "6",
	};

	store_states[strlen(store_states)] = '0' + front;
	store_put_back("state", answers[front]);
	if (store_detaches && front == XenbusStateClosed)
		store_find(STORE_BACK "/state")->path[0] = '\0';
}

struct xs_handle *xs_open(unsigned long flags)
{
	(void)flags;
	return (struct xs_handle *)store_nodes;
}

void *xs_read(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *len)
{
	const char *value = store_get(path);

	(void)h;
	(void)t;
	if (!value)
		return NULL;
	*len = strlen(value);
	return strdup(value);
}

/* The names right below path, in one piece for free() */
char **xs_directory(struct xs_handle *h, xs_transaction_t t, const char *path, unsigned int *n)
{
	char **list = calloc(STORE_NODES, sizeof(*list) + sizeof(store_nodes[0].path));
	char *name = (char *)(list + STORE_NODES);
	size_t len = strlen(path);

	(void)h;
	(void)t;
	*n = 0;
	for (int i = 0; i < STORE_NODES; i++) {
		const char *below = store_nodes[i].path + len + 1;
		unsigned int k = 0;

		if (strncmp(store_nodes[i].path, path, len) || store_nodes[i].path[len] != '/')
			continue;
		snprintf(name, sizeof(store_nodes[0].path), "%.*s", (int)strcspn(below, "/"), below);
		while (k < *n && strcmp(list[k], name))
			k++;
		if (k < *n)
			continue;
		list[(*n)++] = name;
		name += sizeof(store_nodes[0].path);
	}
	return list;
}

bool xs_write(struct xs_handle *h, xs_transaction_t t, const char *path, const void *data,
	      unsigned int len)
{
	char value[64];

	(void)h;
	snprintf(value, sizeof(value), "%.*s", (int)len, (const char *)data);
	/* what a transaction that fails has written is not undone: nobody looks */
	store_put(path, value);
	if (strlen(path) > 6 && !strcmp(path + strlen(path) - 6, "/state") &&
	    !(t && store_conflicts))
		store_answer(atoi(value));
	return true;
}

bool xs_rm(struct xs_handle *h, xs_transaction_t t, const char *path)
{
	struct store_node *node = store_find(path);

	(void)h;
	(void)t;
	if (node)
		memset(node, 0, sizeof(*node));
	return node;
}

xs_transaction_t xs_transaction_start(struct xs_handle *h)
{
	(void)h;
	return 1;
}

bool xs_transaction_end(struct xs_handle *h, xs_transaction_t t, bool abort)
{
	(void)h;
	(void)t;
	(void)abort;
	if (!store_conflicts)
		return true;
	store_conflicts--;
	errno = EAGAIN;
	return false;
}

#endif /* STARLSM_FAKE_STORE_H */
