"""The rule of each part of a ticket that two sides changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from plaintickets.core.comments import Comment
from plaintickets.core.document import parse
from plaintickets.core.merge import Rules, merge, recorded
from plaintickets.errors import RefusedError, UnreadableError

RULES = Rules()
BASE = """\
---
id: pt-1
status: open
deps: [pt-2]
links: []
created: 2026-01-01T00:00:00Z
priority: 2 # as agreed
assignee: 'Ada'
---
# Title

One.

Two.

## Acceptance Criteria

- [ ] first
- [ ] second

## Notes

**2026-01-02T00:00:00Z** · Ada

Seen.
"""
CLOSED = "status: closed\nclosed: {}\nresolution: {}"
DATA = sorted((Path(__file__).parent.parent / "data").rglob("*.md"))


def changed(*pairs: str, base: str = BASE) -> bytes:
    """The base with texts replaced by others."""
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in base, old
        base = base.replace(old, new)
    return base.encode()


def merged(one: bytes, other: bytes, base: str | None = BASE, rules: Rules = RULES) -> tuple[str, list[str]]:
    """The merged text and the fields in conflict; both orders of the sides must give the same."""
    start = None if base is None else base.encode()
    found = merge(start, one, other, rules)
    assert found == merge(start, other, one, rules)
    return (found.content or b"").decode(), [conflict.field for conflict in found.conflicts]


def clean(one: bytes, other: bytes, base: str | None = BASE) -> str:
    text, conflicts = merged(one, other, base)
    assert conflicts == []
    return text


def test_only_the_lines_of_what_changed_differ() -> None:
    one = changed("'Ada'", "'Bob' # for now", "\nOne.", "\n1.")
    other = changed("priority: 2 #", "priority: 0 #", "first", "first and last")
    assert (
        clean(one, other)
        == changed(
            *("'Ada'", "'Bob' # for now", "\nOne.", "\n1.", "priority: 2 #", "priority: 0 #", "first", "first and last")
        ).decode()
    )


def test_a_value_and_the_comment_behind_it_change_apart() -> None:
    text = clean(changed("priority: 2 ", "priority: 0 "), changed("# as agreed", "# as agreed with Bo"))
    assert "priority: 0 # as agreed with Bo\n" in text


@pytest.mark.parametrize(
    ("before", "one", "other", "after"),
    [
        ("[a, b]", "[a, b, c]", "[b]", "[b, c]"),
        ("[a, b]", "[a, b, c]", "[a, b, d]", "[a, b, c, d]"),
        ("['a', \"b\"]  # x", "['a', \"b\", c]  # x", '["b"]  # x', '["b", "c"]  # x'),
        ("[b, a]", "[a, b]", "[b, a, c]", "[a, c, b]"),
        ("[a]", "[]", "[a, b]", "[b]"),
        ("[a]", "[]", "[b]", "[b]"),
        ("\n  - a # why\n  - b", "\n  - a # why\n  - b\n  - c", "\n  - a # why", "\n  - a # why\n  - c"),
        ("[a]", "\n- a", "[a, b]", "\n- a\n- b"),
    ],
)
def test_lists_are_merged_as_sets_in_the_style_that_stands(before: str, one: str, other: str, after: str) -> None:
    sides = [
        f"tags: {text}\npriority" if text[0] != "\n" else f"tags:{text}\npriority" for text in (before, one, other)
    ]
    start, left, right = (changed("priority", text).decode() for text in sides)
    text = clean(left.encode(), right.encode(), start)
    assert f"\ntags:{'' if after[0] == chr(10) else ' '}{after}\npriority" in text


def test_a_list_that_one_side_took_away_keeps_what_the_other_put_in() -> None:
    start = changed("links: []", "links: []\ntags: [a]").decode()
    text = clean(BASE.encode(), changed("[a]", "[a, b]", base=start), start)
    assert "\ntags: [b]\n" in text


@pytest.mark.parametrize(
    ("before", "one", "other", "after", "conflicts"),
    [
        ("open", "in_progress", "closed", "closed", False),
        ("open", "open", "closed", "closed", False),
        ("in_progress", "open", "closed", "open", True),
        ("closed", "open", "in_progress", "open", True),
        ("open", "strange", "closed", "closed", True),
    ],
)
def test_the_further_status_stands_and_a_step_back_is_a_conflict(
    before: str, one: str, other: str, after: str, conflicts: bool
) -> None:
    start, left, right = (changed("status: open", f"status: {text}").decode() for text in (before, one, other))
    text, fields = merged(left.encode(), right.encode(), start)
    assert f"\nstatus: {after}\n" in text
    assert fields == ["status"] * conflicts


def test_the_later_closing_and_the_earlier_creation_stand() -> None:
    one = changed("status: open", CLOSED.format("2026-02-01T00:00:00Z", "fixed"), "2026-01-01T", "2025-12-01T")
    other = changed("status: open", CLOSED.format("2026-03-01T00:00:00Z", "fixed"), "2026-01-01T", "2025-11-01T")
    text = clean(one, other)
    assert "closed: 2026-03-01T00:00:00Z\n" in text
    assert "created: 2025-11-01T" in text


def test_an_open_ticket_has_no_closing_whoever_changed_it_meanwhile() -> None:
    start = changed("status: open", CLOSED.format("2026-02-01T00:00:00Z", "fixed")).decode()
    text, fields = merged(BASE.encode(), changed("fixed", "wontfix", base=start), start)
    assert fields == ["resolution"]
    assert "\nclosed:" not in text
    assert "\nresolution:" not in text
    assert '- "resolution: wontfix"\n' in text


def test_a_closing_that_lost_is_recorded_whole() -> None:
    start = changed("status: open", "status: in_progress").decode()
    other = changed("status: in_progress", CLOSED.format("2026-02-01T00:00:00Z", "fixed"), base=start)
    text, _ = merged(BASE.encode(), other, start)
    assert 'conflicts:\n- "closed: 2026-02-01T00:00:00Z"\n- "resolution: fixed"\n- "status: closed"\n---\n' in text


def test_a_contradiction_leaves_one_value_and_records_the_other_with_its_layout() -> None:
    text, fields = merged(changed("'Ada'", '"Bo" # x'), changed("'Ada'", "'Cy'"))
    assert fields == ["assignee"]
    assert 'assignee: "Bo" # x\n' in text
    assert parse(text.encode(), "").keys["conflicts"] == ["assignee: 'Cy'"]


def test_a_key_that_one_side_took_away_stays_where_the_other_changed_it() -> None:
    text, fields = merged(changed("assignee: 'Ada'\n", ""), changed("'Ada'", "Bo"))
    assert fields == ["assignee"]
    assert "assignee: Bo\n" in text
    assert parse(text.encode(), "").keys["conflicts"] == ["assignee"]


def test_a_nested_value_that_lost_is_recorded_line_by_line() -> None:
    start = changed("assignee: 'Ada'", "x:\n  a: 1").decode()
    text, _ = merged(changed("a: 1", "a: 2", base=start), changed("a: 1", "a: 3", base=start), start)
    assert parse(text.encode(), "").keys["conflicts"] == ["x:\n  a: 3"]


def test_the_conflicts_of_both_sides_are_one_set() -> None:
    start = changed("---\n# Title", 'conflicts: ["type: bug"]\n---\n# Title').decode()
    one = changed('["type: bug"]', '["type: bug", "due: x"]', base=start)
    other = changed('["type: bug"]', '["estimate: 1"]', base=start)
    assert set(parse(clean(one, other, start).encode(), "").keys["conflicts"]) == {"due: x", "estimate: 1"}


def test_key_order_comments_and_blank_lines_between_keys_are_kept() -> None:
    one = changed(
        "priority: 2", "# urgent?\n\npriority: 2", "assignee: 'Ada'\n", "", "id: pt-1", "id: pt-1\nassignee: 'Ada'"
    )
    other = changed("priority: 2", "priority: 0", "links: []", "links: []\ntype: bug")
    text = clean(one, other)
    assert text.startswith("---\nid: pt-1\nassignee: 'Ada'\nstatus: open\n")
    assert "links: []\ntype: bug\ncreated: 2026-01-01T00:00:00Z\n# urgent?\n\npriority: 0 # as agreed\n---\n" in text


def test_one_side_turned_the_line_ends_and_the_other_changed_a_field() -> None:
    text = clean(BASE.replace("\n", "\r\n").encode(), changed("priority: 2", "priority: 0"))
    assert text == BASE.replace("priority: 2", "priority: 0").replace("\n", "\r\n")


def test_comments_of_both_sides_stand_in_the_order_of_time() -> None:
    def noted(*dates: str) -> bytes:
        return (BASE + "".join(f"\n**{date}** · Bo\n\nOn {date}.\n" for date in dates)).encode()

    text = clean(noted("2026-01-05T00:00:00Z"), noted("2026-01-03T00:00:00Z", "2026-01-06T09:00:00+08:00"))
    dates = [comment.date for comment in parse(text.encode(), "").comments]
    assert dates == [
        "2026-01-02T00:00:00Z",
        "2026-01-03T00:00:00Z",
        "2026-01-05T00:00:00Z",
        "2026-01-06T09:00:00+08:00",
    ]
    assert text.endswith("On 2026-01-06T09:00:00+08:00.\n")
    assert "\n\n\n" not in text


def test_the_same_comment_on_both_sides_stands_once() -> None:
    same = BASE + "\n**2026-02-02T00:00:00Z** · Bo\n\nI too.\n"
    text = clean(same.encode(), (same + "\n**2026-02-03T00:00:00Z** · Cy\n\nMe.\n").encode())
    assert text.count("I too.") == 1


def test_a_comment_edited_here_and_another_added_there() -> None:
    text = clean(changed("Seen.", "Seen twice."), (BASE + "\n**2026-01-03T00:00:00Z**\n\nNo.\n").encode())
    assert text == BASE.replace("Seen.", "Seen twice.") + "\n**2026-01-03T00:00:00Z**\n\nNo.\n"


def test_a_comment_edited_on_one_side_and_removed_on_the_other_stays() -> None:
    text, fields = merged(changed("Seen.", "Seen twice."), BASE[: BASE.index("\n## Notes")].encode())
    assert fields == ["comment"]
    assert "Seen twice.\n" in text


def test_a_comment_removed_on_one_side_is_gone() -> None:
    gone = BASE[: BASE.index("\n## Notes")]
    assert clean(gone.encode(), changed("\nOne.", "\n1.")) == gone.replace("\nOne.", "\n1.")


def test_items_of_a_list_are_merged_each_by_itself() -> None:
    one = changed("- [ ] first\n", "- [x] first\n", "second", "second\n- [ ] third")
    other = changed("first", "first of all", "- [ ] second", "- [x] second\n- [ ] fourth")
    assert "- [x] first of all\n- [x] second\n- [ ] fourth\n- [ ] third\n" in clean(one, other)


def test_an_item_removed_on_one_side_and_ticked_on_the_other_is_a_conflict() -> None:
    _, fields = merged(changed("- [ ] second\n", ""), changed("[ ] second", "[x] second"))
    assert fields == ["body"]


def test_neighbouring_paragraphs_and_new_sections_of_both_sides_do_not_touch() -> None:
    one = changed("One.\n\nTwo.", "1.\n\nTwo.\n\n## Design\n\nA.")
    other = changed("Two.", "2.\n\n## Steps\n\nB.")
    text = clean(one, other)
    assert "1.\n\n2.\n\n## Design\n\nA.\n\n## Steps\n\nB.\n\n## Acceptance" in text


def test_a_section_that_both_sides_wrote_stands_once() -> None:
    one = changed("Two.", "2.\n\n## Design\n\nA.")
    other = changed("Two.", "Two.\n\n## Design\n\nB.")
    text, fields = merged(one, other)
    assert fields == ["body"]
    assert text.count("## Design") == 1


def test_overlapping_text_is_marked_below_the_front_matter_and_the_keys_can_be_read() -> None:
    text, fields = merged(changed("Two.", "2."), changed("Two.", "II.", "priority: 2", "priority: 3"))
    assert fields == ["body"]
    assert "<<<<<<< one side\n2.\n=======\nII.\n>>>>>>> other side\n" in text
    document = parse(text.encode(), "")
    assert document.keys["priority"] == "3"
    assert [problem.code for problem in document.problems] == ["conflict-markers"]


def test_without_markers_overlapping_text_is_recorded_and_can_be_taken_back() -> None:
    one, other = changed("Two.", "2."), changed("Two.", "II.\n\nAnd more.")
    text, _ = merged(one, other, rules=RULES._replace(marks=False))
    document = parse(text.encode(), "")
    assert document.problems == []
    assert recorded.taken(document, ["text"], RULES.done).to_bytes() == other
    assert recorded.kept(document, ["text"]).to_bytes() == one
    with pytest.raises(RefusedError):
        recorded.taken(document.with_body(document.body.replace("2.", "3.")), ["text"], RULES.done)


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_favoured_side_wins_every_conflict_and_no_more(side: str) -> None:
    ours = changed("Two.", "2.", "priority: 2", "priority: 1", "# Title", "# Ours", "'Ada'", "Bo")
    theirs = changed("Two.", "II.", "priority: 2", "priority: 3", "# Title", "# Theirs", "deps: [pt-2]", "deps: []")
    found = merge(BASE.encode(), ours, theirs, RULES._replace(favour=side))
    assert found.conflicts == ()
    wanted = ours if side == "ours" else theirs
    both = wanted.replace(b"'Ada'", b"Bo").replace(b"deps: [pt-2]", b"deps: []")
    assert found.content == both


def test_a_ticket_added_on_both_sides_is_merged_from_nothing() -> None:
    for nothing in (None, b""):
        one, other = BASE.encode(), changed("deps: [pt-2]", "deps: [pt-3]", "'Ada'", "'Bo'")
        found = merge(nothing, one, other, RULES)
        text = (found.content or b"").decode()
        assert [conflict.field for conflict in found.conflicts] == ["assignee"]
        assert "deps: [pt-2, pt-3]" in text
        assert text.count("Seen.") == 1


def test_a_ticket_removed_on_one_side_stays_where_the_other_changed_it() -> None:
    assert merge(BASE.encode(), None, BASE.encode(), RULES).content is None
    found = merge(BASE.encode(), None, changed("priority: 2", "priority: 0"), RULES)
    assert found.content == changed("priority: 2", "priority: 0")
    assert [conflict.field for conflict in found.conflicts] == ["ticket"]


@pytest.mark.parametrize(
    "other",
    [
        b"\0\1",
        b"---\nid: \xff\n---\n",
        b"text\n",
        b"---\nid: pt-1\nid: y\n---\n",
        b"---\n{id: pt-1}\n---\n",
        BASE.encode() + b"<<<<<<< x\n",
    ],
)
def test_what_cannot_be_read_is_refused(other: bytes) -> None:
    for sides in ((changed("Two.", "2."), other), (other, changed("Two.", "2."))):
        with pytest.raises(UnreadableError):
            merge(BASE.encode(), *sides, RULES)


def test_markers_in_a_base_that_git_made_of_two_older_ones_are_text() -> None:
    base = BASE.replace("Two.", "<<<<<<< one side\nA.\n=======\nB.\n>>>>>>> other side")
    text, fields = merged(changed("Two.", "A."), changed("Two.", "A.", "priority: 2", "priority: 0"), base)
    assert fields == []
    assert text == changed("Two.", "A.", "priority: 2", "priority: 0").decode()


@pytest.mark.parametrize("path", DATA, ids=lambda path: path.name)
def test_edits_of_different_fields_of_a_real_ticket_merge_to_what_one_after_the_other_gives(path: Path) -> None:
    base = path.read_bytes()
    document = parse(base, "x.md")
    if document.problems:
        return
    tags = document.keys.get("tags")
    status = "open" if document.keys.get("status") == "closed" else "closed"
    remark = Comment("2026-12-02T00:00:00Z", "Bo", internal=False, text="Later.")
    try:
        one = document.with_key("status", status).with_comment(remark._replace(date="2026-12-01T00:00:00Z"))
        other = document.with_key("tags", [*(tags if isinstance(tags, list) else []), "new"]).with_key("priority", "7")
        both = one.with_key("tags", other.keys["tags"]).with_key("priority", "7").with_comment(remark)
    except UnreadableError:
        return
    assert clean(one.to_bytes(), other.with_comment(remark).to_bytes(), base.decode()) == both.to_bytes().decode()


def test_a_new_ticket_in_the_place_of_a_removed_one_stays_as_it_is() -> None:
    mine = changed("priority: 2 # as agreed", "priority: 0")
    new = changed("id: pt-1", "id: pt-9", "01-01T00:00:00Z", "01-09T00:00:00Z")
    for ours, theirs in ((mine, new), (new, mine)):
        merged = merge(BASE.encode(), ours, theirs, RULES)
        assert (merged.content, [conflict.field for conflict in merged.conflicts]) == (new, ["ticket"])
        assert merged.apart == ("pt-1", "pt-9", new)


def test_two_tickets_of_one_second_are_told_apart_by_id_title_and_text() -> None:
    mine = changed("priority: 2 # as agreed", "priority: 0")
    new = changed("id: pt-1", "id: pt-9", "# Title\n\nOne.", "# Another\n\nThree.")
    assert merge(BASE.encode(), mine, new, RULES).apart
    for pairs in (("# Title", "# Another"), ("One.", "Three."), ("created: 2026-01-01", "created: 2026-01-01")):
        assert merge(BASE.encode(), mine, changed("id: pt-1", "id: pt-9", *pairs), RULES).apart is None


def test_a_ticket_whose_moment_was_mended_is_still_the_same() -> None:
    merged = merge(BASE.encode(), changed("priority: 2", "priority: 0"), changed("01-01T00", "01-03T00"), RULES)
    assert merged.apart is None
    assert merged.conflicts == ()


def test_a_comment_on_an_item_that_a_side_added_stays_with_it() -> None:
    base = changed("deps: [pt-2]", "deps:\n- pt-2 # first").decode()
    one = changed("- pt-2 # first", "- pt-2 # first\n- pt-3 # for the parser", base=base)
    other = changed("- pt-2 # first", "- pt-2 # first\n- pt-4 # for the reader", base=base)
    merged = merge(base.encode(), one, other, RULES)
    lines = "- pt-2 # first\n- pt-3 # for the parser\n- pt-4 # for the reader\n"
    assert merged == merge(base.encode(), other, one, RULES)
    assert lines in (merged.content or b"").decode()
    assert merged.conflicts == ()
