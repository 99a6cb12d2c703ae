"""What an import last read, kept in the store: a line for each record in `imports/<system>.tsv`.

A line holds the record's key, the ticket's id, a digest of the record, and git's id of the ticket as the source alone
makes it. If that is not the committed ticket, it stands in `imports/<id>.base`.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "imports"
IN_FILE = "-"
_MOST = 1 << 30
_KNOWN = re.compile(r"[0-9a-f]{40,64}|-")


class LastImport(NamedTuple):
    """The last import of a record: its ticket, the record's digest, and git's id of the ticket it made."""

    ticket: str
    digest: str
    base: str


def path_of(system: str) -> str:
    """Return the store path of a system's lines."""
    return f"{FOLDER}/{re.sub(r'[^a-z0-9-]', '_', system.lower()) or 'unnamed'}.tsv"


def base_path(ticket: str) -> str:
    """Return the store path of a ticket as the source alone makes it."""
    return f"{FOLDER}/{ticket}.base"


def read(store: str, path: str) -> tuple[bytes | None, dict[str, LastImport]]:
    """Return the bytes and the lines of a system by key; lines that are none are left out."""
    content = content_of(store, path)
    found: dict[str, LastImport] = {}
    for line in (content or b"").decode(errors="replace").split("\n"):
        parts = line.split("\t")
        if len(parts) == 4 and files.is_safe_id(parts[1]) and _KNOWN.fullmatch(parts[3]):
            found[parts[0]] = LastImport(*parts[1:])
    return content, found


def written(lines: Mapping[str, LastImport]) -> bytes:
    """Return the bytes of a system's lines, in the order of the keys."""
    return "".join("\t".join((key, *one)) + "\n" for key, one in sorted(lines.items())).encode()


def content_of(store: str, path: str) -> bytes | None:
    """Return the bytes of a file of the import, None if it is not there or is not a regular file."""
    if not os.path.lexists(f"{store}/{path}"):
        return None
    try:
        return files.read_bytes(store, path, _MOST)
    except OSError:
        return None
