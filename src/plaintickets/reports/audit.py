"""Tables of an audit: every change with who made it, and what cannot be vouched for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.change import shown
from plaintickets.core.event import COMMENTED, TEXT
from plaintickets.core.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from plaintickets.core.event import Event
    from plaintickets.core.frontmatter import Value
    from plaintickets.core.servicedesk.approvals import Maker

SIGNATURES = {
    "B": "bad",
    "E": "unknown key",
    "G": "good",
    "N": "none",
    "R": "revoked key",
    "U": "untrusted key",
    "X": "expired",
    "Y": "expired key",
}
CHANGES = (
    Column("at", "at"),
    Column("ticket", "ticket", "ticket"),
    Column("kind", "kind"),
    Column("field", "field"),
    Column("before", "before"),
    Column("after", "after"),
    Column("author", "author", "person"),
    Column("committer", "committer", "person"),
    Column("committed", "committed"),
    Column("signature", "signature"),
    Column("signer", "signer"),
    Column("rule", "rule"),
    Column("commit", "commit"),
    Column("subject", "subject"),
)
_SHORT = ("at", "ticket", "kind", "field", "before", "after", "author", "signature", "commit")
_WIDEST = 24
DOUBTS = (
    Column("code", "code"),
    Column("commit", "commit"),
    Column("at", "at"),
    Column("author", "author", "person"),
    Column("what", "what cannot be vouched for"),
)


class Audited(NamedTuple):
    """A change of a ticket, or of a file of the store, with who made its commit; moments are texts in UTC."""

    at: str
    ticket: str
    kind: str
    field: str
    before: str
    after: str
    maker: Maker
    committed: str
    rule: str
    subject: str


class Doubt(NamedTuple):
    """Something that cannot be vouched for: its code, the commit, when, by whom, and what it is."""

    code: str
    commit: str
    at: str
    author: str
    what: str


def before_and_after(event: Event) -> tuple[str, str]:
    """Return the values of an event as texts; of a changed text the lines that differ."""
    if event.kind == TEXT:
        return event.removed, event.added
    return _text(event.before, event.kind), _text(event.after, event.kind)


def _text(value: Value | None, kind: str) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        names = ("text",) if kind == COMMENTED else tuple(value)
        return "; ".join(
            f"{name}: {shown(value[name])}" if len(names) > 1 else str(value.get(name, "")) for name in names
        )
    return shown(value)


def short_table(rows: Iterable[Audited], notes: Sequence[str]) -> Table:
    """Return every change with what a person reads on a screen: values and commits cut, fewer columns."""
    cells = [
        (
            row.at, row.ticket, row.kind, row.field, _cut(row.before), _cut(row.after), row.maker.author.name,
            SIGNATURES.get(row.maker.signature, row.maker.signature), row.maker.commit[:10],
        )
        for row in rows
    ]  # fmt: skip
    return Table("Every change", [column for column in CHANGES if column.key in _SHORT], cells, notes)


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…"


def audit_table(rows: Iterable[Audited], notes: Sequence[str]) -> Table:
    """Return every change, the oldest first."""
    cells = [
        (
            row.at, row.ticket, row.kind, row.field, row.before, row.after, str(row.maker.author),
            str(row.maker.committer), row.committed, SIGNATURES.get(row.maker.signature, row.maker.signature),
            row.maker.signer, row.rule, row.maker.commit, row.subject,
        )
        for row in rows
    ]  # fmt: skip
    return Table("Every change", CHANGES, cells, notes)


def doubts_table(rows: Iterable[Doubt], notes: Sequence[str]) -> Table:
    """Return what cannot be vouched for, the oldest first."""
    return Table("What cannot be vouched for", DOUBTS, [tuple(row) for row in rows], notes)
