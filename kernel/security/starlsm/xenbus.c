// SPDX-License-Identifier: GPL-2.0-only
/*
 * starlsm - the frontend: shows the rings to a collector in the backend domain
 *
 * The only file that knows Xen. All of it but the interrupt and the kick runs in
 * xenbus's own thread, one call at a time, or in resume with that thread still.
 *
 * Which state does what is told in the wire contract. The rings outlive a
 * collector, and a device: a new one goes on reading where the last stopped.
 */
#include <linux/compiler.h>
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/sched/clock.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/stringify.h>
#include <linux/workqueue.h>
#include <xen/events.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/xen.h>
#include <xen/xenbus.h>
#include <asm/xen/page.h>

#include "emit.h"
#include "limits.h"
#include "policy.h"
#include "rings.h"
#include "setup.h"
#include "wait.h"

#define GRANT_RO	1
#define GRANT_RW	0

/**
 * struct frontend - The one frontend
 *
 * @dev: The device, NULL if there is none.
 * @status_ref: Grant of the status page, 0 if there never was one.
 * @port: The event channel, if @irq is set.
 * @irq: 0 while there is no event channel.
 * @define: The last order to define everything again.
 *
 * The other grants stand where the collector finds them, in pages it cannot
 * write.
 */
static struct frontend {
	struct xenbus_device *dev;
	grant_ref_t status_ref;
	evtchn_port_t port;
	int irq;
	u32 define;
} frontend;

/**
 * starlsm_xenbus_possible - Can there ever be a collector?
 */
bool __init starlsm_xenbus_possible(void)
{
	return xen_domain();
}

/*
 * What the two sides say to each other
 */

/* After a restore the channel is gone, and this does nothing. */
static void kick(void)
{
	notify_remote_via_irq(frontend.irq);
}

static const struct starlsm_peer peer = {
	.kick = kick,
};

static void answer_ping(int irq)
{
	struct starlsm_status *const status = &starlsm_rings.status->guest;
	const u32 untrusted_ping =
		READ_ONCE(starlsm_rings.control->guest.ping);

	if (untrusted_ping == status->pong)
		return;
	status->pong_ns = sched_clock();
	/* Pairs with the collector's acquire of pong: it may read pong_ns. */
	virt_store_release(&status->pong, untrusted_ping);
	notify_remote_via_irq(irq);
}

static void define_again(struct work_struct *unused)
{
	starlsm_rings_new_epoch();
	starlsm_emit_due();
}

static DECLARE_WORK(define_work, define_again);

/* It has forgotten what was defined. */
static void look_at_define(void)
{
	const u32 untrusted_define =
		READ_ONCE(starlsm_rings.control->guest.define);

	if (untrusted_define == frontend.define)
		return;
	frontend.define = untrusted_define;
	schedule_work(&define_work);
}

static irqreturn_t notified(int irq, void *unused)
{
	answer_ping(irq);
	look_at_define();
	starlsm_policy_notified();
	starlsm_wake_waiters();
	return IRQ_HANDLED;
}

/*
 * Grants
 */

/*
 * Grants a page anew, unless it still is: then somebody has it mapped. After a
 * restore the table is empty, and none is.
 */
static int grant(grant_ref_t *ref, const void *page, int readonly)
{
	int rc;

	if (*ref && !gnttab_try_end_foreign_access(*ref))
		return 0;
	rc = gnttab_grant_foreign_access(frontend.dev->otherend_id,
					 virt_to_gfn((void *)page), readonly);
	*ref = rc < 0 ? 0 : rc;
	return rc < 0 ? rc : 0;
}

static int grant_ring(unsigned int ring)
{
	const u8 *const data = starlsm_rings.stream[ring].ring.data;
	unsigned int i, slot;
	int rc;

	for (i = 0; i < STARLSM_RING_PAGES; i++) {
		slot = ring * STARLSM_RING_PAGES + i;
		rc = grant(&starlsm_rings.directory
			   [slot / STARLSM_DIRECTORY_REFS]->ref
			   [slot % STARLSM_DIRECTORY_REFS],
			   data + i * STARLSM_PAGE_SIZE, GRANT_RO);
		if (rc)
			return rc;
	}
	return 0;
}

