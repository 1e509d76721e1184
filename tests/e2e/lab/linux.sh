# SPDX-License-Identifier: GPL-2.0
# starlsm - the Linux source tree with our overlay, and how to build in it
# shellcheck shell=bash

LINUX_TARBALL=/usr/src/linux-source-6.12.tar.xz
# the tree takes 1700, the objects of a flavour 200 to 2000
SOURCE_MB=3000
# one for each flavour, and UML's
# shellcheck disable=SC2034 # used by the scripts that source this file
OBJECT_TREES=4

# linux_version: which source it is, from the package
linux_version() {
	dpkg-query -W -f '${Version}' linux-source-6.12
}

# linux_source [NAME]: unpack once, then lay our overlay over it; prints the
# folder. With a NAME it is a tree apart, for builds that take so long that no
# other should wait for them. The caller holds the lock "linux", or "linux-NAME".
linux_source() {
	local kind=linux${1:+-$1} key tree new

	key=$(hash_of -s "$(linux_version)" "$REPO/kernel/patches")
	tree=$CACHE/$kind/$key
	if ! cache_has "$kind" "$key"; then
		new=$(cache_new "$kind")
		cache_room "$SOURCE_MB" "Linux's source and what is built of it"
		step "unpacks Linux $(linux_version)"
		tar -xf "$LINUX_TARBALL" -C "$new" --strip-components=1
		cache_commit "$kind" "$key" "$new"
	fi
	if [ -x "$REPO/kernel/attach.sh" ]; then
		"$REPO/kernel/attach.sh" "$tree" >&2
	fi
	lab_patches "$tree"
	echo "$tree"
}

# lab_patches TREE: what only the lab needs; a patch says why
lab_patches() {
	local patch
	for patch in "$LAB_DIR"/linux-patches/*.patch; do
		patch -s -d "$1" -p1 -R --dry-run -f <"$patch" >/dev/null 2>&1 ||
			patch -s -d "$1" -p1 -N <"$patch" >&2 ||
			die "$(basename "$patch") does not apply"
	done
}

# linux_inputs: everything of ours that a kernel is made of
linux_inputs() {
	hash_of -s "$(linux_version)" "$REPO/kernel" "$REPO/tests/vectors" "$LAB_DIR/linux.sh" \
		"$LAB_DIR/linux-patches" "$LAB_DIR/kernel-config"
}

# linux_make SOURCE OBJ ARCH LOG TARGET...: make with a count of steps
linux_make() {
	local source=$1 obj=$2 arch=$3 log=$4 rc=0
	shift 4
	# a silent make above us would leave nothing to count
	env -u MAKEFLAGS make -C "$source" O="$obj" ARCH="$arch" -j"$(nproc)" \
		KBUILD_BUILD_USER=starlsm KBUILD_BUILD_HOST=lab \
		KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 1970' \
		"$@" >"$log" 2>&1 &
	linux_progress $! "$log" || rc=$?
	if [ "$rc" != 0 ]; then
		grep -nE 'error|Error|warning' "$log" | head -20 >&2
		tail -20 "$log" >&2
		die "kernel build failed, see $log"
	fi
}

# linux_progress PID LOG: a line every 15 seconds until PID ends; its status
linux_progress() {
	local pid=$1 log=$2 seconds=0
	# shellcheck disable=SC2064 # the pid as it is now
	trap "kill $pid 2>/dev/null || :; exit 130" INT TERM
	while kill -0 "$pid" 2>/dev/null; do
		sleep 1
		seconds=$((seconds + 1))
		[ $((seconds % 15)) = 0 ] &&
			step "$(grep -c '^  [A-Z]' "$log") steps," \
				"last:$(tail -n 1 "$log" | tr -s ' ')"
	done
	trap - INT TERM
	wait "$pid"
}
