// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the host's key, with which complete segments of the journal are signed
 */
#include "starlsmd/signer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/statement.h"

#define PATH_LEN	256

/* A whole new file, on the disk, or none. 0, or -1 with errno. */
static int write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	size_t len = strlen(text);
	ssize_t n;
	int err;

	if (fd < 0)
		return -1;
	n = write(fd, text, len);
	err = n < 0 ? errno : n != (ssize_t)len ? ENOSPC : 0;
	if (!err && (fchmod(fd, mode) || fsync(fd)))
		err = errno;
	close(fd);
	if (!err)
		return 0;
	unlink(path);
	errno = err;
	return -1;
}

/* The secret comes last: a key is there when both files are. */
static int make(struct signer *s, const char *path, const char *public_path)
{
	char secret[SIGNER_TEXT(sizeof(s->secret)) + 1];
	char public[SIGNER_TEXT(sizeof(s->public)) + 1];
	int rc;

	crypto_sign_keypair(s->public, s->secret);
	sodium_bin2hex(secret, sizeof(secret), s->secret, sizeof(s->secret));
	sodium_bin2hex(public, sizeof(public), s->public, sizeof(s->public));
	strcat(secret, "\n");
	strcat(public, "\n");
	unlink(public_path);
	rc = write_file(public_path, public, 0644) || write_file(path, secret, 0600) ? -1 : 0;
	sodium_memzero(secret, sizeof(secret));
	if (rc)
		log_error("%s: a key could not be made: %s", path, strerror(errno));
	else
		log_notice("%s: made; its public half is in %s", path, public_path);
	return rc;
}

static int take(struct signer *s, const char *text, size_t len)
{
	size_t n;

	if (len != SIGNER_TEXT(sizeof(s->secret)) || text[len - 1] != '\n' ||
	    sodium_hex2bin(s->secret, sizeof(s->secret), text, len - 1, NULL, &n, NULL) ||
	    n != sizeof(s->secret))
		return -1;
	return crypto_sign_ed25519_sk_to_pk(s->public, s->secret);
}

static int read_key(struct signer *s, const char *path, int fd)
{
	char text[SIGNER_TEXT(sizeof(s->secret)) + 1];
	struct stat st;
	ssize_t n;
	int rc;

	if (fstat(fd, &st) || (st.st_mode & 077) || st.st_uid != geteuid()) {
		log_error("%s: others may read it; it is not used", path);
		return -1;
	}
	n = read(fd, text, sizeof(text));
	rc = n < 0 ? -1 : take(s, text, n);
	sodium_memzero(text, sizeof(text));
	if (rc)
		log_error("%s: this is no key; remove it, and a new one is made", path);
	return rc;
}

/* Of its folder, the last one is made if need be. */
static void make_folder(const char *path)
{
	char folder[PATH_LEN];
	char *slash;

	snprintf(folder, sizeof(folder), "%s", path);
	slash = strrchr(folder, '/');
	if (slash && slash != folder) {
		*slash = 0;
		mkdir(folder, 0711);
	}
}

int signer_open(struct signer *s, const char *path)
{
	char public_path[PATH_LEN];
	int fd, rc;

	if (sodium_init() < 0) {
		log_error("libsodium does not start");
		return -1;
	}
	make_folder(path);
	snprintf(public_path, sizeof(public_path), "%s.pub", path);
	fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return make(s, path, public_path);
	if (fd < 0) {
		log_error("%s: %s", path, strerror(errno));
		return -1;
	}
	rc = read_key(s, path, fd);
	close(fd);
	return rc;
}

struct msg_sealed signer_sign(const struct signer *s, const struct msg_seal *m, int64_t real_ns)
{
	struct msg_sealed answer = {
		.msg = { MSG_SEALED, sizeof(answer) }, .ticket = m->ticket, .sealed_ns = real_ns,
	};
	struct statement statement;

	statement_make(&statement, m->hash, real_ns);
	memcpy(answer.key_id, s->public, sizeof(answer.key_id));
	crypto_sign_detached(answer.signature, NULL, (const void *)&statement, sizeof(statement),
			     s->secret);
	return answer;
}

void signer_public_text(const struct signer *s, char *text)
{
	sodium_bin2hex(text, SIGNER_TEXT(sizeof(s->public)), s->public, sizeof(s->public));
}
