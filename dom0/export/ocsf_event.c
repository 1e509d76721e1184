// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an event in OCSF's words: the table of classes, and what each asks for
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "export/ocsf.h"

#define UNKNOWN_ID	UINT32_MAX

/* What the class's own object is made of, where an event leaves a choice */
enum about {
	ABOUT_SELF,		/* a process: the one that asks */
	ABOUT_NEW,		/* the one that it becomes */
	ABOUT_OTHER,		/* the one in the fields target or child, and pid */
	ABOUT_INBOUND,		/* an address: the peer's who comes */
	ABOUT_LISTENER,		/* its own */
	ABOUT_FOLDER,		/* a file */
	ABOUT_LINK,
};

struct row {
	enum ocsf_class class;
	uint8_t activity;	/* 0: this event is not told */
	uint8_t severity;	/* enum ocsf_severity; 0: informational */
	uint8_t about;		/* enum about */
	const char *name;	/* of the activity; or why it is not told */
	const char *kernel;	/* KERNEL: what is used of it */
};

/* OCSF's own activities */
#define LAUNCH		.activity = 1, .name = "Launch"
#define TERMINATE	.activity = 2, .name = "Terminate"
#define OPEN_PROCESS	.activity = 3, .name = "Open"
#define SET_USER	.activity = 5, .name = "Set User ID"
#define CREATE		.activity = 1, .name = "Create"
#define UPDATE		.activity = 3, .name = "Update"
#define DELETE		.activity = 4, .name = "Delete"
#define RENAME		.activity = 5, .name = "Rename"
#define SET_ATTRIBUTES	.activity = 6, .name = "Set Attributes"
#define SET_SECURITY	.activity = 7, .name = "Set Security"
#define MOUNT		.activity = 12, .name = "Mount"
#define UNMOUNT		.activity = 13, .name = "Unmount"
#define OPEN_FILE	.activity = 14, .name = "Open"
#define OPEN_PEER	.activity = 1, .name = "Open"
#define CLOSE_PEER	.activity = 2, .name = "Close"
#define TRAFFIC		.activity = 6, .name = "Traffic"
#define LISTEN		.activity = 7, .name = "Listen"
#define KERNEL_READ	.activity = 2, .name = "Read"
#define INVOKE		.activity = 4, .name = "Invoke"
#define LOAD		.activity = 1, .name = "Load"
#define ALLOCATE	.activity = 1, .name = "Allocate Page"
#define MODIFY		.activity = 2, .name = "Modify Page"
#define LOG		.activity = 1, .name = "Log"
#define OTHER(text)	.activity = OCSF_OTHER, .name = text

#define KERNEL(what)	OCSF_KERNEL, .kernel = what
#define NOT_TOLD(why)	{ OCSF_BASE, .name = why }

