#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# starlsm - writes records.h: golden records, encoded here from the event table
# and the prose of the wire contract, without a line of the C that does it
#
# generate.py > records.h
import hashlib
import os
import re
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(HERE, "../../kernel/include/xen/interface/io/starlsm_events.h")

REC_MAX = 4096
TRUNCATED = 0x8000
U64 = {"U64", "HEX64", "TASK", "PATH", "SOCK"}
VAR = {"STR", "ARGS", "SOCKADDR", "HASH"}


class Cut(bytes):
    """Bytes of which some were cut off."""


def table():
    """{name: (ID, number, [(field, kind)])}, in the table's order"""
    events = {}
    for line in open(TABLE, encoding="ascii"):
        row = re.match(r"STARLSM_EVENT\((\w+), (\w+), (\d+),", line)
        if row:
            events[row[2]] = (row[1], int(row[3]), [])
        row = re.match(r"STARLSM_FIELD\((\w+), (\w+), (\w+),", line)
        if row:
            events[row[1]][2].append((row[3], row[2]))
    return events


EVENTS = table()


def encode(event, header, values):
    """The record's bytes."""
    _, number, fields = EVENTS[event]
    fixed = variable = b""
    for field, kind in fields:
        value = values[field]
        if kind in VAR:
            cut = TRUNCATED if isinstance(value, Cut) else 0
            fixed += struct.pack("<H", len(value) | cut)
            variable += value
        else:
            fixed += struct.pack("<Q" if kind in U64 else "<I", value)
    # A structure is as long as its alignment of 8 makes it.
    body = fixed + b"\0" * (-len(fixed) % 8) + variable
    body += b"\0" * (-len(body) % 8)
    seq, time_ns, task = header
    size = 24 + len(body)
    assert size <= REC_MAX, (event, size)
    return struct.pack("<HHIQQ", number, size, seq, time_ns, task) + body


def inet(port, *octets):
    return struct.pack("<H", 2) + struct.pack(">H", port) + bytes(octets) + b"\0" * 8


def inet6(port, address):
    return (struct.pack("<H", 10) + struct.pack(">HI", port, 0) + address +
            struct.pack("<I", 0))


def unix(path):
    return struct.pack("<H", 1) + path


def args(*words):
    return b"".join(word.encode() + b"\0" for word in words)


LONG_END = b"/" + b"d" * 254
LONG = Cut((LONG_END * 8)[-1984:])

