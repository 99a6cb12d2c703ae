"""Compare the values of a field by the field's type.

A judge tests one raw value: True, False, or None if the value cannot be read, which counts as missing.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from plaintickets.core.dates import DATE_WORDS, sign_hint
from plaintickets.core.person_names import TEAM, person_forms
from plaintickets.core.query_names import FIXED_TYPES, nearest
from plaintickets.core.suggestions import did_you_mean, same
from plaintickets.core.ticket import PRIORITY_NAMES

from .dates import moment, period, widen
from .error import QueryError, quoted
from .glob import glob_test, one_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime
    from typing import TypeAlias

    from .context import Context
    from .dates import Period
    from .nodes import Compare, Value

    Judge: TypeAlias = Callable[[str], bool | None]
    Number: TypeAlias = int | float

ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
DIGITS_LIMIT = 64
"""The prefix of a value that names the people of a team."""
# The kinds whose values are read before they are compared; all others are compared as strings.
READ_KINDS = frozenset({"person", "date", "datetime", "number", "integer", "priority", "boolean"})
TRUE = frozenset({"true", "yes", "on", "1"})
FALSE = frozenset({"false", "no", "off", "0"})
UNORDERED = {"person": "people have no order", "ticket": "tickets have no order",
             "boolean": "yes and no have no order"}  # fmt: skip
DATE_EXAMPLES = "write 2026-10-01, 2026-10, 2026, today, friday, now, +7d, -2w, 3 months on +3m, -12h"


def judge(node: Compare, context: Context, text: str, kind: str = "") -> Judge:
    """Return the test of one raw value, of the kind of its field if none is given; `!=` is tested as `=` here.

    Raise QueryError for a value that the type does not allow.
    """
    kind = kind or FIXED_TYPES.get(node.field) or context.type_of(node.field)
    if node.op in ORDER:
        value = node.values[0]
        if kind in UNORDERED:
            hint = f"use {node.field}: or {node.field}!="
            raise QueryError(UNORDERED[kind], text, node.span, hint)
        if value.is_glob:
            raise QueryError(f"'*' has no order in {node.op}", text, value.span)
        return _order_judge(node, value, kind, context, text)
    if kind not in READ_KINDS:
        return _over(ticket_forms if kind == "ticket" else _as_it_is, strings_test(node.values))
    return _any_of([_equal_judge(node, value, kind, context, text) for value in node.values])


def _any_of(judges: list[Judge]) -> Judge:
    if len(judges) == 1:
        return judges[0]

    def one_says_yes(raw: str) -> bool | None:
        verdicts = [judge(raw) for judge in judges]
        if True in verdicts:
            return True
        return False if False in verdicts else None

    return one_says_yes


def _equal_judge(node: Compare, value: Value, kind: str, context: Context, text: str) -> Judge:
    if kind == "person":
        return _person_judge(value, context, text)
    if value.is_glob:
        return _over(_as_it_is, strings_test([value]))
    if kind in {"date", "datetime"}:
        return _date_judge("=", _period(value, context, text))
    if kind in {"number", "integer", "priority"}:
        wanted = _number(node, value, kind, context, text)
        return _number_judge(operator.eq, wanted, _reader(kind, context))
    truth = read_boolean(value.text)
    if truth is None:
        message = f"{quoted(value.text)} is neither yes nor no"
        raise QueryError(message, text, value.span)
    return lambda raw: None if (read := read_boolean(raw)) is None else read is truth


def _order_judge(node: Compare, value: Value, kind: str, context: Context, text: str) -> Judge:
    if kind in {"date", "datetime"}:
        return _date_judge(node.op, _period(value, context, text))
    if kind in {"number", "integer", "priority"}:
        wanted = _number(node, value, kind, context, text)
        return _number_judge(ORDER[node.op], wanted, _reader(kind, context))
    # A field of no declared type takes the type of what it is compared with.
    number = read_number(value.text)
    if number is not None and not (value.quoted or kind == "text"):
        return _number_judge(ORDER[node.op], number, read_number)
    span = None if value.quoted or kind == "text" else period(value.text, context.now)
    if span is not None:
        return _date_judge(node.op, span)
    if kind == "enum":
        message = f"the values of {node.field} have no order"
        raise QueryError(message, text, node.span, f"use {node.field}: or {node.field}!=")
    compare, wanted_text = ORDER[node.op], value.text.casefold()
    return lambda raw: bool(compare(raw.casefold(), wanted_text))


def _over(forms: Callable[[str], Iterable[str]], fits: Callable[[str], bool]) -> Judge:
    return lambda raw: any(fits(form) for form in forms(raw))


def _as_it_is(raw: str) -> tuple[str, ...]:
    return (raw.casefold(),)


def strings_test(values: Sequence[Value]) -> Callable[[str], bool]:
    """Return the test whether a folded text is one of these values, or fits one that is a glob."""
    words = frozenset(value.text.casefold() for value in values if not value.is_glob)
    fits = one_of(value.text.casefold() for value in values if value.is_glob)
    return lambda text: text in words or fits(text)


def ticket_forms(raw: str) -> tuple[str, ...]:
    """Return the forms of a ticket's name: its id, and the part after the last `-`."""
    name = raw.casefold()
    suffix = name.rpartition("-")[2]
    return (name,) if suffix in {name, ""} else (name, suffix)


