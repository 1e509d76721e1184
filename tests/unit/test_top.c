// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of `starlsmctl top` on a real terminal: tmux has it, a starlsmd
 * that always says the same answers it
 *
 * This program is also what runs in the terminal: test_top top SOCKET.
 */
#include "cmocka_all.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ctl/client.h"
#include "ctl/ctl.h"
#include "lib/msg_out.h"

#define WAIT_MS	20000
#define N_GUESTS	30

/* What ncurses keeps to its end is its own business. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libtinfo\nleak:libncurses\n";
}

static char top_dir[] = "/tmp/starlsm-top-XXXXXX";
static char sock_path[64];
static char self[256];
static char screen[65536];
static pid_t daemon_pid;

/*
 * starlsmd
 */

static void reply(int conn, const char *text, int fd)
{
	static char buf[MSG_MAX] __attribute__((aligned(8)));
	struct msg_reply *m = (void *)buf;

	m->msg.type = MSG_REPLY;
	m->msg.len = sizeof(*m) + strlen(text);
	m->text_len = strlen(text);
	memcpy(m + 1, text, m->text_len);
	msg_send(conn, &m->msg, fd);
}

/* g00 to g29: the later, the more events; g07 is in trouble */
static void reply_status(int conn)
{
	static char text[MSG_MAX];
	static unsigned int n_asked;
	int len = sprintf(text, "{\"guests\":[");

	n_asked++;
	for (unsigned int i = 0; i < N_GUESTS; i++)
		len += sprintf(text + len, "%s{\"domid\":%u,\"name\":\"g%02u%s\",\"state\":\"streaming\","
			       "\"error\":\"ok\",\"events\":%u,\"lost\":%d,\"backlog\":64,"
			       "\"lag_us\":250,\"heartbeat_age_ms\":100,"
			       "\"introspection\":{\"findings\":%d}}", i ? "," : "", i + 1, i,
			       i == 8 ? "\\u001b[31m" : "", n_asked * i * 1000, i == 7 ? 77 : 0,
			       i == 7 ? 3 : 0);
	strcpy(text + len, "],\"daemon\":{\"dry_run\":true,\"journal\":null}}");
	reply(conn, text, -1);
}

static void reply_incidents(int conn)
{
	const struct msg_out_incident m = {
		.msg = { MSG_OUT_INCIDENT, sizeof(m) }, .domid = 8, .state = INCIDENT_OPEN,
	};
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair))
		_exit(1);
	msg_send(pair[0], &m.msg, -1);
	close(pair[0]);
	reply(conn, "{}", pair[1]);
	close(pair[1]);
}

static void serve(int sock)
{
	struct msg_request m;

	for (;;) {
		int conn = accept(sock, NULL, NULL);

		if (conn < 0 || msg_recv(conn, &m, sizeof(m), NULL) <= 0)
			_exit(1);
		if (m.request == REQUEST_STATUS)
			reply_status(conn);
		else
			reply_incidents(conn);
		close(conn);
	}
}

static void start_daemon(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	strcpy(addr.sun_path, sock_path);
	unlink(sock_path);
	assert_int_equal(bind(sock, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(sock, 8), 0);
	daemon_pid = fork();
	assert_true(daemon_pid >= 0);
	if (!daemon_pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(sock);
	}
	close(sock);
}

static void stop_daemon(void)
{
	if (daemon_pid) {
		kill(daemon_pid, SIGKILL);
		waitpid(daemon_pid, NULL, 0);
	}
	daemon_pid = 0;
}

/*
 * The terminal
 */

/* Of the command, what it printed is in screen. */
static int shell(const char *fmt, const char *a, const char *b)
{
	char command[1024];
	size_t n;
	FILE *out;

	snprintf(command, sizeof(command), fmt, a, b);
	out = popen(command, "r");
	assert_non_null(out);
	n = fread(screen, 1, sizeof(screen) - 1, out);
	screen[n] = 0;
	return pclose(out);
}

#define TMUX	"tmux -S %s/tmux "

static void press(const char *keys)
{
	assert_int_equal(shell(TMUX "send-keys %s", top_dir, keys), 0);
}

static void capture(void)
{
	assert_int_equal(shell(TMUX "capture-pane -p", top_dir, ""), 0);
}

/* Until there is, or is not, such a text on the screen */
static void wait_for(const char *text, bool is_there)
{
	for (int left = WAIT_MS; left > 0; left -= 50) {
		capture();
		if (!strstr(screen, text) == !is_there)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = 50000000 }, NULL);
	}
	print_error("%s \"%s\":\n%s\n", is_there ? "there is no" : "there still is", text, screen);
	fail();
}

static const char *line_of(const char *text)
{
	static char line[1024];
	const char *at = strstr(screen, text);

	assert_non_null(at);
	while (at > screen && at[-1] != '\n')
		at--;
	snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
	return line;
}

static bool is_before(const char *a, const char *b)
{
	const char *x = strstr(screen, a), *y = strstr(screen, b);

	return x && (!y || x < y);
}

static int set_up(void **state)
{
	char command[512];

	(void)state;
	strcpy(top_dir, "/tmp/starlsm-top-XXXXXX");
	assert_non_null(mkdtemp(top_dir));
	snprintf(sock_path, sizeof(sock_path), "%s/ctl.sock", top_dir);
	start_daemon();
	/* the leak checker hangs when the terminal goes while it looks */
	snprintf(command, sizeof(command), "trap : INT; ASAN_OPTIONS=detect_leaks=0 %s top %s; "
		 "echo status $?; sleep 60", self, sock_path);
	/* 80x24 for the pane: no line of tmux's own */
	assert_int_equal(shell("echo 'set -g status off' >%s/conf%s", top_dir, ""), 0);
	assert_int_equal(shell("LC_ALL=C.UTF-8 tmux -S %1$s/tmux -f %1$s/conf "
			       "new-session -d -x 80 -y 24 '%2$s'", top_dir, command), 0);
	wait_for("q quit", true);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	stop_daemon();
	shell(TMUX "kill-server%s", top_dir, "");
	shell("rm -rf %s%s", top_dir, "");
	return 0;
}

