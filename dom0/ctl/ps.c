// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl ps: a guest's processes, from outside and by its events
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/line.h"
#include "lib/decode.h"
#include "lib/format.h"

struct show {
	const struct ctl_options *opt;
	unsigned int n;
	bool is_bad;
};

static const struct {
	uint32_t bit;
	const char *name;	/* in JSON */
	const char *text;
} differences[] = {
	{ DIFFERS_UID, "user", "no event made it that user" },
	{ DIFFERS_CAPS, "capabilities", "no event gave it these capabilities" },
	{ DIFFERS_NO_EVENT, "no-event", "no event made it" },
	{ DIFFERS_NO_TASK, "no-task", "it acts, and is in no table" },
};

#define N_DIFFERENCES (sizeof(differences) / sizeof(differences[0]))

static bool is_sane(const struct msg *m)
{
	const struct msg_out_task *t = (const void *)m;

	return m->type == MSG_OUT_TASK && m->len == sizeof(*t) && t->exe_len <= sizeof(t->exe) &&
	       memchr(t->seen.comm, 0, sizeof(t->seen.comm));
}

static void print_user(char *text, size_t size, uint32_t uid, uint32_t euid)
{
	if (uid == UINT32_MAX)
		snprintf(text, size, "?");
	else if (uid == euid)
		snprintf(text, size, "%u", uid);
	else
		snprintf(text, size, "%u(%u)", uid, euid);
}

static void print_views(const struct msg_out_task *t)
{
	uint32_t views = t->seen.flags & (SEEN_IN_LIST | SEEN_IN_NUMBERS);

	if (views == SEEN_IN_LIST)
		printf("  ! not in the table of numbers");
	if (views == SEEN_IN_NUMBERS)
		printf("  ! not in the list of tasks");
	for (size_t i = 0; i < N_DIFFERENCES; i++)
		if (t->differs & differences[i].bit)
			printf("  ! %s", differences[i].text);
}

static void print_row(const struct msg_out_task *t)
{
	bool is_seen = t->which & OUT_TASK_SEEN, is_told = t->which & OUT_TASK_TOLD;
	char seen[32] = "-", told[32] = "-", exe[4 * sizeof(t->exe)];
	char comm[4 * SEEN_COMM_MAX], name[4 * SEEN_COMM_MAX + 2];

	if (is_seen && (t->seen.flags & SEEN_CRED))
		print_user(seen, sizeof(seen), t->seen.uid, t->seen.euid);
	if (is_told)
		print_user(told, sizeof(told), t->uid, t->euid);
	decode_escape(t->seen.comm, strlen(t->seen.comm), comm, sizeof(comm));
	snprintf(name, sizeof(name), t->seen.flags & SEEN_KERNEL ? "[%s]" : "%s", comm);
	decode_escape(t->exe, t->exe_len, exe, sizeof(exe));
	printf("%7u  %-10s %-16s  %-10s %s", is_seen ? t->seen.pid : t->pid, seen,
	       is_seen ? name : "-", told,
	       !is_told ? "-" : t->exe_len ? exe : "?");
	print_views(t);
	putchar('\n');
}

static json_t *json_seen(const struct msg_out_task *t)
{
	char caps[24];

	if (!(t->which & OUT_TASK_SEEN))
		return json_null();
	snprintf(caps, sizeof(caps), "%#" PRIx64, t->seen.cap_effective);
	return json_pack("{s:I, s:o, s:I, s:I, s:s, s:b, s:b, s:b}",
			 "pid", (json_int_t)t->seen.pid,
			 "comm", format_json_string(t->seen.comm, strlen(t->seen.comm)),
			 "uid", (json_int_t)t->seen.uid, "euid", (json_int_t)t->seen.euid,
			 "cap_effective", caps,
			 "is_kernel", (t->seen.flags & SEEN_KERNEL) != 0,
			 "in_list", (t->seen.flags & SEEN_IN_LIST) != 0,
			 "in_numbers", (t->seen.flags & SEEN_IN_NUMBERS) != 0);
}

static json_t *json_id(uint32_t id)
{
	return id == UINT32_MAX ? json_null() : json_integer(id);
}

static json_t *json_told(const struct msg_out_task *t)
{
	char caps[24];

	if (!(t->which & OUT_TASK_TOLD))
		return json_null();
	snprintf(caps, sizeof(caps), "%#" PRIx64, t->cap_effective);
	return json_pack("{s:I, s:I, s:o, s:o, s:s, s:o}", "task", (json_int_t)t->id,
			 "pid", (json_int_t)t->pid, "uid", json_id(t->uid),
			 "euid", json_id(t->euid), "cap_effective", caps,
			 "exe", format_json_string(t->exe, t->exe_len));
}

static json_t *json_bits(uint32_t bits)
{
	json_t *list = json_array();

	for (size_t i = 0; i < N_DIFFERENCES; i++)
		if (bits & differences[i].bit)
			json_array_append_new(list, json_string(differences[i].name));
	return list;
}

static json_t *json_task(const struct msg_out_task *t)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "memory", json_seen(t),
			 "events", json_told(t), "differs", json_bits(t->differs),
			 "told", json_bits(t->told));
}

static bool show_task(struct show *show, const struct msg *m)
{
	if (!is_sane(m))
		return false;
	if (show->opt->is_json)
		return line_print(json_task((const void *)m));
	if (!show->n++)
		printf("%7s  %-27s  %s\n%7s  %-10s %-16s  %-10s %s\n", "", "IN MEMORY",
		       "BY EVENTS", "PID", "USER", "NAME", "USER", "EXECUTES");
	print_row((const void *)m);
	return true;
}

static bool take(void *arg, const struct msg *m)
{
	struct show *show = arg;

	show->is_bad = !show_task(show, m);
	return !show->is_bad;
}

int ctl_ps(const struct ctl_options *opt)
{
	struct show show = { .opt = opt };
	struct client_answer answer;
	bool was_interrupted;
	int rc = client_ask(opt->socket, REQUEST_TASKS, opt->guest, &answer);

	if (rc)
		return rc;
	if (answer.fd < 0 || !client_stream(answer.fd, take, &show, &was_interrupted) ||
	    show.is_bad) {
		fprintf(stderr, "starlsmctl: starlsmd sent what is no process\n");
		return CTL_FAILED;
	}
	return CTL_OK;
}