# name of the vector, event, (sequence, time, task), fields
VECTORS = [
    ("hello", "hello", (0, 1000000000, 0), dict(
        seq64=0x100000000, text_base=0xffffffff81000000, epoch=1, ring=3, minor=0,
        build_id=b"0123456789abcdef0123456789abcdef01234567", release=b"6.12.117")),
    ("hello_bare", "hello", (7, 1, 0), dict(
        seq64=7, text_base=0, epoch=2, ring=0, minor=0, build_id=b"", release=b"")),
    ("lost", "lost", (1, 2000000001, 0), dict(event=20, count=4294967295)),
    ("heartbeat", "heartbeat", (2, 3000000002, 0), dict(
        committed=123456789012, dropped=3, cpus=8)),
    ("task", "task", (3, 4000000003, 0), dict(
        id=17, parent=16, exe=5, cap_effective=0x1ffffffffff, pid=1234, tgid=1230,
        uid=0, euid=0, comm=b"nginx")),
    ("task_longest_comm", "task", (4, 4000000004, 0), dict(
        id=18, parent=0, exe=0, cap_effective=0, pid=2, tgid=2,
        uid=4294967295, euid=65534, comm=b"kworker/u16:flu")),
    ("task_comm_of_escapes", "task", (5, 4000000005, 0), dict(
        id=19, parent=18, exe=6, cap_effective=0, pid=3, tgid=3,
        uid=33, euid=33, comm=b"\x1b[2J\n\xff\xfe\\")),
    ("path", "path", (6, 5000000006, 0), dict(id=5, path=b"/usr/sbin/nginx")),
    ("path_empty", "path", (7, 5000000007, 0), dict(id=6, path=b"")),
    ("path_longest", "path", (8, 5000000008, 0), dict(id=7, path=LONG)),
    ("path_cut", "path", (9, 5000000009, 0), dict(
        id=18446744073709551615, path=Cut(b"end/of/a/long/path"))),
    ("path_cut_to_nothing", "path", (10, 5000000010, 0), dict(id=9, path=Cut(b""))),
    ("sock", "sock", (11, 5000000011, 0), dict(id=3, family=2, type=1, protocol=6)),
    ("filtered", "filtered", (12, 5000000012, 0), dict(event=20, count=1000)),
    ("policy", "policy", (13, 5000000013, 0), dict(number=2, error=0)),
    ("policy_refused", "policy", (14, 5000000014, 0), dict(number=4, error=13)),
    ("ask", "ask", (15, 5000000015, 20), dict(
        ticket=0x100000001, event=34, slot=255, timeout_ms=1000)),
    ("decision", "decision", (16, 5000000016, 20), dict(
        ticket=0x100000001, waited_ns=1234567, event=34, answer=2, why=1)),
    ("late", "late", (17, 5000000017, 20), dict(waited_ns=50000000, event=17, why=2)),
    ("fork", "fork", (18, 6000000009, 17), dict(child=20, flags=0x1200000)),
    ("exec", "exec", (19, 7000000010, 20), dict(
        path=8, cap_effective=0, pid=1300, uid=33, euid=33, argc=3, envc=12,
        arg_bytes=300, args=args("sh", "-c", "id; cat /etc/shadow"))),
    ("exec_no_args", "exec", (20, 7000000011, 20), dict(
        path=9, cap_effective=0, pid=1300, uid=33, euid=0, argc=0, envc=0,
        arg_bytes=0, args=b"")),
    ("exec_empty_arg", "exec", (21, 7000000012, 20), dict(
        path=10, cap_effective=0, pid=1300, uid=33, euid=0, argc=2, envc=0,
        arg_bytes=3, args=args("", "y"))),
    ("exec_longest", "exec", (22, 7000000013, 20), dict(
        path=11, cap_effective=0, pid=1300, uid=33, euid=33, argc=9999, envc=0,
        arg_bytes=4294967295, args=Cut((b"argument\0" * 500)[:REC_MAX - 72]))),
    ("exit", "exit", (23, 8000000014, 20), dict(code=0x100, pid=1300)),
    ("exit_never_ran", "exit", (24, 8000000015, 21), dict(code=0, pid=0)),
    ("cred", "cred", (25, 9000000016, 20), dict(
        cap_effective=0x1ffffffffff, cap_permitted=0x1ffffffffff, op=5, old_uid=33,
        old_euid=33, uid=33, euid=0, suid=0, gid=33, egid=33)),
    ("open", "open", (26, 10000000017, 20), dict(flags=0x8001, mode=0o100644, path=5)),
    ("create", "create", (27, 11000000020, 20), dict(
        flags=0x8241, mode=0o100755, path=12)),
    ("unlink", "unlink", (28, 12000000021, 20), dict(path=13)),
    ("rename", "rename", (29, 13000000022, 20), dict(flags=1, **{"from": 12, "to": 14})),
    ("bind", "bind", (30, 14000000024, 20), dict(
        sock=3, type=1, addr=inet(31337, 0, 0, 0, 0))),
    ("bind_unix", "bind", (31, 14000000025, 20), dict(
        sock=4, type=2, addr=unix(b"/run/x\0"))),
    ("bind_longest", "bind", (32, 14000000026, 20), dict(
        sock=4, type=1, addr=unix(b"\0" + b"a" * 125))),
    ("listen", "listen", (33, 15000000027, 20), dict(
        sock=5, type=1, backlog=128, addr=inet6(80, b"\0" * 15 + b"\1"))),
    ("listen_unbound", "listen", (34, 15000000028, 20), dict(
        sock=0, type=1, backlog=0, addr=b"")),
    ("connect", "connect", (35, 16000000029, 20), dict(
        sock=3, type=1, addr=inet(443, 192, 0, 2, 7))),
    ("accept", "accept", (36, 17000000030, 17), dict(
        sock=5, type=1, addr=inet(80, 10, 0, 0, 1))),
    ("module", "module", (37, 18000000031, 20), dict(source=1, path=15)),
    ("module_memory", "module", (38, 18000000032, 20), dict(source=2, path=0)),
    ("kexec", "kexec", (39, 19000000033, 20), dict(source=1, path=16)),
    ("ptrace", "ptrace", (40, 20000000034, 20), dict(target=17, op=3, pid=1234)),
    ("mount", "mount", (41, 21000000035, 20), dict(
        target=17, flags=0x200000, source=b"/dev/xvdb", fstype=b"ext4")),
    ("mount_nothing_said", "mount", (42, 21000000036, 20), dict(
        target=18, flags=0x20, source=b"", fstype=b"")),
    ("bpf", "bpf", (43, 22000000037, 20), dict(type=2, insns=1000000, prog=b"hide_pid")),
    ("kill", "kill", (4294967295, 18446744073709551615, 20), dict(
        target=17, sig=9, pid=1234, target_uid=0)),
    ("link", "link", (44, 23000000044, 20), dict(**{"from": 19, "to": 20})),
    ("symlink", "symlink", (45, 23000000045, 20), dict(path=21, target=b"../etc/passwd")),
    ("symlink_cut", "symlink", (46, 23000000046, 20), dict(path=21, target=Cut(b"../a"))),
    ("sendto", "sendto", (47, 23000000047, 20), dict(
        sock=6, addr=inet(53, 192, 0, 2, 53))),
    ("unix", "unix", (48, 23000000048, 20), dict(
        sock=6, pid=1, uid=0, addr=unix(b"\0dbus"))),
    ("remount", "remount", (49, 23000000049, 20), dict(flags=1, fstype=b"ext4")),
    ("key", "key", (50, 23000000050, 20), dict(
        op=2, serial=77, need=4, uid=0, keytype=b"user")),
    ("digest", "digest", (51, 23000000051, 20), dict(
        path=22, size=3, again=0, sha256=hashlib.sha256(b"abc").digest())),
    ("digest_none", "digest", (52, 23000000052, 20), dict(
        path=22, size=67108865, again=1, sha256=b"")),
]

