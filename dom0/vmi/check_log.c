// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - check: what the kernel has logged stays, until there is no room for it
 *
 * printk's ring (kernel/printk/printk_ringbuffer.c) has descriptors, by a number that
 * only grows, and text, by a position that only grows. A record that is final is not
 * written to any more, and is given up when the ring is full, the oldest first.
 */
#include "vmi/checks.h"
#include "vmi/pages.h"

#define ID_BITS		62	/* of a descriptor's state; the others say what it is */
#define ID_MASK		((1ULL << ID_BITS) - 1)
#define FINAL		2
#define NO_TEXT		1	/* a position that has it is none */
#define INFO_MAX	128
#define TEXT_MAX	1024	/* of a record */
#define SHOWN_MAX	64
/*
 * The tail goes before the head does: a guest may stand there. And a block of text
 * that has no room at the end of the ring begins anew.
 */
#define IDS_SLACK	2
#define TEXT_SLACK	8192

struct ring {
	uint64_t at;		/* of struct printk_ringbuffer */
	uint64_t descs, infos, data;
	uint64_t n_descs, size;	/* powers of 2 */
	uint64_t head_id, tail_id;
	uint64_t head_lpos, tail_lpos;
};

static uint64_t id_distance(uint64_t from, uint64_t to)
{
	return (to - from) & ID_MASK;
}

/* Where it ends; before and after the records are read */
static bool read_ends(struct look *look, struct ring *r)
{
	const struct offsets *o = look->offsets;
	uint64_t descs = r->at + o->at[M_printk_ringbuffer_desc_ring];
	uint64_t text = r->at + o->at[M_printk_ringbuffer_text_data_ring];

	return memory_u64(look->memory, descs + o->at[M_prb_desc_ring_head_id], &r->head_id) &&
	       memory_u64(look->memory, descs + o->at[M_prb_desc_ring_tail_id], &r->tail_id) &&
	       memory_u64(look->memory, text + o->at[M_prb_data_ring_head_lpos], &r->head_lpos) &&
	       memory_u64(look->memory, text + o->at[M_prb_data_ring_tail_lpos], &r->tail_lpos);
}

static bool read_ring(struct look *look, struct ring *r)
{
	const struct offsets *o = look->offsets;
	uint32_t count_bits, size_bits;
	uint64_t prb, descs, text;

	if (!look_symbol(look, "prb", &prb) || !memory_u64(look->memory, prb, &r->at))
		return false;
	descs = r->at + o->at[M_printk_ringbuffer_desc_ring];
	text = r->at + o->at[M_printk_ringbuffer_text_data_ring];
	if (!memory_u32(look->memory, descs + o->at[M_prb_desc_ring_count_bits], &count_bits) ||
	    !memory_u64(look->memory, descs + o->at[M_prb_desc_ring_descs], &r->descs) ||
	    !memory_u64(look->memory, descs + o->at[M_prb_desc_ring_infos], &r->infos) ||
	    !memory_u32(look->memory, text + o->at[M_prb_data_ring_size_bits], &size_bits) ||
	    !memory_u64(look->memory, text + o->at[M_prb_data_ring_data], &r->data) ||
	    count_bits > 31 || size_bits > 31)
		return false;
	r->n_descs = 1ULL << count_bits;
	r->size = 1ULL << size_bits;
	return read_ends(look, r);
}

/* Nothing is taken from the tail before there is no room at the head. */
static bool is_full_of_records(const struct ring *r)
{
	return id_distance(r->tail_id, r->head_id) + IDS_SLACK >= r->n_descs;
}

static bool is_full_of_text(const struct ring *r)
{
	return r->head_lpos - r->tail_lpos + TEXT_SLACK >= r->size;
}

static void check_ends(struct look *look, const struct ring *r)
{
	const struct offsets *o = look->offsets;
	const struct log_past *past = &look->past.log;
	uint64_t ids = r->at + o->at[M_printk_ringbuffer_desc_ring];
	uint64_t text = r->at + o->at[M_printk_ringbuffer_text_data_ring];

	if (id_distance(past->head_id, r->head_id) > ID_MASK / 2)
		look_report(look, FINDING_TAMPERED, ids + o->at[M_prb_desc_ring_head_id],
			    "the kernel's log was set back");
	else if (r->tail_id != past->tail_id && !is_full_of_records(r))
		look_report(look, FINDING_TAMPERED, ids + o->at[M_prb_desc_ring_tail_id],
			    "the kernel's log is not full, and begins later than it did");
	else if (r->tail_lpos != past->tail_lpos && !is_full_of_text(r) && !is_full_of_records(r))
		look_report(look, FINDING_TAMPERED, text + o->at[M_prb_data_ring_tail_lpos],
			    "the kernel's log is not full, and its text begins later than it did");
}

struct text {
	uint64_t at;
	uint16_t len;
};

/* A descriptor that is final, and what it describes; false: it is not, or not any more. */
static bool read_record(struct look *look, const struct ring *r, uint64_t i,
			struct log_record *record, struct text *text)
{
	const struct offsets *o = look->offsets;
	uint64_t desc = r->descs + i * o->size[M_prb_desc], state, again, begin, next, at;
	uint64_t info_at = r->infos + i * o->size[M_printk_info];
	uint8_t bytes[INFO_MAX + TEXT_MAX];
	uint32_t info = o->size[M_printk_info];
	uint16_t len;

