"""Each importer of another system: what it keeps, what it counts as lost, what it refuses."""

from __future__ import annotations

import copy
import json
import os
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from export_samples import SAMPLES
from plaintickets.core.imported import Imported, RecordError
from plaintickets.importers.sources import Sources

if TYPE_CHECKING:
    from pathlib import Path

SYSTEMS = sorted(SAMPLES)
JSON_SYSTEMS = [name for name in SYSTEMS if any(file.endswith((".json", ".jsonl")) for file in SAMPLES[name])]


class Kept(NamedTuple):
    """What the first ticket of a sample keeps."""

    key: str
    status: str
    kind: str
    reporter: str = ""
    assignee: str = ""
    said: tuple[tuple[str, bool], ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    changes: tuple[tuple[str, str, str], ...] = ()
    closed: str = ""
    tickets: int = 1


ADA = "Ada Lovelace <ada@example.com>"
KEPT = {
    "zendesk": Kept(
        *("zendesk:5", "hold", "waiting", "Bob", ADA),
        said=(("Guess: the *fan*", True), ("We are on it", False)),
        related=(("parent", "zendesk:4"), ("links", "zendesk:6")),
        changes=(("status", "open", "hold"),),
        tickets=3,
    ),
    "freshdesk": Kept(
        *("freshdesk:1", "Pending", "waiting", "bob@example.com", ADA),
        said=(("secret", True), ("Refilled", False)),
        related=(("parent", "freshdesk:2"),),
        tickets=2,
    ),
    "helpscout": Kept(
        *("helpscout:1", "pending", "waiting", "bob@example.com", "Ada Lovelace"),
        said=(("late again", True), ("On its way", False)),
        changes=(("status", "", "active"), ("status", "active", "pending")),
    ),
    "hubspot": Kept(
        *("hubspot:1", "Paid back", "done", "12", ADA),
        said=(("He is angry", True), ("Done", False)),
        closed="2026-02-03T08:00:00Z",
    ),
    "otrs": Kept(
        *("otrs:2026020100049", "closed successful", "done", "bob@example.com", "ada"),
        said=(("LDAP?", True), ("**Re: Login**\n\nFixed", False)),
        changes=(("State", "open", "closed successful"),),
        closed="2026-02-03T09:00:00Z",
    ),
    "github": Kept(
        *("github:acme/shop#12", "closed", "done", "bob", "ada"),
        said=(("Which\nline?", False), ("The last", False)),
        related=(("parent", "github:acme/shop#11"),),
        changes=(("labels", "", "bug"), ("state", "open", "closed")),
        closed="2026-02-04T08:00:00Z",
        tickets=2,
    ),
    "gitlab": Kept(
        *("gitlab:acme/shop#7", "closed", "done", "Bob", "Ada Lovelace"),
        said=(("secret", True), ("Better now?", False)),
        related=(("blocks", "gitlab:acme/shop#8"),),
        changes=(("labels", "", "perf"),),
        closed="2026-02-04T08:00:00Z",
        tickets=2,
    ),
    "gitea": Kept("gitea:acme/shop#2", "open", "open", "bob", said=(("Where?", False),)),
    "bugzilla": Kept(
        *("bugzilla:35", "RESOLVED", "done", "bob@example.com", ADA),
        said=(("exploit?", True), ("Fixed", False)),
        related=(("deps", "bugzilla:34"), ("blocks", "bugzilla:36")),
        changes=(("status", "NEW", "RESOLVED"),),
        closed="2026-02-04T08:00:00Z",
        tickets=2,
    ),
    "redmine": Kept(
        *("redmine:3", "Closed", "done", "Bob", "Ada Lovelace"),
        said=(("secret", True), ("Done", False)),
        related=(("parent", "redmine:2"), ("blocks", "redmine:2")),
        changes=(("status", "New", "Closed"),),
        closed="2026-02-04T08:00:00Z",
        tickets=2,
    ),
    "trello": Kept(
        *("trello:c1", "Doing", "", "Bob", "Ada Lovelace"),
        said=(("Bought", False),),
        changes=(("list", "Todo", "Doing"),),
    ),
    "linear": Kept(
        *("linear:SHOP-2", "Done", "done", "bob@example.com", "ada@example.com"),
        related=(("parent", "linear:SHOP-1"),),
        closed="2026-02-04T08:00:00Z",
        tickets=2,
    ),
    "beads": Kept(
        *("beads:bd-1", "closed", "done", "bob", "ada"),
        said=(("Measured", False),),
        related=(("deps", "beads:bd-2"),),
        closed="2026-02-03T08:00:00Z",
        tickets=2,
    ),
    "git-bug": Kept(
        f"git-bug:{'a' * 64}", "closed", "done", "Bob", said=(("Where?", False),), closed="2026-02-03T08:00:00Z"
    ),
    "taskwarrior": Kept(
        *("taskwarrior:11111111-2222-3333-4444-555555555555", "completed", "done"),
        said=(("Blue", False),),
        related=(("deps", "taskwarrior:21111111-2222-3333-4444-555555555555"),),
        closed="2026-02-03T08:00:00Z",
        tickets=2,
    ),
    "todo-txt": Kept("", "open", "open", tickets=4),
    "git-issue": Kept(f"git-issue:ab{'c' * 38}", "open", "open", "", "ada@example.com"),
    "backlog-md": Kept("backlog-md:TASK-1", "To Do", "open", tickets=2),
    "mbox": Kept("mbox:1@example.com", "", "", "Bob <bob@example.com>", said=(("On the **shelf**", False),)),
}


def put(folder: Path, files: dict[str, str | bytes]) -> str:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(folder)


def read(name: str, *paths: str) -> list[Imported]:
    module = import_module(f"plaintickets.importers.{name.replace('-', '_')}")
    return list(module.read(Sources(paths)))


WITH_STRANGE_KEYS = [name for name in SYSTEMS if any("strange" in text.lower() for text in SAMPLES[name].values())]


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def sample(name: str, folder: Path) -> str:
    return put(folder / "source", dict(SAMPLES[name]))


def test_each_sample_has_an_expectation() -> None:
    assert set(SAMPLES) == set(KEPT)


def test_who_said_what_when_and_to_whom_is_kept(system: str, tmp_path: Path) -> None:
    first, *others = read(system, sample(system, tmp_path))
    kept = KEPT[system]
    assert kept.key in {first.key, ""}
    assert len(others) + 1 == kept.tickets
    assert (first.values.get("status", ""), first.status_class) == (kept.status, kept.kind)
    assert (first.values.get("reporter", ""), first.values.get("assignee", "")) == (kept.reporter, kept.assignee)
    assert tuple((one.text, one.internal) for one in first.comments) == kept.said
    assert [one.date for one in first.comments] == sorted(one.date for one in first.comments)
    assert tuple((name, key) for name, keys in first.relations.items() for key in keys) == kept.related
    assert tuple((one.field, one.before, one.after) for one in first.changes) == kept.changes
    assert first.closed == kept.closed
    assert len({one.key for one in [first, *others]}) == kept.tickets


@pytest.mark.parametrize("system", WITH_STRANGE_KEYS, indirect=True)
def test_a_key_that_nobody_knows_is_in_the_report(system: str, tmp_path: Path) -> None:
    lost: set[str] = set()
    for one in read(system, sample(system, tmp_path)):
        lost |= one.lost.keys()
    assert any(name.lower() == f"{system}: strange" for name in lost), lost


def test_a_value_without_a_field_keeps_a_key_of_its_own(tmp_path: Path) -> None:
    found = {
        name: read(name, sample(name, tmp_path / name))[0].extra
        for name in ("zendesk", "freshdesk", "helpscout", "otrs")
    }
    assert found["zendesk"] == {"zendesk-group": "Hardware", "zendesk-channel": "email", "zendesk-field-99": "B12"}
    assert found["freshdesk"]["freshdesk-room"] == "B12"
    assert found["helpscout"]["helpscout-plan"] == "Gold"
    assert found["otrs"] == {"otrs-queue": "IT::Login", "otrs-room": "B12"}


def test_what_is_said_to_no_ticket_is_counted(tmp_path: Path) -> None:
    files = {"tickets.json": SAMPLES["freshdesk"]["tickets.json"]}
    stray = [{"id": 9, "ticket_id": 77, "body": "lost?", "private": False, "user_id": 1}]
    last = read("freshdesk", put(tmp_path, {**files, "conversations.json": json.dumps(stray)}))[-1]
    assert last.lost["freshdesk: conversation of tickets that are not here"] == 1
    whole = json.loads(SAMPLES["hubspot"]["tickets.json"])
    whole["results"][0]["associations"]["deals"] = {"results": [{"id": "3", "type": "ticket_to_deal"}]}
    files = {**SAMPLES["hubspot"], "tickets.json": json.dumps(whole)}
    (deal,) = read("hubspot", put(tmp_path / "hubspot", dict(files)))
    assert deal.lost["hubspot: associated deals"] == 1
    pulls = read("github", sample("github", tmp_path / "github"))[-1]
    assert pulls.lost["github: pull requests"] == 1


def test_a_comment_whose_visibility_is_not_told_stays_inside(tmp_path: Path) -> None:
    ticket = json.loads(SAMPLES["zendesk"]["tickets.json"])["tickets"][0]
    comment = {"id": 9, "author_id": 11, "body": "who sees this?", "created_at": ticket["created_at"]}
    (found,) = read("zendesk", put(tmp_path, {"t.json": json.dumps({"ticket": {**ticket, "comments": [comment]}})}))
    assert [one.internal for one in found.comments] == [True]


def test_a_ticket_that_begins_with_an_internal_comment_shows_it_to_nobody_else(tmp_path: Path) -> None:
    ticket = json.loads(SAMPLES["zendesk"]["tickets.json"])["tickets"][0]
    comment = {"id": 9, "author_id": 11, "body": ticket["description"], "public": False, "created_at": "2026-02-01"}
    (found,) = read("zendesk", put(tmp_path, {"t.json": json.dumps({"ticket": {**ticket, "comments": [comment]}})}))
    assert (found.text, found.raw) == ("", "")
    assert [(one.text, one.internal) for one in found.comments] == [(ticket["description"], True)]


@pytest.mark.parametrize("other", ["zendesk", "github", "gitlab", "helpscout", "otrs", "bugzilla", "trello"])
def test_a_file_of_another_system_is_refused_by_name(other: str, tmp_path: Path) -> None:
    name, text = next(iter(SAMPLES[other].items()))
    path = os.path.join(put(tmp_path, {name: text}), name)
    for system in JSON_SYSTEMS:
        if system != other and {system, other} != {"github", "gitea"}:
            with pytest.raises(RecordError, match=f"(is no record|hold no ticket) of {system}; "):
                read(system, path)
    with pytest.raises(RecordError, match="it looks like one of zendesk"):
        read("otrs", os.path.join(sample("zendesk", tmp_path / "z"), "tickets.json"))


DEEP = "[" * 100_000 + "]" * 100_000
BAD: dict[str, tuple[bytes, str]] = {
    "cut off": (b'[{"id": 1, "subject": "x', "is not JSON: the file ends inside it"),
    "not JSON": (b"<html>Sign in</html>", "is not JSON"),
    "Latin 1": ('[{"id": "M\xfcller"}]'.encode("latin-1"), "is not UTF-8"),
    "twice the same key": (b'[{"id": 1, "id": 2}]', "a key stands twice"),
    "nested too deep": (DEEP.encode(), "is nested too deep"),
    "a number": (b"17", "is no JSON object"),
    "a list in a list": (b"[[1]]", "is no JSON object"),
    "empty object in a list": (b'[{"nothing": 1}]', "is no record of"),
}


@pytest.mark.parametrize("bad", BAD)
def test_bad_input_is_an_error_with_its_place(bad: str, tmp_path: Path) -> None:
    content, message = BAD[bad]
    path = os.path.join(put(tmp_path, {"x.json": content}), "x.json")
    for system in JSON_SYSTEMS:
        with pytest.raises(RecordError, match=message) as caught:
            read(system, path)
        assert str(caught.value).startswith("x.json: record ")


@pytest.mark.parametrize("bad", ["id,id\n1,2\n", "\n", 'ID,Title,Status\n1,"x\n', "ID,Title,Status\n1,x,y,z\n"])
def test_a_bad_table_is_an_error_with_its_line(bad: str, tmp_path: Path) -> None:
    path = os.path.join(put(tmp_path, {"x.csv": bad}), "x.csv")
    for system in ("linear", "gitlab", "hubspot", "zendesk"):
        with pytest.raises(RecordError, match=r"x\.csv: line \d"):
            read(system, path)


def test_a_text_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = os.path.join(sample("gitlab", tmp_path), "issues.json")
    with pytest.raises(RecordError, match=r"issues\.json: line 1: is no task: it looks like JSON"):
        read("todo-txt", path)
    with pytest.raises(RecordError, match=r"issues\.json: mail 1: is no mail"):
        read("mbox", path)
    for system in ("git-issue", "backlog-md"):
        with pytest.raises(RecordError, match=r"the source is the folder|has no front matter"):
            read(system, path)


def test_a_table_of_another_system_and_a_page_of_a_login_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="hold no ticket of zendesk"):
        read("zendesk", sample("linear", tmp_path))
    for text in ("<html><body>Log in</body></html>", '{"error": 401}'):
        with pytest.raises(RecordError, match="line 1: names no columns: it looks like"):
            read("linear", put(tmp_path / "page", {"issues.csv": text}))


