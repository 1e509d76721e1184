/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - where the sensor's text ends: linked after all of it
 */
	.text
	.globl starlsm_text_end
starlsm_text_end:
