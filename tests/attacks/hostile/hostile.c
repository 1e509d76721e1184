// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a guest that lies to its collector, one lie at a time
 *
 * Loaded into a guest that was booted without the sensor, in whose place it
 * attaches: honest up to the one thing that its parameter names. It prints
 * "hostile: told LIE" once that is in place. For tests; never packaged.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/xen.h>
#include <xen/xenbus.h>
#include <xen/interface/io/starlsm.h>

static char *lie = "none";
module_param(lie, charp, 0444);

#define RING_PAGES	4
#define RING_BYTES	(RING_PAGES * STARLSM_PAGE_SIZE)
/* data, status, control, two directories, policy, answers */
#define N_PAGES		(RING_PAGES + 6)

static struct xenbus_device *device;
static struct starlsm_status_page *status;
static struct starlsm_control_page *control;
static struct starlsm_directory_page *directory, *directory2;
static struct starlsm_policy_page *policy;
static struct starlsm_answers_page *answers;
static u8 *data;
static evtchn_port_t port;
static u32 ring_ref;
static u64 prod, seq;
static struct task_struct *talker;

static bool lying(const char *which)
{
	return !strcmp(lie, which);
}

static u32 grant(void *page, bool readonly)
{
	int ref = gnttab_grant_foreign_access(device->otherend_id, virt_to_gfn(page), readonly);

	return ref < 0 ? 0 : ref;
}

static void publish(void)
{
	virt_store_release(&status->ring[0].prod, prod);
	notify_remote_via_evtchn(port);
}

/* A record at prod, which never comes near the ring's end here. */
static void *start_record(u16 type, u16 len)
{
	struct starlsm_rec *rec = (void *)(data + prod % RING_BYTES);

	memset(rec, 0, len);
	rec->type = type;
	rec->len = len;
	rec->seq = (u32)seq;
	rec->time_ns = local_clock();
	return rec;
}

static void finish_record(u16 len)
{
	seq++;
	prod += len;
	publish();
}

static void say_hello(void)
{
	struct starlsm_rec_hello *hello = start_record(STARLSM_EV_HELLO, sizeof(*hello));

	hello->seq64 = seq;
	hello->epoch = 1;
	finish_record(sizeof(*hello));
}

static void say_heartbeat(void)
{
	struct starlsm_rec_heartbeat *beat = start_record(STARLSM_EV_HEARTBEAT, sizeof(*beat));

	beat->cpus = 1;
	finish_record(sizeof(*beat));
}

static void lie_in_record(void)
{
	struct starlsm_rec_path *rec = start_record(STARLSM_EV_PATH, 48);

	rec->id = 1;
	memcpy(rec + 1, "/tmp/x", 6);
	rec->path_len = 6;
	if (lying("length-zero"))
		rec->rec.len = 0;
	if (lying("length-odd"))
		rec->rec.len = 37;
	if (lying("length-huge"))
		rec->rec.len = 0xfff8;
	if (lying("length-fields"))
		rec->path_len = 0x7fff;
	if (lying("length-past-prod"))
		rec->rec.len = 4096;
	if (lying("type") || lying("newer"))
		rec->rec.type = STARLSM_EV_LIMIT - 1;
	if (lying("type-huge"))
		rec->rec.type = 0xffff;
	if (lying("sequence"))
		rec->rec.seq += 2;
	if (lying("content"))
		memset(rec + 1, 0, 6);
	if (lying("content-time"))
		rec->rec.time_ns = 1;
	finish_record(48);
}

static void lie_in_question(void)
{
	struct starlsm_rec_ask *ask = start_record(STARLSM_EV_ASK, sizeof(*ask));

	ask->ticket = 1;
	ask->event = STARLSM_EV_MODULE;
	ask->slot = STARLSM_ANSWERS_MAX;
	finish_record(sizeof(*ask));
}

static void lie_in_position(void)
{
	if (lying("position-ahead"))
		prod += RING_BYTES + 8;
	if (lying("position-far"))
		prod = ~0ULL - 7;
	if (lying("position-odd"))
		prod += 3;
	if (lying("position-back"))
		prod -= 24;
	publish();
}

/* The control page is our memory too: whatever we write there must not matter. */
static void scribble(void)
{
	memset(control, 0xff, sizeof(*control));
	say_heartbeat();
	memset(control, 0x5a, sizeof(*control));
	say_heartbeat();
}

static void flap(void)
{
	int i;

	for (i = 0; i < 200; i++) {
		xenbus_printf(XBT_NIL, device->nodename, "state", "%d", i % 9);
		xenbus_printf(XBT_NIL, device->nodename, "ring-ref", "%d", i);
	}
	xenbus_write(XBT_NIL, device->nodename, "state", "4444444444444444444444444444");
}

static int talk(void *unused)
{
	say_hello();
	say_heartbeat();
	msleep(1500);		/* the reader is at rest: it has seen prod and set wake */
	if (!strncmp(lie, "position", 8))
		lie_in_position();
	else if (lying("scribble"))
		scribble();
	else if (lying("states"))
		flap();
	else if (lying("content-slot"))
		lie_in_question();
	else
		lie_in_record();
	pr_info("hostile: told %s\n", lie);
	while (!kthread_should_stop())
		msleep(100);
	return 0;
}

