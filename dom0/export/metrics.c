// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the figures as Prometheus reads them
 */
#include "export/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decode.h"
#include "lib/ladder.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define LABEL_MAX	(2 * 4 * MSG_NAME_MAX + 16)

struct page {
	FILE *out;
	const struct figures *figures;
	int64_t now_ns;
	/* by place of the guest: as its label, "" if it is not shown */
	char label[FIGURES_GUESTS_MAX][LABEL_MAX];
};

static void head(const struct page *p, const char *name, const char *type, const char *help)
{
	fprintf(p->out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/*
 * Labels
 */

static void quote(const char *untrusted_name, char *label, size_t size)
{
	char escaped[4 * MSG_NAME_MAX + 1];
	size_t len = 0;

	decode_escape(untrusted_name, strlen(untrusted_name), escaped, sizeof(escaped));
	for (const char *s = escaped; *s && len + 3 < size; s++) {
		if (*s == '\\' || *s == '"')
			label[len++] = '\\';
		label[len++] = *s;
	}
	label[len] = 0;
}

static bool is_taken(const struct page *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(p->label[i], p->label[n]))
			return true;
	return false;
}

static void label_guests(struct page *p)
{
	for (size_t i = 0; i < FIGURES_GUESTS_MAX; i++) {
		const struct figures_guest *g = &p->figures->guest[i];
		size_t len;

		p->label[i][0] = 0;
		if (!g->is_used || !g->last.msg.len)
			continue;
		quote(g->last.name, p->label[i], LABEL_MAX - 12);
		len = strlen(p->label[i]);
		if (!len || is_taken(p, i))
			snprintf(p->label[i] + len, LABEL_MAX - len, "#%u", g->domid);
	}
}

/*
 * One figure of each guest: where it is in struct msg_figures, and as what
 */

enum unit { UNIT_U32, UNIT_U64, UNIT_NS };

struct metric {
	const char *name, *type, *help;
	size_t offset;
	enum unit unit;
	enum { OF_ANY, OF_READ, OF_LOOKED_AT } of;	/* of which guests it is known */
};

#define AT(field) offsetof(struct msg_figures, field)

static const struct metric metrics[] = {
	{ "starlsm_guest_events_read_total", "counter", "Records read, by the reader's count.",
	  AT(stats.events), UNIT_U64, OF_READ },
	{ "starlsm_guest_read_bytes_total", "counter", "Bytes of records read.",
	  AT(stats.bytes), UNIT_U64, OF_READ },
	{ "starlsm_guest_lost_total", "counter", "Records that found no room in the guest.",
	  AT(stats.lost), UNIT_U64, OF_READ },
	{ "starlsm_guest_unknown_total", "counter", "Records of a newer version, skipped.",
	  AT(stats.unknown), UNIT_U64, OF_READ },
	{ "starlsm_guest_wakeups_total", "counter", "Times the guest has kicked its reader.",
	  AT(stats.wakeups), UNIT_U64, OF_READ },
	{ "starlsm_guest_ring_backlog_bytes", "gauge", "Bytes in the rings, not read yet.",
	  AT(stats.backlog), UNIT_U64, OF_READ },
	{ "starlsm_guest_lag_seconds", "gauge", "Commit to copy-out of a lone event, the last one.",
	  AT(stats.lone_ns), UNIT_NS, OF_READ },
	{ "starlsm_guest_channel_round_trip_seconds", "gauge", "Last event-channel round trip.",
	  AT(stats.rtt_ns), UNIT_NS, OF_READ },
	{ "starlsm_guest_readers_died_total", "counter", "Readers of this guest that died.",
	  AT(n_deaths), UNIT_U32, OF_ANY },
	{ "starlsm_guest_unattached_seconds", "gauge", "It has run so long without a reader.",
	  AT(unattached_ns), UNIT_NS, OF_ANY },
	{ "starlsm_guest_silent_cpu_seconds", "gauge",
	  "A vCPU has run so long, on average, since the last heartbeat.",
	  AT(silent_cpu_ns), UNIT_NS, OF_ANY },
	{ "starlsm_introspection_looks_total", "counter", "Rounds of checks of its memory.",
	  AT(looks), UNIT_U64, OF_LOOKED_AT },
	{ "starlsm_introspection_pages_total", "counter", "Pages of its memory looked at.",
	  AT(pages), UNIT_U64, OF_LOOKED_AT },
	{ "starlsm_introspection_seconds_total", "counter", "Time spent on looking.",
	  AT(busy_ns), UNIT_NS, OF_LOOKED_AT },
	{ "starlsm_introspection_findings_total", "counter", "Findings told to the engine.",
	  AT(findings), UNIT_U64, OF_LOOKED_AT },
	{ "starlsm_introspection_died_total", "counter", "Processes looking at it that died.",
	  AT(n_watcher_deaths), UNIT_U32, OF_LOOKED_AT },
};

static bool is_known(const struct figures_guest *g, const struct metric *m)
{
	if (m->of == OF_READ)
		return g->last.stats.msg.len;
	return m->of == OF_ANY || g->last.is_looked_at;
}

static void put_value(const struct page *p, const struct metric *m, const struct msg_figures *f)
{
	const char *at = (const char *)f + m->offset;
	uint64_t n = 0;
	uint32_t n32;

	if (m->unit == UNIT_U32) {
		memcpy(&n32, at, sizeof(n32));
		n = n32;
	} else {
		memcpy(&n, at, sizeof(n));
	}
	if (m->unit == UNIT_NS)
		fprintf(p->out, " %.9g\n", n / 1e9);
	else
		fprintf(p->out, " %" PRIu64 "\n", n);
}

static void put_metric(const struct page *p, const struct metric *m)
{
	head(p, m->name, m->type, m->help);
	for (size_t i = 0; i < FIGURES_GUESTS_MAX; i++) {
		const struct figures_guest *g = &p->figures->guest[i];

		if (!*p->label[i] || !is_known(g, m))
			continue;
		fprintf(p->out, "%s{guest=\"%s\"}", m->name, p->label[i]);
		put_value(p, m, &g->last);
	}
}

/*
 * Counters by a word: an event's name, a level, ...
 */

static const char *event_word(size_t i)
{
	const struct event *ev = decode_event(i);

	return ev ? ev->name : NULL;
}

static const char *level_word(size_t i)
{
	return rule_level_name(i);
}

static const char *verdict_word(size_t i)
{
	return ladder_name(i);
}

static const char *answer_word(size_t i)
{
	return decode_name(FIELD_ANSWER, i);
}

static const char *result_word(size_t i)
{
	static const char * const words[] = { "not_yet", "clean", "finding", "could_not_look" };

	return words[i];
}

struct family {
	const char *name, *type, *help, *label;
	const char *(*word)(size_t i);
	size_t offset, n;	/* in struct figures_guest: so many, of 64 bits or of 32 */
	enum { SHOW_SOME, SHOW_ALL } zeros;
	bool is_32;
};

#define OF(field)	offsetof(struct figures_guest, field), \
			ARRAY_SIZE(((struct figures_guest *)0)->field)

static const struct family families[] = {
	{ "starlsm_guest_events_total", "counter", "Events that came by the export, by type.",
	  "event", event_word, OF(events), SHOW_SOME, false },
	{ "starlsm_guest_events_lost_total", "counter", "Records lost in the guest, by type.",
	  "event", event_word, OF(lost), SHOW_SOME, false },
	{ "starlsm_guest_events_filtered_total", "counter",
	  "Records left out by policy, by type.", "event", event_word, OF(filtered),
	  SHOW_SOME, false },
	{ "starlsm_guest_alerts_total", "counter", "Alerts listed in incidents, by level.",
	  "level", level_word, OF(alerts), SHOW_ALL, false },
	{ "starlsm_guest_verdicts_total", "counter", "Incidents opened, by what is to be done.",
	  "verdict", verdict_word, OF(verdicts), SHOW_ALL, false },
	{ "starlsm_guest_answers_total", "counter", "Questions of tasks that were decided.",
	  "answer", answer_word, OF(answers), SHOW_ALL, false },
	{ "starlsm_introspection_checks", "gauge", "Checks of its memory, by their last result.",
	  "result", result_word, OF(last.checks), SHOW_SOME, true },
};

static uint64_t count_of(const struct figures_guest *g, const struct family *m, size_t i)
{
	const char *at = (const char *)g + m->offset;
	uint64_t n = 0;
	uint32_t n32;

	if (!m->is_32) {
		memcpy(&n, at + i * sizeof(n), sizeof(n));
		return n;
	}
	memcpy(&n32, at + i * sizeof(n32), sizeof(n32));
	return n32;
}

static void put_family(const struct page *p, const struct family *m)
{
	head(p, m->name, m->type, m->help);
	for (size_t k = 0; k < FIGURES_GUESTS_MAX; k++) {
		for (size_t i = 0; *p->label[k] && i < m->n; i++) {
			uint64_t n = count_of(&p->figures->guest[k], m, i);
			const char *word = m->word(i);

			if (word && (n || m->zeros == SHOW_ALL))
				fprintf(p->out, "%s{guest=\"%s\",%s=\"%s\"} %" PRIu64 "\n",
					m->name, p->label[k], m->label, word, n);
		}
	}
}

/*
 * What is no plain figure
 */

static void put_info(const struct page *p)
{
	head(p, "starlsm_guest_info", "gauge", "1 for each observed guest; what it is.");
	for (size_t i = 0; i < FIGURES_GUESTS_MAX; i++) {
		const struct msg_figures *m = &p->figures->guest[i].last;

		if (*p->label[i])
			fprintf(p->out, "starlsm_guest_info{guest=\"%s\",domid=\"%u\","
				"type=\"%s\",state=\"%s\",error=\"%s\"} 1\n", p->label[i],
				m->domid, m->type, m->state, decode_error_name(m->error));
	}
}

static void put_streaming(const struct page *p)
{
	head(p, "starlsm_guest_streaming", "gauge", "1 while its records are read, else 0.");
	for (size_t i = 0; i < FIGURES_GUESTS_MAX; i++)
		if (*p->label[i])
			fprintf(p->out, "starlsm_guest_streaming{guest=\"%s\"} %d\n", p->label[i],
				!strcmp(p->figures->guest[i].last.state, "streaming"));
}

static void put_heartbeats(const struct page *p)
{
	head(p, "starlsm_guest_heartbeat_age_seconds", "gauge",
	     "Since the last heartbeat was read.");
	for (size_t i = 0; i < FIGURES_GUESTS_MAX; i++) {
		int64_t beat_ns = p->figures->guest[i].last.stats.heartbeat_ns;

		if (*p->label[i] && beat_ns)
			fprintf(p->out, "starlsm_guest_heartbeat_age_seconds{guest=\"%s\"} %.3f\n",
				p->label[i], (p->now_ns - beat_ns) / 1e9);
	}
}

static void put_fill(const struct page *p)
{
	head(p, "starlsm_guest_ring_fill_ratio", "gauge", "How full its rings are, 0 to 1.");
	for (size_t i = 0; i < FIGURES_GUESTS_MAX; i++) {
		const struct msg_figures *m = &p->figures->guest[i].last;
		double bytes = (double)m->n_rings * m->ring_bytes;

		if (*p->label[i] && bytes && m->stats.msg.len)
			fprintf(p->out, "starlsm_guest_ring_fill_ratio{guest=\"%s\"} %.6f\n",
				p->label[i], m->stats.backlog / bytes);
	}
}

static void put_journal(const struct page *p)
{
	const struct msg_journal *j = &p->figures->journal;

	head(p, "starlsm_journal_up", "gauge", "1 if the journal writes, 0 if it has stopped.");
	if (j->msg.len)
		fprintf(p->out, "starlsm_journal_up %d\n", !j->err);
	head(p, "starlsm_journal_entries_total", "counter", "Entries written to the journal.");
	if (j->msg.len)
		fprintf(p->out, "starlsm_journal_entries_total %" PRIu64 "\n", j->entries);
	head(p, "starlsm_journal_written_bytes_total", "counter", "Bytes written to the journal.");
	if (j->msg.len)
		fprintf(p->out, "starlsm_journal_written_bytes_total %" PRIu64 "\n", j->bytes);
	head(p, "starlsm_journal_lost_total", "counter", "Entries that are missing in the journal.");
	if (j->msg.len)
		fprintf(p->out, "starlsm_journal_lost_total %" PRIu64 "\n", j->lost);
}

/*
 * The export's own
 */

struct own {
	const char *name, *type, *help;
	size_t offset;
};

static const struct own owns[] = {
	{ "starlsm_export_lines_total", "counter", "Lines taken for that way out.",
	  offsetof(struct outlet, lines) },
	{ "starlsm_export_dropped_total", "counter", "Lines that found no room on that way out.",
	  offsetof(struct outlet, dropped) },
	{ "starlsm_export_failures_total", "counter", "Times that it took nothing.",
	  offsetof(struct outlet, failures) },
	{ "starlsm_export_written_bytes_total", "counter", "Bytes that went that way.",
	  offsetof(struct outlet, bytes) },
};

static void put_own(const struct page *p, const struct own *m, struct outlet * const *outlets,
		    size_t n)
{
	head(p, m->name, m->type, m->help);
	for (size_t i = 0; i < n; i++) {
		uint64_t count;

		memcpy(&count, (const char *)outlets[i] + m->offset, sizeof(count));
		fprintf(p->out, "%s{outlet=\"%s\"} %" PRIu64 "\n", m->name, outlets[i]->name,
			count);
	}
}

static void put_all(const struct page *p, struct outlet * const *outlets, size_t n)
{
	put_info(p);
	put_streaming(p);
	for (size_t i = 0; i < ARRAY_SIZE(metrics); i++)
		put_metric(p, &metrics[i]);
	put_heartbeats(p);
	put_fill(p);
	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		put_family(p, &families[i]);
	put_journal(p);
	for (size_t i = 0; i < ARRAY_SIZE(owns); i++)
		put_own(p, &owns[i], outlets, n);
	head(p, "starlsm_export_missed_total", "counter",
	     "Messages of the engine's that the export was too slow for.");
	fprintf(p->out, "starlsm_export_missed_total %" PRIu64 "\n", p->figures->missed);
}

char *metrics_text(const struct figures *f, struct outlet * const *outlets, size_t n,
		   int64_t now_ns, size_t *len)
{
	static struct page page;
	char *text = NULL;

	page.figures = f;
	page.now_ns = now_ns;
	page.out = open_memstream(&text, len);
	if (!page.out)
		return NULL;
	label_guests(&page);
	put_all(&page, outlets, n);
	if (!ferror(page.out) && !fclose(page.out))
		return text;
	free(text);
	return NULL;
}
