"""Fields: the types of values, and the fields that every store has."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from plaintickets.core import dates
from plaintickets.core.builtinfields import BUILTIN_FIELDS
from plaintickets.core.quoting import quoted
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from plaintickets.core.config import Config, Field
    from plaintickets.core.ticket import Value

    Typed: TypeAlias = "str | int | float | bool | date | datetime"

LONGEST_LINE = 4096
# Patterns are strings; `re` compiles and caches them on first use. Compiling all of them costs 3 ms.
# Characters that YAML cannot hold unescaped, and those that would start a new line in the front matter.
_UNFIT = "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
_UNFIT_IN_TEXT = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
_INTEGER = r"[+-]?[0-9]{1,18}"
_NUMBER = r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?"
_PRIORITY = r"[pP]?([0-9])"
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


class FieldValueError(UsageError):
    """A value that the field does not accept."""

    def __init__(self, field: str, value: str, message: str, hint: str = "") -> None:
        self.field = field
        self.value = value
        super().__init__(message)
        self.hint = hint or None

    @classmethod
    def of_choice(cls, field: Field, value: str, allowed: tuple[str, ...]) -> FieldValueError:
        """Return the error for a value that is not one of the allowed ones."""
        message = f"invalid {field.name} {quoted(value)}. Must be one of: {' '.join(allowed)}"
        return cls(field.name, value, message, did_you_mean(value, allowed))


class UnknownFieldError(UsageError):
    """A field that neither the format nor the configuration knows."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name = name
        super().__init__(f"unknown field {quoted(name)}")
        own = "Fields of your own are described under `fields` in config.yml."
        self.hint = did_you_mean(name, known) or own


class FieldType(NamedTuple):
    """A type of values, with its functions.

    `parse` returns the canonical text of an input and raises FieldValueError. `read` returns the value of a
    raw text, None if it cannot be read; it never raises.
    """

    parse: Callable[[str, Field, datetime], str]
    read: Callable[[str], Typed | None]
    meaning: str


def parse(text: str, field: Field, now: datetime) -> Value:
    """Return the canonical raw value of an input; a list for a field with several values.

    The items of a list are separated by commas; empty and repeated ones are dropped.

    Raise FieldValueError if the field does not accept the input.
    """
    if not is_list(field):
        return _item(text, field, now)
    items = (_item(item, field, now) for item in text.split(",") if item.strip(" "))
    found: list[Value] = list(dict.fromkeys(items))
    if not found:
        raise FieldValueError(field.name, text, f"{field.name} needs a value")
    return found


def read(raw: Value, field: Field) -> Typed | tuple[Typed, ...] | None:
    """Return the typed value of a raw one, None if it cannot be read.

    A list gives a tuple of its readable items; a single value counts as a list of one.
    """
    kind = FIELD_TYPES.get(field.type, FIELD_TYPES["string"])
    if not is_list(field):
        return kind.read(raw) if isinstance(raw, str) else None
    items = raw if isinstance(raw, list) else [raw]
    values = (kind.read(item) for item in items if isinstance(item, str) and item)
    return tuple(value for value in values if value is not None)


def misfit(raw: Value | None, field: Field) -> str:
    """Return what a raw value is, if its shape does not fit the field; otherwise an empty text.

    `external-ref` may be one reference or several.
    """
    if not raw or isinstance(raw, str):
        return ""
    if isinstance(raw, dict):
        return "a mapping"
    if not all(isinstance(item, str) for item in raw):
        return "more than a list of words"
    return "" if is_list(field) or field.name == "external-ref" else "a list in place of one value"


def is_unreadable(raw: Value | None, field: Field) -> bool:
    """Return whether the type cannot read an existing value: another shape, or no number where one is required."""
    if not raw:
        return False
    if misfit(raw, field):
        return True
    found = read(raw, field)
    if is_list(field):
        items = [item for item in ([raw] if isinstance(raw, str) else raw) if item]
        return not isinstance(found, tuple) or len(found) != len(items)
    return found is None and isinstance(raw, str)


def is_list(field: Field) -> bool:
    """Tell whether the field holds several values."""
    return field.multiple or field.type == "list"


