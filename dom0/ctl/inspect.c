// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl inspect: what the checks of one guest say
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
#include "lib/msg_vmi.h"

/* vmi has been near the guest: what it says is escaped. */
static void print_check(const json_t *check)
{
	const char *plain = value_text(check, "name"), *why = value_text(check, "why");
	char name[128], reason[4 * LOOK_WHY_MAX];

	decode_escape(plain, strlen(plain), name, sizeof(name));
	decode_escape(why, strlen(why), reason, sizeof(reason));
	printf("%-20s %9.3f s  %s%s%s\n", name,
	       json_number_value(json_object_get(check, "busy_s")), value_text(check, "result"),
	       *why ? ", " : "", reason);
}

/* Its registers; those that are 0 are of guests of the other type. */
static void print_vcpu(const json_t *vcpu)
{
	const char *name;
	json_t *value;

	printf("vCPU %" PRId64 "%s", value_number(vcpu, "vcpu"),
	       json_is_true(json_object_get(vcpu, "online")) ? "" : "  offline");
	json_object_foreach((json_t *)vcpu, name, value)
		if (json_is_string(value) && strcmp(json_string_value(value), "0x0"))
			printf("  %s %s", name, json_string_value(value));
	putchar('\n');
}

static void print_looks(const json_t *looks)
{
	const json_t *checks = json_object_get(looks, "checks"), *check;
	const json_t *vcpus = json_object_get(looks, "vcpus"), *vcpu;
	const char *profile = value_text(looks, "profile");
	size_t i;

	if (*profile)
		printf("kernel %s at %#" PRIx64 "\n", profile, (uint64_t)value_number(looks, "base"));
	else
		printf("there is no profile of its kernel\n");
	printf("%" PRId64 " rounds, %" PRId64 " turns, %" PRId64 " pages touched, %" PRId64 " findings, %.1f s, %.1f s of it on lists\n",
	       value_number(looks, "looks"), value_number(looks, "turns"),
	       value_number(looks, "pages"), value_number(looks, "findings"),
	       json_number_value(json_object_get(looks, "busy_s")),
	       json_number_value(json_object_get(looks, "lists_s")));
	printf("%" PRId64 " modules came, %" PRId64 " of them seen before their init had returned\n",
	       value_number(looks, "modules_came"), value_number(looks, "modules_coming"));
	if (value_number(looks, "written_pages"))
		printf("%" PRId64 " pages of text and read-only data were written to, as Xen says\n",
		       value_number(looks, "written_pages"));
	json_array_foreach(vcpus, i, vcpu)
		print_vcpu(vcpu);
	json_array_foreach(checks, i, check)
		print_check(check);
}

int ctl_inspect(const struct ctl_options *opt)
{
	struct client_answer answer;
	int rc = client_ask(opt->socket, REQUEST_STATUS, opt->guest, &answer);
	json_t *status, *looks;
	const json_t *guest;

	if (rc)
		return rc;
	status = json_loads(answer.text, 0, NULL);
	guest = json_array_get(json_object_get(status, "guests"), 0);
	looks = json_object_get(guest, "introspection");
	if (!json_is_object(looks)) {
		fprintf(stderr, "starlsmctl: %s\n", guest ? "nobody has looked at it yet" :
			"there is no such guest");
		rc = CTL_FAILED;
	} else if (opt->is_json) {
		line_print(json_incref(looks));
	} else {
		print_looks(looks);
	}
	json_decref(status);
	return rc;
}
