// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsm-profile: what vmi has to know of a kernel, from its vmlinux
 *
 * For whoever builds the kernel; runs where it was built and trusts its input.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/log.h"
#include "profile/image.h"
#include "profile/members.h"
#include "profile/output.h"
#include "profile/patches.h"
#include "profile/regions.h"
#include "profile/relocs.h"
#include "profile/sites.h"

struct options {
	const char *vmlinux;
	const char *output;
	const char *relocs;
};

static const char usage[] =
	"Usage: starlsm-profile VMLINUX -o FILE [-r VMLINUX.RELOCS]\n"
	"Makes the profile by which starlsmd looks at a guest of that kernel.\n"
	"\n"
	"  -o, --output FILE   by convention /var/lib/starlsm/profiles/BUILD-ID\n"
	"  -r, --relocs FILE   arch/x86/boot/compressed/vmlinux.relocs of the same build,\n"
	"                      for a kernel that is not always loaded at one place\n"
	"  -h, --help\n"
	"  -V, --version\n";

static struct options parse_options(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "relocs", required_argument, NULL, 'r' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 }
	};
	struct options o = { 0 };
	int opt;

	while ((opt = getopt_long(argc, argv, "o:r:hV", longopts, NULL)) >= 0) {
		switch (opt) {
		case 'o':
			o.output = optarg;
			break;
		case 'r':
			o.relocs = optarg;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		case 'V':
			puts("starlsm-profile " STARLSM_VERSION);
			exit(0);
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	if (optind + 1 != argc || !o.output) {
		fputs(usage, stderr);
		exit(2);
	}
	o.vmlinux = argv[optind];
	return o;
}

/* The vDSO is an ELF file with alternatives of its own. */
static void vdso_patches(const struct patches *p, uint64_t vdso, uint64_t len)
{
	const struct image_section *table;
	struct image img;

	image_from_memory(&img, "the vDSO", image_bytes(p->image, vdso, len), len);
	table = image_section(&img, ".altinstructions");
	if (table)
		patches_alternatives(p, &img, table->address, table->len, vdso);
}

static void summary(const struct output *o)
{
	static const char * const kinds[SITE_KINDS] = {
		[SITE_ALTERNATIVE] = "alternative", [SITE_JUMP_LABEL] = "jump label",
		[SITE_STATIC_CALL] = "static call", [SITE_FTRACE] = "ftrace",
		[SITE_LOCK] = "lock", [SITE_RETURN] = "return", [SITE_RETPOLINE] = "retpoline",
		[SITE_ENDBR] = "endbr", [SITE_RUNTIME_CONST] = "runtime constant",
		[SITE_SEVERAL] = "several",
	};
	uint64_t len[REGION_KINDS] = { 0 };

	for (size_t i = 0; i < o->regions->n; i++)
		len[o->regions->list[i].kind] += o->regions->list[i].len;
	for (size_t i = 0; i < PROFILE_BUILD_ID_LEN; i++)
		printf("%02x", o->image->build_id[i]);
	printf(": %zu symbols, %zu members, text %llu KiB, read-only data %llu KiB, vDSO %llu KiB\n",
	       o->image->n_symbols, o->n_layouts,
	       (unsigned long long)len[REGION_TEXT] / 1024,
	       (unsigned long long)len[REGION_RODATA] / 1024,
	       (unsigned long long)len[REGION_VDSO] / 1024);
	printf("sites:");
	for (int i = 0; i < SITE_KINDS; i++)
		if (o->sites->n_by_kind[i])
			printf(" %zu %s,", o->sites->n_by_kind[i], kinds[i]);
	printf(" %zu bytes of them anything\n", o->sites->n_anything);
}

int main(int argc, char **argv)
{
	static struct regions regions;
	static struct sites sites;
	static struct image image;
	struct options options = parse_options(argc, argv);
	const struct patches patches = { &image, &regions, &sites };
	struct output out = { .image = &image, .regions = &regions, .sites = &sites };
	struct profile_reloc *relocs = NULL;
	uint64_t vdso, vdso_len;

	log_init("starlsm-profile");
	image_open(&image, options.vmlinux);
	out.layout = members_all(&image, &out.n_layouts);
	regions_find(&regions, &image, &vdso, &vdso_len);
	patches_all(&patches);
	if (vdso_len)
		vdso_patches(&patches, vdso, vdso_len);
	sites_finish(&sites, &image);
	if (options.relocs)
		relocs = relocs_read(options.relocs, &out.n_relocs);
	out.reloc = relocs;
	out.movable = relocs;
	output_write(&out, options.output);
	summary(&out);
	free(relocs);
	return 0;
}
