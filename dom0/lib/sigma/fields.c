// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the taxonomy: what Sigma's fields are called, and what they are here
 */
#include "lib/sigma/fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lib/finding.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Logsources
 */

struct logsource {
	const char *category, *service;	/* NULL: must not be given */
	enum view view;
};

static const struct logsource logsources[] = {
	{ "process_creation", NULL, VIEW_PROCESS },
	{ "file_event", NULL, VIEW_FILE },
	{ "file_delete", NULL, VIEW_DELETE },
	{ "file_rename", NULL, VIEW_RENAME },
	{ "file_change", NULL, VIEW_CHANGE },
	{ "network_connection", NULL, VIEW_NETWORK },
	{ NULL, "auditd", VIEW_AUDIT },
	{ "finding", "starlsm", VIEW_FINDING },
};

static bool is_same(const char *a, const char *b)
{
	return a && b ? !strcasecmp(a, b) : a == b;
}

int fields_view(const char *product, const char *category, const char *service)
{
	bool is_ours = is_same(service, "starlsm");

	if (!is_same(product, "linux") && !(is_ours && !product))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(logsources); i++)
		if (is_same(category, logsources[i].category) &&
		    is_same(service, logsources[i].service))
			return logsources[i].view;
	return is_ours && (!category || decode_type(category)) ? VIEW_EVENT : -1;
}

/*
 * The table
 */

#define PROCESS	(1U << VIEW_PROCESS)
#define FILES	(1U << VIEW_FILE | 1U << VIEW_DELETE | 1U << VIEW_RENAME | 1U << VIEW_CHANGE)
#define RENAMED	(1U << VIEW_RENAME)
#define NETWORK	(1U << VIEW_NETWORK)
#define SYSMON	(PROCESS | FILES | NETWORK)
#define NO_PROCESS	(FILES | NETWORK)
#define AUDIT	(1U << VIEW_AUDIT)
#define EVENT	(1U << VIEW_EVENT)
#define FINDING	(1U << VIEW_FINDING)

struct row {
	uint32_t views;
	const char *name;
	enum source source;
	uint16_t arg;
};

