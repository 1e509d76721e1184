// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of Sigma rules: what each form of them matches, what is wrong with them
 */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sigma_run.h"

/* Events that the tables refer to by their first letter */
static const char * const events[] = {
	['x' - 'a'] = "{\"guest\": \"web\", \"event\": \"exec\", \"path\": \"/usr/bin/Curl\","
		" \"pid\": 12, \"uid\": 33, \"euid\": 0, \"argc\": 3, \"args\": [\"curl\","
		" \"-o\", \"/tmp/.X\", \"http://10.9.8.7/a?b*c\", \"Zm9vYmFyCg==\"],"
		" \"task\": {\"pid\": 12, \"tgid\": 12, \"uid\": 33, \"euid\": 33,"
		" \"exe\": \"/bin/sh\", \"parent\": {\"pid\": 11, \"exe\": \"/usr/sbin/nginx\","
		" \"command\": [\"nginx:\", \"worker\"]}}}",
	['f' - 'a'] = "{\"event\": \"create\", \"path\": \"/etc/cron.d/x\", \"flags\": \"0x41\","
		" \"mode\": \"0104755\", \"task\": {\"pid\": 7, \"tgid\": 7, \"uid\": 0,"
		" \"euid\": 0, \"exe\": \"/usr/bin/vi\"}}",
	['c' - 'a'] = "{\"event\": \"connect\", \"sock\": 5, \"type\": 1, \"addr\": \"10.1.2.3:4444\","
		" \"task\": {\"pid\": 7, \"uid\": 65534, \"euid\": 65534, \"exe\": \"/bin/bash\"}}",
	['v' - 'a'] = "{\"event\": \"connect\", \"sock\": 5, \"type\": 2, \"addr\": \"[fe80::1]:53\","
		" \"task\": {\"exe\": \"/bin/x\"}}",
	['u' - 'a'] = "{\"event\": \"connect\", \"sock\": 5, \"type\": 1, \"addr\": \"unix:/run/s\","
		" \"task\": {\"exe\": \"/bin/x\"}}",
	['a' - 'a'] = "{\"event\": \"accepted\", \"sock\": 5, \"addr\": \"10.0.0.9:5555\","
		" \"task\": {\"exe\": \"/usr/sbin/sshd\"}}",
	['r' - 'a'] = "{\"event\": \"rename\", \"from\": \"/tmp/a\", \"to\": \"/etc/passwd\","
		" \"flags\": \"0x0\", \"task\": {\"uid\": 0, \"euid\": 0, \"exe\": \"/bin/mv\"}}",
	['d' - 'a'] = "{\"event\": \"unlink\", \"path\": \"/var/log/auth.log\","
		" \"task\": {\"exe\": \"/bin/rm\", \"lineage\": \"ran-drop\"}}",
	['s' - 'a'] = "{\"event\": \"socket\", \"sock\": 1, \"family\": 38, \"type\": 5,"
		" \"protocol\": 0, \"task\": {\"pid\": 3, \"uid\": 5, \"euid\": 5,"
		" \"exe\": \"/a/very_long_program_name\"}}",
	['k' - 'a'] = "{\"event\": \"module\", \"path\": null, \"source\": \"memory\","
		" \"task\": {\"exe\": \"/sbin/insmod\", \"lineage\": \"became-root\"}}",
	['h' - 'a'] = "{\"event\": \"finding\", \"guest\": \"web\", \"check\": \"module-views\","
		" \"severity\": \"tampered\", \"object\": \"evil\", \"text\": \"hidden\"}",
	['o' - 'a'] = "{\"event\": \"connect\", \"sock\": 9, \"type\": 1, \"addr\": \"family 16\","
		" \"task\": {\"exe\": null}}",
};

#define PROCESS		"product: linux, category: process_creation"
#define FILES		"product: linux, category: file_event"
#define NETWORK		"product: linux, category: network_connection"
#define AUDIT		"product: linux, service: auditd"
#define OURS		"service: starlsm"

struct match_case {
	const char *source;
	const char *detection;		/* as flow YAML: selections and condition */
	const char *matches;		/* letters of events */
};

