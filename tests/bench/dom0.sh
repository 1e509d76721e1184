# SPDX-License-Identifier: GPL-2.0
# starlsm - what a measurement in dom0 uses beside the cases' helpers
# shellcheck shell=bash

# the security modules of a guest without a sensor
# shellcheck disable=SC2034 # used by the scripts that source this file
PLAIN=landlock,lockdown,yama,loadpin,safesetid,ipe

# This is no case: what fails ends it.
fail() {
	say "measure: $*"
	kill -TERM $$
	exit 1
}
