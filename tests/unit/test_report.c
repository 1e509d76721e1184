// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - tests of starlsmctl report: from a journal to a file, or to one line
 * that says why not
 */
#include "asking.h"

#include <dirent.h>
#include <signal.h>
#include <sys/resource.h>

#include "lib/playbook.h"

static char page[1 << 20];	/* the file that was written, "" if none */
static char path[128];		/* its name */

static int report(const char *number, struct ctl_options opt)
{
	char *args[] = { (char *)number, NULL };
	FILE *f;
	int rc;

	if (!opt.output) {
		snprintf(path, sizeof(path), "%s/page.html", rig.top);
		opt.output = path;
	}
	opt.args = args;
	opt.n_args = 1;
	opt.socket = "/nonexistent";
	rc = run(ctl_report, opt);
	memset(page, 0, sizeof(page));
	f = fopen(path, "re");
	if (f) {
		assert_true(fread(page, 1, sizeof(page) - 1, f) > 0);
		fclose(f);
	}
	return rc;
}

#define assert_page(text) \
	do { \
		if (!strstr(page, text)) \
			print_error("no %s in %s\n", text, page); \
		assert_non_null(strstr(page, text)); \
	} while (0)

static void feed_finding(uint8_t byte)
{
	struct msg_finding m = {
		.msg = { MSG_FINDING, sizeof(m) }, .domid = WEB, .severity = FINDING_TAMPERED,
		.vcpu = FINDING_NO_VCPU, .address = 0xffffffff81000000, .n_expected_bytes = 2,
		.n_found_bytes = 2, .expected_bytes = { 0x0f, 0x1f }, .found_bytes = { byte, 0x1f },
		.name = "text", .attack = "T1014", .object = "do_it+0x0", .text = "<b>differs",
	};

	assert_int_equal(rig_feed(&rig, FROM_VMI, WEB, &m.msg), 0);
}

static void feed_run(void)
{
	struct msg_run m = {
		.msg = { MSG_RUN, sizeof(m) }, .id = 7, .domid = WEB, .incident = 1,
		.phase = RUN_ENDED, .end = RUN_PAUSED, .began_ns = rig.now_ns + 1000,
		.guest = "web", .playbook = { .name = "hold" },
	};

	playbook_step_init(&m.playbook.step[m.playbook.n_steps++], ACTION_PAUSE, 0);
	playbook_step_init(&m.playbook.step[m.playbook.n_steps++], ACTION_CAPTURE, 1);
	m.step[0] = (struct run_step){ .state = STEP_DONE, .n_tries = 1,
		.start_ns = rig.now_ns + 2000, .end_ns = rig.now_ns + 302000 };
	m.step[1] = (struct run_step){ .state = STEP_FAILED, .n_tries = 2, .err = ENOSPC,
		.start_ns = rig.now_ns + 2000, .end_ns = rig.now_ns + 9000, .text = "<i>full" };
	assert_int_equal(rig_feed(&rig, FROM_RESPONDER, 0, &m.msg), 0);
}

static void an_intrusion(void **state)
{
	(void)state;
	two_guests();
	feed_run();
	feed_finding(0xe9);
	feed_finding(0xe9);
	rig_stop(&rig);
	assert_int_equal(report("1", (struct ctl_options){ 0 }), CTL_OK);
	assert_string_equal(said, "");
	assert_page("in web</h1>");
	assert_page("<span class=tag>1</span>/sbin/insmod → from file");
	/* the tree, with the alerting steps marked */
	assert_page("<b>/usr/sbin/nginx</b>");
	assert_page("<b>/sbin/insmod</b>");
	assert_page("</span><b>/tmp/x</b>");
	/* mail's files are no matter of it */
	assert_null(strstr(page, "/srv/file-"));
	assert_page("Playbook hold, run 7");
	assert_page("The guest is paused");
	assert_page("failed, 2 tries");
	assert_page("&lt;i&gt;full");
	assert_page("<dd class=mono><mark>e9</mark> 1f </dd>");
	assert_page("&lt;b&gt;differs");
	assert_page("first seen 2023-11-14");
	assert_page("<b>web</b> segment 1, signed");
	assert_page("<b>@host</b> segment 1, signed");
}

