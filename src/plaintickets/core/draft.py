"""A ticket that does not exist yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.comments import Comment


class Draft(NamedTuple):
    """What a ticket is made of; values are as typed, checked when the ticket is made.

    `created` and `closed` are moments, for a ticket that comes from elsewhere; without them it is made now.
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
