/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what the processes say to each other
 *
 * Every channel is a SOCK_SEQPACKET socket pair; a datagram is one message: a
 * struct msg and what its type prescribes, of exactly that length. Anything
 * else, or a type the receiver does not expect from that sender, is an error
 * and ends the channel.
 *
 *   channel                   fd there   says
 *   starlsmd <-> reader       3          READY, STATS, LOADING, BROKEN; POLICY
 *   reader   <-> engine       4, passed  EVENTS, CLOCK, BROKEN; DEFINE, ANSWER
 *   starlsmd <-> vmi          3          ASK_VCPU, ASK_WRITTEN, LOOKED, MODULES;
 *                                        VCPU, WRITTEN, LOADING
 *   vmi      <-> engine       4, passed  FINDING, KERNEL, SEEN
 *   starlsmd <-> engine       3          RULED; GUEST (maybe +fd), RULES, VITALS, GONE,
 *                                        WATCHER (+fd), SUBSCRIBE (+fd),
 *                                        RULESET (+fd), RECORD (+fd), CLOSE
 *   engine   <-> responder    4, 4       VERDICT; RUN, DONE
 *   starlsmd <-> responder    3          ACT, SITE, GUEST, PLAYBOOKS, GONE (whom
 *                                        it may touch, and how), TIGHTEN; RUN,
 *                                        DONE, TIGHTEN
 *   engine   <-> journal      passed, 4  ENTRIES; before the first of them OUT_INCIDENTs, KEPT
 *   starlsmd <-> journal      3          SEALED; SEAL, JOURNAL
 *   starlsmd  -> export       3          FIGURES, GONE, JOURNAL; its fd 4 is a
 *                                        subscriber's
 *   engine    -> subscriber   passed     OUT_EVENT, OUT_INCIDENT, OUT_MISSED, OUT_TASK
 *   starlsmctl <-> starlsmd   socket     REQUEST; REPLYs (JSON text, maybe +fd)
 *
 * Both ends run on one host: native byte order. Reserved bytes are 0.
 *
 * The messages themselves are in msg_reader.h, msg_vmi.h, msg_engine.h (what it is
 * told), msg_out.h (what it tells subscribers), msg_responder.h, msg_journal.h,
 * msg_export.h and msg_ctl.h.
 */
#ifndef STARLSM_MSG_H
#define STARLSM_MSG_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define MSG_FD_PARENT	3
#define MSG_FD_PEER	4	/* reader, journal, export: the engine; engine and responder: each other */
/* No channel: starlsmd's lock, kept until the last process of its has ended. */
#define MSG_FD_LOCK	5

/* A datagram of events: well below the kernel's default socket buffer of 208 KiB. */
#define MSG_MAX		(64 * 1024)
#define MSG_NAME_MAX	64	/* a guest's name, with its NUL */
#define MSG_TEXT_MAX	1024	/* a reason or a story, with its NUL */
#define MSG_GROUP_MAX	32	/* a group's or a host's name, with its NUL */
#define MSG_PATH_MAX	112	/* a path of the configuration, with its NUL; a multiple of 8 */
#define MSG_RULE_ID_MAX	40	/* a UUID with its NUL, and some */
#define MSG_BUILD_ID_MAX	48	/* 40 hexadecimal digits, with a NUL; a multiple of 8 */

enum msg_type {
	MSG_READY = 1,
	MSG_STATS,
	MSG_BROKEN,
	MSG_EVENTS,
	MSG_CLOCK,
	MSG_GUEST,
	MSG_GONE,
	MSG_SUBSCRIBE,
	MSG_VERDICT,
	MSG_ACT,
	MSG_DONE,
	MSG_OUT_EVENT,
	MSG_OUT_INCIDENT,
	MSG_OUT_MISSED,
	MSG_OUT_TASK,
	MSG_REQUEST,
	MSG_REPLY,
	MSG_DEFINE,
	MSG_POLICY,
	MSG_RULES,
	MSG_ANSWER,
	MSG_VITALS,
	MSG_WATCHER,
	MSG_ASK_VCPU,
	MSG_VCPU,
	MSG_LOOKED,
	MSG_MODULES,
	MSG_FINDING,
	MSG_KERNEL,
	MSG_SEEN,
	MSG_PLAYBOOKS,
	MSG_RUN,
	MSG_SITE,
	MSG_TIGHTEN,
	MSG_RULESET,
	MSG_RECORD,
	MSG_ENTRIES,
	MSG_SEAL,
	MSG_SEALED,
	MSG_JOURNAL,
	MSG_CLOSE,
	MSG_FIGURES,
	MSG_RULED,
	MSG_ASK_WRITTEN,
	MSG_WRITTEN,
	MSG_LOADING,
	MSG_KEPT,
};

struct msg {
	uint32_t type;		/* enum msg_type */
	uint32_t len;		/* of the whole datagram */
};

/*
 * Send one message, with fd unless it is -1. The length is in m->len.
 * Returns 0, or -1 with errno; EAGAIN if the socket is non-blocking and full.
 */
int msg_send(int sock, const struct msg *m, int fd);

/*
 * Receive one message into buf of size bytes. *fd gets a passed descriptor or
 * -1; with fd NULL a passed descriptor is closed and is an error.
 * Returns its length; 0 at the end of the channel; -1 with errno: EBADMSG for
 * a datagram that is too short, too long for buf or not as long as it says.
 */
ssize_t msg_recv(int sock, void *buf, size_t size, int *fd);

/* The exact length of messages of that type; 0 if it has a variable part or is unknown. */
size_t msg_fixed_len(uint32_t type);

#endif /* STARLSM_MSG_H */
