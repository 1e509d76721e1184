// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of how far a move is
 */
#include "cmocka_all.h"

#include <string.h>

#include "responder/stream.h"

#define S	1000000000LL

static struct stream stream;
static char text[64];

static int set_up(void **state)
{
	(void)state;
	memset(&stream, 0, sizeof(stream));
	text[0] = 0;
	return 0;
}

static const char *told(void)
{
	stream_tell(&stream, text, sizeof(text));
	return text;
}

static void look(uint32_t written, int64_t now_ns)
{
	stream_look(&stream, DOMAIN_RUNS, 24576, written, now_ns);
}

static void rounds(void **state)
{
	(void)state;
	assert_string_equal(told(), "");
	look(0, 1 * S);
	assert_string_equal(told(), "round 1 of 24576 pages, 0 written since");
	look(1800, 2 * S);
	look(1816, 3 * S);
	assert_string_equal(told(), "round 1 of 24576 pages, 1816 written since");
	/* Xen counts anew */
	look(30, 4 * S);
	assert_string_equal(told(), "round 2 of 1816 pages, 30 written since");
	look(40, 5 * S);
	look(0, 6 * S);
	assert_string_equal(told(), "round 3 of 40 pages, 0 written since");
	stream_look(&stream, DOMAIN_DOWN, 0, 0, 7 * S);
	stream_look(&stream, DOMAIN_PAUSED, 0, 0, 8 * S);
	assert_string_equal(told(), "stands, after 3 rounds and 26432 pages");
	strcpy(text, "to b");
	stream_tell_all(&stream, 9 * S + S / 2, text, sizeof(text));
	assert_string_equal(text, "to b, 3 rounds, 26432 pages, stood for 2.5 s");
}

/* It was gone before anybody looked. */
static void too_quick(void **state)
{
	(void)state;
	strcpy(text, "to b");
	stream_tell_all(&stream, 9 * S, text, sizeof(text));
	assert_string_equal(text, "to b");
	look(0, 1 * S);
	stream_tell_all(&stream, 9 * S, text, sizeof(text));
	assert_string_equal(text, "to b, 1 round, 24576 pages");
}

static void little_room(void **state)
{
	char small[12] = "to b";

	(void)state;
	look(0, 1 * S);
	stream_look(&stream, DOMAIN_GONE, 0, 0, 2 * S);
	stream_tell_all(&stream, 3 * S, small, sizeof(small));
	assert_string_equal(small, "to b, 1 rou");
	stream_tell(&stream, small, sizeof(small));
	assert_string_equal(small, "stands, aft");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rounds, set_up),
		cmocka_unit_test_setup(too_quick, set_up),
		cmocka_unit_test_setup(little_room, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
