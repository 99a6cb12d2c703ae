#!/bin/sh
# Brings a pull request up to date with its base where they conflict in tickets alone, and pushes it.
#
# A forge's merge button merges tickets as text; here they are merged field by field. To be run in a
# clone that has the branch of the pull request checked out, with all of its history, and may push to it.
#
# BASE     what to merge, e.g. origin/main; fetched before
# PUSH     where the result goes, e.g. `origin my-branch`; unset: it is only merged
# STATUS   a file to append `code=` and the exit code to
#
# Exit code: 0 up to date now; 1 only a person can merge this: nothing was changed; 2 and above
# nobody could try.
set -u

end() {
    [ -z "${STATUS:-}" ] || echo "code=$1" >>"$STATUS"
    exit "$1"
}

: "${BASE:?names what to merge, e.g. origin/main}"
git rev-parse --verify --quiet "$BASE^{commit}" >/dev/null || {
    echo "there is no $BASE here: fetch it, with its history" >&2
    end 4
}
[ -z "$(git status --porcelain --untracked-files=no)" ] || {
    echo "the checkout is not clean" >&2
    end 3
}
before=$(git rev-parse HEAD)
# Where the branch does not ask for the driver yet, this adds a commit that does.
tk setup --quiet || end 4

said=$(git merge --no-edit "$BASE" 2>&1)
code=$?
if [ "$code" -ne 0 ]; then
    left=$(git diff --name-only --diff-filter=U)
    git merge --abort 2>/dev/null
    git reset --quiet --keep "$before"
    if [ -z "$left" ]; then
        printf '%s\n' "$said" >&2
        end 5
    fi
    printf 'only a person can merge these:\n%s\n' "$left" >&2
    end 1
fi
if [ -n "${PUSH:-}" ]; then
    # shellcheck disable=SC2086 # two words: the remote and the branch
    set -- $PUSH
    git push --quiet "$1" "HEAD:refs/heads/$2" || end 5
fi
end 0
