"""Find automation rules that can never match, that contradict each other, or that fire each other in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.query import And, Compare, Has, Id, Is, No, Node, Not, Or, QueryError, parse
from plaintickets.core.rule_queries.names import SAVED
from plaintickets.core.servicedesk.automation.effects import fields_of, name_of
from plaintickets.core.servicedesk.automation.triggers import TIME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from plaintickets.core.config import Config

NEVER, CONTRADICT, LOOP = "automation-never", "automation-contradiction", "automation-loop"
SINGLE = frozenset(
    ("status", "type", "priority", "assignee", "resolution", "queue", "severity", "component", "milestone")
)
"""Fields of one value, so that two different ones exclude each other."""
MOST_PARTS = 200


class Fault(NamedTuple):
    """Something wrong with a rule: the code of the check, the rule, and what is wrong."""

    code: str
    rule: str
    message: str


def faults(config: Config) -> Iterator[Fault]:
    """Yield what is wrong with the rules of a configuration, in their order."""
    rules = {name: _Known(name, rule, config) for name, rule in config.rules.items()}
    for rule in rules.values():
        reason = rule.never()
        if reason:
            yield Fault(NEVER, rule.name, f"the rule {rule.name} can never match: {reason}")
        for field, one, other in rule.twice():
            yield Fault(CONTRADICT, rule.name, f"the rule {rule.name} sets {field} to {one} and then to {other}")
    ordered = list(rules.values())
    for place, first in enumerate(ordered):
        for second in ordered[place + 1 :]:
            yield from _contradiction(first, second)
    for circle in _circles(ordered):
        path = " -> ".join([*circle, circle[0]])
        yield Fault(
            LOOP,
            circle[0],
            f"these rules fire each other: {path}" if len(circle) > 1 else f"the rule {circle[0]} fires itself",
        )


class _Known:
    """A rule with what can be known of it without a ticket."""

    def __init__(self, name: str, rule: Mapping[str, Any], config: Config) -> None:
        self.name = name
        self.on: list[str] = rule["on"]
        self.effects: list[dict[str, Any]] = rule["do"]
        self._config = config
        try:
            text = SAVED.sub(lambda match: f"({config.queries.get(match[1], 'id:*')})", rule["if"])
            self.root: Node = parse(text, None).root
        except QueryError:
            self.root = And(())
        self.parts = frozenset(_conjuncts(self.root))
        self.after = list(self._after())
        self.values = {field: value for effect in self.effects for field, value in _all(effect)}
        self.stops = any(name_of(effect) == "stop" for effect in self.effects)
        self.is_timed, self.is_on_change = TIME in self.on, bool(set(self.on) - {TIME})

    def never(self) -> str:
        """Return why no ticket can match, empty if one may."""
        wanted = _conjuncts(self.root)
        if why := _impossible(self.root, self._excludes):
            return why
        for trigger in self.on if len(self.on) == 1 else ():
            name, _, value = trigger.partition(":")
            status = {"closed": Is("closed"), "reopened": Is("open"), "status": _is("status", value) if value else None}
            after = status.get(name)
            for part in wanted if after is not None else ():
                if after is not None and self._excludes(after, part):
                    return f"`on: {trigger.replace(':', ': ')}` excludes {_words(part)}"
        return ""

    def twice(self) -> Iterator[tuple[str, str, str]]:
        """Yield each field that the rule sets to two values, and each tag that it adds and removes."""
        seen: dict[str, str] = {}
        for effect in self.effects:
            for field, value in (*_fixed(effect).items(), *((f"tag {tag}", change) for tag, change in _tags(effect))):
                if field in seen and seen[field] != value:
                    yield field, seen[field], value
                seen[field] = value

    def fires(self, other: _Known) -> bool:
        """Tell whether what this rule does can fire another one."""
        if not other.is_on_change:
            return self.is_timed and other.is_timed and self._makes_match(other)
        effects = [effect for effect in self.effects if other is not self or not _is_settled(effect)]
        is_heard = any(self._triggers(effect, trigger) for effect in effects for trigger in other.on)
        return is_heard and not self._excludes_any(other)

    def _excludes_any(self, other: _Known) -> bool:
        return any(self._excludes(after, part) for after in self.after for part in other.parts)

    def _triggers(self, effect: Mapping[str, Any], trigger: str) -> bool:
        name, _, wanted = trigger.partition(":")
        kind = name_of(effect)
        if kind == "create":
            return name == "created"
        if kind == "comment":
            return name == "commented" and not wanted
        if kind == "status" and name in {"status", "closed", "reopened"}:
            is_done = self._config.is_done(effect["status"])
            return {"closed": is_done, "reopened": not is_done}.get(name, not wanted or wanted == effect["status"])
        changed = {
            *fields_of(effect),
            *({"tags"} if kind in {"tag", "untag"} else ()),
            *({"links"} if kind == "link" else ()),
        }
        return name == "changed" and bool(changed) and (not wanted or wanted in changed)

    def _after(self) -> Iterator[Node]:
        """Yield what holds of a ticket after the rule."""
        if any(name_of(effect) == "create" for effect in self.effects):
            return
        for effect in self.effects:
            for field, value in _fixed(effect).items():
                yield _is(field, value)
            for tag, change in _tags(effect):
                yield _is("tags", tag) if change == "added" else Not(_is("tags", tag))

    def _makes_match(self, other: _Known) -> bool:
        """Tell whether the rule makes something true that the query of another one asks for."""
        return any(one in other.parts for one in self.after) and not self._excludes_any(other)

    def _excludes(self, one: Node, other: Node) -> bool:
        """Tell whether two conditions cannot hold of one ticket."""
        if (isinstance(one, Not) and one.part == other) or (isinstance(other, Not) and other.part == one):
            return True
        for first, second in ((one, other), (other, one)):
            if isinstance(first, Is) and isinstance(second, Is):
                if {first.word, second.word} in ({"open", "closed"}, {"active", "waiting"}, {"ready", "blocked"}):
                    return True
                if first.word == "closed" and second.word in {"active", "waiting", "ready", "blocked", "overdue"}:
                    return True
            if isinstance(first, Is) and isinstance(second, Compare) and second.field == "status":
                kinds = {self._class(value.text) for value in second.values} if second.op == "=" else set()
                fitting = {"closed": {"done"}, "active": {"active"}, "waiting": {"waiting"}}
                if kinds and not kinds & fitting.get(first.word, {"open", "active", "waiting"}):
                    return True
            is_of_field = isinstance(first, No) and isinstance(second, Has | Compare) and second.field == first.field
            if is_of_field and (isinstance(second, Has) or (isinstance(second, Compare) and second.op == "=")):
                return True
        return _excluding_values(one, other)

    def _class(self, name: str) -> str:
        known = self._config.status(name)
        return known.kind if known is not None else "open"


def _excluding_values(one: Node, other: Node) -> bool:
    if not (isinstance(one, Compare) and isinstance(other, Compare)) or one.field != other.field:
        return False
    if any(value.is_glob for node in (one, other) for value in node.values):
        return False
    first, second = ({value.text.casefold() for value in node.values} for node in (one, other))
    if {one.op, other.op} == {"=", "!="}:
        return first <= second if one.op == "=" else second <= first
    return one.op == other.op == "=" and one.field in SINGLE and not first & second and not _are_numbers(one)


def _are_numbers(node: Compare) -> bool:
    """Tell whether values may be equal although their texts differ, as `1` and `high` are."""
    return node.field == "priority"


def _impossible(node: Node, excludes: Callable[[Node, Node], bool]) -> str:
    """Return why nothing matches a part of a query, empty if something may."""
    if isinstance(node, Or):
        reasons = [_impossible(part, excludes) for part in node.parts]
        return reasons[0] if reasons and all(reasons) else ""
    if not isinstance(node, And):
        return ""
    parts = node.parts[:MOST_PARTS]
    for place, first in enumerate(parts):
        for second in parts[place + 1 :]:
            if excludes(first, second):
                return f"{_words(first)} excludes {_words(second)}"
    return next((why for part in parts if (why := _impossible(part, excludes))), "")


def _conjuncts(root: Node) -> tuple[Node, ...]:
    return root.parts if isinstance(root, And) else (root,)


def _is(field: str, value: str) -> Compare:
    from plaintickets.core.query import Value

    return Compare(field, "=", (Value(value),))


def _fixed(effect: Mapping[str, Any]) -> dict[str, str]:
    return {field: value for field, value in fields_of(effect).items() if isinstance(value, str)}


def _is_settled(effect: Mapping[str, Any]) -> bool:
    """Tell whether an effect changes nothing if it is performed again."""
    return name_of(effect) not in {"comment", "create"} and None not in fields_of(effect).values()


def _tags(effect: Mapping[str, Any]) -> list[tuple[str, str]]:
    name = name_of(effect)
    change = {"tag": "added", "untag": "removed"}.get(name)
    return [(tag, change) for tag in effect[name]] if change else []


def _words(node: Node) -> str:
    """Return a condition as a query writes it."""
    if isinstance(node, Not):
        return f"-{_words(node.part)}"
    if isinstance(node, Is):
        return f"is:{node.word}"
    if isinstance(node, Compare):
        sign = {"=": ":"}.get(node.op, node.op)
        return f"{node.field}{sign}{','.join(value.text for value in node.values)}"
    if isinstance(node, Has | No):
        return f"{type(node).__name__.lower()}:{node.field}"
    return f"id:{node.glob.text}" if isinstance(node, Id) else "a part of the query"


def _contradiction(first: _Known, second: _Known) -> Iterator[Fault]:
    """Yield fields that two rules set to different values for the same change of the same tickets."""
    if first.stops or not first.values.keys() & second.values.keys() or not set(first.on) & set(second.on):
        return
    if not (first.parts <= second.parts or second.parts <= first.parts):
        return
    for field, ours in first.values.items():
        theirs = second.values.get(field, ours)
        if ours != theirs:
            message = f"{first.name} sets {field} to {ours}, and {second.name} sets it to {theirs}"
            yield Fault(CONTRADICT, second.name, f"{message}, for the same change of the same tickets")


def _all(effect: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [*_fixed(effect).items(), *((f"tag {tag}", change) for tag, change in _tags(effect))]


def _circles(rules: list[_Known]) -> list[list[str]]:
    """Return the circles of rules that fire each other, each once, from its first rule on."""
    edges = {one.name: [other.name for other in rules if one.fires(other)] for one in rules}
    order = {rule.name: place for place, rule in enumerate(rules)}
    found: list[list[str]] = []
    taken: set[str] = set()
    for rule in rules:
        path = _way(edges, rule.name) if rule.name not in taken else []
        if path:
            start = min(range(len(path)), key=lambda place: order[path[place]])
            found.append([*path[start:], *path[:start]])
            taken |= set(path)
    return found


def _way(edges: Mapping[str, list[str]], start: str) -> list[str]:
    """Return the shortest way from a rule back to itself, empty for none."""
    paths = [[start]]
    seen: set[str] = set()
    while paths:
        path = paths.pop(0)
        for name in edges[path[-1]]:
            if name == start:
                return path
            if name not in seen:
                seen.add(name)
                paths.append([*path, name])
    return []
