#!/bin/sh
# Checks the tickets: prints what is wrong and writes the reports that are asked for.
#
#   check.sh [FORMAT] [FORMAT=FILE ...]        check.sh github sarif=tickets.sarif
#
# BASE     what the branch is to be merged into, so that the changes since then are judged as well
# SUMMARY  a file to append a summary in Markdown to
# STATUS   a file to append `code=` and the exit code to
#
# Exit code: 0 nothing is wrong; 1 something is; 2 and above nobody could look, which is no pass.
set -u

form=text
case ${1:-} in
    '' | *=*) ;;
    *) form=$1; shift ;;
esac

code=0
tk check --format "$form" ${BASE:+"--base=$BASE"} ${SUMMARY:+"--summary=$SUMMARY"} || code=$?

for report; do
    case $report in
        ?*=?*) ;;
        *) echo "check.sh: not FORMAT=FILE: $report" >&2; exit 2 ;;
    esac
    file=${report#*=}
    made=0
    tk check --format "${report%%=*}" ${BASE:+"--base=$BASE"} >"$file" || made=$?
    # What could not be looked at has no report: a reader would take an empty one for a clean one.
    [ "$made" -le 1 ] || rm -f -- "$file"
    [ "$made" -le "$code" ] || code=$made
done

if [ "$form" = github ] && [ "$code" -gt 1 ]; then
    depth=
    [ "$(git rev-parse --is-shallow-repository 2>/dev/null)" != true ] || depth=' (the clone is shallow: fetch-depth: 0)'
    echo "::error title=tickets::nobody could look, exit code $code$depth; the log says why"
fi
[ -z "${STATUS:-}" ] || echo "code=$code" >>"$STATUS"
exit "$code"
