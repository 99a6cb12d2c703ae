#!/bin/sh
# Checks the tickets of a change in Gerrit and votes on it, with a remark at each line that is wrong.
#
# To be run in a checkout of the change, with the variables that Jenkins's Gerrit Trigger sets:
# GERRIT_HOST, GERRIT_PORT, GERRIT_BRANCH, GERRIT_PATCHSET_REVISION. LABEL (Verified) is what to vote on,
# REMOTE (origin) where the branch is.
#
# Exit code: that of check.sh; 3 if Gerrit did not take the vote.
set -u

here=$(dirname -- "$0")
report=$(mktemp)
trap 'rm -f -- "$report"' EXIT

git fetch --quiet "${REMOTE:-origin}" "refs/heads/$GERRIT_BRANCH" || exit 3
BASE=$(git rev-parse --verify FETCH_HEAD) || exit 3
export BASE

code=0
sh "$here/../tickets/check.sh" text "sarif=$report" || code=$?
python3 "$here/review.py" "$code" "$report" "${LABEL:-Verified}" |
    ssh -p "${GERRIT_PORT:-29418}" -- "$GERRIT_HOST" gerrit review --json "$GERRIT_PATCHSET_REVISION" || exit 3
exit "$code"
