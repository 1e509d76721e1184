// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - one line a message, on stderr
 */
#include "lib/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A reason (MSG_TEXT_MAX) and what is said around it. */
#define LINE_MAX_BYTES	2048

static char log_who[64] = "starlsm";
static bool log_journal;

/* JOURNAL_STREAM is "device:inode" of what journald gave us as stderr. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	if (!stream || sscanf(stream, "%llu:%llu", &dev, &ino) != 2)
		return false;
	return !fstat(STDERR_FILENO, &st) && st.st_dev == dev &&
	       st.st_ino == ino;
}

void log_init(const char *who)
{
	snprintf(log_who, sizeof(log_who), "%s", who);
	log_journal = stderr_is_journal();
}

static void put_line(int priority, const char *fmt, va_list ap)
{
	char line[LINE_MAX_BYTES];
	size_t len, i;
	ssize_t rc;
	int n;

	if (log_journal)
		n = snprintf(line, sizeof(line), "<%d>%s: ", priority, log_who);
	else
		n = snprintf(line, sizeof(line), "%s: ", log_who);
	vsnprintf(line + n, sizeof(line) - n - 1, fmt, ap);
	len = strlen(line);
	for (i = 0; i < len; i++)
		if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
			line[i] = '?';
	line[len++] = '\n';
	rc = write(STDERR_FILENO, line, len);
	(void)rc;	/* there is nowhere to tell it */
}

void log_msg(int priority, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line(priority, fmt, ap);
	va_end(ap);
}

void fatal(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_line(LOG_ERR, fmt, ap);
	va_end(ap);
	_exit(1);
}
