"""The triggers of automation rules: which change of a ticket each one means."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import event as kinds

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.core.frontmatter import Value

IMPORTED = "imported"
TIME = "time"
TRIGGERS = {
    "changed": "A field changes, or the text; `changed: FIELD` for one field.",
    "closed": "The status becomes one of the class done.",
    "commented": "A comment is added; `commented: requester` or `commented: team` for a public one of theirs.",
    "created": "The ticket is created, not by an import.",
    "imported": "The ticket is created by `tk import`.",
    "reopened": "The status was one of the class done and is no longer.",
    "status": "The status changes; `status: NAME` to that status.",
    "time": "`tk tick` looks at the tickets.",
}
WITH_NAME = ("changed", "commented", "status")
"""The triggers that may name a field, who commented, or a status, after a colon."""
COMMENTERS = ("requester", "team")
UNHEARD = frozenset({"closed", "fired"})
"""Keys whose change is no change of a field: they follow from another change."""


class Occurrence(NamedTuple):
    """One thing that happened to a ticket: `kind`, `field` and values are those of an event.

    `path` names the rules that led to it, in order; it is empty for what a person did. `ticket` and `writer` tell whose
    a comment is: the ticket's id, and the names of who committed one without an author.
    """

    kind: str
    field: str = ""
    before: Value | None = None
    after: Value | None = None
    path: tuple[str, ...] = ()
    ticket: str = ""
    writer: tuple[str, ...] = ()


def is_triggered(
    trigger: str, what: Occurrence, is_done: Callable[[str], bool], side: Callable[[Occurrence], str], *, imported: bool
) -> bool:
    """Tell whether an occurrence is what a trigger means; what an import does is heard by `imported` alone.

    `side` tells whose a comment is, the requester's or the team's.
    """
    name, _, wanted = trigger.partition(":")
    if imported or name == IMPORTED:
        return imported and name == IMPORTED and what.kind == kinds.CREATED
    if name == "created":
        return what.kind == kinds.CREATED
    if name == "commented":
        return what.kind == kinds.COMMENTED and what.before is None and (not wanted or side(what) == wanted)
    if name == "changed":
        field = "body" if what.kind == kinds.TEXT else what.field if what.kind == kinds.CHANGED else ""
        return bool(field) and (field == wanted if wanted else field not in UNHEARD)
    if what.kind != kinds.CHANGED or what.field != "status":
        return False
    if name == "status":
        return not wanted or what.after == wanted
    was, now = is_done(str(what.before or "")), is_done(str(what.after or ""))
    return (now and not was) if name == "closed" else (was and not now) if name == "reopened" else False


def is_timed(on: list[str]) -> bool:
    """Tell whether a rule's triggers include the time."""
    return TIME in on
