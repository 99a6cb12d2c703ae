"""A change of one field of one ticket, from one value to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from plaintickets.core.frontmatter import Value

TITLE = "title"
BODY = "body"
COMMENT = "comment"


class Change(NamedTuple):
    """A field's value before and after; None means that the key is absent.

    The names `title`, `body` and `comment` address parts of a ticket that are not front-matter keys. A
    comment that is added has no `before`, and one that is removed has no `after`.
    """

    ticket: str
    field: str
    before: Value | None
    after: Value | None

    def inverted(self) -> Change:
        """Return the change that undoes this one."""
        return Change(self.ticket, self.field, self.after, self.before)


def shown(value: Value | None) -> str:
    """Return a value as messages show it: a list in brackets, `(none)` for no value."""
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return str(value) if value else "(none)"
