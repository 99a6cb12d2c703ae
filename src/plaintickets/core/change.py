"""The currency of the program: one field of one ticket, from one value to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from plaintickets.core.frontmatter import Value

TITLE = "title"
BODY = "body"
COMMENT = "comment"


class Change(NamedTuple):
    """A field's value before and after; None stands for an absent key.

    The names `title`, `body` and `comment` address the parts of a ticket that are
    not front-matter keys; a comment is only ever added, so its `before` is None.
    """

    ticket: str
    field: str
    before: Value | None
    after: Value | None

    def inverted(self) -> Change:
        """The change that takes this one back."""
        return Change(self.ticket, self.field, self.after, self.before)


def shown(value: Value | None) -> str:
    """A value as a change is told: a list in brackets, `(none)` for nothing."""
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return str(value) if value else "(none)"