/*
 * Tests
 */

static void the_screen(void **state)
{
	(void)state;
	wait_for("GUEST", true);
	assert_non_null(strstr(screen, "30 guests  "));
	assert_non_null(strstr(screen, "dry-run is on"));
	assert_non_null(strstr(line_of("g07 "), "streaming"));
	assert_non_null(strstr(line_of("g07 "), "  77     3    1  100ms"));
	/* what a name does to a terminal it does not do here */
	assert_non_null(strstr(screen, "g08\\x1b[31m"));
	/* 24 lines: three above, two below, 19 guests */
	assert_non_null(strstr(screen, "g18 "));
	assert_null(strstr(screen, "g19 "));
	press("Down Down");
	wait_for("g20 ", true);
	assert_null(strstr(screen, "g01 "));
	press("End");
	wait_for("g29 ", true);
	/* a page is what the screen has */
	press("PPage");
	wait_for("g00 ", true);
	assert_null(strstr(screen, "g19 "));
	press("NPage");
	wait_for("g29 ", true);
	assert_null(strstr(screen, "g10 "));
	press("Home");
	wait_for("g00 ", true);
	press("q");
	wait_for("status 0", true);
}

static void in_another_order(void **state)
{
	(void)state;
	wait_for("vGUEST", true);
	press("e");
	wait_for("vEVENTS/S", true);
	wait_for("g29 ", true);
	wait_for("g00 ", false);
	assert_true(is_before("g29 ", "g28 "));
	press("r");
	wait_for("^EVENTS/S", true);
	wait_for("g00 ", true);
	press("i");
	wait_for("vINC", true);
	assert_true(is_before("g07 ", "g00 "));
	press("C-c");
	wait_for("status 0", true);
}

static void another_size(void **state)
{
	(void)state;
	wait_for("GUEST", true);
	assert_int_equal(shell(TMUX "resize-window -x 132 -y 40%s", top_dir, ""), 0);
	wait_for("DOMID", true);
	wait_for("g29 ", true);
	assert_int_equal(shell(TMUX "resize-window -x 40 -y 8%s", top_dir, ""), 0);
	wait_for("g04 ", false);
	wait_for("GUEST", true);
	/* no room for anything */
	assert_int_equal(shell(TMUX "resize-window -x 5 -y 2%s", top_dir, ""), 0);
	wait_for("GUEST", false);
	assert_int_equal(shell(TMUX "resize-window -x 80 -y 24%s", top_dir, ""), 0);
	wait_for("g18 ", true);
}

static void a_paused_screen(void **state)
{
	char before[64];

	(void)state;
	wait_for("GUEST", true);
	press("p");
	wait_for("PAUSED", true);
	snprintf(before, sizeof(before), "%.8s", screen);
	nanosleep(&(struct timespec){ .tv_sec = 2 }, NULL);
	capture();
	assert_int_equal(strncmp(screen, before, 8), 0);
	press("p");
	wait_for("PAUSED", false);
	wait_for(before, false);
}

static void starlsmd_goes_away(void **state)
{
	(void)state;
	wait_for("g00 ", true);
	stop_daemon();
	wait_for("starlsmd is not running", true);
	assert_non_null(strstr(screen, "trying again"));
	assert_non_null(strstr(screen, "g00 "));
	start_daemon();
	wait_for("trying again", false);
	/* one that is there and does not answer */
	kill(daemon_pid, SIGSTOP);
	wait_for("starlsmd does not answer", true);
	kill(daemon_pid, SIGCONT);
	wait_for("trying again", false);
}

static void no_terminal(void **state)
{
	char command[512];

	(void)state;
	assert_int_equal(WEXITSTATUS(shell("%s top %s 2>&1 </dev/null", self, sock_path)), CTL_FAILED);
	assert_non_null(strstr(screen, "needs a terminal"));
	snprintf(command, sizeof(command), "TERM=dumb %s top %s; sleep 60", self, sock_path);
	assert_int_equal(shell(TMUX "new-window '%s'", top_dir, command), 0);
	wait_for("the terminal dumb cannot show a screen", true);
	snprintf(command, sizeof(command), "TERM=none-such %s top %s; sleep 60", self, sock_path);
	assert_int_equal(shell(TMUX "new-window '%s'", top_dir, command), 0);
	wait_for("the terminal none-such is not known", true);
}

static void once(void **state)
{
	(void)state;
	assert_int_equal(shell("%s once %s 2>&1", self, sock_path), 0);
	assert_int_equal(strncmp(screen, "30 guests  ", 11), 0);
	assert_non_null(strstr(line_of("g07 "), "  77     3    1  100ms"));
	assert_non_null(strstr(screen, "g29 "));
	assert_null(strchr(screen, '\033'));
	stop_daemon();
	assert_int_equal(WEXITSTATUS(shell("%s once %s 2>&1", self, sock_path)), CTL_NO_DAEMON);
	assert_non_null(strstr(screen, "starlsmd is not running"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_screen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(in_another_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_size, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_paused_screen, set_up, tear_down),
		cmocka_unit_test_setup_teardown(starlsmd_goes_away, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_terminal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(once, set_up, tear_down),
	};

	if (argc == 3)
		return ctl_top(&(struct ctl_options){
			.socket = argv[2], .is_once = !strcmp(argv[1], "once"),
		});
	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