def test_a_formula_in_a_table_is_a_text(tmp_path: Path) -> None:
    assert read("linear", sample("linear", tmp_path))[1].title == "=HYPERLINK(1)"


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def _places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    rows = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(place for name, inner in rows for place in _places(inner, (*at, name)))]


def _changed(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    if not at:
        return new
    value = copy.copy(value)
    value[at[0]] = _changed(value[at[0]], at[1:], new)
    return value


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a system and a file of it in which one or two values are others."""
    system = draw(st.sampled_from(JSON_SYSTEMS))
    texts = [text for name, text in SAMPLES[system].items() if name.endswith(".json")] or list(SAMPLES[system].values())
    value = json.loads(draw(st.sampled_from(texts)).partition("\n")[0])
    for _ in range(draw(st.integers(1, 2))):
        value = _changed(value, draw(st.sampled_from(_places(value))), draw(ANY))
    return system, json.dumps(value)


@settings(max_examples=150, deadline=None)
@given(damaged())
def test_any_json_ends_in_records_or_in_an_error(case: tuple[str, str]) -> None:
    import tempfile

    system, text = case
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x-5.json")
        with open(path, "w", encoding="utf-8", errors="surrogatepass") as file:
            file.write(text)
        try:
            found = read(system, path)
        except RecordError:
            return
    assert all(one.title and one.key for one in found)