def find_field(config: Config, name: str) -> Field:
    """Return the field of that name, with the values that the configuration allows.

    A configured field replaces the built-in one.

    Raise UnknownFieldError if there is neither.
    """
    for custom in config.fields:
        if custom.name == name:
            return custom
    builtin = BUILTIN_FIELDS.get(name)
    if builtin is None:
        known = (*(field.name for field in config.fields), *BUILTIN_FIELDS)
        raise UnknownFieldError(name, known)
    if builtin.type == "priority":
        return builtin._replace(values=config.priorities)
    if builtin.type == "resolution":
        return builtin._replace(values=config.resolutions)
    if builtin.type == "status":
        return builtin._replace(values=config.status_names)
    if builtin.type == "type":
        return builtin._replace(values=tuple(kind.name for kind in config.types))
    return builtin


def described_names(config: Config, name: str) -> tuple[str, ...]:
    """Return the queues or the services of the settings for a field of that name, nothing where none are described."""
    if any(field.name == name for field in config.fields):
        return ()
    return tuple({"queue": config.queues, "service": config.services}.get(name, ()))


def is_described(value: str, names: tuple[str, ...]) -> bool:
    """Tell whether a queue or a service, or one above it (`it` of `it/network`), is one of the names."""
    parts = value.split("/")
    return any("/".join(parts[:end]) in names for end in range(1, len(parts) + 1))


def _item(text: str, field: Field, now: datetime) -> str:
    kind = FIELD_TYPES.get(field.type, FIELD_TYPES["string"])
    if field.type != "text":
        text = one_line(text, field.name)
    if not text.strip():
        raise FieldValueError(field.name, text, f"{field.name} needs a value")
    found = kind.parse(text, field, now)
    if field.values and field.type not in _CHOOSERS and found not in field.values:
        raise FieldValueError.of_choice(field, found, field.values)
    return found


def free_text(text: str, name: str) -> str:
    """Return a text of any number of lines.

    Raise FieldValueError for a NUL, and for bytes that are not UTF-8.
    """
    if "\0" in text:
        raise FieldValueError(name, text, f"the {name} holds a NUL character")
    if re.search("[\ud800-\udfff]", text):
        raise FieldValueError(name, text, f"the {name} is not UTF-8")
    return text


def one_line(text: str, name: str) -> str:
    """Return the text without outer blanks.

    Line ends and control characters are refused, because they could write another key.

    Raise FieldValueError unless the text is one plain line.
    """
    if match := re.search(_UNFIT, text):
        what = "a line break" if match[0] in "\n\r\x85\u2028\u2029" else "a control character"
        if "\ud800" <= match[0] <= "\udfff":
            what = "bytes that are not UTF-8"
        raise FieldValueError(name, text, f"{name} must be one plain line: it holds {what}")
    if len(text) > LONGEST_LINE:
        raise FieldValueError(name, text, f"{name} is longer than {LONGEST_LINE} characters")
    return text.strip()


def _parse_string(text: str, _field: Field, _now: datetime) -> str:
    return text


def _parse_text(text: str, field: Field, _now: datetime) -> str:
    plain = text.replace("\r\n", "\n")
    if re.search(_UNFIT_IN_TEXT, plain):
        raise FieldValueError(field.name, text, f"{field.name} holds a control character")
    return plain


def _parse_integer(text: str, field: Field, _now: datetime) -> str:
    if not re.fullmatch(_INTEGER, text):
        message = f"invalid {field.name} {quoted(text)}. Must be a whole number"
        raise FieldValueError(field.name, text, message)
    return str(int(text))


def _parse_number(text: str, field: Field, _now: datetime) -> str:
    if not re.fullmatch(_NUMBER, text) or abs(float(text)) == float("inf"):
        message = f"invalid {field.name} {quoted(text)}. Must be a number, e.g. 2 or 0.5"
        raise FieldValueError(field.name, text, message)
    return text.removeprefix("+")


def _parse_boolean(text: str, field: Field, _now: datetime) -> str:
    word = text.lower()
    if word in _TRUE:
        return "true"
    if word in _FALSE:
        return "false"
    raise FieldValueError.of_choice(field, text, ("true", "false"))


def _parse_date(text: str, field: Field, now: datetime) -> str:
    try:
        return dates.read_date(text, now).isoformat()
    except dates.DateError as error:
        raise _bad_date(field, text, str(error), dates.DATE_WORDS, dates.DATE_EXAMPLES) from None


def _parse_datetime(text: str, field: Field, now: datetime) -> str:
    try:
        return dates.utc_text(dates.read_time(text, now))
    except dates.DateError as error:
        raise _bad_date(field, text, str(error), dates.TIME_WORDS, dates.TIME_EXAMPLES) from None


