"""Candidates for the last word of a query: fields, their values, states, saved queries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.commands.completions import names, tickets, values
from plaintickets.commands.completions.request import Candidate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.commands.completions.request import Request

_COMPARED = re.compile(r"([A-Za-z_][\w.-]*)(:|!=|<=|>=|==|=|<|>)(.*)\Z", re.DOTALL)
_UNQUOTED = re.compile(r"[\w.+@%/:*~-]+\Z")
_WORDS = {"is": "a state", "has": "a field that is set", "no": "a field that is not set"}


def query(request: Request) -> Iterable[Candidate]:
    """Return what can continue the last term of a query."""
    lead, term = split(request.typed)
    compared = _COMPARED.match(term)
    if compared is None:
        found = _starts(request, term)
    else:
        name, sign, typed = compared.groups()
        before, comma, last = typed.rpartition(",")
        given = set(before.split(","))
        part = request.retyped(last.removeprefix('"'))
        found = [
            one._replace(value=f"{name}{sign}{before}{comma}{_quoted(one.value)}")
            for one in _values(part, name, has_order=sign[0] in "<>")
            if one.value not in given
        ]
    return [one._replace(value=lead + one.value) for one in found]


def query_or_ids(request: Request) -> Iterable[Candidate]:
    """Return the same, and the open tickets."""
    return [*tickets.open_tickets(request), *query(request)]


def sla_words(request: Request) -> Iterable[Candidate]:
    """Return the actions of `tk sla`, what follows them, and a query."""
    if not request.words:
        actions = {
            "check": "fail if a deadline is missed",
            "events": "of one ticket",
            "presets": "the switches",
            "test": "by timelines",
        }
        return [*(Candidate(*item) for item in actions.items()), *query(request)]
    if request.words[0] == "events":
        return tickets.all_tickets(request) if len(request.words) == 1 else ()
    if request.words[0] == "test":
        return names.files(request) if len(request.words) == 1 else ()
    return () if request.words[0] == "presets" else query(request)


def split(typed: str) -> tuple[str, str]:
    """Return the beginning of a query and its last term, without a minus before it."""
    in_quotes, start = False, 0
    for place, sign in enumerate(typed):
        if sign == '"':
            in_quotes = not in_quotes
        elif not in_quotes and (sign.isspace() or sign == "("):
            start = place + 1
    start += typed[start : start + 1] == "-"
    return typed[:start], typed[start:]


def _starts(request: Request, term: str) -> Iterable[Candidate]:
    """Return the beginnings of a term: saved queries, words with a colon, fields with a colon."""
    from plaintickets.query_context import known_fields

    config = request.config
    saved = [Candidate(f"@{name}", text) for name, text in config.queries.items()]
    if term.startswith("@"):
        return saved
    words = [Candidate(f"{word}:", about) for word, about in _WORDS.items()]
    named = [one._replace(value=f"{one.value}:") for one in values.described(request, known_fields(request.project))]
    short = [Candidate("tag:", "Free words")] if term and term != "tags:" else []
    logic = [Candidate(word) for word in ("AND", "OR", "NOT") if term[:1].isupper()]
    return [*words, *named, *short, *saved, *logic]


def _values(request: Request, name: str, *, has_order: bool) -> Iterable[Candidate]:
    from plaintickets.core.query_names import STATES, resolve
    from plaintickets.query_context import known_fields

    simple = name.casefold()
    if simple == "is":
        return map(Candidate, STATES)
    if simple in ("has", "no"):
        return values.fields(request)
    field = resolve(name, known_fields(request.project))
    if field is None or field in ("title", "body", "comments"):
        return ()
    if field == "sla":
        from plaintickets.core.query_names import CLOCK_STATES

        return map(Candidate, CLOCK_STATES)
    if field == "status":
        return values.statuses(request)
    if field in ("assignee", "reporter"):
        teams = [one._replace(value=f"team:{one.value}") for one in values.teams(request)]
        return [*values.people(request), *teams]
    if field == "parent":
        return tickets.parents(request)
    return () if has_order and field in ("age", "in-status", "left") else values.of_field(request, field)


def _quoted(value: str) -> str:
    return value if _UNQUOTED.match(value) else f'"{value}"'
