// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - lines for systemd-journald, as entries with fields of their own
 */
#include "export/journald.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "export/ocsf.h"
#include "lib/log.h"

/* More no datagram takes without another's help; the longest lines do not come near. */
#define ENTRY_MAX	(192 * 1024)

struct entry {
	char buf[ENTRY_MAX];
	size_t len;
	bool is_cut;
};

static void put(struct entry *e, const void *bytes, size_t len)
{
	if (len > sizeof(e->buf) - e->len) {
		e->is_cut = true;
		return;
	}
	memcpy(e->buf + e->len, bytes, len);
	e->len += len;
}

static void field(struct entry *e, const char *name, const char *value)
{
	size_t len = strlen(value);
	uint64_t size = htole64(len);

	put(e, name, strlen(name));
	if (!strchr(value, '\n')) {
		put(e, "=", 1);
	} else {
		put(e, "\n", 1);
		put(e, &size, sizeof(size));
	}
	put(e, value, len);
	put(e, "\n", 1);
}

/* What is not there is left out. */
static void field_of(struct entry *e, const char *name, const json_t *value)
{
	char number[32];

	if (json_is_string(value)) {
		field(e, name, json_string_value(value));
	} else if (json_is_integer(value)) {
		snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(value));
		field(e, name, number);
	}
}

static const json_t *at(const json_t *object, const char *outer, const char *inner)
{
	return json_object_get(json_object_get(object, outer), inner);
}

static const char *message_id(json_int_t class)
{
	switch (class) {
	case OCSF_DETECTION:
		return JOURNALD_DETECTION;
	case OCSF_INCIDENT:
		return JOURNALD_INCIDENT;
	default:
		return JOURNALD_EVENT;
	}
}

/* Of states and of what is missing: those that no event has told */
static const char *own_id(const json_t *object, json_int_t class)
{
	if (json_object_get(object, "actor"))
		return message_id(class);
	if (class == OCSF_STATE)
		return JOURNALD_STATE;
	return class == OCSF_BASE ? JOURNALD_MISSED : message_id(class);
}

static const char *priority(json_int_t severity)
{
	switch (severity) {
	case OCSF_CRITICAL:
		return "1";	/* alert */
	case OCSF_HIGH:
		return "3";	/* err */
	case OCSF_MEDIUM:
		return "4";	/* warning */
	case OCSF_LOW:
		return "5";	/* notice */
	default:
		return "6";	/* info */
	}
}

static void fill(struct entry *e, const json_t *object, const char *line)
{
	json_int_t class = json_integer_value(json_object_get(object, "class_uid"));
	const json_t *info = json_object_get(object, "finding_info");

	if (!info)
		info = json_array_get(json_object_get(object, "finding_info_list"), 0);
	field_of(e, "MESSAGE", json_object_get(object, "message"));
	field(e, "MESSAGE_ID", own_id(object, class));
	field(e, "PRIORITY", priority(json_integer_value(json_object_get(object, "severity_id"))));
	field(e, "SYSLOG_IDENTIFIER", "starlsm");
	field_of(e, "STARLSM_GUEST", at(object, "device", "name"));
	field_of(e, "STARLSM_DOMID", at(object, "device", "uid"));
	field_of(e, "STARLSM_CLASS", json_object_get(object, "class_uid"));
	field_of(e, "STARLSM_ACTIVITY", json_object_get(object, "activity_name"));
	field_of(e, "STARLSM_EVENT", at(object, "unmapped", "event"));
	field_of(e, "STARLSM_STATE", at(object, "unmapped", "state"));
	field_of(e, "STARLSM_INCIDENT", at(object, "unmapped", "incident"));
	field_of(e, "STARLSM_FINDING", json_object_get(info, "uid"));
	field_of(e, "STARLSM_RULE", json_object_get(info, "title"));
	field(e, "STARLSM_OCSF", line);
}

static void failed(struct journald *j, int err, int64_t now_ns)
{
	struct outlet *o = &j->outlet;

	o->failures++;
	outlet_drop(o);
	o->retry_ns = now_ns + OUTLET_RETRY_NS;
	if (o->err != err)
		log_warning("journald %s takes nothing: %s", o->where, strerror(err));
	o->err = err;
}

static void works(struct journald *j, size_t len)
{
	struct outlet *o = &j->outlet;

	if (o->err)
		log_notice("journald %s goes on; %llu entries are missing", o->where,
			   (unsigned long long)o->missing);
	o->err = 0;
	o->lines++;
	o->bytes += len;
}

void journald_send(struct journald *j, const json_t *object, const char *line, int64_t now_ns)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	static struct entry e;

	e.len = 0;
	e.is_cut = false;
	fill(&e, object, line);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", j->outlet.where);
	if (e.is_cut)
		failed(j, EMSGSIZE, now_ns);
	else if (sendto(j->fd, e.buf, e.len, MSG_NOSIGNAL, (struct sockaddr *)&addr,
			sizeof(addr)) < 0)
		failed(j, errno, now_ns);
	else
		works(j, e.len);
}

int journald_init(struct journald *j, const char *path)
{
	memset(j, 0, sizeof(*j));
	j->outlet.name = "journald";
	j->outlet.where = path;
	j->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return j->fd < 0 ? -1 : 0;
}

void journald_free(struct journald *j)
{
	close(j->fd);
}
