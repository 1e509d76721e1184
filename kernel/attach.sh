#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# starlsm - lays the overlay over a Linux tree and hooks it up
#
# attach.sh TREE
#
# Can be run again after any change here: what is the same is not touched, so
# that make builds only what changed.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
VECTORS=$HERE/../tests/vectors
SERIES=6.12

die() {
	printf 'attach.sh: %s\n' "$*" >&2
	exit 1
}

# version TREE: "6.12"
version() {
	sed -n -e 's/^VERSION = //p' -e 's/^PATCHLEVEL = //p' "$1/Makefile" |
		paste -sd.
}

# put FROM TO: copy a file if it is another one
put() {
	cmp -s "$1" "$2" && return
	mkdir -p "$(dirname "$2")"
	cp "$1" "$2"
	chmod 644 "$2"
}

# overlay FROM TO: put all files of a folder
overlay() {
	local name
	(cd "$1" && find . -type f ! -name '*.o' ! -name '.*.cmd') |
		while read -r name; do
			put "$1/$name" "$2/$name"
		done
}

# drop_stale FROM TO: remove sources from TO that FROM has no more
drop_stale() {
	local name
	[ -d "$2" ] || return 0
	(cd "$2" && find . -type f -name '*.[chS]' ! -path './vectors/*') |
		while read -r name; do
			[ -e "$1/$name" ] || rm "$2/$name"
		done
}

# apply TREE PATCH: unless it is applied
apply() {
	local output
	if patch -d "$1" -p1 -s -f -R --dry-run <"$2" >/dev/null 2>&1; then
		return
	fi
	output=$(patch -d "$1" -p1 -s -f --dry-run <"$2" 2>&1) ||
		die "$(basename "$2") does not apply to $1:"$'\n'"$output"
	patch -d "$1" -p1 -s -f --no-backup-if-mismatch <"$2"
}

main() {
	local tree name

	[ $# = 1 ] || die "usage: attach.sh TREE"
	tree=$1
	[ -e "$tree/Makefile" ] || die "$tree is no Linux tree"
	[ -e "$tree/security/Kconfig" ] ||
		die "$tree is no Linux tree"
	[ "$(version "$tree")" = "$SERIES" ] ||
		die "$tree is Linux $(version "$tree"), not $SERIES"

	while read -r name; do
		apply "$tree" "$HERE/patches/$SERIES/$name"
	done <"$HERE/patches/$SERIES/series"
	drop_stale "$HERE/security/starlsm" "$tree/security/starlsm"
	overlay "$HERE/security" "$tree/security"
	overlay "$HERE/include" "$tree/include"
	put "$VECTORS/records.h" "$tree/security/starlsm/vectors/records.h"
}

main "$@"
