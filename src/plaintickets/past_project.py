"""A project as it was at a revision."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from plaintickets.errors import GitRefusedError, RefusedError
from plaintickets.project import Project

if TYPE_CHECKING:
    from plaintickets.core.comments import Comment
    from plaintickets.core.config import Config
    from plaintickets.core.document import Document
    from plaintickets.core.problem import Problem
    from plaintickets.store import reading
    from plaintickets.store_at_revision import StoreAtRevision
    from plaintickets.write.edit import Edit


def at(project: Project, revision: str) -> PastProject:
    """Return the same store as it was at a revision; raises RefusedError for an unknown one, GitRefusedError."""
    from plaintickets.store_at_revision import StoreAtRevision

    if project.git is None:
        raise GitRefusedError("not a git repository, so there are no revisions")
    from plaintickets.git.revisions import commit_named

    past = StoreAtRevision(project.git, commit_named(project.git, revision), project.place.prefix)
    return PastProject(project, past)


class PastProject(Project):
    """The tickets of a store as they were at a revision, read from git's objects; nothing can be changed."""

    def __init__(self, today: Project, past: StoreAtRevision) -> None:
        where = today.place
        place = where._replace(store=os.path.join(where.top, past.prefix)) if past.prefix else where
        super().__init__(place, today.around, today.overrides)
        self._past = past

    @property
    def existed(self) -> bool:
        """Whether there was a store at all."""
        return self._past.prefix is not None

    @cached_property
    def config(self) -> Config:
        """The configuration of that revision as far as it can be read."""
        self.tolerate_config()
        config: Config = self.__dict__["config"]
        return config

    def tolerate_config(self) -> tuple[Problem, ...]:
        """What is wrong with the configuration of that revision."""
        return self.use_settings(self._past.settings())

    @cached_property
    def reading(self) -> reading.Reading:
        """Every ticket of that revision, and every problem met on the way."""
        return self._past.reading(self.config.format_max_file_size, self.is_ignored)

    @property
    def paths(self) -> dict[str, str]:
        """The store path of every ticket by its id."""
        return self._unignored(self._past.paths)

    def refuse_former(self, part: str) -> None:
        """Nothing: what was an id before or after that revision is not asked."""

    def path_of_exactly(self, ticket_id: str) -> str | None:
        """Return the store path of the ticket of exactly this id, if it was there."""
        return self.paths.get(ticket_id)

    def document_at(self, path: str) -> Document:
        """The document at a store path, problems and all."""
        return self._past.document_at(path, self.config.format_max_file_size)

    def comments_apart(self, document: Document) -> tuple[list[Comment], list[Problem]]:
        """A ticket's comments that stood in files of their own, and the problems of those files."""
        return self._past.comments_apart(document.path, self.config.format_max_file_size)

    def edit(self, verb: str) -> Edit:
        """Refused: raises RefusedError."""
        raise RefusedError(f"cannot {verb} a ticket as it was: the past is not changed")
