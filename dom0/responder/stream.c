// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - how far a move is, as it can be seen from the host that it leaves
 */
#include "responder/stream.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void begin_round(struct stream *s, uint32_t pages)
{
	s->sent += s->pages;
	s->pages = pages;
	s->written = 0;
	s->rounds++;
}

void stream_look(struct stream *s, enum domain_state state, uint32_t pages, uint32_t written,
		 int64_t now_ns)
{
	if (state != DOMAIN_RUNS) {
		if (!s->down_ns)
			s->down_ns = now_ns;
		return;
	}
	if (!s->rounds)
		begin_round(s, pages);
	else if (written < s->written)
		begin_round(s, s->written);
	s->written = written;
}

static uint64_t all_pages(const struct stream *s)
{
	return s->sent + s->pages + s->written;
}

static const char *rounds_word(const struct stream *s)
{
	return s->rounds == 1 ? "round" : "rounds";
}

void stream_tell(const struct stream *s, char *text, size_t size)
{
	if (s->down_ns && s->rounds)
		snprintf(text, size, "stands, after %u %s and %" PRIu64 " pages", s->rounds,
			 rounds_word(s), all_pages(s));
	else if (s->down_ns)
		snprintf(text, size, "stands, and is copied");
	else if (s->rounds)
		snprintf(text, size, "round %u of %u pages, %u written since", s->rounds, s->pages,
			 s->written);
}

void stream_tell_all(const struct stream *s, int64_t up_ns, char *text, size_t size)
{
	size_t len = strlen(text);

	if (s->rounds && len < size)
		len += snprintf(text + len, size - len, ", %u %s, %" PRIu64 " pages", s->rounds,
				rounds_word(s), all_pages(s));
	if (s->down_ns && up_ns > s->down_ns && len < size)
		snprintf(text + len, size - len, ", stood for %.1f s", (up_ns - s->down_ns) / 1e9);
}
