"""A ticket that does not exist yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.comments import Comment


class Draft(NamedTuple):
    """The data of a new ticket; values are as typed, and checked when the ticket is created.

    `created` and `closed` are moments of an imported ticket; without them it is created now.
    """

    title: str = ""
    description: str = ""
    design: str = ""
    acceptance: str = ""
    values: Mapping[str, str] = {}
    tags: Sequence[str] = ()
    deps: Sequence[str] = ()
    created: str = ""
    closed: str = ""
    comments: Sequence[Comment] = ()
