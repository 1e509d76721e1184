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
 *   engine    -> journal      passed, 4  ENTRIES
 *   starlsmd <-> journal      3          SEALED; SEAL, JOURNAL
 *   starlsmd  -> export       3          FIGURES, GONE, JOURNAL; its fd 4 is a
 *                                        subscriber's
 *   engine    -> subscriber   passed     OUT_EVENT, OUT_INCIDENT, OUT_MISSED, OUT_TASK
 *   starlsmctl <-> starlsmd   socket     REQUEST; REPLYs (JSON text, maybe +fd)
 *
 * Both ends run on one host: native byte order. Reserved bytes are 0.
 */
#ifndef STARLSM_MSG_H
#define STARLSM_MSG_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <xen/interface/io/starlsm.h>

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
};

struct msg {
	uint32_t type;		/* enum msg_type */
	uint32_t len;		/* of the whole datagram */
};

/* The reader has mapped the rings and dropped all rights it had. */
struct msg_ready {
	struct msg msg;
	uint32_t domid;
	uint32_t n_rings;
	uint32_t ring_bytes;	/* of one ring */
	uint32_t epoch;
	uint32_t major, minor;	/* the guest's protocol version */
};

/* Once a second */
struct msg_stats {
	struct msg msg;
	uint32_t domid;
	uint32_t epoch;
	uint64_t events;	/* records read since the reader started, LOST included */
	uint64_t bytes;
	uint64_t lost;		/* sum of the LOST records' counts */
	uint64_t unknown;	/* records of a newer minor version, skipped */
	uint64_t wakeups;	/* times the event channel fired */
	uint64_t backlog;	/* bytes in the rings now */
	uint64_t heartbeat_ns;	/* CLOCK_MONOTONIC of the last heartbeat read, 0 if none */
	uint64_t rtt_ns;	/* last event-channel round trip, 0 if none yet */
	uint32_t policy_applied;	/* generation of the last POLICY that the guest has read */
	uint32_t policy_error;	/* STARLSM_ERR_*: what it said of the last one */
	uint64_t lone_ns;	/* commit to copy-out, see pump.h, 0 if none yet */
	uint64_t lag_ns;	/* and the longest of the last second, see pump.h */
};

/*
 * A module is about to be loaded: said before the task that loads it may go on, if the
 * event's class is commit or verdict. The reader says it, starlsmd passes it on to vmi.
 */
struct msg_loading {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
};

/* The guest's ring lies; the reader reads no more. */
struct msg_broken {
	struct msg msg;
	uint32_t domid;
	uint32_t error;		/* STARLSM_ERR_* */
	uint32_t ring;
	uint32_t reserved;
	uint64_t position;	/* in that ring, bytes */
	uint64_t found;		/* the value that cannot be */
};

/*
 * A batch of records: the header, then for each a struct msg_event and the
 * record itself, whose length is a multiple of 8. The reader has checked each
 * with decode_check(). In the order of their time over all rings.
 */
struct msg_events {
	struct msg msg;
	uint32_t domid;
	uint32_t n_events;
	uint64_t read_ns;	/* CLOCK_MONOTONIC when they were copied out */
};

struct msg_event {
	uint64_t seq;		/* all 64 bits */
	uint32_t ring;
	uint32_t rec_len;	/* of the record that follows */
};

/* The guest's clock against ours: CLOCK_MONOTONIC = guest time + offset */
struct msg_clock {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
	int64_t offset_ns;	/* known to within rtt / 2 */
	uint64_t rtt_ns;	/* shortest event-channel round trip so far */
};

/* The engine had to forget what the guest has defined: everything anew, please. */
struct msg_define {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
};

/* What the guest is to record, and when it is to wait; the page's number is not used. */
struct msg_policy {
	struct msg msg;
	uint32_t domid;
	uint32_t generation;	/* counts that guest's policies, from 1 */
	struct starlsm_policy_page page;
};

/* The engine's answer to an ASK record. */
struct msg_answer {
	struct msg msg;
	uint32_t domid;
	uint32_t slot;
	uint64_t ticket;
	uint32_t answer;	/* STARLSM_ANSWER_* */
	uint32_t reserved;
};