static const struct row rows[STARLSM_EV_LIMIT] = {
	[STARLSM_EV_HELLO] = { OCSF_STATE, LOG },
	[STARLSM_EV_LOST] = { OCSF_BASE, OTHER("Lost"), .severity = OCSF_MEDIUM },
	[STARLSM_EV_HEARTBEAT] = NOT_TOLD("a metric says how old the last one is"),
	[STARLSM_EV_TASK] = NOT_TOLD("the events of that task say it"),
	[STARLSM_EV_PATH] = NOT_TOLD("the events with that path say it"),
	[STARLSM_EV_SOCK] = NOT_TOLD("it only defines what others refer to"),
	[STARLSM_EV_FILTERED] = { OCSF_BASE, OTHER("Filtered") },
	[STARLSM_EV_POLICY] = { OCSF_STATE, LOG },
	[STARLSM_EV_ASK] = NOT_TOLD("decision says how it ended"),
	[STARLSM_EV_DECISION] = { OCSF_BASE, OTHER("Decision") },
	[STARLSM_EV_LATE] = { OCSF_BASE, OTHER("Late"), .severity = OCSF_LOW },
	[STARLSM_EV_FORK] = { OCSF_PROCESS, OTHER("Fork"), .about = ABOUT_OTHER },
	[STARLSM_EV_EXEC] = { OCSF_PROCESS, LAUNCH, .about = ABOUT_NEW },
	[STARLSM_EV_EXIT] = { OCSF_PROCESS, TERMINATE },
	[STARLSM_EV_CRED] = { OCSF_PROCESS, SET_USER },
	[STARLSM_EV_OPEN] = { OCSF_FILE, OPEN_FILE },
	[STARLSM_EV_CREATE] = { OCSF_FILE, CREATE },
	[STARLSM_EV_UNLINK] = { OCSF_FILE, DELETE },
	[STARLSM_EV_RENAME] = { OCSF_FILE, RENAME },
	[STARLSM_EV_BIND] = { OCSF_NETWORK, OTHER("Bind"), .about = ABOUT_LISTENER },
	[STARLSM_EV_LISTEN] = { OCSF_NETWORK, LISTEN, .about = ABOUT_LISTENER },
	[STARLSM_EV_CONNECT] = { OCSF_NETWORK, OPEN_PEER },
	[STARLSM_EV_ACCEPT] = { OCSF_NETWORK, OTHER("Accept"), .about = ABOUT_LISTENER },
	[STARLSM_EV_MODULE] = { OCSF_EXTENSION, LOAD },
	[STARLSM_EV_KEXEC] = { KERNEL("kexec"), CREATE },
	[STARLSM_EV_PTRACE] = { OCSF_PROCESS, OPEN_PROCESS, .about = ABOUT_OTHER },
	[STARLSM_EV_MOUNT] = { OCSF_FILE, MOUNT, .about = ABOUT_FOLDER },
	[STARLSM_EV_BPF] = { KERNEL("bpf program"), CREATE },
	[STARLSM_EV_KILL] = { OCSF_PROCESS, OTHER("Signal"), .about = ABOUT_OTHER },
	[STARLSM_EV_CHECK] = { OCSF_PROCESS, OTHER("Check"), .about = ABOUT_NEW },
	[STARLSM_EV_USERNS] = { KERNEL("user namespace"), CREATE },
	[STARLSM_EV_PRCTL] = { OCSF_PROCESS, OTHER("Change Protection") },
	[STARLSM_EV_RLIMIT] = { OCSF_PROCESS, OTHER("Set Limit"), .about = ABOUT_OTHER },
	[STARLSM_EV_SCHED] = { OCSF_PROCESS, OTHER("Set Scheduling"), .about = ABOUT_OTHER },
	[STARLSM_EV_LINK] = { OCSF_FILE, CREATE },
	[STARLSM_EV_SYMLINK] = { OCSF_FILE, CREATE, .about = ABOUT_LINK },
	[STARLSM_EV_MKDIR] = { OCSF_FILE, CREATE, .about = ABOUT_FOLDER },
	[STARLSM_EV_RMDIR] = { OCSF_FILE, DELETE, .about = ABOUT_FOLDER },
	[STARLSM_EV_MKNOD] = { OCSF_FILE, CREATE },
	[STARLSM_EV_TRUNCATE] = { OCSF_FILE, UPDATE },
	[STARLSM_EV_CHMOD] = { OCSF_FILE, SET_SECURITY },
	[STARLSM_EV_CHOWN] = { OCSF_FILE, SET_SECURITY },
	[STARLSM_EV_CHROOT] = { OCSF_FILE, OTHER("Change Root"), .about = ABOUT_FOLDER },
	[STARLSM_EV_XATTR] = { OCSF_FILE, SET_ATTRIBUTES },
	[STARLSM_EV_ACL] = { OCSF_FILE, SET_SECURITY },
	[STARLSM_EV_TIMES] = { OCSF_FILE, SET_ATTRIBUTES },
	[STARLSM_EV_IOCTL] = { OCSF_FILE, OTHER("Control") },
	[STARLSM_EV_FCNTL] = { OCSF_FILE, OTHER("Control") },
	[STARLSM_EV_RECEIVE] = { OCSF_FILE, OTHER("Receive") },
	[STARLSM_EV_MMAP] = { OCSF_MODULE, LOAD },
	[STARLSM_EV_ANON] = { OCSF_MEMORY, ALLOCATE },
	[STARLSM_EV_MPROTECT] = { OCSF_MEMORY, MODIFY },
	[STARLSM_EV_LOWMAP] = { OCSF_MEMORY, ALLOCATE },
	[STARLSM_EV_SOCKET] = { OCSF_NETWORK, OTHER("Socket") },
	[STARLSM_EV_SOCKETPAIR] = { OCSF_NETWORK, OTHER("Socket Pair") },
	[STARLSM_EV_SENDTO] = { OCSF_NETWORK, TRAFFIC },
	[STARLSM_EV_SHUTDOWN] = { OCSF_NETWORK, CLOSE_PEER },
	[STARLSM_EV_SOCKOPT] = { OCSF_NETWORK, OTHER("Set Option") },
	[STARLSM_EV_UNIX] = { OCSF_NETWORK, OPEN_PEER },
	[STARLSM_EV_ACCEPTED] = { OCSF_NETWORK, OPEN_PEER, .about = ABOUT_INBOUND },
	[STARLSM_EV_TUN] = { KERNEL("tunnel interface"), CREATE },
	[STARLSM_EV_NETLINK] = { KERNEL("netlink"), INVOKE },
	[STARLSM_EV_UMOUNT] = { OCSF_FILE, UNMOUNT, .about = ABOUT_FOLDER },
	[STARLSM_EV_REMOUNT] = { KERNEL("remount"), INVOKE },
	[STARLSM_EV_PIVOT] = { OCSF_FILE, OTHER("Change Root"), .about = ABOUT_FOLDER },
	[STARLSM_EV_QUOTA] = { KERNEL("quota"), INVOKE },
	[STARLSM_EV_MODREQ] = { KERNEL("module request"), INVOKE },
	[STARLSM_EV_IMAGE] = { KERNEL("image"), KERNEL_READ },
	[STARLSM_EV_LOCKDOWN] = { KERNEL("lockdown"), INVOKE },
	[STARLSM_EV_BPFCMD] = { KERNEL("bpf"), INVOKE },
	[STARLSM_EV_BPFMAP] = { KERNEL("bpf map"), CREATE },
	[STARLSM_EV_BPFTOKEN] = { KERNEL("bpf token"), CREATE },
	[STARLSM_EV_PERF] = { KERNEL("perf event"), CREATE },
	[STARLSM_EV_URING] = { KERNEL("io_uring"), INVOKE },
	[STARLSM_EV_KEY] = { KERNEL("key"), CREATE },
	[STARLSM_EV_SYSLOG] = { KERNEL("log"), KERNEL_READ },
	[STARLSM_EV_SETTIME] = { KERNEL("clock"), INVOKE },
	[STARLSM_EV_IPC] = { KERNEL("System V IPC"), INVOKE },
	[STARLSM_EV_DIGEST] = { OCSF_FILE, OTHER("Digest") },
};