static void fill_directories(void)
{
	int i;

	for (i = 0; i < RING_PAGES; i++)
		directory->ref[i] = grant(data + i * STARLSM_PAGE_SIZE, true);
	if (lying("directory-loop")) {
		/* More rings than one directory names, and the next is itself. */
		directory->next_ref = status->guest.directory_ref;
		status->guest.n_rings = STARLSM_RINGS_MAX;
		status->guest.ring_pages = STARLSM_RING_PAGES_MAX;
	}
	if (lying("directory-long"))
		directory->next_ref = grant(directory2, true);
	if (lying("directory-short")) {
		status->guest.n_rings = STARLSM_RINGS_MAX;
		status->guest.ring_pages = 64;
	}
	if (lying("grant-data"))
		directory->ref[1] = 0xfffffff0;
}

static void fill_status(void)
{
	status->guest.magic = lying("magic") ? 0x21212121 : STARLSM_MAGIC;
	status->guest.major = lying("version") ? 9 : STARLSM_VERSION_MAJOR;
	status->guest.minor = STARLSM_VERSION_MINOR + lying("newer");
	status->guest.n_rings = 1;
	status->guest.ring_pages = RING_PAGES;
	status->guest.epoch = 1;
	status->guest.control_ref = grant(control, false);
	if (lying("grant-control"))
		status->guest.control_ref = 0xfffffff0;
	if (lying("grant-readonly"))
		status->guest.control_ref = grant(directory2, true);
	status->guest.directory_ref = grant(directory, true);
	status->guest.policy_ref = grant(policy, false);
	if (lying("grant-policy"))
		status->guest.policy_ref = grant(policy, true);
	status->guest.answers_ref = grant(answers, false);
	if (lying("grant-answers"))
		status->guest.answers_ref = 0xfffffff0;
	fill_directories();
	if (lying("geometry-none"))
		status->guest.n_rings = 0;
	if (lying("geometry-many"))
		status->guest.n_rings = 0xffffffff;
	if (lying("geometry-odd"))
		status->guest.ring_pages = 5;
	if (lying("geometry-huge"))
		status->guest.ring_pages = 0x80000000;
}

static void write_nodes(void)
{
	const char *node = device->nodename;

	xenbus_printf(XBT_NIL, node, "ring-ref", "%u", ring_ref);
	xenbus_printf(XBT_NIL, node, "event-channel", "%u", port);
	xenbus_write(XBT_NIL, node, "version", lying("version") ? "9.0" : lying("newer") ? "2.1" : "2.0");
	xenbus_write(XBT_NIL, node, "epoch", "1");
	if (lying("node-missing"))
		xenbus_rm(XBT_NIL, node, "ring-ref");
	if (lying("node-text"))
		xenbus_write(XBT_NIL, node, "ring-ref", "7; rm -rf /");
	if (lying("node-huge"))
		xenbus_write(XBT_NIL, node, "ring-ref", "99999999999999999999");
	if (lying("grant-status"))
		xenbus_write(XBT_NIL, node, "ring-ref", "4294967280");
	if (lying("channel"))
		xenbus_write(XBT_NIL, node, "event-channel", "4000");
}

static void attach(void)
{
	if (ring_ref)
		return;
	ring_ref = grant(status, true);
	if (!ring_ref || xenbus_alloc_evtchn(device, &port))
		return;
	fill_status();
	write_nodes();
	xenbus_switch_state(device, XenbusStateInitialised);
	if (strncmp(lie, "position", 8) && strncmp(lie, "length", 6) &&
	    strncmp(lie, "type", 4) && !lying("sequence") && strncmp(lie, "content", 7))
		pr_info("hostile: told %s\n", lie);
}

static void backend_changed(struct xenbus_device *dev, enum xenbus_state state)
{
	if (state == XenbusStateInitWait)
		attach();
	if (state == XenbusStateConnected && !talker) {
		xenbus_switch_state(dev, XenbusStateConnected);
		talker = kthread_run(talk, NULL, "hostile");
	}
	/* Found out. Loading this module waits until the device is settled. */
	if (state == XenbusStateClosing)
		xenbus_switch_state(dev, XenbusStateClosed);
}

static int probe(struct xenbus_device *dev, const struct xenbus_device_id *id)
{
	device = dev;
	return 0;
}

static const struct xenbus_device_id ids[] = { { "starlsm" }, { "" } };

static struct xenbus_driver driver = {
	.name = "hostile",
	.ids = ids,
	.probe = probe,
	.otherend_changed = backend_changed,
};

/* Pages and grants are never given back: the guest is thrown away. */
static int __init hostile_init(void)
{
	u8 *pages = alloc_pages_exact(N_PAGES * PAGE_SIZE, GFP_KERNEL | __GFP_ZERO);

	if (!xen_domain() || !pages)
		return -ENODEV;
	data = pages;
	status = (void *)(pages + RING_PAGES * PAGE_SIZE);
	control = (void *)(pages + (RING_PAGES + 1) * PAGE_SIZE);
	directory = (void *)(pages + (RING_PAGES + 2) * PAGE_SIZE);
	directory2 = (void *)(pages + (RING_PAGES + 3) * PAGE_SIZE);
	policy = (void *)(pages + (RING_PAGES + 4) * PAGE_SIZE);
	answers = (void *)(pages + (RING_PAGES + 5) * PAGE_SIZE);
	return xenbus_register_frontend(&driver);
}
module_init(hostile_init);

MODULE_DESCRIPTION("StarLSM tests: a guest that lies");
MODULE_LICENSE("GPL");
