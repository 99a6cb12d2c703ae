#!/bin/sh
# Says on the pull or merge request what it does to the tickets, in one comment that is kept up to date.
# A request that does nothing to them gets no comment, unless it had one.
#
# BASE       what the branch is to be merged into
# LINK_BASE  where the tickets can be read, e.g. https://example.org/OWNER/REPOSITORY/blob/COMMIT
# SUMMARY    a file to append the same text to
# and what post_comment.py beside this file asks for.
#
# Exit code: 0 done; else nobody could look, or the forge refused.
set -eu

: "${BASE:?names what the branch is to be merged into}"
text=$(mktemp)
trap 'rm -f -- "$text"' EXIT

differs=0
tk diff --exit-code --format markdown --marker diff --max-length 60000 \
    ${LINK_BASE:+"--link-base=$LINK_BASE"} -- "$BASE..." >"$text" || differs=$?
[ "$differs" -le 1 ] || exit "$differs"

[ -z "${SUMMARY:-}" ] || cat -- "$text" >>"$SUMMARY"
[ -n "${COMMENT_TOKEN:-}" ] || { echo "no comment: there is no token"; exit 0; }
[ "$differs" = 1 ] || set -- --update-only
python3 "$(dirname -- "$0")/post_comment.py" "$@" "$text"
