// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - writes docs/events.md from the event table
 */
#include <stdio.h>
#include <string.h>

#include "lib/decode.h"

/* What the decoder has no use for: by number */
static const char * const hooks[STARLSM_EV_LIMIT] = {
#define STARLSM_EVENT(ID, ev, number, hook, class, wait, attack, about) [number] = hook,
#define STARLSM_FIELD(ev, kind, field, about)
#define STARLSM_EVENT_END(ev)
#include <xen/interface/io/starlsm_events.h>
#undef STARLSM_EVENT
#undef STARLSM_FIELD
#undef STARLSM_EVENT_END
};

/* On the wire, and in JSON */
struct kind {
	const char *wire;
	const char *json;
};

static const struct kind kinds[] = {
	[FIELD_U64] = { "u64", "number" },
	[FIELD_HEX64] = { "u64", "string, 0x..." },
	[FIELD_TASK] = { "u64, id of a task", "number" },
	[FIELD_PATH] = { "u64, id of a path", "string, null if none" },
	[FIELD_SOCK] = { "u64, id of a socket", "number" },
	[FIELD_U32] = { "u32", "number" },
	[FIELD_HEX32] = { "u32", "string, 0x..." },
	[FIELD_OCT32] = { "u32", "string, octal" },
	[FIELD_PID] = { "u32, process or thread", "number" },
	[FIELD_UID] = { "u32, user or group", "number, null if it has none" },
	[FIELD_EVENT] = { "u32, event", "its name" },
	[FIELD_CREDOP] = { "u32", "" },
	[FIELD_SOURCE] = { "u32", "" },
	[FIELD_PTRACEOP] = { "u32", "" },
	[FIELD_ERROR] = { "u32, an error below", "its name" },
	[FIELD_ANSWER] = { "u32", "" },
	[FIELD_WHY] = { "u32", "" },
	[FIELD_CHANGE] = { "u32", "" },
	[FIELD_SCHEDOP] = { "u32", "" },
	[FIELD_URINGOP] = { "u32", "" },
	[FIELD_KEYOP] = { "u32", "" },
	[FIELD_IPCOP] = { "u32", "" },
	[FIELD_STR] = { "string", "string" },
	[FIELD_ARGS] = { "strings", "array of strings" },
	[FIELD_SOCKADDR] = { "socket address", "string" },
	[FIELD_HASH] = { "32 bytes or none", "string of hexadecimal digits, null if none" },
};

/* Larger than any value of a closed kind */
#define CLOSED_MAX 32

static void print_names(enum field_kind kind)
{
	const char *separator = "";

	for (unsigned int i = 0; i < CLOSED_MAX; i++) {
		if (!decode_name(kind, i))
			continue;
		printf("%s%u `%s`", separator, i, decode_name(kind, i));
		separator = ", ";
	}
}

static void print_field(const struct event *ev, const struct field *f)
{
	/* the name that lines of JSON begin with is taken */
	int is_taken = !strcmp(f->name, "event");

	printf("| `%s%s%s` | %u | %s | ", is_taken ? ev->name : "", is_taken ? "_" : "",
	       f->name, f->offset, kinds[f->kind].wire);
	if (*kinds[f->kind].json)
		printf("%s", kinds[f->kind].json);
	else
		print_names(f->kind);
	printf(" | %s |\n", f->text);
}

static void print_technique(const char *attack)
{
	const char *dot = strchr(attack, '.');
	int len = dot ? (int)(dot - attack) : (int)strlen(attack);

	printf("- ATT&CK [%s](https://attack.mitre.org/techniques/%.*s%s%s/)\n", attack, len,
	       attack, dot ? "/" : "", dot ? dot + 1 : "");
}

static const char * const classes[] = {
	[STARLSM_CLASS_OFF] = "off",
	[STARLSM_CLASS_ASYNC] = "async",
	[STARLSM_CLASS_COMMIT] = "commit",
};

