// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - writing a bundle of evidence (lib/evidence.h)
 */
#include "capture/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "lib/evidence.h"
#include "lib/log.h"

/* Left for the rest of dom0, which would stop without */
#define RESERVE_BYTES	(256ULL << 20)

int bundle_begin(struct bundle *b, const char *parent, const char *name)
{
	char part[sizeof(b->name) + 8];

	memset(b, 0, sizeof(*b));
	b->file = -1;
	snprintf(b->name, sizeof(b->name), "%s", name);
	snprintf(part, sizeof(part), "%s.part", b->name);
	if (mkdir(parent, 0700) && errno != EEXIST)
		return errno;
	b->parent = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (b->parent < 0 || mkdirat(b->parent, part, 0700))
		return errno;
	b->folder = openat(b->parent, part, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (b->folder < 0)
		return errno;
	b->files = json_array();
	b->missing = json_array();
	return b->files && b->missing ? 0 : ENOMEM;
}

int bundle_has_room(const struct bundle *b, uint64_t bytes)
{
	struct statvfs fs;

	if (fstatvfs(b->folder, &fs))
		return errno;
	return (uint64_t)fs.f_bavail * fs.f_frsize >= bytes + RESERVE_BYTES ? 0 : ENOSPC;
}

int bundle_open(struct bundle *b, const char *file_name)
{
	b->err = 0;
	b->size = 0;
	b->file_name = file_name;
	b->file = openat(b->folder, file_name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	if (b->file < 0)
		return errno;
	b->hash = EVP_MD_CTX_new();
	if (!b->hash || !EVP_DigestInit_ex(b->hash, EVP_sha256(), NULL))
		b->err = ENOMEM;
	return 0;
}

void bundle_write(struct bundle *b, const void *bytes, size_t len)
{
	const char *at = bytes;
	ssize_t n;

	while (len && !b->err) {
		n = write(b->file, at, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || !EVP_DigestUpdate(b->hash, at, n)) {
			b->err = n < 0 ? errno : EIO;
			return;
		}
		b->size += n;
		at += n;
		len -= n;
	}
}

void bundle_missing(struct bundle *b, const char *file_name, int err)
{
	log_warning("%s is not in the evidence: %s", file_name, strerror(err));
	json_array_append_new(b->missing, json_pack("{s:s, s:s}", "name", file_name,
						    "why", strerror(err)));
}

int bundle_close(struct bundle *b, int err)
{
	char hash[EVIDENCE_HASH_LEN];
	int hash_err = evidence_hash_text(b->hash, hash);

	if (!err)
		err = b->err;
	if (!err && fsync(b->file))
		err = errno;
	if (!err)
		err = hash_err;
	close(b->file);
	b->file = -1;
	if (err) {
		unlinkat(b->folder, b->file_name, 0);
		bundle_missing(b, b->file_name, err);
		return err;
	}
	json_array_append_new(b->files, json_pack("{s:s, s:I, s:s}", "name", b->file_name, "size",
						  (json_int_t)b->size, "sha256", hash));
	return 0;
}

static int write_manifest(struct bundle *b, json_t *about)
{
	char *text;
	int fd, err = 0;
	size_t len;

	json_object_set_new(about, "format", json_integer(EVIDENCE_FORMAT));
	json_object_set_new(about, "files", b->files);
	json_object_set_new(about, "missing", b->missing);
	text = json_dumps(about, JSON_INDENT(1));
	json_decref(about);
	if (!text)
		return ENOMEM;
	len = strlen(text);
	fd = openat(b->folder, EVIDENCE_MANIFEST, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len || fsync(fd))
		err = errno ? errno : EIO;
	if (fd >= 0)
		close(fd);
	free(text);
	return err;
}

int bundle_end(struct bundle *b, json_t *about, const char *key_path)
{
	char part[sizeof(b->name) + 8];
	int err = write_manifest(b, about);

	if (!err && *key_path)
		err = evidence_sign(b->folder, key_path);
	if (err)
		return err;
	snprintf(part, sizeof(part), "%s.part", b->name);
	if (fsync(b->folder) || renameat(b->parent, part, b->parent, b->name) ||
	    fsync(b->parent))
		return errno;
	return 0;
}
