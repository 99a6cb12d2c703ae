"""Who gets a ticket: each way of choosing, and the laws that hold for all."""

from __future__ import annotations

from typing import Any

from hypothesis import given as drawn
from hypothesis import strategies as st

from plaintickets.core.servicedesk.load import Work
from plaintickets.core.servicedesk.means import MEANS, Staff, Subject
from plaintickets.core.servicedesk.people import by_form, teams_of
from plaintickets.core.servicedesk.routing import Given, Route, given
from plaintickets.core.settings.routes import MEANS as NAMES
from plaintickets.core.words import terms

PEOPLE: dict[str, Any] = {
    "ada": {"name": "Ada Lovelace", "teams": ["core"], "skills": ["parser", "unicode"], "capacity": 2},
    "bo": {"teams": ["core", "desk"], "skills": ["parser"]},
    "cy": {"teams": ["desk"], "skills": ["network"], "capacity": 0},
    "di": {"teams": ["core"], "skills": ["unicode", "parser"]},
}


def staff(people: dict[str, Any] = PEOPLE, **more: Any) -> Staff:
    found = Staff(people, teams_of(people), by_form(people), {}, {}, {})
    return found._replace(**more)


def subject(name: str = "t-1", text: str = "", **more: Any) -> Subject:
    return Subject(name, words=frozenset(terms(text)), **more)


def one(by: tuple[str, ...], asked: Subject, present: Staff, team: str = "core") -> Given:
    found = given([asked], [Route("r", "routes.yml:1", "", team, by, frozenset({asked.id}))], present)
    return found[0]


def test_every_way_that_the_settings_know_is_one_that_routes_know() -> None:
    assert tuple(MEANS) == NAMES


def test_most_skills_shared_wins_and_equal_ones_go_by_name() -> None:
    assert one(("skill",), subject(text="the parser breaks Unicode"), staff()).assignee == "ada"
    assert one(("skill",), subject(text="parsers"), staff()).assignee == "ada"
    away = staff(away={"ada": "2026-12-01"})
    found = one(("skill",), subject(text="parser, unicode"), away)
    assert found.assignee == "di"
    assert found.tried[0].people[0].note == "away until 2026-12-01"


def test_who_shares_no_skill_gets_nothing_and_the_team_does() -> None:
    found = one(("skill",), subject(text="coffee"), staff())
    assert found.assignee == "team:core"
    assert "nobody who can take it shares a skill" in found.reason
    assert one(("skill",), subject(text="coffee"), staff(), team="").assignee == ""


def test_the_least_loaded_is_measured_by_priority_against_capacity() -> None:
    work = {"ada": Work(1, 1.0), "bo": Work(2, 1.5), "di": Work(2, 2.0)}
    assert one(("least-loaded",), subject(), staff(work=work)).assignee == "bo"
    work = {"ada": Work(2, 1.0), "bo": Work(9, 9.0), "di": Work(9, 9.5)}
    found = one(("least-loaded",), subject(), staff(work=work))
    assert found.assignee == "bo"
    assert found.tried[0].people[0].note == "full: 2 of 2 tickets"


def test_turns_go_to_who_was_given_one_longest_ago() -> None:
    last = {"ada": (5, "t-5"), "bo": (3, "t-3")}
    assert one(("round-robin",), subject(), staff(last=last)).assignee == "di"
    assert one(("round-robin",), subject(), staff(last={**last, "di": (9, "t-9")})).assignee == "bo"
    several = [subject(f"t-{number}") for number in range(6)]
    route = Route("r", "", "", "core", ("round-robin",), frozenset(one.id for one in several))
    found = given(several, [route], staff({**PEOPLE, "ada": {"teams": ["core"]}}))
    assert [each.assignee for each in found] == ["ada", "bo", "di", "ada", "bo", "di"]


def test_owners_come_from_the_file_or_from_the_service() -> None:
    owners = (("bo", "src/a", "CODEOWNERS:1"), ("team:core", "src/b", "CODEOWNERS:2"))
    assert one(("codeowners",), subject(owners=owners), staff(), team="").assignee == "bo"
    found = one(("codeowners",), subject(owners=owners[1:]), staff(away=dict.fromkeys(PEOPLE, "then")), team="")
    assert found.assignee == "team:core"
    assert one(("owner",), subject(service="web", service_owner="di"), staff()).assignee == "di"
    assert one(("owner",), subject(service="web", service_team="desk"), staff(), team="").assignee == "team:desk"


def test_a_second_way_decides_among_equals() -> None:
    present = staff(work={"ada": Work(1, 1.0)})
    assert one(("skill",), subject(text="parser"), present).assignee == "ada"
    assert one(("skill", "least-loaded"), subject(text="parser"), present).assignee == "bo"


def test_a_route_that_leads_to_nobody_hands_on_and_one_without_a_way_gives_it_to_the_team() -> None:
    ids = frozenset({"t-1"})
    routes = [
        Route("first", "", "", "", ("codeowners",), ids),
        Route("second", "", "", "desk", (), ids),
    ]
    found = given([subject()], routes, staff())[0]
    assert (found.route, found.assignee) == ("second", "team:desk")
    assert given([subject()], routes[:1], staff())[0].reason.startswith("no code owner is known for it")


def test_a_person_who_can_take_nothing_is_always_full() -> None:
    assert one(("least-loaded",), subject(), staff(), team="desk").assignee == "bo"


SUBJECTS = st.lists(
    st.builds(
        Subject,
        st.from_regex(r"t-[0-9]{1,2}", fullmatch=True),
        st.sampled_from(["", "ada", "bo", "team:core", "nobody"]),
        st.sampled_from([None, 0, 1, 2, 3, 4]),
        st.sampled_from(["2026-01-01", "2026-01-02", ""]),
        st.sampled_from([frozenset(terms(text)) for text in ("parser", "unicode parser", "network", "")]),
    ),
    unique_by=lambda one: one.id,
    max_size=8,
)
WAYS = st.lists(st.sampled_from(NAMES), unique=True, max_size=3)


@drawn(
    SUBJECTS,
    WAYS,
    st.sampled_from(["", "core", "desk"]),
    st.randoms(use_true_random=False),
    st.sets(st.sampled_from([*PEOPLE])),
)
def test_the_answer_does_not_depend_on_the_order_of_tickets_or_people(
    subjects: list[Subject], ways: list[str], team: str, chance: Any, absent: set[str]
) -> None:
    route = Route("r", "", "", team or "core", tuple(ways), frozenset(one.id for one in subjects))
    away = dict.fromkeys(absent, "2026-12-01")
    names = [*PEOPLE]
    chance.shuffle(names)
    shuffled = [*subjects]
    chance.shuffle(shuffled)
    found = given(subjects, [route], staff(away=away))
    assert found == given(shuffled, [route], staff({name: PEOPLE[name] for name in names}, away=away))
    assert all(each.assignee not in absent for each in found)
