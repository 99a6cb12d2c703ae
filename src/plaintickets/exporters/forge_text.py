"""Texts for the issues of a forge: no mention, reference or command in them acts there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.exported import RELATIONS
from plaintickets.core.inert import inert
from plaintickets.core.markdown import START, step
from plaintickets.core.ticket import list_of
from plaintickets.exporters.values import flat, moment, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.exported import Export, Exported

_COMMAND = re.compile(r"^(\s*)/(?=[A-Za-z])")
_SHOWN = ("assignee", "reporter", "customer", "due", "estimate", "milestone", "component", "resolution", "external-ref")
_LONGEST_TITLE = 250
_WORDS = {"deps": "waits for", "links": "linked with", "parent": "part of", "duplicate-of": "duplicate of"}


class Said(NamedTuple):
    """A text with its time, whether it is internal; times are moments in UTC, empty if not known."""

    at: str
    text: str
    internal: bool


def harmless(text: str) -> str:
    """Return a text that notifies nobody, names no other issue and runs no command; code stays as it is."""
    lines = []
    state = START
    for line in plain(text).split("\n"):
        state, is_example = step(state, line)
        lines.append(line if is_example else inert(_COMMAND.sub(r"\1\\/", line)))
    return "\n".join(lines)


def title(record: Exported) -> str:
    """Return the title, cut to what forges take; the text then begins with all of it."""
    whole = inert(" ".join(plain(record.ticket.title).split())) or record.ticket.id
    return whole if len(whole) <= _LONGEST_TITLE else f"{whole[: _LONGEST_TITLE - 1]}…"


def labels(export: Export, record: Exported) -> list[str]:
    """Return the tags, the type and the priority, as labels."""
    ticket = record.ticket
    priority = export.priority_name(ticket)
    found = [*ticket.tags, ticket.type, *([f"priority: {priority}"] if priority else [])]
    return list(dict.fromkeys(" ".join(plain(one).replace(",", " ").split())[:50] for one in found))


def texts(record: Exported, longest: int) -> Iterator[Said]:
    """Yield the text of an issue, then its comments; one that is longer than the forge takes goes on in the next."""
    ticket = record.ticket
    whole = " ".join(ticket.title.split())
    lead = f"**{whole}**\n\n" if len(whole) > _LONGEST_TITLE else ""
    yield from _cut("", f"{harmless(lead + record.text)}\n\n{_facts(record)}".lstrip("\n"), longest, internal=False)
    for one in record.comments:
        head = " · ".join(part for part in (f"**{inert(one.author)}**" if one.author else "", one.date) if part)
        yield from _cut(moment(one.date), f"{head}\n\n{harmless(one.text)}", longest, internal=one.internal)


def _cut(at: str, text: str, longest: int, *, internal: bool) -> Iterator[Said]:
    for start in range(0, len(text), longest):
        yield Said(at, text[start : start + longest], internal)


def _facts(record: Exported) -> str:
    """Return the line below the text: the id here, people, dates and relations."""
    keys = record.ticket.keys
    rows = [f"{name}: {flat(keys[name])}" for name in _SHOWN if keys.get(name)]
    rows += [f"{_WORDS[name]}: {', '.join(found)}" for name in RELATIONS if (found := list_of(keys.get(name)))]
    return "---\n" + inert(plain(" · ".join([record.ticket.id, *rows])).replace("\n", " "))