/* An event, on its way to be told */
struct telling {
	const struct format_event *fe;
	const struct row *row;
	struct starlsm_rec hdr;
};

/*
 * Files
 */

/* type_id of a file object, by the inode's mode */
static int type_of_mode(uint64_t mode)
{
	static const struct { uint32_t format; int type; } types[] = {
		{ S_IFREG, 1 }, { S_IFDIR, 2 }, { S_IFCHR, 3 }, { S_IFBLK, 4 },
		{ S_IFSOCK, 5 }, { S_IFIFO, 6 }, { S_IFLNK, 7 },
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if ((mode & S_IFMT) == types[i].format)
			return types[i].type;
	return 0;
}

static int file_type(const struct telling *t)
{
	struct value v;

	if (t->row->about == ABOUT_FOLDER)
		return 2;
	if (t->row->about == ABOUT_LINK)
		return 7;
	if (t->hdr.type == STARLSM_EV_DIGEST)
		return 1;
	return decode_find(t->fe->rec, "mode", &v) ? type_of_mode(v.number) : 0;
}

static json_t *file(const char *path, size_t len, int type)
{
	const char *slash = memrchr(path, '/', len);
	const char *name = slash && slash + 1 < path + len ? slash + 1 : path;

	return json_pack("{s:o, s:o, s:i}", "name", format_json_string(name, path + len - name),
			 "path", format_json_string(path, len), "type_id", type);
}

/* algorithm_id of a fingerprint */
#define OCSF_SHA256	3

static void put_sha256(json_t **file, const char *bytes, size_t len)
{
	if (len)
		ocsf_put(file, "hashes", json_pack("[{s:i, s:s, s:o}]", "algorithm_id",
						   OCSF_SHA256, "algorithm", "SHA-256", "value",
						   format_json_hash(bytes, len)));
}

static json_t *no_file(const char *name)
{
	return json_pack("{s:s, s:i}", "name", name, "type_id", 0);
}

/* The record's path number n; it may have none, or one that nobody told. */
static json_t *path(const struct telling *t, unsigned int n, int type)
{
	const struct msg_out_event *out = t->fe->out;

	if (out->path_len[n])
		return file(t->fe->path[n], out->path_len[n], type);
	return no_file(out->path_flags[n] & OUT_PATH_UNKNOWN ? "?" : "(memory)");
}

static bool has_two_paths(const struct event *ev)
{
	int n = 0;

	for (unsigned int i = 0; i < ev->n_fields; i++)
		n += ev->fields[i].kind == FIELD_PATH;
	return n == 2;
}

/*
 * Processes
 */

static void put_id(json_t **object, const char *key, uint32_t number, uint32_t unknown)
{
	if (number != unknown)
		ocsf_put(object, key, json_integer(number));
}

static void put_user(json_t **process, uint32_t uid, uint32_t euid)
{
	if (uid != UNKNOWN_ID)
		ocsf_put(process, "user", json_pack("{s:o, s:s}", "uid", json_sprintf("%u", uid),
						    "type", uid ? "User" : "Admin"));
	put_id(process, "euid", euid, UNKNOWN_ID);
}

/* It has no name of its own that would not be its file's. */
static json_t *process(uint32_t domid, uint64_t task, uint32_t pid, const char *exe, size_t len)
{
	json_t *p = json_pack("{s:o}", "uid", json_sprintf("%u-%" PRIu64, domid, task));
	const char *slash = memrchr(exe, '/', len);

	put_id(&p, "pid", pid, 0);
	if (!len)
		return p;
	slash = slash ? slash + 1 : exe;
	ocsf_put(&p, "name", format_json_string(slash, exe + len - slash));
	ocsf_put(&p, "file", file(exe, len, 1));
	return p;
}

/* Who asks, as it was when it asked */
static json_t *self(const struct telling *t)
{
	const struct msg_out_event *out = t->fe->out;
	json_t *p = process(out->domid, t->hdr.task, out->tgid ? out->tgid : out->pid,
			    t->fe->exe, out->exe_len);

	put_user(&p, out->uid, out->euid);
	if (out->pid != out->tgid)
		put_id(&p, "tid", out->pid, 0);
	if (out->parent)
		ocsf_put(&p, "parent_process", process(out->domid, out->parent, out->ppid,
						       t->fe->parent_exe, out->parent_exe_len));
	return p;
}

static uint64_t number(const struct telling *t, const char *field, uint64_t unknown)
{
	struct value v;

	return decode_find(t->fe->rec, field, &v) ? v.number : unknown;
}

static json_t *command_line(const struct value *v)
{
	char text[STARLSM_REC_MAX];
	size_t len = v->len < sizeof(text) ? v->len : sizeof(text);

	memcpy(text, v->bytes, len);
	for (size_t i = 0; i < len; i++)
		if (!text[i])
			text[i] = ' ';
	/* the last one ends with NUL as well */
	if (len && text[len - 1] == ' ')
		len--;
	return format_json_string(text, len);
}

/* If its file is known, and what that holds */
static void put_own_sha256(const struct telling *t, json_t **process)
{
	json_t *own = json_incref(json_object_get(*process, "file"));

	if (!own || !t->fe->out->sha256_len) {
		json_decref(own);
		return;
	}
	put_sha256(&own, t->fe->sha256, t->fe->out->sha256_len);
	ocsf_put(process, "file", own);
}

/* What it becomes: the task is the same, who made it too. */
static json_t *renewed(const struct telling *t)
{
	const struct msg_out_event *out = t->fe->out;
	uint32_t uid = number(t, "uid", out->uid), euid = number(t, "euid", out->euid);
	json_t *p = process(out->domid, t->hdr.task, out->tgid ? out->tgid :
			    number(t, "pid", out->pid), t->fe->path[0], out->path_len[0]);
	struct value args;

	put_user(&p, uid, euid);
	if (decode_find(t->fe->rec, "args", &args))
		ocsf_put(&p, "cmd_line", command_line(&args));
	put_own_sha256(t, &p);
	if (out->parent)
		ocsf_put(&p, "parent_process", process(out->domid, out->parent, out->ppid,
						       t->fe->parent_exe, out->parent_exe_len));
	return p;
}

static json_t *other(const struct telling *t)
{
	uint64_t task = number(t, "target", number(t, "child", 0));
	uint32_t uid = number(t, "target_uid", UNKNOWN_ID);
	json_t *p = process(t->fe->out->domid, task, number(t, "pid", 0), "", 0);

	put_user(&p, uid, uid);
	return p;
}

static json_t *subject(const struct telling *t)
{
	switch (t->row->about) {
	case ABOUT_NEW:
		return renewed(t);
	case ABOUT_OTHER:
		return other(t);
	default:
		return self(t);
	}
}

/* A record of no task's is the sensor's own. */
static json_t *actor(const struct telling *t)
{
	if (!t->hdr.task)
		return json_pack("{s:s}", "app_name", "StarLSM sensor");
	return json_pack("{s:o}", "process", self(t));
}

/*
 * Endpoints
 */

static json_t *inet(int family, const void *address, uint16_t port)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(family, address, text, sizeof(text));
	return json_pack("{s:s, s:i}", "ip", text, "port", ntohs(port));
}