/* A verdict on events of one type: all that is set has to match. */
#define VERDICT_RULES_MAX	32
#define VERDICT_GLOB_MAX	256

struct verdict_rule {
	uint32_t event;		/* STARLSM_EV_* */
	uint32_t answer;	/* STARLSM_ANSWER_* */
	uint32_t uid_lo, uid_hi;	/* effective user id of who asks; 0 and UINT32_MAX: any */
	char path[VERDICT_GLOB_MAX];	/* as in fnmatch(3), ended by NUL; "" any */
	char address[VERDICT_GLOB_MAX];
};

/* How the engine is to judge a guest from now on; the first rule that matches counts. */
struct msg_rules {
	struct msg msg;
	uint32_t domid;
	uint32_t respond;	/* enum respond_policy, instead of that of GUEST */
	uint32_t otherwise;	/* STARLSM_ANSWER_* to a question that makes no sense */
	uint32_t n_rules;
	uint64_t untold[STARLSM_EV_LIMIT / 64];	/* bit n: not all records of type n are made */
	struct verdict_rule rule[VERDICT_RULES_MAX];
};

/*
 * The verdicts, each stronger than the one before; lib/ladder.h has their words. PAUSE
 * is `contain`: so far the guest is stopped, and nothing is lost.
 */
enum respond_policy { RESPOND_OBSERVE, RESPOND_ALERT, RESPOND_PAUSE, RESPOND_EVACUATE,
		      RESPOND_HALT };
#define VERDICTS	(RESPOND_HALT + 1)

/* What makes an incident of a guest's alerts, and a verdict of an incident */
struct incident_policy {
	uint32_t window_s;	/* alerts that far apart can belong together */
	uint32_t hold_s;	/* a contained one raises no verdict again for so long */
	uint32_t close_s;	/* an open one in which nothing is new for so long is closed; 0: never */
	uint32_t at[VERDICTS];	/* the score from which it is that verdict; 0: by no score */
};

/*
 * A guest is observed from now on. To the engine: again with the channel of each
 * reader that it gets. To the responder: once; it acts on no other domain.
 */

struct msg_guest {
	struct msg msg;
	uint32_t domid;
	uint32_t respond;	/* enum respond_policy: the most that may be done to it */
	uint32_t attach_s;	/* it has to attach within this; 0: whenever it likes */
	uint32_t quiet_s;	/* it has to beat in so much vCPU time; 0: it need not */
	struct incident_policy incidents;
	char build_id[MSG_BUILD_ID_MAX];	/* its kernel has to say; "": anything */
	char name[MSG_NAME_MAX];
};

/* Once a second: signs of life of a guest's sensor, as dom0 sees them */
struct msg_vitals {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
	uint64_t unattached_ns;	/* it has run for so long without a reader; 0 with one */
	uint64_t silent_cpu_ns;	/* since the last heartbeat a vCPU has run so long, on average */
};

/* The engine gets the channel of a guest's vmi; of one that it knows. */
struct msg_watcher {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
};

/* vmi wants a vCPU's registers; VCPU is the answer. One question at a time. */
struct msg_ask_vcpu {
	struct msg msg;
	uint32_t domid;
	uint32_t vcpu;
};

/* What a processor of a PV guest does at an exception: Xen's trap table */
#define VCPU_TRAPS	256
#define VCPU_GDT_FRAMES	16

/*
 * A vCPU's registers as Xen knows them. What a guest's type does not have, or
 * Xen does not tell, is 0.
 */
struct msg_vcpu {
	struct msg msg;
	uint32_t domid;
	uint32_t vcpu;
	uint32_t n_vcpus;	/* the guest has: the highest number and 1 */
	uint32_t is_online;	/* 0: the rest is 0 */
	uint32_t is_pv;
	int32_t err;		/* an errno: Xen did not tell; then the rest is 0 */
	uint32_t is_paused;	/* the guest is, or has shut down */
	uint32_t reserved;
	uint64_t rip, rsp, rflags;
	uint64_t cr0, cr2, cr3, cr4;	/* cr3 of a PV guest has a machine's frame */
	uint64_t efer, star, lstar, cstar, sfmask;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip;
	uint64_t idtr_base, gdtr_base;
	uint32_t idtr_limit, gdtr_limit;	/* of a PV guest: entries of its GDT */
	/* of a PV guest only */
	uint64_t event_callback, failsafe_callback, syscall_callback;
	uint64_t gdt_frame[VCPU_GDT_FRAMES];
	uint64_t trap[VCPU_TRAPS];	/* address, 0 none */
	uint16_t trap_cs[VCPU_TRAPS];
	uint8_t trap_flags[VCPU_TRAPS];
};

