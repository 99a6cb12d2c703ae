"""What every command gets: the tracker, and how to speak to the user."""

from __future__ import annotations

import contextlib
import os
import sys
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from plaintickets.project import Project, Surroundings
from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.core.problem import Problem
    from plaintickets.render.listing import Terminal

_CODES = {
    "id": "33", "urgent": "31", "quiet": "2", "open": "32", "active": "36", "waiting": "35", "done": "2",
    "bold": "1", "added": "32", "removed": "31", "match": "1;31", "error": "1;31",
}  # fmt: skip
PROBLEMS_SHOWN = 10
COMMITS_STEP = 1000


class CommandContext:
    """One run of the program. Data goes to stdout, everything else to stderr."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around._replace(notify=self.note, progress=self._count_commits)
        self.overrides: dict[str, str] = {}
        self.color = "auto"
        self.quiet = False
        self.json = False
        self.subject = ""
        self._noted: set[str] = set()
        self._is_counting = False

    @cached_property
    def project(self) -> Project:
        """The tracker of the folder; raises NoStoreError."""
        return Project.open(self.around, self.overrides)

    @cached_property
    def is_terminal(self) -> bool:
        """Whether a person reads stdout."""
        return sys.stdout.isatty()

    def out(self, text: str = "") -> None:
        """Prints a line of data."""
        sys.stdout.write(text + "\n")

    def say(self, text: str) -> None:
        """Prints what was done, unless asked to be quiet or for JSON."""
        if not self.quiet and not self.json:
            self.out(safe.line(text))

    def note(self, text: str) -> None:
        """Prints a remark on stderr, once."""
        if text not in self._noted and not self.quiet:
            self._noted.add(text)
            self.warn(text)

    def warn(self, text: str) -> None:
        """Prints a line on stderr, even when quiet."""
        with contextlib.suppress(OSError):  # said at the end of the program
            sys.stdout.flush()
        self._write_error(safe.block(text) + "\n")

    def _write_error(self, text: str) -> None:
        """Write to stderr; what a full disk does not take is lost, and the exit code stays what it is."""
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            from plaintickets.system import streams

            streams.discard(sys.stderr)

    def _count_commits(self, commits: int) -> None:
        """Shows on a terminal how much of a long history has been read."""
        if commits and (commits % COMMITS_STEP or self.quiet or not sys.stderr.isatty()):
            return
        if commits or self._is_counting:
            text = f"reading the history: {commits:,} commits" if commits else ""
            sys.stderr.write(f"\r{text}\x1b[K")
            sys.stderr.flush()
        self._is_counting = bool(commits)

    def problems(self) -> list[str]:
        """Return what could not be read, for JSON."""
        return [str(problem) for problem in self.project.reading.problems]

    def report(self, problems: Iterable[Problem]) -> None:
        """Names what could not be read, on stderr."""
        problems = list(problems)
        store = os.path.basename(self.project.place.store)
        for problem in problems[:PROBLEMS_SHOWN]:
            self.warn(safe.line(f"{store}/{problem}"))
        if len(problems) > PROBLEMS_SHOWN:
            self.warn(f"… and {len(problems) - PROBLEMS_SHOWN} more; `tk doctor` lists them all")

    @cached_property
    def colored(self) -> bool:
        """Whether stdout takes colours: as asked, else on a terminal without NO_COLOR."""
        if self.color != "auto":
            return self.color == "always"
        environ = self.around.environ
        if environ.get("NO_COLOR") or environ.get("TERM") == "dumb":
            return False
        return self.is_terminal or bool(environ.get("CLICOLOR_FORCE", "0") != "0")

    def paint(self, text: str, style: str) -> str:
        """The text in a style, where colours are wanted."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colored and text else text

    @cached_property
    def terminal(self) -> Terminal:
        """The terminal that a listing is laid out for."""
        from plaintickets.render.listing import Terminal

        columns = self.around.environ.get("COLUMNS", "")
        if columns.isdigit() and int(columns) > 0:
            return Terminal(int(columns), self.paint)
        try:
            return Terminal(os.get_terminal_size(sys.stdout.fileno()).columns or 80, self.paint)
        except OSError:
            return Terminal(80, self.paint)

    def page(self, text: str) -> None:
        """Prints a long text, on a terminal through the user's pager."""
        pager = self.project.config.pager or self.around.environ.get("PAGER", "")
        if not self.is_terminal or not pager:
            self.out(text.removesuffix("\n"))
            return
        import subprocess

        from plaintickets.system.programs import split

        try:
            environ = {"LESS": "FRX", **self.around.environ}
            subprocess.run(split(pager), input=text.encode(errors="replace"), env=environ, check=False)
        except (OSError, ValueError):
            self.out(text.removesuffix("\n"))

    def note_uncommitted(self) -> None:
        """Says once that there is no repository to commit to, unless committing was declined."""
        if not self.project.place.git_dir and self.project.config.commit_mode != "off":
            self.note("not a git repository: written, not committed (--no-commit silences this)")

    def exit(self, code: int) -> NoReturn:
        """Ends the program."""
        raise SystemExit(code)
