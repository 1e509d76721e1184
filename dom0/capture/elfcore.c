// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what stands around the pages in a core of a Xen domain
 */
#include "capture/elfcore.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <xen/elfnote.h>

#define PAGE_BYTES	4096ULL
#define MAGIC_PV	0xF00FEBEDULL
#define MAGIC_HVM	0xF00FEBEEULL
#define FORMAT_0_1	1ULL

enum { NOTHING, NAMES, NOTES, VCPUS, SHARED, PAGES, TABLE, SECTIONS };

static const char names[] = "\0.shstrtab\0.note.Xen\0.xen_prstatus\0.xen_shared_info\0"
			    ".xen_pages\0.xen_p2m\0.xen_pfn";

struct note {
	Elf64_Nhdr head;
	char name[4];
};

struct notes {
	struct note none;
	struct note header;
	uint64_t magic, n_vcpus, n_pages, page_size;
	struct note version;
	struct elfcore_xen xen;
	struct note format;
	uint64_t format_version;
};

static struct note note(uint32_t type, uint32_t len)
{
	return (struct note){ { .n_namesz = 4, .n_descsz = len, .n_type = type }, "Xen" };
}

static struct notes notes_of(const struct elfcore *c)
{
	return (struct notes){
		.none = note(XEN_ELFNOTE_DUMPCORE_NONE, 0),
		.header = note(XEN_ELFNOTE_DUMPCORE_HEADER, 4 * sizeof(uint64_t)),
		.magic = c->is_translated ? MAGIC_HVM : MAGIC_PV,
		.n_vcpus = c->n_vcpus, .n_pages = c->n_pages, .page_size = PAGE_BYTES,
		.version = note(XEN_ELFNOTE_DUMPCORE_XEN_VERSION, sizeof(c->xen)),
		.xen = c->xen,
		.format = note(XEN_ELFNOTE_DUMPCORE_FORMAT_VERSION, sizeof(uint64_t)),
		.format_version = FORMAT_0_1,
	};
}

/* Where that name is among the names */
static uint32_t name_of(const char *name)
{
	uint32_t at = 1;

	while (strcmp(names + at, name))
		at += strlen(names + at) + 1;
	return at;
}

static Elf64_Shdr section(const char *name, uint32_t type, uint64_t len, uint64_t entry_len)
{
	return (Elf64_Shdr){
		.sh_name = name_of(name), .sh_type = type, .sh_size = len,
		.sh_addralign = entry_len == PAGE_BYTES ? PAGE_BYTES : 8, .sh_entsize = entry_len,
	};
}

/* One after the other, each where it may begin; all but the null section */
static void place(Elf64_Shdr *shdr)
{
	uint64_t at = sizeof(Elf64_Ehdr) + SECTIONS * sizeof(*shdr);

	for (int i = NAMES; i < SECTIONS; i++) {
		at = (at + shdr[i].sh_addralign - 1) & -shdr[i].sh_addralign;
		shdr[i].sh_offset = at;
		at += shdr[i].sh_size;
	}
}

static const Elf64_Ehdr ehdr = {
	.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT },
	.e_type = ET_CORE, .e_machine = EM_X86_64, .e_version = EV_CURRENT,
	.e_shoff = sizeof(Elf64_Ehdr), .e_ehsize = sizeof(Elf64_Ehdr),
	.e_phentsize = sizeof(Elf64_Phdr), .e_shentsize = sizeof(Elf64_Shdr),
	.e_shnum = SECTIONS, .e_shstrndx = NAMES,
};

void *elfcore_head(const struct elfcore *c, size_t *len)
{
	const uint64_t row = c->is_translated ? sizeof(uint64_t) : sizeof(struct elfcore_p2m);
	const struct notes notes = notes_of(c);
	const void *body[PAGES] = {
		[NAMES] = names, [NOTES] = &notes, [VCPUS] = c->vcpu, [SHARED] = c->shared_info,
	};
	Elf64_Shdr shdr[SECTIONS] = {
		[NAMES] = section(".shstrtab", SHT_STRTAB, sizeof(names), 0),
		[NOTES] = section(".note.Xen", SHT_NOTE, sizeof(notes), 0),
		[VCPUS] = section(".xen_prstatus", SHT_PROGBITS, c->n_vcpus * sizeof(*c->vcpu),
				  sizeof(*c->vcpu)),
		/* without one, an empty section */
		[SHARED] = section(".xen_shared_info", SHT_PROGBITS,
				   c->shared_info ? PAGE_BYTES : 0, PAGE_BYTES),
		[PAGES] = section(".xen_pages", SHT_PROGBITS, c->n_pages * PAGE_BYTES, PAGE_BYTES),
		[TABLE] = section(c->is_translated ? ".xen_pfn" : ".xen_p2m", SHT_PROGBITS,
				  c->n_pages * row, row),
	};
	char *head;

	place(shdr);
	*len = shdr[PAGES].sh_offset;
	head = calloc(1, *len);
	if (!head)
		return NULL;
	memcpy(head, &ehdr, sizeof(ehdr));
	memcpy(head + sizeof(ehdr), shdr, sizeof(shdr));
	for (int i = NAMES; i < PAGES; i++)
		if (body[i])
			memcpy(head + shdr[i].sh_offset, body[i], shdr[i].sh_size);
	return head;
}
