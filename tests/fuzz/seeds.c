// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a fuzzer's first inputs, from the golden records
 *
 *   seeds FUZZER DIR
 *
 * fuzz_decode and fuzz_match take records; fuzz_engine takes messages, so it gets a batch of
 * each record alone and one of all, and a finding; fuzz_ring takes a plan, then what is in
 * the ring; fuzz_run a run that has just begun, and what a host says;
 * fuzz_segment a plan and entries, of which there is one of each kind; fuzz_vmi a
 * guest's memory: pages of pointers to each other and small numbers, by chance.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/entry.h"
#include "lib/msg_out.h"
#include "lib/msg_reader.h"
#include "records.h"

static char batch[MSG_MAX];

static void save(const char *dir, const char *name, const void *bytes, size_t len)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/seed-%s", dir, name);
	f = fopen(path, "wb");
	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f)) {
		perror(path);
		exit(1);
	}
}

static void batch_start(void)
{
	struct msg_events m = {
		.msg = { MSG_EVENTS, sizeof(m) }, .domid = 1, .read_ns = 1000000000,
	};

	memcpy(batch, &m, sizeof(m));
}

static void batch_add(const struct starlsm_vector *v)
{
	struct msg_events *m = (void *)batch;
	struct msg_event hdr = { .seq = m->n_events, .rec_len = v->len };

	if (m->msg.len + sizeof(hdr) + v->len > 16384)
		return;
	memcpy(batch + m->msg.len, &hdr, sizeof(hdr));
	memcpy(batch + m->msg.len + sizeof(hdr), v->wire, v->len);
	m->msg.len += sizeof(hdr) + v->len;
	m->n_events++;
}

static void save_batch(const char *dir, const char *name)
{
	save(dir, name, batch, ((struct msg *)batch)->len);
}

/* The plan: cons, prod and the first sequence number; see fuzz_ring.c */
static void save_ring(const char *dir, const struct starlsm_vector *v)
{
	static uint16_t input[8 + 2 * STARLSM_REC_MAX / 2];

	memset(input, 0, sizeof(input));
	input[2] = v->len / 8;
	memcpy(&input[5], v->wire + offsetof(struct starlsm_rec, seq), 2);
	memcpy(&input[8], v->wire, v->len);
	/* The other ring has as much of nothing. */
	save(dir, v->name, input, 16 + 2 * v->len);
}

/* Words of which `of` in 8 are addresses of the kernel, the others small */
static void save_memory(const char *dir, unsigned int number, unsigned int of)
{
	static uint64_t input[4 * 4096 / 8];
	uint64_t state = number + 1;
	char name[32];

	for (size_t i = 0; i < sizeof(input) / sizeof(input[0]); i++) {
		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		input[i] = (state >> 60) < 2 * of ?
			0xffffffff81000000ULL + ((state >> 20) & 0xffff8) : (state >> 40) & 0xff;
	}
	input[0] = number;
	snprintf(name, sizeof(name), "memory-%u", number);
	save(dir, name, input, sizeof(input));
}

static int save_memories(const char *dir)
{
	for (unsigned int i = 0; i < 32; i++)
		save_memory(dir, i, 1 + i % 7);
	return 0;
}

static void save_run(const char *dir)
{
	static const char host[] =
		"{\"free_mib\":512,\"incidents\":0,\"features\":[1,2],\"guests\":[{\"name\":"
		"\"web\",\"apart\":\"x\",\"mib\":96,\"epoch\":3,\"streaming\":true}],"
		"\"left\":[{\"name\":\"db\",\"s_ago\":77}]}";
	struct msg_run r = {
		.id = 1, .domid = 5, .guest = "web", .playbook = {
			.name = "halt", .n_steps = 3, .step = {
				{ ACTION_PAUSE, 0, 1000, 3 }, { ACTION_CAPTURE, 1, 60000, 2 },
				{ ACTION_DESTROY, 2, 30000, 2 },
			},
		},
	};

	for (uint32_t state = 0; state < 8; state++) {
		char name[16];

		snprintf(name, sizeof(name), "run-%u", state);
		r.step[1].state = state;
		save(dir, name, &r, sizeof(r));
	}
	save(dir, "host", host, sizeof(host) - 1);
}