/* vmi wants to know which of these frames were written to; WRITTEN is the answer. */
#define WRITTEN_FRAMES_MAX	32768

struct msg_ask_written {
	struct msg msg;
	uint32_t domid;
	uint32_t n_frames;	/* at least 1, at most WRITTEN_FRAMES_MAX */
	uint64_t first_frame;
};

struct msg_written {
	struct msg msg;
	uint32_t domid;
	int32_t err;		/* an errno: Xen did not tell */
	uint64_t first_frame;	/* as asked */
	uint32_t n_frames;
	uint32_t reserved;
	uint64_t bits[WRITTEN_FRAMES_MAX / 64];	/* frame first_frame + i: bit i % 64 of [i / 64] */
};

/* What vmi has made of its guest so far; once a second */
#define LOOK_CHECKS_MAX	64
#define LOOK_WHY_MAX	96

enum look_result { LOOK_NOT_YET, LOOK_CLEAN, LOOK_FINDING, LOOK_COULD_NOT };

struct msg_looked {
	struct msg msg;
	uint32_t domid;
	uint32_t has_profile;	/* 1: the guest's kernel has been found, and build_id is its */
	uint64_t base;		/* where its _text is */
	uint64_t n_looks;	/* rounds */
	uint64_t n_pages;	/* touched so far */
	uint64_t n_findings;	/* sent to the engine */
	uint64_t busy_ns;	/* spent on it */
	uint32_t n_checks;
	uint32_t reserved;
	/* modules that came since the first look; and were seen before their init returned */
	uint64_t n_came, n_coming;
	uint8_t result[LOOK_CHECKS_MAX];	/* enum look_result */
	uint64_t check_us[LOOK_CHECKS_MAX];	/* of which on that check */
	char check[LOOK_CHECKS_MAX][32];
	char why[LOOK_CHECKS_MAX][LOOK_WHY_MAX];	/* it could not look, because */
	char build_id[MSG_BUILD_ID_MAX];
};

/*
 * The modules that a guest's memory has, in pieces, every few rounds: those from
 * number first on, of n_all. The first piece begins anew.
 */
#define SEEN_MODULES_MAX	64	/* in a piece */
#define SEEN_MODULES_ALL	512
#define SEEN_MODULE_NAME	56

#define MODULE_IN_LIST	1U
#define MODULE_IN_SYSFS	2U

struct seen_module {
	uint64_t address;	/* of struct module */
	uint64_t base;		/* of its text; 0 not known */
	uint32_t size;
	uint32_t flags;		/* MODULE_* */
	char name[SEEN_MODULE_NAME];	/* printable, ended by NUL */
};

struct msg_modules {
	struct msg msg;
	uint32_t domid;
	uint32_t first, n_all;
	uint32_t n_modules;
	struct seen_module module[SEEN_MODULES_MAX];
};

/* Something in a guest's memory, or in its registers, is not as it has to be. */
#define FINDING_TEXT_MAX	160
#define FINDING_BYTES_MAX	32
#define FINDING_NO_VCPU		UINT32_MAX

enum finding_severity { FINDING_NOTE, FINDING_SUSPECT, FINDING_TAMPERED };

