// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - fuzzer: a record that may be anything, decoded and shown
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decode.h"
#include "lib/format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show(const struct msg *m)
{
	static char line[FORMAT_LINE_MAX];
	struct format_event fe;
	json_t *object;
	size_t len;

	if (format_parse(m, &fe))
		abort();
	len = format_line(&fe, 1, true, line, sizeof(line));
	assert(len == strlen(line) && !strchr(line, '\n'));
	object = format_json(&fe, 1);
	assert(object);
	json_decref(object);
}

/* The record also serves as the four paths, which are any bytes. */
static void show_record(const void *rec, size_t len)
{
	size_t path_len = len > 300 ? 300 : len;
	struct msg_out_event *out = malloc(sizeof(*out) + 4 * path_len + len);
	char *at = (char *)(out + 1);

	memset(out, 0, sizeof(*out));
	out->msg.type = MSG_OUT_EVENT;
	out->msg.len = sizeof(*out) + 4 * path_len + len;
	out->exe_len = out->parent_exe_len = path_len;
	out->path_len[0] = out->path_len[1] = path_len;
	out->path_flags[len & 1] = len >> 3;
	out->rec_len = len;
	memcpy(out->guest, rec, sizeof(out->guest) - 1 < len ? sizeof(out->guest) - 1 : len);
	for (int i = 0; i < 4; i++)
		memcpy(at + i * path_len, rec, path_len);
	memcpy(at + 4 * path_len, rec, len);
	show(&out->msg);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[600];

	decode_escape((const char *)data, size, text, size % sizeof(text) + 1);
	decode_sockaddr((const char *)data, size, text, sizeof(text));
	if (decode_check(data, size) == STARLSM_ERR_OK)
		show_record(data, size);
	return 0;
}
