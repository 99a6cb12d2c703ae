"""Read the versions of unmerged files in git's index."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.git.revisions import contents

if TYPE_CHECKING:
    from plaintickets.git.process import GitProcess

_LABEL = re.compile(rb"^(<{7}|>{7}|\|{7})(?: [^\r\n]*)?", re.MULTILINE)


class Unmerged(NamedTuple):
    """An unmerged file: git's path, and the base, ours and theirs versions, None if missing."""

    path: str
    base: bytes | None
    ours: bytes | None
    theirs: bytes | None


def unmerged(git: GitProcess, prefix: str) -> list[Unmerged]:
    """Return the unmerged files below a path of the work tree."""
    stages: dict[str, set[str]] = {}
    for row in git.read("ls-files", "-u", "-z", "--", prefix).decode(errors="surrogateescape").split("\0"):
        meta, _, path = row.partition("\t")
        if path:
            stages.setdefault(path, set()).add(meta[-1])
    versions = [contents(git, f":{stage}", [path for path, held in stages.items() if stage in held]) for stage in "123"]
    return [Unmerged(path, *(version.get(path) for version in versions)) for path in stages]


def is_as_git_left_it(git: GitProcess, file: Unmerged, current: bytes) -> bool:
    """Return whether a file is unchanged since git's own merge wrote it."""
    import os
    import tempfile

    if current == file.ours:
        return True
    wanted = _LABEL.sub(rb"\1", current.replace(b"\r\n", b"\n"))
    with tempfile.TemporaryDirectory(prefix="tk-") as folder:
        paths = [os.path.join(folder, name) for name in ("ours", "base", "theirs")]
        for path, content in zip(paths, (file.ours, file.base, file.theirs), strict=True):
            with open(path, "wb") as out:
                out.write(content or b"")
        for style in ((), ("--diff3",), ("--zdiff3",)):
            made = git.run("merge-file", "-p", *style, "--", *paths).out
            if _LABEL.sub(rb"\1", made.replace(b"\r\n", b"\n")) == wanted:
                return True
    return False
