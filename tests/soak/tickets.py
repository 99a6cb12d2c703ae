"""Tickets as plain values, the kinds of edit that real histories hold, and what two of them make together.

The judge of the merge driver: it knows nothing of the driver and reads the files by means of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import yaml

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

STATUSES = ("open", "in_progress", "blocked", "closed")
DONE = "closed"
SCALARS = ("priority", "type", "assignee", "parent", "due", "milestone", "severity", "external-ref", "x-customer")
LISTS = ("deps", "links", "tags", "affects")
_VALUES = {
    "priority": ("0", "1", "2", "3", "4"),
    "type": ("bug", "task", "feature"),
    "assignee": ("Ada", "Bob", "Grace Hopper", "Léa"),
    "parent": ("pt-a", "pt-b"),
    "due": ("2026-05-01", "2026-06-01"),
    "milestone": ("v1", "v2", "2.0"),
    "severity": ("major", "minor"),
    "external-ref": ("jira:A-1", "jira:A-2"),
    "x-customer": ("ACME: north", "it's #1", "no"),
}
_CRITERIA = "## Acceptance Criteria"
_ITEMS = tuple("abcdefgh")
_WORDS = [
    "the",
    "parser",
    "drops",
    "a",
    "last",
    "line",
    "when",
    "cache",
    "is",
    "cold",
    "and",
    "users",
    "see",
    "nothing",
    "until",
    "restart",
    "of",
    "node",
]


class Item(NamedTuple):
    """A line of the acceptance criteria."""

    text: str
    ticked: bool


@dataclass(frozen=True)
class Model:
    """A ticket: every part that can change by itself has a name of its own."""

    title: str
    status: str = "open"
    closed: str = ""
    resolution: str = ""
    scalars: dict[str, str] = field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    paragraphs: dict[str, str] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)
    comments: dict[tuple[str, str], str] = field(default_factory=dict)


class Layout(NamedTuple):
    """How a model is written; with `apart`, comments stand in files of their own."""

    block: bool = False
    apart: bool = False
    title_key: bool = False
    crlf: bool = False
    quotes: bool = False


def written(model: Model, layout: Layout) -> bytes:
    """The ticket's file."""
    quote = (lambda text: f"'{text.replace(chr(39), chr(39) * 2)}'") if layout.quotes else _plain
    lines = ["---", "id: pt-1", f"status: {model.status}"]
    for key in ("deps", "links"):
        lines += _list(key, model.lists.get(key, ()), layout)
    lines += ["created: 2026-01-01T00:00:00Z"]
    lines += [f"title: {quote(model.title)}"] if layout.title_key else []
    lines += [f"{key}: {quote(model.scalars[key])}" for key in SCALARS if key in model.scalars]
    for key in ("tags", "affects"):
        lines += _list(key, model.lists[key], layout) if model.lists.get(key) else []
    lines += [f"closed: {model.closed}"] if model.closed else []
    lines += [f"resolution: {model.resolution}"] if model.resolution else []
    lines += ["---", *([] if layout.title_key else [f"# {model.title}"])]
    for section in ("", "Steps", "Design"):
        texts = [text for name, text in model.paragraphs.items() if name.partition("/")[0] == section]
        if texts and section:
            lines += ["", f"## {section}"]
        for text in texts:
            lines += ["", text]
    if model.items:
        lines += ["", _CRITERIA, ""]
        lines += [f"- [{'x' if item.ticked else ' '}] {item.text}" for item in model.items.values()]
    if model.comments and not layout.apart:
        lines += ["", "## Notes"]
        for (date, author), text in sorted(model.comments.items()):
            lines += ["", f"**{date}** · {author}", "", text]
    return ("\n".join(lines) + "\n").replace("\n", "\r\n" if layout.crlf else "\n").encode()


def _plain(text: str) -> str:
    return f'"{text}"' if ": " in text or " #" in text else text


