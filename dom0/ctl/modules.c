// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl modules: a guest's modules, from outside and by its events
 */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/line.h"
#include "ctl/value.h"
#include "lib/decode.h"
#include "lib/format.h"

struct show {
	const struct ctl_options *opt;
	json_t *modules;
	int64_t wall_ns;
	bool is_bad;
};

/* "my_module" of "/lib/modules/6.12/my-module.ko.xz": the same signs that a kernel takes */
static void name_of(const char *path, size_t len, char *name, size_t size)
{
	size_t begin = len, n = 0;

	while (begin && path[begin - 1] != '/')
		begin--;
	for (; begin + n < len && path[begin + n] != '.' && n + 1 < size; n++)
		name[n] = path[begin + n] == '-' ? '_' : path[begin + n];
	name[n] = 0;
}

/* The last event that is about a module of that name counts. */
static bool take(void *arg, const struct msg *m)
{
	char name[SEEN_MODULE_NAME];
	struct show *show = arg;
	struct format_event fe;
	json_t *module;
	size_t i;

	if (m->type != MSG_OUT_EVENT)
		return true;
	show->is_bad = format_parse(m, &fe);
	if (show->is_bad)
		return false;
	if (((const struct starlsm_rec *)fe.rec)->type != STARLSM_EV_MODULE ||
	    !ctl_is_wanted(show->opt, fe.out->guest, fe.out->domid))
		return true;
	name_of(fe.path[0], fe.out->path_len[0], name, sizeof(name));
	json_array_foreach(show->modules, i, module) {
		const char *own = value_text(module, "name");

		if (!strcmp(own, name))
			json_object_set_new(module, "event", format_json(&fe, show->wall_ns));
	}
	return true;
}

/* Escaped already: an event's strings are when it becomes JSON. */
static void print_event(const json_t *event)
{
	const json_t *task = json_object_get(event, "task");

	if (json_is_object(event))
		printf("  %s by %s[%" PRId64 "], from %s", value_text(event, "time"),
		       value_text(task, "exe"), value_number(task, "pid"),
		       value_text(event, "path"));
}

static void print_module(const json_t *module)
{
	bool in_list = json_is_true(json_object_get(module, "in_list"));
	bool in_sysfs = json_is_true(json_object_get(module, "in_sysfs"));
	const char *plain = value_text(module, "name");
	char name[4 * SEEN_MODULE_NAME];

	decode_escape(plain, strlen(plain), name, sizeof(name));
	printf("%-24s %#18" PRIx64 " %8" PRId64, name,
	       (uint64_t)value_number(module, "base"), value_number(module, "size"));
	print_event(json_object_get(module, "event"));
	if (!in_list)
		printf("  ! not in the list of modules");
	if (!in_sysfs)
		printf("  ! not in sysfs");
	putchar('\n');
}

static void print(const struct show *show)
{
	json_t *module;
	size_t i;

	if (!show->opt->is_json)
		printf("%-24s %18s %8s  %s\n", "MODULE", "TEXT", "BYTES", "LOADED");
	json_array_foreach(show->modules, i, module) {
		if (show->opt->is_json)
			line_print(json_incref(module));
		else
			print_module(module);
	}
}

int ctl_modules(const struct ctl_options *opt)
{
	struct show show = { .opt = opt, .wall_ns = ctl_wall_ns() };
	struct client_answer answer;
	bool was_interrupted;
	int rc = client_ask(opt->socket, REQUEST_MODULES, opt->guest, &answer);

	if (rc)
		return rc;
	show.modules = json_loads(answer.text, 0, NULL);
	rc = client_ask(opt->socket, REQUEST_EVENTS, "", &answer);
	if (!rc && (!json_is_array(show.modules) || answer.fd < 0 ||
		    !client_stream(answer.fd, take, &show, &was_interrupted) || show.is_bad)) {
		fprintf(stderr, "starlsmctl: starlsmd sent what is no module\n");
		rc = CTL_FAILED;
	}
	if (!rc)
		print(&show);
	json_decref(show.modules);
	return rc;
}
