# SPDX-License-Identifier: GPL-2.0
# starlsm - what a case uses to see what the collector saw
# shellcheck shell=bash

# guest_is NAME STATE: does starlsmctl say so?
guest_is() {
	starlsmctl status --json | jq -e -n --arg n "$1" --arg s "$2" \
		'input | any(.guests[]; .name == $n and .state == $s)' >/dev/null
}

# guest_figure NAME FIELD: a number of its status, e.g. lost
guest_figure() {
	starlsmctl status --json | jq --arg n "$1" \
		".guests[] | select(.name == \$n) | .$2"
}

# guest_place NAME: its domain, reader and epoch: the same as long as it stays
guest_place() {
	echo "domain $(xl domid "$1"), reader $(guest_figure "$1" reader_pid), epoch $(guest_figure "$1" epoch)"
}

# forgotten DOMID: it is not observed any more
forgotten() {
	starlsmctl status --json | jq -e -n --argjson d "$1" 'input | all(.guests[]; .domid != $d)'
}

# attached NAME...: wait until all of them are
attached() {
	local name
	for name; do
		wait_for 30 guest_is "$name" streaming ||
			fail "$name does not attach: $(starlsmctl status | grep "$name" || echo 'not in status')"
	done
}

# sensor_figure NAME COUNTER...: the sum of figures that the guest's own sensor
# gives; "lost" and "recorded" are those of all events
sensor_figure() {
	local name=$1
	shift
	guest_run "$name" 'cat /sys/kernel/security/starlsm/counters' | awk -v names=" $* " '
		{ kind = $1; sub(/_.*/, "", kind) }
		index(names, " " $1 " ") || ($1 ~ /^(lost|recorded)_/ && index(names, " " kind " ")) { sum += $2 }
		END { print sum + 0 }'
}

# sensor_counts NAME: all that its sensor counts and is not 0, in one line
sensor_counts() {
	guest_run "$1" 'cat /sys/kernel/security/starlsm/counters' |
		awk '$2 && $1 !~ /^recorded_/ { printf "%s %s; ", $1, $2 }'
}

