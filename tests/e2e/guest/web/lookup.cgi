#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# starlsm - looks a host name up. Its hole is on purpose: what the visitor
# typed becomes part of a shell command.
printf 'Content-Type: text/plain\r\n\r\n'
host=$(httpd -d "${QUERY_STRING#host=}")
sh -c "echo address of $host" 2>&1
