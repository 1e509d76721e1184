// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what was seen and decided, in OCSF's words: what all have in common
 */
#include "export/ocsf.h"

#include <stdio.h>
#include <string.h>

#include "lib/text.h"

/* The longest of the engine's texts, each byte of it escaped */
#define TEXT_MAX	(4 * MSG_TEXT_MAX + 1)

static const struct {
	enum ocsf_class class;
	const char *name;
} classes[] = {
	{ OCSF_BASE, "Base Event" },
	{ OCSF_FILE, "File System Activity" },
	{ OCSF_EXTENSION, "Kernel Extension Activity" },
	{ OCSF_KERNEL, "Kernel Activity" },
	{ OCSF_MEMORY, "Memory Activity" },
	{ OCSF_MODULE, "Module Activity" },
	{ OCSF_PROCESS, "Process Activity" },
	{ OCSF_DETECTION, "Detection Finding" },
	{ OCSF_INCIDENT, "Incident Finding" },
	{ OCSF_NETWORK, "Network Activity" },
	{ OCSF_STATE, "Device Config State Change" },
};

const char *ocsf_class_name(enum ocsf_class class)
{
	size_t i = 0;

	while (classes[i].class != class)
		i++;
	return classes[i].name;
}

void ocsf_put(json_t **object, const char *key, json_t *value)
{
	if (!json_object_set_new(*object, key, value))
		return;
	json_decref(*object);
	*object = NULL;
}

json_t *ocsf_time(const struct ocsf *o, int64_t mono_ns)
{
	/* A guest may claim any time: let it wrap. */
	return json_integer((int64_t)((uint64_t)mono_ns + (uint64_t)o->wall_ns) / 1000000);
}

json_t *ocsf_text(const char *said)
{
	char buf[TEXT_MAX];
	struct text t;

	text_init(&t, buf, sizeof(buf));
	while (*said) {
		size_t len = strcspn(said, "\\");

		text_add_guest(&t, said, len);
		said += len;
		if (*said) {
			text_add(&t, "\\");
			said++;
		}
	}
	return json_stringn(t.buf, t.len);
}

json_t *ocsf_device(const char *guest, uint32_t domid)
{
	return json_pack("{s:i, s:s, s:o, s:o, s:s, s:{s:s, s:i}}", "type_id", 6,
			 "type", "Virtual", "name", format_json_string(guest, strlen(guest)),
			 "uid", json_sprintf("%u", domid), "hypervisor", "Xen",
			 "os", "name", "Linux", "type_id", 200);
}

static json_t *metadata(const struct ocsf *o)
{
	json_t *m = json_pack("{s:s, s:{s:s, s:s, s:s}, s:{s:s, s:o}}", "version", OCSF_VERSION,
			      "product", "name", "StarLSM", "vendor_name", "StarLSM",
			      "version", STARLSM_VERSION, "reporter", "name", "starlsmd",
			      "hostname", format_json_string(o->host, strlen(o->host)));

	/* Who and where, and the effective user, are of profiles there. */
	ocsf_put(&m, "profiles", json_pack("[s, s]", "host", "linux/linux_users"));
	return m;
}

json_t *ocsf_begin(const struct ocsf *o, enum ocsf_class class, unsigned int activity_id,
		   const char *activity, enum ocsf_severity severity, int64_t mono_ns)
{
	static const char * const severities[] = {
		[OCSF_INFORMATIONAL] = "Informational", [OCSF_LOW] = "Low",
		[OCSF_MEDIUM] = "Medium", [OCSF_HIGH] = "High", [OCSF_CRITICAL] = "Critical",
	};

	return json_pack("{s:i, s:s, s:i, s:i, s:s, s:i, s:i, s:s, s:o, s:o}",
			 "class_uid", class, "class_name", ocsf_class_name(class),
			 "category_uid", class / 1000, "activity_id", activity_id,
			 "activity_name", activity, "type_uid", class * 100 + activity_id,
			 "severity_id", severity, "severity", severities[severity],
			 "time", ocsf_time(o, mono_ns), "metadata", metadata(o));
}

/* state_id: 1 Disabled, 2 Enabled; the state is the sensor's. */
json_t *ocsf_state(const struct ocsf *o, const struct msg_figures *m, const char *before,
		   int64_t mono_ns)
{
	bool is_on = !strcmp(m->state, "streaming");
	bool is_bad = !strcmp(m->state, "broken") || !strcmp(m->state, "failed");
	json_t *s = ocsf_begin(o, OCSF_STATE, 1, "Log",
			       is_bad ? OCSF_HIGH : OCSF_INFORMATIONAL, mono_ns);

	ocsf_put(&s, "device", ocsf_device(m->name, m->domid));
	ocsf_put(&s, "state_id", json_integer(is_on ? 2 : 1));
	ocsf_put(&s, "state", json_string(is_on ? "Enabled" : "Disabled"));
	ocsf_put(&s, "message", json_sprintf("the sensor's state is now %s", m->state));
	ocsf_put(&s, "unmapped", json_pack("{s:s, s:s, s:s}", "state", m->state, "before", before,
					   "error", decode_error_name(m->error)));
	return s;
}

json_t *ocsf_missed(const struct ocsf *o, uint64_t count, const char *why, int64_t mono_ns)
{
	json_t *m = ocsf_begin(o, OCSF_BASE, OCSF_OTHER, "Missed", OCSF_MEDIUM, mono_ns);

	ocsf_put(&m, "count", json_integer(count));
	ocsf_put(&m, "message", json_sprintf("%llu lines are missing here: %s",
					     (unsigned long long)count, why));
	return m;
}