static const struct row rows[] = {
	{ SYSMON, "Image", SRC_EXE, 0 },
	{ SYSMON, "CommandLine", SRC_COMMAND, 0 },
	{ SYSMON, "ProcessArgs", SRC_COMMAND, 0 },
	{ SYSMON, "User", SRC_USER, 0 },
	{ SYSMON, "ProcessId", SRC_TGID, 0 },
	{ SYSMON, "ParentImage", SRC_PARENT_EXE, 0 },
	{ SYSMON, "ParentCommandLine", SRC_PARENT_COMMAND, 0 },
	{ SYSMON, "ParentProcessId", SRC_PPID, 0 },
	{ SYSMON, "CurrentDirectory", SRC_UNTOLD, 0 },
	{ PROCESS, "Hashes", SRC_HASHES, 0 },
	{ PROCESS, "sha256", SRC_SHA256, 0 },
	{ NO_PROCESS, "Hashes", SRC_UNTOLD, 0 },
	{ SYSMON, "IntegrityLevel", SRC_UNTOLD, 0 },
	{ SYSMON, "LogonGuid", SRC_UNTOLD, 0 },
	{ SYSMON, "LogonId", SRC_UNTOLD, 0 },
	{ SYSMON, "OriginalFileName", SRC_UNTOLD, 0 },
	{ SYSMON, "ParentProcessGuid", SRC_UNTOLD, 0 },
	{ SYSMON, "ParentUser", SRC_UNTOLD, 0 },
	{ SYSMON, "ProcessGuid", SRC_UNTOLD, 0 },
	{ SYSMON, "RuleName", SRC_UNTOLD, 0 },
	{ SYSMON, "TerminalSessionId", SRC_UNTOLD, 0 },
	{ SYSMON, "UtcTime", SRC_UNTOLD, 0 },
	{ SYSMON, "md5", SRC_UNTOLD, 0 },
	{ SYSMON, "sha1", SRC_UNTOLD, 0 },
	{ NO_PROCESS, "sha256", SRC_UNTOLD, 0 },
	{ FILES, "TargetFilename", SRC_TARGET, 0 },
	{ FILES, "CreationUtcTime", SRC_UNTOLD, 0 },
	{ RENAMED, "SourceFilename", SRC_FROM, 0 },
	{ NETWORK, "DestinationIp", SRC_DST_IP, 0 },
	{ NETWORK, "DestinationPort", SRC_DST_PORT, 0 },
	{ NETWORK, "DestinationIsIpv6", SRC_IPV6, 0 },
	{ NETWORK, "DestinationHostname", SRC_UNTOLD, 0 },
	{ NETWORK, "DestinationPortName", SRC_UNTOLD, 0 },
	{ NETWORK, "Initiated", SRC_INITIATED, 0 },
	{ NETWORK, "Protocol", SRC_PROTOCOL, 0 },
	{ NETWORK, "SourceIp", SRC_SRC_IP, 0 },
	{ NETWORK, "SourcePort", SRC_SRC_PORT, 0 },
	{ NETWORK, "SourceIsIpv6", SRC_IPV6, 0 },
	{ NETWORK, "SourceHostname", SRC_UNTOLD, 0 },
	{ NETWORK, "SourcePortName", SRC_UNTOLD, 0 },

	{ AUDIT, "type", SRC_AUDIT_TYPE, 0 },
	{ AUDIT, "syscall", SRC_AUDIT_SYSCALL, 0 },
	{ AUDIT, "exe", SRC_AUDIT_TASK, SRC_EXE },
	{ AUDIT, "comm", SRC_AUDIT_TASK, SRC_COMM },
	{ AUDIT, "pid", SRC_AUDIT_TASK, SRC_PID },
	{ AUDIT, "ppid", SRC_AUDIT_TASK, SRC_PPID },
	{ AUDIT, "uid", SRC_AUDIT_TASK, SRC_UID },
	{ AUDIT, "euid", SRC_AUDIT_TASK, SRC_EUID },
	{ AUDIT, "name", SRC_AUDIT_NAME, 0 },
	{ AUDIT, "nametype", SRC_AUDIT_NAMETYPE, 0 },
	{ AUDIT, "mode", SRC_AUDIT_MODE, 0 },
	{ AUDIT, "argc", SRC_AUDIT_ARGC, 0 },
	{ AUDIT, "proctitle", SRC_AUDIT_PROCTITLE, 0 },
	{ AUDIT, "acct", SRC_UNTOLD, 0 },
	{ AUDIT, "addr", SRC_UNTOLD, 0 },
	{ AUDIT, "arch", SRC_UNTOLD, 0 },
	{ AUDIT, "auid", SRC_UNTOLD, 0 },
	{ AUDIT, "cmd", SRC_UNTOLD, 0 },
	{ AUDIT, "cwd", SRC_UNTOLD, 0 },
	{ AUDIT, "data", SRC_UNTOLD, 0 },
	{ AUDIT, "exit", SRC_UNTOLD, 0 },
	{ AUDIT, "gid", SRC_UNTOLD, 0 },
	{ AUDIT, "egid", SRC_UNTOLD, 0 },
	{ AUDIT, "suid", SRC_UNTOLD, 0 },
	{ AUDIT, "hostname", SRC_UNTOLD, 0 },
	{ AUDIT, "inode", SRC_UNTOLD, 0 },
	{ AUDIT, "key", SRC_UNTOLD, 0 },
	{ AUDIT, "msg", SRC_UNTOLD, 0 },
	{ AUDIT, "op", SRC_UNTOLD, 0 },
	{ AUDIT, "ouid", SRC_UNTOLD, 0 },
	{ AUDIT, "res", SRC_UNTOLD, 0 },
	{ AUDIT, "saddr", SRC_UNTOLD, 0 },
	{ AUDIT, "ses", SRC_UNTOLD, 0 },
	{ AUDIT, "success", SRC_UNTOLD, 0 },
	{ AUDIT, "terminal", SRC_UNTOLD, 0 },
	{ AUDIT, "tty", SRC_UNTOLD, 0 },
	{ AUDIT, "unit", SRC_UNTOLD, 0 },

	{ EVENT, "event", SRC_EVENT_NAME, 0 },
	{ EVENT, "sha256", SRC_SHA256, 0 },
	{ EVENT, "task.exe", SRC_OLD_EXE, 0 },
	{ EVENT, "task.command", SRC_COMMAND, 0 },
	{ EVENT, "task.pid", SRC_PID, 0 },
	{ EVENT, "task.tgid", SRC_TGID, 0 },
	{ EVENT, "task.uid", SRC_UID, 0 },
	{ EVENT, "task.euid", SRC_EUID, 0 },
	{ EVENT, "task.lineage", SRC_LINEAGE, 0 },
	{ EVENT, "task.lineage_uid", SRC_LINEAGE_UID, 0 },
	{ EVENT, "task.parent.exe", SRC_PARENT_EXE, 0 },
	{ EVENT, "task.parent.command", SRC_PARENT_COMMAND, 0 },
	{ EVENT, "task.parent.pid", SRC_PPID, 0 },

	{ FINDING, "check", SRC_FINDING, offsetof(struct facts_finding, check) },
	{ FINDING, "severity", SRC_FINDING, offsetof(struct facts_finding, severity) },
	{ FINDING, "object", SRC_FINDING, offsetof(struct facts_finding, object) },
	{ FINDING, "owner", SRC_FINDING, offsetof(struct facts_finding, owner) },
	{ FINDING, "text", SRC_FINDING, offsetof(struct facts_finding, text) },
	{ FINDING, "expected", SRC_FINDING, offsetof(struct facts_finding, expected) },
	{ FINDING, "found", SRC_FINDING, offsetof(struct facts_finding, found) },
	{ FINDING, "attack", SRC_FINDING, offsetof(struct facts_finding, attack) },

	/* of any view; the names that Sigma's rules have for it */
	{ ~0U, "guest", SRC_GUEST, 0 },
	{ ~0U, "host", SRC_GUEST, 0 },
	{ ~0U, "Computer", SRC_GUEST, 0 },
	{ ~0U, "ComputerName", SRC_GUEST, 0 },
	{ ~0U, "", SRC_TEXT, 0 },
};

