// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what all streams of the journal share
 */
#include "journal/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/log.h"

int store_init(struct store *s, int directory_fd, const struct store_limits *limits)
{
	memset(s, 0, sizeof(*s));
	s->directory_fd = directory_fd;
	s->limits = *limits;
	s->zstd = ZSTD_createCCtx();
	s->plain = malloc(SEGMENT_PLAIN_MAX);
	s->packed = malloc(segment_packed_max(SEGMENT_PLAIN_MAX));
	if (s->zstd && s->plain && s->packed)
		return 0;
	store_free(s);
	return ENOMEM;
}

void store_free(struct store *s)
{
	while (s->sealing) {
		struct store_sealing *next = s->sealing->next;

		free(s->sealing);
		s->sealing = next;
	}
	ZSTD_freeCCtx(s->zstd);
	free(s->plain);
	free(s->packed);
	close(s->directory_fd);
}

bool store_is_complete(const struct store *s, uint64_t bytes, int64_t begun_ns)
{
	uint64_t most = s->limits.bytes / STORE_SEGMENT_SHARE;

	if (most < STORE_SEGMENT_MIN)
		most = STORE_SEGMENT_MIN;
	if (most > SEGMENT_MAX / 2)
		most = SEGMENT_MAX / 2;
	return bytes >= most || s->mono_ns - begun_ns >= STORE_SEGMENT_NS;
}

/*
 * Seals
 */

int store_seal_later(struct store *s, const char *folder, uint64_t number, uint64_t offset,
		     const struct segment_seal *seal)
{
	struct store_sealing *new = calloc(1, sizeof(*new)), **end = &s->sealing;

	if (!new)
		return ENOMEM;
	new->ticket = ++s->last_ticket;
	snprintf(new->folder, sizeof(new->folder), "%s", folder);
	new->number = number;
	new->offset = offset;
	new->seal = *seal;
	while (*end)
		end = &(*end)->next;
	*end = new;
	return 0;
}

bool store_is_sealing(const struct store *s, const char *folder)
{
	const struct store_sealing *w = s->sealing;

	while (w && strcmp(w->folder, folder))
		w = w->next;
	return w;
}

struct store_sealing *store_to_ask(struct store *s, struct msg_seal *m)
{
	struct store_sealing *w = s->sealing;

	while (w && w->is_asked)
		w = w->next;
	if (!w)
		return NULL;
	*m = (struct msg_seal){ .msg = { MSG_SEAL, sizeof(*m) }, .ticket = w->ticket };
	memcpy(m->hash, w->seal.hash, sizeof(m->hash));
	return w;
}

int store_sealed(struct store *s, const struct msg_sealed *m)
{
	struct store_sealing *w = s->sealing;

	while (w && w->ticket != m->ticket)
		w = w->next;
	if (!w || !w->is_asked || w->is_signed)
		return -1;
	w->seal.sealed_ns = m->sealed_ns;
	memcpy(w->seal.key_id, m->key_id, sizeof(w->seal.key_id));
	memcpy(w->seal.signature, m->signature, sizeof(w->seal.signature));
	w->is_signed = true;
	return 0;
}

static int write_seal(const struct store *s, const struct store_sealing *w)
{
	char path[SEGMENT_FOLDER_MAX + 1 + SEGMENT_FILE_MAX], name[SEGMENT_FILE_MAX];
	int fd, err = 0;
	ssize_t n;

	segment_file_name(w->number, name);
	snprintf(path, sizeof(path), "%s/%s", w->folder, name);
	fd = openat(s->directory_fd, path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno;
	n = pwrite(fd, &w->seal, sizeof(w->seal), w->offset);
	if (n < 0)
		err = errno;
	else if (n != sizeof(w->seal))
		err = ENOSPC;
	if (err && ftruncate(fd, w->offset))
		log_error("%s: half a seal stays: %s", path, strerror(errno));
	if (!err && fdatasync(fd))
		err = errno;
	close(fd);
	return err;
}

/* One that has been removed meanwhile needs none. */
int store_write_seals(struct store *s)
{
	struct store_sealing **link = &s->sealing;

	while (*link) {
		struct store_sealing *w = *link;
		int err = w->is_signed ? write_seal(s, w) : EAGAIN;

		if (err == EAGAIN) {
			link = &w->next;
			continue;
		}
		if (err && err != ENOENT)
			return err;
		*link = w->next;
		free(w);
	}
	return 0;
}
