// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - fuzzer: a record that may be anything, through rules of each shape
 *
 * A rule in a plan with others, where it is found by what it has in common with
 * them, has to match what it matches in a plan of its own.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/sigma/plan.h"
#include "rule_events.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RULE(source, detection) \
	"title: t\nlogsource: {product: linux, " source "}\ndetection: {" detection "}\n---\n"

static const char * const rules[] = {
	RULE("category: process_creation", "a: {Image|endswith: [a, /b, bc]}, b: {CommandLine|contains|all: [x, yz]}, condition: a or b"),
	RULE("category: process_creation", "a: {CommandLine: '*a?b*'}, b: {User: root}, condition: a and not b"),
	RULE("category: process_creation", "a: {CommandLine|re|i: '^[a-z]+(x|y)*$'}, condition: a"),
	RULE("category: process_creation", "a: {CommandLine|base64offset|contains: ab}, b: [abc, x*z], condition: 1 of them"),
	RULE("category: file_event", "a: {TargetFilename|startswith: [a, /]}, b: {Image|cased: AbC}, condition: a or b"),
	RULE("category: file_rename", "a: {SourceFilename|fieldref|contains: Image}, condition: a"),
	RULE("category: network_connection", "a: {DestinationIp|cidr: [10.0.0.0/8, '::/3']}, b: {DestinationPort|lt: 1024}, condition: all of them"),
	RULE("service: auditd", "a: {type: EXECVE, a0|contains: a, a1: b}, k: {'|all': [a, b]}, condition: a or k"),
	RULE("service: auditd", "a: {type: PATH, nametype: [CREATE, DELETE]}, b: {name|endswith: [a, b]}, condition: a and not b"),
	RULE("service: auditd", "a: {type: SYSCALL, a0: 26}, b: {comm|exists: true}, condition: a or not b"),
	RULE("service: starlsm", "a: {path|exists: true}, b: {task.exe: null}, c: [a], condition: a and not b or c"),
	RULE("service: starlsm", "a: {addr|startswith: 'unix:'}, b: {uid|gte: 1}, condition: 1 of them"),
};

#define N_RULES (sizeof(rules) / sizeof(rules[0]))

static struct matcher *all, *alone[N_RULES];
static char hits[N_RULES];

static void report(void *arg, enum report_kind kind, const char *file, unsigned int line,
		   const char *text)
{
	(void)arg;
	(void)kind;
	fprintf(stderr, "%s:%u: %s\n", file, line, text);
	abort();
}

static struct matcher *compile(unsigned int first, unsigned int n)
{
	struct plan *p = plan_new();
	struct matcher *m;

	assert(p);
	for (unsigned int i = first; i < first + n; i++)
		plan_add(p, "fuzz", rules[i], strlen(rules[i]), report, NULL);
	assert(!plan_finish(p, report, NULL) && plan_n_rules(p) == n);
	m = matcher_new(p);
	assert(m);
	return m;
}

static void count(void *arg, const struct sigma_rule *rule)
{
	assert(!hits[rule->number]);
	hits[rule->number] = 1;
	(void)arg;
}

static void take_back(void *arg, const struct sigma_rule *rule)
{
	unsigned int *i = arg;

	(void)rule;
	assert(hits[*i]);
	hits[*i] = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct facts f;

	if (!all)
		all = compile(0, N_RULES);
	if (decode_check(data, size) != STARLSM_ERR_OK)
		return 0;
	facts_from(&f, (const char *)data, size);
	matcher_run(all, &f, count, NULL);
	for (unsigned int i = 0; i < N_RULES; i++) {
		if (!alone[i])
			alone[i] = compile(i, 1);
		matcher_run(alone[i], &f, take_back, &i);
		assert(!hits[i]);
	}
	return 0;
}
