"""The parts of a ticket that can become tickets of their own: its comments, and the items of its checklists."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.checklist import Place, lines_below, places
from plaintickets.core.mail.filed_text import title_of, without_section
from plaintickets.core.quoting import quoted
from plaintickets.core.shortened import shortened
from plaintickets.core.suggestions import did_you_mean
from plaintickets.core.visibility import is_internal_comment
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from plaintickets.core.comments import Comment

LAST = "last"
_NUMBER = re.compile(r"[0-9]{1,9}\Z")
_LEAD = re.compile(r"[\s#*+-]+")
_REFERENCE = re.compile(r"\(([^()\s]+)\)\Z")
_LONGEST_TITLE = 80
_SHOWN = 5


def plain(text: str) -> str:
    """Return a text with a blank for each character that is none to be read, such as those that steer a terminal."""
    return text if text.isprintable() else "".join(sign if sign.isprintable() else " " for sign in text)


class Part(NamedTuple):
    """A comment with its number, counted from 1, or an item of a checklist with its place in the text."""

    number: int
    comment: Comment | None
    place: Place | None

    @property
    def name(self) -> str:
        """Return what names the part in messages."""
        if self.comment is None:
            return f"item {quoted(plain(self.words))}"
        author = f" of {plain(self.comment.author)}" if self.comment.author else ""
        return f"comment {self.number}{author}, {self.comment.date[:10]}"

    @property
    def words(self) -> str:
        """Return the text of the comment or of the item."""
        if self.comment is not None:
            return self.comment.text
        return self.place.item.text if self.place else ""

    def ticket(self, ids: Container[str]) -> str:
        """Return the id of the ticket that an item became before, or an empty text."""
        match = _REFERENCE.search(self.words) if self.place else None
        return match[1] if match and match[1] in ids else ""


def parts_of(comments: Iterable[Comment], text: str) -> list[Part]:
    """Return the parts of a ticket: its comments, oldest first, then the items of its checklists."""
    found = [Part(number, comment, None) for number, comment in enumerate(comments, 1)]
    return [*found, *(Part(0, None, place) for place in places(text))]


def open_items(parts: Iterable[Part], ids: Container[str]) -> list[Part]:
    """Return the unticked items that are no tickets yet; one inside another item goes with that one."""
    found: list[Part] = []
    end = 0
    for part in parts:
        place = part.place
        if place and not place.item.is_ticked and place.start >= end and not part.ticket(ids):
            found.append(part)
            end = place.end
    return found


def named_part(word: str, parts: Sequence[Part]) -> Part:
    """Return the comment of a number (`last` is the youngest public one), or the item whose text holds the words.

    Raise RefusedError if there is none, or several.
    """
    comments = [part for part in parts if part.comment]
    if word == LAST or _NUMBER.match(word):
        public = [part.number for part in comments if part.comment and not is_internal_comment(part.comment)]
        number = (public or [len(comments)])[-1] if word == LAST else int(word)
        if not 1 <= number <= len(comments):
            count = f"{len(comments)} comment{'s' if len(comments) != 1 else ''}" if comments else "no comments"
            raise RefusedError(f"there is no comment {word}: the ticket has {count}", hint=_LIST)
        return comments[number - 1]
    items = [part for part in parts if part.place]
    folded = word.casefold().strip()
    found = [part for part in items if part.words.casefold() == folded]
    found = found or [part for part in items if folded and folded in part.words.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        names = shortened([quoted(part.words) for part in found], _SHOWN)
        raise RefusedError(f"{quoted(word)} names {len(found)} items: {names}", hint="give more of its words.")
    near = did_you_mean(word, [part.words for part in items])
    raise RefusedError(f"no checklist item of the ticket has {quoted(word)}", hint=f"{near} {_LIST}".strip())


_LIST = "`tk split ID` lists the parts of a ticket."


def title_from(part: Part) -> str:
    """Return a title: the item, or the first line of a comment, if possible one that is no quotation."""
    lines = part.words.splitlines()
    if part.comment:
        lines = [line.removeprefix(lead[0]) if (lead := _LEAD.match(line)) else line for line in lines]
        lines.sort(key=lambda line: line.startswith(">"))
    title = title_of(plain(next((line for line in lines if line.strip()), "")))
    if len(title) <= _LONGEST_TITLE:
        return title
    return title[:_LONGEST_TITLE].rpartition(" ")[0].rstrip(" ,;:.") + "…"


def description_from(parts: Sequence[Part], text: str, ticket_id: str) -> str:
    """Return the description of a ticket made of parts of another one, whose text is given.

    The first comment, then the items: one alone is the title, and the lines below it are the description.
    """
    first = parts[0].comment
    pieces = [without_section(first.text.strip("\n"))] if first else []
    held = [part.place for part in parts if part.place]
    if len(parts) == 1 and held:
        pieces.append(lines_below(text, held[0]))
    elif held:
        pieces.append("\n".join(dedent(text[place.start : place.end]) for place in held))
    names = "; ".join(part.name for part in parts)
    return "\n\n".join(filter(None, [*pieces, f"Split from {ticket_id}: {names}."]))


def text_after(text: str, made: Iterable[tuple[Part, str]], *, moves: bool) -> str:
    """Return the text in which each split item names its ticket, or is gone with the lines that belong to it."""
    at = sorted((part.place, ticket_id) for part, ticket_id in made if part.place)
    if not moves:
        for place, ticket_id in reversed(at):
            text = f"{text[: place.line]} ({ticket_id}){text[place.line :]}"
        return text
    kept, done = list[str](), 0
    for place, _ in at:
        if place.start >= done:
            kept.append(text[done : place.start])
            done = place.end + 1
    return "".join([*kept, text[done:]])
