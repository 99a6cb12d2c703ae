"""Facts as sentences, in pieces of text that each format escapes and styles itself."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import change_report
from plaintickets.core.change import COMMENT, shown
from plaintickets.core.ticket import list_of
from plaintickets.core.ticket_parts import comment_from
from plaintickets.core.worddiff import pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plaintickets.core.change_report import Fact
    from plaintickets.core.frontmatter import Value

LONGEST_VALUE = 200
LONGEST_LINE = 400
# How much unchanged text is shown around a change in a long line.
_AROUND = 60
_STYLES = {"-": "removed", "+": "added", "=": ""}
_PHRASES = {
    (change_report.ADDED, "deps"): ("waits for ", ""),
    (change_report.REMOVED, "deps"): ("no longer waits for ", ""),
    (change_report.ADDED, "links"): ("linked to ", ""),
    (change_report.REMOVED, "links"): ("no longer linked to ", ""),
    (change_report.ADDED, "tags"): ("tag ", " added"),
    (change_report.REMOVED, "tags"): ("tag ", " removed"),
}

# Fields that are shown for a new ticket, and the words before their values.
_BEGINNINGS = {
    "type": "", "priority": "priority ", "assignee": "assigned to ", "parent": "part of ", "deps": "waits for ",
    "tags": "tags ", "milestone": "milestone ",
}  # fmt: skip


class Span(NamedTuple):
    """Unescaped text and its style: none, `value`, `id`, `removed` or `added`."""

    text: str
    style: str = ""


class Lines(NamedTuple):
    """Lines of a text, each a list of spans, and a note about the lines left out."""

    rows: list[list[Span]]
    rest: str


def sentence(fact: Fact) -> list[Span]:
    """Return a sentence for the fact, without the written text."""
    return _SENTENCES.get(fact.kind, _of_set)(fact)


def has_lines(fact: Fact) -> bool:
    """Return whether there is text to show below the sentence."""
    return bool(fact.hunks) or (fact.field == COMMENT and fact.kind != change_report.BROKEN)


def lines(fact: Fact, most: int) -> Lines:
    """Return at most `most` lines of the written text."""
    rows = list(islice(_rows(fact), most + 1))
    if len(rows) <= most:
        return Lines(rows, "")
    gone, new = fact.lines
    return Lines(rows[:most], f"… {gone} lines gone, {new} new in all" if fact.hunks else "…")


def is_internal(fact: Fact) -> bool:
    """Return whether the fact is about an internal comment."""
    comments = (comment_from(value) for value in (fact.before, fact.after) if fact.field == COMMENT)
    return any(comment is not None and comment.internal for comment in comments)


def _rows(fact: Fact) -> Iterator[list[Span]]:
    if fact.field == COMMENT:
        before, after = comment_from(fact.before), comment_from(fact.after)
        old, new = before.text if before else "", after.text if after else ""
        if before is None:
            yield from ([Span(cut(line, LONGEST_LINE))] for line in new.split("\n"))
        else:
            yield from _compared(old, new, has_new=after is not None)
        return
    for hunk in fact.hunks:
        removed, added = "\n".join(hunk.removed), "\n".join(hunk.added)
        yield from _compared(removed, added, has_old=bool(hunk.removed), has_new=bool(hunk.added))


def _compared(old: str, new: str, *, has_old: bool = True, has_new: bool = True) -> Iterator[list[Span]]:
    if not (has_old and has_new):
        style, text = ("added", new) if has_new else ("removed", old)
        yield from ([Span(cut(line, LONGEST_LINE), style)] for line in text.split("\n"))
        return
    found = pieces(old, new)
    if [piece.sign for piece in found] == ["-", "+"]:
        yield from _compared(old, "", has_new=False)
        yield from _compared("", new, has_old=False)
        return
    row: list[Span] = []
    for sign, text in found:
        first, *rest = text.split("\n")
        row += [Span(first, _STYLES[sign])] if first else []
        for line in rest:
            yield _fitted(row)
            row = [Span(line, _STYLES[sign])] if line else []
    yield _fitted(row)


def _fitted(row: list[Span]) -> list[Span]:
    """Shorten long unchanged text in a line, and cut the rest."""
    fitted = []
    for text, style in row:
        if not style and len(row) > 1 and len(text) > 2 * _AROUND + 10:
            fitted.append(Span(f"{text[:_AROUND]} … {text[-_AROUND:]}"))
        else:
            fitted.append(Span(cut(text, LONGEST_LINE), style))
    return fitted


def _of_set(fact: Fact) -> list[Span]:
    name = fact.field.removeprefix("key:")
    if fact.field == "title":
        return [Span("title "), *_title(shown(fact.before), shown(fact.after))]
    if fact.field == "assignee" and not fact.before:
        return [Span("assigned to "), _value(fact.after)]
    if fact.field == "duplicate-of" and fact.after:
        return [Span("duplicate of "), Span(cut(shown(fact.after)), "id")]
    if fact.before in (None, ""):
        return [Span(f"{cut(name)} set to "), _value(fact.after)]
    if fact.after in (None, ""):
        return [Span(f"{cut(name)} removed, was "), _value(fact.before)]
    return [Span(f"{cut(name)} "), _value(fact.before), Span(" → "), _value(fact.after)]


def _title(old: str, new: str) -> list[Span]:
    return [Span(text, _STYLES[sign]) for sign, text in pieces(cut(old), cut(new))]


def _of_item(fact: Fact) -> list[Span]:
    style = "id" if fact.field in ("deps", "links") else "value"
    item = Span(cut(shown(fact.after if fact.kind == change_report.ADDED else fact.before)), style)
    ends = _PHRASES.get((fact.kind, fact.field))
    lead, tail = ends or (f"{cut(fact.field)}: ", " added" if fact.kind == change_report.ADDED else " removed")
    return [Span(lead), item, *([Span(tail)] if tail else [])]


def _of_created(fact: Fact) -> list[Span]:
    fields = fact.after if isinstance(fact.after, dict) else {}
    spans = [Span("opened")]
    for name, lead in _BEGINNINGS.items():
        value = ", ".join(list_of(fields.get(name))) if name in change_report.LISTS else shown(fields.get(name))
        if fields.get(name) and value:
            spans += [Span((", " if len(spans) > 1 else ": ") + lead), Span(cut(value), "value")]
    return spans


def _of_deleted(fact: Fact) -> list[Span]:
    status = fact.before.get("status") if isinstance(fact.before, dict) else None
    return [Span("deleted"), *([Span(", was "), _value(status)] if status else [])]


def _of_closed(fact: Fact) -> list[Span]:
    spans = [Span("closed as "), Span(cut(fact.more), "value")] if fact.more else [Span("closed")]
    return spans if fact.after == "closed" else [*spans, Span(": "), _value(fact.after)]


def _of_status(fact: Fact) -> list[Span]:
    lead = "reopened: " if fact.kind == change_report.REOPENED else ""
    return [Span(f"{lead}status "), _value(fact.before), Span(" → "), _value(fact.after)]


def _of_text(fact: Fact) -> list[Span]:
    if fact.hunks:
        return [Span("text")]
    gone, new = fact.lines
    return [Span(f"text: {gone} line{'' if gone == 1 else 's'} gone, {new} new, too many to be compared")]


def _of_comment(fact: Fact) -> list[Span]:
    comment = comment_from(fact.after if fact.after is not None else fact.before)
    spans = [Span("internal comment" if is_internal(fact) else "comment")]
    if comment and comment.author:
        spans += [Span(" by "), Span(cut(comment.author), "value")]
    if comment and comment.date:
        spans += [Span(f", {cut(comment.date)[:10]}")]
    ends = {change_report.COMMENT_EDITED: ", edited", change_report.COMMENT_REMOVED: ", removed"}
    return [*spans, Span(ends[fact.kind])] if fact.kind in ends else spans


def _of_broken(fact: Fact) -> list[Span]:
    what = "a comment cannot be read: " if fact.field == COMMENT else "cannot be read: "
    return [Span(what), Span(cut(shown(fact.after)))]


_SENTENCES: dict[str, Callable[[Fact], list[Span]]] = {
    change_report.ADDED: _of_item,
    change_report.ARCHIVED: lambda fact: [Span("moved to "), Span(shown(fact.after).rpartition("/")[0], "value")],
    change_report.BROKEN: _of_broken,
    change_report.CLOSED: _of_closed,
    change_report.COMMENTED: _of_comment,
    change_report.COMMENT_EDITED: _of_comment,
    change_report.COMMENT_REMOVED: _of_comment,
    change_report.CREATED: _of_created,
    change_report.DELETED: _of_deleted,
    change_report.LAYOUT: lambda _fact: [Span("only the layout changed")],
    change_report.MENDED: lambda fact: [Span("can be read again, was: "), Span(cut(shown(fact.before)))],
    change_report.MOVED: _of_status,
    change_report.REMOVED: _of_item,
    change_report.RENAMED: lambda fact: [Span("renamed, was "), Span(cut(shown(fact.before)), "id")],
    change_report.REOPENED: _of_status,
    change_report.STARTED: _of_status,
    change_report.TEXT: _of_text,
    change_report.TICKED: lambda fact: [Span("ticked: "), Span(cut(shown(fact.after)))],
    change_report.UNARCHIVED: lambda fact: [
        Span("moved out of "),
        Span(shown(fact.before).rpartition("/")[0], "value"),
    ],
    change_report.UNTICKED: lambda fact: [Span("unticked: "), Span(cut(shown(fact.after)))],
}


def _value(value: Value | None) -> Span:
    return Span(cut(shown(value)), "value")


def cut(text: str, most: int = LONGEST_VALUE) -> str:
    """Shorten the text with an ellipsis if it is longer than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
