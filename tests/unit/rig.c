// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an engine whose tap leads to a recorder, in one process, for tests
 */
#include "rig.h"

#include "cmocka_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "batch_of_events.h"

#define NS_PER_S	1000000000LL

void rig_init(struct rig *r)
{
	memset(r, 0, sizeof(*r));
	strcpy(r->top, "/tmp/starlsm-rig-XXXXXX");
	assert_non_null(mkdtemp(r->top));
	snprintf(r->directory, sizeof(r->directory), "%s/journal", r->top);
	snprintf(r->key, sizeof(r->key), "%s/key", r->top);
	snprintf(r->public, sizeof(r->public), "%s.pub", r->key);
	assert_int_equal(mkdir(r->directory, 0700), 0);
	assert_int_equal(signer_open(&r->signer, r->key), 0);
	r->limits = (struct store_limits){ .bytes = 64 << 20, .age_ns = 30 * 86400 * NS_PER_S };
	r->now_ns = 100 * NS_PER_S;
	script_reset();
}

void rig_free(struct rig *r)
{
	char command[160];

	rig_kill(r);
	snprintf(command, sizeof(command), "rm -rf '%s'", r->top);
	assert_int_equal(system(command), 0);
	script_reset();
}

/*
 * The engine, as its process is
 */

static int hear(void *arg, const struct msg *m)
{
	struct rig *r = arg;
	int err = m->type == MSG_VERDICT ? r->verdict_err : 0;

	r->n_incidents += m->type == MSG_OUT_INCIDENT;
	r->n_events += m->type == MSG_OUT_EVENT;
	tap_out(&r->tap, m, err, r->now_ns);
	return err;
}

int rig_feed(struct rig *r, enum engine_sender sender, uint32_t domid, const struct msg *m)
{
	r->now_ns += 1000;
	tap_fact(&r->tap, sender, domid, m, r->now_ns);
	return engine_feed(r->core, sender, domid, m, r->now_ns);
}

static void complain(void *arg, enum report_kind kind, const char *file, unsigned int line,
		     const char *text)
{
	(void)arg;
	(void)kind;
	print_message("%s:%u: %s\n", file, line, text);
}

void rig_rules(struct rig *r, const char *files, size_t len)
{
	r->now_ns += 1000;
	tap_rules(&r->tap, files, len, r->now_ns);
	assert_true(engine_load(r->core, files, len, complain, NULL) > 0);
}

void rig_start(struct rig *r)
{
	const struct hash_seed seed = { { 7 + r->run, 8 } };

	r->run++;
	r->core = engine_new(&seed, hear, r);
	assert_non_null(r->core);
	assert_int_equal(tap_init(&r->tap, &seed, RIG_REAL_NS + r->now_ns), 0);
	rig_start_recorder(r);
}

