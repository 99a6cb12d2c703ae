"""Check a parsed configuration file, and apply it to the settings in force without it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plaintickets.core.builtinfields import BUILTIN_FIELDS
from plaintickets.core.config import DEFAULT, Config, attribute_of
from plaintickets.core.config_problems import MOST_PROBLEMS, Findings, Where
from plaintickets.core.configscalars import SCALARS
from plaintickets.core.quoting import quoted
from plaintickets.core.settings import SETTINGS, SHAPES
from plaintickets.core.settings.model import STORE
from plaintickets.core.suggestions import nearest

FOREIGN = "config-foreign"
WITH_SOURCES = (
    *(
        "calendars",
        "dashboards",
        "intake",
        "limits",
        "notify",
        "people",
        "policy",
        "queries",
        "queues",
        "recurring",
        "routes",
        "rules",
    ),
    *("services", "sla", "triage.rules"),
)
"""The settings whose entries have a source each, for the messages of what uses them."""
LISTED = ("policy", "routes", "rules", "sla", "triage.rules")
"""Those of them that are lists."""

_WITH_NAMES = {"limits", "statuses", "types", "fields", "pipelines", "approvals.dismissed_by"}

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from plaintickets.core.problem import Problem
    from plaintickets.core.settings.model import Layer, Setting
    from plaintickets.core.ticket import Value


def build(
    tree: Mapping[str, Value],
    positions: Mapping[Where, int],
    path: str,
    *,
    base: Config = DEFAULT,
    layer: Layer = "store",
) -> tuple[Config, list[Problem]]:
    """Return the configuration of `base` with the file's settings over it, and the problems.

    `positions` gives the line of each key and list item. A setting with a problem keeps the value of `base`. The
    problems are in the order of their lines.
    """
    findings = Findings(path, positions)
    if _is_foreign(tree):
        keys = ", ".join(quoted(key) for key in [*tree][:3])
        message = (
            f"these are the settings of another tool, so they are ignored: `tk` knows none of the keys, such as {keys}"
        )
        findings.add((next(iter(tree)),), FOREIGN, message)
        return base, findings.problems
    settings = _flat(tree, findings, layer)
    for key in [key for key in settings if key in base.sources and SETTINGS[key].layers == STORE]:
        message = f"{key} is set in {base.sources[key]} too; keep it in one of the two files"
        findings.add(settings.pop(key)[0], "config-duplicate", message)
    values: dict[str, Any] = {}
    sources = dict(base.sources)
    for key, (where, raw) in settings.items():
        setting = SETTINGS[key]
        value: Any = _reader(setting)(findings, where, raw, setting)
        if value is None:
            continue
        _enter(key, value, values, base)
        sources.update(_sources(findings, key, where, values))
    config = base._replace(**values, sources=sources)
    if config.has_guards:
        from plaintickets.core.servicedesk import guard_settings

        config = config._replace(sources={**guard_settings.sources(config, findings), **sources})
    config = _settle_defaults(config, findings, frozenset(settings))
    if settings.keys() & _WITH_NAMES:
        _check_names(config, findings)
        _check_limits(config, findings)
    if "trailers_closing" in values:
        where = settings["trailers.closing"][0]
        for word, resolution in config.trailers_closing.items():
            if resolution and resolution not in config.resolutions:
                findings.unknown((*where, word), "resolution", resolution, config.resolutions)
    return config, sorted(findings.problems, key=lambda problem: problem.line)


def _sources(findings: Findings, key: str, where: Where, values: Mapping[str, Any]) -> dict[str, str]:
    """Return where a setting stands, and where each of its entries does that others may name."""
    if key == "aliases" and key not in values:
        return {"other_names": findings.source(where)}
    found = {key: findings.source(where)}
    if key in WITH_SOURCES:
        entries = values["people_details" if key == "people" else attribute_of(key)]
        spots = range(len(entries)) if key in LISTED else entries
        found |= {f"{key}.{name}": findings.source((*where, at)) for name, at in zip(entries, spots, strict=True)}
    return found


def _enter(key: str, value: Any, values: dict[str, Any], base: Config) -> None:
    """Enter a checked value under its attribute of `Config`."""
    if key == "aliases" and isinstance(value, tuple):
        key = "other_names"
    if key == "other_names":
        value = (*values.get(key, ()), *value)
    if key == "people":
        value, values["people_details"] = value
    values[attribute_of(key)] = {**base.queries, **value} if key == "queries" else value


def _reader(setting: Setting) -> Callable[[Findings, Where, Value, Setting], Any]:
    """Return the check of a setting's value."""
    if setting.shape in SHAPES:
        return SHAPES[setting.shape].read
    return _read_names if setting.shape == "names" else SCALARS[setting.shape]


def _read_names(findings: Findings, where: Where, raw: Value, setting: Setting) -> tuple[str, ...] | None:
    return findings.names(where, raw, plain=setting.key not in ("approvals.committers", "ignore", "other_names"))


