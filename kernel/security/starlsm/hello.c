// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - which kernel speaks: the first record of an epoch
 */
#include <linux/buildid.h>
#include <linux/hex.h>
#include <linux/string.h>
#include <linux/utsname.h>
#include <asm/sections.h>

#include "hello.h"

/* The linker's bounds of the kernel's notes, the build id among them */
extern const char __start_notes[], __stop_notes[];

static char build_id[2 * BUILD_ID_SIZE_MAX] __ro_after_init;
static size_t build_id_len __ro_after_init;

/**
 * starlsm_hello_init - Look up this kernel's build id
 *
 * A kernel linked without one says so by an empty string.
 */
void __init starlsm_hello_init(void)
{
	unsigned char id[BUILD_ID_SIZE_MAX];

	if (build_id_parse_buf(__start_notes, id, __stop_notes - __start_notes))
		return;
	bin2hex(build_id, id, sizeof(id));
	build_id_len = sizeof(build_id);
}

/**
 * starlsm_hello_write - Write the record that begins an epoch on a ring
 *
 * @stream: The ring's stream.
 * @epoch: The epoch.
 * @ring: The ring's number.
 * @now_ns: What time it is.
 *
 * Return: Whether there was room.
 */
bool starlsm_hello_write(struct starlsm_stream *stream, u32 epoch, u32 ring,
			 u64 now_ns)
{
	const char *const release = init_uts_ns.name.release;
	const struct starlsm_var vars[] = {
		starlsm_var_head(build_id, build_id_len, sizeof(build_id)),
		starlsm_var_head(release, strnlen(release, __NEW_UTS_LEN),
				 __NEW_UTS_LEN),
	};
	const struct starlsm_rec_hello rec = {
		.seq64 = stream->seq,
		.text_base = (unsigned long)_text,
		.epoch = epoch,
		.ring = ring,
		.minor = STARLSM_VERSION_MINOR,
		.build_id_len = vars[0].len,
		.release_len = vars[1].len,
	};

	return starlsm_record_write(stream,
				    &STARLSM_MSG_VARS(HELLO, &rec, vars),
				    now_ns, 0);
}