/* An argument's number in "a0"; -1 if it is none */
static int audit_arg(const char *name)
{
	char *end;
	long n;

	if ((name[0] != 'a' && name[0] != 'A') || name[1] < '0' || name[1] > '9')
		return -1;
	n = strtol(name + 1, &end, 10);
	return *end || n >= AUDIT_ARGS_MAX ? -1 : (int)n;
}

/* Has any event a field of that name, or that one of `type`, unless it is 0? */
static bool has_field(const char *name, uint16_t type)
{
	for (uint16_t i = 1; i < STARLSM_EV_LIMIT; i++) {
		const struct event *ev = decode_event(i);

		for (unsigned int k = 0; ev && (!type || i == type) && k < ev->n_fields; k++)
			if (!strcmp(ev->fields[k].name, name))
				return true;
	}
	return false;
}

static bool find_row(enum view view, const char *name, bool any_case, struct field_ref *ref)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!(rows[i].views & 1U << view) ||
		    (any_case ? strcasecmp(rows[i].name, name) : strcmp(rows[i].name, name)))
			continue;
		ref->source = rows[i].source;
		ref->arg = rows[i].arg;
		return true;
	}
	return false;
}

bool fields_find(enum view view, const char *name, struct field_ref *ref)
{
	int arg = view == VIEW_AUDIT ? audit_arg(name) : -1;

	memset(ref, 0, sizeof(*ref));
	ref->view = view;
	snprintf(ref->name, sizeof(ref->name), "%s", name);
	if (find_row(view, name, false, ref))
		return true;
	if (arg >= 0) {
		ref->source = SRC_AUDIT_ARG;
		ref->arg = arg;
		return true;
	}
	if (view == VIEW_EVENT && strlen(name) < sizeof(ref->name) && has_field(name, 0)) {
		ref->source = SRC_FIELD;
		return true;
	}
	return find_row(view, name, true, ref);
}

const char *fields_text(const struct field_ref *ref, const char *text)
{
	return ref->source == SRC_AUDIT_SYSCALL ? audit_syscall_name(text) : text;
}

static bool finding_can_be(uint16_t part, const char *text)
{
	switch (part) {
	case offsetof(struct facts_finding, check):
		return finding_is_check(text);
	case offsetof(struct facts_finding, severity):
		return finding_is_severity(text);
	default:
		return true;
	}
}

bool fields_can_be(const struct field_ref *ref, const char *text)
{
	switch (ref->source) {
	case SRC_UNTOLD:
		return false;
	case SRC_AUDIT_TYPE:
		return audit_kind_of(text) < AUDIT_KINDS;
	case SRC_AUDIT_SYSCALL:
		return audit_knows_syscall(text);
	case SRC_EVENT_NAME:
		return decode_type(text);
	case SRC_FINDING:
		return finding_can_be(ref->arg, text);
	default:
		return true;
	}
}

/*
 * Which events a view shows
 */

static bool shows_file(enum view view, uint16_t type)
{
	switch (type) {
	case STARLSM_EV_OPEN:
		return view == VIEW_FILE || view == VIEW_CHANGE;
	case STARLSM_EV_CREATE:
	case STARLSM_EV_LINK:
	case STARLSM_EV_SYMLINK:
	case STARLSM_EV_MKNOD:
		return view == VIEW_FILE;
	case STARLSM_EV_RENAME:
		return view == VIEW_FILE || view == VIEW_RENAME;
	case STARLSM_EV_UNLINK:
	case STARLSM_EV_RMDIR:
		return view == VIEW_DELETE;
	case STARLSM_EV_TRUNCATE:
	case STARLSM_EV_CHMOD:
	case STARLSM_EV_CHOWN:
	case STARLSM_EV_XATTR:
	case STARLSM_EV_ACL:
	case STARLSM_EV_TIMES:
		return view == VIEW_CHANGE;
	default:
		return false;
	}
}

bool fields_shows(enum view view, uint16_t type)
{
	switch (view) {
	case VIEW_PROCESS:
		return type == STARLSM_EV_EXEC;
	case VIEW_NETWORK:
		return type == STARLSM_EV_CONNECT || type == STARLSM_EV_ACCEPTED ||
		       type == STARLSM_EV_SENDTO;
	case VIEW_AUDIT:
		return audit_shows(type);
	case VIEW_EVENT:
		return type != 0;
	case VIEW_FINDING:
		return type == 0;
	default:
		return shows_file(view, type);
	}
}

bool fields_has(const struct field_ref *ref, uint16_t type)
{
	if (ref->source == SRC_UNTOLD || !fields_shows(ref->view, type))
		return false;
	if (ref->source == SRC_SHA256 || ref->source == SRC_HASHES)
		return type == STARLSM_EV_EXEC || type == STARLSM_EV_CHECK ||
		       type == STARLSM_EV_DIGEST;
	return ref->source != SRC_FIELD || has_field(ref->name, type);
}