struct msg_finding {
	struct msg msg;
	uint32_t domid;
	uint32_t check;		/* its number in vmi's table */
	uint32_t severity;	/* enum finding_severity */
	uint32_t vcpu;		/* FINDING_NO_VCPU if it is of none */
	uint64_t address;	/* in the guest, 0 if it has none */
	uint64_t expected;	/* 0 if it is no number */
	uint64_t found;
	uint32_t n_expected_bytes, n_found_bytes;
	uint8_t expected_bytes[FINDING_BYTES_MAX];
	uint8_t found_bytes[FINDING_BYTES_MAX];
	char name[32];		/* of the check */
	char attack[32];	/* an ATT&CK technique */
	char object[FINDING_TEXT_MAX];	/* symbol + offset, or whatever it is; printable */
	char text[FINDING_TEXT_MAX];	/* what is wrong; printable */
};

/* Which kernel there is in a guest's memory, whenever that changes */
struct msg_kernel {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
	uint64_t base;		/* where its _text is */
	char build_id[MSG_BUILD_ID_MAX];	/* "": none that has a profile */
};

/*
 * Processes as a guest's memory has them: those that are new, others than they were,
 * or gone, since the look before. A look is one message or more, END is its last.
 */
#define SEEN_TASKS_MAX	32
#define SEEN_COMM_MAX	16

/* A process, by the leader of its threads: flags */
#define SEEN_IN_LIST	1U	/* of tasks */
#define SEEN_IN_NUMBERS	2U	/* the table of process numbers leads to it */
#define SEEN_KERNEL	4U	/* a thread of the kernel's own */
#define SEEN_USERS	8U	/* its user namespace is the first; else its capabilities are others' */
#define SEEN_CRED	16U	/* its credentials could be read */
#define SEEN_ENDED	32U	/* it is not there any more */

struct seen_task {
	uint64_t id;		/* that its sensor has given it, 0 none */
	uint64_t cap_effective;
	uint32_t pid;		/* in the first namespace */
	uint32_t uid, euid;
	uint32_t flags;		/* SEEN_* */
	char comm[SEEN_COMM_MAX];	/* printable, ended by NUL */
};

/* A look: flags */
#define SEEN_ALL	1U	/* forget what was before, this look is whole */
#define SEEN_END	2U

struct msg_seen {
	struct msg msg;
	uint32_t domid;
	uint32_t flags;		/* SEEN_ALL, in the look's first; SEEN_END, in its last */
	int64_t from_ns, to_ns;	/* CLOCK_MONOTONIC: when that was read */
	uint32_t n_tasks;
	uint32_t reserved;
	struct seen_task task[SEEN_TASKS_MAX];
};

/*
 * The files of rules that count from now on (lib/rulefiles.h), in a sealed memfd
 * that comes with it.
 */
struct msg_ruleset {
	struct msg msg;
	uint32_t len;		/* of the memory, at least 1 */
	uint32_t n_files;
	uint32_t ticket;	/* comes back in RULED */
	uint32_t reserved;
};

/* What has become of them */
struct msg_ruled {
	struct msg msg;
	uint32_t ticket;
	int32_t err;		/* 0 or an errno: those before stay, as the text says */
	uint32_t n_rules;
	uint32_t n_errors;
	char text[MSG_TEXT_MAX];
};

/* The guest has ended. */
struct msg_gone {
	struct msg msg;
	uint32_t domid;
	uint32_t reserved;
};

/* An operator has done with an incident: nothing joins it any more. */
struct msg_close {
	struct msg msg;
	uint32_t domid;		/* UINT32_MAX: whose it is only the engine knows */
	uint32_t incident;
};

/* Somebody wants to see; write to the fd that comes with it, close it at the end. */
enum subscribe_what { SUBSCRIBE_RECENT, SUBSCRIBE_FOLLOW, SUBSCRIBE_INCIDENTS,
		      SUBSCRIBE_TASKS };

struct msg_subscribe {
	struct msg msg;
	uint32_t what;		/* enum subscribe_what; FOLLOW begins with RECENT */
	uint32_t domid;		/* TASKS: of that guest */
};

enum action { ACTION_PAUSE = 1, ACTION_UNPAUSE, ACTION_DESTROY, ACTION_NOTIFY,
	      ACTION_KEEP_PAUSED, ACTION_ISOLATE, ACTION_CONNECT, ACTION_CAPTURE,
	      ACTION_MIGRATE, ACTION_EVACUATE, ACTION_TIGHTEN, ACTION_LOOSEN };