/* What the fuzzer is to pack itself: one entry; the count it makes good is 1 of 4. */
static void save_entry(const char *dir, const char *name, enum entry_kind kind, const void *body,
		       size_t len)
{
	static char input[1 + sizeof(struct entry) + MSG_MAX];
	struct entry e = { .len = entry_len(len), .kind = kind, .number = 1 };

	memset(input, 0, sizeof(input));
	input[0] = 4;
	memcpy(input + 1, &e, sizeof(e));
	memcpy(input + 1 + sizeof(e), body, len);
	save(dir, name, input, 1 + e.len);
}

static void save_entries(const char *dir)
{
	const struct msg_guest guest = {
		.msg = { MSG_GUEST, sizeof(guest) }, .domid = 1, .name = "fuzz",
	};
	const struct entry_gap gap = { .why = GAP_BEHIND };
	const struct entry_mark mark = { .stream = "fuzz" };
	const struct entry_start start = { .version = "1" };

	save_entry(dir, "intro", ENTRY_INTRO, &guest, sizeof(guest));
	save_entry(dir, "fact", ENTRY_FACT, &guest, sizeof(guest));
	save_entry(dir, "gap", ENTRY_GAP, &gap, sizeof(gap));
	save_entry(dir, "mark", ENTRY_MARK, &mark, sizeof(mark));
	save_entry(dir, "start", ENTRY_START, &start, sizeof(start));
}

/* A record as the engine shows it, without names */
static void save_shown(const char *dir, const struct starlsm_vector *v)
{
	static char shown[sizeof(struct msg_out_event) + STARLSM_REC_MAX];
	struct msg_out_event out = {
		.msg = { MSG_OUT_EVENT, sizeof(out) + v->len }, .domid = 1, .guest = "fuzz",
		.rec_len = v->len,
	};

	memcpy(shown, &out, sizeof(out));
	memcpy(shown + sizeof(out), v->wire, v->len);
	save_entry(dir, v->name, ENTRY_OUT, shown, out.msg.len);
}

static void save_finding(const char *dir)
{
	const struct msg_finding m = {
		.msg = { MSG_FINDING, sizeof(m) }, .domid = 1, .severity = FINDING_TAMPERED,
		.vcpu = FINDING_NO_VCPU, .address = 1, .n_found_bytes = 2, .name = "text",
		.attack = "T1014", .object = "module xy, 0x1", .text = "differs",
	};

	save(dir, "finding", &m, sizeof(m));
}

int main(int argc, char **argv)
{
	int is_engine, is_ring, is_segment;

	if (argc != 3)
		return 2;
	if (!strcmp(argv[1], "fuzz_vmi"))
		return save_memories(argv[2]);
	if (!strcmp(argv[1], "fuzz_run")) {
		save_run(argv[2]);
		return 0;
	}
	is_engine = !strcmp(argv[1], "fuzz_engine");
	is_ring = !strcmp(argv[1], "fuzz_ring");
	is_segment = !strcmp(argv[1], "fuzz_segment");
	if (is_segment)
		save_entries(argv[2]);
	for (size_t i = 0; i < STARLSM_N_VECTORS; i++) {
		const struct starlsm_vector *v = &starlsm_vectors[i];

		batch_start();
		batch_add(v);
		if (is_engine)
			save_batch(argv[2], v->name);
		else if (is_ring)
			save_ring(argv[2], v);
		else if (is_segment)
			save_shown(argv[2], v);
		else
			save(argv[2], v->name, v->wire, v->len);
	}
	batch_start();
	for (size_t i = 0; i < STARLSM_N_VECTORS; i++)
		batch_add(&starlsm_vectors[i]);
	if (is_engine) {
		save_batch(argv[2], "all");
		save_finding(argv[2]);
	}
	return 0;
}
