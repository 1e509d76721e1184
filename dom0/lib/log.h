/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - one line a message, on stderr
 *
 * Under journald (JOURNAL_STREAM names our stderr) each line begins with its
 * priority as <N>, which journald takes off again. Otherwise it begins with
 * the program's name. One write(2) a line, no memory allocated: it works in
 * any sandbox that leaves write.
 *
 * What comes from a guest is escaped with decode_escape() before it gets here;
 * as a last resort control characters are replaced by '?'.
 */
#ifndef STARLSM_LOG_H
#define STARLSM_LOG_H

#include <syslog.h>

/* Call once, before rights are dropped. who: "starlsmd", "reader 5"; is copied. */
void log_init(const char *who);

/* priority: LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO, LOG_DEBUG (see log_debug) */
void log_msg(int priority, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#define log_error(...)		log_msg(LOG_ERR, __VA_ARGS__)
#define log_warning(...)	log_msg(LOG_WARNING, __VA_ARGS__)
#define log_notice(...)		log_msg(LOG_NOTICE, __VA_ARGS__)
#define log_info(...)		log_msg(LOG_INFO, __VA_ARGS__)

/* Says why and exits with status 1. For start-up and our own broken invariants. */
void fatal(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));

#endif /* STARLSM_LOG_H */
