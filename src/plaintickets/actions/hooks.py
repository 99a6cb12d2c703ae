"""The git hook that closes tickets by trailers: install, inspect and remove it."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import GitRefusedError, RefusedError
from plaintickets.system import files

if TYPE_CHECKING:
    from plaintickets.git.process import GitProcess
    from plaintickets.project import Project

HOOK = "post-commit"
KEPT = f"{HOOK}.before-tk"
_MARK = "# plaintickets hook, checksum "
_LARGEST = 1 << 20
_HEAD = f"""\
#!/bin/sh
# Made by `tk hooks install`. `tk hooks remove` removes it and restores the earlier hook.
{_MARK}"""
# The commit's header has no line like a trailer, so its whole text can be looked at.
_BODY = """\
# Closes the tickets that a trailer of the new commit names (`Closes: ID`), in that commit.
# It changes only the files of these tickets, stages nothing, and never fails a commit.
tk={command}
[ -x "$tk" ] || tk=$(command -v tk) || tk=
if git cat-file commit HEAD | grep -q '^[A-Za-z0-9-]*[[:blank:]]*:[[:blank:]]'; then
    if [ -n "$tk" ]; then
        "$tk" -C {folder} hooks {hook} || :
    else
        echo '{hook}: tk is not installed, so trailers close no tickets (git hook made by `tk hooks install`)' >&2
    fi
fi
if [ -x "$(dirname "$0")/{kept}" ]; then
    exec "$(dirname "$0")/{kept}" "$@"
fi
"""


class Hook(NamedTuple):
    """The hook as found: its path and its state.

    `state` is `installed`, `changed` (ours, edited by hand), `other` (not ours) or `absent`; `kept` is the path
    of an older hook that runs after ours; `foreign` says why the folder must not be changed.
    """

    path: str
    state: str
    kept: str
    foreign: str


def look(project: Project) -> Hook:
    """Return the hook of the clone.

    Raise GitRefusedError outside a repository.
    """
    git = _git(project)
    folder = os.path.join(project.place.top, git.read("rev-parse", "--git-path", "hooks").decode().rstrip("\n"))
    folder = os.path.normpath(folder)
    path, kept = os.path.join(folder, HOOK), os.path.join(folder, KEPT)
    return Hook(path, _state(path), kept if os.path.lexists(kept) else "", _foreign(project, folder))


def _git(project: Project) -> GitProcess:
    if project.git is None:
        raise GitRefusedError("not a git repository, so there are no hooks")
    return project.git


def _state(path: str) -> str:
    if not os.path.lexists(path):
        return "absent"
    try:
        text = files.read_head(path, _LARGEST).decode(errors="replace")
    except OSError:
        return "other"
    if os.path.islink(path) or not text.startswith(_HEAD):
        return "other"
    checksum, _, body = text[len(_HEAD) :].partition("\n")
    return "installed" if checksum == _checksum(body) else "changed"


def _foreign(project: Project, folder: str) -> str:
    """Return why the folder that `core.hooksPath` names must not be changed; empty if it may be."""
    common, top = project.place.common_dir, project.place.top
    inside = os.path.realpath(folder)
    if os.path.commonpath([inside, os.path.realpath(common)]) == os.path.realpath(common):
        return ""
    if os.path.commonpath([inside, os.path.realpath(top)]) == os.path.realpath(top):
        return "is part of the work tree, and may be shared with everybody"
    return "is outside of the repository, and others may use it"


def install(project: Project) -> Hook:
    """Install the hook and keep an existing one.

    Raise RefusedError if that would change a file that is not ours.
    """
    hook = look(project)
    line = f"tk -C {shlex.quote(_store_folder(project))} hooks {HOOK} || :"
    if hook.foreign:
        raise RefusedError(
            f"core.hooksPath names {os.path.dirname(hook.path)}, which {hook.foreign}; nothing was changed",
            hint=f"to have the hook there, add this line to {hook.path} yourself:\n  {line}",
        )
    if hook.state == "changed":
        raise RefusedError(
            f"{hook.path} was made by tk and edited since; nothing was changed",
            hint="move your edits to another file, delete this one, then install again.",
        )
    if hook.state == "other" and hook.kept:
        raise RefusedError(
            f"{hook.path} is not tk's, and {hook.kept} also exists; nothing was changed",
            hint="another program has replaced the hook: move one of the two files.",
        )
    _put(hook, _text(project))
    return look(project)


def _put(hook: Hook, text: str) -> None:
    """Write the hook to a temporary file, rename an existing hook, and move ours to its place."""
    folder = os.path.dirname(hook.path)
    fresh = os.path.join(folder, f".{HOOK}.{os.getpid()}")
    kept = os.path.join(folder, KEPT)
    try:
        os.makedirs(folder, exist_ok=True)
        with open(fresh, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(fresh, 0o755)  # noqa: S103 - git runs what is executable
        if hook.state == "other":
            files.replace(hook.path, kept)
        files.replace(fresh, hook.path)
    except OSError as error:
        if os.path.lexists(fresh):
            files.remove(fresh)
        if hook.state == "other" and not os.path.lexists(hook.path) and os.path.lexists(kept):
            files.replace(kept, hook.path)
        raise GitRefusedError(f"cannot write {hook.path}: {error.strerror}; nothing was changed") from None


def remove(project: Project) -> Hook:
    """Remove the hook, restore the older one, and return the hook as found.

    Raise RefusedError if our hook was edited by hand.
    """
    hook = look(project)
    if hook.state == "changed":
        raise RefusedError(
            f"{hook.path} was made by tk and edited since, so it is not removed",
            hint="delete it yourself" + (f", then rename {hook.kept} to {HOOK}." if hook.kept else "."),
        )
    if hook.state == "installed" and hook.kept:
        files.replace(hook.kept, hook.path)
    elif hook.state == "installed":
        files.remove(hook.path)
    return hook


def _text(project: Project) -> str:
    from shutil import which

    command = which("tk", path=project.around.environ.get("PATH")) or "tk"
    body = _BODY.format(command=shlex.quote(command), folder=shlex.quote(_store_folder(project)), hook=HOOK, kept=KEPT)
    return f"{_HEAD}{_checksum(body)}\n{body}"


def _store_folder(project: Project) -> str:
    """Return the store's parent folder, relative to the top of the work tree, where git runs hooks."""
    return os.path.relpath(os.path.dirname(project.place.store), project.place.top)


def _checksum(text: str) -> str:
    from hashlib import sha256

    return sha256(text.encode(errors="replace")).hexdigest()
