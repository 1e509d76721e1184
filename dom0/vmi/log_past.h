/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what the ring of a guest's kernel log was when it was last looked at
 */
#ifndef STARLSM_LOG_PAST_H
#define STARLSM_LOG_PAST_H

#include <stdbool.h>
#include <stdint.h>

/* printk has as many as its buffer has bytes, by 32: those of 1 MiB */
#define LOG_RECORDS_MAX	32768

/* A record that is final: nobody writes to it any more. Zeros: none was seen. */
struct log_record {
	uint64_t id;
	uint64_t begin;		/* where its text is: a position, which only grows */
	uint64_t hash;		/* of what describes it, and of its text; never 0 */
};

struct log_past {
	struct log_record record[LOG_RECORDS_MAX];	/* by the place of their descriptor */
	uint64_t head_id, tail_id, tail_lpos;
	bool is_known;
};

#endif /* STARLSM_LOG_PAST_H */
