// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - digest: what the file holds that is about to be executed
 *
 * Only of a file that came or changed since the guest booted, and once for a
 * content. What was there at boot costs a look at a time.
 *
 * While a file is being executed nobody can open it for writing, and nobody who
 * has can have it executed: between our reading and the kernel's it changes only
 * below or beside its file system. Whoever opens it for writing later makes us
 * forget it, so that it is read again; the time of change alone would not tell of
 * what is written through a mapping.
 */
#include <linux/atomic.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/time64.h>
#include <linux/timekeeping.h>

#include "digest.h"
#include "digested.h"
#include "emit.h"
#include "limits.h"
#include "path.h"
#include "wait.h"

/*
 * When the guest booted, by a clock that can be set: the earliest it ever was,
 * so that a file is no older for a clock that is set back. User space cannot set
 * a time of change otherwise.
 */
static s64 earliest_boot = S64_MAX;

static s64 boot_ns(void)
{
	const s64 boot = ktime_mono_to_real(0);

	if (boot < READ_ONCE(earliest_boot))
		WRITE_ONCE(earliest_boot, boot);
	return READ_ONCE(earliest_boot);
}

static s64 ctime_ns(const struct inode *inode)
{
	const struct timespec64 ctime = inode_get_ctime(inode);

	return timespec64_to_ns(&ctime);
}

/* Where user space makes up the answers, a time says nothing. */
static bool is_new(const struct inode *inode)
{
	return ctime_ns(inode) >= boot_ns() ||
	       inode->i_sb->s_iflags & SB_I_IMA_UNVERIFIABLE_SIGNATURE;
}

/*
 * What is written by who had it open all the time we would not see: a file of
 * memory has no name, and is open for writing while it is executed.
 */
static bool can_keep(const struct inode *inode)
{
	return atomic_read(&inode->i_writecount) < 0 && inode->i_nlink;
}

/* The first @size bytes; their digest is of use if all were there. */
static ssize_t read_through(struct file *file, u64 size,
			    struct sha256_state *state)
{
	char *const page = __getname();
	loff_t pos = 0;
	ssize_t n = 0;

	if (!page)
		return -ENOMEM;
	while (pos < size) {
		n = kernel_read(file, page, min(size - pos, PATH_MAX), &pos);
		if (n > 0 && fatal_signal_pending(current))
			n = -EINTR;
		if (n <= 0)
			break;
		sha256_update(state, page, n);
		cond_resched();
	}
	__putname(page);
	return pos < size && !n ? -EIO : n;
}

/* Return: 0; or why there is no digest, which the record tells by its absence. */
static int digest(struct file *file, struct starlsm_digested *d)
{
	const struct inode *const inode = file_inode(file);
	struct sha256_state state;
	ssize_t n;

	*d = (struct starlsm_digested) {
		.ctime_ns = ctime_ns(inode),
		.size = i_size_read(inode),
	};
	if (d->size > STARLSM_DIGEST_SIZE_MAX)
		return 0;
	sha256_init(&state);
	n = read_through(file, d->size, &state);
	if (n < 0)
		return n;
	sha256_final(&state, d->sha256);
	d->len = sizeof(d->sha256);
	return 0;
}

static bool is_still(const struct starlsm_digested *d,
		     const struct inode *inode)
{
	return d->ctime_ns == ctime_ns(inode) && d->size == i_size_read(inode);
}

/* There is an epoch where something was told. */
static bool is_told(const struct starlsm_digested *d, u64 path)
{
	return d->told && d->path == path && d->told == starlsm_epoch() + 1;
}

static void tell(struct starlsm_path *path, struct starlsm_digested *d)
{
	const struct starlsm_var vars[] = {
		{ .data = d->sha256, .len = d->len },
	};
	const struct starlsm_rec_digest rec = {
		.path = starlsm_path_id(path),
		.size = d->size,
		.again = !!d->told,
		.sha256_len = d->len,
	};
	const struct starlsm_written written =
		starlsm_emit(&(struct starlsm_about) {
			.who = current,
			.path = { path },
		}, &STARLSM_MSG_VARS(DIGEST, &rec, vars));

	d->path = rec.path;
	d->told = written.epoch;
	if (written.class >= STARLSM_CLASS_COMMIT)
		starlsm_wait_copied(&(struct starlsm_awaited) {
			.stream = written.stream,
			.position = written.position,
			.type = STARLSM_EV_DIGEST,
		});
}

static void digest_new(struct file *file)
{
	const struct inode *const inode = file_inode(file);
	struct starlsm_path *path __free(starlsm_path) =
		starlsm_path_of_file(file);
	struct starlsm_digested d;
	int err = 0;

	if (!starlsm_digested_find(inode, &d) || !is_still(&d, inode))
		err = digest(file, &d);
	else if (is_told(&d, starlsm_path_id(path)))
		return;
	if (err == -ENOMEM)
		starlsm_count(STARLSM_NO_MEMORY);
	if (fatal_signal_pending(current))
		return;
	tell(path, &d);
	if (!err && can_keep(inode))
		starlsm_digested_keep(inode, &d);
}

/**
 * starlsm_digest_exec - Tell what a file holds that is about to be executed
 *
 * @file: The file, which nobody can write to. May sleep as long as reading it
 *        takes; a fatal signal ends that.
 */
void starlsm_digest_exec(struct file *file)
{
	const struct inode *const inode = file_inode(file);

	if (is_new(inode) && S_ISREG(inode->i_mode))
		digest_new(file);
}

/**
 * starlsm_digest_open - A file has been opened for writing
 *
 * @file: The file.
 *
 * The clock is looked at here too: it may have been set back just for this.
 */
void starlsm_digest_open(const struct file *file)
{
	boot_ns();
	starlsm_digested_forget(file_inode(file));
}
