# SPDX-License-Identifier: GPL-2.0
# starlsm - completion of starlsmctl's words in bash: starlsmctl itself knows them
# shellcheck shell=bash

_starlsmctl()
{
	local words

	COMPREPLY=()
	if words=$("$1" --complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null); then
		[ -z "$words" ] || mapfile -t COMPREPLY <<<"$words"
	else
		# a file
		compopt -o default
	fi
}
complete -F _starlsmctl starlsmctl
