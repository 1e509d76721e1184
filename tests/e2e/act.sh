# SPDX-License-Identifier: GPL-2.0
# starlsm - what a case uses to have something done about a guest, and to see it
# shellcheck shell=bash

# runs OPTION...: what was done, in one line
runs() {
	starlsmctl runs "$@" | tr '\n' ';'
}

# run_is GUEST JQ-EXPRESSION: true of its latest run?
run_is() {
	starlsmctl runs --json --guest "$1" | jq -e "last | ($2)" >/dev/null
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

# break_in GUEST: its role is web. The CGI script puts what the visitor typed into a
# shell command. So: a shell as www-data, which saves the request's body as a
# program and runs it.
break_in() {
	local program=/tmp/updater typed
	typed=$(jq -rn --arg text "x; cat >$program; chmod 700 $program; $program" '$text | @uri')
	curl -sS -m 20 --data-binary @/lab/attacks/intruder \
		"http://$(guest_ip "$1")/cgi-bin/lookup.cgi?host=$typed" \
		>"$OUT/intruder.answer" 2>&1 &
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
	echo "migration: { ssh: [ dbclient, -T, -y, -y, -i, /root/.ssh/id_dropbear ]," \
		"hosts: [ { name: b, address: $(cat /run/lab-peer) } ] }"
}

# peer_record_stop: what record_start recorded at the other host, all of it
peer_record_stop() {
	peer 120 'pkill -INT -x starlsmctl; while pgrep -x starlsmctl >&2; do sleep 0.2; done
		cat "$OUT/events.json"'
}
