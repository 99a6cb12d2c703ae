"""Laws of the query language, for any query and any ticket."""

from __future__ import annotations

import shlex
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asking import PlainContext
from plaintickets.core.query import (
    FoldedText,
    Query,
    QueryError,
    compile_query,
    describe,
    matches,
    mentioned,
    parse,
    values_asked_for,
    words,
)
from plaintickets.core.query.glob import glob_test
from plaintickets.core.query.inquiry import is_open_only
from plaintickets.core.query.nodes import NOWHERE, And, Node, Not, Or, conjoin, disjoin
from plaintickets.core.ticket import Ticket

if TYPE_CHECKING:
    from collections.abc import Hashable

CONTEXT = PlainContext(
    now=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
    me=frozenset({"Ada <ada@example.org>"}),
    types={"estimate": "number", "go-live": "date"},
    ready=lambda ticket: not ticket.deps,
    blocked=lambda ticket: bool(ticket.deps),
)
ATOMS = [
    *["status:open", "status:open,closed", "status!=closed", "priority<=1", "priority:high", "priority>P2"],
    *["tag:api", "tag:a*", "tag!=api,web", "assignee:me", "assignee!=me", "assignee:ada@example.org"],
    *["no:assignee", "has:due", "due<+7d", "due>=-30d", "due:2026-11", "due:today", "due<now", "created>2026-10"],
    *["is:open", "is:closed", "is:ready", "is:blocked", "is:overdue", "is:active", "id:pt-*", "id:7f3k,1", "dep:1"],
    *["estimate>=3", "estimate:2", "go-live<2026", "component:db", "parent:pt-1", "12:30", "x,y"],
    *["crash", "crash*", "crsh~", "title:crash", "title=crash"],
    *('"parser crash"', 'title:"drops the"', 'component>"a b"', '"my key":x'),
]
atoms = st.sampled_from(ATOMS).map(lambda text: parse(text).root)
nodes = st.recursive(
    atoms,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(conjoin),
        st.lists(inner, min_size=2, max_size=3).map(disjoin),
    ),
    max_leaves=8,
)
VALUES = [
    *[
        "open",
        "closed",
        "in_progress",
        "1",
        "P1",
        "high",
        "banana",
        "-2.5",
        "10",
        "api",
        "web",
        "Ada",
        "pt-1",
        "x",
        "db",
    ],
    *["2026-11-22", "2026-11", "2026-11-22T09:30:00Z", "9999-12-31T23:59:59.999999Z"],
    *("", "Ada <ada@example.org>", "0001-01-01T00:00:00+14:00"),
]
RAW = st.sampled_from(VALUES)
FIELDS = ["status", "priority", "tags", "assignee", "due", "created", "deps", "estimate"]
FIELDS += ["go-live", "component", "my key", "parent"]
keys = st.dictionaries(st.sampled_from(FIELDS), RAW | st.lists(RAW, max_size=3))
titles = st.sampled_from(["", "Parser crash", "crashes when it drops the line", "12:30 x,y"])
tickets = st.builds(Ticket, st.sampled_from(["pt-7f3k", "pt-1", "1"]), st.just("t.md"), keys, titles)
LETTERS = '()"-:=<>!,*~\\ \t\n\x00\x1b\u202e\ud800e\u0301日aAND OR NOT is has no due 2026 +7d me'
noise = st.lists(st.sampled_from([*LETTERS, *ATOMS, " AND ", " OR ", " NOT ", "is:", "due<", "priority:"])).map("".join)
texts = st.text() | noise


def holds(node: Node, ticket: Ticket) -> bool:
    return matches(Query("", node), ticket, CONTEXT)


@given(nodes, tickets)
def test_a_query_negated_twice_is_itself(node: Node, ticket: Ticket) -> None:
    assert holds(Not(Not(node)), ticket) is holds(node, ticket)
    assert holds(Not(node), ticket) is not holds(node, ticket)


@given(nodes, nodes, tickets)
def test_negation_turns_and_into_or(a: Node, b: Node, ticket: Ticket) -> None:
    assert holds(Not(And((a, b))), ticket) is holds(Or((Not(a), Not(b))), ticket)
    assert holds(Not(Or((a, b))), ticket) is holds(And((Not(a), Not(b))), ticket)