def _list(key: str, items: tuple[str, ...], layout: Layout) -> list[str]:
    if layout.block and items:
        return [f"{key}:", *(f"  - {item}" for item in sorted(items))]
    return [f"{key}: [{', '.join(items)}]"]


def some_ticket(chance: random.Random) -> Model:
    """A ticket as it may stand before two people change it."""
    scalars = {key: chance.choice(_VALUES[key]) for key in SCALARS if key == "priority" or chance.random() < 0.4}
    lists = {key: tuple(chance.sample(_ITEMS, chance.choice((0, 0, 1, 2, 3)))) for key in LISTS}
    paragraphs = {f"/{n}": _sentence(chance) for n in range(chance.randint(0, 3))}
    if chance.random() < 0.5:
        paragraphs |= {f"Steps/{n}": _sentence(chance) for n in range(chance.randint(1, 2))}
    items = {f"i{n}": Item(_sentence(chance), chance.random() < 0.2) for n in range(chance.choice((0, 0, 1, 2, 4)))}
    comments = {(f"2026-01-{n + 2:02}T00:00:00Z", "Ada"): _sentence(chance) for n in range(chance.choice((0, 0, 1, 3)))}
    status = chance.choice((*STATUSES, "open", "open"))
    model = Model(_sentence(chance), status, "", "", scalars, lists, paragraphs, items, comments)
    return replace(model, closed="2026-01-20T00:00:00Z", resolution="fixed") if status == DONE else model


def _sentence(chance: random.Random) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(chance.randint(4, 9))) + f" {chance.randrange(10**6)}"


def _move(model: Model, status: str, moment: str, resolution: str = "") -> Model:
    done = status == DONE
    return replace(model, status=status, closed=moment if done else "", resolution=resolution if done else "")


def _set(model: Model, key: str, value: str) -> Model:
    scalars = {**model.scalars, key: value}
    return replace(model, scalars={name: text for name, text in scalars.items() if text})


def _put(chance: random.Random, model: Model, key: str) -> Model:
    new = [item for item in _ITEMS if item not in model.lists.get(key, ())]
    return replace(model, lists={**model.lists, key: (*model.lists.get(key, ()), chance.choice(new))})


def _take(chance: random.Random, model: Model, key: str) -> Model:
    items = model.lists.get(key, ())
    gone = chance.choice(items) if items else ""
    return replace(model, lists={**model.lists, key: tuple(item for item in items if item != gone)})


def _comment(chance: random.Random, model: Model, side: str) -> Model:
    date = f"2026-02-{chance.randint(1, 28):02}T00:{chance.randint(0, 59):02}:{chance.randint(0, 59):02}Z"
    return replace(model, comments={**model.comments, (date, side): _sentence(chance)})


def _reword(chance: random.Random, model: Model) -> Model:
    if not model.paragraphs:
        return model
    name = chance.choice(list(model.paragraphs))
    return replace(model, paragraphs={**model.paragraphs, name: _sentence(chance)})


def _design(chance: random.Random, model: Model) -> Model:
    return replace(model, paragraphs={**model.paragraphs, "Design/0": _sentence(chance)})


def _tick(chance: random.Random, model: Model) -> Model:
    if not model.items:
        return model
    name = chance.choice(list(model.items))
    item = model.items[name]
    return replace(model, items={**model.items, name: item._replace(ticked=not item.ticked)})


def _reword_item(chance: random.Random, model: Model) -> Model:
    if not model.items:
        return model
    name = chance.choice(list(model.items))
    item = model.items[name]
    return replace(model, items={**model.items, name: item._replace(text=f"{item.text} {chance.choice(_WORDS)}")})


def _add_item(chance: random.Random, model: Model, side: str) -> Model:
    return replace(model, items={**model.items, f"{side}{len(model.items)}": Item(_sentence(chance), ticked=False)})