static int grant_directory(void)
{
	grant_ref_t *ref = &starlsm_rings.status->guest.directory_ref;
	unsigned int i;
	int rc;

	for (i = 0; i < starlsm_rings.n_directory; i++) {
		rc = grant(ref, starlsm_rings.directory[i], GRANT_RO);
		if (rc)
			return rc;
		ref = &starlsm_rings.directory[i]->next_ref;
	}
	return 0;
}

static int grant_all(void)
{
	unsigned int i;
	int rc;

	rc = grant(&frontend.status_ref, starlsm_rings.status, GRANT_RO);
	if (!rc)
		rc = grant(&starlsm_rings.status->guest.control_ref,
			   starlsm_rings.control, GRANT_RW);
	if (!rc)
		rc = grant(&starlsm_rings.status->guest.policy_ref,
			   starlsm_rings.policy, GRANT_RW);
	if (!rc)
		rc = grant(&starlsm_rings.status->guest.answers_ref,
			   starlsm_rings.answers, GRANT_RW);
	if (!rc)
		rc = grant_directory();
	for (i = 0; !rc && i < starlsm_rings.n_rings; i++)
		rc = grant_ring(i);
	return rc;
}

/*
 * Event channel
 */

static int open_channel(void)
{
	int rc;

	rc = xenbus_alloc_evtchn(frontend.dev, &frontend.port);
	if (rc)
		return rc;
	rc = bind_evtchn_to_irqhandler(frontend.port, notified, 0,
				       "starlsm", &frontend);
	if (rc < 0) {
		xenbus_free_evtchn(frontend.dev, frontend.port);
		return rc;
	}
	frontend.irq = rc;
	return 0;
}

/* Idempotent. Kicks end before what they would use does. */
static void detach(void)
{
	starlsm_set_peer(NULL);
	if (frontend.irq)
		unbind_from_irqhandler(frontend.irq, &frontend);
	frontend.irq = 0;
}

/*
 * xenstore
 */

static bool speaks_our_version(struct xenbus_device *dev)
{
	char *list = xenbus_read(XBT_NIL, dev->otherend, "versions", NULL);
	char *rest = list, *word;
	bool found = false;

	if (IS_ERR(list))
		return false;
	while (!found && (word = strsep(&rest, ", ")))
		found = !strcmp(word, __stringify(STARLSM_VERSION_MAJOR));
	kfree(list);
	return found;
}

/* With the state: who makes the device anew meanwhile sees all or none. */
static int write_nodes(struct xenbus_transaction xbt, const char *dir)
{
	int rc;

	rc = xenbus_printf(xbt, dir, "version", "%u.%u", STARLSM_VERSION_MAJOR,
			   STARLSM_VERSION_MINOR);
	if (!rc)
		rc = xenbus_printf(xbt, dir, "epoch", "%u",
				   starlsm_rings.status->guest.epoch);
	if (!rc)
		rc = xenbus_printf(xbt, dir, "ring-ref", "%u",
				   frontend.status_ref);
	if (!rc)
		rc = xenbus_printf(xbt, dir, "event-channel", "%u",
				   frontend.port);
	if (!rc)
		rc = xenbus_printf(xbt, dir, "state", "%d",
				   XenbusStateInitialised);
	return rc;
}

static int try_publish(const char *dir)
{
	struct xenbus_transaction xbt;
	int rc;

	rc = xenbus_transaction_start(&xbt);
	if (rc)
		return rc;
	rc = write_nodes(xbt, dir);
	if (rc) {
		xenbus_transaction_end(xbt, 1);
		return rc;
	}
	return xenbus_transaction_end(xbt, 0);
}

static int publish(struct xenbus_device *dev)
{
	int tries, rc = -EAGAIN;

	for (tries = 0; rc == -EAGAIN && tries < STARLSM_XENSTORE_TRIES;
	     tries++)
		rc = try_publish(dev->nodename);
	if (!rc)
		dev->state = XenbusStateInitialised;
	return rc;
}

/*
 * The device
 */

