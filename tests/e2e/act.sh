# SPDX-License-Identifier: GPL-2.0
# starlsm - what a case uses to have something done about a guest, and to see it
# shellcheck shell=bash

# runs OPTION...: what was done, in one line
runs() {
	starlsmctl runs "$@" | tr '\n' ';'
}

# run_is GUEST JQ-EXPRESSION: true of its latest run? (Without -n jq 1.6 says yes to
# no input.)
run_is() {
	starlsmctl runs --json --guest "$1" | jq -e -n "input | last | ($2)" >/dev/null
}

# step_is GUEST ACTION STATE
step_is() {
	run_is "$1" ".steps | any(.action == \"$2\" and .state == \"$3\")"
}

# is_applied GUEST: its sensor has read the latest policy
is_applied() {
	[ "$(guest_figure "$1" policy_sent)" = "$(guest_figure "$1" policy_applied)" ]
}

# alert GUEST: what a policy denies there; the answer may not come back any more
alert() {
	guest_run "$1" '(sleep 1; nc -w 2 127.0.0.1 99 </dev/null) >/dev/null 2>&1 &' ||
		fail "$1 does not answer"
}

# type_in GUEST COMMAND CURL-OPTION...: its role is web. The CGI script puts what the
# visitor typed into a shell command.
type_in() {
	local guest=$1 typed
	typed=$(jq -rn --arg text "x; $2" '$text | @uri')
	shift 2
	curl -sS -m 20 "$@" "http://$(guest_ip "$guest")/cgi-bin/lookup.cgi?host=$typed" \
		>>"$OUT/intruder.answer" 2>&1 &
}

# break_in GUEST [ARGUMENT...]: so a shell as www-data, which saves the request's body
# as a program and runs it
break_in() {
	local guest=$1 program=/tmp/updater
	shift
	type_in "$guest" "cat >$program; chmod 700 $program; $program $*" \
		--data-binary @/lab/attacks/intruder
}

# evidence_keys KEY PUBLIC: made for the lab, and good for nothing else
evidence_keys() {
	cat >"$1" <<-KEY
		-----BEGIN PRIVATE KEY-----
		MC4CAQAwBQYDK2VwBCIEIBAS3aVmulBFUhOOAoVnafrhpx5kGvesj5kI1XLdE/17
		-----END PRIVATE KEY-----
		KEY
	cat >"$2" <<-KEY
		-----BEGIN PUBLIC KEY-----
		MCowBQYDK2VwAyEAtKLY4oNwLBBosXuVRkasWB0DlfLvA0AOb1lsgZuDOsE=
		-----END PUBLIC KEY-----
		KEY
}

# bundle_of GUEST: the folder of its evidence, in $EVIDENCE
bundle_of() {
	find "$EVIDENCE" -mindepth 1 -maxdepth 1 -name "$1-*" ! -name '*.part'
}

# migration_to_peer: the configuration's line for the lab's other host
migration_to_peer() {
	echo "migration: { ssh: [ dbclient, -T, -y, -y, -K, 5, -i, /root/.ssh/id_dropbear ]," \
		"hosts: [ { name: b, address: $(cat /run/lab-peer) } ] }"
}

# peer_record_stop: what record_start recorded at the other host, all of it
peer_record_stop() {
	peer 120 'pkill -INT -x starlsmctl; while pgrep -x starlsmctl >&2; do sleep 0.2; done
		cat "$OUT/events.json"'
}

#
# What the users of a guest whose role is web notice
#

# visit_start GUEST: a page, again and again: the answer and how long it took
visit_start() {
	local url
	url=http://$(guest_ip "$1")/
	while :; do
		curl -sS -m 60 -o /dev/null -w '%{http_code} %{time_total}\n' "$url" \
			2>>"$OUT/visits-$1.errors" || :
		sleep 0.2
	done >"$OUT/visits-$1" &
	VISITOR=$!
	wait_for 30 has_visits "$1" 10 || fail "$1 does not serve: $(tail -n 1 "$OUT/visits-$1.errors")"
}

has_visits() {
	[ "$(wc -l <"$OUT/visits-$1")" -ge "$2" ]
}

# visit_stop GUEST: some more, then: was each answered?
visit_stop() {
	local failed n
	n=$(wc -l <"$OUT/visits-$1")
	wait_for 60 has_visits "$1" $((n + 10)) || fail "$1 does not go on serving"
	kill "$VISITOR"
	n=$(wc -l <"$OUT/visits-$1")
	failed=$(grep -vc '^200 ' "$OUT/visits-$1" || :)
	[ "$failed" = 0 ] || fail "$failed of $n visits of $1 failed: $(head -n 1 "$OUT/visits-$1.errors")"
	say "$1: $n visits, the longest $(cut -d' ' -f2 "$OUT/visits-$1" | sort -n | tail -n 1) s"
}

# stream_start GUEST: one connection over which it counts
stream_start() {
	guest_run "$1" 'i=0; while [ ! -e /tmp/stream-end ]; do echo $i; i=$((i + 1)); sleep 0.5; done' \
		>"$OUT/stream-$1" &
	STREAM=$!
}

# stream_stop GUEST: is each number there that it has said, and the end?
stream_stop() {
	guest_run "$1" 'true >/tmp/stream-end' || fail "$1 does not answer"
	wait "$STREAM" || fail "a connection to $1 has broken"
	awk '$1 != NR - 1 { exit 1 }' "$OUT/stream-$1" || fail "a connection to $1 has lost something"
	say "$1: $(wc -l <"$OUT/stream-$1") lines over one connection"
}
