// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an orderly end
 */
#include "lib/log.h"
#include "starlsmd/daemon.h"
#include "starlsmd/store.h"

/* Readers may take so long to read the last records. */
#define STOP_TIMEOUT_US	(3 * 1000000ULL)
/*
 * And journal and export to write them, the former with our signatures: the
 * engine's farewell, their own, and some
 */
#define WRITERS_TIMEOUT_US	(5 * 1000000ULL)

static bool writers_run(const struct daemon *d)
{
	return recording_runs(d) || exporting_runs(d);
}

static int on_writers_timer(sd_event_source *s, uint64_t usec, void *data)
{
	struct daemon *d = data;

	(void)s;
	(void)usec;
	if (recording_runs(d))
		log_warning("the journal takes too long; it is sealed at the next start");
	if (exporting_runs(d))
		log_warning("the export takes too long; its last lines are lost");
	sd_event_exit(d->event, d->stop_status);
	return 0;
}

static void finish(struct daemon *d)
{
	struct guest *g;

	d->finishing = true;
	for (g = d->guests; g; g = g->next)
		store_set_state(d->xs, g->domid, XenbusStateClosing);
	child_stop(&d->engine);
	child_stop(&d->responder);
	if (!writers_run(d))
		sd_event_exit(d->event, d->stop_status);
	else if (sd_event_add_time_relative(d->event, NULL, CLOCK_MONOTONIC,
					    WRITERS_TIMEOUT_US, 0, on_writers_timer, d) < 0)
		fatal("sd-event: no timer");
}

static int on_timer(sd_event_source *s, uint64_t usec, void *data)
{
	struct daemon *d = data;
	struct guest *g;

	(void)s;
	(void)usec;
	for (g = d->guests; g; g = g->next)
		child_kill(&g->reader);
	if (!d->finishing)
		finish(d);
	return 0;
}

void stop_step(struct daemon *d)
{
	struct guest *g;

	for (g = d->guests; g; g = g->next)
		if (g->reader.pid)
			return;
	if (!d->finishing)
		finish(d);
	else if (!writers_run(d))
		sd_event_exit(d->event, d->stop_status);
}

void stop_begin(struct daemon *d, int status)
{
	struct guest *g;

	if (d->stopping)
		return;
	d->stopping = true;
	d->stop_status = status;
	for (g = d->guests; g; g = g->next)
		child_stop(&g->reader);
	if (sd_event_add_time_relative(d->event, NULL, CLOCK_MONOTONIC,
				       STOP_TIMEOUT_US, 0, on_timer, d) < 0)
		fatal("sd-event: no timer");
	stop_step(d);
}