static const char * const waits[] = {
	[EVENT_WAIT_NEVER] = "never",
	[EVENT_WAIT_RETURN] = "before it returns to user space",
	[EVENT_WAIT_NOW] = "in the hook",
	[EVENT_WAIT_REFUSE] = "in the hook, which can refuse",
	[EVENT_WAIT_RESTART] = "before it returns to user space; the call is tried again after a verdict",
};

static void print_event(uint16_t number, const struct event *ev)
{
	printf("\n### %s\n\n%s.\n\n- number %u\n", ev->name, ev->text, number);
	if (*hooks[number])
		printf("- hooks: %s\n", hooks[number]);
	if (number >= DECODE_FIRST_REQUEST)
		printf("- class, unless the policy says otherwise: %s\n- the task can wait: %s\n",
		       classes[ev->class], waits[ev->wait]);
	if (*ev->attack)
		print_technique(ev->attack);
	printf("- %u bytes%s\n\n", ev->fixed_len,
	       ev->fields[ev->n_fields - 1].kind >= FIELD_STR ? ", and the strings" : "");
	printf("| field | at | on the wire | in JSON | |\n|---|---|---|---|---|\n");
	for (unsigned int i = 0; i < ev->n_fields; i++)
		print_field(ev, &ev->fields[i]);
}

static void print_range(uint16_t from, uint16_t to)
{
	for (uint16_t number = from; number < to; number++)
		if (decode_event(number))
			print_event(number, decode_event(number));
}

static void print_summary(void)
{
	printf("| number | event | | class | ATT&CK |\n|---|---|---|---|---|\n");
	for (uint16_t number = 0; number < STARLSM_EV_LIMIT; number++) {
		const struct event *ev = decode_event(number);

		if (ev)
			printf("| %u | [%s](#%s) | %s | %s | %s |\n", number, ev->name, ev->name,
			       ev->text, number < DECODE_FIRST_REQUEST ? "" :
			       classes[ev->class], ev->attack);
	}
}

int main(void)
{
	printf("<!-- SPDX-License-Identifier: GPL-2.0 -->\n"
	       "<!-- Made by docs/gen from kernel/include/xen/interface/io/starlsm_events.h -->\n"
	       "# The events, version %d.%d\n\n", STARLSM_VERSION_MAJOR, STARLSM_VERSION_MINOR);
	printf("Every record begins with the header described in [protocol.md](protocol.md):\n"
	       "type, length, sequence number, time and the task that asked. What follows it is\n"
	       "here. An offset is from the record's start; at a string's is its length, 16 bits,\n"
	       "and the string comes after the structure.\n\n"
	       "In JSON (`starlsmctl events --json`) an event is a line with `time`, `guest`,\n"
	       "`domid`, `vcpu`, `seq`, `event`, `task` and the fields below. A string is UTF-8;\n"
	       "bytes that are not, control characters and backslashes are `\\xNN`. One that the\n"
	       "guest cut has a companion, `NAME_truncated`. A path's id is shown as the path;\n"
	       "as `?`, with the id in `NAME_id`, if no PATH record told it.\n\n"
	       "The class is what becomes of an event when the policy says nothing of it: off is\n"
	       "not recorded; async is; commit is, and the task waits until the record has been\n"
	       "copied out of the guest.\n\n");
	print_summary();
	printf("\n## What the ring says of itself\n");
	print_range(0, DECODE_FIRST_REQUEST);
	printf("\n## What the kernel was asked to do\n");
	print_range(DECODE_FIRST_REQUEST, STARLSM_EV_LIMIT);
	printf("\n## Errors\n\nWhy a collector gave a guest up, in the control page, in xenstore\n"
	       "and in `starlsmctl status`.\n\n| number | name | |\n|---|---|---|\n");
	for (uint32_t error = 0; strcmp(decode_error_name(error), "unknown"); error++)
		printf("| %u | %s | %s |\n", error, decode_error_name(error),
		       decode_error_text(error));
	return 0;
}
