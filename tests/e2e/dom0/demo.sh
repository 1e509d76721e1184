# SPDX-License-Identifier: GPL-2.0
# starlsm - what the demos share in dom0: what they say, visitors, what starlsmd saw
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by the demos, which source this file
export OUT=/var/lab/demo
. /lab/e2e/lib.sh
. /lab/e2e/watch.sh
. /lab/e2e/act.sh

VISITS_BEFORE=5
VISITS_AFTER=5
DECISION_SECONDS=60
FAILURES=0

tell() {
	printf '\n== %s\n' "$*"
}

fail() {
	printf 'fail: %s\n' "$*"
	exit 1
}

# check TEXT COMMAND...: part of the demo's verdict
check() {
	local text=$1
	shift
	if "$@" >/dev/null 2>&1; then
		printf '   yes  %s\n' "$text"
	else
		printf '   NO   %s\n' "$text"
		FAILURES=$((FAILURES + 1))
	fi
}

#
# Visitors: one line a visit, "ok" or "failed" and how many seconds it took, in
# $OUT/visits-NAME
#

# fetch_page NAME, send_mail NAME: they give up after so long
fetch_page() {
	curl -fsS -m $((60 * SLOWNESS)) -o /dev/null "http://$(guest_ip "$1")/"
}

send_mail() {
	printf 'Subject: hello\n\nstill there?\n' |
		curl -fsS -m $((60 * SLOWNESS)) --mail-from visitor@lab --mail-rcpt user@lab \
			-T - "smtp://$(guest_ip "$1")/lab" >/dev/null
}

# visit_forever NAME COMMAND
visit_forever() {
	local began word
	while :; do
		began=$EPOCHREALTIME
		word=ok
		"$2" "$1" 2>>"$OUT/visits-$1.errors" || word=failed
		echo "$word $(((${EPOCHREALTIME/./} - ${began/./}) / 1000))" >>"$OUT/visits-$1"
		sleep 3
	done
}

answers() {
	grep -c ok "$OUT/visits-$1" || :
}

has_answers() {
	[ "$(answers "$1")" -ge "$2" ]
}

never_failed() {
	! grep -q failed "$OUT/visits-$1"
}

# longest_ms NAME: that somebody waited for an answer
longest_ms() {
	sed -n 's/^ok //p' "$OUT/visits-$1" | sort -n | tail -n 1
}

#
# What starlsmd says
#

# of_no_incident NAME: of those in standard input
of_no_incident() {
	jq -ne --arg n "$1" 'all(inputs; .guest != $n)'
}

blameless() {
	starlsmctl incidents --json | of_no_incident "$1"
}

# of JQ-EXPRESSION: true of the incident that was kept?
of() {
	jq -e -n "input | $1" "$OUT/incident.json"
}

# report [OPTION...]: the incident as a page for people, from the journal
report() {
	starlsmctl report "$(jq .id "$OUT/incident.json")" -o "$OUT/incident.html" "$@" &&
		grep -q '</html>' "$OUT/incident.html"
}

# events_of NAME: how many of its records were streamed here
events_of() {
	jq -n --arg n "$1" 'reduce (inputs | select(.guest == $n)) as $e (0; . + 1)' \
		<"$OUT/events.json"
}

# lost_of NAME: how many its sensor says it had no room for
lost_of() {
	jq -n --arg n "$1" 'reduce (inputs | select(.guest == $n and .event == "lost"))
		as $e (0; . + $e.count)' <"$OUT/events.json"
}

finish() {
	local job
	for job in $(jobs -p); do
		kill "$job" 2>/dev/null || :
	done
}

trap finish EXIT
