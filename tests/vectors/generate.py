#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# starlsm - writes records.h: golden records, encoded here from the event table
# and the prose of the wire contract, without a line of the C that does it
#
# generate.py > records.h
import os
import re
import struct
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(HERE, "../../kernel/include/xen/interface/io/starlsm_events.h")

REC_MAX = 4096
TRUNCATED = 0x8000
U64 = {"U64", "HEX64", "TASK", "EXE"}
VAR = {"STR", "ARGS", "SOCKADDR"}


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
    ("exe", "exe", (6, 5000000006, 0), dict(id=5, path=b"/usr/sbin/nginx")),
    ("exe_empty", "exe", (7, 5000000007, 0), dict(id=6, path=b"")),
    ("exe_longest", "exe", (8, 5000000008, 0), dict(id=7, path=LONG)),
    ("fork", "fork", (9, 6000000009, 17), dict(child=20, flags=0x1200000)),
    ("exec", "exec", (10, 7000000010, 20), dict(
        exe=8, cap_effective=0, pid=1300, uid=33, euid=33, argc=3, envc=12,
        path=b"/bin/sh", args=args("sh", "-c", "id; cat /etc/shadow"))),
    ("exec_no_args", "exec", (11, 7000000011, 20), dict(
        exe=9, cap_effective=0, pid=1300, uid=33, euid=0, argc=0, envc=0,
        path=b"/tmp/x", args=b"")),
    ("exec_empty_arg", "exec", (12, 7000000012, 20), dict(
        exe=10, cap_effective=0, pid=1300, uid=33, euid=0, argc=2, envc=0,
        path=b"/tmp/x", args=args("", "y"))),
    ("exec_longest", "exec", (13, 7000000013, 20), dict(
        exe=11, cap_effective=0, pid=1300, uid=33, euid=33, argc=9999, envc=0,
        path=LONG, args=Cut((b"argument\0" * 300)[:REC_MAX - 64 - 1984]))),
    ("exit", "exit", (14, 8000000014, 20), dict(code=0x100, pid=1300)),
    ("exit_never_ran", "exit", (15, 8000000015, 21), dict(code=0, pid=0)),
    ("cred", "cred", (16, 9000000016, 20), dict(
        cap_effective=0x1ffffffffff, cap_permitted=0x1ffffffffff, op=5, old_uid=33,
        old_euid=33, uid=33, euid=0, suid=0, gid=33, egid=33)),
    ("open", "open", (17, 10000000017, 20), dict(
        flags=0x8001, mode=0o100644, path=b"/etc/passwd")),
    ("open_cut", "open", (18, 10000000018, 20), dict(
        flags=0x8002, mode=0o100600, path=Cut(b"end/of/a/long/path"))),
    ("open_cut_to_nothing", "open", (19, 10000000019, 20), dict(
        flags=0x8002, mode=0o100600, path=Cut(b""))),
    ("create", "create", (20, 11000000020, 20), dict(
        flags=0x8241, mode=0o100755, path=b"/tmp/.x")),
    ("unlink", "unlink", (21, 12000000021, 20), dict(path=b"/var/log/auth.log")),
    ("rename", "rename", (22, 13000000022, 20), dict(
        flags=1, **{"from": b"/tmp/.x", "to": b"/usr/sbin/sshd"})),
    ("rename_longest", "rename", (23, 13000000023, 20), dict(
        flags=0, **{"from": LONG, "to": LONG})),
    ("bind", "bind", (24, 14000000024, 20), dict(type=1, addr=inet(31337, 0, 0, 0, 0))),
    ("bind_unix", "bind", (25, 14000000025, 20), dict(type=2, addr=unix(b"/run/x\0"))),
    ("bind_longest", "bind", (26, 14000000026, 20), dict(
        type=1, addr=unix(b"\0" + b"a" * 125))),
    ("listen", "listen", (27, 15000000027, 20), dict(
        type=1, backlog=128, addr=inet6(80, b"\0" * 15 + b"\1"))),
    ("listen_unbound", "listen", (28, 15000000028, 20), dict(type=1, backlog=0, addr=b"")),
    ("connect", "connect", (29, 16000000029, 20), dict(
        type=1, addr=inet(443, 192, 0, 2, 7))),
    ("accept", "accept", (30, 17000000030, 17), dict(type=1, addr=inet(80, 10, 0, 0, 1))),
    ("module", "module", (31, 18000000031, 20), dict(source=1, path=b"/tmp/rk.ko")),
    ("module_memory", "module", (32, 18000000032, 20), dict(source=2, path=b"")),
    ("kexec", "kexec", (33, 19000000033, 20), dict(source=1, path=b"/boot/vmlinuz")),
    ("ptrace", "ptrace", (34, 20000000034, 20), dict(target=17, op=1, pid=1234)),
    ("mount", "mount", (35, 21000000035, 20), dict(
        flags=0x200000, source=b"/dev/xvdb", target=b"/mnt", fstype=b"ext4")),
    ("mount_nothing_said", "mount", (36, 21000000036, 20), dict(
        flags=0x20, source=b"", target=b"/", fstype=b"")),
    ("bpf", "bpf", (37, 22000000037, 20), dict(type=2, insns=1000000, prog=b"hide_pid")),
    ("kill", "kill", (4294967295, 18446744073709551615, 20), dict(
        target=17, sig=9, pid=1234, target_uid=0)),
]


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
    missing = set(EVENTS) - {event for _, event, _, _ in VECTORS}
    if missing:
        sys.exit("no vector for: " + ", ".join(sorted(missing)))
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
