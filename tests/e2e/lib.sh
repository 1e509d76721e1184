# SPDX-License-Identifier: GPL-2.0
# starlsm - what a case uses inside dom0: guests, our daemons, verdicts
# shellcheck shell=bash
#
# A case is a folder cases/NAME with a program `run`. It sources this file,
# and its last line on standard output is its verdict: `pass`, `fail: WHY` or
# `skip: WHY`. Anything else, or taking too long, means that the case itself is
# broken. $OUT is a folder for what it wants kept.

set -euo pipefail
export PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8

# GUEST_MB, SLOWNESS and the like: see lab/flavour.sh
. /lab/e2e/flavour
CONSOLES=/var/log/xen/console
GUEST_NETWORK=10.0.0
GUEST_BOOT_SECONDS=180
OUT=${OUT:-/tmp/case}
mkdir -p "$OUT"

say() {
	echo "$*" >&2
}

pass() {
	echo pass
	exit 0
}

fail() {
	echo "fail: $*"
	exit 0
}

skip() {
	echo "skip: $*"
	exit 0
}

# wait_for SECONDS COMMAND...: try it until it succeeds; status 1 if it never does.
# With a slow kernel it may take that much longer.
wait_for() {
	local deadline=$((SECONDS + $1 * SLOWNESS))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$deadline" ] || return 1
		sleep 0.3
	done
}

# guest_ip NAME: its address; the last byte is handed out at first use
guest_ip() {
	local file=/run/lab-guests/$1
	mkdir -p /run/lab-guests
	if [ ! -e "$file" ]; then
		echo "$GUEST_NETWORK.$(($(find /run/lab-guests -type f | wc -l) + 11))" >"$file"
	fi
	cat "$file"
}

# emulator_lost NAME: did QEMU lose this guest's registers?
#
# QEMU's SVM now and then mixes the host's state into the guest's at a #VMEXIT,
# see docs/lab.md. A PVH guest ends in a triple fault; a PV guest in an oops with
# a flag that no kernel sets, VIF. One of the kernel's own would come again at
# every try.
emulator_lost() {
	local domid
	domid=$(cat "/run/lab-cfg/$1.domid")
	guest_gone "$1" || return 1
	xl dmesg | grep -q "d${domid}v[0-9]* Triple fault" ||
		grep -q 'EFLAGS: 000[89a-f]' "$(guest_log "$1")"
}

# guest_create NAME pv|pvh VCPUS[/MAX] ROLE [KERNEL-OPTION...]: start, do not wait
guest_create() {
	guest_config "$@"
	guest_again "$1"
}

# guest_again NAME: start it as last time. Paused first: its number, to find it
# in Xen's log, is known before it can be gone.
guest_again() {
	rm -f "$(guest_log "$1")"
	xl create -q -p "/run/lab-cfg/$1"
	xl domid "$1" >"/run/lab-cfg/$1.domid"
	xl unpause "$1"
}

# guest_config NAME pv|pvh VCPUS[/MAX] ROLE [KERNEL-OPTION...]: write its
# configuration; with as many vCPUs as it may ever have, unless told otherwise
guest_config() {
	local name=$1 type=$2 vcpus=$3 role=$4 ip options=OPTIONS_${2^^}
	shift 4
	ip=$(guest_ip "$name")
	mkdir -p /run/lab-cfg
	cat >"/run/lab-cfg/$name" <<-CONFIG
		name = "$name"
		type = "$type"
		kernel = "/lab/guest/vmlinuz"
		ramdisk = "/lab/guest/initramfs"
		memory = $GUEST_MB
		vcpus = ${vcpus%/*}
		maxvcpus = ${vcpus#*/}
		tsc_mode = "native"
		on_crash = "destroy"
		on_reboot = "destroy"
		vif = [ "mac=00:16:3e:00:00:$(printf %02x "${ip##*.}"),bridge=xenbr0" ]
		extra = "console=hvc0 panic=1 panic_on_warn=1 starlsm.name=$name starlsm.ip=$ip starlsm.role=$role ${!options} $*"
	CONFIG
}

answers_or_gone() {
	guest_run "$1" true || guest_gone "$1"
}

# guest_up NAME: wait until it answers, or is gone; one that the emulator lost on the
# way is started again, five times at most
guest_up() {
	local try
	for try in 1 2 3 4 5; do
		wait_for "$GUEST_BOOT_SECONDS" answers_or_gone "$1" || break
		guest_exists "$1" && return 0
		emulator_lost "$1" || break
		say "the emulator lost $1 at its start, try $try"
		guest_again "$1"
	done
	say "guest $1 does not come up:"
	tail -n 5 "$(guest_log "$1")" >&2 || :
	return 1
}

# guest_start: as guest_create, and wait until it answers
guest_start() {
	guest_create "$@"
	guest_up "$1"
}

# guest_exists NAME
guest_exists() {
	xl domid "$1" >/dev/null 2>&1
}

# guest_gone NAME: it has ended
guest_gone() {
	! guest_exists "$1"
}

# guest_paused NAME
guest_paused() {
	xl list "$1" | awk 'NR == 2 && $5 ~ /p/ { found = 1 } END { exit !found }'
}

# guest_stop NAME: at once, as far as the guest is concerned
guest_stop() {
	if guest_exists "$1"; then xl destroy "$1"; fi
}

# guest_run NAME SCRIPT: run it in the guest as root; its output and status
guest_run() {
	local name=$1 answer
	shift
	answer=$(printf '%s' "$*" |
		socat -t $((300 * SLOWNESS)) -T $((300 * SLOWNESS)) - \
			"TCP:$(guest_ip "$name"):7,connect-timeout=$((2 * SLOWNESS))")
	case ${answer##*$'\n'} in
	"status "*) ;;
	*) return 125 ;;
	esac
	printf '%s' "${answer%$'\n'status *}"
	return "${answer##*status }"
}

# guest_log NAME: the file with its console
guest_log() {
	echo "$CONSOLES/guest-$1.log"
}

# starlsmd_start [CONFIG]: our parent daemon, ready when it says so
starlsmd_start() {
	local config=${1:-/lab/e2e/starlsm.yaml}
	starlsmd -c "$config" >>"$OUT/starlsmd.log" 2>&1 &
	STARLSMD_PID=$!
	wait_for 20 starlsmctl status || {
		tail -20 "$OUT/starlsmd.log" >&2
		return 1
	}
}

# starlsmd_forget: all that it has kept; the profiles are the lab's
starlsmd_forget() {
	find /var/lib/starlsm -mindepth 1 -maxdepth 1 ! -name profiles -exec rm -rf {} +
}

# starlsmd_stop [SIGNAL]
starlsmd_stop() {
	kill "-${1:-TERM}" "$STARLSMD_PID"
	wait "$STARLSMD_PID" || :
}

# peer SECONDS SCRIPT: run it in the other host's dom0, with these helpers and a
# folder of the same name as ours for $OUT; its output and status, 124 if it
# takes longer
peer() {
	local seconds=$1
	shift
	/lab/e2e/dom0/peer "$seconds" env OUT="$OUT" bash -c \
		". /lab/e2e/lib.sh; . /lab/e2e/watch.sh; . /lab/e2e/act.sh; $*"
}
