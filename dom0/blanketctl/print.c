// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the state of the blanket, for people
 */
#include "blanketctl/print.h"

#include <inttypes.h>

static int64_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

/* "3 of 32 programs" */
static void print_use(const json_t *object, const char *what, FILE *f)
{
	char max[32];

	snprintf(max, sizeof(max), "%s_max", what);
	fprintf(f, "%" PRId64 " of %" PRId64 " %s", number(object, what), number(object, max), what);
}

static void print_devices(const json_t *devices, FILE *f)
{
	const json_t *device;
	size_t i;

	if (!json_array_size(devices))
		fputs("devices    none\n", f);
	json_array_foreach(devices, i, device)
		fprintf(f, "device     %s/%s, %s; its back end in domain %" PRId64 ", %s\n",
			text(device, "kind"), text(device, "number"), text(device, "front"),
			number(device, "backend"), text(device, "back"));
}

void print_status(const json_t *status, FILE *f)
{
	const json_t *blanketd = json_object_get(status, "blanketd");

	fprintf(f, "outer Xen  %s, where this VM is domain %" PRId64 ", %s\n", text(status, "xen"),
		number(status, "domid"), text(status, "name"));
	fprintf(f, "in use     ");
	print_use(status, "pages", f);
	fputs(", ", f);
	print_use(status, "channels", f);
	fprintf(f, "\nxenstore   %s, ", text(status, "socket"));
	print_use(blanketd, "programs", f);
	fputs(", ", f);
	print_use(blanketd, "watches", f);
	fputs(", ", f);
	print_use(blanketd, "transactions", f);
	fprintf(f, "\nmoved      %" PRId64 " times since blanketd was started; %s\n",
		number(blanketd, "moves"), json_is_true(json_object_get(status, "can_suspend")) ?
		"can be moved" : "cannot be moved, blanket-suspend has not run");
	print_devices(json_object_get(status, "devices"), f);
}
