"""Fields: what a value may be."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from plaintickets.core.builtinfields import BUILTIN_FIELDS, REDEFINABLE
from plaintickets.core.config import DEFAULT, Field
from plaintickets.core.fields import (
    FIELD_TYPES,
    FieldValueError,
    UnknownFieldError,
    find_field,
    parse,
    read,
)
from plaintickets.core.settings.model import CUSTOM_TYPES

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def parsed(name: str, text: str) -> object:
    return parse(text, find_field(DEFAULT, name), NOW)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("assignee", "  Ada Lovelace ", "Ada Lovelace"),
        ("assignee", "e\u0301", "e\u0301"),
        ("priority", "1", "1"),
        ("priority", "P0", "0"),
        ("priority", "p4", "4"),
        ("priority", "High", "1"),
        ("status", "CLOSED", "closed"),
        ("type", "bug", "bug"),
        ("due", "+7d", "2026-11-29"),
        ("due", "2026-12-24T15:00:00+01:00", "2026-12-24T14:00:00Z"),
        ("due", "now", "2026-11-22T09:30:00Z"),
        ("tags", "a, b c,,a ,ü", ["a", "b c", "ü"]),
        ("deps", "pt-1,pt-2", ["pt-1", "pt-2"]),
        ("rating", "05", "5"),
        ("external-ref", "jira:TIMOB-17", "jira:TIMOB-17"),
        ("resolution", "wontfix", "wontfix"),
    ],
)
def test_a_value_gets_its_canonical_form(name: str, text: str, value: object) -> None:
    assert parsed(name, text) == value


@pytest.mark.parametrize(
    ("name", "text", "message", "hint"),
    [
        (
            "status", "opne", "invalid status 'opne'. Must be one of: open in_progress closed",
            "Did you mean 'open'?",
        ),
        (
            "resolution", "dupe",
            "invalid resolution 'dupe'. Must be one of: fixed wontfix duplicate invalid done", None,
        ),
        (
            "priority", "5",
            "invalid priority '5'. Must be one of: 0 1 2 3 4 critical high medium low backlog",
            None,
        ),
        ("rating", "6", "invalid rating '6'. Must be one of: 1 2 3 4 5", None),
        ("rating", "good", "invalid rating 'good'. Must be a whole number", None),
        ("due", "tomorow", "invalid due 'tomorow'", "Did you mean 'tomorrow'?"),
        ("parent", "../x", "invalid parent '../x'. Must be the id of a ticket", None),
        ("parent", "--output=x", "invalid parent '--output=x'. Must be the id of a ticket", None),
        ("assignee", " ", "assignee needs a value", None),
        ("tags", " , ", "tags needs a value", None),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_the_nearest(name: str, text: str, message: str, hint: str | None) -> None:
    with pytest.raises(FieldValueError) as caught:
        parsed(name, text)
    assert str(caught.value) == message
    assert caught.value.hint == hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "text",
    ["bob\nstatus: closed", "bob\n", "a\rb", "a\x85b", "a\u2028b", "a\x1b[31m", "\x00", "a\tb",
     "a\x7f", "\x9b31m", "\udcff", "a\uffff"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["assignee", "title", "tags", "component", "due", "priority"])
def test_no_value_can_start_a_line_or_reach_the_terminal(name: str, text: str) -> None:
    with pytest.raises(FieldValueError) as caught:
        parsed(name, text)
    assert str(caught.value).isprintable()


def test_the_refusal_says_what_the_value_holds() -> None:
    with pytest.raises(FieldValueError, match="one plain line: it holds a line break"):
        parsed("assignee", "bob\nstatus: closed")
    with pytest.raises(FieldValueError, match="longer than 4096"):
        parsed("title", "x" * 5000)


def test_a_text_may_have_lines_but_no_control_characters() -> None:
    notes = Field("notes", "text")
    assert parse("a\r\nb\tc", notes, NOW) == "a\nb\tc"
    with pytest.raises(FieldValueError):
        parse("a\x1b[31m", notes, NOW)


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        ("integer", "-7", -7),
        ("integer", "7.0", None),
        ("integer", "9" * 5000, None),
        ("number", "0.5", 0.5),
        ("number", "nan", None),
        ("boolean", "yes", True),
        ("boolean", "off", False),
        ("boolean", "maybe", None),
        ("date", "2026-12-24", date(2026, 12, 24)),
        ("date", "today", None),
        ("date", "2026-99-99", None),
        ("datetime", "2026-12-24T15:00:00Z", datetime(2026, 12, 24, 15, tzinfo=UTC)),
        ("moment", "2026-12-24", date(2026, 12, 24)),
        ("moment", "+1d", None),
        ("datetime", "2026-12-24T15:00:00", None),
        ("datetime", "9999-12-31T23:59:59-01:00", None),
        ("priority", "P1", 1),
        ("priority", "urgent", None),
        ("string", "", None),
        ("person", "Ada", "Ada"),
    ],
)
def test_a_raw_text_is_read_or_is_none(kind: str, raw: str, value: object) -> None:
    assert read(raw, Field("x", kind)) == value


def test_a_list_is_read_from_a_list_or_from_one_value() -> None:
    sizes = Field("sizes", "integer", multiple=True)
    assert read(["1", "x", "2"], sizes) == (1, 2)
    assert read("1", sizes) == (1,)
    assert read({"a": "1"}, sizes) == ()
    assert read(["1"], Field("size", "integer")) is None


def test_values_hold_for_every_type() -> None:
    size = Field("size", "integer", ("1", "2"))
    assert parse("02", size, NOW) == "2"
    with pytest.raises(FieldValueError):
        parse("3", size, NOW)


@pytest.mark.parametrize(("text", "value"), [("Yes", "true"), ("0", "false")])
def test_a_truth_value_has_one_spelling(text: str, value: str) -> None:
    assert parse(text, Field("x", "boolean"), NOW) == value


@pytest.mark.parametrize("text", ["1e400", "nan", "inf", "1_000", "", "0x10", "1,5"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(FieldValueError):
        parse(text, Field("x", "number"), NOW)


def test_a_field_of_the_configuration_comes_before_the_built_in() -> None:
    severity = Field("severity", "enum", ("low", "high"))
    config = DEFAULT._replace(fields=(severity,))
    assert find_field(config, "severity") == severity
    assert find_field(DEFAULT, "severity").type == "string"
    assert find_field(config, "status").values == ("open", "in_progress", "closed")


def test_an_unknown_field_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownFieldError, match="unknown field 'asignee'") as caught:
        find_field(DEFAULT, "asignee")
    assert caught.value.hint == "Did you mean 'assignee'?"
    with pytest.raises(UnknownFieldError, match=r"unknown field '\\x1b\[31m'") as caught:
        find_field(DEFAULT, "\x1b[31m")
    assert caught.value.hint == "Fields of your own are described under `fields` in config.yml."


def test_the_tables_fit_together() -> None:
    assert {field.type for field in BUILTIN_FIELDS.values()} <= set(FIELD_TYPES)
    assert set(CUSTOM_TYPES) <= set(FIELD_TYPES)
    assert set(BUILTIN_FIELDS) >= REDEFINABLE
    assert list(FIELD_TYPES) == sorted(FIELD_TYPES)
    assert list(BUILTIN_FIELDS) == sorted(BUILTIN_FIELDS)