/*
 * The engine has decided. These actions are what the verdict means where no
 * playbook says otherwise, in their order; maybe none.
 */
#define VERDICT_ACTIONS_MAX	8

struct msg_verdict {
	struct msg msg;
	uint32_t domid;
	uint32_t incident;
	uint32_t verdict;	/* enum respond_policy */
	uint32_t n_actions;
	uint32_t action[VERDICT_ACTIONS_MAX];	/* enum action */
	char rule[MSG_NAME_MAX];
	char reason[MSG_TEXT_MAX];
};

/* A playbook: lib/playbook.h. Steps of one group go side by side. */
#define PLAYBOOK_NAME_MAX	32
#define PLAYBOOK_STEPS_MAX	VERDICT_ACTIONS_MAX
#define PLAYBOOK_TRIES_MAX	10
#define PLAYBOOK_WITHIN_MAX_MS	(24 * 3600 * 1000)

struct playbook_step {
	uint32_t action;	/* enum action */
	uint32_t group;		/* 0, then the same or one more */
	uint32_t within_ms;	/* all tries together */
	uint32_t tries;
};

struct playbook {
	char name[PLAYBOOK_NAME_MAX];
	uint32_t n_steps;
	uint32_t reserved;
	struct playbook_step step[PLAYBOOK_STEPS_MAX];
};

/* What to do with that guest from now on, by verdict; after its GUEST. */
struct msg_playbooks {
	struct msg msg;
	uint32_t domid;
	uint32_t may_move;	/* when a neighbour has become a victim */
	struct playbook on[VERDICTS];	/* enum respond_policy */
};

/* What the responder is told of the site; again when it changes. */
#define HOSTS_MAX	8	/* a guest's destinations are asked all at once */

struct msg_site {
	struct msg msg;
	char notify[MSG_PATH_MAX];	/* program that tells people; "": only the log does */
	char libexec[MSG_PATH_MAX];	/* folder of our own programs */
	char evidence[MSG_PATH_MAX];	/* folder of the bundles */
	char evidence_key[MSG_PATH_MAX];	/* PEM file of the key that signs them; "": none */
	/* how another host is reached: words with blanks between, none with another sign */
	char ssh[MSG_PATH_MAX];
	uint32_t n_hosts;
	uint32_t reserved;
	struct {
		char name[MSG_GROUP_MAX];
		char address[MSG_NAME_MAX];
	} host[HOSTS_MAX];
};

/* A guest's policy is to be stricter, or as configured again; comes back with err. */
struct msg_tighten {
	struct msg msg;
	uint32_t domid;
	uint32_t run, step;	/* for whom, as they are */
	uint32_t is_tight;	/* as it is to be */
	uint32_t only_asks;	/* nothing is to be changed: is it so? */
	int32_t err;		/* 0: its sensor has read it; EAGAIN: not yet; or an errno */
};

/*
 * A playbook under way, as it is now; sent again whenever it changes. To the
 * engine before the first DONE: these are the actions of the incident.
 */
#define STEP_TEXT_MAX	128

struct run_step {
	uint32_t state;		/* enum step_state, lib/playbook.h */
	uint32_t order;		/* enum run_order that is still to be carried out */
	uint32_t n_tries;	/* begun */
	int32_t err;		/* 0 or an errno: of the last try */
	int64_t limit_ms;	/* CLOCK_MONOTONIC: no try begins or goes on later */
	int64_t due_ms;		/* its state's timer; 0: none */
	int64_t start_ns;	/* CLOCK_MONOTONIC of the last try, 0: none yet */
	int64_t end_ns;
	char text[STEP_TEXT_MAX];	/* what came of it, escaped, or "" */
	char host[MSG_GROUP_MAX];	/* where it goes, "" if nowhere */
	uint32_t epoch;		/* of its sensor before it goes */
	uint32_t copies;	/* 1: it stands while it goes */
};