def _drop_item(chance: random.Random, model: Model) -> Model:
    gone = chance.choice(list(model.items)) if len(model.items) > 1 else ""  # the heading goes with the last one
    return replace(model, items={name: item for name, item in model.items.items() if name != gone})


def _edit_comment(chance: random.Random, model: Model) -> Model:
    if not model.comments:
        return model
    name = chance.choice(list(model.comments))
    return replace(model, comments={**model.comments, name: _sentence(chance)})


def _drop_comment(chance: random.Random, model: Model) -> Model:
    gone = chance.choice(list(model.comments)) if model.comments else ""
    return replace(model, comments={name: text for name, text in model.comments.items() if name != gone})


def _close(chance: random.Random, model: Model) -> Model:
    moment = f"2026-03-{chance.randint(1, 28):02}T00:00:00Z"
    return _move(model, DONE, moment, chance.choice(("fixed", "fixed", "wontfix", "")))


# A kind of edit, how often it is drawn, and what it makes of a ticket (chance, ticket, side).
# The shares follow what the commits of public stores of this layout do to tickets.
EDITS: dict[str, tuple[int, Callable[[random.Random, Model, str], Model]]] = {
    "start": (14, lambda _c, m, _s: _move(m, "in_progress", "")),
    "close": (20, lambda c, m, _s: _close(c, m)),
    "reopen": (2, lambda _c, m, _s: _move(m, "open", "")),
    "block": (2, lambda _c, m, _s: _move(m, "blocked", "")),
    "comment": (18, _comment),
    "priority": (6, lambda c, m, _s: _set(m, "priority", c.choice(_VALUES["priority"]))),
    "assign": (5, lambda c, m, _s: _set(m, "assignee", c.choice((*_VALUES["assignee"], "")))),
    "scalar": (6, lambda c, m, _s: _set(m, key := c.choice(SCALARS[1:]), c.choice((*_VALUES[key], "")))),
    "list": (12, lambda c, m, _s: _put(c, m, c.choice(LISTS))),
    "unlist": (3, lambda c, m, _s: _take(c, m, c.choice(LISTS))),
    "title": (2, lambda c, m, _s: replace(m, title=_sentence(c))),
    "text": (7, lambda c, m, _s: _reword(c, m)),
    "section": (3, lambda c, m, _s: _design(c, m)),
    "tick": (8, lambda c, m, _s: _tick(c, m)),
    "item": (4, _add_item),
    "reword": (2, lambda c, m, _s: _reword_item(c, m)),
    "unitem": (1, lambda c, m, _s: _drop_item(c, m)),
    "edit": (1, lambda c, m, _s: _edit_comment(c, m)),
    "uncomment": (1, lambda c, m, _s: _drop_comment(c, m)),
}


def edited(chance: random.Random, model: Model, side: str) -> Model:
    """The ticket after one person worked on it: one to four edits."""
    for kind in chance.choices(list(EDITS), [weight for weight, _ in EDITS.values()], k=chance.choice((1, 1, 2, 3, 4))):
        model = EDITS[kind][1](chance, model, side)
    return model


class Expected(NamedTuple):
    """What two edits make: the ticket, and the fields that they set against each other (`either` may be clean too)."""

    model: Model
    conflicts: frozenset[str]
    either: frozenset[str]


