/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - an event as the engine tells it to a subscriber, for tests
 */
#ifndef STARLSM_TEST_OUT_EVENT_H
#define STARLSM_TEST_OUT_EVENT_H

#include <stdbool.h>
#include <string.h>

#include "lib/decode.h"
#include "lib/msg_out.h"

#define OUT_EVENT_MONO_NS	123456789LL

struct out_event {
	char guest[MSG_NAME_MAX];
	const char *exe, *parent_exe;
	const char *paths[OUT_PATHS_MAX];	/* of the record's ids; NULL: nobody told */
	const char *sha256;			/* of exec and check; NULL: nobody told */
	int64_t mono_ns;
	bool is_unknown;			/* the actor */
	char bytes[MSG_MAX] __attribute__((aligned(8)));
};

static inline void out_event_init(struct out_event *e)
{
	memset(e, 0, sizeof(*e));
	strcpy(e->guest, "web");
	e->exe = "/bin/dash";
	e->parent_exe = "/usr/sbin/nginx";
	e->paths[0] = "/tmp/x";
	e->paths[1] = "/tmp/y";
	e->mono_ns = OUT_EVENT_MONO_NS;
}

/* As the engine does it: by the fields of kind PATH that have an id */
static inline char *out_event_paths(const struct out_event *e, char *at,
				    struct msg_out_event *out, const struct starlsm_rec *rec)
{
	const struct event *ev = decode_event(rec->type);
	unsigned int n = 0;

	for (unsigned int i = 0; i < ev->n_fields; i++) {
		if (ev->fields[i].kind != FIELD_PATH)
			continue;
		if (decode_value(rec, ev, i).number && e->paths[n]) {
			out->path_len[n] = strlen(e->paths[n]);
			at = mempcpy(at, e->paths[n], out->path_len[n]);
		} else if (decode_value(rec, ev, i).number) {
			out->path_flags[n] = OUT_PATH_UNKNOWN;
		}
		n++;
	}
	return at;
}

static inline const struct msg *out_event_make(struct out_event *e, const struct starlsm_rec *rec)
{
	struct msg_out_event *out = (void *)e->bytes;
	char *at = (char *)(out + 1);

	*out = (struct msg_out_event){
		.msg = { .type = MSG_OUT_EVENT }, .domid = 5, .seq = 1234,
		.mono_ns = e->mono_ns, .uid = UINT32_MAX, .euid = UINT32_MAX,
	};
	memcpy(out->guest, e->guest, sizeof(out->guest));
	out->rec_len = rec->len;
	if (!e->is_unknown) {
		out->parent = 7;
		out->pid = out->tgid = 412;
		out->ppid = 10;
		out->uid = out->euid = 33;
		out->known = 1;
		out->exe_len = strlen(e->exe);
		out->parent_exe_len = strlen(e->parent_exe);
		at = mempcpy(at, e->exe, out->exe_len);
		at = mempcpy(at, e->parent_exe, out->parent_exe_len);
	}
	at = out_event_paths(e, at, out, rec);
	out->sha256_len = e->sha256 ? DECODE_HASH_LEN : 0;
	at = mempcpy(at, e->sha256 ? e->sha256 : "", out->sha256_len);
	at = mempcpy(at, rec, rec->len);
	out->msg.len = at - e->bytes;
	return &out->msg;
}

#endif /* STARLSM_TEST_OUT_EVENT_H */