struct msg_run {
	struct msg msg;
	uint32_t domid;
	uint32_t id;		/* counts up over restarts */
	uint32_t incident;	/* 0: of an earlier engine, or an operator's */
	uint32_t verdict;	/* enum respond_policy */
	uint32_t dry_run;
	uint32_t phase;		/* enum run_phase */
	uint32_t end;		/* enum run_end */
	uint32_t parent;	/* the run for whose sake it is done, 0: none */
	uint32_t told;		/* bits: which steps' ends have been told; above them the run's */
	int64_t began_ns;	/* CLOCK_MONOTONIC */
	char guest[MSG_NAME_MAX];
	char rule[MSG_NAME_MAX];	/* that was recognised; "": an operator's wish */
	char wish[MSG_GROUP_MAX];	/* the host that the operator named, "" any */
	struct playbook playbook;
	struct run_step step[PLAYBOOK_STEPS_MAX];
	struct {
		uint32_t order;		/* LOOK or SECURE, to be carried out */
		uint32_t n_tries;
		int64_t due_ms;
	} settle;		/* when all steps have ended */
};

/*
 * An operator asks for one action, or for the undoing of the guest's last run. Of
 * that and of MIGRATE the answer is that it has begun.
 */
struct msg_act {
	struct msg msg;
	uint32_t domid;
	uint32_t action;
	uint32_t ticket;	/* comes back in DONE */
	uint32_t undoes;	/* 1: the action is not looked at */
	char host[MSG_GROUP_MAX];	/* MIGRATE: where to, "" for any */
};

/* What became of an action; to whoever asked. */
struct msg_done {
	struct msg msg;
	uint32_t domid;
	uint32_t action;
	uint32_t incident;	/* or the ticket */
	uint32_t dry_run;	/* 1: not done, dry-run is on */
	int32_t err;		/* 0 or an errno */
	uint32_t reserved;
	uint64_t start_ns;	/* CLOCK_MONOTONIC just before the call */
	uint64_t end_ns;	/* and just after it */
};

/*
 * An event with its context, for a subscriber: this, then the executable's
 * path, the parent executable's path, those of the record's fields of kind PATH
 * in their order, and the record. No NULs.
 */
#define OUT_PATH_UNKNOWN	1	/* the field has an id, and nobody told its path */
#define OUT_PATH_CUT		2	/* its beginning is missing */
#define OUT_PATHS_MAX		2

struct msg_out_event {
	struct msg msg;
	uint32_t domid;
	uint32_t ring;
	uint64_t seq;
	int64_t mono_ns;	/* CLOCK_MONOTONIC of its commit; read time before a clock is known */
	uint64_t parent;	/* task id of the actor's creator, 0 unknown */
	uint32_t pid, tgid, ppid;	/* 0 unknown */
	uint32_t uid, euid;	/* UINT32_MAX unknown */
	uint32_t known;		/* 1: the actor has been defined */
	uint32_t lineage;	/* enum fact_lineage of lib/sigma/facts.h */
	uint32_t reserved;
	uint16_t exe_len, parent_exe_len;
	uint16_t path_len[OUT_PATHS_MAX];
	uint16_t path_flags[OUT_PATHS_MAX];	/* OUT_PATH_* */
	uint32_t rec_len;
	char guest[MSG_NAME_MAX];
};

enum incident_state { INCIDENT_OPEN, INCIDENT_ACTING, INCIDENT_CONTAINED, INCIDENT_FAILED,
		      INCIDENT_CLOSED, INCIDENT_STATES };

/* An incident as it is now; sent again whenever it changes: docs/incidents.md. */
#define INCIDENT_STEPS_MAX	8
#define INCIDENT_ALERTS_MAX	24
#define INCIDENT_NODES_MAX	24
#define INCIDENT_REASON_MAX	256
#define INCIDENT_EXE_MAX	128
#define INCIDENT_NONE		UINT32_MAX	/* no alert, no node */

struct incident_step {
	uint64_t seq;
	uint32_t ring;
	uint32_t reserved;
	int64_t mono_ns;
	char text[256];		/* what happened, escaped */
};

/* By what an alert belongs to the incident */
enum incident_link { LINK_FIRST, LINK_LINEAGE, LINK_USER, LINK_FILE, LINK_PEER, LINK_GUEST,
		     INCIDENT_LINKS };