void rig_start_recorder(struct rig *r)
{
	int pair[2], fd = open(r->directory, O_RDONLY | O_DIRECTORY);

	assert_true(fd >= 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	r->socket = pair[1];
	assert_int_equal(recorder_init(&r->recorder, fd, &r->limits, r->now_ns,
				       RIG_REAL_NS + r->now_ns), 0);
	r->has_recorder = true;
	tap_connect(&r->tap, pair[0], r->now_ns);
}

static void sign_all(struct rig *r)
{
	struct store_sealing *w;
	struct msg_sealed answer;
	struct msg_seal m;

	while (!r->is_unsigned && (w = store_to_ask(&r->recorder.store, &m))) {
		w->is_asked = true;
		answer = signer_sign(&r->signer, &m, RIG_REAL_NS + r->now_ns);
		assert_int_equal(store_sealed(&r->recorder.store, &answer), 0);
	}
	recorder_sealed(&r->recorder);
}

void rig_pump(struct rig *r)
{
	static char inbox[MSG_MAX] __attribute__((aligned(8)));
	ssize_t n;

	recorder_now(&r->recorder, r->now_ns, RIG_REAL_NS + r->now_ns);
	do {
		tap_flush(&r->tap);
		while ((n = msg_recv(r->socket, inbox, sizeof(inbox), NULL)) > 0)
			assert_int_equal(recorder_take(&r->recorder, inbox + sizeof(struct msg_entries),
						       n - sizeof(struct msg_entries)), 0);
	} while (tap_waits(&r->tap));
	sign_all(r);
}

void rig_tick(struct rig *r)
{
	r->now_ns += NS_PER_S;
	rig_pump(r);
	recorder_tick(&r->recorder);
	sign_all(r);
}

void rig_kill_recorder(struct rig *r)
{
	if (!r->has_recorder)
		return;
	close(r->socket);
	recorder_free(&r->recorder);
	r->has_recorder = false;
}

void rig_kill(struct rig *r)
{
	rig_kill_recorder(r);
	if (!r->core)
		return;
	engine_free(r->core);
	tap_free(&r->tap);
	r->core = NULL;
}

void rig_stop(struct rig *r)
{
	rig_pump(r);
	recorder_end(&r->recorder);
	sign_all(r);
	rig_kill(r);
}

/*
 * What guests do
 */

void rig_guest(struct rig *r, uint32_t domid, const char *name)
{
	struct msg_guest m = {
		.msg = { MSG_GUEST, sizeof(m) }, .domid = domid, .respond = RESPOND_HALT,
		.incidents = { .window_s = 600, .hold_s = 60, .close_s = 3600 },
	};

	snprintf(m.name, sizeof(m.name), "%s", name);
	assert_int_equal(rig_feed(r, FROM_PARENT, 0, &m.msg), 0);
}

void rig_gone(struct rig *r, uint32_t domid)
{
	const struct msg_gone m = { .msg = { MSG_GONE, sizeof(m) }, .domid = domid };

	assert_int_equal(rig_feed(r, FROM_PARENT, 0, &m.msg), 0);
}

void rig_line(struct rig *r, uint32_t domid, const struct line *line)
{
	struct msg_events *m = batch_start(domid);

	batch_add(m, line);
	m->read_ns = r->now_ns;
	assert_int_equal(rig_feed(r, FROM_READER, domid, &m->msg), 0);
}

void rig_lines(struct rig *r, uint32_t domid, const struct line *line)
{
	for (; line->type; line++)
		rig_line(r, domid, line);
}

void rig_intrusion(struct rig *r, uint32_t domid)
{
	static const struct line lines[] = {
		{ STARLSM_EV_PATH, .other = 100, .path = "/sbin/init" },
		{ STARLSM_EV_TASK, .other = 1, .exe = 100, .pid = 1 },
		{ STARLSM_EV_FORK, .task = 1, .other = 2 },
		{ STARLSM_EV_EXEC, .task = 2, .pid = 10, .path = "/usr/sbin/nginx" },
		{ STARLSM_EV_CRED, .task = 2, .op = STARLSM_CRED_SETUID, .uid = 33, .euid = 33 },
		{ STARLSM_EV_FORK, .task = 2, .other = 3 },
		{ STARLSM_EV_EXEC, .task = 3, .pid = 11, .uid = 33, .euid = 33, .path = "/bin/sh" },
		{ STARLSM_EV_CREATE, .task = 3, .path = "/tmp/x" },
		{ STARLSM_EV_FORK, .task = 3, .other = 4 },
		{ STARLSM_EV_EXEC, .task = 4, .pid = 12, .uid = 33, .euid = 33, .path = "/tmp/x" },
		{ STARLSM_EV_FORK, .task = 4, .other = 5 },
		{ STARLSM_EV_CRED, .task = 5, .op = STARLSM_CRED_EXEC, .old_uid = 33,
		  .old_euid = 33, .uid = 33, .euid = 0 },
		{ STARLSM_EV_EXEC, .task = 5, .pid = 13, .uid = 33, .path = "/usr/bin/mount.old" },
		{ STARLSM_EV_FORK, .task = 5, .other = 6 },
		{ STARLSM_EV_EXEC, .task = 6, .pid = 14, .path = "/sbin/insmod" },
		{ STARLSM_EV_MODULE, .task = 6, .path = "/tmp/rk.ko" },
		{ 0 },
	};

	rig_lines(r, domid, lines);
}

void rig_path(const struct rig *r, const char *folder, uint64_t number, char *path, size_t size)
{
	char name[SEGMENT_FILE_MAX];

	segment_file_name(number, name);
	assert_true((size_t)snprintf(path, size, "%s/%s/%s", r->directory, folder, name) < size);
}
