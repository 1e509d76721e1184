// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - loads the BPF sensor and drains its ring buffer
 *
 * consume FILE    for each SIGUSR1 writes the numbers of records read and lost
 */
#include <bpf/libbpf.h>
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "sensor.skel.h"

#define POLL_MS		1000

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

	if (argc != 2)
		errx(2, "usage: consume FILE");
	s = sensor__open_and_load();
	if (!s || sensor__attach(s))
		errx(1, "the sensor is not loaded");
	ring = ring_buffer__new(bpf_map__fd(s->maps.ring), take, NULL, NULL);
	if (!ring)
		errx(1, "no ring buffer");
	signal(SIGUSR1, ask);
	answer(argv[1], s);
	for (;;) {
		ring_buffer__poll(ring, POLL_MS);
		if (is_asked)
			answer(argv[1], s);
	}
}