def overlay(config: Config, texts: Mapping[str, str]) -> tuple[Config, list[Problem]]:
    """Return the configuration with the settings of an environment over it, and the problems.

    `texts` maps variables such as `TK_COMMIT_MODE` to texts. Empty texts and variables of no setting are ignored.
    """
    problems: list[Problem] = []
    for setting in SETTINGS.values():
        variable = next((name for name in setting.variables if texts.get(name)), None)
        if variable is None:
            continue
        findings = Findings(variable, {})
        raw = texts[variable]
        value = SCALARS[setting.shape](findings, (setting.key,), raw, setting)
        problems += findings.problems
        if value is not None:
            config = config.override(setting.key, value, variable)
    return config, problems


def _is_foreign(tree: Mapping[str, Value]) -> bool:
    """Return whether a file is not one of `tk`: it has keys, but none is known and few are similar to known ones."""
    known = {key.split(".")[0] for key in SETTINGS} | SETTINGS.keys()
    if not 2 <= len(tree) < MOST_PROBLEMS or any(key in known for key in tree):
        return False
    return 2 * sum(bool(nearest(key, known)) for key in tree) < len(tree)


def _flat(tree: Mapping[str, Value], findings: Findings, layer: Layer) -> dict[str, tuple[Where, Value]]:
    """Return the settings of the file by dotted key; record problems for unknown ones."""
    groups = {key.split(".")[0] for key in SETTINGS if "." in key}
    found: list[tuple[str, Where, Value]] = []
    for key, raw in tree.items():
        if key in groups:
            entries = findings.mapping((key,), raw) or {}
            found += [(f"{key}.{name}", (key, name), value) for name, value in entries.items()]
        else:
            found.append((key, (key,), raw))
    known: dict[str, tuple[Where, Value]] = {}
    for key, where, raw in found:
        if key not in SETTINGS:
            findings.unknown(where, "key", key, _allowed(layer, groups, where))
        elif layer not in SETTINGS[key].layers:
            file = "the settings of the user" if layer == "store" else "the store's config.yml"
            findings.add(where, "config-layer", f"{key} can only be set in {file}")
        elif key in known:
            findings.add(where, "config-duplicate", f"{key} is set twice")
        elif raw != "":
            known[key] = (where, raw)
    return known


def _allowed(layer: Layer, groups: set[str], where: Where) -> tuple[str, ...]:
    """Return the allowed keys at the place of an unknown one."""
    keys = [key for key, setting in SETTINGS.items() if layer in setting.layers]
    if len(where) > 1 or "." in str(where[0]):
        group = str(where[0]).split(".")[0]
        return tuple(key for key in keys if "." in key and key.split(".")[0] == group) or (*keys,)
    used = {key.split(".")[0] for key in keys}
    return tuple(sorted(used & groups | {key for key in keys if "." not in key}))


def _settle_defaults(config: Config, findings: Findings, given: frozenset[str]) -> Config:
    """Return the configuration with an existing default type and priority."""
    types = tuple(known.name for known in config.types)
    if config.default_type not in types:
        if "default_type" in given:
            findings.unknown(("default_type",), "type", config.default_type, types)
        config = config._replace(default_type=types[0])
    if isinstance(config.default_priority, str):
        names = config.priorities
        if config.default_priority in names:
            config = config._replace(default_priority=names.index(config.default_priority))
        else:
            findings.unknown(("default_priority",), "priority", config.default_priority, names)
            config = config._replace(default_priority=len(names) // 2)
    if config.default_priority >= len(config.priorities):
        if "default_priority" in given:
            message = f"default_priority must be below {len(config.priorities)}"
            findings.add(("default_priority",), "config-value", message)
        config = config._replace(default_priority=len(config.priorities) // 2)
    return config


def _check_limits(config: Config, findings: Findings) -> None:
    """Record limits of statuses that are not defined."""
    for name in config.limits:
        if name not in config.status_names:
            findings.unknown(("limits", name), "status", name, config.status_names)


def _check_names(config: Config, findings: Findings) -> None:
    """Record statuses and fields that are used but not defined."""
    names = frozenset(config.status_names)
    for status in config.statuses:
        for index, name in enumerate(status.transitions or ()):
            if name not in names:
                where = ("statuses", status.name, "transitions", index)
                findings.unknown(where, "status", name, config.status_names)
    fields = dict.fromkeys((*(field.name for field in config.fields), *BUILTIN_FIELDS))
    for kind in config.types:
        for key in ("required", "required_to_close", "offered"):
            for index, name in enumerate(getattr(kind, key)):
                if name not in fields:
                    findings.unknown(("types", kind.name, key, index), "field", name, fields)
    if config.has_guards or config.approvals_dismissed_by:
        from plaintickets.core.servicedesk.guard_settings import check_names

        check_names(config, findings)
