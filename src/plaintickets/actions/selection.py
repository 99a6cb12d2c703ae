"""The tickets and files of a store that a check examines."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.config import SETTINGS_FILES
from plaintickets.core.paths import git_lead
from plaintickets.core.ticket import id_of
from plaintickets.errors import UsageError
from plaintickets.store.files import ticket_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.checks.finding import Finding
    from plaintickets.project import Project
    from plaintickets.store.all_files import Survey


class Selection:
    """The tickets and files given on the command line; everything if none were given."""

    def __init__(self, project: Project, surveyed: Survey, asked: Sequence[str]) -> None:
        """Read what was asked about.

        Raise RefusedError for a path or id that does not exist, UsageError for a path outside the store.
        """
        self._all = not asked
        self._paths: set[str] = set()
        self._tickets: set[str] = set()
        self._prefix = repository_prefix(project)
        for word in asked:
            self._add(project, surveyed, word)
        if not (self._all or self._tickets or self._paths & {*surveyed.sheets, *SETTINGS_FILES}):
            raise UsageError(f"there is no ticket in {' '.join(asked)}")
        self.count = len(surveyed.tickets.keys() | surveyed.broken) if self._all else len(self._tickets)

    def _add(self, project: Project, surveyed: Survey, word: str) -> None:
        if word in surveyed.tickets:
            self._tickets.add(word)
            return
        folder, name = os.path.split(os.path.join(project.around.folder, word))
        is_folder = name in ("", ".", "..")
        place = os.path.realpath(f"{folder}/{name}") if is_folder else os.path.join(os.path.realpath(folder), name)
        relative = os.path.relpath(place, project.place.store).replace(os.sep, "/")
        if not word.strip() or not (os.path.lexists(place) or relative in surveyed.sheets):
            self._tickets.add(id_of(project.path_of(word)))
        elif relative == "." or f"{project.place.store}/".startswith(place.rstrip("/") + "/"):
            self._all = True
        elif relative.startswith("../"):
            raise UsageError(f"{word} is no part of the store {project.place.store}")
        else:
            self._paths.add(relative)
            inside = (path for path in surveyed.sheets if path == relative or path.startswith(relative + "/"))
            self._tickets.update(id_of(path) for path in inside if ticket_path(path) == path)

    def holds(self, finding: Finding) -> bool:
        """Tell whether a finding is about the selection."""
        return self.holds_file(finding.path, finding.ticket)

    def holds_file(self, path: str, ticket: str) -> bool:
        """Tell whether a file, by its path in the repository and the id of its ticket, is in the selection."""
        if self._all or ticket in self._tickets:
            return True
        path = path.removeprefix(self._prefix)
        return any(path == one or path.startswith(one + "/") for one in self._paths)


def repository_prefix(project: Project) -> str:
    """Return the prefix that makes a store path a path of the repository, or of the project outside of git."""
    prefix = project.place.prefix or os.path.basename(project.place.store)
    return git_lead(prefix)
