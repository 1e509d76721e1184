# SPDX-License-Identifier: GPL-2.0
# starlsm - what every script of the lab shares: places, progress, cache, locks
# shellcheck shell=bash

# What fails in $(...) ends the script, too: no half of a thing is kept
shopt -s inherit_errexit
trap cache_abandon EXIT

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034 # used by the scripts that source this file
REPO=$(cd "$LAB_DIR/../../.." && pwd)
CACHE=${CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/starlsm}
CACHE_KEEP=3
LAB_STARTED=${LAB_STARTED:-$(date +%s)}
export LAB_STARTED
export LC_ALL=C.UTF-8
# what is built here is for others, too: dom0's users, the guests'
umask 022
# mke2fs and modprobe are not where Debian lets a developer look for programs
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# step TEXT: one progress line, with the seconds since the first script started
step() {
	printf '[%4ds] %s: %s\n' "$(($(date +%s) - LAB_STARTED))" \
		"$(basename "$0")" "$*" >&2
}

die() {
	printf '%s: %s\n' "$(basename "$0")" "$*" >&2
	exit 1
}

# hash_of PATH|-s STRING ...: a short key over the contents and the names of
# files (folders are walked), and over strings
hash_of() {
	while [ $# -gt 0 ]; do
		if [ "$1" = -s ]; then
			printf 'string %s\n' "$2"
			shift 2
			continue
		fi
		[ -e "$1" ] && hash_tree "$1"
		shift
	done | sha256sum | cut -c1-16
}

hash_tree() {
	(
		cd "$(dirname "$1")" || exit
		find "$(basename "$1")" \( -type f -o -type l \) \
			! -name '*.o' ! -name '*.ko' ! -name '.*.cmd' \
			! -name '*~' -print0 |
			sort -z | xargs -0 -r sha256sum
	)
}

# cache_lock NAME: hold the named lock until this script ends
cache_lock() {
	mkdir -p "$CACHE/locks"
	exec {CACHE_LOCK_FD}>"$CACHE/locks/$1"
	if ! flock -n "$CACHE_LOCK_FD"; then
		step "waits for another build of $1"
		flock "$CACHE_LOCK_FD"
	fi
}

# cache_new KIND: a fresh folder to build in; cache_commit moves it into place.
# What a build left that was killed goes. The caller holds a lock.
cache_new() {
	mkdir -p "$CACHE/$1"
	cache_drop "$CACHE/$1"/.new.*
	mktemp -d "$CACHE/$1/.new.$$.XXXXXX"
}

# cache_abandon: what this script began and did not finish
cache_abandon() {
	cache_drop "$CACHE"/*/.new."$$".*
}

# cache_drop PATH...: also what root has made for a developer with sudo
cache_drop() {
	local path
	for path; do
		[ -e "$path" ] || continue
		rm -rf "$path" 2>/dev/null || as_root rm -rf "$path"
	done
}

# cache_room MB WHAT: is there as much as WHAT needs?
cache_room() {
	local free
	free=$(df -Pm "$CACHE" | awk 'NR == 2 { print $4 }')
	[ "$free" -ge "$1" ] ||
		die "$2 needs $1 MB in $CACHE, which has $free MB (set XDG_CACHE_HOME to put it elsewhere)"
}

# cache_commit KIND KEY FOLDER: put it in place in one step, drop old keys
cache_commit() {
	chmod 755 "$3"
	rm -rf "${CACHE:?}/$1/$2"
	mv -T "$3" "$CACHE/$1/$2"
	cache_prune "$1"
}

# cache_has KIND KEY: is it there? Counts as a use, for the pruning
cache_has() {
	[ -d "$CACHE/$1/$2" ] && touch "$CACHE/$1/$2"
}

# cache_prune KIND: keep the CACHE_KEEP most recently used keys
cache_prune() {
	local old
	find "$CACHE/$1" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %p\n' |
		sort -rn | tail -n "+$((CACHE_KEEP + 1))" | cut -d' ' -f2- |
		while read -r old; do
			rm -rf "$old"
		done
}

# host_lock NAME: this script alone uses the lab host NAME of this clone
host_lock() {
	mkdir -p "$REPO/build/lab"
	exec {HOST_LOCK_FD}>>"$REPO/build/lab/$1.lock"
	flock -n "$HOST_LOCK_FD" ||
		die "another one is under way in $REPO; wait for it, or use another clone"
}

# host ARGUMENTS: lab/host, which does not keep the lock when it outlives us
host() {
	"$LAB_DIR/host" "$@" {HOST_LOCK_FD}>&-
}

# host_peer NAME OWNER HOST: boots a second host, at the end of HOST's cable, which may
# do there what it wants
host_peer() {
	local key
	host start "$1" --owner "$2" --link "$3" || return
	key=$(host run "$3" /lab/e2e/dom0/peer --new-key) || return
	host run "$1" tee -a /root/.ssh/authorized_keys <<<"$key" >/dev/null
}

# host_for SECONDS ARGUMENTS: the same, ended after so long. In the foreground,
# so that Ctrl-C reaches it.
host_for() {
	local seconds=$1
	shift
	timeout --foreground -k 10 "$seconds" "$LAB_DIR/host" "$@" {HOST_LOCK_FD}>&-
}

# as_root COMMAND...: what needs root, also for a developer with sudo
as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
