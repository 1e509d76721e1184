// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a finding of introspection, in words: for rules and for people
 */
#include "lib/finding.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const char * const severities[] = {
	[FINDING_NOTE] = "note", [FINDING_SUSPECT] = "suspect", [FINDING_TAMPERED] = "tampered",
};

const char *finding_severity(uint32_t severity)
{
	return severity < ARRAY_SIZE(severities) ? severities[severity] : NULL;
}

/* vmi/checks.c has those up to kernel-log, engine/seen.c the others. */
static const char * const checks[] = {
	"entry-alike", "control-registers", "syscall-entry", "idt", "gdt", "text", "rodata",
	"vdso", "lsm-calls", "helper-paths", "taint", "module-views", "module-text",
	"code-pages", "writable-text", "process-views", "process-guards",
	"shared-credentials", "kernel-threads", "ftrace", "kprobes", "tracepoints",
	"bpf-programs", "netfilter", "notifiers", "root-folder", "proc-files",
	"file-systems", "open-files", "kernel-log",
	"credentials", "capabilities", "unknown-process", "hidden-process",
};

const char *finding_check(unsigned int number)
{
	return number < ARRAY_SIZE(checks) ? checks[number] : NULL;
}

static bool is_one_of(const char * const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (!strcasecmp(names[i], name))
			return true;
	return false;
}

bool finding_is_check(const char *name)
{
	return is_one_of(checks, ARRAY_SIZE(checks), name);
}

bool finding_is_severity(const char *name)
{
	return is_one_of(severities, ARRAY_SIZE(severities), name);
}

void finding_digits(const uint8_t *bytes, uint32_t n, uint64_t number, char *text)
{
	*text = 0;
	if (!n && number)
		snprintf(text, FINDING_DIGITS_MAX, "%#" PRIx64, number);
	for (uint32_t i = 0; i < n && i < FINDING_BYTES_MAX; i++)
		sprintf(text + 2 * i, "%02x", bytes[i]);
}

static struct fact_text text_of(const char *text)
{
	return (struct fact_text){ *text ? text : NULL, strlen(text) };
}

/* Of whom the place is, as vmi/look.c describes it */
static struct fact_text owner(const char *object)
{
	static const char module[] = "module ";

	if (!*object || !strcmp(object, "-"))
		return text_of("");
	if (!strncmp(object, module, strlen(module)))
		return (struct fact_text){ object + strlen(module),
					   strcspn(object + strlen(module), ",") };
	return text_of(!strncmp(object, "nobody's", 8) ? "nobody" : "kernel");
}

void finding_facts(const struct msg_finding *m, struct facts_finding *f,
		   struct finding_room *room)
{
	const char *severity = finding_severity(m->severity);

	finding_digits(m->expected_bytes, m->n_expected_bytes, m->expected, room->expected);
	finding_digits(m->found_bytes, m->n_found_bytes, m->found, room->found);
	f->check = text_of(m->name);
	f->severity = text_of(severity ? severity : "");
	f->object = text_of(m->object);
	f->owner = owner(m->object);
	f->text = text_of(m->text);
	f->expected = text_of(room->expected);
	f->found = text_of(room->found);
	f->attack = text_of(m->attack);
}