/* As in the guest's sockaddr; what is neither IP nor whole is a name. */
static json_t *endpoint(const struct value *v)
{
	char text[1024];
	struct sockaddr_in in = { 0 };
	struct sockaddr_in6 in6 = { 0 };

	if (v->len >= offsetof(struct sockaddr_in, sin_zero))
		memcpy(&in, v->bytes, offsetof(struct sockaddr_in, sin_zero));
	if (in.sin_family == AF_INET)
		return inet(AF_INET, &in.sin_addr, in.sin_port);
	if (in.sin_family == AF_INET6 && v->len >= offsetof(struct sockaddr_in6, sin6_scope_id)) {
		memcpy(&in6, v->bytes, offsetof(struct sockaddr_in6, sin6_scope_id));
		return inet(AF_INET6, &in6.sin6_addr, in6.sin6_port);
	}
	decode_sockaddr(v->bytes, v->len, text, sizeof(text));
	return json_pack("{s:s}", "name", text);
}

static json_t *guest_endpoint(const struct telling *t)
{
	const struct msg_out_event *out = t->fe->out;

	return json_pack("{s:o, s:o}", "name", format_json_string(out->guest, strlen(out->guest)),
			 "uid", json_sprintf("%u", out->domid));
}

static void put_network(const struct telling *t, json_t **event)
{
	bool is_inbound = t->row->about == ABOUT_INBOUND || t->row->about == ABOUT_LISTENER;
	struct value addr;
	bool has_addr = decode_find(t->fe->rec, "addr", &addr);
	const char *peer = t->row->about == ABOUT_INBOUND ? "src_endpoint" : "dst_endpoint";

	ocsf_put(event, "device", ocsf_device(t->fe->out->guest, t->fe->out->domid));
	ocsf_put(event, "actor", actor(t));
	ocsf_put(event, t->row->about == ABOUT_INBOUND ? "dst_endpoint" : "src_endpoint",
		 guest_endpoint(t));
	if (!has_addr)
		return;
	ocsf_put(event, peer, endpoint(&addr));
	ocsf_put(event, "connection_info", json_pack("{s:i}", "direction_id",
						     is_inbound ? 1 : 2));
}

