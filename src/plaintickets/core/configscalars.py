"""The check of one plain setting, by its shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.core.quoting import quoted
from plaintickets.core.settings.model import TEMPLATE_WORDS
from plaintickets.core.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.core.config_problems import Findings, Where
    from plaintickets.core.settings.model import Setting
    from plaintickets.core.ticket import Value

_NUMBER = r"[0-9]{1,2}"
_SIZE = r"([0-9]{1,12}) ?(KiB|MiB)?"
_PREFIX = r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,30}[A-Za-z0-9])?"
_TRAILER = r"[A-Za-z0-9][A-Za-z0-9-]{0,39}"
_BRACES = r"\{([^{}]*)\}"
_UNITS = {None: 1, "KiB": 1024, "MiB": 1024 * 1024}
SMALLEST_FILE = 1024
LARGEST_FILE = 16 * 1024 * 1024


def read_boolean(findings: Findings, where: Where, raw: Value, _: Setting) -> bool | None:
    """Return a truth value."""
    return findings.boolean(where, raw)


def read_choice(findings: Findings, where: Where, raw: Value, setting: Setting) -> str | None:
    """Return one of the setting's choices."""
    return findings.choice(where, raw, setting.choices)


def read_prefix(findings: Findings, where: Where, raw: Value, setting: Setting) -> str | None:
    """Return a text that ids may begin with."""
    found = findings.text(where, raw)
    wrong = None if found is None else misfit_of_prefix(setting.key, found)
    if wrong is None:
        return found
    findings.add(where, "config-value", wrong)
    return None


def misfit_of_prefix(name: str, text: str) -> str | None:
    """Return why ids cannot begin with a text, which `name` names; None if they can."""
    if re.fullmatch(_PREFIX, text):
        return None
    return f"{name} cannot be {quoted(text)}: letters, digits, and between them - _ .; 32 at most"


def read_number(findings: Findings, where: Where, raw: Value, _: Setting) -> int | str | None:
    """Return a number of one or two digits, or a name in place of it."""
    found = findings.text(where, raw)
    if found is None or not re.fullmatch(_NUMBER, found):
        return found
    return int(found)


def read_size(findings: Findings, where: Where, raw: Value, setting: Setting) -> int | None:
    """Return a number of bytes from 1 KiB to 16 MiB."""
    found = findings.text(where, raw)
    if found is None:
        return None
    match = re.fullmatch(_SIZE, found)
    size = int(match[1]) * _UNITS[match[2]] if match else 0
    if SMALLEST_FILE <= size <= LARGEST_FILE:
        return size
    message = f"{setting.key} cannot be {quoted(found)}. Must be 1 KiB to 16 MiB, e.g. 2 MiB"
    findings.add(where, "config-value", message)
    return None


def read_text(findings: Findings, where: Where, raw: Value, setting: Setting) -> str | None:
    """Return one line of text; for a trailer, one that git takes as its name."""
    found = findings.text(where, raw)
    if found and setting.key == "commit.trailer" and not re.fullmatch(_TRAILER, found):
        message = f"commit.trailer cannot be {quoted(found)}: letters, digits and `-`, e.g. Ticket"
        findings.add(where, "config-value", message)
        return None
    return found


def read_template(findings: Findings, where: Where, raw: Value, setting: Setting) -> str | None:
    """Return a line whose words in braces are known ones; there are no other braces."""
    found = findings.text(where, raw)
    if found is None:
        return None
    bad = [word for word in re.findall(_BRACES, found) if word not in TEMPLATE_WORDS]
    if bad:
        known = " ".join(f"{{{word}}}" for word in TEMPLATE_WORDS)
        hint = did_you_mean(bad[0], TEMPLATE_WORDS)
        message = f"{setting.key} cannot hold {quoted('{' + bad[0] + '}')}. Known: {known}"
        findings.add(where, "config-value", f"{message}. {hint}" if hint else message)
        return None
    if re.search(r"[{}]", re.sub(_BRACES, "", found)):
        findings.add(where, "config-value", f"{setting.key} holds a brace without its partner")
        return None
    return found


SCALARS: dict[str, Callable[[Findings, Where, Value, Setting], str | int | bool | None]] = {
    "boolean": read_boolean,
    "choice": read_choice,
    "name": read_prefix,
    "number": read_number,
    "size": read_size,
    "template": read_template,
    "text": read_text,
}
