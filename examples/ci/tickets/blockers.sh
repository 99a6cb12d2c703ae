#!/bin/sh
# Asks whether a ticket blocks.
#
# QUERY    what blocks, instead of what the configuration says
# BASE     only what the branch adds to BASE blocks; unset: whatever is there
# SUMMARY  a file to append a summary in Markdown to
# STATUS   a file to append `code=` and the exit code to
#
# Exit code: 0 nothing blocks; 1 something does; 2 and above nobody could look, which is no pass.
set -u

code=0
tk blockers ${BASE:+"--base=$BASE"} ${SUMMARY:+"--summary=$SUMMARY"} -- ${QUERY:+"$QUERY"} || code=$?

[ -z "${STATUS:-}" ] || echo "code=$code" >>"$STATUS"
exit "$code"