/* What one rule said, however often */
struct incident_alert {
	uint32_t level;		/* enum rule_level of lib/sigma/rule.h */
	uint32_t link;		/* enum incident_link */
	uint32_t tactics;	/* ATT&CK, bits of lib/attack.h */
	uint32_t count;
	uint64_t seq;		/* of the record that decided the first time */
	uint32_t ring;
	uint32_t reserved;
	int64_t first_ns;	/* CLOCK_MONOTONIC as the engine saw it */
	int64_t last_ns;
	char rule[MSG_NAME_MAX];
	char rule_id[MSG_RULE_ID_MAX];
	char attack[MSG_NAME_MAX];
	char reason[INCIDENT_REASON_MAX];	/* or its beginning; of several steps the last */
};

/* A task of the tree, or what it became by an exec; its parent comes before it. */
struct incident_node {
	uint64_t task;
	uint32_t parent;	/* a node's number, INCIDENT_NONE: not known, or above the tree */
	uint32_t pid;		/* 0 unknown */
	uint32_t uid;		/* effective; UINT32_MAX unknown */
	uint32_t alerts;	/* bits: those that came of it */
	char exe[INCIDENT_EXE_MAX];	/* escaped, or its end; "" unknown */
};

/*
 * Rule, level, attack, reason, steps and the times are those of the alert that decided
 * the verdict, or, where no verdict rose, of the strongest.
 */
struct msg_out_incident {
	struct msg msg;
	uint32_t domid;
	uint32_t id;
	uint32_t state;		/* enum incident_state */
	uint32_t dry_run;
	uint32_t level;		/* enum rule_level of lib/sigma/rule.h */
	uint32_t verdict;	/* enum respond_policy */
	uint32_t n_steps;
	uint32_t n_actions;
	uint32_t action[VERDICT_ACTIONS_MAX];
	int32_t action_err[VERDICT_ACTIONS_MAX];
	uint64_t action_ns[VERDICT_ACTIONS_MAX];	/* what each took, 0 not yet done */
	int64_t commit_ns;	/* CLOCK_MONOTONIC of the deciding record's commit */
	int64_t read_ns;	/* when the reader had copied it out */
	int64_t decided_ns;	/* when the engine decided */
	int64_t paused_ns;	/* when the pause call returned, 0 if not */
	uint64_t rtt_ns;	/* that guest's event-channel round trip */
	char guest[MSG_NAME_MAX];
	char rule[MSG_NAME_MAX];	/* its name, or its title's beginning */
	char rule_id[MSG_RULE_ID_MAX];	/* of one that was loaded; "" if it has none */
	char attack[MSG_NAME_MAX];	/* ATT&CK techniques, comma separated */
	char reason[MSG_TEXT_MAX];
	struct incident_step step[INCIDENT_STEPS_MAX];
	uint32_t score;		/* 0 to 100 */
	uint32_t tactics;	/* of all of its alerts, bits of lib/attack.h */
	int64_t first_ns;	/* CLOCK_MONOTONIC of its first and last alert, as the engine saw them */
	int64_t last_ns;
	uint32_t n_alerts;
	uint32_t n_more;	/* alerts that found no place in the list */
	uint32_t deciding;	/* which of them the fields above are of */
	uint32_t news;		/* which one has just come; INCIDENT_NONE: something else has changed */
	uint32_t n_nodes;
	uint32_t reserved;
	struct incident_alert alert[INCIDENT_ALERTS_MAX];
	struct incident_node node[INCIDENT_NODES_MAX];
};

/* A process of a guest's: as its memory has it, as its events do, or both */
#define OUT_TASK_SEEN	1U
#define OUT_TASK_TOLD	2U

/* How they differ */
#define DIFFERS_UID	1U	/* real or effective user */
#define DIFFERS_CAPS	2U	/* memory has capabilities that no event has told of */
#define DIFFERS_NO_EVENT	4U	/* there, and no event made it */
#define DIFFERS_NO_TASK	8U	/* acts, and is not there */

