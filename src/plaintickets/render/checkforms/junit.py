"""JUnit's XML, which GitLab, Jenkins and most CI servers show as a list of tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.checks.reported import Checked, Reported

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;"})
# Characters that XML 1.0 cannot contain; safe.line has already escaped the control characters.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render(found: Sequence[Reported], checked: Checked) -> str:
    """Return a failed test for each error, a passed one for each other finding, one passed test if there is none."""
    failures = sum(one.level == "error" for one in found)
    cases = [case for one in _named(found, checked) for case in one] or [
        f'  <testcase classname="tk.check" name="{checked.tickets} tickets"/>'
    ]
    counts = f'tests="{max(len(found), 1)}" failures="{failures}" errors="0"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            "<testsuites>",
            f'<testsuite name="tk check" {counts} time="0">',
            *cases,
            "</testsuite>",
            "</testsuites>",
        ]
    )


def _named(found: Sequence[Reported], checked: Checked) -> list[list[str]]:
    """Yield the lines of each test; a number distinguishes tests of the same place and rule."""
    seen: dict[str, int] = {}
    tests = []
    for one in found:
        name = f"{one.path or checked.store}: {one.message}"
        seen[name] = seen.get(name, 0) + 1
        tests.append(_test(one, f"{name} ({seen[name]})" if seen[name] > 1 else name))
    return tests


def _test(one: Reported, name: str) -> list[str]:
    place = f"{one.path}:{one.line}" if one.line else one.path
    parts = (place, one.message, one.remedy, one.summary, one.documentation)
    text = "\n".join(safe.line(part) for part in parts if part)
    head = f'  <testcase classname="tk.check.{_attribute(one.code)}" name="{_attribute(name)}" time="0">'
    if one.level == "error":
        inner = f'    <failure type="{_attribute(one.code)}" message="{_attribute(one.message)}">{_xml(text)}</failure>'
    else:
        inner = f"    <system-out>{_xml(f'{one.level}: {text}')}</system-out>"
    return [head, inner, "  </testcase>"]


def _attribute(text: str) -> str:
    return _xml(safe.line(text))


def _xml(text: str) -> str:
    return _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text).translate(_ESCAPES)
