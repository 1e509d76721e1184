// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a guest's memory, compressed while it is read
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <xenctrl.h>
#include <xenforeignmemory.h>
#include <zstd.h>

#include "capture/elfcore.h"
#include "capture/frames.h"
#include "capture/pieces.h"

/* Quick: the guest's neighbours want the processor too. */
#define LEVEL	1
#define OUT_LEN	(256 * 1024)
/* Pages mapped at a time: one at a time takes ten times as long. */
#define BATCH	1024

struct stream {
	struct bundle *b;
	ZSTD_CCtx *ctx;
	char *out;
	xenforeignmemory_handle *memory;
	uint64_t n_in, n_shown, n_all;
};

/* How far it is, for who looks at what the program writes */
static void show(struct stream *s)
{
	if (s->n_in - s->n_shown < s->n_all / 10)
		return;
	s->n_shown = s->n_in;
	printf("core: %llu of %llu MiB\n", (unsigned long long)(s->n_in >> 20),
	       (unsigned long long)(s->n_all >> 20));
	fflush(stdout);
}

static int compress(struct stream *s, const char *bytes, size_t len, ZSTD_EndDirective end)
{
	ZSTD_inBuffer in = { bytes, len, 0 };
	size_t left;

	do {
		ZSTD_outBuffer out = { s->out, OUT_LEN, 0 };

		left = ZSTD_compressStream2(s->ctx, &out, &in, end);
		if (ZSTD_isError(left))
			return EIO;
		bundle_write(s->b, s->out, out.pos);
		if (s->b->err)
			return s->b->err;
	} while (end == ZSTD_e_end ? left != 0 : in.pos < in.size);
	return 0;
}

/* The rest is written as the pages are. */
static int head(struct stream *s, const struct elfcore *core)
{
	size_t len;
	void *bytes = elfcore_head(core, &len);
	int err = bytes ? compress(s, bytes, len, ZSTD_e_continue) : ENOMEM;

	free(bytes);
	return err;
}

static int pages(struct stream *s, const struct subject *of, struct frames *f)
{
	static const char zeros[XC_PAGE_SIZE];
	int page_err[BATCH], err = 0;

	for (uint64_t at = 0, n; at < f->n && !err; at += n) {
		char *mapped;

		n = f->n - at < BATCH ? f->n - at : BATCH;
		mapped = xenforeignmemory_map(s->memory, of->domid, PROT_READ, n, f->gfn + at,
					      page_err);
		if (!mapped)
			return errno;
		for (uint64_t i = 0; i < n && !err; i++) {
			err = compress(s, page_err[i] ? zeros : mapped + i * XC_PAGE_SIZE,
				       XC_PAGE_SIZE, ZSTD_e_continue);
			if (page_err[i])
				f->pfn[at + i] = f->gfn[at + i] = ELFCORE_NO_PFN;
		}
		xenforeignmemory_unmap(s->memory, mapped, n);
		s->n_in += n * XC_PAGE_SIZE;
		show(s);
	}
	return err;
}

static int table(struct stream *s, const struct elfcore *core, const struct frames *f)
{
	int err = 0;

	for (uint64_t i = 0; i < f->n && !err; i++) {
		struct elfcore_p2m row = { f->pfn[i], f->gfn[i] };

		err = compress(s, (const char *)&row,
			       core->is_translated ? sizeof(row.pfn) : sizeof(row),
			       ZSTD_e_continue);
	}
	return err;
}

/* What Xen calls itself; what it does not say stays empty. */
static struct elfcore_xen version(xc_interface *xc)
{
	struct elfcore_xen xen = { .page_size = XC_PAGE_SIZE };
	int number = xc_version(xc, XENVER_version, NULL);

	xen.major = number < 0 ? 0 : number >> 16;
	xen.minor = number < 0 ? 0 : number & 0xffff;
	xc_version(xc, XENVER_extraversion, &xen.extra);
	xc_version(xc, XENVER_compile_info, &xen.compile);
	xc_version(xc, XENVER_capabilities, &xen.capabilities);
	xc_version(xc, XENVER_changeset, &xen.changeset);
	xc_version(xc, XENVER_platform_parameters, &xen.platform);
	return xen;
}

/* One that was never brought up has none. */
static uint32_t contexts(const struct subject *of, vcpu_guest_context_any_t *vcpu)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i <= of->info.max_vcpu_id; i++)
		n += xc_vcpu_getcontext(of->xc, of->domid, i, &vcpu[n]) == 0;
	return n;
}

static int dump(struct stream *s, const struct subject *of, struct frames *f)
{
	vcpu_guest_context_any_t *vcpu = calloc(of->info.max_vcpu_id + 1, sizeof(*vcpu));
	struct elfcore core = {
		.vcpu = vcpu, .n_vcpus = vcpu ? contexts(of, vcpu) : 0, .n_pages = f->n,
		.is_translated = of->info.hvm, .xen = version(of->xc),
	};
	xen_pfn_t shared = of->info.shared_info_frame;
	void *page = of->info.hvm ? NULL :
		     xenforeignmemory_map(s->memory, of->domid, PROT_READ, 1, &shared, NULL);
	int err = vcpu ? 0 : ENOMEM;

	core.shared_info = page;
	if (!err)
		err = head(s, &core);
	if (!err)
		err = pages(s, of, f);
	if (!err)
		err = table(s, &core, f);
	if (page)
		xenforeignmemory_unmap(s->memory, page, 1);
	free(vcpu);
	return err ? err : compress(s, NULL, 0, ZSTD_e_end);
}

static int open_stream(struct stream *s)
{
	s->ctx = ZSTD_createCCtx();
	s->out = malloc(OUT_LEN);
	s->memory = xenforeignmemory_open(NULL, 0);
	if (!s->ctx || !s->out)
		return ENOMEM;
	if (!s->memory)
		return errno;
	ZSTD_CCtx_setParameter(s->ctx, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(s->ctx, ZSTD_c_checksumFlag, 1);
	return 0;
}

static void close_stream(struct stream *s)
{
	ZSTD_freeCCtx(s->ctx);
	free(s->out);
	if (s->memory)
		xenforeignmemory_close(s->memory);
}

static int take(struct stream *s, const struct subject *of)
{
	struct frames f;
	int err = frames_find(of, &f);

	if (err)
		return err;
	err = open_stream(s);
	if (!err)
		err = dump(s, of, &f);
	close_stream(s);
	frames_free(&f);
	return err;
}

int piece_core(struct bundle *b, const struct subject *of)
{
	struct stream s = { .b = b, .n_all = of->info.nr_pages * XC_PAGE_SIZE };
	int err = bundle_has_room(b, s.n_all);

	if (err) {
		bundle_missing(b, "core.zst", err);
		return err;
	}
	err = bundle_open(b, "core.zst");
	if (err)
		return err;
	return bundle_close(b, take(&s, of));
}
