"""Proposals for a ticket: rules, the matrix of priorities, votes, and the laws that hold for all."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from plaintickets.core.servicedesk.triage import ASSUMED, Policy, Subject, paths_in, proposals, words_of
from plaintickets.core.servicedesk.votes import LEAST, VOTERS, Neighbour, confidence, counted, elected, elected_tags

MATRIX = {
    "high": {"high": "critical", "medium": "high", "low": "medium"},
    "medium": {"high": "high", "medium": "medium", "low": "low"},
    "low": {"high": "medium", "medium": "low", "low": "backlog"},
}


def subject(text: str = "", given: dict[str, str] | None = None, **more: Any) -> Subject:
    return Subject(given or {}, more.pop("tags", ()), words_of(text), [*more.pop("paths", ()), *paths_in(text)], **more)


def policy(*rules: dict[str, Any], **more: Any) -> Policy:
    numbered = {str(number): rule for number, rule in enumerate(rules, 1)}
    empty: dict[str, Any] = {"matrix": {}, "reports": {}, "customers": {}, "queues": {}}
    return Policy(numbered, dict.fromkeys(numbered, "config.yml:1"), **{**empty, **more})


def values(asked: Subject, settings: Policy, *neighbours: Neighbour) -> dict[str, tuple[str, float]]:
    return {one.field: (one.value, one.confidence) for one in proposals(asked, settings, neighbours)}


def alike(count: int, weight: float = 0.8, **fields: str) -> list[Neighbour]:
    name = "".join(fields.values()) or "n"
    return [Neighbour(f"{name}-{number}", weight, weight, fields) for number in range(count)]


@pytest.mark.parametrize(
    ("rule", "text", "matches"),
    [
        ({"words": ["crash"]}, "It crashes at start", True),
        ({"words": ["out of memory"]}, "Ran Out Of Memory again", True),
        ({"words": ["out of memory"]}, "memory runs out", False),
        ({"words": ["hang", "crash"]}, "it hangs", True),
        ({"words": ["ash"]}, "it crashes", False),
        ({"paths": ["src/net/"]}, "see src/net/a.c:12", True),
        ({"paths": ["*.c"]}, "see src/net/a.c", True),
        ({"paths": ["src/net/"]}, "see http://x/src/net/a.c", False),
        ({"words": ["crash"], "paths": ["src/net/"]}, "crash in src/ui/a.c", False),
        ({"words": ["***"]}, "***", False),
    ],
)
def test_a_rule_is_for_words_and_paths(rule: dict[str, Any], text: str, matches: bool) -> None:
    found = values(subject(text), policy({**rule, "type": "bug"}))
    assert found == ({"type": ("bug", 1.0)} if matches else {})


def test_the_first_rule_counts_and_tags_add_up() -> None:
    rules = policy(
        {"words": ["crash"], "component": "core", "tags": ["a"]},
        {"words": ["crash"], "component": "ui", "tags": ["b", "c"], "queue": "support"},
    )
    found = proposals(subject("crash", tags=["b"]), rules, [])
    assert [(one.field, one.value) for one in found] == [
        ("component", "core"),
        ("queue", "support"),
        ("tags", "a"),
        ("tags", "c"),
    ]


def test_a_value_of_a_person_is_not_proposed_anew_and_a_rule_goes_before_votes() -> None:
    rules = policy({"words": ["crash"], "component": "core", "type": "bug"})
    found = values(subject("crash", {"component": "ui"}), rules, *alike(9, type="feature", component="net"))
    assert found == {"type": ("bug", 1.0)}


@pytest.mark.parametrize(
    ("asked", "priority", "sure"),
    [
        (subject(given={"impact": "HIGH", "urgency": "low"}), "medium", 1.0),
        (subject(given={"impact": "high"}), "high", ASSUMED),
        (subject(given={"urgency": "high"}), "high", ASSUMED),
        (subject(given={"urgency": "high"}, reports=12), "critical", 1.0),
        (subject(given={"urgency": "high"}, reports=4), "high", 1.0),
        (subject(customers=["Acme", "other"], given={"urgency": "high"}), "critical", 1.0),
        (subject(customers=["acme"], given={"urgency": "high", "impact": "low"}), "medium", 1.0),
        (subject(given={"urgency": "strange", "impact": "strange"}), None, 0),
        (subject("outage now"), "critical", 1.0),
        (subject(), None, 0),
    ],
)
def test_the_priority_comes_from_impact_and_urgency(asked: Subject, priority: str | None, sure: float) -> None:
    settings = policy(
        {"words": ["outage"], "impact": "high", "urgency": "high"},
        matrix=MATRIX,
        reports={"3": "medium", "10": "high"},
        customers={"acme": "high"},
    )
    assert values(asked, settings).get("priority") == ((priority, sure) if priority else None)


def test_the_queue_follows_the_type_where_one_queue_takes_it() -> None:
    rules = policy({"words": ["how"], "type": "question"}, queues={"question": "support"})
    assert values(subject("how to"), rules)["queue"] == ("support", 1.0)
    assert values(subject(given={"type": "question"}), rules)["queue"] == ("support", 1.0)


def test_votes_are_heavier_the_more_alike_and_too_few_do_not_count() -> None:
    near, far = alike(3, 0.9, component="near"), alike(6, 0.2, component="far")
    first = counted("component", [*far, *near])[0]
    assert (first.value, first.of, first.voters) == ("near", 9, ("near-0", "near-1", "near-2"))
    assert values(subject(), policy(), *near, *far)["component"][0] == "near"
    assert values(subject(), policy(), *near[:2]) == {}
    assert values(subject(), policy(), *alike(5, component="a"), *alike(5, component="b")) == {}


def test_similar_tickets_without_the_field_are_named_beside_those_that_vote() -> None:
    voters = [*alike(4, 0.9, component="near"), *(Neighbour(f"o-{number}", 0.5, 0.5, {}) for number in range(7))]
    assert elected("component", voters)[2].endswith("; 7 more have none")  # type: ignore[index]
    many = [*alike(VOTERS, 0.9, component="near"), Neighbour("o-0", 0.0001, 0.5, {})]
    assert "none" not in elected("component", many)[2]  # type: ignore[index]


def test_tags_that_most_similar_tickets_have_are_proposed() -> None:
    voters = [Neighbour(f"n-{number}", 0.8, 0.5, {}, ["ui", *(["dark"] if number < 3 else [])]) for number in range(10)]
    found = elected_tags(voters)
    assert [tag for tag, sure, _ in found if sure >= LEAST] == ["ui"]


NEIGHBOURS = st.lists(
    st.builds(
        Neighbour,
        st.from_regex(r"n-[0-9]{1,3}", fullmatch=True),
        st.floats(0, 1),
        st.sampled_from([0.1, 0.3, 0.7, 1.0]),
        st.fixed_dictionaries({"component": st.sampled_from(["", "a", "b"]), "type": st.sampled_from(["bug", "task"])}),
        st.lists(st.sampled_from(["x", "y"]), unique=True),
    ),
    unique_by=lambda one: one.id,
    max_size=40,
)


@drawn(NEIGHBOURS, st.randoms(use_true_random=False))
def test_the_answer_does_not_depend_on_the_order_and_a_confidence_is_a_chance(
    neighbours: list[Neighbour], chance: Any
) -> None:
    shuffled = [*neighbours]
    chance.shuffle(shuffled)
    found = proposals(subject("text"), policy(), neighbours)
    assert found == proposals(subject("text"), policy(), shuffled)
    assert all(LEAST <= one.confidence <= 1 for one in found)


@drawn(st.sampled_from(["type", "tags"]), st.floats(0, 1), st.floats(0, 1), st.integers(1, 40))
def test_a_larger_share_is_surer(field: str, one: float, other: float, voters: int) -> None:
    low, high = sorted((one, other))
    assert 0 <= confidence(field, low, voters) <= confidence(field, high, voters) < 1


def test_what_looks_like_a_path_is_one_and_a_long_text_takes_little_time() -> None:
    assert paths_in("In src/net/a.c, see docs/x.md. Not http://a.b/c or and/or/") == [
        "src/net/a.c",
        "docs/x.md",
        "and/or",
    ]
    assert len(paths_in(" ".join(f"a/b{number}" for number in range(10_000)))) <= 200
    assert paths_in("a" * 100_000 + "/" * 1000 + "." * 100_000) == []
