/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what starlsmd knows
 */
#ifndef STARLSM_DAEMON_H
#define STARLSM_DAEMON_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>
#include <xenctrl.h>

#include "lib/config.h"
#include "starlsmd/again.h"
#include "starlsmd/child.h"
#include "starlsmd/guest.h"
#include "starlsmd/signer.h"

struct xs_handle;
struct control;
struct runs;

/* The journal's process; it may be away, and then the others go on. */
struct recording {
	struct child child;
	struct signer signer;
	bool has_key;
	struct again again;
	struct msg_journal figures;	/* the last it told, msg.len 0: none yet */
};

/* The export's process; it may be away, too. */
struct exporting {
	struct child child;
	struct again again;
};

struct daemon {
	sd_event *event;
	const char *config_path;
	struct config config;
	xc_interface *xc;
	struct xs_handle *xs;
	struct guest *guests;
	struct child engine;
	struct child responder;
	struct recording recording;
	struct exporting exporting;
	struct control *control;
	struct runs *runs;
	bool stopping;		/* readers end, nothing new begins */
	bool finishing;		/* the readers have ended, the others are to */
	int stop_status;	/* then exit with this */
};

/*
 * End: readers read what is there and exit, then the guests are told by their
 * backend's state; they run on.
 */
void stop_begin(struct daemon *d, int status);

/* A reader, the journal, or the export has ended meanwhile. */
void stop_step(struct daemon *d);

/* Look who is there: new guests are observed, those gone are let go. */
void domains_scan(struct daemon *d);

/* Once a second: how the observed guests are. */
void domains_vitals(struct daemon *d);

/* Remove what a predecessor has left of domains that are gone. */
void domains_clean(struct daemon *d);

/*
 * Read the configuration again. What is wrong with it is written to errors, a
 * line each; then it stays as it was, and -1 is returned. What the engine makes of the
 * rules comes later: control_ruled() with that ticket.
 */
int daemon_reload(struct daemon *d, uint32_t ticket, char *errors, size_t size);

/* By name or domid in decimal; NULL if there is none. */
struct guest *domains_find(struct daemon *d, const char *which);

/*
 * Read the configured files of rules and hand them to the engine, which
 * understands them, and says so with that ticket; what cannot be read is logged. False:
 * they could not be handed over.
 */
bool ruleset_send(struct daemon *d, uint32_t ticket);

/* Is anything wrong with them? Then it is written to stderr, and true returned. */
bool ruleset_is_wrong(const struct config *c);

/* Start engine and responder. Ends the process if they cannot be started. */
void workers_start(struct daemon *d);

/* What the responder has to know of the site; again when it has changed. */
void workers_tell_site(struct daemon *d);

/* Start the journal, if there is to be one, and again whenever it dies. */
void recording_start(struct daemon *d);

/* Does it still write what was recorded? */
bool recording_runs(const struct daemon *d);

/* Start the export, if anything is to be handed on, and again whenever it dies. */
void exporting_start(struct daemon *d);

/* Does it still write what was read? */
bool exporting_runs(const struct daemon *d);

/* Tell it how a guest is, that it is gone, how the journal is. Never waits for it. */
void exporting_tell(const struct guest *g);
void exporting_gone(const struct guest *g);
void exporting_journal(const struct daemon *d, const struct msg_journal *m);

/* Send to one of them, with fd unless it is -1. If that fails starlsmd ends. */
void workers_tell_engine(struct daemon *d, const struct msg *m, int fd);
void workers_tell_responder(struct daemon *d, const struct msg *m);

#endif /* STARLSM_DAEMON_H */
