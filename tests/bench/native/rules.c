// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the rules: events through a plan of 50, 250 and 500 of them
 *
 * rules RUNS    writes rules.match.N, events for a second of processor time with
 * N rules; rules.ours, the same with those in rules/; rules.exec.250, the same of
 * nothing but execs, which most rules are about; rules.ratio, what an event costs
 * with 500 rules by what it costs with 50; and rules.rss, the memory of the
 * program when it has had 50 and 250.
 *
 * The rules are made here, in the shapes and proportions of Sigma's published
 * ones for Linux: more than half look at processes, a quarter at audit records,
 * the rest at files, connections, and our own events. Names repeat among them as
 * they do there. The
 * events are those of a server at work; some rules match some of them.
 */
#include <arpa/inet.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "bench.h"
#include "lib/sigma/load.h"
#include "lib/sigma/plan.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define EVENTS	100
#define ROUNDS	10000

static const char * const tools[] = {
	"bash", "sh", "python3", "perl", "curl", "wget", "nc", "ncat", "socat", "base64",
	"chmod", "chattr", "crontab", "systemctl", "iptables", "ufw", "useradd", "usermod",
	"passwd", "find", "grep", "cat", "cp", "mv", "rm", "shred", "dd", "tar", "zip",
	"ssh", "scp", "rsync", "gdb", "strace", "insmod", "modprobe", "mount", "docker",
	"kubectl", "tcpdump",
};

static const char * const places[] = {
	"/tmp/", "/var/tmp/", "/dev/shm/", "/etc/cron.d/", "/etc/sudoers.d/", "/root/.ssh/",
	"/etc/systemd/system/", "/var/www/", "/etc/profile.d/", "/usr/local/bin/",
};

/*
 * Rules
 */

static const char *tool(unsigned int n)
{
	return tools[n % ARRAY_SIZE(tools)];
}

static int process_rule(char *to, size_t size, unsigned int n)
{
	return snprintf(to, size,
		"title: p%u\nlevel: medium\nlogsource: {product: linux, category: process_creation}\n"
		"detection:\n"
		"  selection_img: {Image|endswith: ['/%s', '/%s%u']}\n"
		"  selection_cli: {CommandLine|contains: [' --opt%u ', '/path%u/', 'word%u=']}\n"
		"  selection_parent: {ParentImage|endswith: ['/%s', '/%s']}\n"
		"  filter_main: {ParentImage|startswith: '/opt/agent%u/', User: root}\n"
		"  condition: selection_img and %s and not filter_main\n---\n",
		n, tool(n), tool(n * 7), n, n, n, n, tool(n * 3 + 1), tool(n * 5 + 2), n % 20,
		n % 4 ? "selection_cli" : "(selection_cli or selection_parent)");
}

static int regex_rule(char *to, size_t size, unsigned int n)
{
	return snprintf(to, size,
		"title: r%u\nlogsource: {product: linux, category: process_creation}\n"
		"detection:\n"
		"  s: {Image|endswith: '/%s', CommandLine|re: '-[a-z]*c\\s+.{0,40}word%u'}\n"
		"  condition: s\n---\n", n, tool(n), n);
}

static int audit_rule(char *to, size_t size, unsigned int n)
{
	static const char * const shapes[] = {
		"s: {type: EXECVE, a0: '%s', a1: '-opt%u'}",
		"s: {type: SYSCALL, exe|endswith: '/%s', euid: %u}",
		"s: {type: PATH, name: ['/etc/%s/%u/*', /etc/hosts], nametype: CREATE}",
		"s: {type: EXECVE}, k: {'|all': ['%s', 'word%u']}",
	};
	char detection[256];

	snprintf(detection, sizeof(detection), shapes[n / 4 % ARRAY_SIZE(shapes)], tool(n), n);
	return snprintf(to, size,
		"title: a%u\nlogsource: {product: linux, service: auditd}\n"
		"detection: {%s, condition: all of them}\n---\n", n, detection);
}