@given(nodes, nodes, nodes, tickets)
def test_and_and_or_ignore_order_grouping_and_repetition(a: Node, b: Node, c: Node, ticket: Ticket) -> None:
    for join in (And, Or):
        assert holds(join((a, b)), ticket) is holds(join((b, a)), ticket)
        grouped, other = join((join((a, b)), c)), join((a, join((b, c))))
        assert holds(grouped, ticket) is holds(other, ticket)
        assert holds(join((a, a)), ticket) is holds(a, ticket)
    assert holds(And((a, b)), ticket) is (holds(a, ticket) and holds(b, ticket))
    assert holds(Or((a, b)), ticket) is (holds(a, ticket) or holds(b, ticket))


@given(nodes)
def test_a_query_written_is_read_as_itself(node: Node) -> None:
    assert parse(describe(node)).root == node


@given(texts)
@example('a:"\\"')
@example("a:!b a=:b -(a) x~~")
def test_whatever_can_be_read_can_be_written(text: str) -> None:
    for fields in (None, {"a", "e", "is", "Tags"}):
        with suppress(QueryError):
            query = parse(text, fields, {"e"} if fields else ())
            assert parse(describe(query), fields, {"e"} if fields else ()) == query


@given(texts, tickets)
def test_nothing_but_a_query_error_is_raised(text: str, ticket: Ticket) -> None:
    caught = None
    try:
        query = parse(text, {"a", "e", "estimate"})
        words(query)
        mentioned(query)
        assert isinstance(compile_query(query, CONTEXT)(ticket), bool)
    except QueryError as error:
        caught = error
    if caught is not None:
        assert 0 <= caught.position <= caught.end <= len(text)
        lines = str(caught).splitlines()
        assert len(lines) in {1, 3}
        assert all(c.isprintable() or c in "\u3000\u200c\u200d" for line in lines for c in line)


@given(texts)
def test_an_error_never_points_outside_the_query(text: str) -> None:
    with suppress(QueryError):
        for node, place in _spans(parse(text).root):
            assert place == NOWHERE or 0 <= place[0] < place[1] <= len(text), node


def _spans(root: Node) -> list[tuple[Node, tuple[int, int]]]:
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        found.append((node, node.span))
        waiting.extend(node.parts if isinstance(node, And | Or) else ())
        waiting.extend((node.part,) if isinstance(node, Not) else ())
    return found


@given(
    st.sampled_from(["due", "created", "go-live", "estimate", "priority"]),
    st.sampled_from(["today", "now", "2026", "2026-11", "2026-11-22T09:30", "+7d", "-1h"]),
    st.sampled_from(["1", "0", "3", "10"]),
    tickets,
)
def test_a_readable_value_is_below_equal_or_above(field: str, date: str, number: str, ticket: Ticket) -> None:
    raw = ticket.keys.get(field, "")
    value = number if field in {"estimate", "priority"} else date
    below, same, above, under, over, other = (
        holds(parse(f"{field}{op}{value}").root, ticket) for op in ("<", "=", ">", "<=", ">=", "!=")
    )
    if isinstance(raw, str):
        assert below + same + above <= 1
        assert under is (below or same)
        assert over is (above or same)
        assert other is (below or above)


@given(st.text("ab*"), st.text("ab", max_size=12))
def test_a_glob_agrees_with_trying_every_run(pattern: str, text: str) -> None:
    assert glob_test(pattern)(text) is _fits(pattern, text)


def _fits(pattern: str, text: str) -> bool:
    reached = {0}
    for mark in pattern:
        if mark == "*":
            reached = set(range(min(reached), len(text) + 1))
        else:
            reached = {i + 1 for i in reached if text[i : i + 1] == mark}
        if not reached:
            return False
    return len(text) in reached


