# SPDX-License-Identifier: GPL-2.0
# starlsm - what a case uses to see what the collector saw
# shellcheck shell=bash

# guest_is NAME STATE: does starlsmctl say so?
guest_is() {
	starlsmctl status --json | jq -e --arg n "$1" --arg s "$2" \
		'any(.guests[]; .name == $n and .state == $s)' >/dev/null
}

# guest_figure NAME FIELD: a number of its status, e.g. lost
guest_figure() {
	starlsmctl status --json | jq --arg n "$1" \
		".guests[] | select(.name == \$n) | .$2"
}

# attached NAME...: wait until all of them are
attached() {
	local name
	for name; do
		wait_for 30 guest_is "$name" streaming ||
			fail "$name does not attach: $(starlsmctl status | grep "$name" || echo 'not in status')"
	done
}

# record_start FILE: every event from now on, and the recent ones, as JSON lines
record_start() {
	starlsmctl events --follow --json >"$1" 2>>"$OUT/starlsmctl.log" &
	RECORDER=$!
}

record_stop() {
	kill -INT "$RECORDER" 2>/dev/null || :
	wait "$RECORDER" || :
}

# has_event FILE JQ-EXPRESSION: is there an event for which it is true?
has_event() {
	jq -e -n "first(inputs | select($2))" <"$1" >/dev/null
}

# count_events FILE JQ-EXPRESSION
count_events() {
	jq -n "[inputs | select($2)] | length" <"$1"
}

# gaps FILE: a line for each place where a ring's numbers do not go on by one
gaps() {
	jq -r '[.guest, .vcpu, .seq] | @tsv' "$1" | awk -F'\t' '
		{ ring = $1 " vcpu " $2 }
		(ring in next_seq) && $3 != next_seq[ring] {
			print ring ": expected " next_seq[ring] ", got " $3
		}
		{ next_seq[ring] = $3 + 1 }'
}
