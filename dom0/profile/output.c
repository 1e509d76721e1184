// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - writes a profile, see lib/profile.h
 */
#include "profile/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "lib/log.h"

struct buffer {
	uint8_t *bytes;
	size_t len, room;
};

static void *put(struct buffer *b, const void *bytes, size_t len)
{
	void *at;

	if (b->len + len > b->room) {
		b->room = 2 * (b->room + len);
		b->bytes = realloc(b->bytes, b->room);
		if (!b->bytes)
			fatal("no memory");
	}
	at = b->bytes + b->len;
	if (len)
		memcpy(at, bytes, len);
	b->len += len;
	return at;
}

static uint32_t put_text(struct buffer *strings, const char *text)
{
	uint32_t at = strings->len;

	put(strings, text, strlen(text) + 1);
	return at;
}

static void put_symbols(const struct output *o, struct buffer *strings, struct buffer *out)
{
	for (size_t i = 0; i < o->image->n_symbols; i++) {
		const struct image_symbol *s = &o->image->symbol[i];
		const struct profile_symbol p = {
			.address = s->address, .size = s->size,
			.name = put_text(strings, s->name), .kind = s->kind,
		};

		put(out, &p, sizeof(p));
	}
}

/* for qsort, which takes no argument of ours */
static const struct image_symbol *sorted;

static int by_name(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	int rc = strcmp(sorted[*x].name, sorted[*y].name);

	return rc ? rc : (*x > *y) - (*x < *y);
}

static void put_names(const struct output *o, struct buffer *out)
{
	for (uint32_t i = 0; i < o->image->n_symbols; i++)
		put(out, &i, sizeof(i));
	sorted = o->image->symbol;
	qsort(out->bytes, o->image->n_symbols, sizeof(uint32_t), by_name);
}

static void put_members(const struct output *o, struct buffer *strings, struct buffer *out)
{
	for (size_t i = 0; i < o->n_layouts; i++) {
		const struct profile_member m = {
			.name = put_text(strings, o->layout[i].name),
			.offset = o->layout[i].offset, .size = o->layout[i].size,
		};

		put(out, &m, sizeof(m));
	}
}

static void put_regions(const struct output *o, struct buffer *out, struct buffer *bytes)
{
	for (size_t i = 0; i < o->regions->n; i++) {
		const struct region *r = &o->regions->list[i];
		const struct profile_region p = {
			.address = r->address, .len = r->len, .bytes = bytes->len,
			.kind = r->kind,
		};

		put(out, &p, sizeof(p));
		put(bytes, r->bytes, r->len);
	}
}

static void put_sites(const struct output *o, struct buffer *out, struct buffer *variants)
{
	for (size_t i = 0; i < o->sites->n; i++) {
		const struct site *s = &o->sites->list[i];
		const struct profile_site p = {
			.address = s->address, .variants = variants->len,
			.n_variants = s->n_variants, .len = s->len, .kind = s->kind,
		};

		put(out, &p, sizeof(p));
		for (size_t k = 0; k < s->n_variants; k++) {
			const uint8_t head[2] = { s->variant[k].kind, s->variant[k].len };

			put(variants, head, sizeof(head));
			put(variants, s->variant[k].bytes, s->variant[k].len);
		}
	}
}

static const size_t element[PROFILE_PARTS] = {
	[PART_STRINGS] = 1,
	[PART_SYMBOLS] = sizeof(struct profile_symbol),
	[PART_NAMES] = sizeof(uint32_t),
	[PART_MEMBERS] = sizeof(struct profile_member),
	[PART_REGIONS] = sizeof(struct profile_region),
	[PART_BYTES] = 1,
	[PART_SITES] = sizeof(struct profile_site),
	[PART_VARIANTS] = 1,
	[PART_RELOCS] = sizeof(struct profile_reloc),
};

/* The header, then all parts */
static void join(const struct output *o, const struct buffer *part, struct buffer *file)
{
	static const uint8_t zeros[8];
	struct profile_header h = {
		.magic = PROFILE_MAGIC, .version = PROFILE_VERSION,
		.base = image_address(o->image, "_text"), .movable = o->movable,
	};

	memcpy(h.build_id, o->image->build_id, sizeof(h.build_id));
	put(file, &h, sizeof(h));
	for (int i = 0; i < PROFILE_PARTS; i++) {
		put(file, zeros, (8 - file->len % 8) % 8);
		h.part[i].offset = file->len;
		h.part[i].count = part[i].len / element[i];
		put(file, part[i].bytes, part[i].len);
	}
	h.size = file->len;
	h.crc = crc32_z(0, file->bytes + sizeof(h), file->len - sizeof(h));
	memcpy(file->bytes, &h, sizeof(h));
}

static void write_file(const struct buffer *file, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	size_t done = 0;
	ssize_t n;

	if (fd < 0)
		fatal("%s: %s", path, strerror(errno));
	while (done < file->len) {
		n = write(fd, file->bytes + done, file->len - done);
		if (n <= 0)
			break;
		done += n;
	}
	if (done == file->len && !fsync(fd) && !close(fd))
		return;
	unlink(path);
	fatal("%s: %s", path, strerror(errno));
}

void output_write(const struct output *o, const char *path)
{
	struct buffer part[PROFILE_PARTS] = { 0 }, file = { 0 };
	const char *wrong;
	struct profile p;

	put_symbols(o, &part[PART_STRINGS], &part[PART_SYMBOLS]);
	put_names(o, &part[PART_NAMES]);
	put_members(o, &part[PART_STRINGS], &part[PART_MEMBERS]);
	put_regions(o, &part[PART_REGIONS], &part[PART_BYTES]);
	put_sites(o, &part[PART_SITES], &part[PART_VARIANTS]);
	put(&part[PART_RELOCS], o->reloc, o->n_relocs * sizeof(*o->reloc));
	join(o, part, &file);
	wrong = profile_check(file.bytes, file.len, &p);
	if (wrong)
		fatal("what was made of %s is no profile: %s", o->image->path, wrong);
	write_file(&file, path);
	for (int i = 0; i < PROFILE_PARTS; i++)
		free(part[i].bytes);
	free(file.bytes);
}
