"""A project as it was at a revision."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from plaintickets.core.paths import ARTICLES
from plaintickets.errors import GitRefusedError, RefusedError
from plaintickets.project import Project

if TYPE_CHECKING:
    from plaintickets.core.article import Article
    from plaintickets.core.comments import Comment
    from plaintickets.core.config import Config
    from plaintickets.core.document import Document
    from plaintickets.core.problem import Problem
    from plaintickets.core.servicedesk.assets import Assets
    from plaintickets.store import reading
    from plaintickets.store_at_revision import StoreAtRevision
    from plaintickets.write.edit import Edit


def at(project: Project, revision: str) -> PastProject:
    """Return the same store as it was at a revision.

    Raise RefusedError for an unknown revision, GitRefusedError.
    """
    from plaintickets.store_at_revision import StoreAtRevision

    if project.git is None:
        raise GitRefusedError("not a git repository, so there are no revisions")
    from plaintickets.git.revisions import commit_named

    commit = commit_named(project.git, revision)
    return PastProject(project, StoreAtRevision(project.git, commit, project.place.prefix), commit)


_LATEST = int(datetime(9999, 1, 1, tzinfo=UTC).timestamp())


class PastProject(Project):
    """The tickets of a store as they were at a revision, read from git's objects; they cannot be changed."""

    def __init__(self, today: Project, past: StoreAtRevision, commit: str) -> None:
        where = today.place
        place = where._replace(store=os.path.join(where.top, past.prefix)) if past.prefix else where
        super().__init__(place, today.around, today.overrides)
        self._past = past
        self._commit = commit

    @property
    def revision(self) -> str:
        """Return the commit."""
        return self._commit

    @property
    def is_past(self) -> bool:
        """Tell that this is the past."""
        return True

    @cached_property
    def moment(self) -> datetime:
        """Return when the commit was made."""
        if self.git is None:
            return self.now
        seconds = int(self.git.read("show", "-s", "--format=%ct", "--end-of-options", self._commit))
        return datetime.fromtimestamp(min(seconds, _LATEST), UTC)

    @property
    def existed(self) -> bool:
        """Tell whether there was a store at the revision."""
        return self._past.prefix is not None

    @cached_property
    def config(self) -> Config:
        """Return the readable part of the configuration of that revision."""
        self.tolerate_config()
        config: Config = self.__dict__["config"]
        return config

    def tolerate_config(self) -> tuple[Problem, ...]:
        """Return the problems of the configuration of that revision."""
        return self.use_settings(self._past.settings())

    @cached_property
    def reading(self) -> reading.Reading:
        """Return every ticket of that revision, and every problem of a file."""
        return self._past.reading(self.config.format_max_file_size, self.is_ignored)

    @cached_property
    def assets(self) -> Assets:
        """Return the assets of that revision."""
        return self._past.assets(self.config.format_max_file_size)

    @property
    def asset_ids(self) -> list[str]:
        """Return the ids of all assets of that revision."""
        return self.assets.ids

    @property
    def has_articles(self) -> bool:
        """Return False: the past suggests no articles."""
        return False

    def articles(self) -> tuple[list[Article], list[Problem]]:
        """Return the articles of that revision that could be read, and what was wrong with all of them."""
        from plaintickets.store import articles

        limit = self.config.format_max_file_size
        return articles.sorted_out(self._past.documents_below(f"{ARTICLES}/", limit, self.is_ignored), ())

    @property
    def paths(self) -> dict[str, str]:
        """Return the store path of every ticket by its id."""
        return self._unignored(self._past.paths)

    def refuse_former(self, part: str) -> None:
        """Do nothing: ids from before or after that revision do not count."""

    def path_of_exactly(self, ticket_id: str) -> str | None:
        """Return the store path of the ticket of exactly this id, if it was there."""
        return self.paths.get(ticket_id)

    def document_at(self, path: str) -> Document:
        """Return the document at a store path, valid or not."""
        return self._past.document_at(path, self.config.format_max_file_size)

    def comments_apart(self, document: Document) -> tuple[list[Comment], list[Problem]]:
        """Return a ticket's comments in separate files, and the problems of these files."""
        return self._past.comments_apart(document.path, self.config.format_max_file_size)

    def edit(self, verb: str) -> Edit:
        """Raise RefusedError: the past cannot be changed."""
        raise RefusedError(f"cannot {verb} a ticket at an earlier commit: the past cannot be changed")