static int other_rule(char *to, size_t size, unsigned int n)
{
	if (n / 12 % 2)
		return snprintf(to, size,
			"title: n%u\nlogsource: {product: linux, category: network_connection}\n"
			"detection:\n  s: {Initiated: 'true', DestinationPort: [%u, 4444]}\n"
			"  f: {DestinationIp|cidr: [10.0.0.0/8, 192.168.0.0/16]}\n"
			"  condition: s and not f\n---\n", n, 2000 + n);
	return snprintf(to, size,
		"title: f%u\nlogsource: {product: linux, category: file_event}\n"
		"detection:\n  s: {TargetFilename|startswith: '%s', TargetFilename|endswith: '.x%u'}\n"
		"  condition: s\n---\n", n, places[n % ARRAY_SIZE(places)], n);
}

/* Of our own: what audit has no record for */
static int our_rule(char *to, size_t size, unsigned int n)
{
	static const char * const types[] = { "mmap", "open", "cred", "chmod", "fork" };

	return snprintf(to, size,
		"title: o%u\nlogsource: {service: starlsm, category: %s}\n"
		"detection:\n  s: {task.exe|endswith: ['/%s', '/%s']}\n  f: {task.uid: 0}\n"
		"  condition: s and not f\n---\n", n, types[n / 10 % ARRAY_SIZE(types)], tool(n),
		tool(n + 1));
}

static void report(void *arg, enum report_kind kind, const char *file, unsigned int line,
		   const char *text)
{
	(void)arg;
	(void)kind;
	errx(1, "%s:%u: %s", file, line, text);
}

static struct plan *our_plan(void)
{
	const char * const paths[] = { OUR_RULES };
	struct plan *p = load_rules(paths, 1, report, NULL);

	if (!p || plan_n_rules(p) < 40)
		errx(1, "our rules are not in %s", OUR_RULES);
	return p;
}

static struct plan *make_plan(unsigned int n_rules)
{
	struct plan *p = plan_new();
	char yaml[4096];
	int len;

	if (!p)
		errx(1, "no memory");
	for (unsigned int n = 0; n < n_rules; n++) {
		if (n % 4 == 3)
			len = audit_rule(yaml, sizeof(yaml), n);
		else if (n % 10 == 5)
			len = our_rule(yaml, sizeof(yaml), n);
		else if (n % 12 == 0)
			len = other_rule(yaml, sizeof(yaml), n);
		else if (n % 30 == 1)
			len = regex_rule(yaml, sizeof(yaml), n);
		else
			len = process_rule(yaml, sizeof(yaml), n);
		plan_add(p, "bench", yaml, len, report, NULL);
	}
	if (plan_finish(p, report, NULL) || plan_n_rules(p) != n_rules)
		errx(1, "the plan is not what it should be");
	return p;
}

/*
 * Events: as the engine has them, with the paths that the ledger knows
 */

static struct facts facts[EVENTS];
static char texts[EVENTS][2][128];
static char args[EVENTS][128];
static struct sockaddr_in addr = { .sin_family = AF_INET };

static void set_path(struct facts *f, unsigned int i, const char *path)
{
	f->field[i].number = 1;
	f->field[i].bytes = path;
	f->field[i].len = strlen(path);
}

static void make_exec(struct facts *f, unsigned int n)
{
	const struct event *ev = decode_event(STARLSM_EV_EXEC);
	int len = snprintf(args[n], sizeof(args[n]), "%s%c-c%c/path%u/x --opt%u and%cword%u",
			   tool(n), 0, 0, n, n + 1, 0, n);

	snprintf(texts[n][1], sizeof(texts[n][1]), "/usr/bin/%s", tool(n));
	set_path(f, 0, texts[n][1]);
	for (unsigned int i = 1; i < ev->n_fields; i++)
		f->field[i].number = ev->fields[i].kind == FIELD_UID ? 33 : 7 + n;
	f->field[ev->n_fields - 1] = (struct value){ .bytes = args[n], .len = len + 1 };
}

