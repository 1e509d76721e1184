// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - gathering what a report is made of: runs, findings, evidence
 */
#include "ctl/report_gather.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/report_model.h"
#include "ctl/value.h"
#include "lib/evidence.h"
#include "lib/finding.h"
#include "lib/format.h"
#include "lib/playbook.h"
#include "lib/segment_dir.h"

int gather_unknown(uint32_t number, const char *where)
{
	fprintf(stderr, "starlsmctl: there is no incident %u in %s\n", number, where);
	return CTL_FAILED;
}

/* "" for 0, which is never */
static json_t *time_json(int64_t mono_ns, int64_t wall_ns)
{
	char when[64] = "";

	if (mono_ns)
		format_time_utc(mono_ns, wall_ns, when, sizeof(when));
	return json_string(when);
}

static json_t *guest_text(const char *text, size_t size)
{
	return format_json_string(text, strnlen(text, size));
}

/*
 * Runs
 */

static json_t *step_json(const struct msg_run *r, uint32_t i, int64_t wall_ns)
{
	const struct run_step *s = &r->step[i];
	const struct playbook_kind *kind = playbook_kind(r->playbook.step[i].action);

	return json_pack("{s:s, s:I, s:s, s:I, s:o, s:o, s:f, s:o, s:o}",
			 "action", kind ? kind->name : "?",
			 "group", (json_int_t)r->playbook.step[i].group,
			 "state", step_state_name(s->state),
			 "tries", (json_int_t)s->n_tries,
			 "error", s->err ? json_string(strerror(s->err)) : json_null(),
			 "text", guest_text(s->text, sizeof(s->text)),
			 "took_us", (s->end_ns - s->start_ns) / 1000.0,
			 "began", time_json(s->start_ns, wall_ns),
			 "ended", time_json(s->end_ns, wall_ns));
}

json_t *gather_run(const struct msg_run *r, int64_t wall_ns)
{
	json_t *steps = json_array();

	for (uint32_t i = 0; i < r->playbook.n_steps && i < PLAYBOOK_STEPS_MAX; i++)
		json_array_append_new(steps, step_json(r, i, wall_ns));
	return json_pack("{s:I, s:I, s:o, s:b, s:b, s:s, s:s, s:o, s:o}",
			 "id", (json_int_t)r->id, "incident", (json_int_t)r->incident,
			 "playbook", guest_text(r->playbook.name, sizeof(r->playbook.name)),
			 "dry_run", (int)(r->dry_run != 0), "over", (int)(r->phase == RUN_ENDED),
			 "end", run_end_name(r->end), "end_text", run_end_text(r->end),
			 "began", time_json(r->began_ns, wall_ns), "steps", steps);
}

/*
 * Findings
 */

static json_t *finding_json(const struct msg_finding *m, int64_t at_ns, int64_t wall_ns)
{
	const char *severity = finding_severity(m->severity);
	char expected[FINDING_DIGITS_MAX], found[FINDING_DIGITS_MAX], address[24] = "";

	finding_digits(m->expected_bytes, m->n_expected_bytes, m->expected, expected);
	finding_digits(m->found_bytes, m->n_found_bytes, m->found, found);
	if (m->address)
		snprintf(address, sizeof(address), "%#" PRIx64, m->address);
	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:s, s:s, s:s, s:i}",
			 "time", time_json(at_ns, wall_ns),
			 "check", guest_text(m->name, sizeof(m->name)),
			 "severity", severity ? severity : "?",
			 "attack", guest_text(m->attack, sizeof(m->attack)),
			 "object", guest_text(m->object, sizeof(m->object)),
			 "text", guest_text(m->text, sizeof(m->text)), "address", address,
			 "expected", expected, "found", found, "count", 1);
}

static bool is_same(const json_t *a, const json_t *b)
{
	static const char * const keys[] = {
		"check", "severity", "object", "text", "address", "expected", "found",
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(value_text(a, keys[i]), value_text(b, keys[i])))
			return false;
	return true;
}

static void count_up(json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));

	json_object_set_new(object, key, json_integer(n + 1));
}

void gather_finding(json_t *model, const struct msg_finding *m, int64_t at_ns, int64_t wall_ns)
{
	json_t *list = json_object_get(model, "findings"), *one = NULL;
	json_t *finding = finding_json(m, at_ns, wall_ns);
	size_t i;

	json_array_foreach(list, i, one)
		if (is_same(one, finding))
			break;
	if (i < json_array_size(list))
		count_up(one, "count");
	else if (i < GATHER_FINDINGS_MAX)
		json_array_append(list, finding);
	else
		count_up(json_object_get(model, "left_out"), "findings");
	json_decref(finding);
}

/*
 * Evidence
 */

static void add_segment(json_t *list, int folder_fd, const char *folder, uint64_t number)
{
	static struct segment segment;
	char hash[2 * SEGMENT_HASH + 1];
	size_t len;
	void *bytes = segment_read(folder_fd, number, &len);

	if (bytes && segment_open(&segment, bytes, len) == SEGMENT_OK) {
		bool is_sealed = segment.seal.magic;

		sodium_bin2hex(hash, sizeof(hash), is_sealed ? segment.seal.hash : segment.chain,
			       SEGMENT_HASH);
		json_array_append_new(list, json_pack("{s:s, s:I, s:s, s:b}", "stream", folder,
						      "number", (json_int_t)number,
						      "hash", is_sealed ? hash : "",
						      "signed", (int)is_sealed));
	}
	free(bytes);
}

static void add_segments(json_t *list, int directory_fd, const char *folder, int64_t since_ns,
			 int64_t until_ns)
{
	int fd = openat(directory_fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct segment_file *files = NULL;
	struct segment_header h;
	size_t n = 0;

	if (fd < 0)
		return;
	if (segment_list(fd, &files, &n))
		n = 0;
	for (size_t i = 0; i < n; i++)
		if (files[i].changed_ns >= since_ns &&
		    !segment_read_header(fd, files[i].number, &h) && h.created_ns <= until_ns)
			add_segment(list, fd, folder, files[i].number);
	free(files);
	close(fd);
}

void gather_segments(json_t *model, const char *directory, const char *guest)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int64_t first_ns, last_ns;
	json_t *list = json_array();
	char folder[SEGMENT_FOLDER_MAX];

	json_object_set_new(model, "segments", list);
	if (fd < 0)
		return;
	if (model_span(json_object_get(model, "incident"), &first_ns, &last_ns)) {
		segment_folder(guest, folder);
		add_segments(list, fd, folder, first_ns, last_ns);
		add_segments(list, fd, SEGMENT_STREAM_HOST, first_ns, last_ns);
	}
	close(fd);
}

static void add_bundle(json_t *list, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char hash[EVIDENCE_HASH_LEN];
	uint64_t size;

	if (fd < 0)
		return;
	if (!evidence_hash(fd, EVIDENCE_MANIFEST, hash, &size))
		json_array_append_new(list, json_pack("{s:s, s:s, s:b}", "path", path,
			"manifest", hash, "signed",
			(int)!faccessat(fd, EVIDENCE_SIGNATURE, F_OK, 0)));
	close(fd);
}

/* What a capture has said is its bundle's path. */
void gather_bundles(json_t *model)
{
	json_t *list = json_array(), *run, *step;
	size_t i, k;

	json_array_foreach(json_object_get(model, "runs"), i, run)
		json_array_foreach(json_object_get(run, "steps"), k, step)
			if (!strcmp(value_text(step, "action"), "capture") &&
			    *value_text(step, "text") == '/')
				add_bundle(list, value_text(step, "text"));
	json_object_set_new(model, "bundles", list);
}
