/* SPDX-License-Identifier: GPL-2.0 */
/*
 * starlsm - what OCSF 1.9.0 requires of the classes and objects that are written here
 *
 * From the schema (https://schema.ocsf.io), not from the code: each class's required
 * attributes, each object's, and of which at least one has to be there.
 */
#ifndef STARLSM_TEST_REQUIRED_H
#define STARLSM_TEST_REQUIRED_H

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Every class: */
#define REQUIRED_ALL	"activity_id category_uid class_uid metadata severity_id time type_uid"

struct required_class {
	int class_uid;
	const char *activities;	/* those that have a number of their own; 0 and 99 all have */
	const char *more;	/* required attributes beside REQUIRED_ALL */
	const char *one_of;	/* at least one of these; "" for no such constraint */
};

static const struct required_class required_classes[] = {
	{ 0, "", "", "" },
	{ 1001, "1 2 3 4 5 6 7 8 9 10 11 12 13 14", "actor device file", "" },
	{ 1002, "1 2", "actor device driver", "" },
	{ 1003, "1 2 3 4", "actor device kernel", "" },
	{ 1004, "1 2 3 4 5 6 7 8 9", "actor device process", "" },
	{ 1005, "1 2 3", "actor device module", "" },
	{ 1007, "1 2 3 4 5", "actor device process", "" },
	{ 2004, "1 2 3", "finding_info", "" },
	{ 2005, "1 2 3", "finding_info_list status_id", "assignee assignee_group" },
	{ 4001, "1 2 3 4 5 6 7", "", "dst_endpoint src_endpoint" },
	{ 5019, "1 2", "device", "" },
};

struct required_object {
	const char *attribute;	/* where it is, by name */
	const char *required;
	const char *one_of;
};

static const struct required_object required_objects[] = {
	{ "metadata", "product version", "" },
	{ "actor", "", "process user iam_role invoked_by session app_name app_uid" },
	{ "process", "", "pid uid cpid" },
	{ "parent_process", "", "pid uid cpid" },
	{ "device", "type_id", "" },
	{ "finding_info", "uid", "" },
	{ "file", "name type_id", "" },
	{ "file_result", "name type_id", "" },
	{ "module", "", "load_type_id function_name" },
	{ "kernel", "name type_id", "" },
	{ "driver", "file", "" },
	{ "src_endpoint", "", "ip uid name hostname svc_name instance_uid" },
	{ "dst_endpoint", "", "ip uid name hostname svc_name instance_uid" },
	{ "technique", "uid", "" },
	{ "os", "name type_id", "" },
	{ "user", "", "account name uid" },
	{ "connection_info", "direction_id", "" },
	{ "reporter", "", "hostname ip name uid" },
};

/* How many of the words are attributes of the object; *missing is the last that is none. */
static inline int required_count(const json_t *object, const char *words, char *missing, int *n)
{
	char copy[256], *save = NULL;
	int found = 0;

	snprintf(copy, sizeof(copy), "%s", words);
	*n = 0;
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		const json_t *value = json_object_get(object, w);

		++*n;
		if (value && !json_is_null(value))
			found++;
		else
			snprintf(missing, 64, "%s", w);
	}
	return found;
}

static inline void required_all(const json_t *object, const char *words, const char *what)
{
	char missing[64];
	int n, found = required_count(object, words, missing, &n);

	if (found != n)
		fail_msg("%s: %s is missing", what, missing);
}

static inline void required_one(const json_t *object, const char *words, const char *what)
{
	char missing[64];
	int n, found = required_count(object, words, missing, &n);

	if (n && !found)
		fail_msg("%s: none of %s is there", what, words);
}

static inline void required_objects_in(const json_t *object, const char *what)
{
	const char *key;
	json_t *value;
	char name[128];

	json_object_foreach((json_t *)object, key, value) {
		/* our own words */
		if (!strcmp(key, "unmapped") || !json_is_object(value))
			continue;
		snprintf(name, sizeof(name), "%.60s.%.60s", what, key);
		for (size_t i = 0; i < sizeof(required_objects) / sizeof(required_objects[0]); i++) {
			const struct required_object *r = &required_objects[i];

			if (strcmp(r->attribute, key))
				continue;
			required_all(value, r->required, name);
			required_one(value, r->one_of, name);
		}
		required_objects_in(value, name);
	}
}

static inline const struct required_class *required_class(const json_t *object, const char *what)
{
	int uid = json_integer_value(json_object_get(object, "class_uid"));

	for (size_t i = 0; i < sizeof(required_classes) / sizeof(required_classes[0]); i++)
		if (required_classes[i].class_uid == uid)
			return &required_classes[i];
	fail_msg("%s: class %d is none of these", what, uid);
	return NULL;
}

static inline void required_activity(const json_t *object, const struct required_class *c,
				     const char *what)
{
	int id = json_integer_value(json_object_get(object, "activity_id"));
	char word[16], all[128];

	if (id == 0 || id == 99)
		return;
	snprintf(word, sizeof(word), " %d ", id);
	snprintf(all, sizeof(all), " %s ", c->activities);
	if (!strstr(all, word))
		fail_msg("%s: class %d has no activity %d", what, c->class_uid, id);
}

/* Has it all that its class and the objects in it require? */
static inline void required_check(const json_t *object, const char *what)
{
	const struct required_class *c;

	assert_true(json_is_object(object));
	required_all(object, REQUIRED_ALL, what);
	c = required_class(object, what);
	required_all(object, c->more, what);
	required_one(object, c->one_of, what);
	required_activity(object, c, what);
	required_objects_in(object, what);
	assert_string_equal(json_string_value(json_object_get(json_object_get(object, "metadata"),
							      "version")), "1.9.0");
}

#endif /* STARLSM_TEST_REQUIRED_H */
