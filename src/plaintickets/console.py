"""The command context: the project, the options and the console."""

from __future__ import annotations

import contextlib
import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from plaintickets.errors import TicketsError
from plaintickets.project import Project, Surroundings
from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.actions.all_stores import AllStores
    from plaintickets.core.problem import Problem
    from plaintickets.render.listing import Terminal

_CODES = {
    "id": "33", "urgent": "31", "quiet": "2", "open": "32", "active": "36", "waiting": "35", "done": "2",
    "bold": "1", "added": "32", "removed": "31", "match": "1;31", "error": "1;31",
    "italic": "3", "strike": "9", "code": "36", "link": "4",
}  # fmt: skip
PROBLEMS_SHOWN = 10
COMMITS_STEP = 1000
_MOST_COLUMNS = 10_000


class CommandContext:
    """One run of the program. Data goes to stdout, everything else to stderr."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around._replace(notify=self.note, progress=self._count_commits)
        self.overrides: dict[str, str] = {}
        self.color = "auto"
        self.quiet = False
        self.json = False
        self.has_rules = True
        self.subject = ""
        self.command = ""
        self.pages = True
        self.asks_all_stores = False
        self._noted: set[str] = set()
        self._is_counting = False

    @cached_property
    def project(self) -> Project:
        """Return the project of the folder.

        Raise NoStoreError if there is none.
        """
        project = Project.open(self.around, self.overrides)
        project.has_rules = self.has_rules
        return project

    @cached_property
    def all_stores(self) -> AllStores:
        """Return the stores of the work tree, for `--all-stores`; the first of them becomes the project.

        Raise NoStoreError if there is none, the first store's error if none can be opened.
        """
        from plaintickets.actions.all_stores import AllStores

        found = AllStores(self.around, self.overrides)
        self.__dict__["project"] = found.stores[0].project
        return found

    @cached_property
    def is_terminal(self) -> bool:
        """Tell whether a person reads stdout."""
        return sys.stdout.isatty()

    @property
    def for_person(self) -> bool:
        """Tell whether lists and tickets have the form for a person: on a terminal, or with `--color always`."""
        return self.color == "always" or self.is_terminal

    def out(self, text: str = "") -> None:
        """Print data; lines that do not fit on a terminal go to the pager."""
        if "\n" not in text or not self.is_terminal or not self._show_in_pager(text):
            try:
                sys.stdout.writelines((text, "\n"))
            except BrokenPipeError:  # nobody reads on: what is left to do, and its exit code, do not depend on that
                from plaintickets.system import streams

                streams.discard(sys.stdout)

    def raw(self, text: str) -> None:
        """Print the text of another program, with control characters escaped and its own line ends."""
        if text:
            self.out((safe.block if self.is_terminal else safe.piped)(text).removesuffix("\n"))

    def say(self, text: str) -> None:
        """Print what was done, except with `--quiet` or `--json`."""
        if not self.quiet and not self.json:
            self.out(safe.line(text))

    def note(self, text: str) -> None:
        """Print a remark on stderr, once."""
        if text not in self._noted and not self.quiet:
            self._noted.add(text)
            self.warn(text)

    def warn(self, text: str) -> None:
        """Print a line on stderr, even with `--quiet`."""
        with contextlib.suppress(OSError):  # printed at the end of the program
            sys.stdout.flush()
        self._write_error(safe.block(text) + "\n")

    def _write_error(self, text: str) -> None:
        """Write to stderr. On a full disk the text is lost, and the exit code does not change."""
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            from plaintickets.system import streams

            streams.discard(sys.stderr)

    def _count_commits(self, commits: int) -> None:
        """Show on a terminal how many commits of a long history have been read."""
        if commits and (commits % COMMITS_STEP or self.quiet or not sys.stderr.isatty()):
            return
        if commits or self._is_counting:
            text = f"reading the history: {commits:,} commits" if commits else ""
            sys.stderr.write(f"\r{text}\x1b[K")
            sys.stderr.flush()
        self._is_counting = bool(commits)

    def problems(self) -> list[str]:
        """Return the problems of unreadable files, for JSON."""
        return [str(problem) for problem in self.project.reading.problems]

    def report(self, problems: Iterable[Problem]) -> None:
        """Name unreadable files on stderr."""
        problems = list(problems)
        store = os.path.basename(self.project.place.store)
        for problem in problems[:PROBLEMS_SHOWN]:
            self.warn(safe.line(f"{store}/{problem}"))
        if len(problems) > PROBLEMS_SHOWN:
            self.warn(f"… and {len(problems) - PROBLEMS_SHOWN} more; `tk doctor` lists them all")

    @cached_property
    def colored(self) -> bool:
        """Tell whether stdout has colours: as requested, else on a terminal without NO_COLOR."""
        choice = self.color if self.color != "auto" else self._color_setting()
        if choice != "auto":
            return choice == "always"
        environ = self.around.environ
        if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
            return False
        return self.is_terminal or bool(environ.get("CLICOLOR_FORCE", "0") != "0")

    def _color_setting(self) -> str:
        """Return the user's setting `color`; `auto` if the settings cannot be read."""
        try:
            return self.project.config.color
        except TicketsError:
            return "auto"

    @property
    def has_links(self) -> bool:
        """Tell whether the terminal gets links that can be followed: one with colours that is no Linux console."""
        return self.colored and self.is_terminal and self.around.environ.get("TERM") not in ("dumb", "linux")

    def paint(self, text: str, style: str) -> str:
        """Return the text in a style, unchanged if there are no colours."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colored and text else text

    @cached_property
    def terminal(self) -> Terminal:
        """Return the terminal for the layout of a listing."""
        from plaintickets.render.listing import Terminal

        try:
            columns, lines = os.get_terminal_size(sys.stdout.fileno())
        except OSError:
            columns, lines = 0, 0
        asked = [self.around.environ.get(name, "") for name in ("COLUMNS", "LINES")]
        columns, lines = (
            int(text) if text.isdigit() and 0 < int(text) < _MOST_COLUMNS else found or usual
            for text, found, usual in zip(asked, (columns, lines), (80, 24), strict=True)
        )
        return Terminal(columns, lines, self.paint)

    def page(self, text: str) -> None:
        """Print a text; on a terminal that it does not fit on, in the pager."""
        self.out(text.removesuffix("\n"))

    def _show_in_pager(self, text: str) -> bool:
        """Show a text in the pager if it is longer than the screen; return False if it was not shown."""
        command = self._pager_command() if self.is_long(text) else ""
        if not command:
            return False
        from plaintickets.system.pager import show

        sys.stdout.flush()
        return show(text + "\n", command, self.around.environ)

    def is_long(self, text: str) -> bool:
        """Tell whether a text takes more lines than the terminal has, with the next prompt."""
        from plaintickets.render.screen import lines_on

        terminal = self.terminal
        return lines_on(text.removesuffix("\n"), terminal.columns) >= terminal.lines

    def _pager_command(self) -> str:
        """Return the command line of the pager, empty for none."""
        from plaintickets.system.pager import chosen

        if not self.pages:
            return ""
        try:
            config = self.project.config
        except TicketsError:  # help is read where there is no store, too
            return chosen(None, self.around.environ)
        own = config.pagers.get(self.command)
        return chosen(config.pager or None, self.around.environ) if own is None or own == "yes" else own

    def note_uncommitted(self) -> None:
        """Print once that there is no repository to commit to, except with an option not to commit."""
        if not self.project.place.git_dir and self.project.config.commit_mode != "off":
            self.note("not a git repository: written, not committed (--no-commit silences this)")

    def exit(self, code: int) -> NoReturn:
        """End the program with an exit code."""
        raise SystemExit(code)
