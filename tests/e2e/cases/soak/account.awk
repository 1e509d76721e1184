# SPDX-License-Identifier: GPL-2.0
# starlsm - keeps account of a stream of events, JSON lines, without keeping it
#
# Out: a line "gap ..." where a ring's numbers do not go on by one, under
# whatever domid; a line "mark GUEST PATH TOLD LOST MADE TWICE" for each file
# /tmp/mark-* that is created, with what was told of that guest so far: records,
# records lost, files made in /tmp/load*/, records told a second time.
function value(pair) {
	sub(/^[^:]*:/, "", pair)
	gsub(/"/, "", pair)
	return pair
}

function number(name) {
	if (!match($0, "\"" name "\":[0-9]+"))
		return 0
	return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3) + 0
}

BEGIN { FS = "," }

{
	guest = value($2)
	ring = guest " vcpu " value($4)
	seq = value($5) + 0
	event = value($6)
	if ((ring in last) && seq <= last[ring]) {
		twice[guest]++
		next
	}
	expected = (ring in last) ? last[ring] + 1 : 0
	if (seq != expected)
		print "gap", ring ": expected " expected ", got " seq
	last[ring] = seq
	told[guest]++
	if (event == "lost")
		lost[guest] += number("count")
	if (event != "create")
		next
	if ($0 ~ /"path":"\/tmp\/load[0-9]+\//)
		made[guest]++
	if (match($0, /"path":"\/tmp\/mark-[^"]*"/))
		print "mark", guest, substr($0, RSTART + 8, RLENGTH - 9), told[guest] + 0,
			lost[guest] + 0, made[guest] + 0, twice[guest] + 0
}
