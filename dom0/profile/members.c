// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - layouts of structures, by the kernel's BTF
 */
#include "profile/members.h"

#include <bpf/btf.h>
#include <errno.h>
#include <string.h>

#include "lib/log.h"
#include "lib/members.h"

/* How deep unnamed structures are in each other */
#define DEPTH_MAX	8

static const struct row {
	const char *name, *structure, *member;
} rows[] = {
#define ROW(s, m)	{ #s "." #m, #s, #m },
#define SIZE(s)		{ #s, #s, "" },
	MEMBERS(ROW, SIZE)
#undef ROW
#undef SIZE
};

static const struct btf *btf_of(const struct image *img)
{
	static struct btf *btf;
	const struct image_section *s;

	if (btf)
		return btf;
	s = image_section(img, ".BTF");
	if (!s || !s->bytes)
		fatal("%s: it has no BTF (CONFIG_DEBUG_INFO_BTF)", img->path);
	btf = btf__new(s->bytes, s->len);
	if (!btf)
		fatal("%s: its BTF: %s", img->path, strerror(errno));
	return btf;
}

/* Bits from the beginning of t; false if it is not there, or is a bit field. */
static bool find(const struct btf *btf, const struct btf_type *t, const char *member,
		 unsigned int depth, uint32_t *bits, uint32_t *size)
{
	const struct btf_member *m = btf_members(t);
	uint32_t i;

	for (i = 0; i < btf_vlen(t); i++) {
		const char *name = btf__name_by_offset(btf, m[i].name_off);
		const struct btf_type *type;
		int id;

		if (name && *name) {
			if (strcmp(name, member))
				continue;
			*bits = btf_member_bit_offset(t, i);
			*size = btf__resolve_size(btf, m[i].type);
			return !btf_member_bitfield_size(t, i);
		}
		id = btf__resolve_type(btf, m[i].type);
		type = id < 0 ? NULL : btf__type_by_id(btf, id);
		if (type && btf_is_composite(type) && depth < DEPTH_MAX &&
		    find(btf, type, member, depth + 1, bits, size)) {
			*bits += btf_member_bit_offset(t, i);
			return true;
		}
	}
	return false;
}

static bool look_up(const struct btf *btf, const char *structure, const char *member,
		    uint32_t *offset, uint32_t *size)
{
	int id = btf__find_by_name_kind(btf, structure, BTF_KIND_STRUCT);
	const struct btf_type *t;
	uint32_t bits;

	if (id < 0)
		return false;
	t = btf__type_by_id(btf, id);
	*offset = 0;
	*size = t->size;
	if (!*member)
		return true;
	if (!find(btf, t, member, 0, &bits, size))
		return false;
	*offset = bits / 8;
	return true;
}

const struct layout *members_all(const struct image *img, size_t *n)
{
	static struct layout list[sizeof(rows) / sizeof(rows[0])];
	const struct btf *btf = btf_of(img);

	*n = 0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct layout *l = &list[*n];

		l->name = rows[i].name;
		if (look_up(btf, rows[i].structure, rows[i].member, &l->offset, &l->size))
			(*n)++;
		else
			log_notice("%s: it has no %s", img->path, rows[i].name);
	}
	return list;
}

bool members_offset(const struct image *img, const char *structure, const char *member,
		    uint32_t *offset)
{
	uint32_t size;

	return look_up(btf_of(img), structure, member, offset, &size);
}
