// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - a guest's network, at its backends in dom0
 */
#include "responder/network.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

bool network_is_its(const char *name, uint32_t domid)
{
	char prefix[24];
	size_t len = snprintf(prefix, sizeof(prefix), "vif%u.", domid);
	const char *number = name + len;
	size_t digits;

	if (strncmp(name, prefix, len))
		return false;
	digits = strspn(number, "0123456789");
	return digits && (!number[digits] || !strcmp(number + digits, "-emu"));
}

/* 1: it is so now; 0: it is not; or a negative errno. */
typedef int (*each_fn)(int sock, const char *name, bool is_up);

static int flags_of(int sock, const char *name, struct ifreq *req)
{
	memset(req, 0, sizeof(*req));
	snprintf(req->ifr_name, sizeof(req->ifr_name), "%s", name);
	return ioctl(sock, SIOCGIFFLAGS, req) ? -errno : 0;
}

static int is_so(int sock, const char *name, bool is_up)
{
	struct ifreq req;
	int err = flags_of(sock, name, &req);

	return err ? err : !!(req.ifr_flags & IFF_UP) == is_up;
}

static int make_so(int sock, const char *name, bool is_up)
{
	struct ifreq req;
	int err = flags_of(sock, name, &req);

	if (err)
		return err;
	req.ifr_flags = is_up ? req.ifr_flags | IFF_UP : req.ifr_flags & ~IFF_UP;
	return ioctl(sock, SIOCSIFFLAGS, &req) ? -errno : 1;
}

/* All of them, whatever becomes of one; the worst result. */
static int each(uint32_t domid, bool is_up, each_fn fn)
{
	struct if_nameindex *list = if_nameindex();
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int result = -ENODEV, one;
	bool is_first = true;

	if (!list || sock < 0)
		result = -errno;
	for (const struct if_nameindex *i = list; list && sock >= 0 && i->if_name; i++) {
		if (!network_is_its(i->if_name, domid))
			continue;
		one = fn(sock, i->if_name, is_up);
		if (is_first || one < result)
			result = one;
		is_first = false;
	}
	if (sock >= 0)
		close(sock);
	if (list)
		if_freenameindex(list);
	return result;
}

int network_set(uint32_t domid, bool is_up)
{
	int result = each(domid, is_up, make_so);

	return result < 0 ? -result : 0;
}

int network_is(uint32_t domid, bool is_up)
{
	return each(domid, is_up, is_so);
}

void network_names(uint32_t domid, char *text, size_t size)
{
	struct if_nameindex *list = if_nameindex();
	size_t len = 0;

	*text = '\0';
	for (const struct if_nameindex *i = list; list && i->if_name; i++)
		if (network_is_its(i->if_name, domid) && len < size)
			len += snprintf(text + len, size - len, "%s%s", len ? ", " : "",
					i->if_name);
	if (list)
		if_freenameindex(list);
}
