// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the engine's incidents, for the next engine
 */
#include "journal/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

#include "engine/incidents.h"
#include "lib/incident_check.h"
#include "lib/msg_journal.h"

int kept_open(const char *path)
{
	return open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
}

static int send_patiently(int socket, const struct msg *m)
{
	struct pollfd p = { .fd = socket, .events = POLLOUT };

	while (msg_send(socket, m, -1)) {
		if (errno != EAGAIN)
			return errno;
		if (poll(&p, 1, KEPT_TELL_MS) == 0)
			return ETIMEDOUT;
	}
	return 0;
}

struct slot {
	uint64_t run;
	struct msg_out_incident m;
};

static off_t offset_of(uint32_t place)
{
	return (off_t)place * sizeof(struct slot);
}

/* The engine, too, looks at what it gets; this is for a file that is not whole. */
static bool is_there(int fd, uint32_t place, struct slot *s)
{
	return pread(fd, s, sizeof(*s), offset_of(place)) == sizeof(*s) &&
	       incident_check(&s->m.msg) && s->m.place == place;
}

static uint64_t latest_run(int fd)
{
	uint64_t latest = 0;
	struct slot s;

	for (uint32_t place = 0; place < INCIDENTS_MAX; place++)
		if (is_there(fd, place, &s) && s.run > latest)
			latest = s.run;
	return latest;
}

int kept_tell(int fd, int socket)
{
	struct msg_kept end = { .msg = { MSG_KEPT, sizeof(end) } };
	const uint64_t run = latest_run(fd);
	struct slot s;
	int err = 0;

	for (uint32_t place = 0; place < INCIDENTS_MAX && !err; place++) {
		if (!is_there(fd, place, &s) || s.run != run)
			continue;
		err = send_patiently(socket, &s.m.msg);
		end.n++;
	}
	return err ? err : send_patiently(socket, &end.msg);
}

int kept_take(int fd, uint64_t run, const struct msg *m)
{
	struct slot s = { .run = run };
	ssize_t n;

	if (!incident_check(m))
		return 0;
	s.m = *(const struct msg_out_incident *)m;
	if (s.m.place >= INCIDENTS_MAX)
		return 0;
	n = pwrite(fd, &s, sizeof(s), offset_of(s.m.place));
	return n == sizeof(s) ? 0 : n < 0 ? errno : ENOSPC;
}
