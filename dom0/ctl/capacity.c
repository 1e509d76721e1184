// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl capacity
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
#include "lib/msg_out.h"

/*
 * Capacity: what starlsmd says, and the incidents of guests that are there
 */

static bool take_incident(void *arg, const struct msg *m)
{
	const struct msg_out_incident *in = (const void *)m;
	json_t *all = arg, *guests = json_object_get(all, "guests"), *guest;
	size_t i;

	if (m->type != MSG_OUT_INCIDENT || m->len != sizeof(*in))
		return false;
	json_array_foreach(guests, i, guest) {
		if (value_number(guest, "domid") != in->domid)
			continue;
		json_object_set_new(guest, "incident", json_true());
		json_object_set_new(all, "incidents", json_integer(
			value_number(all, "incidents") + 1));
	}
	return true;
}

static int add_incidents(const struct ctl_options *opt, json_t *all)
{
	struct client_answer answer;
	bool was_interrupted;
	int rc = client_ask(opt->socket, REQUEST_INCIDENTS, "", &answer);

	if (rc)
		return rc;
	if (answer.fd >= 0 && client_stream(answer.fd, take_incident, all, &was_interrupted))
		return CTL_OK;
	fprintf(stderr, "starlsmctl: starlsmd does not tell the incidents\n");
	return CTL_FAILED;
}

static void print_capacity(const json_t *all)
{
	const json_t *guests = json_object_get(all, "guests"), *guest;
	char name[128];
	size_t i;

	printf("%" PRId64 " MiB free, %" PRId64 " incidents of guests that are here\n",
	       value_number(all, "free_mib"), value_number(all, "incidents"));
	json_array_foreach(guests, i, guest) {
		const char *text = value_text(guest, "name");

		decode_escape(text, strlen(text), name, sizeof(name));
		printf("%-12s %6" PRId64 " MiB%s%s\n", name,
		       value_number(guest, "mib"),
		       json_is_true(json_object_get(guest, "streaming")) ? ", observed" : "",
		       json_is_true(json_object_get(guest, "incident")) ? ", has an incident" : "");
	}
}

int ctl_capacity(const struct ctl_options *opt)
{
	struct client_answer answer;
	int rc = client_ask(opt->socket, REQUEST_CAPACITY, "", &answer);
	json_t *all = rc ? NULL : json_loads(answer.text, 0, NULL);

	if (!rc)
		rc = all ? add_incidents(opt, all) : CTL_FAILED;
	if (!rc && opt->is_json)
		line_print(json_incref(all));
	else if (!rc)
		print_capacity(all);
	json_decref(all);
	return rc;
}