static const struct match_case match_cases[] = {
	/* values */
	{ PROCESS, "a: {Image: /usr/bin/curl}, condition: a", "x" },
	{ PROCESS, "a: {Image: /usr/bin/cur}, condition: a", "" },
	{ PROCESS, "a: {Image|cased: /usr/bin/curl}, condition: a", "" },
	{ PROCESS, "a: {Image|cased: /usr/bin/Curl}, condition: a", "x" },
	{ PROCESS, "a: {Image: [/bin/no, '*/CURL']}, condition: a", "x" },
	{ PROCESS, "a: {Image: /usr/*/?url}, condition: a", "x" },
	{ PROCESS, "a: {Image: '?usr/bin/curl'}, condition: a", "x" },
	{ PROCESS, "a: {Image: '??*'}, condition: a", "x" },
	{ PROCESS, "a: {Image: '*'}, condition: a", "x" },
	{ PROCESS, "a: {image: '*/curl'}, condition: a", "x" },
	{ PROCESS, "a: {CommandLine: 'curl -o /tmp/.x http://10.9.8.7/a\\?b\\*c *'}, condition: a", "x" },
	{ PROCESS, "a: {CommandLine|contains: 'a\\?c'}, condition: a", "" },
	{ PROCESS, "a: {ProcessId: 12}, condition: a", "x" },
	{ PROCESS, "a: {ProcessId: 1}, condition: a", "" },
	/* what there is not */
	{ PROCESS, "a: {ParentImage: null}, condition: a", "" },
	{ PROCESS, "a: {CommandLine: ''}, condition: a", "" },
	{ PROCESS, "a: {CurrentDirectory: null}, condition: a", "x" },
	{ PROCESS, "a: {CurrentDirectory: /tmp}, condition: not a", "x" },
	{ PROCESS, "a: {CurrentDirectory: /tmp}, condition: a", "" },
	{ OURS, "a: {event: connect, task.exe: null}, condition: a", "o" },
	/* modifiers */
	{ PROCESS, "a: {Image|startswith: /usr/}, condition: a", "x" },
	{ PROCESS, "a: {Image|startswith: usr/}, condition: a", "" },
	{ PROCESS, "a: {Image|endswith: /curl}, condition: a", "x" },
	{ PROCESS, "a: {Image|endswith: /bin}, condition: a", "" },
	{ PROCESS, "a: {Image|contains: /bin/}, condition: a", "x" },
	{ PROCESS, "a: {Image|contains|cased: /curl}, condition: a", "" },
	{ PROCESS, "a: {CommandLine|contains|all: [' -O ', 'HTTP']}, condition: a", "x" },
	{ PROCESS, "a: {CommandLine|contains|all: [' -o ', 'ftp']}, condition: a", "" },
	{ PROCESS, "a: {Image|neq: /bin/sh}, condition: a", "x" },
	{ PROCESS, "a: {Image|endswith|neq: [/sh, /curl]}, condition: a", "" },
	{ PROCESS, "a: {CommandLine|re: '10\\.[0-9]+\\.8'}, condition: a", "x" },
	{ PROCESS, "a: {CommandLine|re: 'HTTP'}, condition: a", "" },
	{ PROCESS, "a: {CommandLine|re|i: 'HTTP'}, condition: a", "x" },
	{ PROCESS, "a: {CommandLine|re: '(a+)+$'}, condition: a", "" },
	{ PROCESS, "a: {CommandLine|re|i|m|s: 'CURL.*http'}, condition: a", "x" },
	{ PROCESS, "a: {CommandLine|utf16be: x, Image|utf16: y}, condition: not a", "x" },
	{ PROCESS, "a: {CommandLine|contains|windash: ' /o '}, condition: a", "x" },
	{ PROCESS, "a: {CommandLine|base64offset|contains: foobar}, condition: a", "x" },
	{ PROCESS, "a: {CommandLine|base64|contains: \"foobar\\n\"}, condition: a", "x" },
	{ PROCESS, "a: {CommandLine|wide|base64offset|contains: foobar}, condition: a", "" },
	{ PROCESS, "a: {ParentProcessId|lt: 12, ProcessId|gte: 12}, condition: a", "x" },
	{ PROCESS, "a: {ProcessId|gt: 12}, condition: a", "" },
	{ PROCESS, "a: {ProcessId|lte: 12}, condition: a", "x" },
	{ PROCESS, "a: {ProcessId|gt: -1}, condition: a", "x" },
	{ PROCESS, "a: {Image|lt: 5}, condition: a", "" },
	{ PROCESS, "a: {ParentImage|exists: true}, condition: a", "x" },
	{ PROCESS, "a: {ParentImage|exists: false}, condition: a", "" },
	{ PROCESS, "a: {LogonId|exists: false}, condition: a", "x" },
	{ OURS, "a: {event: rename, to|fieldref: from}, condition: a", "" },
	{ OURS, "a: {event: exec, task.pid|fieldref: pid}, condition: a", "x" },
	{ OURS, "a: {event: exec, args|fieldref|contains: task.pid}, condition: a", "" },
	{ OURS, "a: {event: exec, task.uid|fieldref|neq: euid}, condition: a", "x" },
	/* conditions */
	{ PROCESS, "a: {Image: /no}, b: {Image: '*'}, condition: a or b", "x" },
	{ PROCESS, "a: {Image: /no}, b: {Image: '*'}, condition: b and not a", "x" },
	{ PROCESS, "a: {Image: /no}, b: {Image: '*'}, condition: a and b or b", "x" },
	{ PROCESS, "a: {Image: /no}, b: {Image: '*'}, condition: a and (b or b)", "" },
	{ PROCESS, "a: {Image: /no}, b: {Image: '*'}, condition: not (a and b)", "x" },
	{ PROCESS, "a: {Image: /no}, b: {Image: '*'}, condition: not not b", "x" },
	{ PROCESS, "s_a: {Image: /no}, s_b: {Image: '*'}, condition: 1 of s_*", "x" },
	{ PROCESS, "s_a: {Image: /no}, s_b: {Image: '*'}, condition: all of s_*", "" },
	{ PROCESS, "s_a: {Image: /no}, s_b: {Image: '*'}, condition: any of them", "x" },
	{ PROCESS, "_a: {Image: /no}, b: {Image: '*'}, condition: all of them", "x" },
	{ PROCESS, "a: {Image: '*'}, f_1: {User: root}, condition: a and not 1 of f_*", "" },
	{ PROCESS, "a: {Image: '*'}, condition: [a, not a]", "x" },
	{ PROCESS, "a: {Image: '*', User: nobody}, condition: a AND a or NOT a", "x" },
	/* lists of mappings, of values */
	{ PROCESS, "a: [{Image: /no}, {User: root, Image|endswith: url}], condition: a", "x" },
	{ PROCESS, "a: [curl, nginx], condition: a", "x" },
	{ PROCESS, "a: ['no such', 'tmp/*10.9'], condition: a", "x" },
	{ PROCESS, "a: {'|all': [curl, nginx]}, condition: a", "x" },
	{ PROCESS, "a: {'|all': [curl, apache]}, condition: a", "" },
	{ PROCESS, "a: curl, condition: a", "x" },
	/* who */
	{ PROCESS, "a: {User: root}, condition: a", "x" },
	{ PROCESS, "a: {ParentImage|endswith: /nginx, ParentCommandLine: 'nginx: worker'}, condition: a", "x" },
	{ NETWORK, "a: {User: nobody}, condition: a", "c" },
	{ OURS, "a: {guest: web}, condition: a", "x" },
	/* files */
	{ FILES, "a: {TargetFilename|startswith: /etc/}, condition: a", "fr" },
	{ FILES, "a: {TargetFilename: /etc/cron.d/*, Image|endswith: /vi}, condition: a", "f" },
	{ "product: linux, category: file_delete", "a: {TargetFilename|endswith: .log}, condition: a", "d" },
	{ "product: linux, category: file_rename", "a: {SourceFilename: /tmp/*}, condition: a", "r" },
	/* network */
	{ NETWORK, "a: {Initiated: 'true'}, condition: a", "cv" },
	{ NETWORK, "a: {Initiated: false, SourceIp: 10.0.0.9, SourcePort: 5555}, condition: a", "a" },
	{ NETWORK, "a: {DestinationPort: [53, 4444]}, condition: a", "cv" },
	{ NETWORK, "a: {DestinationIp|cidr: 10.0.0.0/8}, condition: a", "c" },
	{ NETWORK, "a: {DestinationIp|cidr: 10.1.2.2/31}, condition: a", "c" },
	{ NETWORK, "a: {DestinationIp|cidr: 10.1.2.0/31}, condition: a", "" },
	{ NETWORK, "a: {DestinationIp|cidr: ['fe80::/10', 192.168.0.0/16]}, condition: a", "v" },
	{ NETWORK, "a: {DestinationIp|cidr: 0.0.0.0/0}, condition: a", "c" },
	{ NETWORK, "a: {Protocol: udp}, condition: a", "v" },
	{ NETWORK, "a: {DestinationIsIpv6: 'true'}, condition: a", "v" },
	{ NETWORK, "a: {Image: '*'}, f: {DestinationIp: '10.*'}, condition: a and not f", "va" },
	/* audit */
	{ AUDIT, "a: {type: EXECVE, a0: curl, a1: -o}, condition: a", "x" },
	{ AUDIT, "a: {type: EXECVE, a9: x}, condition: a", "" },
	{ AUDIT, "a: {type: SYSCALL, syscall: execve, exe: /usr/bin/curl, comm: Curl, euid: 0, uid: 33}, condition: a", "x" },
	{ AUDIT, "a: {type: SYSCALL, SYSCALL: [execve, execveat]}, condition: a", "x" },
	{ AUDIT, "a: {type: SYSCALL, SYSCALL: socket, a0: 26, a1: 5}, condition: a", "s" },
	{ AUDIT, "a: {comm: very_long_progr}, condition: a", "s" },
	{ AUDIT, "a: {type: PATH, name|startswith: /etc/, nametype: CREATE}, condition: a", "fr" },
	{ AUDIT, "a: {type: PATH, nametype: DELETE}, condition: a", "rd" },
	{ AUDIT, "a: {type: PROCTITLE, proctitle|contains: ' -o '}, condition: a", "x" },
	{ AUDIT, "a: {type: SYSCALL, a0: curl}, condition: a", "" },
	{ AUDIT, "a: {syscall: 59}, condition: a", "x" },
	{ AUDIT, "a: {syscall: [41, 59999]}, condition: a", "s" },
	{ AUDIT, "a: {syscall: init_module}, condition: a", "k" },
	{ AUDIT, "a: {syscall: finit_module}, condition: a", "" },
	{ AUDIT, "a: {type: EXECVE}, k: {'|all': [curl, http]}, condition: a and k", "x" },
	{ AUDIT, "a: {type: EXECVE}, k: [nginx], condition: a and k", "" },
	{ AUDIT, "a: {type: [TTY, PATH]}, b: {name: /etc/passwd}, condition: a and b", "r" },
	{ AUDIT, "a: {type: PATH, mode: '0104755'}, condition: a", "f" },
	{ AUDIT, "a: {type: EXECVE, argc: 3}, condition: a", "x" },
	/* ours */
	{ OURS, "a: {flags: '0x41'}, condition: a", "f" },
	{ OURS, "a: [rename, 0x41], condition: a", "fr" },
	{ OURS, "a: {task.parent.command|startswith: 'nginx:'}, condition: a", "x" },
	{ OURS, "a: {task.lineage: became-root}, condition: a", "k" },
	{ OURS ", category: module", "a: {source: memory}, condition: a", "k" },
	{ OURS ", category: create", "a: {mode|re: '^010[2-7]'}, condition: a", "f" },
	{ OURS, "a: {addr|startswith: 'unix:'}, condition: a", "u" },
	{ OURS, "a: {family: 38}, condition: a", "s" },
	{ OURS ", category: finding", "a: {check: module-views, severity: tampered}, condition: a", "h" },
	{ OURS ", category: finding", "a: [evil], condition: a", "h" },
};

