// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - an interface of dom0's whose other end is a descriptor
 */
#include "netfront/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/log.h"

#define MAC_LEN	6

static void set_up(const char *name, const uint8_t *mac)
{
	struct ifreq r = { 0 };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", name);
	r.ifr_hwaddr.sa_family = ARPHRD_ETHER;
	memcpy(r.ifr_hwaddr.sa_data, mac, MAC_LEN);
	if (fd < 0 || ioctl(fd, SIOCSIFHWADDR, &r))
		fatal("%s: its address cannot be set: %s", name, strerror(errno));
	if (ioctl(fd, SIOCGIFFLAGS, &r))
		fatal("%s: %s", name, strerror(errno));
	r.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &r))
		fatal("%s cannot be brought up: %s", name, strerror(errno));
	close(fd);
}

int tap_open(const char *name, const uint8_t *mac)
{
	struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (strlen(name) >= sizeof(r.ifr_name))
		fatal("%s: too long for an interface", name);
	strcpy(r.ifr_name, name);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &r) || ioctl(fd, TUNSETPERSIST, 1))
		fatal("interface %s: %s", name, strerror(errno));
	set_up(name, mac);
	return fd;
}
