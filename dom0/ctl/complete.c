// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - starlsmctl --complete: what a shell may offer for the last word
 */
#include "ctl/complete.h"

#include <ctype.h>
#include <jansson.h>
#include <string.h>

#include "ctl/client.h"
#include "ctl/commands.h"
#include "lib/decode.h"

/* Nobody wants to wait for that at a prompt. */
#define PATIENCE_MS	500

struct line {
	FILE *to;
	const char *word;	/* to be completed */
	const char *socket;
	const struct command *command;	/* NULL: not given yet */
	int n_args;		/* of the command, before the word */
	const struct command_option *option;	/* of which the word is the text; NULL: none */
	bool is_output;		/* the word follows -o */
};

static void offer(const struct line *l, const char *before, const char *text)
{
	const char *word = l->word;

	if (!strncmp(word, before, strlen(before)) &&
	    !strncmp(word + strlen(before), text, strlen(word) - strlen(before)))
		fprintf(l->to, "%s%s\n", before, text);
}

/* A name that a shell would take for something else is not offered. */
static bool is_plain(const char *name)
{
	for (const char *at = name; *at; at++)
		if (!isalnum((unsigned char)*at) && !strchr("-_.", *at))
			return false;
	return *name;
}

static void offer_guests(const struct line *l)
{
	struct client_answer answer = { .patience_ms = PATIENCE_MS };
	json_t *status, *guest;
	const char *name;
	size_t i;

	if (client_try(l->socket, REQUEST_STATUS, &answer))
		return;
	status = json_loads(answer.text, 0, NULL);
	json_array_foreach(json_object_get(status, "guests"), i, guest) {
		name = json_string_value(json_object_get(guest, "name"));
		if (name && is_plain(name))
			offer(l, "", name);
	}
	json_decref(status);
}

/* The last of a list with commas */
static void offer_types(const struct line *l)
{
	const char *comma = strrchr(l->word, ',');
	char before[256] = "";

	if (comma && comma - l->word + 2 > (long)sizeof(before))
		return;
	if (comma)
		memcpy(before, l->word, comma - l->word + 1);
	for (uint16_t type = 1; type < STARLSM_EV_LIMIT; type++)
		if (decode_event(type))
			offer(l, before, decode_event(type)->name);
	offer(l, before, "incident");
}

static void offer_options(const struct line *l)
{
	const struct command_option *o;
	char text[64];

	for (unsigned int i = 0; (o = command_option_at(i)); i++) {
		if (l->command ? !command_takes(l->command, o) : o->takes)
			continue;
		snprintf(text, sizeof(text), "--%s", o->name);
		offer(l, "", text);
	}
	offer(l, "", "--help");
	if (!l->command)
		offer(l, "", "--version");
}

static void offer_verbs(const struct line *l)
{
	char verbs[64], *rest = verbs;
	const char *verb;

	snprintf(verbs, sizeof(verbs), "%s", l->command->verbs);
	while ((verb = strsep(&rest, " ")))
		offer(l, "", verb);
}

static void offer_commands(const struct line *l)
{
	for (unsigned int i = 0; command_at(i); i++)
		offer(l, "", command_at(i)->name);
}

static int offer_text(const struct line *l)
{
	switch (l->option->text) {
	case TEXT_GUEST:
		offer_guests(l);
		return CTL_OK;
	case TEXT_TYPES:
		offer_types(l);
		return CTL_OK;
	default:
		return CTL_FAILED;
	}
}

/* What is before the word to be completed */
static void take_word(struct line *l, const char *word)
{
	const struct command_option *o = l->option;

	/* a shell may take --guest=web for three words */
	if (o && !strcmp(word, "="))
		return;
	l->option = NULL;
	if (o || l->is_output) {
		if (o && !strcmp(o->name, "socket"))
			l->socket = word;
		l->is_output = false;
		return;
	}
	if (!strncmp(word, "--", 2)) {
		o = command_option_find(word + 2);
		l->option = o && o->arg ? o : NULL;
		return;
	}
	l->is_output = !strcmp(word, "-o");
	if (*word == '-')
		return;
	if (l->command)
		l->n_args++;
	else
		l->command = command_find(word);
}

int complete(int n_words, char **words, FILE *to)
{
	struct line l = { .to = to, .word = n_words ? words[n_words - 1] : "",
			  .socket = CLIENT_SOCKET };

	for (int i = 0; i < n_words - 1; i++)
		take_word(&l, words[i]);
	if (l.option && !strcmp(l.word, "="))
		l.word = "";
	if (l.is_output)
		return CTL_FAILED;
	if (l.option)
		return offer_text(&l);
	if (*l.word == '-')
		offer_options(&l);
	else if (!l.command)
		offer_commands(&l);
	else if (l.command->verbs && !l.n_args)
		offer_verbs(&l);
	else if (l.command->takes & (TAKES_ARGS | TAKES_RULES | TAKES_JOURNAL))
		return CTL_FAILED;
	else if (l.command->takes & TAKES_GUEST && !l.n_args)
		offer_guests(&l);
	return CTL_OK;
}
