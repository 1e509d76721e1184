# SPDX-License-Identifier: GPL-2.0
# starlsm - folders of unpacked Debian packages, as images are made of
# shellcheck shell=bash

DEBIAN_SUITE=bookworm

# debian_unpack FOLDER PACKAGE...: packages and what they depend on, unpacked
# only: no maintainer script runs. Needs root.
debian_unpack() {
	local folder=$1 log
	shift
	log=$(mktemp)
	if ! mmdebstrap --quiet --variant=extract --mode=root \
		--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--include="$(echo "$*" | tr ' ' ,)" \
		"$DEBIAN_SUITE" "$folder" >"$log" 2>&1; then
		tail -20 "$log" >&2
		rm -f "$log"
		die "could not unpack Debian packages"
	fi
	rm -f "$log"
}

# debian_month: part of an image's key, so that security updates get in
debian_month() {
	date +%Y-%m
}

# needed_libs ROOT FILE...: the shared libraries these files need, with those
# that they need, as paths inside ROOT
needed_libs() {
	local root=$1 file lib path
	local -A seen=()
	local -a todo
	shift
	todo=("$@")
	while [ ${#todo[@]} -gt 0 ]; do
		file=${todo[0]}
		todo=("${todo[@]:1}")
		while read -r lib; do
			[ -n "${seen[$lib]:-}" ] && continue
			seen[$lib]=1
			path=$(find_lib "$root" "$lib")
			echo "$path"
			todo+=("$path")
		done < <(objdump -p "$root/$file" | awk '$1 == "NEEDED" { print $2 }')
	done
}

find_lib() {
	local folder
	for folder in usr/lib/x86_64-linux-gnu usr/lib64 usr/lib; do
		if [ -e "$1/$folder/$2" ]; then
			echo "$folder/$2"
			return
		fi
	done
	die "library $2 not found"
}
