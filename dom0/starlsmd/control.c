// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the socket for starlsmctl
 */
#include "starlsmd/control.h"

#include <errno.h>
#include <grp.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/log.h"
#include "lib/msg_ctl.h"
#include "lib/playbook.h"
#include "starlsmd/capacity.h"
#include "starlsmd/daemon.h"
#include "starlsmd/reply.h"
#include "starlsmd/runs.h"
#include "starlsmd/schedule.h"

/* A person or two, and a few scripts; each for one question. */
#define CLIENTS_MAX	16
#define CLIENT_TIMEOUT_US	(5 * 1000000ULL)

struct client {
	struct control *control;
	int fd;			/* -1: this place is free */
	uint32_t ticket;	/* of the action it waits for, 0 none */
	struct reply reply;	/* that it is being sent */
	sd_event_source *io;
	sd_event_source *timer;
};

struct control {
	struct daemon *daemon;
	int fd;
	sd_event_source *io;
	uint32_t last_ticket;
	struct client client[CLIENTS_MAX];
};

static void client_end(struct client *c)
{
	c->io = sd_event_source_disable_unref(c->io);
	c->timer = sd_event_source_disable_unref(c->timer);
	close(c->fd);
	c->fd = -1;
	c->ticket = 0;
	reply_free(&c->reply);
}

/* What there is room for; the rest when there is more, within its time. */
static void send_reply(struct client *c, int fd)
{
	int rc = reply_send(&c->reply, c->fd, fd);

	if (rc == -EAGAIN && sd_event_source_set_io_events(c->io, EPOLLOUT) >= 0)
		return;
	if (rc)
		log_warning("starlsmctl: %s", strerror(-rc));
	client_end(c);
}

/* Answer with err (0 or an errno), text and maybe fd; that is the end of it. */
static void reply(struct client *c, int err, const char *text, int fd)
{
	c->ticket = 0;
	if (!reply_begin(&c->reply, err, text) ||
	    !reply_begin(&c->reply, EMSGSIZE, "the answer is too long; ask for one guest"))
		send_reply(c, fd);
	else
		client_end(c);
}

static void ask_status(struct client *c, const struct msg_request *m)
{
	struct daemon *d = c->control->daemon;
	char *text;

	if (*m->guest && !domains_find(d, m->guest)) {
		reply(c, ENOENT, "no such guest is observed", -1);
		return;
	}
	text = status_text(d, m->guest);
	if (text)
		reply(c, 0, text, -1);
	else
		reply(c, ENOMEM, "no memory", -1);
	free(text);
}

static void ask_runs(struct client *c, const struct msg_request *m)
{
	char *text = runs_text(c->control->daemon->runs, m->guest);

	if (text)
		reply(c, 0, text, -1);
	else
		reply(c, ENOMEM, "no memory", -1);
	free(text);
}

static void ask_capacity(struct client *c)
{
	char *text = capacity_text(c->control->daemon);

	if (text)
		reply(c, 0, text, -1);
	else
		reply(c, EIO, "Xen does not say what there is", -1);
	free(text);
}

static void ask_moves(struct client *c)
{
	char *text = schedule_text(c->control->daemon);

	if (text)
		reply(c, 0, text, -1);
	else
		reply(c, ENOMEM, "no memory", -1);
	free(text);
}

/* The engine writes to one end of a pair, the client reads from the other. */
static void ask_events(struct client *c, enum subscribe_what what, uint32_t domid)
{
	struct msg_subscribe m = {
		.msg = { MSG_SUBSCRIBE, sizeof(m) }, .what = what, .domid = domid,
	};
	int engines, clients;

	if (child_socketpair(&engines, &clients)) {
		reply(c, errno, "socketpair failed", -1);
		return;
	}
	workers_tell_engine(c->control->daemon, &m.msg, engines);
	close(engines);
	reply(c, 0, "{}", clients);
	close(clients);
}

/* What comes is the list as it is then: who asks sees whether it is closed. */
static void ask_close(struct client *c, const struct msg_request *request)
{
	const struct msg_close m = {
		.msg = { MSG_CLOSE, sizeof(m) }, .domid = UINT32_MAX,
		.incident = request->incident,
	};

	workers_tell_engine(c->control->daemon, &m.msg, -1);
	ask_events(c, SUBSCRIBE_INCIDENTS, 0);
}