# record_start FILE: every event from now on, and the recent ones, as JSON lines
# behind what is there
record_start() {
	starlsmctl events --follow --json >>"$1" 2>>"$OUT/starlsmctl.log" &
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

# has_line FILE TEXT...: is there an event whose line has all of these in it, as
# '"event":"hello"'? Quicker by far than has_event, with thousands of them.
has_line() {
	local file=$1
	shift
	printf '%s\n' "$@" | awk 'NR == FNR { text[NR] = $0; n = NR; next }
		{
			for (i = 1; i <= n && index($0, text[i]); i++)
				;
			if (i > n) { found = 1; exit }
		}
		END { exit !found }' - "$file"
}

# goes_on NAME AFTER FILE: does it live after that, and its stream, which FILE is?
goes_on() {
	guest_run "$1" "true >/tmp/after-$2" || fail "$1 is gone after $2"
	wait_for 60 has_line "$3" "\"guest\":\"$1\"" "\"path\":\"/tmp/after-$2\"" ||
		fail "$1: the stream does not go on after $2"
}

# ring_lines FILE...: guest, domid, vcpu, seq, event, task, path and, where it was not
# told what that is or it is told here, its number, of every event.
# A line is split, not parsed: jq takes minutes for what a migration makes.
ring_lines() {
	cat "$@" | awk -F , -v OFS='\t' '
		function value(pair) { sub(/^[^:]*:/, "", pair); return pair }
		{
			task = $7; sub(/.*:/, "", task)
			path = ""
			if (match($0, /"(path|from)":"[^"]*"/)) path = substr($0, RSTART, RLENGTH)
			id = ""
			if (match($0, /"path_id":[0-9]+/) || match($0, /"id":[0-9]+,"path":/))
				id = substr($0, RSTART, RLENGTH)
			gsub(/[^0-9]/, "", id)
			print value($2), value($3), value($4), value($5), value($6), task, path, id
		}'
}

# gaps FILE: a line for each place where a ring's numbers, as one reader of a
# domain told them, do not go on by one
gaps() {
	ring_lines "$1" | awk -F'\t' '
		{ ring = $1 " domain " $2 " vcpu " $3 }
		(ring in next_seq) && $4 != next_seq[ring] {
			print ring ": expected " next_seq[ring] ", got " $4
		}
		{ next_seq[ring] = $4 + 1 }'
}

# joined FILE...: what was read of each guest under several domids, or by several
# hosts, as one history: guest, vcpu, seq, event, task and path, ring by ring, by
# number; a record that was told twice is there once. Which path a number is for may
# have been told by one host, and what has that path by the other.
joined() {
	ring_lines "$@" | awk -F'\t' -v OFS='\t' '
		{ name[NR] = $1 OFS $8; head[NR] = $1 OFS $3 OFS $4 OFS $5 OFS $6; path[NR] = $7 }
		$5 == "\"path\"" { known[name[NR]] = $7 }
		END {
			for (i = 1; i <= NR; i++) {
				if (path[i] == "\"path\":\"?\"" && (name[i] in known))
					path[i] = known[name[i]]
				print head[i], path[i]
			}
		}' | sort -t $'\t' -k 1,1 -k 2,2n -k 3,3n | uniq
}

# seams FILE...: a line for each place where that does not join: a number that
# nobody has told, or that was told twice and differently
seams() {
	joined "$@" | awk -F'\t' '
		{ ring = $1 " vcpu " $2 }
		(ring in seq) && $3 == seq[ring] { print ring ": " $3 " was told differently" }
		(ring in seq) && $3 > seq[ring] + 1 {
			print ring ": nobody told " seq[ring] + 1 " to " $3 - 1
		}
		{ seq[ring] = $3 }'
}

# told_twice FILE...: how many records were
told_twice() {
	ring_lines "$@" | cut -f 1,3,4 | sort | uniq -d | wc -l
}

# load_start NAME [OPERATION COUNT]...: what goes on in the guest from now on, on
# each of its vCPUs: files are made and removed, programs run; between, more
load_start() {
	local name=$1
	shift
	guest_run "$name" 'rm -f /tmp/load-*
		for cpu in $(seq 0 $(($(nproc) - 1))); do
			(n=0; while [ ! -e /tmp/load-stop ]; do
				taskset -c $cpu workload -d /tmp/load$cpu create 20 '"$*"' unlink 20 && n=$((n + 1))
				sleep 1
			done; echo $n >/tmp/load-$cpu) >/dev/null 2>&1 &
		done; echo $(nproc) >/tmp/load-cpus' || fail "no load in $name"
}

# load_stop NAME: end it; prints how many files were made in all
load_stop() {
	guest_run "$1" 'true >/tmp/load-stop; sum=0
		for cpu in $(seq 0 $(($(cat /tmp/load-cpus) - 1))); do
			while [ ! -s /tmp/load-$cpu ]; do sleep 0.2; done
			sum=$((sum + $(cat /tmp/load-$cpu)))
		done; echo $((sum * 20)); true >/tmp/load-end'
}

# load_seen NAME FILE...: how many of them were read; what was read twice counts once
load_seen() {
	local name=$1
	shift
	joined "$@" | awk -F'\t' -v g="\"$name\"" '
		$1 == g && $4 == "\"create\"" && $6 ~ /"\/tmp\/load[0-9]+\// { print $2, $3 }' |
		sort -u | wc -l
}

# load_turns NAME FILE...: a line for each vCPU of which its doings are not told in
# their order: 20 files are made, the same are removed, and again. Not as the
# numbers say, but as the paths do.
load_turns() {
	local name=$1
	shift
	joined "$@" | awk -F'\t' -v g="\"$name\"" '
		$1 == g && ($4 == "\"create\"" || $4 == "\"unlink\"") && $6 ~ /"\/tmp\/load[0-9]+\/[0-9]+"$/ {
			split($6, part, "/")
			cpu = substr(part[3], 5)
			turn = n[cpu]++ % 40
			want = (turn < 20 ? "\"create\"" : "\"unlink\"") " of " turn % 20
			told = $4 " of " part[4] + 0
			if ((told != want || $2 != cpu) && !bad[cpu]++)
				print g " vcpu " $2 ": number " $3 " is " told " on " cpu ", not " want
		}'
}
