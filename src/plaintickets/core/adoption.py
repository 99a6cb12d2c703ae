"""Settings that let a store made by hand or by another tool pass `tk check`.

The values come from the tickets. Names that the settings cannot hold are left to the levels of rules.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from plaintickets.core.checks.rules import RULES
from plaintickets.core.config import Status, TicketType
from plaintickets.core.config_problems import MOST_NAMES, Findings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from plaintickets.core.checks.finding import Finding
    from plaintickets.core.checks.rule import Level
    from plaintickets.core.config import Config, Kind
    from plaintickets.core.config_problems import Where
    from plaintickets.core.ticket import Ticket

DOCUMENT = "no-front-matter"
# Problems that a person must look at, whichever tool wrote the tickets.
KEPT = ("recorded-conflict", "suspicious-text")
_CLASSES: dict[Kind, str] = {
    "done": "abandoned archived cancelled canceled closed complete completed deployed done dropped duplicate finished "
    "fixed invalid merged obsolete rejected released resolved shipped superseded verified wontfix",
    "waiting": "blocked deferred hold icebox on_hold parked paused pending someday stalled waiting",
    "active": "active doing in_progress in_review in_test ongoing progress review started testing wip working",
}
_KINDS: dict[str, Kind] = {word: kind for kind, words in _CLASSES.items() for word in words.split()}


PARTS = ("statuses", "types", "check_rules", "ignore")
"""What of a configuration is proposed."""


def proposed(found: Iterable[tuple[Finding, Level]], tickets: Collection[Ticket], config: Config) -> Config:
    """Return the settings without the errors found, as far as settings can remove them.

    A second check with the new settings may find more.
    """
    errors = [finding for finding, level in found if level == "error"]
    codes = {finding.code for finding in errors}
    statuses, types = config.statuses, config.types
    if "unknown-status" in codes:
        statuses = _joined(statuses, [ticket.status for ticket in tickets], _status)
    if "unknown-type" in codes:
        types = _joined(types, [ticket.type for ticket in tickets], TicketType)
    named = {"unknown-status"} if statuses != config.statuses else set()
    named |= {"unknown-type"} if types != config.types else set()
    open_to_change = {code for code, rule in RULES.items() if not rule.fixed}.difference(KEPT)
    rules = sorted((codes & open_to_change) - named)
    leads = tuple({ticket.id.rpartition("-")[0] + "-" for ticket in tickets if "-" in ticket.id})
    documents = {finding.path for finding in errors if finding.code == DOCUMENT}
    ignore = sorted(path for path in documents if not path.rpartition("/")[2].startswith(leads) and _is_pattern(path))
    return config._replace(
        statuses=statuses,
        types=types,
        check_rules={**config.check_rules, **dict.fromkeys(rules, "warning")},
        ignore=(*config.ignore, *ignore)[:MOST_NAMES],
    )


def _status(name: str) -> Status:
    """Return a status with the class that its name suggests, else `open`."""
    word = name.casefold().replace("-", "_")
    kinds = [_KINDS[part] for part in (word, *word.split("_")) if part in _KINDS]
    kind: Kind = kinds[0] if kinds else "open"
    return Status(name, kind)


def _joined(known: tuple[Any, ...], used: list[str], make: Any) -> tuple[Any, ...]:
    """Return the known entries and those that tickets use.

    A used name replaces a known one that differs only in letter case, if no ticket uses the known one.
    """
    findings = Findings("", {})
    entries = {entry.name.casefold(): entry for entry in known}
    used_names = set(used)
    for name in sorted(used_names - {entry.name for entry in known}):
        folded = name.casefold()
        there = entries.get(folded)
        if not findings.is_name((), name) or (there is not None and there.name in used_names):
            continue
        if there is None and len(entries) >= MOST_NAMES:
            continue
        entries[folded] = make(name) if there is None else there._replace(name=name)
    return tuple(entries.values())


def _is_pattern(path: str) -> bool:
    """Tell whether a list of patterns can hold a path."""
    findings = Findings("", {})
    return "*" not in path and findings.text((), path) == path


def lines(config: Config, wanted: Config) -> list[str]:
    """Return the settings that differ from the wanted ones as lines of `config.yml`, each setting whole."""
    return [line for section in _sections(config, wanted) for line in section]


def _sections(config: Config, wanted: Config) -> Iterator[list[str]]:
    if wanted.statuses != config.statuses:
        yield ["statuses:", *(line for status in wanted.statuses for line in _status_lines(status))]
    if wanted.types != config.types:
        yield ["types:", *(line for kind in wanted.types for line in _type_lines(kind))]
    if wanted.check_rules != config.check_rules:
        yield ["check.rules:", *(f"  {code}: {level}" for code, level in wanted.check_rules.items())]
    if wanted.ignore != config.ignore:
        yield ["ignore:", *(f"  - {_text(path)}" for path in wanted.ignore)]


def _status_lines(status: Status) -> Iterator[str]:
    if status.transitions is None and not status.description:
        yield f"  {status.name}: {status.kind}"
        return
    yield f"  {status.name}:"
    yield f"    class: {status.kind}"
    if status.description:
        yield f"    description: {_text(status.description)}"
    if status.transitions is not None:
        yield f"    transitions: [{', '.join(status.transitions)}]"


def _type_lines(kind: TicketType) -> Iterator[str]:
    lists = {name: value for name, value in kind._asdict().items() if isinstance(value, tuple) and value}
    if not lists:
        yield f"  {kind.name}: {_text(kind.description) if kind.description else ''}".rstrip()
        return
    yield f"  {kind.name}:"
    if kind.description:
        yield f"    description: {_text(kind.description)}"
    for name, items in lists.items():
        yield f"    {name}: [{', '.join(map(_text, items))}]"


def _text(text: str) -> str:
    """Return a text as YAML: plain where it can only be read as that text, else in double quotes."""
    is_plain = text.replace(" ", "a").replace("-", "a").replace(".", "a").replace("_", "a").isalnum()
    return text if is_plain and text[0].isalpha() and text == text.strip() else json.dumps(text, ensure_ascii=False)


def written(text: str, positions: Mapping[Where, int], config: Config, wanted: Config) -> str:
    """Return the text of a `config.yml` with the wanted settings, replacing the old ones.

    `positions` gives the line of each key in the text. A setting with comments inside is not changed.
    """
    rows = text.rstrip("\n").split("\n") if text else []
    tops = sorted(line for where, line in positions.items() if len(where) == 1)
    added: list[str] = []
    for section in sorted(_sections(config, wanted), key=lambda section: -positions.get((section[0][:-1],), 0)):
        start = positions.get((section[0][:-1],), 0)
        if not start:
            added += ["", *section]
            continue
        end = next((line for line in tops if line > start), len(rows) + 1) - 1
        while end > start and rows[end - 1].strip()[:1] in ("", "#") and rows[end - 1][:1] != " ":
            end -= 1
        if not any("#" in row for row in rows[start - 1 : end]):
            rows[start - 1 : end] = section
    return "\n".join([*rows, *added]).lstrip("\n") + "\n"
