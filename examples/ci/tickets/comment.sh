#!/bin/sh
# Says on the pull or merge request what it does to the tickets, in one comment that is kept up to date.
#
# BASE       what the branch is to be merged into
# LINK_BASE  where the tickets can be read, e.g. https://github.com/OWNER/REPOSITORY/blob/COMMIT
# SUMMARY    a file to append the same text to
# and what post_comment.py beside this file asks for.
#
# Exit code: 0 done; else nobody could look, or the forge refused.
set -eu

: "${BASE:?names what the branch is to be merged into}"
text=$(mktemp)
trap 'rm -f -- "$text"' EXIT
tk diff "$BASE" --format markdown --marker diff --max-length 60000 ${LINK_BASE:+"--link-base=$LINK_BASE"} >"$text"
[ -z "${SUMMARY:-}" ] || cat -- "$text" >>"$SUMMARY"
[ -n "${COMMENT_TOKEN:-}" ] || { echo "no comment: there is no token"; exit 0; }
python3 "$(dirname -- "$0")/post_comment.py" "$text"