/*
 * The class's own
 */

static void put_files(const struct telling *t, json_t **event)
{
	json_t *first = path(t, 0, file_type(t));
	struct value sha256;

	if (decode_find(t->fe->rec, "sha256", &sha256))
		put_sha256(&first, sha256.bytes, sha256.len);
	ocsf_put(event, "file", first);
	if (has_two_paths(t->fe->ev))
		ocsf_put(event, "file_result", path(t, 1, file_type(t)));
}

static void put_decision(const struct telling *t, json_t **event)
{
	bool is_allowed = number(t, "answer", 0) == STARLSM_ANSWER_ALLOW;

	if (t->hdr.type != STARLSM_EV_DECISION)
		return;
	ocsf_put(event, "action_id", json_integer(is_allowed ? 1 : 2));
	ocsf_put(event, "action", json_string(is_allowed ? "Allowed" : "Denied"));
}

static void put_own(const struct telling *t, json_t **event)
{
	switch (t->row->class) {
	case OCSF_PROCESS:
		ocsf_put(event, "process", subject(t));
		break;
	case OCSF_MEMORY:
		ocsf_put(event, "process", self(t));
		break;
	case OCSF_FILE:
		put_files(t, event);
		break;
	case OCSF_KERNEL:
		ocsf_put(event, "kernel", json_pack("{s:s, s:i}", "name", t->row->kernel,
						    "type_id", OCSF_OTHER));
		break;
	case OCSF_MODULE:
		ocsf_put(event, "module", json_pack("{s:o, s:i}", "file", path(t, 0, 1),
						    "load_type_id", 4));
		break;
	case OCSF_EXTENSION:
		ocsf_put(event, "driver", json_pack("{s:o}", "file", path(t, 0, 1)));
		break;
	default:
		put_decision(t, event);
	}
}

