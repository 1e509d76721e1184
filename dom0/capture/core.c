// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a guest's memory, compressed while Xen's library writes it
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <zstd.h>

#include "capture/pieces.h"

/* Quick: the guest's neighbours want the processor too. */
#define LEVEL	1
#define OUT_LEN	(256 * 1024)
#define PAGE_BYTES	4096ULL

struct stream {
	struct bundle *b;
	ZSTD_CCtx *ctx;
	char *out;
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

static int on_bytes(xc_interface *xc, void *arg, char *bytes, unsigned int len)
{
	struct stream *s = arg;

	(void)xc;
	s->n_in += len;
	show(s);
	return compress(s, bytes, len, ZSTD_e_continue) ? -1 : 0;
}

static int dump(struct stream *s, const struct subject *of)
{
	if (!s->ctx || !s->out)
		return ENOMEM;
	ZSTD_CCtx_setParameter(s->ctx, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(s->ctx, ZSTD_c_checksumFlag, 1);
	if (xc_domain_dumpcore_via_callback(of->xc, of->domid, s, on_bytes))
		return s->b->err ? s->b->err : errno ? errno : EIO;
	return compress(s, NULL, 0, ZSTD_e_end);
}

int piece_core(struct bundle *b, const struct subject *of)
{
	struct stream s = { .b = b, .n_all = of->info.nr_pages * PAGE_BYTES };
	int err = bundle_has_room(b, s.n_all);

	if (err) {
		bundle_missing(b, "core.zst", err);
		return err;
	}
	err = bundle_open(b, "core.zst");
	if (err)
		return err;
	s.ctx = ZSTD_createCCtx();
	s.out = malloc(OUT_LEN);
	err = dump(&s, of);
	ZSTD_freeCCtx(s.ctx);
	free(s.out);
	return bundle_close(b, err);
}
