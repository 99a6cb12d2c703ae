"""Recognise unquoted texts that other YAML readers take for a number, a date, a boolean or nothing."""

from __future__ import annotations

import re

# The resolvers of YAML 1.1 (with its `y`, sexagesimal and octal numbers) and of the core schema of YAML 1.2.
_TYPED = re.compile(
    r"(?:~|null|true|false|yes|no|on|off|y|n|=|<<"
    r"|[-+]?\.(?:inf|nan|_+)"
    r"|[-+]?0(?:b[01_]+|o[0-7_]+|x[0-9a-f_]+)"
    r"|(?=[-+]?\.?[0-9])[-+]?[0-9_]*(?::[0-9_]+)*\.?[0-9_]*(?:e[-+]?[0-9]+)?"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt \t].*)?)\Z",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
# Values of custom fields that may stay unquoted: a number, a truth value, a date or a moment.
_CANONICAL = re.compile(
    r"(?:true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9:]{8}Z)?)\Z"
)
# Keys whose values are moments or numbers in the format, and keys whose values are always text.
_NO_TEXT = frozenset(("closed", "created", "date", "due", "priority", "rating", "snoozed"))
_TEXT = frozenset(
    (
        *(
            "affects",
            "aliases",
            "assignee",
            "author",
            "component",
            "concerns",
            "customer",
            "deps",
            "duplicate-of",
            "estimate",
        ),
        *("external-ref", "id", "impact", "links", "milestone", "parent", "queue", "reporter", "resolution"),
        *("service", "severity", "status", "tags", "title", "type", "urgency", "waiting_on", "watchers"),
    )
)


def is_typed(text: str) -> bool:
    """Tell whether a YAML 1.1 or 1.2 reader takes the unquoted text for anything but a string."""
    return _TYPED.match(text) is not None


def needs_quotes(key: str, text: str) -> bool:
    """Tell whether the value of a key needs quotes for every reader to read it as text."""
    if key in _NO_TEXT or not is_typed(text):
        return False
    return key in _TEXT or _CANONICAL.match(text) is None
