"""An opened project: its files, its configuration and its git, each read when first needed."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.links import Graph
from plaintickets.core.paths import ARTICLES
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

    from plaintickets.core.article import Article
    from plaintickets.core.comments import Comment
    from plaintickets.core.config import Config
    from plaintickets.core.document import Document
    from plaintickets.core.servicedesk.assets import Assets
    from plaintickets.core.ticket import Ticket
    from plaintickets.git.process import GitProcess
    from plaintickets.store.locations import Place
    from plaintickets.store.settings import Content
    from plaintickets.write.edit import Edit


COMMENTS_LEFT_OUT = "comments-not-checked-out"
"""The code of the problem that a sparse checkout leaves out files of comments."""
RULES = "plaintickets.actions.fire_rules"


class Surroundings(NamedTuple):
    """The input from outside: the folder, the environment, the clock, randomness, and the output of notices.

    `progress` gets the number of commits of a history that have been read so far, and 0 at the end.
    """

    folder: str
    environ: Mapping[str, str]
    now: Callable[[], datetime]
    random_below: Callable[[int], int]
    notify: Callable[[str], None]
    user_config: str | None = None
    progress: Callable[[int], None] = lambda _: None


class Project:
    """The tickets of one store; they are read lazily, and every change goes through `edit`."""

    def __init__(self, where: Place, around: Surroundings, overrides: Mapping[str, str] | None = None) -> None:
        self.place = where
        self.around = around
        self.overrides = overrides or {}
        self.has_written = False
        self.has_rules = True
        self.cache = where.cache
        self._unknown_keys: tuple[Problem, ...] = ()
        self._writes_caches = True

    @classmethod
    def open(cls, around: Surroundings, overrides: Mapping[str, str] | None = None) -> Project:
        """Return the project of the store that belongs to the folder.

        Raise NoStoreError if there is none.
        """
        named = around.environ.get("TICKETS_DIR")
        try:
            store = locations.find_store(around.folder, named)
        except NoStoreError:
            if not named:
                from plaintickets.store.beginning import refuse_to_begin, refuse_where_others_are

                refuse_to_begin(around.folder, around.environ)
                refuse_where_others_are(around.folder, around.environ)
            raise
        return cls(locations.locate(store), around, overrides)

    def create_no_caches(self) -> None:
        """From now on, use existing caches and create none."""
        if not os.path.isdir(self.cache):
            self.cache = ""

    def write_no_caches(self) -> None:
        """From now on, write no cache, and take from a cache what no replaced file contradicts: for completion."""
        self._writes_caches = False

    @cached_property
    def config(self) -> Config:
        """Return the configuration, without unknown keys, for which a warning is printed.

        Raise ConfigError for other problems.
        """
        from plaintickets.store.settings import UNKNOWN_KEY, ConfigError, examine

        config, problems = examine(*self._config_sources(), keeps=self._writes_caches)
        if any(problem.code not in (UNKNOWN_KEY, "config-foreign") for problem in problems):
            raise ConfigError(problems)
        self._unknown_keys = tuple(problem for problem in problems if problem.code == UNKNOWN_KEY)
        for problem in problems:
            self.around.notify(f"warning: {problem}")
        return self._overridden(config)

    def require_settings(self) -> None:
        """Raise ConfigError for settings with an unknown key, on which a change or a gate may depend."""
        if self.config and self._unknown_keys:
            from plaintickets.store.settings import ConfigError

            raise ConfigError(self._unknown_keys)

    def tolerate_config(self) -> tuple[Problem, ...]:
        """Return the problems of the configuration; from now on, use its readable part."""
        from plaintickets.store.settings import examine

        config, problems = examine(*self._config_sources())
        self.__dict__["config"] = self._overridden(config)
        return problems

    def use_settings(
        self, contents: Mapping[str, Content], called: Mapping[str, str] | None = None
    ) -> tuple[Problem, ...]:
        """Use the settings of these files, given by name, instead of the store's; return their problems.

        `called` are the paths of files that come from elsewhere, by name.
        """
        from plaintickets.store.settings import examine_contents

        config, problems = examine_contents(contents, *self._config_sources(), keeps=False, called=called)
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
        """Return the time of this command, in UTC, with its time zone."""
        return self.around.now()

    @property
    def revision(self) -> str:
        """Return the revision whose history counts."""
        return "HEAD"

    @property
    def is_past(self) -> bool:
        """Tell whether the project is as it was at a revision, without the work tree."""
        return False

    @property
    def moment(self) -> datetime:
        """Return the time at which the project is asked about, in UTC: now, unless it is one of the past."""
        return self.now

    @property
    def stamp(self) -> str:
        """Return that time as tickets write it."""
        from plaintickets.core.dates import utc_text

        return utc_text(self.now)

    @cached_property
    def reading(self) -> reading.Reading:
        """Return every ticket, and every problem of a file."""
        limit = self.config.format_max_file_size
        if not self._writes_caches:
            return reading.as_left(self.place.store, self.cache, limit, self.is_ignored)
        found = reading.read_all(self.place.store, self.cache, limit, self.is_ignored)
        for path in self.left_out:
            found.problems.append(Problem(path, 0, "not-checked-out", "the sparse checkout leaves it out"))
            found.broken.add(id_of(path))
        hidden = self.left_out_comments
        if hidden:
            message = f"the sparse checkout leaves out {len(hidden)} comments, this one for instance"
            found.problems.append(Problem(hidden[0], 0, COMMENTS_LEFT_OUT, message))
        return found

    @cached_property
    def _hidden_files(self) -> list[str]:
        from plaintickets.git.left_out import is_sparse, left_out

        if not self.place.git_dir or not is_sparse(self.place.git_dir) or self.git is None:
            return []
        is_ignored = self.is_ignored or (lambda _: False)
        return [path for path in left_out(self.git, self.place.prefix) if not is_ignored(ticket_path(path))]

    @cached_property
    def left_out(self) -> list[str]:
        """Return the store paths of the tickets that a sparse checkout leaves out."""
        return [path for path in self._hidden_files if ticket_path(path) == path]

    @property
    def left_out_comments(self) -> list[str]:
        """Return the store paths of the comment files that a sparse checkout leaves out."""
        return [path for path in self._hidden_files if ticket_path(path) != path]

    @cached_property
    def assets(self) -> Assets:
        """Return the assets of the store, and the problems of those that cannot be read."""
        from plaintickets.store.assets import read_assets

        return read_assets(self.place.store, self.config.format_max_file_size)

    @property
    def asset_ids(self) -> list[str]:
        """Return the ids of all assets, from a listing of the folder."""
        from plaintickets.store.assets import asset_ids

        return asset_ids(self.place.store)

    @property
    def is_ignored(self) -> Callable[[str], bool] | None:
        """Return the test of whether the settings ignore a store path; None if they ignore nothing."""
        if not self.config.ignore:
            return None
        from plaintickets.store.ignored import ignored_test

        return ignored_test(self.config.ignore)

    def refuse_ignored(self, ticket_id: str) -> None:
        """Raise RefusedError for an id whose file the settings ignore, because nobody would see the ticket."""
        if self.is_ignored is not None and self.is_ignored(ticket_id + ".md"):
            source = self.config.source("ignore")
            raise RefusedError(f"{ticket_id}.md would be ignored", hint=f"`ignore` at {source} names it.")

    @cached_property
    def graph(self) -> Graph:
        """Return the relations among all tickets."""
        return Graph(self.reading.tickets, self.reading.broken, self.config.is_done)

    @cached_property
    def git(self) -> GitProcess | None:
        """Return git for the work tree, None outside a repository."""
        if not self.place.git_dir:
            return None
        from plaintickets.git.process import GitProcess

        return GitProcess(self.place.git_dir, self.place.top, self.around.environ, self.place.store)

    @cached_property
    def identity(self) -> tuple[str, str]:
        """Return the name and mail address of the user from git; empty if git has none."""
        from plaintickets.git.identity import identity

        try:
            return identity(self.git, self.around.environ)
        except GitRefusedError:
            return identity(None, self.around.environ)

    @property
    def has_articles(self) -> bool:
        """Tell whether the store has a knowledge base."""
        return os.path.isdir(f"{self.place.store}/{ARTICLES}")

    def articles(self) -> tuple[list[Article], list[Problem]]:
        """Return the articles that can be read, by their names, and what is wrong with all of them."""
        from plaintickets.store import articles

        return articles.read_all(self.place.store, self.config.format_max_file_size, self.is_ignored)

    @property
    def paths(self) -> dict[str, str]:
        """Return the store path of every ticket by its id, from a listing of the folder."""
        return self._unignored(names.ticket_paths(self.place.store))

    def _unignored(self, paths: dict[str, str]) -> dict[str, str]:
        is_ignored = self.is_ignored
        return paths if is_ignored is None else {name: path for name, path in paths.items() if not is_ignored(path)}

    def path_of_exactly(self, ticket_id: str) -> str | None:
        """Return the store path of the ticket of exactly this id in the store's folder, if it is there."""
        path = names.path_of(self.place.store, ticket_id)
        return path if path is None or self.is_ignored is None or not self.is_ignored(path) else None

    def path_of(self, part: str, *, guess: bool = False) -> str:
        """Return the store path of the one ticket that a part of an id names.

        Commands that change a ticket, and gates, use the strict rules of `ids.named`, refuse a former id, and print
        which id was used. With `guess`, for reading, any part of an id is accepted.
        Raise TicketNotFoundError, FormerIdError or AmbiguousIdError.
        """
        from plaintickets.named_ticket import path_of

        return path_of(self, part, guess=guess)

    def refuse_former(self, part: str) -> None:
        """Raise FormerIdError for a former id of a ticket, according to the history."""
        from plaintickets.named_ticket import refuse_former

        refuse_former(self, part)

    def other_holders(self, part: str, *, guess: bool) -> list[tuple[str, str]]:
        """Return the tickets of other stores of the work tree that a part of an id names, as prefixes and ids."""
        if not part or self.git is None:
            return []
        from plaintickets.store.work_tree_stores import other_holders

        try:
            return other_holders(self.git, self.place.prefix, part, guess=guess)
        except GitRefusedError:
            return []

    def existing_path(self, ticket_id: str) -> str | None:
        """Return the store path of the ticket of exactly this id, None if there is none."""
        return self.path_of_exactly(ticket_id) or self.paths.get(ticket_id)

    def document_at(self, path: str) -> Document:
        """Return the document at a store path, valid or not."""
        return reading.read_document(self.place.store, path, self.config.format_max_file_size)

    def comments(self, document: Document) -> list[Comment]:
        """Return a ticket's comments, from its text and from separate files, oldest first."""
        apart, _ = self.comments_apart(document)
        return sorted([*document.comments, *apart], key=lambda comment: comment.date) if apart else document.comments

    def comments_apart(self, document: Document) -> tuple[list[Comment], list[Problem]]:
        """Return a ticket's comments in separate files, and the problems of these files."""
        hidden = [path for path in self.left_out_comments if ticket_path(path) == document.path]
        problems = []
        if hidden:
            some = f"{len(hidden)} comment{'s' * (len(hidden) != 1)} of {id_of(document.path)}"
            problems = [Problem(hidden[0], 0, COMMENTS_LEFT_OUT, f"the sparse checkout leaves out {some}")]
        if not os.path.isdir(f"{self.place.store}/{document.path.removesuffix('.md')}.d"):
            return [], problems
        from plaintickets.store import comment_files

        comments, wrong = comment_files.read(self.place.store, document.path, self.config.format_max_file_size)
        return comments, [*problems, *wrong]

    def document(self, part: str, *, guess: bool = False) -> Document:
        """Return the document of the ticket that a part of an id names.

        Raise BrokenTicketError if it cannot be read.
        """
        document = self.document_at(self.path_of(part, guess=guess))
        if document.problems:
            raise BrokenTicketError(f"{os.path.basename(self.place.store)}/{document.problems[0]}")
        return document

    def find(self, part: str, *, guess: bool = False) -> Ticket:
        """Return the ticket that a part of an id names."""
        return reading.ticket_of(self.document(part, guess=guess))

    def require_ready(self) -> None:
        """Raise GitRefusedError during a merge or the like, if an edit is to be committed."""
        is_committed = self.place.git_dir and self.config.commit_mode == "auto"
        if is_committed and "GIT_INDEX_FILE" not in self.around.environ:
            from plaintickets.git.head import refuse_under_way

            refuse_under_way(self.place.git_dir)

    def edit(self, verb: str) -> Edit:
        """Return a set of changes that is written and committed together, as a context manager."""
        from plaintickets.write.edit import Edit

        self.require_settings()
        return Edit(self, verb)

    def fire_rules(self, edit: Edit) -> None:
        """Let the automation rules add their changes to an edit, unless `has_rules` is off.

        The module stands in the layer above, which uses this one, so it is imported by its name.
        """
        if self.has_rules and self.config.rules:
            from importlib import import_module

            import_module(RULES).fire(edit)

    def shared_name(self) -> str:
        """Return the name of the repository that this one was cloned from, the same in all clones; else its own."""
        from plaintickets.git.origin import origin_name

        return (origin_name(self.place.common_dir) if self.place.common_dir else "") or self.repository_name

    @property
    def repository_name(self) -> str:
        """Return the name of the project's folder."""
        return os.path.basename(self.place.top or os.path.dirname(self.place.store))
