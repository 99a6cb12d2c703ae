"""Keep new objects of git apart from those of the repository until all are there; an import that fails leaves none."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError
from plaintickets.system import files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.git.process import GitProcess

_NAME = "tmp_objdir-import"
"""So `git gc` removes after two weeks what a crash left, as it does with what `git receive-pack` left."""


class IncomingObjects:
    """A folder of objects beside those of a repository."""

    def __init__(self, git: GitProcess) -> None:
        """Create the folder.

        Raises GitRefusedError.
        """
        found = git.read("rev-parse", "--git-path", "objects").rstrip(b"\n")
        self._objects = os.path.abspath(os.path.join(git.top, os.fsdecode(found)))
        self._folder = os.path.join(self._objects, f"{_NAME}-{os.urandom(6).hex()}")
        try:
            os.makedirs(os.path.join(self._folder, "pack"))
        except OSError as error:
            self.drop()
            raise unwritten(error) from None
        known = '"' + self._objects.replace("\\", "\\\\").replace('"', '\\"') + '"'
        own = {"GIT_OBJECT_DIRECTORY": self._folder, "GIT_ALTERNATE_OBJECT_DIRECTORIES": known}
        self.git = git.with_variables(own)

    def take_over(self) -> None:
        """Move all objects into the repository.

        Raises GitRefusedError.
        """
        try:
            for path in sorted(self._files(), key=_late):
                target = os.path.join(self._objects, path)
                os.makedirs(os.path.dirname(target), exist_ok=True)
                if not os.path.lexists(target):
                    files.replace(os.path.join(self._folder, path), target)
            files.sync_folder(os.path.join(self._objects, "pack"))
        except OSError as error:
            raise unwritten(error) from None

    def drop(self) -> None:
        """Remove the folder and what is left in it."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _files(self) -> Iterator[str]:
        for above, _, names in os.walk(self._folder):
            yield from (os.path.relpath(os.path.join(above, name), self._folder) for name in names)


def _late(path: str) -> tuple[bool, str]:
    """Sort the index of a pack, by which git finds it, behind the pack."""
    return path.endswith(".idx"), path


def unwritten(error: OSError) -> GitRefusedError:
    """Return the error for objects that could not be written."""
    hint = "free some space or fix the permissions, then run the command again."
    return GitRefusedError(f"git's objects cannot be written: {error.strerror}; nothing was changed", hint=hint)
