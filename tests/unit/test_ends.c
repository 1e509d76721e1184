// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests: being told to end, as a descriptor
 */
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cmocka_all.h"

#include "lib/ends.h"

static void test_both_signals(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT };
	struct pollfd fd = { .fd = ends_open(), .events = POLLIN };
	struct signalfd_siginfo info;

	(void)state;
	assert_int_equal(poll(&fd, 1, 0), 0);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		raise(signals[i]);
		assert_int_equal(poll(&fd, 1, 0), 1);
		assert_int_equal(read(fd.fd, &info, sizeof(info)), sizeof(info));
		assert_int_equal(info.ssi_signo, signals[i]);
	}
	close(fd.fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_signals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
