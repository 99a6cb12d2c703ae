"""Where the relative links of an article lead: to the page of another article, or of a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.paths import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Callable


def article_link(target: str, article: Callable[[str], str], ticket: Callable[[str], str]) -> str | None:
    """Return the address of what a relative link of an article names, None if it has no page.

    `article` and `ticket` give the address of a page by a name, empty without one.
    """
    path, sign, fragment = target.partition("#")
    if not path:
        return target
    folder, _, name = _in_store(path).rpartition("/")
    if folder not in ("", ARTICLES) or not name.endswith(".md"):
        return None
    found = (article if folder else ticket)(name.removesuffix(".md"))
    return f"{found}{sign}{fragment}" if found else None


def _in_store(path: str) -> str:
    """Return the store path that a relative path in an article names, empty if it leads out of the store."""
    parts = [ARTICLES]
    for part in path.split("/"):
        if part == ".." and not parts:
            return ""
        if part == "..":
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