static void ask_modules(struct client *c, const struct msg_request *request)
{
	const struct guest *g = domains_find(c->control->daemon, request->guest);
	char *text = g ? status_modules(g) : NULL;

	if (text)
		reply(c, 0, text, -1);
	else
		reply(c, g ? ENOMEM : ENOENT, g ? "no memory" : "no such guest is observed", -1);
	free(text);
}

static void ask_tasks(struct client *c, const struct msg_request *request)
{
	const struct guest *g = domains_find(c->control->daemon, request->guest);

	if (!g)
		reply(c, ENOENT, "no such guest is observed", -1);
	else
		ask_events(c, SUBSCRIBE_TASKS, g->domid);
}

/* Never 0 */
static uint32_t next_ticket(struct control *ctl)
{
	if (!++ctl->last_ticket)
		++ctl->last_ticket;
	return ctl->last_ticket;
}

/* undo: 0 is no action. */
static void ask_action(struct client *c, const struct msg_request *request,
		       uint32_t action)
{
	struct control *ctl = c->control;
	struct guest *g = domains_find(ctl->daemon, request->guest);
	struct msg_act m = {
		.msg = { MSG_ACT, sizeof(m) }, .action = action, .undoes = !action,
	};

	if (!g) {
		reply(c, ENOENT, "no such guest is observed", -1);
		return;
	}
	m.domid = g->domid;
	m.ticket = next_ticket(ctl);
	memcpy(m.host, request->host, sizeof(m.host));
	if (msg_send(ctl->daemon->responder.channel, &m.msg, -1)) {
		reply(c, errno, "the responder takes no messages", -1);
		return;
	}
	log_notice("domain %u (%s): an operator asks for %s", g->domid, g->name,
		   action ? playbook_kind(action)->name : "undo");
	c->ticket = m.ticket;
}

static void ask_reload(struct client *c)
{
	uint32_t ticket = next_ticket(c->control);
	char errors[8192];

	if (daemon_reload(c->control->daemon, ticket, errors, sizeof(errors)))
		reply(c, EINVAL, errors, -1);
	else
		c->ticket = ticket;
}

static void answer(struct client *c, const struct msg_request *m)
{
	switch (m->request) {
	case REQUEST_STATUS:
		ask_status(c, m);
		break;
	case REQUEST_EVENTS:
		ask_events(c, SUBSCRIBE_RECENT, 0);
		break;
	case REQUEST_FOLLOW:
		ask_events(c, SUBSCRIBE_FOLLOW, 0);
		break;
	case REQUEST_INCIDENTS:
		ask_events(c, SUBSCRIBE_INCIDENTS, 0);
		break;
	case REQUEST_MODULES:
		ask_modules(c, m);
		break;
	case REQUEST_TASKS:
		ask_tasks(c, m);
		break;
	case REQUEST_CLOSE:
		ask_close(c, m);
		break;
	case REQUEST_PAUSE:
		ask_action(c, m, ACTION_PAUSE);
		break;
	case REQUEST_UNPAUSE:
		ask_action(c, m, ACTION_UNPAUSE);
		break;
	case REQUEST_RELOAD:
		ask_reload(c);
		break;
	case REQUEST_MIGRATE:
		ask_action(c, m, ACTION_MIGRATE);
		break;
	case REQUEST_UNDO:
		ask_action(c, m, 0);
		break;
	case REQUEST_CAPACITY:
		ask_capacity(c);
		break;
	case REQUEST_MOVES:
		ask_moves(c);
		break;
	case REQUEST_RUNS:
		ask_runs(c, m);
		break;
	default:
		reply(c, EINVAL, "no such request", -1);
	}
}

static int on_client(sd_event_source *s, int fd, uint32_t revents, void *data)
{
	struct client *c = data;
	struct msg_request m;
	ssize_t n;

	(void)s;
	(void)revents;
	if (c->reply.text) {
		send_reply(c, -1);
		return 0;
	}
	n = msg_recv(fd, &m, sizeof(m), NULL);
	if (n < 0 && errno == EAGAIN)
		return 0;
	/* A second request, or the end, while an action is under way */
	if (n <= 0 || c->ticket) {
		client_end(c);
		return 0;
	}
	if (m.msg.type != MSG_REQUEST || !memchr(m.guest, 0, sizeof(m.guest)) ||
	    !memchr(m.host, 0, sizeof(m.host)))
		reply(c, EINVAL, "no such request", -1);
	else
		answer(c, &m);
	return 0;
}

static int on_client_timer(sd_event_source *s, uint64_t usec, void *data)
{
	struct client *c = data;

	(void)s;
	(void)usec;
	if (c->reply.text)
		client_end(c);
	else
		reply(c, ETIMEDOUT, "that took too long", -1);
	return 0;
}

