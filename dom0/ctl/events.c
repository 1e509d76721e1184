// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl events
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "ctl/line.h"
#include "lib/format.h"

struct show {
	const struct ctl_options *opt;
	int64_t wall_ns;
	bool is_coloured;
	bool is_bad;		/* the stream cannot be understood */
};

static bool show_event(struct show *show, const struct msg *m)
{
	static char line[FORMAT_LINE_MAX];
	struct format_event fe;

	if (format_parse(m, &fe))
		return false;
	if (!ctl_is_wanted(show->opt, fe.out->guest, fe.out->domid))
		return true;
	if (show->opt->is_json)
		return line_print(format_json(&fe, show->wall_ns));
	format_line(&fe, show->wall_ns, show->is_coloured, line, sizeof(line));
	puts(line);
	return true;
}

/* JSON is events only: `incidents --json` has the rest. */
static bool show_incident(const struct show *show, const struct msg *m)
{
	const struct msg_out_incident *out = (const void *)m;

	if (show->opt->is_json)
		return true;
	if (m->len == sizeof(*out) && !ctl_is_wanted(show->opt, out->guest, out->domid))
		return true;
	return !incident_print_change(m, show->wall_ns, show->is_coloured);
}

static bool show_missed(const struct msg *m)
{
	fflush(stdout);
	fprintf(stderr, "starlsmctl: too slow, %" PRIu64 " messages were not shown\n",
		((const struct msg_out_missed *)m)->count);
	return true;
}

static bool take(void *arg, const struct msg *m)
{
	struct show *show = arg;
	bool is_good = false;

	if (m->type == MSG_OUT_EVENT)
		is_good = show_event(show, m);
	else if (m->type == MSG_OUT_INCIDENT)
		is_good = show_incident(show, m);
	else if (m->type == MSG_OUT_MISSED)
		is_good = show_missed(m);
	show->is_bad = !is_good;
	return is_good;
}

int ctl_events(const struct ctl_options *opt)
{
	struct show show = {
		.opt = opt, .wall_ns = ctl_wall_ns(),
		.is_coloured = isatty(STDOUT_FILENO),
	};
	struct client_answer answer;
	bool was_interrupted;
	int rc;

	if (query_is_asked(opt))
		return ctl_query(opt);
	rc = client_ask(opt->socket, opt->is_follow ? REQUEST_FOLLOW : REQUEST_EVENTS, "",
			&answer);
	if (rc)
		return rc;
	if (answer.fd < 0 || !client_stream(answer.fd, take, &show, &was_interrupted) ||
	    show.is_bad) {
		fprintf(stderr, "starlsmctl: starlsmd sent what is no event\n");
		return CTL_FAILED;
	}
	if (opt->is_follow && !was_interrupted) {
		fprintf(stderr, "starlsmctl: starlsmd has ended\n");
		return CTL_FAILED;
	}
	return CTL_OK;
}
