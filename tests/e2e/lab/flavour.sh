# SPDX-License-Identifier: GPL-2.0
# starlsm - what else is different with another kernel in the guests
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by the scripts that source this file
#
# LAB_KERNEL is the flavour: lab, debug or bench. Sets, for the scripts that
# source this file:
#   HOST_MB         memory of the emulated host
#   GUEST_MB        memory of a guest
#   SLOWNESS        by how much longer everything in a guest takes
#   OPTIONS_PV      kernel options of each PV guest
#   OPTIONS_PVH     and of each PVH guest

LAB_KERNEL=${LAB_KERNEL:-lab}
HOST_MB=3072
GUEST_MB=128
SLOWNESS=1
OPTIONS_PV=
OPTIONS_PVH=

case $LAB_KERNEL in
lab | bench) ;;
debug)
	# KASAN's shadow and quarantine, and lockdep's tables
	GUEST_MB=384
	HOST_MB=6144
	SLOWNESS=5
	# KASAN is off in a PV guest: the slab allocator's own checks instead
	OPTIONS_PV="slub_debug=FZPU"
	;;
*) die "there is no kernel flavour $LAB_KERNEL" ;;
esac

# flavour_for_dom0: the same for what runs in dom0, to be sourced there; and how
# long a soak is to be
flavour_for_dom0() {
	local name
	for name in LAB_KERNEL GUEST_MB SLOWNESS OPTIONS_PV OPTIONS_PVH SOAK_SECONDS QUIET_SECONDS; do
		printf '%s=%q\n' "$name" "${!name:-}"
	done
}
