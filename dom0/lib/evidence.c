// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a bundle of evidence: a folder, its manifest, its signature
 */
#include "lib/evidence.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/decode.h"

#define MANIFEST_MAX	(1024 * 1024)

/*
 * Hashes
 */

int evidence_hash_text(EVP_MD_CTX *ctx, char hash[EVIDENCE_HASH_LEN])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;
	int ok = EVP_DigestFinal_ex(ctx, digest, &len);

	EVP_MD_CTX_free(ctx);
	if (!ok || 2 * len + 1 != EVIDENCE_HASH_LEN)
		return EIO;
	for (unsigned int i = 0; i < len; i++)
		snprintf(hash + 2 * i, 3, "%02x", digest[i]);
	return 0;
}

static int hash_all(int fd, EVP_MD_CTX *ctx, uint64_t *size)
{
	char buf[64 * 1024];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		if (!EVP_DigestUpdate(ctx, buf, n))
			return EIO;
		*size += n;
	}
	return n < 0 ? errno : 0;
}

int evidence_hash(int folder, const char *name, char hash[EVIDENCE_HASH_LEN], uint64_t *size)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), err;
	EVP_MD_CTX *ctx;

	*size = 0;
	if (fd < 0)
		return errno;
	ctx = EVP_MD_CTX_new();
	if (!ctx || !EVP_DigestInit_ex(ctx, EVP_sha256(), NULL)) {
		EVP_MD_CTX_free(ctx);
		close(fd);
		return ENOMEM;
	}
	err = hash_all(fd, ctx, size);
	close(fd);
	if (err) {
		EVP_MD_CTX_free(ctx);
		return err;
	}
	return evidence_hash_text(ctx, hash);
}

/*
 * Files as a whole
 */

/* Ended by a NUL that does not count; to free(), NULL with errno. */
static char *read_whole(int folder, const char *name, size_t max, size_t *len)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *text;
	ssize_t n = 0;

	*len = 0;
	if (fd < 0)
		return NULL;
	text = malloc(max + 1);
	while (text && *len < max && (n = read(fd, text + *len, max - *len)) > 0)
		*len += n;
	close(fd);
	if (text && (n < 0 || *len == max)) {
		free(text);
		errno = n < 0 ? EIO : EFBIG;
		return NULL;
	}
	if (text)
		text[*len] = '\0';
	return text;
}

json_t *evidence_manifest(int folder)
{
	size_t len;
	char *text = read_whole(folder, EVIDENCE_MANIFEST, MANIFEST_MAX, &len);
	json_t *m = text ? json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL) : NULL;

	free(text);
	if (json_integer_value(json_object_get(m, "format")) == EVIDENCE_FORMAT &&
	    json_is_array(json_object_get(m, "files")))
		return m;
	json_decref(m);
	return NULL;
}

/*
 * Signatures
 */

static EVP_PKEY *read_key(const char *path, bool is_private)
{
	FILE *file = fopen(path, "re");
	EVP_PKEY *key;

	if (!file)
		return NULL;
	key = is_private ? PEM_read_PrivateKey(file, NULL, NULL, NULL) :
			   PEM_read_PUBKEY(file, NULL, NULL, NULL);
	fclose(file);
	if (key && EVP_PKEY_get_id(key) != EVP_PKEY_ED25519) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	if (!key)
		errno = EINVAL;
	return key;
}

static int write_signature(int folder, const unsigned char *signature)
{
	int fd = openat(folder, EVIDENCE_SIGNATURE, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
	int err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, signature, EVIDENCE_SIGNATURE_LEN) != EVIDENCE_SIGNATURE_LEN || fsync(fd))
		err = EIO;
	close(fd);
	return err;
}