static struct client *free_client(struct control *ctl)
{
	int i;

	for (i = 0; i < CLIENTS_MAX; i++)
		if (ctl->client[i].fd < 0)
			return &ctl->client[i];
	return NULL;
}

static int on_connection(sd_event_source *s, int fd, uint32_t revents, void *data)
{
	struct control *ctl = data;
	struct client *c = free_client(ctl);
	int conn = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)s;
	(void)revents;
	if (conn < 0)
		return 0;
	if (!c) {
		log_warning("starlsmctl: more than %d at once", CLIENTS_MAX);
		close(conn);
		return 0;
	}
	c->fd = conn;
	if (sd_event_add_io(ctl->daemon->event, &c->io, conn, EPOLLIN,
			    on_client, c) < 0 ||
	    sd_event_add_time_relative(ctl->daemon->event, &c->timer,
				       CLOCK_MONOTONIC, CLIENT_TIMEOUT_US, 0,
				       on_client_timer, c) < 0)
		client_end(c);
	return 0;
}

/* Who waits for that, or NULL */
static struct client *waiting(struct control *ctl, uint32_t ticket)
{
	for (int i = 0; i < CLIENTS_MAX; i++)
		if (ctl->client[i].fd >= 0 && ticket && ctl->client[i].ticket == ticket)
			return &ctl->client[i];
	return NULL;
}

void control_done(struct control *ctl, const struct msg_done *m)
{
	struct client *c = waiting(ctl, m->incident);
	char text[160];

	if (!c)
		return;
	snprintf(text, sizeof(text), "{\"domid\":%u,\"dry_run\":%s,\"took_ns\":%llu}", m->domid,
		 m->dry_run ? "true" : "false", (unsigned long long)(m->end_ns - m->start_ns));
	reply(c, m->err, m->err ? strerror(m->err) : text, -1);
}

int control_ruled(struct control *ctl, const struct msg_ruled *m)
{
	struct client *c = waiting(ctl, m->ticket);
	char text[MSG_TEXT_MAX];

	if (!memchr(m->text, 0, sizeof(m->text)))
		return -1;
	if (!c)
		return 0;
	if (!m->err) {
		snprintf(text, sizeof(text), "{\"rules\":%u,\"errors\":%u}", m->n_rules, m->n_errors);
		reply(c, 0, text, -1);
		return 0;
	}
	/* the engine has been near guests */
	strcpy(text, m->text);
	for (char *at = text; *at; at++)
		if (*at != '\n' && (*at < ' ' || *at > '~'))
			*at = '?';
	reply(c, m->err, text, -1);
	return 0;
}

static void set_owner(const struct daemon *d)
{
	const char *path = d->config.socket;
	const struct group *group;

	if (chmod(path, 0660))
		fatal("%s: %s", path, strerror(errno));
	if (!*d->config.socket_group)
		return;
	group = getgrnam(d->config.socket_group);
	if (!group)
		fatal("there is no group %s", d->config.socket_group);
	if (chown(path, 0, group->gr_gid))
		fatal("%s: %s", path, strerror(errno));
}

struct control *control_new(struct daemon *d)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct control *ctl = calloc(1, sizeof(*ctl));
	mode_t mask;
	int i;

	if (!ctl)
		fatal("no memory");
	for (i = 0; i < CLIENTS_MAX; i++)
		ctl->client[i] = (struct client){ .control = ctl, .fd = -1 };
	ctl->daemon = d;
	/* We hold the lock: what is there was left by a dead predecessor. */
	unlink(d->config.socket);
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", d->config.socket);
	ctl->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	mask = umask(0177);
	if (ctl->fd < 0 || bind(ctl->fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    listen(ctl->fd, CLIENTS_MAX))
		fatal("%s: %s", d->config.socket, strerror(errno));
	umask(mask);
	set_owner(d);
	if (sd_event_add_io(d->event, &ctl->io, ctl->fd, EPOLLIN,
			    on_connection, ctl) < 0)
		fatal("sd-event: %s", d->config.socket);
	return ctl;
}

void control_free(struct control *ctl)
{
	int i;

	for (i = 0; i < CLIENTS_MAX; i++)
		if (ctl->client[i].fd >= 0)
			client_end(&ctl->client[i]);
	sd_event_source_disable_unref(ctl->io);
	close(ctl->fd);
	unlink(ctl->daemon->config.socket);
	free(ctl);
}
