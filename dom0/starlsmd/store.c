// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the xenstore nodes of a guest's sensor, and who is there
 */
#include "starlsmd/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xen/interface/io/starlsm.h>
#include <xenstore.h>

#include "lib/log.h"

/* The major versions that a reader understands */
#define TEXT_OF(number)	#number
#define AS_TEXT(number)	TEXT_OF(number)
#define VERSIONS	AS_TEXT(STARLSM_VERSION_MAJOR)

#define FRONT	"/local/domain/%u/device/starlsm/0"
#define BACK	"/local/domain/0/backend/starlsm/%u/0"
/* What libxl adds to a name while the domain is coming or going by migration */
#define INCOMING	"--incoming"
#define MIGRATEDAWAY	"--migratedaway"
/* Somebody else's transaction comes first only so often. */
#define TRIES_MAX	100

#define PATH_MAX_BYTES	96

/* One path, from a format and a domid */
struct path {
	char text[PATH_MAX_BYTES];
};

static struct path path_of(const char *fmt, uint32_t domid)
	__attribute__((format(printf, 1, 0)));

static struct path path_of(const char *fmt, uint32_t domid)
{
	struct path p;

	snprintf(p.text, sizeof(p.text), fmt, domid);
	return p;
}

struct xs_handle *store_open(void)
{
	struct xs_handle *xs = xs_open(0);

	if (!xs)
		return NULL;
	if (!xs_watch(xs, "@introduceDomain", "domains") ||
	    !xs_watch(xs, "@releaseDomain", "domains")) {
		xs_close(xs);
		return NULL;
	}
	return xs;
}

static bool put(struct xs_handle *xs, xs_transaction_t t, const char *fmt,
		uint32_t domid, const char *value)
{
	return xs_write(xs, t, path_of(fmt, domid).text, value, strlen(value));
}

/* A folder of owner's that other may read; what is made in it inherits that. */
static bool make_folder(struct xs_handle *xs, xs_transaction_t t,
			const char *fmt, uint32_t domid,
			uint32_t owner, uint32_t other)
{
	struct xs_permissions perms[2] = {
		{ .id = owner, .perms = XS_PERM_NONE },
		{ .id = other, .perms = XS_PERM_READ },
	};
	struct path p = path_of(fmt, domid);

	return xs_mkdir(xs, t, p.text) &&
	       xs_set_permissions(xs, t, p.text, perms, 2);
}

static bool exists(struct xs_handle *xs, xs_transaction_t t, const char *fmt,
		   uint32_t domid)
{
	unsigned int len;
	void *value = xs_read(xs, t, path_of(fmt, domid).text, &len);
	bool found = value;

	free(value);
	return found;
}

static bool write_back(struct xs_handle *xs, xs_transaction_t t, uint32_t domid)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", domid);
	if (exists(xs, t, BACK "/error", domid))
		xs_rm(xs, t, path_of(BACK "/error", domid).text);
	return make_folder(xs, t, BACK, domid, 0, domid) &&
	       put(xs, t, BACK "/frontend", domid, path_of(FRONT, domid).text) &&
	       put(xs, t, BACK "/frontend-id", domid, id) &&
	       put(xs, t, BACK "/online", domid, "1") &&
	       put(xs, t, BACK "/versions", domid, VERSIONS) &&
	       put(xs, t, BACK "/state", domid, "2");
}

static bool write_front(struct xs_handle *xs, xs_transaction_t t, uint32_t domid)
{
	if (exists(xs, t, FRONT "/state", domid) &&
	    exists(xs, t, FRONT "/backend", domid))
		return true;
	return make_folder(xs, t, FRONT, domid, domid, 0) &&
	       put(xs, t, FRONT "/backend", domid, path_of(BACK, domid).text) &&
	       put(xs, t, FRONT "/backend-id", domid, "0") &&
	       put(xs, t, FRONT "/state", domid, "1");
}

/* Once. Returns 0, -1 with errno, 1 if the domain is not there any more. */
static int try_offer(struct xs_handle *xs, uint32_t domid)
{
	xs_transaction_t t = xs_transaction_start(xs);
	bool there, ok;
	int err;

	if (!t)
		return -1;
	there = exists(xs, t, "/local/domain/%u/name", domid);
	ok = there && write_back(xs, t, domid) && write_front(xs, t, domid);
	err = errno;
	if (!xs_transaction_end(xs, t, !ok))
		return -1;
	errno = err;
	if (!there)
		return 1;
	return ok ? 0 : -1;
}

