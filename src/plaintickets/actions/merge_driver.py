"""The merge driver: merge three files into one, or change nothing."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.merge import Merged, merge
from plaintickets.core.merge.sides import Rules
from plaintickets.errors import TicketsError, UnreadableError
from plaintickets.git.merge_driver import BESIDE
from plaintickets.system.whole_files import put_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.config import Config

_ARCHIVED = re.compile(r"(?:^|/)archive/\d{4}\Z")
_MARKER_SIZE = 7


class MergeResult(NamedTuple):
    """The merged ticket, and whether git must stop if there is a conflict."""

    merged: Merged
    stops: bool

    @property
    def code(self) -> int:
        """Return the exit code for git."""
        return int(bool(self.merged.conflicts) and (self.stops or self.merged.apart is not None))


def answer(words: Sequence[str], environ: Mapping[str, str]) -> int:
    """Merge the files that git names (%O %A %B %L %P) and print `clean` or `conflict`; nothing on failure."""
    try:
        result = merge_files(*words, environ=environ)
    except Exception as error:  # noqa: BLE001 - whatever it is, git's own merge is the way on
        said = str(error) if isinstance(error, TicketsError) else f"{type(error).__name__}: {error}"
        _print_error(plain(f"tk: {words[-1]} is merged as text: {said}"))
        return 1
    if result.merged.conflicts:
        _print_error(outcome_line(result.merged, words[-1]))
    sys.stdout.write("conflict\n" if result.code else "clean\n")
    return result.code


def _print_error(text: str) -> None:
    """Write a line to stderr. Ignore a failure: the answer to git does not depend on it."""
    with suppress(OSError):
        sys.stderr.write(text + "\n")


def merge_files(base: str, ours: str, theirs: str, size: str, path: str, *, environ: Mapping[str, str]) -> MergeResult:
    """Merge files into `ours`, atomically.

    Git starts the driver in the top of the work tree; `path` is the ticket's path from there.
    Raise TicketsError and OSError with the file unchanged.
    """
    config = _config(path, environ)
    marker_size = int(size) if size.isdecimal() and 0 < int(size[:4]) < 1000 else _MARKER_SIZE
    merged = merge(_content(base), _content(ours), _content(theirs), rules_of(config, marker_size))
    if merged.content is None:
        raise UnreadableError("one side is missing")
    # If both sides renamed the ticket, git uses the result for both files, unless it is unchanged.
    if merged.apart is None or merged.apart.new == _name(path):
        put_bytes(ours, merged.content, waiting=ours + BESIDE, sync=False)
    return MergeResult(merged, config.merge_on_conflict == "stop")


def rules_of(config: Config, marker_size: int = _MARKER_SIZE, favour: str = "") -> Rules:
    """Return the rules of a configuration for merging."""
    marks = config.merge_on_conflict == "stop"
    return Rules(config.status_names, config.done_statuses, marks, marker_size, favour, config.format_max_file_size)


def outcome_line(merged: Merged, path: str) -> str:
    """Return a line that names what both sides changed, or the two tickets that git took for one."""
    if merged.apart:
        was, new = merged.apart.was, merged.apart.new
        if was == new:
            return plain(
                f"tk: {new}: each side has a ticket of its own with this id; `tk resolve --auto` gives one another id"
            )
        return plain(
            f"tk: {new} is a new ticket, which git took for {was} renamed: {was} was removed on one side and "
            f"changed on the other; `tk resolve --auto` separates them"
        )
    fields = dict.fromkeys("text" if conflict.field == "body" else conflict.field for conflict in merged.conflicts)
    name = _name(path)
    return plain(f"tk: {name}: {', '.join(fields)} changed on both sides; `tk resolve {name}` resolves it")


def plain(text: str) -> str:
    """Return a text that is safe for a terminal."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def _name(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".md")


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _config(path: str, environ: Mapping[str, str]) -> Config:
    """Return the readable part of the store's configuration: it may be in conflict in the same merge."""
    from plaintickets.store.locations import locate, user_config
    from plaintickets.store.settings import examine

    store = _ARCHIVED.sub("", os.path.dirname(path)) or "."
    place = locate(store)
    return examine(place.store, place.cache or None, user_config(environ), {})[0]
