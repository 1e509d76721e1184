// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - loads the BPF sensor and drains its ring buffer
 *
 * consume rarely|each FILE    for each SIGUSR1 writes the numbers of records read
 *                             and lost
 *
 * rarely: the sensor wakes when much is there, and what is not much is looked for
 * every POLL_MS. each: it wakes for what comes when all before has been read.
 */
#include <bpf/libbpf.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sensor.skel.h"

/* Within the time that measure lets pass after a workload */
#define POLL_MS		200

static volatile sig_atomic_t is_asked;
static unsigned long long n_read, n_bytes;

static void ask(int sig)
{
	(void)sig;
	is_asked = 1;
}

/* What a collector has to do at the least: look at each record. */
static int take(void *arg, void *rec, size_t len)
{
	(void)arg;
	n_bytes += *(const unsigned short *)rec + len;
	n_read++;
	return 0;
}

static void answer(const char *name, const struct sensor *s)
{
	FILE *out = fopen(name, "w");

	is_asked = 0;
	if (!out)
		return;
	fprintf(out, "read %llu\nlost %llu\n", n_read, s->bss->n_lost);
	fclose(out);
}

int main(int argc, char **argv)
{
	struct ring_buffer *ring;
	struct sensor *s;

	if (argc != 3)
		errx(2, "usage: consume rarely|each FILE");
	/* Who asks before all is loaded is answered when it is. */
	signal(SIGUSR1, ask);
	s = sensor__open();
	if (!s)
		errx(1, "no sensor");
	s->rodata->wakes_each = !strcmp(argv[1], "each");
	if (sensor__load(s) || sensor__attach(s))
		errx(1, "the sensor is not loaded");
	ring = ring_buffer__new(bpf_map__fd(s->maps.ring), take, NULL, NULL);
	if (!ring)
		errx(1, "no ring buffer");
	answer(argv[2], s);
	for (;;) {
		ring_buffer__poll(ring, POLL_MS);
		/* Nobody may have been woken for what is there. */
		ring_buffer__consume(ring);
		if (is_asked)
			answer(argv[2], s);
	}
}
