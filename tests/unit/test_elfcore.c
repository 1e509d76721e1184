// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of the core of a domain: what libelf finds in it
 */
#include "cmocka_all.h"

#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <xen/elfnote.h>

#include "capture/elfcore.h"

#define N_PAGES	3
#define PAGE	4096

static vcpu_guest_context_any_t vcpus[2];
static char shared[PAGE];

/* The whole file as capture writes it: the head, pages of 'p', a table of 't' */
struct file {
	char *bytes;
	size_t head_len, len;
	Elf *elf;
};

static void open_core(struct file *f, const struct elfcore *core, size_t row)
{
	char *head = elfcore_head(core, &f->head_len);

	assert_non_null(head);
	assert_int_equal(f->head_len % PAGE, 0);
	f->len = f->head_len + N_PAGES * (PAGE + row);
	f->bytes = malloc(f->len);
	assert_non_null(f->bytes);
	memcpy(f->bytes, head, f->head_len);
	memset(f->bytes + f->head_len, 'p', N_PAGES * PAGE);
	memset(f->bytes + f->head_len + N_PAGES * PAGE, 't', N_PAGES * row);
	free(head);
	elf_version(EV_CURRENT);
	f->elf = elf_memory(f->bytes, f->len);
	assert_non_null(f->elf);
}

static void close_core(struct file *f)
{
	elf_end(f->elf);
	free(f->bytes);
}

static const char *section(struct file *f, const char *name, size_t *len)
{
	Elf_Scn *scn = NULL;
	size_t names;
	GElf_Shdr sh;

	assert_int_equal(elf_getshdrstrndx(f->elf, &names), 0);
	while ((scn = elf_nextscn(f->elf, scn))) {
		assert_non_null(gelf_getshdr(scn, &sh));
		if (strcmp(elf_strptr(f->elf, names, sh.sh_name), name))
			continue;
		assert_true(sh.sh_offset + sh.sh_size <= f->len);
		assert_int_equal(sh.sh_offset % sh.sh_addralign, 0);
		*len = sh.sh_size;
		return f->bytes + sh.sh_offset;
	}
	return NULL;
}

static void is_filled(struct file *f, const char *name, char with, size_t len)
{
	size_t has;
	const char *bytes = section(f, name, &has);

	assert_non_null(bytes);
	assert_int_equal(has, len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(bytes[i], with);
}

/* The note of that type and how long it is */
static const void *note(struct file *f, uint32_t type, size_t *len)
{
	size_t size, at = 0, name, desc;
	const char *notes = section(f, ".note.Xen", &size);
	Elf_Data data = {
		.d_buf = (void *)notes, .d_type = ELF_T_NHDR, .d_version = EV_CURRENT,
		.d_size = size, .d_align = 4,
	};
	GElf_Nhdr head;

	while ((at = gelf_getnote(&data, at, &head, &name, &desc))) {
		assert_string_equal(notes + name, "Xen");
		*len = head.n_descsz;
		if (head.n_type == type)
			return notes + desc;
	}
	return NULL;
}

static void notes(struct file *f, uint64_t magic)
{
	size_t len;
	const uint64_t *header = note(f, XEN_ELFNOTE_DUMPCORE_HEADER, &len), *format;
	const struct elfcore_xen *xen;

	assert_non_null(header);
	assert_int_equal(len, 32);
	assert_int_equal(header[0], magic);
	assert_int_equal(header[1], ARRAY_SIZE(vcpus));
	assert_int_equal(header[2], N_PAGES);
	assert_int_equal(header[3], PAGE);
	xen = note(f, XEN_ELFNOTE_DUMPCORE_XEN_VERSION, &len);
	assert_int_equal(len, sizeof(*xen));
	assert_int_equal(xen->major, 4);
	assert_string_equal(xen->extra, ".7");
	format = note(f, XEN_ELFNOTE_DUMPCORE_FORMAT_VERSION, &len);
	assert_int_equal(len, 8);
	assert_int_equal(*format, 1);
	assert_non_null(note(f, XEN_ELFNOTE_DUMPCORE_NONE, &len));
	assert_int_equal(len, 0);
}

static struct elfcore a_core(bool is_translated)
{
	memset(vcpus, 'v', sizeof(vcpus));
	memset(shared, 's', sizeof(shared));
	return (struct elfcore){
		.vcpu = vcpus, .n_vcpus = ARRAY_SIZE(vcpus), .n_pages = N_PAGES,
		.shared_info = is_translated ? NULL : shared, .is_translated = is_translated,
		.xen = { .major = 4, .minor = 17, .extra = ".7", .page_size = PAGE },
	};
}

static void pv(void **state)
{
	const struct elfcore core = a_core(false);
	struct file f;
	size_t len;

	(void)state;
	open_core(&f, &core, sizeof(struct elfcore_p2m));
	notes(&f, 0xF00FEBED);
	is_filled(&f, ".xen_prstatus", 'v', sizeof(vcpus));
	is_filled(&f, ".xen_shared_info", 's', PAGE);
	is_filled(&f, ".xen_pages", 'p', N_PAGES * PAGE);
	is_filled(&f, ".xen_p2m", 't', N_PAGES * 16);
	assert_null(section(&f, ".xen_pfn", &len));
	close_core(&f);
}

static void pvh(void **state)
{
	const struct elfcore core = a_core(true);
	struct file f;
	size_t len;

	(void)state;
	open_core(&f, &core, sizeof(uint64_t));
	notes(&f, 0xF00FEBEE);
	is_filled(&f, ".xen_prstatus", 'v', sizeof(vcpus));
	is_filled(&f, ".xen_pages", 'p', N_PAGES * PAGE);
	is_filled(&f, ".xen_pfn", 't', N_PAGES * 8);
	assert_null(section(&f, ".xen_p2m", &len));
	close_core(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pv),
		cmocka_unit_test(pvh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
