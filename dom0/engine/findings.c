// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - what vmi has found, as an alert
 *
 * vmi has been near the guest: its texts are bounded and escaped again.
 */
#include "engine/findings.h"

#include <inttypes.h>
#include <string.h>

#include "lib/text.h"

static bool is_text(const char *text, size_t size)
{
	return memchr(text, 0, size);
}

bool findings_is_sane(const struct msg_finding *m)
{
	return m->severity <= FINDING_TAMPERED &&
	       m->n_expected_bytes <= FINDING_BYTES_MAX && m->n_found_bytes <= FINDING_BYTES_MAX &&
	       is_text(m->name, sizeof(m->name)) && is_text(m->attack, sizeof(m->attack)) &&
	       is_text(m->object, sizeof(m->object)) && is_text(m->text, sizeof(m->text));
}

static void add_bytes(struct text *t, const char *what, const uint8_t *bytes, uint32_t n)
{
	if (!n)
		return;
	text_add(t, ", %s", what);
	for (uint32_t i = 0; i < n; i++)
		text_add(t, "%s%02x", i ? "" : " ", bytes[i]);
}

static void describe(struct text *t, const struct msg_finding *m)
{
	text_add_guest(t, m->name, strlen(m->name));
	text_add(t, ": ");
	text_add_guest(t, m->text, strlen(m->text));
	if (m->address) {
		text_add(t, ", at ");
		text_add_guest(t, m->object, strlen(m->object));
		text_add(t, " (%#" PRIx64 ")", m->address);
	}
	add_bytes(t, "expected", m->expected_bytes, m->n_expected_bytes);
	add_bytes(t, "found", m->found_bytes, m->n_found_bytes);
}

static bool is_other(const struct findings_kernel *k, int64_t mono_ns, struct alert *alert)
{
	struct text t;

	if (!*k->said || !*k->seen ||
	    (!strcmp(k->said, k->seen) && k->said_base == k->seen_base))
		return false;
	rules_begin(alert, RULE_TAMPERED);
	alert->part = UINT32_MAX;
	t = rules_only_step(alert, mono_ns);
	text_add(&t, "its sensor says that its kernel is ");
	text_add_guest(&t, k->said, strlen(k->said));
	text_add(&t, " at %#" PRIx64 "; in its memory is ", k->said_base);
	text_add_guest(&t, k->seen, strlen(k->seen));
	text_add(&t, " at %#" PRIx64, k->seen_base);
	text_init(&t, alert->reason, sizeof(alert->reason));
	text_add(&t, "%s: %s", rules[RULE_TAMPERED].text, alert->step[0].text);
	return true;
}

bool findings_seen(struct findings_kernel *k, const struct msg_kernel *m, int64_t now_ns,
		   struct alert *alert, bool *is_wrong)
{
	if (!is_text(m->build_id, sizeof(m->build_id)))
		return false;
	memcpy(k->seen, m->build_id, sizeof(k->seen));
	k->seen_base = m->base;
	*is_wrong = is_other(k, now_ns, alert);
	return true;
}

bool findings_said(struct findings_kernel *k, const struct rule_event *ev, struct alert *alert)
{
	const struct starlsm_rec_hello *rec = (const void *)ev->rec;
	size_t len;

	if (ev->rec->type != STARLSM_EV_HELLO)
		return false;
	len = STARLSM_VAR_LEN(rec->build_id_len);
	memset(k->said, 0, sizeof(k->said));
	memcpy(k->said, rec + 1, len < sizeof(k->said) ? len : sizeof(k->said) - 1);
	k->said_base = rec->text_base;
	return is_other(k, ev->mono_ns, alert);
}

static enum rule_id rule_of(const struct msg_finding *m)
{
	return m->severity == FINDING_TAMPERED ? RULE_TAMPERED : RULE_SUSPECT;
}

static void only_step(struct alert *alert, const struct msg_finding *m, int64_t now_ns)
{
	struct text t = rules_only_step(alert, now_ns);

	describe(&t, m);
}

bool findings_alert(const struct msg_finding *m, int64_t now_ns, struct alert *alert)
{
	struct text t;

	if (!findings_is_sane(m))
		return false;
	rules_begin(alert, rule_of(m));
	memset(alert->attack, 0, sizeof(alert->attack));
	memcpy(alert->attack, m->attack, strlen(m->attack));
	alert->part = m->check;
	only_step(alert, m, now_ns);
	text_init(&t, alert->reason, sizeof(alert->reason));
	text_add(&t, "%s: ", rules[alert->rule].text);
	describe(&t, m);
	text_add(&t, " (");
	text_add_guest(&t, m->attack, strlen(m->attack));
	text_add(&t, ")");
	return true;
}

void findings_loaded(const struct msg_finding *m, int64_t now_ns,
		     const struct sigma_rule *rule, struct alert *alert)
{
	struct text t = rules_begin_loaded(rule, alert);

	only_step(alert, m, now_ns);
	describe(&t, m);
	if (!rule->correlation)
		alert->counted = rules[rule_of(m)].level;
}
