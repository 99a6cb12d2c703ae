"""What a ticket probably is: the rules of the team first, then the votes of the most similar closed tickets.

Pure: the rules, the ticket's words and its neighbours are arguments. A value that a person gave is never proposed
anew, and a proposal below LEAST is not made: more of those would be wrong than right.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.servicedesk.codeowners import path_fits
from plaintickets.core.servicedesk.votes import LEAST, Neighbour, elected, elected_tags
from plaintickets.core.words import terms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FIELDS = ("type", "component", "priority", "queue", "assignee")
SURE = 1.0
ASSUMED = 0.75
"""The confidence of a priority of the matrix where one of impact and urgency had to be assumed."""
_MOST_PATHS = 200
_PATH = re.compile(r"(?<![\w./:-])(?:[\w.-]+/)+[\w.-]*\w")


class Proposal(NamedTuple):
    """A value for a field, how sure it is, and why."""

    field: str
    value: str
    confidence: float
    reason: str


class Subject(NamedTuple):
    """A ticket to be triaged.

    `given` holds the fields that have a value of a person, `words` the terms in order, `matching` the numbers of the
    rules whose query it matches, `reports` how many tickets are this one, `customers` those of all of them.
    """

    given: Mapping[str, str]
    tags: Sequence[str]
    words: Sequence[str]
    paths: Sequence[str]
    matching: frozenset[str] = frozenset()
    reports: int = 1
    customers: Sequence[str] = ()


class Policy(NamedTuple):
    """The settings of triage: rules by number with their places, the matrix, what gives an impact, queues by type."""

    rules: Mapping[str, Any]
    sources: Mapping[str, str]
    matrix: Mapping[str, Mapping[str, str]]
    reports: Mapping[str, str]
    customers: Mapping[str, str]
    queues: Mapping[str, str]


def proposals(subject: Subject, policy: Policy, neighbours: Sequence[Neighbour]) -> list[Proposal]:
    """Return a proposal for each field that no person gave, where one is likely enough; tags come one by one."""
    ruled = _ruled(subject, policy)
    found: dict[str, Proposal] = {}
    if matrix := _by_matrix(subject, policy, ruled):
        found["priority"] = matrix
    for field in FIELDS:
        if field not in found and field in ruled:
            found[field] = ruled[field]
        if field == "queue" and field not in found and (queue := _queue_of_type(subject, policy, found)):
            found[field] = queue
        if field not in found and (vote := elected(field, neighbours)):
            found[field] = Proposal(field, *vote)
    made = [found[field] for field in FIELDS if field in found and field not in subject.given]
    tags = [one for key, one in ruled.items() if key.startswith("tags ")]
    tags += [Proposal("tags", *vote) for vote in elected_tags(neighbours)]
    seen = set(subject.tags)
    for tag in tags:
        if tag.value not in seen:
            seen.add(tag.value)
            made.append(tag)
    return [one for one in made if one.confidence >= LEAST]


def _queue_of_type(subject: Subject, policy: Policy, found: Mapping[str, Proposal]) -> Proposal | None:
    """Return the one queue that takes the type that the ticket has or should have."""
    kind = found.get("type")
    name = subject.given.get("type") or (kind.value if kind else "")
    if name not in policy.queues:
        return None
    sure = SURE if "type" in subject.given or kind is None else kind.confidence
    return Proposal("queue", policy.queues[name], sure, f"the queue takes the type {name}")


def words_of(*texts: str) -> list[str]:
    """Return the terms of texts in order."""
    return [term for text in texts for term in terms(text)]


def paths_in(text: str) -> list[str]:
    """Return what looks like a path of files in a text, each once, some hundred at most."""
    return [*dict.fromkeys(match[0] for match in _PATH.finditer(text))][:_MOST_PATHS]


def _ruled(subject: Subject, policy: Policy) -> dict[str, Proposal]:
    """Return what the rules propose by field, the first rule first; tags by `tags NAME`."""
    text = f" {' '.join(subject.words)} "
    found: dict[str, Proposal] = {}
    for number, rule in policy.rules.items():
        why = _why(rule, number, text, subject)
        if not why:
            continue
        reason = f"rule {number} ({policy.sources.get(number, 'triage.rules')}): {', '.join(why)}"
        for key, value in rule.items():
            if key == "tags":
                for tag in value:
                    found.setdefault(f"tags {tag}", Proposal("tags", tag, SURE, reason))
            elif key not in ("words", "paths", "if"):
                found.setdefault(key, Proposal(key, value, SURE, reason))
    return found


def _why(rule: Mapping[str, Any], number: str, text: str, subject: Subject) -> list[str]:
    """Return why a rule is for a ticket, nothing where one of its conditions fails."""
    why: list[str] = []
    if "if" in rule:
        if number not in subject.matching:
            return []
        why.append(f"matches {rule['if']}")
    if "words" in rule:
        word = next((one for one in rule["words"] if f" {' '.join(terms(one))} " in text and terms(one)), None)
        if word is None:
            return []
        why.append(f"the word '{word}'" if " " not in word else f"the words '{word}'")
    if "paths" in rule:
        path = next((one for one in subject.paths if any(path_fits(each, one) for each in rule["paths"])), None)
        if path is None:
            return []
        why.append(f"the path {path}")
    return why


def _by_matrix(subject: Subject, policy: Policy, ruled: Mapping[str, Proposal]) -> Proposal | None:
    """Return the priority that impact and urgency give, None where neither is known."""
    rows = policy.matrix
    columns = [*next(iter(rows.values()), ())]
    impact, why_impact = _impact(subject, policy, ruled)
    urgency = _of(subject.given.get("urgency", ""), columns)
    why_urgency = f"urgency {urgency}"
    if not urgency and "urgency" in ruled:
        urgency = _of(ruled["urgency"].value, columns)
        why_urgency = f"urgency {urgency} by {ruled['urgency'].reason}"
    if not rows or not (impact or urgency):
        return None
    confidence = SURE if impact and urgency else ASSUMED
    if not impact:
        impact = _middle([*rows])
        why_impact = f"impact not known, so {impact}"
    if not urgency:
        urgency = _middle(columns)
        why_urgency = f"urgency not known, so {urgency}"
    return Proposal("priority", rows[impact][urgency], confidence, f"{why_impact}, {why_urgency}")


def _impact(subject: Subject, policy: Policy, ruled: Mapping[str, Proposal]) -> tuple[str, str]:
    """Return the impact and why: the ticket's own, else the highest that reports, customers and rules give."""
    rows = [*policy.matrix]
    if own := _of(subject.given.get("impact", ""), rows):
        return own, f"impact {own}"
    found: list[tuple[str, str]] = []
    reached = [int(count) for count in policy.reports if int(count) <= subject.reports]
    if reached:
        impact = policy.reports[str(max(reached))]
        found.append((impact, f"impact {impact} by {subject.reports} reports"))
    by_name = {name.casefold(): impact for name, impact in policy.customers.items()}
    found += [
        (impact, f"impact {impact} by the customer {customer}")
        for customer in sorted(subject.customers)
        if (impact := by_name.get(customer.casefold(), ""))
    ]
    if "impact" in ruled:
        found.append((ruled["impact"].value, f"impact {ruled['impact'].value} by {ruled['impact'].reason}"))
    known = [(rows.index(row), why) for impact, why in found if (row := _of(impact, rows))]
    if not known:
        return "", ""
    place, why = min(known)
    return rows[place], why


def _of(name: str, known: Sequence[str]) -> str:
    """Return the known name that equals another but for case, empty for none."""
    return next((one for one in known if one.casefold() == name.casefold()), "")


def _middle(names: Sequence[str]) -> str:
    return names[len(names) // 2]