# What a field of a kind is in a record that has nothing special to it
PLAIN = dict(
    U64=1700000000123456789, HEX64=0x1000, TASK=17, PATH=5, SOCK=3, U32=7, HEX32=0x42,
    OCT32=0o644, PID=1234, UID=33, EVENT=20, CREDOP=1, SOURCE=1, PTRACEOP=1, ERROR=0,
    ANSWER=1, WHY=1, CHANGE=1, SCHEDOP=1, URINGOP=1, KEYOP=1, IPCOP=1,
    HASH=bytes(range(32)), STR=b"text", ARGS=args("a", "b"), SOCKADDR=inet(443, 192, 0, 2, 7))


def plain_vectors():
    """One for each event that has none above: each field is its kind's, plus its place."""
    told = {event for _, event, _, _ in VECTORS}
    for event, (_, number, fields) in EVENTS.items():
        if event in told:
            continue
        values = {}
        for place, (field, kind) in enumerate(fields):
            closed = isinstance(PLAIN[kind], bytes) or PLAIN[kind] < 3
            values[field] = PLAIN[kind] if closed else PLAIN[kind] + place
        yield event, event, (1000 + number, 30000000000 + number, 20), values


VECTORS += plain_vectors()


def c_bytes(data):
    rows = [data[i:i + 12] for i in range(0, len(data), 12)]
    return "\n".join("\t" + " ".join("0x%02x," % b for b in row) for row in rows)


