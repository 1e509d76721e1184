// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - giving rights away, for good
 */
#include "lib/drop.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lib/log.h"

void drop_lookup(const char *user, struct drop_ids *ids)
{
	const struct passwd *pw;

	errno = 0;
	pw = getpwnam(user);
	if (!pw)
		fatal("user %s: %s", user,
		      errno ? strerror(errno) : "there is no such user");
	if (pw->pw_uid == 0 || pw->pw_gid == 0)
		fatal("user %s is root; this process must not be", user);
	ids->uid = pw->pw_uid;
	ids->gid = pw->pw_gid;
}

static void set_limit(int resource, rlim_t value, const char *name)
{
	struct rlimit limit = { .rlim_cur = value, .rlim_max = value };

	if (setrlimit(resource, &limit))
		fatal("setrlimit %s: %s", name, strerror(errno));
}

void drop_limits(unsigned int n_files, uint64_t memory_bytes)
{
	set_limit(RLIMIT_CORE, 0, "core");
	set_limit(RLIMIT_NOFILE, n_files, "nofile");
	set_limit(RLIMIT_NPROC, 0, "nproc");
	if (memory_bytes)
		set_limit(RLIMIT_AS, memory_bytes, "as");
}

static void set_caps(uint64_t mask)
{
	struct __user_cap_header_struct hdr = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = {
		{ .effective = mask, .permitted = mask },
		{ .effective = mask >> 32, .permitted = mask >> 32 },
	};

	if (syscall(SYS_capset, &hdr, data))
		fatal("capset: %s", strerror(errno));
}

/* Of what could ever be had again. Needs CAP_SETPCAP. */
static void drop_bounds_but(uint64_t keep_mask)
{
	int cap;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		fatal("no_new_privs: %s", strerror(errno));
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0))
		fatal("ambient capabilities: %s", strerror(errno));
	for (cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		if (!(keep_mask & (1ULL << cap)) &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0))
			fatal("capability %d: %s", cap, strerror(errno));
}

void drop_caps_but(uint64_t keep_mask)
{
	drop_bounds_but(keep_mask);
	set_caps(keep_mask);
}

static void drop_user(const struct drop_ids *ids)
{
	if (setgroups(0, NULL))
		fatal("setgroups: %s", strerror(errno));
	if (setresgid(ids->gid, ids->gid, ids->gid))
		fatal("setresgid: %s", strerror(errno));
	if (setresuid(ids->uid, ids->uid, ids->uid))
		fatal("setresuid: %s", strerror(errno));
}

void drop_to(const struct drop_ids *ids)
{
	/* What we have is not touched by the bounds; it goes with the user. */
	drop_bounds_but(0);
	drop_user(ids);
	set_caps(0);
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		fatal("dumpable: %s", strerror(errno));
	if (setresuid(0, 0, 0) == 0)
		fatal("could become root again");
}

static void add_rule(scmp_filter_ctx ctx, const struct drop_rule *rule)
{
	uint32_t action = rule->arg == DROP_NONE ? SCMP_ACT_ERRNO(ENOSYS) : SCMP_ACT_ALLOW;
	const struct scmp_arg_cmp cmp[] = {
		{ .arg = rule->arg, .op = SCMP_CMP_EQ, .datum_a = rule->value },
		{ .arg = rule->also, .op = SCMP_CMP_EQ, .datum_a = rule->also_value },
	};
	unsigned int n = rule->arg < 0 ? 0 : rule->also ? 2 : 1;
	int rc;

	rc = seccomp_rule_add_array(ctx, action, rule->nr, n, cmp);
	if (rc)
		fatal("seccomp, call %d: %s", rule->nr, strerror(-rc));
}

void drop_filter(const struct drop_rule *rules, size_t n_rules)
{
	scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
	size_t i;
	int rc;

	if (!ctx)
		fatal("seccomp_init: no memory");
	for (i = 0; i < n_rules; i++)
		add_rule(ctx, &rules[i]);
	rc = seccomp_load(ctx);
	if (rc)
		fatal("seccomp_load: %s", strerror(-rc));
	/* Not released: free() may make a call that is now forbidden. */
}