int store_offer(struct xs_handle *xs, uint32_t domid)
{
	int tries, rc = -1;

	for (tries = 0; tries < TRIES_MAX; tries++) {
		rc = try_offer(xs, domid);
		if (rc >= 0 || errno != EAGAIN)
			break;
	}
	if (rc < 0)
		log_error("domain %u: its nodes cannot be written: %s", domid,
			  strerror(errno));
	return rc ? -1 : 0;
}

/* Not created anew: xenstore may have lost it with the domain. */
static void put_if_there(struct xs_handle *xs, uint32_t domid, const char *fmt,
			 const char *value)
{
	if (!exists(xs, XBT_NULL, BACK "/state", domid))
		return;
	if (!put(xs, XBT_NULL, fmt, domid, value))
		log_warning("domain %u: %s cannot be written: %s", domid,
			    path_of(fmt, domid).text, strerror(errno));
}

void store_set_state(struct xs_handle *xs, uint32_t domid, enum xenbus_state state)
{
	char digit[2] = { '0' + state, '\0' };

	put_if_there(xs, domid, BACK "/state", digit);
}

void store_set_error(struct xs_handle *xs, uint32_t domid, const char *name)
{
	put_if_there(xs, domid, BACK "/error", name);
}

int store_front_state(struct xs_handle *xs, uint32_t domid)
{
	unsigned int len;
	char *untrusted_state;
	int state = 0;

	untrusted_state = xs_read(xs, XBT_NULL,
				  path_of(FRONT "/state", domid).text, &len);
	if (untrusted_state && len == 1 && untrusted_state[0] >= '1' &&
	    untrusted_state[0] <= '6')
		state = untrusted_state[0] - '0';
	free(untrusted_state);
	return state;
}

/* Not the folder above it: that its devices are gone too, no guest's xenbus notices. */
void store_withdraw(struct xs_handle *xs, uint32_t domid)
{
	xs_rm(xs, XBT_NULL, path_of(FRONT, domid).text);
}

void store_remove(struct xs_handle *xs, uint32_t domid)
{
	store_withdraw(xs, domid);
	xs_rm(xs, XBT_NULL,
	      path_of("/local/domain/0/backend/starlsm/%u", domid).text);
	xs_rm(xs, XBT_NULL,
	      path_of("/local/domain/%u/device/starlsm", domid).text);
}

size_t store_list(struct xs_handle *xs, uint32_t *domid, size_t max)
{
	unsigned int n = 0;
	char **names;
	size_t i;

	names = xs_directory(xs, XBT_NULL, "/local/domain/0/backend/starlsm", &n);
	if (!names)
		return 0;
	for (i = 0; i < n && i < max; i++)
		domid[i] = strtoul(names[i], NULL, 10);
	free(names);
	return i;
}

static void cut_suffix(char *name, const char *suffix)
{
	size_t len = strlen(name), n = strlen(suffix);

	if (len > n && !strcmp(name + len - n, suffix))
		name[len - n] = '\0';
}

bool store_name(struct xs_handle *xs, uint32_t domid, char *name, size_t size)
{
	unsigned int len;
	char *value = xs_read(xs, XBT_NULL,
			      path_of("/local/domain/%u/name", domid).text, &len);
	bool ok = value && len > 0;

	if (ok)
		snprintf(name, size, "%s", value);
	free(value);
	if (!ok)
		return false;
	cut_suffix(name, INCOMING);
	cut_suffix(name, MIGRATEDAWAY);
	return true;
}

void store_watch(struct xs_handle *xs, uint32_t domid)
{
	char token[16];

	snprintf(token, sizeof(token), "%u", domid);
	if (!xs_watch(xs, path_of(FRONT "/state", domid).text, token))
		log_error("domain %u: its state cannot be watched: %s", domid,
			  strerror(errno));
}

void store_unwatch(struct xs_handle *xs, uint32_t domid)
{
	char token[16];

	snprintf(token, sizeof(token), "%u", domid);
	xs_unwatch(xs, path_of(FRONT "/state", domid).text, token);
}

enum store_change store_next(struct xs_handle *xs, uint32_t *domid)
{
	enum store_change change = STORE_FRONT;
	char **watch = xs_check_watch(xs);

	if (!watch) {
		if (errno != EAGAIN)
			fatal("xenstore is gone: %s", strerror(errno));
		return STORE_NOTHING;
	}
	if (!strcmp(watch[XS_WATCH_TOKEN], "domains"))
		change = STORE_DOMAINS;
	else
		*domid = strtoul(watch[XS_WATCH_TOKEN], NULL, 10);
	free(watch);
	return change;
}
