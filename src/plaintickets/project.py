"""An opened project: its files, its configuration, its git, each read when first asked for."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.links import Graph
from plaintickets.core.problem import Problem
from plaintickets.core.ticket import id_of
from plaintickets.errors import (
    BrokenTicketError,
    GitRefusedError,
    NoStoreError,
    RefusedError,
)
from plaintickets.store import locations, names, reading
from plaintickets.store.files import ticket_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from plaintickets.core.comments import Comment
    from plaintickets.core.config import Config
    from plaintickets.core.document import Document
    from plaintickets.core.ticket import Ticket
    from plaintickets.git.process import GitProcess
    from plaintickets.store.locations import Place
    from plaintickets.store.settings import Content
    from plaintickets.write.edit import Edit


class Surroundings(NamedTuple):
    """What enters at the top: the folder, the environment, the clock, randomness, and where notices go.

    `progress` hears how many commits of a history have been read so far, and 0 at the end.
    """

    folder: str
    environ: Mapping[str, str]
    now: Callable[[], datetime]
    random_below: Callable[[int], int]
    notify: Callable[[str], None]
    user_config: str | None = None
    progress: Callable[[int], None] = lambda _: None


class Project:
    """The tickets of one store; reading is lazy, and every change goes through `edit`."""

    def __init__(self, where: Place, around: Surroundings, overrides: Mapping[str, str] | None = None) -> None:
        self.place = where
        self.around = around
        self.overrides = overrides or {}
        self.has_written = False
        self.cache = where.cache
        self._unknown_keys: tuple[Problem, ...] = ()

    @classmethod
    def open(cls, around: Surroundings, overrides: Mapping[str, str] | None = None) -> Project:
        """The tracker of the store that belongs to the folder; raises NoStoreError."""
        named = around.environ.get("TICKETS_DIR")
        try:
            store = locations.find_store(around.folder, named)
        except NoStoreError:
            if not named:
                from plaintickets.store.beginning import refuse_to_begin

                refuse_to_begin(around.folder, around.environ)
            raise
        return cls(locations.locate(store), around, overrides)

    def leave_no_trace(self) -> None:
        """From here on reading uses the caches that are there, and makes none where there is none."""
        if not os.path.isdir(self.cache):
            self.cache = ""

    @cached_property
    def config(self) -> Config:
        """The configuration in force, unknown keys left out with a warning; raises ConfigError for other problems."""
        from plaintickets.store.settings import UNKNOWN_KEY, ConfigError, examine

        config, problems = examine(*self._config_sources())
        if any(problem.code not in (UNKNOWN_KEY, "config-foreign") for problem in problems):
            raise ConfigError(problems)
        self._unknown_keys = tuple(problem for problem in problems if problem.code == UNKNOWN_KEY)
        for problem in problems:
            self.around.notify(f"warning: {problem}")
        return self._overridden(config)

    def require_settings(self) -> None:
        """Raises ConfigError for settings with a key that nobody knows: a change or a gate may depend on it."""
        if self.config and self._unknown_keys:
            from plaintickets.store.settings import ConfigError

            raise ConfigError(self._unknown_keys)

    def tolerate_config(self) -> tuple[Problem, ...]:
        """What is wrong with the configuration; from here on that part of it is in force which can be read."""
        from plaintickets.store.settings import examine

        config, problems = examine(*self._config_sources())
        self.__dict__["config"] = self._overridden(config)
        return problems

    def use_settings(self, contents: Mapping[str, Content]) -> tuple[Problem, ...]:
        """Take the settings of these files, given by name, in place of the store's; return what is wrong with them."""
        from plaintickets.store.settings import examine_contents

        config, problems = examine_contents(contents, *self._config_sources(), keeps=False)
        self.__dict__["config"] = self._overridden(config)
        return problems

    def _config_sources(self) -> tuple[str, str | None, str | None, dict[str, str]]:
        where = self.place
        settings = {name: text for name, text in self.around.environ.items() if name.startswith(("TK_", "TICKET_"))}
        return where.store, self.cache or None, self.around.user_config, settings

    def _overridden(self, config: Config) -> Config:
        for key, text in self.overrides.items():
            config = config.override(key, text, "option")
        return config

    @cached_property
    def now(self) -> datetime:
        """The moment this command runs at, aware, UTC."""
        return self.around.now()

    @property
    def stamp(self) -> str:
        """That moment as tickets write it."""
        from plaintickets.core.dates import utc_text

        return utc_text(self.now)

    @cached_property
    def reading(self) -> reading.Reading:
        """Every ticket, and every problem met on the way."""
        limit = self.config.format_max_file_size
        found = reading.read_all(self.place.store, self.cache, limit, self.is_ignored)
        for path in self.left_out:
            found.problems.append(Problem(path, 0, "not-checked-out", "the sparse checkout leaves it out"))
            found.broken.add(id_of(path))
        return found

    @cached_property
    def left_out(self) -> list[str]:
        """The store paths of the tickets that a sparse checkout leaves out."""
        from plaintickets.git.left_out import is_sparse, left_out

        if not self.place.git_dir or not is_sparse(self.place.git_dir):
            return []
        paths = left_out(self.git, self.place.prefix) if self.git else []
        is_ignored = self.is_ignored or (lambda _: False)
        return [path for path in paths if ticket_path(path) == path and not is_ignored(path)]

    @property
    def is_ignored(self) -> Callable[[str], bool] | None:
        """The test of a store path that is no ticket's because the settings say so; None where they name none."""
        if not self.config.ignore:
            return None
        from plaintickets.store.ignored import ignored_test

        return ignored_test(self.config.ignore)

    def refuse_ignored(self, ticket_id: str) -> None:
        """Raise RefusedError for an id whose file the settings ignore, so that nobody would see the ticket."""
        if self.is_ignored is not None and self.is_ignored(ticket_id + ".md"):
            source = self.config.source("ignore")
            raise RefusedError(f"{ticket_id}.md would be ignored", hint=f"`ignore` at {source} names it.")

    @cached_property
    def graph(self) -> Graph:
        """The relations among all tickets."""
        return Graph(self.reading.tickets, self.reading.broken, self.config.is_done)

    @cached_property
    def git(self) -> GitProcess | None:
        """Git for the work tree, None outside a repository."""
        if not self.place.git_dir:
            return None
        from plaintickets.git.process import GitProcess

        return GitProcess(self.place.git_dir, self.place.top, self.around.environ, self.place.store)

    @cached_property
    def identity(self) -> tuple[str, str]:
        """The name and mail of the user as git knows them; empty where it does not."""
        from plaintickets.git.identity import identity

        try:
            return identity(self.git, self.around.environ)
        except GitRefusedError:
            return identity(None, self.around.environ)

    @property
    def paths(self) -> dict[str, str]:
        """The store path of every ticket by its id, as the folder lists them now."""
        return self._unignored(names.ticket_paths(self.place.store))

    def _unignored(self, paths: dict[str, str]) -> dict[str, str]:
        is_ignored = self.is_ignored
        return paths if is_ignored is None else {name: path for name, path in paths.items() if not is_ignored(path)}

    def path_of_exactly(self, ticket_id: str) -> str | None:
        """Return the store path of the ticket of exactly this id in the store's folder, if it is there."""
        path = names.path_of(self.place.store, ticket_id)
        return path if path is None or self.is_ignored is None or not self.is_ignored(path) else None

    def path_of(self, part: str, *, guess: bool = False) -> str:
        """The store path of the one ticket that a part of an id names; raises when none or several do.

        What changes a ticket, and a gate, takes what `ids.named` gives, refuses an id that a ticket had
        before, and says which id it took. With `guess`, for reading, any part of an id will do.
        """
        from plaintickets.named_ticket import path_of

        return path_of(self, part, guess=guess)

    def refuse_former(self, part: str) -> None:
        """Raises FormerIdError for a word that was a ticket's id, as the history tells."""
        from plaintickets.named_ticket import refuse_former

        refuse_former(self, part)

    def existing_path(self, ticket_id: str) -> str | None:
        """The store path of the ticket of exactly this id, if it exists."""
        return self.path_of_exactly(ticket_id) or self.paths.get(ticket_id)

    def document_at(self, path: str) -> Document:
        """The document at a store path, problems and all."""
        return reading.read_document(self.place.store, path, self.config.format_max_file_size)

    def comments(self, document: Document) -> list[Comment]:
        """A ticket's comments, from its text and from files of their own, oldest first."""
        apart, _ = self.comments_apart(document)
        return sorted([*document.comments, *apart], key=lambda comment: comment.date) if apart else document.comments

    def comments_apart(self, document: Document) -> tuple[list[Comment], list[Problem]]:
        """A ticket's comments that stand in files of their own, and the problems of those files."""
        if not os.path.isdir(f"{self.place.store}/{document.path.removesuffix('.md')}.d"):
            return [], []
        from plaintickets.store import comment_files

        return comment_files.read(self.place.store, document.path, self.config.format_max_file_size)

    def document(self, part: str, *, guess: bool = False) -> Document:
        """The document of the ticket that a part of an id names; raises BrokenTicketError if it cannot be read."""
        document = self.document_at(self.path_of(part, guess=guess))
        if document.problems:
            raise BrokenTicketError(f"{os.path.basename(self.place.store)}/{document.problems[0]}")
        return document

    def find(self, part: str, *, guess: bool = False) -> Ticket:
        """The ticket that a part of an id names."""
        return reading.ticket_of(self.document(part, guess=guess))

    def require_ready(self) -> None:
        """Raises GitRefusedError while a merge or the like is under way, where an edit is to be committed."""
        is_committed = self.place.git_dir and self.config.commit_mode == "auto"
        if is_committed and "GIT_INDEX_FILE" not in self.around.environ:
            from plaintickets.git.head import refuse_under_way

            refuse_under_way(self.place.git_dir)

    def edit(self, verb: str) -> Edit:
        """A set of changes to be written and committed together, as a context manager."""
        from plaintickets.write.edit import Edit

        self.require_settings()
        return Edit(self, verb)

    @property
    def repository_name(self) -> str:
        """The name of the folder that the project lives in."""
        return os.path.basename(self.place.top or os.path.dirname(self.place.store))
