// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - fuzzer: two rings whose every byte the guest chooses, and changes
 * between our looks
 *
 * The input is a header of 16 bytes, then the rings' content, half each.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decode.h"
#include "reader/batch.h"
#include "reader/merge.h"

#define SIZE	(STARLSM_RING_PAGES_MIN * STARLSM_PAGE_SIZE)
#define N	2

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct plan {
	uint16_t at[N];		/* where cons is, in 8 bytes */
	uint16_t len[N];	/* how far prod is ahead, in 8 bytes */
	uint8_t minor;
	uint8_t meddle;		/* how often the guest writes meanwhile */
	uint16_t seq;
	uint32_t noise;
};

static _Alignas(8) uint8_t page[N][SIZE];
static struct starlsm_producer producer[N];
static struct starlsm_consumer consumer[N];
static struct ring ring[N];
static struct batch batch;

static void set_up(const struct plan *p, const uint8_t *data, size_t size)
{
	size_t i, k, half = size / N;

	for (i = 0; i < N; i++) {
		memset(&ring[i], 0, sizeof(ring[i]));
		memset(page[i], 0, SIZE);
		for (k = 0; k < half && k < SIZE; k++)
			page[i][(p->at[i] * 8 + k) % SIZE] = data[i * half + k];
		consumer[i].cons = p->at[i] * 8ULL;
		consumer[i].next_seq = p->seq;
		producer[i].prod = consumer[i].cons + p->len[i] * 8ULL;
		ring[i].untrusted_data = page[i];
		ring[i].untrusted_producer = &producer[i];
		ring[i].untrusted_consumer = &consumer[i];
		ring[i].number = i;
		ring[i].size = SIZE;
		ring[i].minor = p->minor;
	}
}

/* What comes out is whole, and its time never goes back. */
static void use(struct ring *r)
{
	uint64_t cons = r->cons;

	assert(r->rec_len >= sizeof(struct starlsm_rec) && r->rec_len <= STARLSM_REC_MAX);
	if (r->known)
		assert(decode_check(r->rec, r->rec_len) == STARLSM_ERR_OK);
	if (!batch_add(&batch, r)) {
		assert(batch_seal(&batch, 1, 1)->len <= MSG_MAX);
		batch_begin(&batch);
		assert(batch_add(&batch, r));
	}
	ring_take(r);
	assert(r->cons > cons && r->cons <= r->prod);
}

static void meddle(const struct plan *p, uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	if (p->meddle && (*state >> 24) < p->meddle)
		page[*state % N][(*state >> 4) % SIZE] ^= *state >> 16;
}

static void pass(const struct plan *p, uint32_t *state)
{
	struct merge m = { .ring = ring, .n_rings = N };
	struct ring *liar, *r;
	uint64_t room = 0;
	int i;

	if (merge_begin(&m))
		return;
	while ((r = merge_next(&m, &liar))) {
		room += r->rec_len;
		assert(room <= N * SIZE);
		use(r);
		meddle(p, state);
	}
	assert(!liar || liar->error);
	for (i = 0; i < N; i++)
		ring_commit(&ring[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan p;
	uint32_t state;
	int i;

	if (size < sizeof(p))
		return 0;
	memcpy(&p, data, sizeof(p));
	set_up(&p, data + sizeof(p), size - sizeof(p));
	batch_begin(&batch);
	for (i = 0; i < N; i++)
		if (ring_open(&ring[i]))
			return 0;
	state = p.noise;
	pass(&p, &state);
	pass(&p, &state);
	for (i = 0; i < N; i++)
		ring_sleep(&ring[i], SIZE / 4);
	return 0;
}
