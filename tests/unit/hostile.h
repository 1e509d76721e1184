/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what a guest may call its things, for tests of everything that prints them
 */
#ifndef STARLSM_TEST_HOSTILE_H
#define STARLSM_TEST_HOSTILE_H

#include <stdbool.h>
#include <string.h>

#define HOSTILE_STRINGS	9
#define HOSTILE_LONG	4095

static inline const char *hostile_string(size_t n)
{
	static char long_name[HOSTILE_LONG + 1];
	static const char * const strings[HOSTILE_STRINGS - 1] = {
		"/tmp/\033[2J\033]0;owned\a",		/* a terminal's */
		"/tmp/\xff\xfe\xc0\xaf\xe2\x80",	/* no UTF-8 */
		"/tmp/<script>alert(1)</script>&\"'",	/* HTML */
		"/tmp/a\nMESSAGE_ID=0\n{\"class_uid\":1}\r\n",
		"/tmp/\xe2\x80\xae\xe2\x81\xa6gpj.exe",	/* written from right to left */
		"/tmp/\"} 1\nstarlsm_up{guest=\"x",	/* Prometheus's */
		"/tmp/\\x41\\\\\x7f\xc2\x9b",		/* an escape, C1 */
		"",
	};

	if (n < HOSTILE_STRINGS - 1)
		return strings[n];
	/* 4 KiB in which each byte becomes four */
	memset(long_name, '\001', HOSTILE_LONG);
	return long_name;
}

/* As much of it as fits */
static inline void hostile_copy(char *to, size_t size, const char *text)
{
	size_t len = strnlen(text, size - 1);

	memcpy(to, text, len);
	memset(to + len, 0, size - len);
}

/* Is this fit for a terminal, and one line? Valid UTF-8 jansson has seen to. */
static inline bool hostile_is_tame(const char *text)
{
	for (const unsigned char *s = (const void *)text; *s; s++) {
		if (*s < ' ' || *s == 0x7f)
			return false;
		/* C1, and what turns the direction of writing */
		if (*s == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0)
			return false;
		if (*s == 0xe2 && ((s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae) ||
				   (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9)))
			return false;
	}
	return true;
}

#endif /* STARLSM_TEST_HOSTILE_H */