	if (!memory_u64(look->memory, desc + o->at[M_prb_desc_state_var], &state) ||
	    state >> ID_BITS != FINAL ||
	    !memory_u64(look->memory, desc + o->at[M_prb_desc_text_blk_lpos] +
			o->at[M_prb_data_blk_lpos_begin], &begin) ||
	    !memory_u64(look->memory, desc + o->at[M_prb_desc_text_blk_lpos] +
			o->at[M_prb_data_blk_lpos_next], &next) ||
	    !memory_read(look->memory, info_at, bytes, info) ||
	    !memory_read(look->memory, info_at + o->at[M_printk_info_text_len], &len, sizeof(len)))
		return false;
	len = begin & NO_TEXT ? 0 : len < TEXT_MAX ? len : TEXT_MAX;
	/* a block is in one piece */
	at = (begin ^ next) & ~(r->size - 1) ? 0 : begin & (r->size - 1);
	at += o->at[M_prb_data_block_data];
	if (at + len > r->size)
		len = at < r->size ? r->size - at : 0;
	if (!memory_read(look->memory, r->data + at, bytes + info, len) ||
	    !memory_u64(look->memory, desc + o->at[M_prb_desc_state_var], &again) ||
	    again != state)
		return false;
	*record = (struct log_record){ state & ID_MASK, begin,
				       pages_hash(look->pages, bytes, info + len) };
	*text = (struct text){ r->data + at, len };
	return true;
}

/* Is it still to be there? */
static bool is_kept(const struct ring *r, const struct log_record *record)
{
	return id_distance(r->tail_id, record->id) <= id_distance(r->tail_id, r->head_id) &&
	       (record->begin & NO_TEXT || record->begin - r->tail_lpos < r->size);
}

static void report_written(struct look *look, uint64_t desc, const struct text *text)
{
	char shown[SHOWN_MAX] = "";

	memory_text(look->memory, text->at, shown,
		    text->len + 1 < SHOWN_MAX ? text->len + 1 : SHOWN_MAX);
	look_report(look, FINDING_TAMPERED, desc,
		    "a record of the kernel's log was written to: %s", shown);
}

/* What is kept is as it was; what came is remembered. */
static void check_record(struct look *look, struct ring *r, uint64_t i)
{
	struct log_record *was = &look->past.log.record[i], now;
	uint64_t desc = r->descs + i * look->offsets->size[M_prb_desc];
	struct text text;
	bool is_final = read_record(look, r, i, &now, &text);

	if (was->hash && !is_kept(r, was))
		was->hash = 0;
	if (was->hash && is_final && now.id == was->id && now.hash == was->hash)
		return;
	/* it may have been given up meanwhile */
	if (was->hash && (!read_ends(look, r) || !is_kept(r, was)))
		was->hash = 0;
	if (!was->hash) {
		if (is_final && is_kept(r, &now))
			*was = now;
	} else if (is_final && now.id == was->id) {
		report_written(look, desc, &text);
	} else {
		/* for a moment it is given up, and the log does not yet begin behind it */
		look_report(look, FINDING_TAMPERED, desc,
			    "a record was taken out of the kernel's log");
		look_passing(look);
	}
}

static void check_records(struct look *look, struct ring *r)
{
	uint32_t size = look->offsets->size[M_prb_desc];
	uint64_t i = look->from > r->descs ? (look->from - r->descs + size - 1) / size : 0;

	for (uint64_t page = 0; i < r->n_descs; i++) {
		uint64_t at = r->descs + i * size;

		if (at / MEMORY_PAGE != page) {
			page = at / MEMORY_PAGE;
			if (look_ends_here(look, page * MEMORY_PAGE))
				return;
		}
		check_record(look, r, i);
	}
}

enum look_result check_kernel_log(struct look *look)
{
	static const enum member need[] = {
		M_printk_ringbuffer_desc_ring, M_printk_ringbuffer_text_data_ring,
		M_prb_desc_ring_count_bits, M_prb_desc_ring_descs, M_prb_desc_ring_infos,
		M_prb_desc_ring_head_id, M_prb_desc_ring_tail_id, M_prb_data_ring_size_bits,
		M_prb_data_ring_data, M_prb_data_ring_head_lpos, M_prb_data_ring_tail_lpos,
		M_prb_desc, M_prb_desc_state_var, M_prb_desc_text_blk_lpos,
		M_prb_data_blk_lpos_begin, M_prb_data_blk_lpos_next, M_prb_data_block_data,
		M_printk_info, M_printk_info_text_len, MEMBER_COUNT
	};
	struct log_past *past = &look->past.log;
	struct ring r;

	if (!look_has(look, need))
		return LOOK_COULD_NOT;
	if (!read_ring(look, &r) || !look->offsets->size[M_prb_desc] ||
	    look->offsets->size[M_printk_info] > INFO_MAX)
		return look_could_not(look, "the ring of the kernel's log cannot be read");
	if (r.n_descs > LOG_RECORDS_MAX)
		return look_could_not(look, "the kernel's log has more than %u records",
				      LOG_RECORDS_MAX);
	if (past->is_known)
		check_ends(look, &r);
	if (!look->n_findings) {
		past->head_id = r.head_id;
		past->tail_id = r.tail_id;
		past->tail_lpos = r.tail_lpos;
		past->is_known = true;
	}
	check_records(look, &r);
	return look_done(look);
}
