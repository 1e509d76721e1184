// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what blanketd and the outer xenstore say of this VM, as one object of JSON
 */
#include "blanketctl/gather.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xen/io/xenbus.h>

#include "lib/decode.h"
#include "lib/front.h"
#include "lib/log.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
/* A byte that is escaped takes four. */
#define ESCAPED_MAX	(4 * FRONT_TEXT_MAX)

static const char *const state_names[] = {
	[XenbusStateUnknown] = "unknown",
	[XenbusStateInitialising] = "initialising",
	[XenbusStateInitWait] = "waiting",
	[XenbusStateInitialised] = "initialised",
	[XenbusStateConnected] = "connected",
	[XenbusStateClosing] = "closing",
	[XenbusStateClosed] = "closed",
	[XenbusStateReconfiguring] = "reconfiguring",
	[XenbusStateReconfigured] = "reconfigured",
};

static json_t *escaped(const char *untrusted_text)
{
	char text[ESCAPED_MAX];

	decode_escape(untrusted_text, strlen(untrusted_text), text, sizeof(text));
	return json_string(text);
}

static unsigned long number_at(struct front *f, const char *folder, const char *node)
{
	char text[FRONT_TEXT_MAX];

	return front_read(f, folder, node, text, sizeof(text)) ? strtoul(text, NULL, 10) : 0;
}

static const char *state_at(struct front *f, const char *folder)
{
	unsigned long state = number_at(f, folder, "state");

	return state_names[state < ARRAY_SIZE(state_names) ? state : XenbusStateUnknown];
}

/* Not all that is called a device has a back end. */
static void add_device(json_t *devices, struct xs_handle *xs, const char *kind,
		       const char *number)
{
	struct front f = { .xs = xs };
	json_t *device;

	snprintf(f.front, sizeof(f.front), "device/%s/%s", kind, number);
	if (!front_read(&f, f.front, "backend", f.back, sizeof(f.back)))
		return;
	device = json_pack("{s:o, s:o, s:s, s:s, s:I}",
		"kind", escaped(kind), "number", escaped(number),
		"front", state_at(&f, f.front), "back", state_at(&f, f.back),
		"backend", (json_int_t)number_at(&f, f.front, "backend-id"));
	json_array_append_new(devices, device);
}

static void add_kind(json_t *devices, struct xs_handle *xs, const char *kind)
{
	char path[FRONT_TEXT_MAX], **numbers;
	unsigned int n = 0;

	snprintf(path, sizeof(path), "device/%s", kind);
	numbers = xs_directory(xs, XBT_NULL, path, &n);
	for (unsigned int i = 0; numbers && i < n; i++)
		add_device(devices, xs, kind, numbers[i]);
	free(numbers);
}

static json_t *list_devices(struct xs_handle *xs)
{
	json_t *devices = json_array();
	unsigned int n = 0;
	char **kinds = xs_directory(xs, XBT_NULL, "device", &n);

	for (unsigned int i = 0; kinds && i < n; i++)
		add_kind(devices, xs, kinds[i]);
	free(kinds);
	return devices;
}

static json_t *ask_blanketd(struct xs_handle *xs)
{
	char *text = xs_control_command(xs, "status", NULL, 0);
	json_t *said;

	if (!text)
		fatal("blanketd does not say how it is: %s", strerror(errno));
	said = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	free(text);
	if (!json_is_object(said))
		fatal("who offers the outer xenstore is not blanketd");
	return said;
}

/* Of this VM itself; NULL if it has none. For free() */
static char *node(struct xs_handle *xs, const char *path)
{
	unsigned int len;

	return xs_read(xs, XBT_NULL, path, &len);
}

json_t *gather(struct xs_handle *xs)
{
	json_t *blanketd = ask_blanketd(xs);
	char *domid = node(xs, "domid");
	char *name = node(xs, "name");
	char *suspend = node(xs, "control/feature-suspend");
	json_t *all = json_pack("{s:I, s:o, s:b, s:o, s:o}",
		"domid", (json_int_t)(domid ? atoi(domid) : -1), "name", escaped(name ? name : ""),
		"can_suspend", suspend && !strcmp(suspend, "1"), "blanketd", blanketd,
		"devices", list_devices(xs));

	free(domid);
	free(name);
	free(suspend);
	return all;
}
