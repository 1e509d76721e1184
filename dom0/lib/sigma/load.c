// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a plan of all rules in some files and folders, for those who may open them
 */
#include "lib/sigma/load.h"

#include "lib/rulefiles.h"

struct caller {
	report_fn report;
	void *arg;
};

static void unreadable(void *arg, const char *path, const char *why)
{
	const struct caller *c = arg;

	c->report(c->arg, REPORT_ERROR, path, 1, why);
}

struct plan *load_rules(const char * const *paths, unsigned int n, report_fn report, void *arg)
{
	struct caller caller = { report, arg };
	struct rulefiles files = { 0 };
	struct plan *plan = plan_new();
	struct rulefile file;
	size_t at = 0;

	for (unsigned int i = 0; i < n; i++)
		rulefiles_add(&files, paths[i], unreadable, &caller);
	while (plan && rulefiles_next(files.bytes, files.len, &at, &file) > 0)
		plan_add(plan, file.name, file.text, file.len, report, arg);
	rulefiles_free(&files);
	if (plan && !plan_finish(plan, report, arg))
		return plan;
	report(arg, REPORT_ERROR, n ? paths[0] : "", 1, "the rules do not fit into memory");
	plan_free(plan);
	return NULL;
}