def c_string(data):
    """Octal escapes of three digits, so that no digit that follows is taken in."""
    plain = "".join(chr(b) if 32 <= b < 127 and chr(b) not in '"\\?' else "\\%03o" % b
                    for b in data)
    pieces = re.findall(r"(?:\\\d{3}|.){1,48}", plain) or [""]
    return "\n\t\t  ".join('"%s"' % piece for piece in pieces)


def c_field(field, kind, value):
    if kind not in VAR:
        return '\t{ .name = "%s", .number = %dULL },' % (field, value)
    return ('\t{ .name = "%s", .is_var = 1, .truncated = %d, .len = %d,\n'
            "\t  .bytes = %s },"
            % (field, isinstance(value, Cut), len(value), c_string(value)))


def c_struct(event, values):
    lines = []
    for field, kind in EVENTS[event][2]:
        value = values[field]
        if kind in VAR:
            cut = " | STARLSM_TRUNCATED" if isinstance(value, Cut) else ""
            lines.append("\t.%s_len = %d%s," % (field, len(value), cut))
        else:
            lines.append("\t.%s = %dULL," % (field, value))
    return "\n".join(lines)


PREFACE = """\
/* SPDX-License-Identifier: MIT */
/*
 * starlsm - golden records: fields, and the bytes they are on the wire
 *
 * Made by tests/vectors/generate.py, which is where to change them. Read by
 * KUnit, by the unit tests and by fuzzers.
 */
#ifndef STARLSM_VECTORS_RECORDS_H
#define STARLSM_VECTORS_RECORDS_H

#include <linux/types.h>
#include <xen/interface/io/starlsm.h>

/* One field, in the table's order: a number, or the bytes of a variable part */
struct starlsm_vector_field {
	const char *name;
	__u64 number;
	const char *bytes;
	__u16 len;
	__u8 is_var;
	__u8 truncated;
};

struct starlsm_vector {
	const char *name;
	const struct starlsm_rec *rec;	/* the structure, header and fields set */
	__u32 fixed_len;		/* its size */
	const struct starlsm_vector_field *fields;
	__u32 n_fields;
	const __u8 *wire;		/* the record's bytes */
	__u32 len;			/* how many */
};
"""

VECTOR = """
static const struct starlsm_rec_{event} starlsm_vector_rec_{name} = {{
	.rec = {{ STARLSM_EV_{ID}, {size}, {seq}u, {time_ns}ULL, {task}ULL }},
{struct}
}};

static const struct starlsm_vector_field starlsm_vector_fields_{name}[] = {{
{fields}
}};

static const __u8 starlsm_vector_wire_{name}[] __attribute__((aligned(8))) = {{
{bytes}
}};
"""

ROW = """\
	{{ "{name}", &starlsm_vector_rec_{name}.rec,
	  sizeof(starlsm_vector_rec_{name}),
	  starlsm_vector_fields_{name}, {n},
	  starlsm_vector_wire_{name}, sizeof(starlsm_vector_wire_{name}) }},
"""


def main():
    out = PREFACE
    for name, event, header, values in VECTORS:
        wire = encode(event, header, values)
        seq, time_ns, task = header
        out += VECTOR.format(
            name=name, event=event, ID=EVENTS[event][0], size=len(wire), seq=seq,
            time_ns=time_ns, task=task, struct=c_struct(event, values),
            fields="\n".join(c_field(field, kind, values[field])
                             for field, kind in EVENTS[event][2]),
            bytes=c_bytes(wire))
    out += "\nstatic const struct starlsm_vector starlsm_vectors[] = {\n"
    for name, event, _, _ in VECTORS:
        out += ROW.format(name=name, n=len(EVENTS[event][2]))
    out += "};\n\n#define STARLSM_N_VECTORS \\\n\t(sizeof(starlsm_vectors) / sizeof(starlsm_vectors[0]))\n"
    out += "\n#endif /* STARLSM_VECTORS_RECORDS_H */\n"
    sys.stdout.write(out)


main()
