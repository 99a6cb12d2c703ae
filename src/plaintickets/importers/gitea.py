"""Import issues of Gitea and Forgejo, whose replies have the shape of GitHub's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.importers.exports import read_export
from plaintickets.importers.github import system

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the issues of an export."""
    yield from read_export(sources, system("gitea"))