def _parse_moment(text: str, field: Field, now: datetime) -> str:
    try:
        return dates.read_date(text, now).isoformat()
    except dates.DateError as error:
        if str(error):
            raise _bad_date(field, text, str(error), (), dates.DATE_EXAMPLES) from None
    return _parse_datetime(text, field, now)


def _bad_date(field: Field, text: str, why: str, words: tuple[str, ...], examples: str) -> FieldValueError:
    message = f"invalid {field.name} {quoted(text)}" + (f": {why}" if why else "")
    hint = dates.sign_hint(text) or did_you_mean(text, words) or f"A date may be typed as {examples}."
    return FieldValueError(field.name, text, message, hint)


def _parse_choice(text: str, field: Field, _now: datetime) -> str:
    if text in field.values:
        return text
    for value in field.values:
        if value.casefold() == text.casefold():
            return value
    raise FieldValueError.of_choice(field, text, field.values)


def _parse_priority(text: str, field: Field, _now: datetime) -> str:
    if match := re.fullmatch(_PRIORITY, text):
        if int(match[1]) < len(field.values):
            return match[1]
    else:
        names = [name.casefold() for name in field.values]
        if text.casefold() in names:
            return str(names.index(text.casefold()))
    allowed = (*(str(number) for number in range(len(field.values))), *field.values)
    raise FieldValueError.of_choice(field, text, allowed)


def _parse_ticket(text: str, field: Field, _now: datetime) -> str:
    if text.startswith(("-", ".")) or any(c in "/\\" or c.isspace() for c in text):
        message = f"invalid {field.name} {quoted(text)}. Must be the id of a ticket"
        raise FieldValueError(field.name, text, message)
    return text


def _read_string(raw: str) -> str | None:
    return raw or None


def _read_integer(raw: str) -> int | None:
    return int(raw) if re.fullmatch(_INTEGER, raw) else None


def _read_number(raw: str) -> float | None:
    return float(raw) if re.fullmatch(_NUMBER, raw) else None


def _read_boolean(raw: str) -> bool | None:
    word = raw.lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _read_priority(raw: str) -> int | None:
    match = re.fullmatch(_PRIORITY, raw)
    return int(match[1]) if match else None


def _read_date(raw: str) -> date | None:
    try:
        return dates.read_date(raw, _NO_TIME) if raw[:1].isdigit() else None
    except dates.DateError:
        return None


def _read_datetime(raw: str) -> datetime | None:
    try:
        return dates.read_time(raw, _NO_TIME) if raw[:1].isdigit() else None
    except dates.DateError:
        return None


def _read_moment(raw: str) -> date | datetime | None:
    return _read_date(raw) or _read_datetime(raw)


# Only texts that begin with a digit are read; they do not depend on the present time.
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
_CHOOSERS = frozenset({"enum", "priority", "resolution", "status", "type"})

FIELD_TYPES = {
    "boolean": FieldType(_parse_boolean, _read_boolean, "`true` or `false`"),
    "date": FieldType(_parse_date, _read_date, "a day: 2026-12-24, friday, +7d"),
    "datetime": FieldType(_parse_datetime, _read_datetime, "a moment, kept in UTC"),
    "enum": FieldType(_parse_choice, _read_string, "one of the values named"),
    "integer": FieldType(_parse_integer, _read_integer, "a whole number of up to 18 digits"),
    "list": FieldType(_parse_string, _read_string, "several strings"),
    "moment": FieldType(_parse_moment, _read_moment, "a day, or a moment in UTC"),
    "number": FieldType(_parse_number, _read_number, "a number, e.g. 0.5"),
    "person": FieldType(_parse_string, _read_string, "a name, or `Name <mail>`"),
    "priority": FieldType(_parse_priority, _read_priority, "0 to 4, P0 to P4, or a name"),
    "resolution": FieldType(_parse_choice, _read_string, "a configured resolution"),
    "status": FieldType(_parse_choice, _read_string, "a configured status"),
    "string": FieldType(_parse_string, _read_string, "one line of text"),
    "text": FieldType(_parse_text, _read_string, "text of several lines"),
    "ticket": FieldType(_parse_ticket, _read_string, "the id of a ticket"),
    "type": FieldType(_parse_choice, _read_string, "a configured type"),
}
