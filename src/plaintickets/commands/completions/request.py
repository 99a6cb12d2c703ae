"""What a shell asks to complete: the word so far, the words before it, and the project."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import click

    from plaintickets.console import CommandContext
    from plaintickets.core.config import Config
    from plaintickets.project import Project


class Candidate(NamedTuple):
    """A word that a shell may insert, with what it means; the shell itself completes one of kind `file` or `dir`.

    One that is chosen fits the typed text, though it need not begin with it: an id by its last part.
    """

    value: str
    about: str = ""
    kind: str = "plain"
    is_chosen: bool = False


class Request:
    """A word to complete. `before` are the words of the command before it, `shows_titles` is false for bash."""

    def __init__(self, ctx: click.Context, before: list[str], typed: str, *, shows_titles: bool = True) -> None:
        self.ctx = ctx
        self.before = before
        self.typed = typed
        self.shows_titles = shows_titles

    @cached_property
    def project(self) -> Project:
        """Return the project, which writes no cache.

        Raise TicketsError if there is none.
        """
        root = self.ctx.find_root()
        context: CommandContext = root.obj
        folders = root.params.get("folders")
        if folders and "project" not in context.__dict__:
            where = os.path.abspath(os.path.join(context.around.folder, *folders))
            context.around = context.around._replace(folder=where)
        project = context.project
        project.write_no_caches()
        return project

    @property
    def config(self) -> Config:
        """Return the settings."""
        return self.project.config

    @property
    def words(self) -> list[str]:
        """Return the words before that are no options."""
        return [word for word in self.before if not word.startswith("-")]

    def given(self, name: str) -> list[str]:
        """Return the values that a parameter of the command has so far."""
        value = self.ctx.params.get(name)
        if isinstance(value, (list, tuple)):
            return [str(one) for one in value]
        return [str(value)] if value else []

    def retyped(self, typed: str) -> Request:
        """Return the same request for another word, which is a part of this one."""
        part = Request(self.ctx, self.before, typed, shows_titles=self.shows_titles)
        if "project" in self.__dict__:
            part.__dict__["project"] = self.project
        return part
