"""What changed in the settings of a store between two states, key by key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from plaintickets.core.basesettings import changed_keys
from plaintickets.core.config import Config, Silence, attribute_of
from plaintickets.core.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.core.problem import Problem

    Plain: TypeAlias = "str | int | bool | list[str] | None"

SET = "set"
BROKEN = "broken"
MENDED = "mended"
PROBLEM = "problem"
SOLVED = "solved"

_NAMES = {"kind": "class"}


class SettingsSide(NamedTuple):
    """The readable settings of one state, and their problems."""

    config: Config
    problems: Sequence[Problem]


class SettingChange(NamedTuple):
    """A change in the settings.

    By kind: set: a key with its values, None if it has none; broken, mended: why a whole file cannot be read now, or
    could not before; problem, solved: the same for a part of a file. `file` is the settings file, empty for a value
    that follows from another setting.
    """

    kind: str
    file: str
    key: str = ""
    before: Plain = None
    after: Plain = None


def setting_changes(old: SettingsSide, new: SettingsSide) -> list[SettingChange]:
    """Return the problems of both sides, then the changed keys.

    What an unreadable file sets on the other side is left out, because it may be the same.
    """
    changes = [*_problem_changes(old, new)]
    keys = [setting.key for setting in SETTINGS.values() if "store" in setting.layers]
    for key in changed_keys(old.config, new.config, keys):
        files = [_file(side.config.source(key)) for side in (old, new)]
        if files[0] in _unreadable(new) or files[1] in _unreadable(old):
            continue
        before, after = (_entries(key, getattr(side.config, attribute_of(key))) for side in (old, new))
        changes += [
            SettingChange(SET, files[1] or files[0], name, before.get(name), after.get(name))
            for name in dict.fromkeys((*before, *after))
            if before.get(name) != after.get(name)
        ]
    return changes


def _problem_changes(old: SettingsSide, new: SettingsSide) -> Iterator[SettingChange]:
    """Yield the problems of the new side, then those only of the old side; a changed line number is no difference."""
    before, after = ({(one.path, one.code, one.message): one for one in side.problems} for side in (old, new))
    for key, problem in after.items():
        kind = BROKEN if _is_whole(problem) else PROBLEM
        yield SettingChange(kind, _file(problem.path), "", _reason(before.get(key)), _reason(problem))
    for key, problem in before.items():
        kind, file = MENDED if _is_whole(problem) else SOLVED, _file(problem.path)
        if key not in after and (kind == MENDED or file not in _unreadable(new)):
            yield SettingChange(kind, file, "", _reason(problem))


def _unreadable(side: SettingsSide) -> set[str]:
    return {_file(problem.path) for problem in side.problems if _is_whole(problem)}


def _is_whole(problem: Problem) -> bool:
    """Return whether nothing of the file could be read; the codes of single settings begin with `config-`."""
    return not problem.code.startswith("config-")


def _reason(problem: Problem | None) -> str | None:
    if problem is None:
        return None
    return f"line {problem.line}: {problem.message}" if problem.line else problem.message


def _file(source: str) -> str:
    """Return the name of the file in `FOLDER/FILE:LINE` or `FOLDER/FILE`, empty for a default."""
    return source.rpartition("/")[2].partition(":")[0] if "/" in source else ""


def _entries(key: str, value: Any) -> dict[str, Plain]:
    """Return a setting's value by key; mappings, statuses, types and fields have a key for each entry."""
    if isinstance(value, dict):
        return {name: text for part in value for name, text in _entries(f"{key}.{part}", value[part]).items()}
    if isinstance(value, list):
        return {key: [str(part) for part in value]}
    if not isinstance(value, tuple):
        return {key: None if value == "" else value}
    if all(isinstance(one, str) for one in value):
        return {key: list(value) or None}
    if all(isinstance(one, Silence) for one in value):
        return {key: [f"{one.rule} {one.ticket}: {one.reason}" for one in value]}
    found: dict[str, Plain] = {key: [one.name for one in value]}
    for one in value:
        for name, part in one._asdict().items():
            if name != "name" and part != type(one)._field_defaults.get(name):
                spot = f"{key}.{one.name}.{_NAMES.get(name, name)}"
                found |= _entries(spot, list(part) if isinstance(part, tuple) else part)
    return found
