// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a kernel as it was linked: sections, symbols, build id
 */
#include "profile/image.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"

static void *grow(size_t n, size_t size)
{
	void *list = calloc(n ? n : 1, size);

	if (!list)
		fatal("no memory");
	return list;
}

static void read_section(struct image_section *s, Elf *elf, Elf_Scn *scn,
			 size_t names)
{
	GElf_Shdr shdr;
	Elf_Data *data;

	gelf_getshdr(scn, &shdr);
	s->name = elf_strptr(elf, names, shdr.sh_name);
	s->address = shdr.sh_addr;
	s->len = shdr.sh_size;
	s->alloc = shdr.sh_flags & SHF_ALLOC;
	if (shdr.sh_type == SHT_NOBITS)
		return;
	data = elf_rawdata(scn, NULL);
	if (data && data->d_size == s->len)
		s->bytes = data->d_buf;
}

static void read_sections(struct image *img, Elf *elf)
{
	Elf_Scn *scn = NULL;
	size_t names, n;

	if (elf_getshdrstrndx(elf, &names) || elf_getshdrnum(elf, &n))
		fatal("%s: %s", img->path, elf_errmsg(-1));
	img->section = grow(n, sizeof(*img->section));
	while ((scn = elf_nextscn(elf, scn)))
		read_section(&img->section[img->n_sections++], elf, scn, names);
}

static enum profile_symbol_kind kind_of(const GElf_Sym *sym)
{
	switch (GELF_ST_TYPE(sym->st_info)) {
	case STT_FUNC:
		return SYMBOL_FUNCTION;
	case STT_OBJECT:
		return SYMBOL_OBJECT;
	default:
		return SYMBOL_OTHER;
	}
}

static bool is_wanted(const GElf_Sym *sym, const char *name)
{
	int type = GELF_ST_TYPE(sym->st_info);

	return sym->st_shndx != SHN_UNDEF && type != STT_FILE && type != STT_SECTION &&
	       name && *name && strncmp(name, ".L", 2) && strncmp(name, "__pfx_", 6);
}

static int by_address(const void *a, const void *b)
{
	const struct image_symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int by_name(const void *a, const void *b)
{
	const struct image_symbol * const *x = a, * const *y = b;
	int rc = strcmp((*x)->name, (*y)->name);

	/* of the same name the first by address */
	return rc ? rc : (*x > *y) - (*x < *y);
}

static void index_names(struct image *img)
{
	img->by_name = grow(img->n_symbols, sizeof(*img->by_name));
	for (size_t i = 0; i < img->n_symbols; i++)
		img->by_name[i] = &img->symbol[i];
	qsort(img->by_name, img->n_symbols, sizeof(*img->by_name), by_name);
}

static void read_symbols(struct image *img, Elf *elf)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;
	Elf_Data *data;
	size_t i, n;

	while ((scn = elf_nextscn(elf, scn)))
		if (gelf_getshdr(scn, &shdr) && shdr.sh_type == SHT_SYMTAB)
			break;
	if (!scn)
		fatal("%s: it has no symbols", img->path);
	data = elf_getdata(scn, NULL);
	n = shdr.sh_size / shdr.sh_entsize;
	img->symbol = grow(n, sizeof(*img->symbol));
	for (i = 0; i < n; i++) {
		const char *name;
		GElf_Sym sym;

		gelf_getsym(data, i, &sym);
		name = elf_strptr(elf, shdr.sh_link, sym.st_name);
		if (is_wanted(&sym, name))
			img->symbol[img->n_symbols++] = (struct image_symbol){
				.name = name, .address = sym.st_value,
				.size = sym.st_size, .kind = kind_of(&sym),
			};
	}
	qsort(img->symbol, img->n_symbols, sizeof(*img->symbol), by_address);
	index_names(img);
}

static void read_build_id(struct image *img)
{
	const struct image_section *notes = image_section(img, ".notes");
	Elf_Data data = { .d_type = ELF_T_NHDR, .d_version = EV_CURRENT };
	size_t at = 0, name, desc;
	GElf_Nhdr nhdr;

	if (!notes || !notes->bytes)
		fatal("%s: it has no notes", img->path);
	data.d_buf = (void *)notes->bytes;
	data.d_size = notes->len;
	while ((at = gelf_getnote(&data, at, &nhdr, &name, &desc))) {
		if (nhdr.n_type != NT_GNU_BUILD_ID || nhdr.n_namesz != sizeof("GNU") ||
		    memcmp(notes->bytes + name, "GNU", sizeof("GNU")))
			continue;
		if (nhdr.n_descsz != PROFILE_BUILD_ID_LEN)
			fatal("%s: its build id is no SHA-1", img->path);
		memcpy(img->build_id, notes->bytes + desc, PROFILE_BUILD_ID_LEN);
		return;
	}
	fatal("%s: it has no build id", img->path);
}

void image_open(struct image *img, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	Elf *elf;

	memset(img, 0, sizeof(*img));
	img->path = path;
	if (fd < 0)
		fatal("%s: %s", path, strerror(errno));
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!elf || elf_kind(elf) != ELF_K_ELF || gelf_getclass(elf) != ELFCLASS64)
		fatal("%s: it is no ELF file of 64 bits", path);
	read_sections(img, elf);
	read_symbols(img, elf);
	read_build_id(img);
}

void image_from_memory(struct image *img, const char *name, const uint8_t *bytes, size_t len)
{
	Elf *elf = elf_memory((char *)bytes, len);

	memset(img, 0, sizeof(*img));
	img->path = name;
	if (!elf || elf_kind(elf) != ELF_K_ELF)
		fatal("%s: it is no ELF file", name);
	read_sections(img, elf);
}

const struct image_section *image_section(const struct image *img, const char *name)
{
	for (size_t i = 0; i < img->n_sections; i++)
		if (img->section[i].name && !strcmp(img->section[i].name, name))
			return &img->section[i];
	return NULL;
}

bool image_find(const struct image *img, const char *name, uint64_t *address)
{
	size_t low = 0, high = img->n_symbols;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(img->by_name[mid]->name, name) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == img->n_symbols || strcmp(img->by_name[low]->name, name))
		return false;
	*address = img->by_name[low]->address;
	return true;
}

uint64_t image_address(const struct image *img, const char *name)
{
	uint64_t address;

	if (!image_find(img, name, &address))
		fatal("%s: it has no symbol %s", img->path, name);
	return address;
}

const uint8_t *image_bytes(const struct image *img, uint64_t address, uint64_t len)
{
	for (size_t i = 0; i < img->n_sections; i++) {
		const struct image_section *s = &img->section[i];

		if (s->alloc && s->bytes && address >= s->address &&
		    address - s->address <= s->len &&
		    len <= s->len - (address - s->address))
			return s->bytes + (address - s->address);
	}
	return NULL;
}