/* The numbers begin anew with each start: the last one counts, or the one until then. */
static void which_one(void **state)
{
	(void)state;
	two_guests();
	rig_stop(&rig);
	rig.now_ns += 7200000000000LL;
	rig_start(&rig);
	rig_guest(&rig, MAIL, "mail");
	rig_intrusion(&rig, MAIL);
	rig_stop(&rig);
	assert_int_equal(report("1", (struct ctl_options){ 0 }), CTL_OK);
	assert_page("in mail</h1>");
	assert_int_equal(report("1", (struct ctl_options){ .until = "2023-11-14T22:30Z" }), CTL_OK);
	assert_page("in web</h1>");
	assert_int_equal(report("1", (struct ctl_options){ .guest = "web" }), CTL_OK);
	assert_page("in web</h1>");
	assert_int_equal(report("1", (struct ctl_options){ .until = "soon" }), CTL_USAGE);
}

static void a_busy_guest(void **state)
{
	(void)state;
	rig_start(&rig);
	rig_guest(&rig, WEB, "web");
	rig_intrusion(&rig, WEB);
	for (int i = 0; i < 700; i++)
		rig_line(&rig, WEB, &(struct line){ STARLSM_EV_CREATE, .task = 6, .path = "/tmp/z" });
	rig_stop(&rig);
	assert_int_equal(report("1", (struct ctl_options){ 0 }), CTL_OK);
	assert_page("more events of these tasks found no place here");
	assert_page("<span class=tag>1</span>/sbin/insmod → from file");
	assert_page("from file /tmp/rk.ko");
}

static void what_cannot_be(void **state)
{
	static const char * const wrong[] = { "0", "x", "1x", "", "4294967296" };

	(void)state;
	two_guests();
	rig_stop(&rig);
	assert_int_equal(report("77", (struct ctl_options){ 0 }), CTL_FAILED);
	assert_string_equal(page, "");
	assert_said("there is no incident 77 in ");
	assert_int_equal(count("\n"), 1);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_int_equal(report(wrong[i], (struct ctl_options){ 0 }), CTL_USAGE);
		assert_said("which incident?");
	}
	assert_int_equal(report("1", (struct ctl_options){ .output = "/nonexistent/x.html" }),
			 CTL_FAILED);
	assert_string_equal(said, "starlsmctl: /nonexistent/x.html: No such file or directory\n");
	assert_int_equal(report("1", (struct ctl_options){ .output = rig.top }), CTL_FAILED);
	assert_said("Is a directory");
	assert_int_equal(count("\n"), 1);
}

static unsigned int count_files(void)
{
	unsigned int n = 0;
	DIR *dir = opendir(rig.top);

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

/* Nothing is left behind, and what was there stays. */
static void a_full_disk(void **state)
{
	struct rlimit limit, small = { .rlim_cur = 4096 };
	unsigned int n;

	(void)state;
	two_guests();
	rig_stop(&rig);
	assert_int_equal(report("1", (struct ctl_options){ 0 }), CTL_OK);
	n = count_files();
	sync_err = ENOSPC;
	assert_int_equal(report("1", (struct ctl_options){ 0 }), CTL_FAILED);
	sync_err = 0;
	assert_said("/page.html: No space left on device\n");
	assert_int_equal(count("\n"), 1);
	assert_page("</html>");
	assert_int_equal(count_files(), n);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &limit);
	small.rlim_max = limit.rlim_max;
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(report("1", (struct ctl_options){ 0 }), CTL_FAILED);
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_said("/page.html: File too large\n");
	assert_page("</html>");
	assert_int_equal(count_files(), n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_intrusion, set_up, tear_down),
		cmocka_unit_test_setup_teardown(which_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_busy_guest, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_full_disk, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