/* What a hundred events are; the rest are files mapped, and tasks that come and go */
static uint16_t type_of(unsigned int n)
{
	static const struct {
		unsigned int below;
		uint16_t type;
	} mix[] = {
		{ 4, STARLSM_EV_EXEC }, { 10, STARLSM_EV_FORK }, { 16, STARLSM_EV_EXIT },
		{ 31, STARLSM_EV_OPEN }, { 41, STARLSM_EV_CREATE }, { 49, STARLSM_EV_UNLINK },
		{ 52, STARLSM_EV_RENAME }, { 57, STARLSM_EV_CONNECT },
		{ 60, STARLSM_EV_ACCEPTED }, { 65, STARLSM_EV_SENDTO },
		{ 70, STARLSM_EV_SOCKET }, { 72, STARLSM_EV_CHMOD }, { 75, STARLSM_EV_CRED },
	};

	for (size_t i = 0; i < ARRAY_SIZE(mix); i++)
		if (n < mix[i].below)
			return mix[i].type;
	return STARLSM_EV_MMAP;
}

static void make_event(unsigned int n, uint16_t type)
{
	const struct event *ev = decode_event(type);
	struct facts *f = &facts[n];

	memset(f, 0, sizeof(*f));
	f->type = type;
	f->guest = (struct fact_text){ "web", 3 };
	f->exe = (struct fact_text){ "/usr/sbin/nginx", 15 };
	f->parent_exe = (struct fact_text){ "/usr/lib/systemd/systemd", 24 };
	f->command = (struct fact_text){ "nginx: worker process", 22 };
	f->pid = f->tgid = 100 + n;
	f->ppid = 1;
	f->uid = f->euid = 33;
	if (type == STARLSM_EV_EXEC) {
		make_exec(f, n);
		return;
	}
	snprintf(texts[n][0], sizeof(texts[n][0]), "%ssite/cache/ab/file-%u.html",
		 n % 5 ? "/var/lib/nginx/" : places[n % ARRAY_SIZE(places)], n);
	for (unsigned int i = 0; i < ev->n_fields; i++) {
		f->field[i].number = i + 1;
		if (ev->fields[i].kind == FIELD_PATH)
			set_path(f, i, texts[n][0]);
		if (ev->fields[i].kind == FIELD_SOCKADDR)
			f->field[i] = (struct value){
				.bytes = (const char *)&addr, .len = sizeof(addr),
			};
	}
}

static void make_events(bool only_execs)
{
	addr.sin_port = htons(443);
	inet_pton(AF_INET, "203.0.113.7", &addr.sin_addr);
	for (unsigned int n = 0; n < EVENTS; n++)
		make_event(n, only_execs ? STARLSM_EV_EXEC : type_of(n));
}

/*
 * Measuring
 */

static unsigned long n_hits;

static void hit(void *arg, const struct sigma_rule *rule)
{
	(void)arg;
	(void)rule;
	n_hits++;
}

/* ns of processor time for an event */
static double measure(const struct plan *p, unsigned int rounds)
{
	struct matcher *m = matcher_new(p);
	uint64_t began;
	double ns;

	if (!m)
		errx(1, "no memory");
	n_hits = 0;
	began = bench_ns(CLOCK_THREAD_CPUTIME_ID);
	for (unsigned int i = 0; i < rounds; i++)
		for (unsigned int n = 0; n < EVENTS; n++)
			matcher_run(m, &facts[n], hit, NULL);
	ns = (double)(bench_ns(CLOCK_THREAD_CPUTIME_ID) - began) / rounds / EVENTS;
	matcher_free(m);
	if (!n_hits)
		errx(1, "no rule has matched anything");
	return ns;
}

/* Of a plan, which is freed then */
static double run(struct plan *p, const char *key, unsigned int rounds)
{
	double ns;

	measure(p, rounds / 10);
	ns = measure(p, rounds);
	plan_free(p);
	bench_result(key, 1e9 / ns, "events/s");
	return ns;
}

static void tell_memory(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	bench_result("rules.rss", usage.ru_maxrss / 1024.0, "MiB");
}

int main(int argc, char **argv)
{
	int runs = argc > 1 ? atoi(argv[1]) : 5;
	double few;

	for (int i = 0; i < runs; i++) {
		make_events(false);
		few = run(make_plan(50), "rules.match.50", ROUNDS);
		run(make_plan(250), "rules.match.250", ROUNDS);
		if (i == 0)
			tell_memory();
		bench_result("rules.ratio",
			     run(make_plan(500), "rules.match.500", ROUNDS) / few, "");
		run(our_plan(), "rules.ours", ROUNDS);
		make_events(true);
		run(make_plan(250), "rules.exec.250", ROUNDS / 10);
	}
	return 0;
}