static json_t *unmapped(const struct telling *t)
{
	const struct msg_out_event *out = t->fe->out;
	json_t *own = json_pack("{s:i, s:I, s:s}", "vcpu", out->ring, "seq", (json_int_t)out->seq,
				"event", t->fe->ev->name);

	if (own && *t->fe->ev->attack)
		ocsf_put(&own, "attack", json_string(t->fe->ev->attack));
	if (own && !format_json_fields(own, t->fe))
		return own;
	json_decref(own);
	return NULL;
}

/* Told again after a restart, it has the same. */
static void put_uid(const struct msg_out_event *out, json_t **event)
{
	json_t *m = json_object_get(*event, "metadata");

	if (json_object_set_new(m, "uid", json_sprintf("%u-%u-%" PRIu64, out->domid, out->ring,
						       out->seq)))
		ocsf_put(event, "metadata", NULL);
}

struct ocsf_row ocsf_row(uint16_t type)
{
	const struct row *row = &rows[type];
	struct ocsf_row r = {
		.class = row->class, .activity_id = row->activity, .activity = row->name,
	};

	if (row->activity)
		r.class_name = ocsf_class_name(row->class);
	return r;
}

json_t *ocsf_event(const struct ocsf *o, const struct format_event *fe, bool *is_told)
{
	struct telling t = { .fe = fe };
	json_t *event;

	memcpy(&t.hdr, fe->rec, sizeof(t.hdr));
	t.row = &rows[t.hdr.type];
	*is_told = t.row->activity;
	if (!*is_told)
		return NULL;
	event = ocsf_begin(o, t.row->class, t.row->activity, t.row->name,
			   t.row->severity ? t.row->severity : OCSF_INFORMATIONAL,
			   fe->out->mono_ns);
	put_uid(fe->out, &event);
	if (t.row->class == OCSF_NETWORK) {
		put_network(&t, &event);
	} else {
		ocsf_put(&event, "device", ocsf_device(fe->out->guest, fe->out->domid));
		ocsf_put(&event, "actor", actor(&t));
	}
	put_own(&t, &event);
	ocsf_put(&event, "message", json_sprintf("%s: %s", fe->ev->name, fe->ev->text));
	ocsf_put(&event, "unmapped", unmapped(&t));
	return event;
}