static int attach(struct xenbus_device *dev)
{
	int rc;

	detach();
	starlsm_rings_restate_peer();
	rc = grant_all();
	if (rc)
		return rc;
	starlsm_rings_new_epoch();
	rc = open_channel();
	if (rc)
		return rc;
	return publish(dev);
}

static void give_up(struct xenbus_device *dev, const char *reason)
{
	starlsm_count(STARLSM_NO_PEER);
	detach();
	xenbus_printf(XBT_NIL, dev->nodename, "error", "%s", reason);
	xenbus_switch_state(dev, XenbusStateClosed);
}

/* Not only as we remember it: the device may have been made anew. */
static bool has_published(const struct xenbus_device *dev)
{
	return dev->state == XenbusStateInitialised &&
	       xenbus_read_driver_state(dev->nodename) == dev->state;
}

/*
 * When it is published the backend may be on its way, and this is the same
 * InitWait seen twice.
 */
static void backend_waits(struct xenbus_device *dev)
{
	if (has_published(dev))
		return;
	if (!speaks_our_version(dev))
		give_up(dev, "version");
	else if (attach(dev))
		give_up(dev, "grant");
}

static void backend_connects(struct xenbus_device *dev)
{
	if (dev->state != XenbusStateInitialised)
		return;
	xenbus_switch_state(dev, XenbusStateConnected);
	starlsm_set_peer(&peer);
	/* Each ring begins its epoch now, not with its next event. */
	starlsm_emit_due();
	/* Nobody was woken for what was written while there was no peer. */
	kick();
	starlsm_policy_notified();
}

static void backend_changed(struct xenbus_device *dev,
			    enum xenbus_state backend_state)
{
	switch (backend_state) {
	case XenbusStateInitWait:
		backend_waits(dev);
		break;
	case XenbusStateConnected:
		backend_connects(dev);
		break;
	case XenbusStateClosing:
	case XenbusStateClosed:
		detach();
		xenbus_frontend_closed(dev);
		break;
	default:
		break;
	}
}

static int frontend_probe(struct xenbus_device *dev,
			  const struct xenbus_device_id *id)
{
	if (frontend.dev || !starlsm_rings.n_rings)
		return -EBUSY;
	frontend.dev = dev;
	return 0;
}

static void frontend_remove(struct xenbus_device *dev)
{
	detach();
	frontend.dev = NULL;
}

/*
 * All user space is frozen. What is read by now is read once; what comes after
 * it, or is not read in this time, may be read by the next collector as well.
 */
static int frontend_suspend(struct xenbus_device *dev)
{
	unsigned int ms;

	if (starlsm_has_peer()) {
		kick();
		for (ms = 0; ms < STARLSM_SUSPEND_WAIT_MS &&
		     !starlsm_rings_are_empty(); ms += 20)
			msleep(20);
	}
	starlsm_rings_keep_peer();
	return 0;
}

/*
 * On another host, or later. The backend's state is looked at next, and if it
 * waits we attach as if for the first time. A suspend that was cancelled does
 * not come here.
 */
static int frontend_resume(struct xenbus_device *dev)
{
	detach();
	return 0;
}

static const struct xenbus_device_id frontend_ids[] = {
	{ "starlsm" },
	{ "" }
};

static struct xenbus_driver frontend_driver = {
	.ids = frontend_ids,
	.not_essential = true,
	.probe = frontend_probe,
	.remove = frontend_remove,
	.suspend = frontend_suspend,
	.resume = frontend_resume,
	.otherend_changed = backend_changed,
};

static void register_frontend(struct work_struct *unused)
{
	if (xenbus_register_frontend(&frontend_driver))
		starlsm_count(STARLSM_NO_PEER);
}

static DECLARE_WORK(register_work, register_frontend);

/*
 * Xenbus lets the boot, and whoever registers, wait half a minute for devices
 * that do not connect. So: after that boot has waited, and in nobody's way.
 */
static int __init frontend_init(void)
{
	if (starlsm_is_on() && xen_domain())
		queue_work(system_unbound_wq, &register_work);
	return 0;
}
late_initcall_sync(frontend_init);
