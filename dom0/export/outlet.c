// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a way out for lines: what waits, what was dropped, what went wrong
 */
#include "export/outlet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/log.h"

int outlet_init(struct outlet *o, const char *name, const char *where, outlet_write_fn write)
{
	memset(o, 0, sizeof(*o));
	o->name = name;
	o->where = where;
	o->write = write;
	o->buf = malloc(OUTLET_BYTES);
	return o->buf ? 0 : -1;
}

void outlet_free(struct outlet *o)
{
	free(o->buf);
	o->buf = NULL;
}

bool outlet_has_room(const struct outlet *o, size_t len)
{
	return len <= OUTLET_BYTES - o->len;
}

void outlet_drop(struct outlet *o)
{
	o->dropped++;
	o->missing++;
}

void outlet_add(struct outlet *o, const char *line, size_t len)
{
	if (!outlet_has_room(o, len)) {
		outlet_drop(o);
		return;
	}
	memcpy(o->buf + o->len, line, len);
	o->len += len;
	o->lines++;
}

/* n bytes have gone: whole lines leave the buffer, of the first one it is noted. */
static void step(struct outlet *o, size_t n)
{
	const char *end;

	o->bytes += n;
	o->written += n;
	end = memrchr(o->buf, '\n', o->written);
	if (!end)
		return;
	n = end + 1 - o->buf;
	memmove(o->buf, end + 1, o->len - n);
	o->len -= n;
	o->written -= n;
}

static void failed(struct outlet *o, int err, int64_t now_ns)
{
	o->failures++;
	o->retry_ns = now_ns + OUTLET_RETRY_NS;
	if (o->err != err)
		log_warning("%s %s takes nothing: %s; it is tried again every second", o->name,
			    o->where, strerror(err));
	o->err = err;
}

static void works(struct outlet *o)
{
	if (o->err)
		log_notice("%s %s goes on; %llu lines are missing", o->name, o->where,
			   (unsigned long long)o->missing);
	o->err = 0;
}

void outlet_flush(struct outlet *o, int64_t now_ns)
{
	ssize_t n;

	if (o->err && now_ns < o->retry_ns)
		return;
	while (o->len > o->written) {
		bool anew = false;

		n = o->write(o, o->buf + o->written, o->len - o->written, !o->written, &anew);
		if (anew)
			o->written = 0;
		if (n == -EAGAIN)
			return;
		if (n < 0) {
			failed(o, -n, now_ns);
			return;
		}
		works(o);
		step(o, n);
	}
}

bool outlet_waits(const struct outlet *o)
{
	return !o->err && o->len > o->written;
}
