"""The store as it was at a revision: its tickets, comments and settings, read from git's objects."""

from __future__ import annotations

import errno
import os
from functools import cached_property
from typing import TYPE_CHECKING

from plaintickets.core.comments import comment_of
from plaintickets.core.config import SETTINGS_FILES
from plaintickets.core.paths import is_other_name
from plaintickets.core.problem import Problem
from plaintickets.errors import GitRefusedError
from plaintickets.git import trees
from plaintickets.git.reader import Reader
from plaintickets.history.compare import recorded_entries
from plaintickets.history.log_stream import read_blobs
from plaintickets.store import comment_files, files, reading, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from plaintickets.core.comments import Comment
    from plaintickets.core.document import Document
    from plaintickets.core.servicedesk.assets import Assets
    from plaintickets.git.entries import Entry
    from plaintickets.git.process import GitProcess
    from plaintickets.store.settings import Content

_WHY = {trees.LINK: "a symbolic link, so it is not read", trees.SUBMODULE: "a submodule, so it is not read"}


class StoreAtRevision:
    """The files of a store at a revision: the tree is listed once, and every file is read once.

    `revision` may be `compare.INDEX`.
    """

    def __init__(self, git: GitProcess, revision: str, prefix: str) -> None:
        self._git = git
        self._held: dict[str, bytes | None] = {}
        self._entries, self.prefix = recorded_entries(git, revision, prefix)

    @cached_property
    def paths(self) -> dict[str, str]:
        """Return the store path of every ticket by its id, preferring the store's folder to the archive."""
        paths: dict[str, str] = {}
        for path in sorted(self._entries, key=lambda path: (path.count("/"), path)):
            if files.is_ticket_path(path):
                paths.setdefault(files.id_of(path), path)
        return paths

    def reading(self, max_bytes: int, is_ignored: Callable[[str], bool] | None = None) -> reading.Reading:
        """Return every ticket, and every problem of a file."""
        problems: list[Problem] = []
        regular: list[str] = []
        for path, entry in sorted(self._entries.items(), key=lambda row: (row[0].count("/"), row[0])):
            if not _is_in_place(path) or (is_ignored is not None and is_ignored(path)):
                continue
            kind = trees.kind_of(entry.mode)
            if kind != trees.FILE:
                problems.append(Problem(path, 0, "not-a-file", _WHY[kind]))
            elif files.is_ticket_path(path):
                regular.append(path)
            elif not is_other_name(files.id_of(path)):
                problems.append(Problem(path, 0, "unsafe-name", "the name cannot be a ticket's id"))
        contents = self._contents(regular, max_bytes)
        read = reading.read_contents(((path, contents[path]) for path in regular), max_bytes)
        return reading.collected([(path, 0, 0, 0, 0) for path in regular], read, problems)

    def document_at(self, path: str, max_bytes: int) -> Document:
        """Return the document at a store path, valid or not."""
        return self._documents([path], max_bytes)[0]

    def documents_below(
        self, lead: str, max_bytes: int, is_ignored: Callable[[str], bool] | None = None
    ) -> list[Document]:
        """Return the documents of the Markdown files directly in a folder, given with its `/`, valid or not."""
        paths = sorted(
            path
            for path, entry in self._entries.items()
            if path.startswith(lead)
            and files.is_ticket_path(path.removeprefix(lead))
            and "/" not in path.removeprefix(lead)
            and trees.kind_of(entry.mode) == trees.FILE
            and not (is_ignored is not None and is_ignored(path))
        )
        return self._documents(paths, max_bytes)

    def comments_apart(self, path: str, max_bytes: int) -> tuple[list[Comment], list[Problem]]:
        """Return a ticket's comments in separate files, and the problems of these files."""
        folder = comment_files.folder_of(path) + "/"
        names = sorted(name for name in self._entries if name.startswith(folder) and name.endswith(".md"))
        names = [name for name in names if files.is_safe_id(name.removeprefix(folder).removesuffix(".md"))]
        documents = self._documents(names, max_bytes)
        comments = [comment_of(document) for document in documents if not document.problems]
        return comments, [problem for document in documents for problem in document.problems]

    def assets(self, max_bytes: int) -> Assets:
        """Return the assets; and the problems of those that cannot be read."""
        from plaintickets.core.servicedesk.assets import asset_id
        from plaintickets.store.assets import collected

        contents = self._contents(sorted(filter(asset_id, self._entries)), max_bytes)
        return collected(contents.items(), max_bytes)

    def settings(self, max_bytes: int = settings.LARGEST) -> dict[str, Content]:
        """Return the content of each settings file, or what is wrong with it, None for a missing file."""
        return {name: self._settings_file(name, max_bytes) for name in SETTINGS_FILES}

    def _settings_file(self, name: str, max_bytes: int) -> Content:
        entry = self._entries.get(name)
        if entry is None:
            return None
        kind = trees.kind_of(entry.mode)
        if kind != trees.FILE:
            return "not-a-file", _WHY[kind]
        content = self._contents([name], max_bytes)[name]
        if isinstance(content, OSError):
            return "unreadable", f"cannot be read: {content.strerror}"
        return content if len(content) <= max_bytes else ("too-large", "is larger than 256 KiB")

    def _documents(self, paths: Sequence[str], max_bytes: int) -> list[Document]:
        contents = self._contents(paths, max_bytes)
        return [reading.document_of(path, contents[path], max_bytes) for path in paths]

    def _contents(self, paths: Sequence[str], max_bytes: int) -> dict[str, bytes | OSError]:
        """Return the bytes of files, at most `max_bytes` + 1 of each, or the error of reading."""
        entries = {path: self._entries.get(path) for path in paths}
        regular = {path: entry for path, entry in entries.items() if entry and trees.kind_of(entry.mode) == trees.FILE}
        blobs = list({entry.blob: None for entry in regular.values() if entry.blob not in self._held})
        self._held |= read_blobs(Reader(self._git, ""), blobs, lambda _blob, content: content, max_bytes)
        found: dict[str, bytes | OSError] = {}
        for path in paths:
            content = self._held[regular[path].blob] if path in regular else None
            found[path] = _missing(path, entries[path]) if content is None else content
        return found


def _is_in_place(path: str) -> bool:
    """Tell whether a store path is in a folder that can hold tickets."""
    folder, _, name = path.rpartition("/")
    return name.endswith(".md") and name[0] != "." and files.is_ticket_path(f"{folder}/a.md" if folder else "a.md")


def _missing(path: str, entry: Entry | None) -> OSError:
    if entry is None:
        return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    if trees.kind_of(entry.mode) != trees.FILE:
        return OSError(errno.EINVAL, "not a regular file", path)
    raise GitRefusedError(
        f"git does not have the contents of {path} ({entry.blob[:10]})",
        hint="the clone is partial or damaged: `git fsck` checks it, `git fetch --refetch` fetches them.",
    )