TYPED = PlainContext(
    now=CONTEXT.now,
    me=CONTEXT.me,
    types={"estimate": "number", "go-live": "date", "at": "datetime", "urgent": "boolean", "story": "text"}
    | {"owner": "person", "of": "ticket", "areas": "list", "size": "integer", "kind": "enum"},
    ready=CONTEXT.ready,
    blocked=CONTEXT.blocked,
    texts={"pt-1": {"body": "The parser crashed", "comments": "Straße ÉCLAIR"}},
)
OF_EACH_TYPE = {
    "status": "is:open is:closed is:active is:waiting status!=closed no:status has:status status:OPEN status:o*",
    "priority": "priority<=1 priority:high priority>P2 priority!=low priority!=1 no:priority",
    "tags": "tag:api tag:API tag:a* tag!=api,web no:tags tag:é tag!=x",
    "deps": "dep:1 dep:pt-1 no:deps dep!=1",
    "links": "links:1 no:links links!=pt-1",
    "title": "title:crash title=crash title:crsh~ title!=x no:title title>D has:title",
    "id": "id:pt-* id:7f3k,1 id!=pt-1 pt-1",
    "estimate": "estimate>=3 estimate:2 estimate!=2 estimate!=1* no:estimate",
    "go-live": "go-live<2026 go-live:today go-live!=today go-live>now go-live:2026-11 no:go-live",
    "at": "at<now at>=-30d at:2026-11-22 at!=friday no:at",
    "urgent": "urgent:yes urgent!=yes urgent:0 no:urgent has:urgent",
    "story": "story:db story!=db story:DB no:story story>a story:É",
    "owner": "owner:me owner!=me owner:team:core owner:ada* no:owner",
    "of": "of:1 of:pt-1 of!=pt-1 no:of",
    "areas": "areas:db areas:d* areas!=db,x no:areas areas>c",
    "size": "size>1 size:10 size<=-2 no:size",
    "kind": "kind:db kind!=DB no:kind kind:STRASSE",
    "component": "component:db component>9 component<2026-12 component>=x component!=db no:component",
    "parent": "parent:pt-1 parent:1 no:parent parent!=x",
    "": 'body:crash comments:strasse no:body has:comments crash crsh~ "parser crash" is:ready is:overdue is:blocked',
}
GROUPS = [
    [parse(atom, None, {"story"}).root for atom in shlex.split(atoms, posix=False)] for atoms in OF_EACH_TYPE.values()
]


def joined(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=6)
    return st.one_of(inner.map(Not), several.map(conjoin), several.map(disjoin))


asked = st.lists(st.one_of([joined(st.sampled_from(group)) for group in GROUPS] + [nodes]), min_size=1, max_size=3)
RAWS = RAW | st.sampled_from(
    ["yes", "No", "OPEN", "é", "e\u0301", "É", "straße", "STRASSE", "a,b", " db", "DB", "0", "2"]
)
SHAPES = RAWS | st.lists(RAWS, max_size=2) | st.just([["db"]]) | st.just({"db": "x"})
several = st.lists(
    st.builds(
        Ticket,
        st.sampled_from(["pt-7f3k", "pt-1", "1"]),
        st.just("t.md"),
        st.dictionaries(st.sampled_from([*sorted(OF_EACH_TYPE.keys() - {"", "id", "title"}), "due"]), SHAPES),
        titles,
    ),
    min_size=2,
    max_size=5,
)


@given(asked, several)
def test_queries_judged_once_for_each_set_of_values_say_what_each_says_alone(
    roots: list[Node], tickets: list[Ticket]
) -> None:
    queries = [Query("", root) for root in roots]
    values, folded = values_asked_for(queries, TYPED), FoldedText(TYPED)
    tests = [compile_query(query, TYPED, folded=folded) for query in queries]
    known: dict[Hashable, list[bool]] = {}
    for ticket in (*tickets, *tickets):
        said = [test(ticket) for test in tests]
        for query, verdict in zip(queries, said, strict=True):
            assert alone(query.root, ticket) is verdict
        if values is not None:
            with suppress(TypeError):  # a list
                assert known.setdefault(values(ticket), said) == said


@given(st.sampled_from(GROUPS[0]) | joined(st.sampled_from(GROUPS[0])), several)
@example(parse("status:Closed").root, [Ticket("pt-1", "t.md", {"status": "closed"}, "")])
@example(parse("status:open,CLOSED is:open,closed").root, [Ticket("pt-1", "t.md", {"status": "closed"}, "")])
def test_a_query_of_open_tickets_only_finds_no_closed_one(root: Node, tickets: list[Ticket]) -> None:
    query, done = Query("", root), {name for name, kind in TYPED.classes.items() if kind == "done"}
    if is_open_only(query, done):
        closed = [Ticket(one.id, one.path, {**one.keys, "status": status}, "") for one in tickets for status in done]
        assert not any(matches(query, ticket, TYPED) for ticket in closed)


@pytest.mark.parametrize(
    ("query", "expected"),
    [("is:open", True), ("status:open tag:x", True), ("status:Waiting,OPEN", True), ("status:closed", False),
     ("status:open,Closed", False), ("status:c*", False), ("status!=closed", False), ("is:open OR tag:x", False)],
)  # fmt: skip
def test_which_queries_ask_for_open_tickets_only(query: str, expected: bool) -> None:
    assert is_open_only(parse(query), {"closed"}) is expected


def alone(node: Node, ticket: Ticket) -> bool:
    """Tell whether a ticket is one of a query, each of whose conditions is compiled and asked apart."""
    if isinstance(node, And | Or):
        return (all if isinstance(node, And) else any)([alone(part, ticket) for part in node.parts])
    return not alone(node.part, ticket) if isinstance(node, Not) else matches(Query("", node), ticket, TYPED)
