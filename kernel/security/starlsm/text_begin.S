/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * starlsm - where the sensor's text begins: linked before all of it
 *
 * Not nothing, so that the first function has an address of its own.
 */
	.text
	.globl starlsm_text_begin
starlsm_text_begin:
	nop