static void each_rule_alone(void **state)
{
	static char yaml[4096];
	unsigned int n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(match_cases); i++) {
		const struct match_case *c = &match_cases[i];
		struct sigma_run r;

		snprintf(yaml, sizeof(yaml), "title: t\nlogsource: {%s}\ndetection: {%s}\n",
			 c->source, c->detection);
		sigma_run_init(&r);
		sigma_run_add(&r, "t.yml", yaml);
		sigma_run_finish(&r);
		if (r.n_errors)
			fail_msg("%s: %s", c->detection, r.reports);
		for (size_t e = 0; e < ARRAY_SIZE(events); e++) {
			if (!events[e])
				continue;
			sigma_run_event(&r, events[e]);
			if (sigma_run_hit(&r, "t") == !!strchr(c->matches, 'a' + e))
				continue;
			print_error("%s: %s: %c\n", c->source, c->detection, (int)('a' + e));
			n_wrong++;
		}
		sigma_run_free(&r);
	}
	assert_int_equal(n_wrong, 0);
}

/* All of them in one plan find the same. */
static void all_rules_in_one_plan(void **state)
{
	struct sigma_run r;
	static char yaml[4096];

	(void)state;
	sigma_run_init(&r);
	for (size_t i = 0; i < ARRAY_SIZE(match_cases); i++) {
		snprintf(yaml, sizeof(yaml),
			 "title: t%zu\nlogsource: {%s}\ndetection: {%s}\n", i,
			 match_cases[i].source, match_cases[i].detection);
		sigma_run_add(&r, "t.yml", yaml);
	}
	sigma_run_finish(&r);
	assert_int_equal(r.n_errors, 0);
	for (size_t e = 0; e < ARRAY_SIZE(events); e++) {
		if (!events[e])
			continue;
		sigma_run_event(&r, events[e]);
		for (size_t i = 0; i < ARRAY_SIZE(match_cases); i++) {
			char title[16];

			snprintf(title, sizeof(title), "t%zu", i);
			if (sigma_run_hit(&r, title) != !!strchr(match_cases[i].matches, 'a' + e))
				fail_msg("%c: %s", (int)('a' + e), match_cases[i].detection);
		}
	}
	sigma_run_free(&r);
}

