"""Read the assets of a store, `assets/<id>.md`, without following links."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.document import parse
from plaintickets.core.problem import Problem
from plaintickets.core.servicedesk.assets import FOLDER, KEYS, Asset, Assets, asset_id
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Iterable

BROKEN = "broken-asset"


def asset_ids(store: str) -> list[str]:
    """Return the ids of all asset files, sorted; no file is read."""
    folder = f"{store}/{FOLDER}"
    if files.is_linked(store, FOLDER) or not os.path.isdir(folder):
        return []
    return sorted(filter(None, (asset_id(f"{FOLDER}/{name}") for name in os.listdir(folder))))


def read_assets(store: str, max_bytes: int) -> Assets:
    """Return the assets, and the problems of files that cannot be read."""
    return collected(((path, _content(store, path, max_bytes)) for path in _paths(store)), max_bytes)


def _paths(store: str) -> list[str]:
    return [f"{FOLDER}/{name}.md" for name in asset_ids(store)]


def _content(store: str, path: str, max_bytes: int) -> bytes | OSError:
    try:
        return files.read_bytes(store, path, max_bytes)
    except OSError as error:
        return error


def collected(contents: Iterable[tuple[str, bytes | OSError]], max_bytes: int) -> Assets:
    """Return the assets of contents by store path, and the problems of those that cannot be read."""
    known: dict[str, Asset] = {}
    problems: list[Problem] = []
    for path, content in contents:
        if isinstance(content, OSError):
            problems.append(Problem(path, 0, BROKEN, f"cannot be read: {content.strerror}"))
            continue
        document = parse(content, path, max_bytes)
        problems += [problem._replace(code=BROKEN) for problem in document.problems]
        if not document.problems:
            lines = {key: document.line_of(key) for key in KEYS if key in document.keys}
            known[asset_id(path)] = Asset(asset_id(path), path, document.keys, document.title, lines)
    return Assets(known, tuple(problems))