int evidence_sign(int folder, const char *key_path)
{
	unsigned char signature[EVIDENCE_SIGNATURE_LEN];
	size_t len, signature_len = sizeof(signature);
	EVP_PKEY *key = read_key(key_path, true);
	EVP_MD_CTX *ctx;
	char *text;
	int err;

	if (!key)
		return errno;
	text = read_whole(folder, EVIDENCE_MANIFEST, MANIFEST_MAX, &len);
	ctx = EVP_MD_CTX_new();
	if (!text || !ctx)
		err = ENOENT;
	else if (!EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) ||
		 EVP_DigestSign(ctx, signature, &signature_len, (void *)text, len) != 1)
		err = EIO;
	else
		err = write_signature(folder, signature);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	free(text);
	return err;
}

static bool is_signed(int folder, const char *key_path, FILE *out)
{
	EVP_PKEY *key = read_key(key_path, false);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len, signature_len;
	char *text, *signature;
	bool ok;

	if (!key)
		fprintf(out, "%s: no Ed25519 public key: %s\n", key_path, strerror(errno));
	text = read_whole(folder, EVIDENCE_MANIFEST, MANIFEST_MAX, &len);
	signature = read_whole(folder, EVIDENCE_SIGNATURE, EVIDENCE_SIGNATURE_LEN + 1,
			       &signature_len);
	ok = key && ctx && text && signature && signature_len == EVIDENCE_SIGNATURE_LEN &&
	     EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) == 1 &&
	     EVP_DigestVerify(ctx, (void *)signature, signature_len, (void *)text, len) == 1;
	if (key && !ok)
		fprintf(out, EVIDENCE_MANIFEST ": %s\n",
			signature ? "is not what was signed with that key" : "is not signed");
	free(text);
	free(signature);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return ok;
}

/*
 * Verifying
 */

static bool is_plain_name(const char *name)
{
	return name && *name && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, "..");
}

static bool check_file(int folder, const json_t *file, FILE *out)
{
	const char *name = json_string_value(json_object_get(file, "name"));
	const char *listed = json_string_value(json_object_get(file, "sha256"));
	json_int_t listed_size = json_integer_value(json_object_get(file, "size"));
	char hash[EVIDENCE_HASH_LEN];
	uint64_t size;
	int err;

	if (!is_plain_name(name) || !listed) {
		fprintf(out, EVIDENCE_MANIFEST ": lists what is no file\n");
		return false;
	}
	err = evidence_hash(folder, name, hash, &size);
	if (!err && size == (uint64_t)listed_size && !strcmp(hash, listed))
		return true;
	fprintf(out, "%s: %s\n", name, err ? strerror(err) :
		size != (uint64_t)listed_size ? "has another size" : "has another content");
	return false;
}

static bool is_listed(const json_t *files, const char *name)
{
	for (size_t i = 0; i < json_array_size(files); i++) {
		const char *listed = json_string_value(
			json_object_get(json_array_get(files, i), "name"));

		if (listed && !strcmp(listed, name))
			return true;
	}
	return false;
}

static bool has_strangers(int folder, const json_t *files, FILE *out)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	char name[1024];
	bool found = false;

	while (dir && (entry = readdir(dir))) {
		if (!is_plain_name(entry->d_name) || !strcmp(entry->d_name, EVIDENCE_MANIFEST) ||
		    !strcmp(entry->d_name, EVIDENCE_SIGNATURE) ||
		    is_listed(files, entry->d_name))
			continue;
		decode_escape(entry->d_name, strlen(entry->d_name), name, sizeof(name));
		fprintf(out, "%s: is not in the manifest\n", name);
		found = true;
	}
	if (dir)
		closedir(dir);
	return found || !dir;
}

bool evidence_verify(int folder, const char *key_path, FILE *out)
{
	json_t *manifest = evidence_manifest(folder);
	const json_t *files = json_object_get(manifest, "files");
	bool ok = true;

	if (!manifest) {
		fprintf(out, EVIDENCE_MANIFEST ": is missing, or is none\n");
		return false;
	}
	if (key_path)
		ok = is_signed(folder, key_path, out);
	for (size_t i = 0; i < json_array_size(files); i++)
		if (!check_file(folder, json_array_get(files, i), out))
			ok = false;
	if (has_strangers(folder, files, out))
		ok = false;
	json_decref(manifest);
	return ok;
}