struct wrong_case {
	const char *yaml;
	const char *report;	/* a part of it */
	unsigned int n_rules;	/* that were loaded all the same */
};

#define RULE(source, detection) "title: t\nlogsource: {" source "}\ndetection:\n" detection "\n"

static const struct wrong_case wrong_cases[] = {
	{ "", "", 0 },
	{ "---\n---\n", "", 0 },
	{ "title: [\n", "2: did not find", 0 },
	{ "- a\n", "1: this is no rule", 0 },
	{ "id: x\n", "1: the rule has no title", 0 },
	{ "title: t\n", "1: the rule has no logsource", 0 },
	{ "title: t\nlevel: worst\n", "2: the level \"worst\" is not known", 0 },
	{ "title: t\nrespond: burn\n", "2: the respond \"burn\" is not known", 0 },
	{ "title: t\nid: 0123456789012345678901234567890123456789\n", "2: the id is too long", 0 },
	{ "title: t\nlogsource: {product: windows, category: process_creation}\n",
	  "2: this sensor is no logsource of product windows", 0 },
	{ "title: t\nlogsource: {product: linux, service: sshd}\n", "service sshd", 0 },
	{ "title: t\nlogsource: {service: starlsm, category: nonsense}\n", "category nonsense", 0 },
	{ "title: t\nlogsource: {" PROCESS "}\n", "the rule has no detection", 0 },
	{ RULE(PROCESS, " a: {Image: x}"), "the detection has no condition", 0 },
	{ RULE(PROCESS, " a: {Nope: x}\n condition: a"), "4: there is no field \"Nope\"", 0 },
	{ RULE(PROCESS, " a: {Image|magic: x}\n condition: a"), "4: the modifier \"magic\"", 0 },
	{ RULE(PROCESS, " a: {Image|expand: x}\n condition: a"), "4: the modifier \"expand\"", 0 },
	{ RULE(PROCESS, " a: {Image|re|contains: x}\n condition: a"), "cannot be combined", 0 },
	{ RULE(PROCESS, " a: {Image|i: x}\n condition: a"), "are of regular expressions", 0 },
	{ RULE(PROCESS, " a: {Image|re: 'a('}\n condition: a"), "4: the regular expression is wrong", 0 },
	{ RULE(PROCESS, " a: {ProcessId|lt: x}\n condition: a"), "\"x\" is no whole number", 0 },
	{ RULE(PROCESS, " a: {Image|exists: x}\n condition: a"), "neither true nor false", 0 },
	{ RULE(PROCESS, " a: {Image|base64: 'a*'}\n condition: a"), "a wildcard cannot", 0 },
	{ RULE(PROCESS, " a: {Image: []}\n condition: a"), "this list is empty", 0 },
	{ RULE(PROCESS, " a: {}\n condition: a"), "this selection is empty", 0 },
	{ RULE(PROCESS, " a: []\n condition: a"), "this selection is empty", 0 },
	{ RULE(PROCESS, " a: {Image: {x: y}}\n condition: a"), "here one value is expected", 0 },
	{ RULE(PROCESS, " a: {Image|fieldref: Nope}\n condition: a"), "there is no field", 0 },
	{ RULE(NETWORK, " a: {DestinationIp|cidr: 10.0.0.0/33}\n condition: a"), "no network", 0 },
	{ RULE(NETWORK, " a: {DestinationIp|cidr: ten}\n condition: a"), "no network", 0 },
	{ RULE(PROCESS, " a: {Image: x}\n condition: b"), "5: the condition's \"b\" is no selection", 0 },
	{ RULE(PROCESS, " a: {Image: x}\n condition: (a"), "a ) is missing", 0 },
	{ RULE(PROCESS, " a: {Image: x}\n condition: a b"), "\"b\" in the condition is not expected", 0 },
	{ RULE(PROCESS, " a: {Image: x}\n condition: a and"), "the condition ends too early", 0 },
	{ RULE(PROCESS, " a: {Image: x}\n condition: 1 of b*"), "matches no selection", 0 },
	{ RULE(PROCESS, " a: {Image: x}\n condition: a | count() > 5"), "has become a correlation", 0 },
	{ RULE(PROCESS, " a: {Image: x}\n timeframe: 5m\n condition: a"), "has become a correlation", 0 },
	{ RULE(PROCESS, " a: {Image: x}\n condition: not not not not not not not not not not"
	       " not not not not not not not not not not not not not not not not not not not"
	       " not not not not a"), "nested too deeply", 0 },
	{ "title: t\naction: global\n", "are not supported", 0 },
	/* what it costs: that rule only */
	{ RULE(PROCESS, " a: {Nope: x}\n condition: a") "---\n"
	  RULE(PROCESS, " a: {Image: x}\n condition: a"), "4: there is no field", 1 },
	{ "id: i\n" RULE(PROCESS, " a: {Image: x}\n condition: a") "---\nid: i\n"
	  RULE(PROCESS, " a: {Image: x}\n condition: a"), "8: the id is that of t.yml:1", 1 },
	{ RULE(PROCESS, " a: {Image: x}\n condition: a") "---\n[\n", "did not find", 1 },
	/* what cannot match is said, and loaded */
	{ RULE(PROCESS, " a: {LogonId: 0}\n condition: a"),
	  "4 note: the sensor does not tell LogonId\n1 note: so this rule can match no event", 1 },
	{ RULE(AUDIT, " a: {type: SERVICE_STOP}\n condition: a"),
	  "the sensor tells no type that is \"SERVICE_STOP\"", 1 },
	{ RULE(AUDIT, " a: {syscall: sysinfo}\n condition: a"), "no syscall that is \"sysinfo\"", 1 },
	{ RULE(OURS ", category: finding", " a: {check: texts}\n condition: a"),
	  "no check that is \"texts\"", 1 },
	{ RULE(OURS ", category: finding", " a: {severity: critical}\n condition: a"),
	  "no severity that is \"critical\"", 1 },
	{ RULE(OURS ", category: finding", " a: {check: te*, severity: Tampered}\n condition: a"),
	  "", 1 },
	{ RULE(OURS ", category: finding", " a: {task.uid: 0}\n condition: a"),
	  "4: there is no field \"task.uid\"", 0 },
	{ RULE(AUDIT, " a: {type: PROCTITLE}\n b: {type: [PATH, SYSCALL]}\n condition: a and b"),
	  "1 note: it asks for two types of audit record at once\n1 note: so this rule", 1 },
	/* correlations */
	{ "title: t\ncorrelation: {type: sum}\n", "has no type that is known", 0 },
	{ "title: t\ncorrelation: {type: temporal, timespan: 1m}\n", "has no rules", 0 },
	{ "title: t\ncorrelation: {type: temporal, rules: [a]}\n", "the timespan is not as", 0 },
	{ "title: t\ncorrelation: {type: temporal, rules: [a], timespan: 1w}\n", "the timespan", 0 },
	{ "title: t\ncorrelation: {type: event_count, rules: [a], timespan: 1m}\n", "no count", 0 },
	{ "title: t\ncorrelation: {type: event_count, rules: [a], timespan: 1m,"
	  " condition: {lt: 5}}\n", "\"lt\" is none of gte, gt, eq", 0 },
	{ "title: t\ncorrelation: {type: value_count, rules: [a], timespan: 1m,"
	  " condition: {gte: 5}}\n", "has no field", 0 },
	{ "title: t\ncorrelation: {type: event_count, rules: [a], timespan: 1m,"
	  " condition: {gte: 99999}}\n", "is no count below", 0 },
	{ "title: t\nname: a\ncorrelation: {type: temporal, rules: [b], timespan: 1m}\n",
	  "there is no rule \"b\"", 0 },
	{ "title: t\nname: a\ncorrelation: {type: temporal, rules: [a], timespan: 1m}\n",
	  "in a circle", 0 },
	{ "name: a\n" RULE(PROCESS, " a: {Image: x}\n condition: a") "---\n"
	  "title: t\ncorrelation: {type: temporal, rules: [a], group-by: [Nope], timespan: 1m}\n",
	  "\"Nope\" is no field that the sensor tells", 1 },
};