def is_me(word: str) -> bool:
    """Tell whether a word means the user: `me`, or `@me` as forges write it."""
    return word.casefold() in ("me", "@me")


def _person_judge(value: Value, context: Context, text: str) -> Judge:
    if not value.quoted and value.text.casefold().startswith(TEAM):
        return _team_judge(value, context, text)
    if value.quoted or not is_me(value.text):
        wanted = " ".join(value.text.casefold().split())
        fits = glob_test(wanted) if value.is_glob else wanted.__eq__
        return _over(person_forms, fits)
    names = {form for name in context.me for form in person_forms(name)}
    if not names:
        hint = 'set git\'s user.name, or write the name: assignee:"Ada Lovelace"'
        raise QueryError("it is not known who 'me' is", text, value.span, hint)
    return _over(person_forms, names.__contains__)


def _team_judge(value: Value, context: Context, text: str) -> Judge:
    name = value.text[len(TEAM) :]
    people = context.team(name)
    if people is None:
        hint = f"`people` names the teams: {', '.join(context.teams) or 'none'}"
        raise QueryError(f"there is no team {quoted(name)}{nearest(name, context.teams)}", text, value.span, hint)
    return _over(person_forms, frozenset(people).__contains__)


def _period(value: Value, context: Context, text: str) -> Period:
    written = value.text
    found = period(written, context.now)
    if found is None:
        sign = sign_hint(written) or did_you_mean(written, DATE_WORDS)
        meant = f"; {sign[:1].lower()}{sign[1:]}" if sign else ""
        message = f"{quoted(written)} is not a date{meant}"
        raise QueryError(message, text, value.span, DATE_EXAMPLES)
    return found


def _date_judge(op: str, exact: Period) -> Judge:
    days = widen(exact)

    def verdict(raw: str) -> bool | None:
        read = moment(raw)
        if read is None:
            return None
        when, is_day = read
        start, end = days if is_day else exact
        if op == "=":
            return start <= when < end
        if op == "<":
            return when < start
        if op == "<=":
            return when < end
        return when >= end if op == ">" else when >= start

    return verdict


def overdue_judge(now: datetime) -> Judge:
    """Return the test whether a date has passed: a day when it is over, a moment after it."""
    return _date_judge("<", (now, now))


def _number(node: Compare, value: Value, kind: str, context: Context, text: str) -> Number:
    number = _reader(kind, context)(value.text)
    if number is None:
        hint = None
        what = f"a number, and {node.field} holds numbers"
        if kind == "priority":
            meant = [name for name in same(value.text, PRIORITY_NAMES) if context.priority_number(name) is not None]
            what, hint = "a priority", "write a number, P1, or a configured name such as high"
            hint = f"did you mean {meant[0]}?" if meant else hint
        raise QueryError(f"{quoted(value.text)} is not {what}", text, value.span, hint)
    return number


def _number_judge(
    compare: Callable[[Number, Number], bool],
    wanted: Number,
    read: Callable[[str], Number | None],
) -> Judge:
    return lambda raw: None if (number := read(raw)) is None else bool(compare(number, wanted))


def _reader(kind: str, context: Context) -> Callable[[str], Number | None]:
    if kind != "priority":
        return read_number

    def read_priority(raw: str) -> Number | None:
        digits = raw[1:] if raw[:1] in {"p", "P"} else raw
        if digits.isascii() and digits.isdigit():
            return read_number(digits)
        return context.priority_number(raw)

    return read_priority


def read_number(raw: str) -> Number | None:
    """Return the number in plain decimal digits, else None."""
    if not raw.isascii() or len(raw) > DIGITS_LIMIT or set(raw) - set("0123456789.+-"):
        return None
    try:
        return float(raw) if "." in raw else int(raw)
    except ValueError:
        return None


def read_boolean(raw: str) -> bool | None:
    """Return yes or no as a boolean, None for other text."""
    word = raw.casefold()
    if word in TRUE:
        return True
    return False if word in FALSE else None