struct msg_out_task {
	struct msg msg;
	uint32_t domid;
	uint32_t which;		/* OUT_TASK_* */
	uint32_t differs;	/* DIFFERS_*, in two looks; maybe the next one explains it */
	uint32_t told;		/* DIFFERS_*: of which there is an incident */
	struct seen_task seen;
	uint64_t id;
	uint64_t cap_effective;
	uint32_t pid, uid, euid;	/* 0, UINT32_MAX: not known */
	uint32_t exe_len;
	char exe[256];		/* its end if it is longer; no NUL */
};

/* The subscriber was too slow; so many messages were not sent to it. */
struct msg_out_missed {
	struct msg msg;
	uint64_t count;
};

/* A journal writes down all from now on; write to the fd that comes with it. */
struct msg_record {
	struct msg msg;
};

/* Entries one after the other, see lib/entry.h. */
struct msg_entries {
	struct msg msg;
};

/* A segment is full: sign that hash (lib/segment.h), please. */
#define MSG_HASH_BYTES	32
#define MSG_SIGN_BYTES	64

struct msg_seal {
	struct msg msg;
	uint64_t ticket;	/* comes back in SEALED */
	uint8_t hash[MSG_HASH_BYTES];
};

struct msg_sealed {
	struct msg msg;
	uint64_t ticket;
	int64_t sealed_ns;	/* CLOCK_REALTIME of starlsmd */
	uint8_t key_id[8];	/* the public key's first bytes */
	uint8_t signature[MSG_SIGN_BYTES];
};

/* Once a second, and when it stops: how the journal is. */
struct msg_journal {
	struct msg msg;
	int32_t err;		/* an errno: it has stopped, and why; 0: it writes */
	uint32_t n_streams;
	uint64_t entries;	/* written since it started */
	uint64_t bytes;		/* of which the disk got */
	uint64_t lost;		/* entries that found no place, here or in the engine */
	int64_t synced_ns;	/* CLOCK_MONOTONIC: what came before is on the disk */
};

/* How a guest is: once a second, and whenever its state changes */
struct msg_figures {
	struct msg msg;
	uint32_t domid;
	uint32_t error;		/* STARLSM_ERR_*: why it is broken */
	uint32_t epoch;
	uint32_t n_rings;	/* 0: no reader has been ready yet */
	uint32_t ring_bytes;	/* of one ring */
	uint32_t n_deaths;	/* readers that died */
	uint32_t is_looked_at;	/* 1: vmi has told of it; else the fields below are 0 */
	uint32_t n_watcher_deaths;	/* vmis that died */
	uint32_t checks[LOOK_COULD_NOT + 1];	/* how many ended so, by enum look_result */
	uint64_t looks, pages, findings, busy_ns;	/* as in LOOKED */
	uint64_t unattached_ns, silent_cpu_ns;	/* as in VITALS */
	struct msg_stats stats;	/* its last reader's; msg.len 0: none yet */
	char state[16];		/* as in status */
	char type[8];
	char name[MSG_NAME_MAX];
};

enum request { REQUEST_STATUS = 1, REQUEST_EVENTS, REQUEST_FOLLOW, REQUEST_INCIDENTS,
	       REQUEST_PAUSE, REQUEST_UNPAUSE, REQUEST_RELOAD, REQUEST_RUNS,
	       REQUEST_CAPACITY, REQUEST_MIGRATE, REQUEST_MOVES,
	       REQUEST_UNDO, REQUEST_CLOSE, REQUEST_TASKS, REQUEST_MODULES };

struct msg_request {
	struct msg msg;
	uint32_t request;
	uint32_t incident;	/* CLOSE */
	char guest[MSG_NAME_MAX];	/* name or domid; "" for all */
	char host[MSG_GROUP_MAX];	/* MIGRATE: where to, "" for any */
};

/*
 * Then JSON text, or as much of it as there is room for: the rest follows in further
 * ones, the last has `more` 0. With EVENTS, FOLLOW, INCIDENTS, CLOSE and TASKS comes
 * the fd to read, with the first.
 */
#define REPLY_TEXT_MAX	(16 << 20)	/* of all together */

struct msg_reply {
	struct msg msg;
	int32_t err;		/* 0 or an errno; then the text says why */
	uint32_t text_len;	/* here */
	uint32_t more;		/* bytes that follow */
	uint32_t reserved;
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
