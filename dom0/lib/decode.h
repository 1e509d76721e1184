/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - a record's meaning, by the event table
 *
 * Pure: memory and values in, values out. A record is checked once, where it
 * is copied out of the guest; after that its fields can be read without
 * further bounds.
 */
#ifndef STARLSM_DECODE_H
#define STARLSM_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xen/interface/io/starlsm.h>

enum field_kind {
	FIELD_U64, FIELD_HEX64, FIELD_TASK, FIELD_PATH, FIELD_SOCK,
	FIELD_U32, FIELD_HEX32, FIELD_OCT32, FIELD_PID, FIELD_UID, FIELD_EVENT,
	FIELD_CREDOP, FIELD_SOURCE, FIELD_PTRACEOP, FIELD_ERROR, FIELD_ANSWER, FIELD_WHY,
	FIELD_CHANGE, FIELD_SCHEDOP, FIELD_URINGOP, FIELD_KEYOP, FIELD_IPCOP,
	FIELD_STR, FIELD_ARGS, FIELD_SOCKADDR, FIELD_HASH,
};

/* Where a task can be made to wait for an event, as in the table. */
enum event_wait {
	EVENT_WAIT_NEVER, EVENT_WAIT_RETURN, EVENT_WAIT_NOW,
	EVENT_WAIT_REFUSE, EVENT_WAIT_RESTART,
};

/* Events below describe others, or the ring; no policy touches them. */
#define DECODE_FIRST_REQUEST	16
/* Fields of kind PATH in one record, at most */
#define DECODE_PATHS_MAX	2

struct field {
	const char *name;	/* as in the table and in JSON */
	const char *text;	/* one line for people */
	enum field_kind kind;
	uint16_t offset;	/* of the value, or of its 16-bit length, in the record */
};

struct event {
	const char *name;	/* lower case, as in the table and in JSON */
	const char *attack;	/* ATT&CK hint, "" if none */
	const char *text;
	const struct field *fields;
	uint16_t n_fields;
	uint16_t fixed_len;	/* of the structure, without variable parts */
	uint8_t class;		/* STARLSM_CLASS_*: what becomes of it without a policy */
	uint8_t wait;		/* enum event_wait */
};

/* One field's value. For variable kinds bytes and len are set, else number. */
struct value {
	uint64_t number;
	const char *bytes;	/* into the record; not ended by NUL */
	size_t len;
	bool truncated;
};

/* The table's row, or NULL for a type this version does not know. PAD has none. */
const struct event *decode_event(uint16_t type);

/* The type of that name, 0 if there is none. */
uint16_t decode_type(const char *name);

/* Can a policy give this type of event that STARLSM_CLASS_*? */
bool decode_can_be(uint16_t type, uint32_t class);

/*
 * Is this copied record, len bytes long by its own header, what its row says?
 * Lengths add up, padding is zero, strings have no NUL, numbers of a closed
 * kind are in their range. Returns STARLSM_ERR_OK, LENGTH, TYPE or CONTENT.
 */
enum starlsm_error decode_check(const void *rec, size_t len);

/* Field i of a checked record. */
struct value decode_value(const void *rec, const struct event *ev, unsigned int i);

/* The field of that name in a checked record; false if the row has none. */
bool decode_find(const void *rec, const char *name, struct value *v);

/* "setuid", "file", ... for a value of a closed kind or an event type; NULL if none. */
const char *decode_name(enum field_kind kind, uint64_t number);

/*
 * An address as text, as sockaddr bytes of the guest: "10.0.0.1:80",
 * "[::1]:80", "unix:/run/x", "unix:@x", "family 17". Escaped, ended by NUL,
 * cut to size.
 */
void decode_sockaddr(const char *bytes, size_t len, char *text, size_t size);

/*
 * A field of kind HASH is so long, or empty. As hexadecimal digits, ended by NUL: ""
 * if it is empty.
 */
#define DECODE_HASH_LEN		32
#define DECODE_HASH_TEXT	(2 * DECODE_HASH_LEN + 1)
void decode_hash(const char *bytes, size_t len, char text[static DECODE_HASH_TEXT]);

/* The short name of a STARLSM_ERR_*, and its line for people. */
const char *decode_error_name(uint32_t error);
const char *decode_error_text(uint32_t error);

/*
 * Guest bytes as printable text: UTF-8 stays, control characters, invalid
 * bytes, bidirectional overrides and backslashes become \xNN. Ended by NUL,
 * cut to size at a whole character. Returns the length.
 */
size_t decode_escape(const char *bytes, size_t len, char *text, size_t size);

#endif /* STARLSM_DECODE_H */