static unsigned int count_rules(const struct sigma_run *r)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < plan_n_rules(r->plan); i++)
		n += plan_rule(r->plan, i) != NULL;
	return n;
}

static void mistakes_are_told_with_their_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wrong_cases); i++) {
		const struct wrong_case *c = &wrong_cases[i];
		struct sigma_run r;

		sigma_run_init(&r);
		sigma_run_add(&r, "t.yml", c->yaml);
		sigma_run_finish(&r);
		if (!strstr(r.reports, c->report) || count_rules(&r) != c->n_rules)
			fail_msg("%s\n%s%u rules", c->yaml, r.reports, count_rules(&r));
		sigma_run_free(&r);
	}
}

/* What a rule says of itself */
static void what_a_rule_says_of_itself(void **state)
{
	const struct sigma_rule *rule;
	struct sigma_run r;

	(void)state;
	sigma_run_init(&r);
	sigma_run_add(&r, "t.yml",
		      "title: A title\nid: 00000000-0000-4000-8000-000000000001\nname: n\n"
		      "level: high\nrespond: pause\nauthor: x\nunknown: {a: [b]}\n"
		      "tags: [attack.execution, attack.t1059.004, cve.2021-1, attack.T1105]\n"
		      "logsource: {" PROCESS "}\ndetection: {a: {Image: x}, condition: a}\n");
	sigma_run_finish(&r);
	rule = plan_find(r.plan, "n");
	assert_non_null(rule);
	assert_ptr_equal(rule, plan_find(r.plan, "00000000-0000-4000-8000-000000000001"));
	assert_string_equal(rule->title, "A title");
	assert_string_equal(rule->attack, "T1059.004,T1105");
	assert_int_equal(rule->level, LEVEL_HIGH);
	assert_int_equal(rule->respond, RESPOND_PAUSE);
	assert_null(plan_find(r.plan, "A title"));
	sigma_run_free(&r);
}

/* A regular expression that takes too long is given up. */
static void a_regex_that_takes_long_is_given_up(void **state)
{
	static char json[4096];
	struct sigma_run r;

	(void)state;
	sigma_run_init(&r);
	sigma_run_add(&r, "t.yml", RULE(PROCESS, " a: {CommandLine|re: '^(a|aa)+$'}\n condition: a"));
	sigma_run_finish(&r);
	strcpy(json, "{\"event\": \"exec\", \"path\": \"/x\", \"args\": [\"");
	memset(json + strlen(json), 'a', 200);
	strcat(json, "b\"]}");
	sigma_run_event(&r, json);
	assert_string_equal(r.hits, "");
	assert_int_equal(matcher_refused(r.matcher), 1);
	sigma_run_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_alone),
		cmocka_unit_test(all_rules_in_one_plan),
		cmocka_unit_test(mistakes_are_told_with_their_line),
		cmocka_unit_test(what_a_rule_says_of_itself),
		cmocka_unit_test(a_regex_that_takes_long_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
