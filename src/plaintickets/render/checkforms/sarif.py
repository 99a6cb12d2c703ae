"""SARIF 2.1.0, the OASIS format for analysis results, which GitHub's code scanning and editors read.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plaintickets.core.checks.reported import LEVELS, fingerprints
from plaintickets.render import safe
from plaintickets.render.jsonform import dumps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.checks.reported import Checked, Reported

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")


def render(found: Sequence[Reported], checked: Checked) -> str:
    """Return a log of one run: the violated rules and their places."""
    rules: dict[str, list[Reported]] = {}
    for one in found:
        rules.setdefault(one.code, []).append(one)
    numbers = {code: number for number, code in enumerate(rules)}
    names = fingerprints(found)
    driver = {
        "name": "plaintickets",
        "version": checked.version,
        **_information(found),
        "rules": [*map(_rule, rules.values())],
    }
    run = {
        "tool": {"driver": driver},
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top level of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, checked, numbers[one.code], name) for one, name in zip(found, names, strict=True)],
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _information(found: Sequence[Reported]) -> dict[str, str]:
    """Return the page that describes the rules, if one is known."""
    pages = (one.page.partition("#")[0] for one in found if one.page.startswith("https://"))
    return {"informationUri": page} if (page := next(pages, "")) else {}


def _rule(broken: list[Reported]) -> dict[str, object]:
    first = broken[0]
    summary = first.summary or first.message
    level = min((one.level for one in broken), key=LEVELS.index)
    link = {"helpUri": first.page} if first.page.startswith("https://") else {}
    more = f" See {first.page}" if first.page else f" See `{first.manual}`." if first.manual else ""
    return {
        "id": first.code,
        "shortDescription": _text(summary),
        "fullDescription": _text(summary),
        "help": _text(summary + more),
        **link,
        "defaultConfiguration": {"level": level},
    }


def _result(one: Reported, checked: Checked, rule: int, fingerprint: str) -> dict[str, object]:
    place: dict[str, object] = {"artifactLocation": {"uri": uri(one.path or checked.store), "uriBaseId": _ROOT}}
    if one.path and one.line:
        place["region"] = {"startLine": one.line}
    remedy = f"\n{one.remedy}" if one.remedy else ""
    return {
        "ruleId": one.code,
        "ruleIndex": rule,
        "level": one.level,
        "message": _text(one.message + remedy),
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"plaintickets/v1": fingerprint},
    }


def _text(text: str) -> dict[str, str]:
    return {"text": safe.block(text)}


def uri(path: str) -> str:
    """Return a relative path as a URI reference; surrogate escapes become the original bytes."""
    octets = path.encode("utf-8", "surrogateescape")
    return "".join(chr(octet) if octet in _UNRESERVED else f"%{octet:02X}" for octet in octets)
