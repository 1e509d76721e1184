// SPDX-License-Identifier: GPL-2.0
/*
 * starlsm - the words for verdicts
 */
#include "lib/ladder.h"

#include <strings.h>

#include "lib/msg_engine.h"

static const char * const names[VERDICTS] = {
	[RESPOND_OBSERVE] = "observe", [RESPOND_ALERT] = "alert", [RESPOND_PAUSE] = "contain",
	[RESPOND_EVACUATE] = "evacuate", [RESPOND_HALT] = "halt",
};

const char *ladder_name(uint32_t verdict)
{
	return verdict < VERDICTS ? names[verdict] : "?";
}

int ladder_find(const char *word)
{
	for (int v = 0; v < VERDICTS; v++)
		if (!strcasecmp(names[v], word))
			return v;
	return strcasecmp(word, "pause") ? -1 : RESPOND_PAUSE;
}