def expected(base: Model, one: Model, other: Model) -> Expected:
    """What a merge is to give, field by field."""
    found: set[str] = set()

    def three(name: str, was: object, left: object, right: object) -> object:
        if right in (left, was):
            return left
        if left == was:
            return right
        found.add(name)
        return left

    status = _expected_status(base, one, other, found)
    closing = {}
    for name in ("closed", "resolution"):
        was, left, right = (getattr(model, name) for model in (base, one, other))
        if name == "closed" and left and right and left != right and was not in (left, right):
            closing[name] = max(left, right)
        else:
            closing[name] = str(three(name, was, left, right))
    if status != DONE:
        closing = {"closed": "", "resolution": ""}
    scalars = {key: str(three(key, *(model.scalars.get(key, "") for model in (base, one, other)))) for key in SCALARS}
    lists = {key: _expected_list(*(model.lists.get(key, ()) for model in (base, one, other))) for key in LISTS}
    title = str(three("title", base.title, one.title, other.title))
    paragraphs = _mapped("body", base.paragraphs, one.paragraphs, other.paragraphs, three)
    comments = _mapped("comment", base.comments, one.comments, other.comments, three)
    items = _expected_items(base, one, other, three)
    model = Model(
        title,
        status,
        closing["closed"],
        closing["resolution"],
        {key: text for key, text in scalars.items() if text},
        lists,
        paragraphs,
        items,
        comments,
    )
    return Expected(model, frozenset(found), frozenset())


def _expected_status(base: Model, one: Model, other: Model, found: set[str]) -> str:
    if other.status in (one.status, base.status):
        return one.status
    if one.status == base.status:
        return other.status
    was, left, right = (STATUSES.index(model.status) for model in (base, one, other))
    if left > was and right > was:
        return STATUSES[max(left, right)]
    found.add("status")
    return STATUSES[min(left, right)]


def _expected_list(base: tuple[str, ...], one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    kept = {item for item in base if item in one and item in other}
    return tuple(sorted(kept | (set(one) - set(base)) | (set(other) - set(base))))


def _mapped(name: str, base: dict, one: dict, other: dict, three: Callable[..., object]) -> dict:  # type: ignore[type-arg]
    merged = {key: three(name, *(side.get(key) for side in (base, one, other))) for key in {**base, **one, **other}}
    return {key: text for key, text in merged.items() if text is not None}


def _expected_items(base: Model, one: Model, other: Model, three: Callable[..., object]) -> dict[str, Item]:
    merged: dict[str, Item] = {}
    for key in {**base.items, **one.items, **other.items}:
        was, left, right = (model.items.get(key) for model in (base, one, other))
        if was and left and right:
            parts = [three("body", *values) for values in zip(was, left, right, strict=True)]
            merged[key] = Item(str(parts[0]), bool(parts[1]))
        else:
            item = three("body", was, left, right)
            if isinstance(item, Item):
                merged[key] = item
    return merged


_COMMENT = re.compile(r"^\*\*(\S+Z)\*\* · (.+)$", re.MULTILINE)
_BOX = re.compile(r"^- \[([ x])\] (.+)$", re.MULTILINE)


def read(content: bytes) -> dict[str, object]:
    """What a ticket's file says, by name; raises ValueError for what is no ticket."""
    text = content.decode().replace("\r\n", "\n")
    _, front, body = re.split(r"^---\n", text, maxsplit=2, flags=re.MULTILINE)
    keys = yaml.load(front, Loader=yaml.BaseLoader)
    if "\n<<<<<<< " in text:
        raise ValueError("markers")
    heading = re.match(r"# (.+)\n", body)
    title = keys.pop("title", None) or (heading[1] if heading else "")
    body = body[heading.end() :] if heading else body
    body, _, notes = body.partition("## Notes\n")
    parts = _COMMENT.split(notes)
    comments = [
        (date, author, text.strip()) for date, author, text in zip(*(parts[at::3] for at in (1, 2, 3)), strict=True)
    ]
    items = sorted((text, box == "x") for box, text in _BOX.findall(body))
    lines = [line for line in _BOX.sub("", body).split("\n") if line and line != _CRITERIA]
    lists = {key: sorted(keys.pop(key, None) or []) for key in LISTS}
    keys = {key: value for key, value in keys.items() if key not in ("id", "created")}
    return {"title": title, "comments": comments, "items": items, "lines": lines, **lists, **keys}


def reading_of(model: Model, layout: Layout) -> dict[str, object]:
    """What the file of a model is to say."""
    return read(written(model, layout._replace(block=False, crlf=False, quotes=False)))
