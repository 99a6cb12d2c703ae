"""Merge a list of the front matter that both sides changed: its items and its comments."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core import blocklist
from plaintickets.core.frontmatter import comment_start, is_comment_or_blank
from plaintickets.core.merge.lines import merge_lines
from plaintickets.core.merge.sides import trivial_merge
from plaintickets.core.scalar import entry_lines

if TYPE_CHECKING:
    from plaintickets.core.blocklist import BlockList, Item
    from plaintickets.core.frontmatter import Value


class Entry(NamedTuple):
    """A key in a file: its lines, and their value."""

    lines: list[str]
    value: Value

    @property
    def record(self) -> str:
        """The lines as one text, as a lost one is recorded."""
        return "\n".join(self.bare)

    @property
    def bare(self) -> list[str]:
        """The lines without their line ends."""
        return [line.removesuffix("\r") for line in self.lines]


def merged_lists(key: str, values: list[Value], base: Entry | None, one: Entry | None, other: Entry | None) -> Entry:
    """Return the entry that holds these values, in the style of the side that changed the style."""
    lists = [blocklist.read(entry.bare, entry.value) if entry else None for entry in (base, one, other)]
    style, second = (one, other) if one and (other is None or _frame(key, one) != _frame(key, base)) else (other, one)
    if _comments(second) - _comments(base) and (lists[1] is None) != (lists[2] is None):
        # Only a list with one item on each line has room for comments.
        style, second = (one, other) if lists[1] else (other, one)
    if style is None:
        raise ValueError(f"neither side has '{key}'")
    listed = lists[1 if style is one else 2]
    if listed is None or not values:
        same = second if second and second.value == values and _frame(key, second) == _frame(key, style) else None
        lines = same.bare if same and listed is None else entry_lines(key, values, style.bare, style.value)
        return _entry([*lines, *lost_comments(base, same or style, style if same else second)], style, values)
    return _entry(_merged_blocks(key, values, listed, lists), style, values)


def lost_comments(base: Entry | None, kept: Entry, lost: Entry | None) -> list[str]:
    """Return the comments that only the rejected entry has, on lines of their own."""
    found = _comments(lost) - _comments(base) - _comments(kept)
    return [f"  {comment}" for comment in sorted(found)]


def _entry(lines: list[str], style: Entry, values: list[Value]) -> Entry:
    carriage = "\r" if style.lines[0].endswith("\r") else ""
    return Entry([line.removesuffix("\r") + carriage for line in lines], values)


def _frame(key: str, entry: Entry | None) -> list[str]:
    """Return the layout of a list: one line or the indent of its items, and the key's own line."""
    if entry is None:
        return []
    listed = blocklist.read(entry.bare, entry.value)
    if listed:
        return [listed.head[0], listed.indent]
    return entry_lines(key, ["x"], entry.bare, entry.value)


def _comments(entry: Entry | None) -> set[str]:
    """Return the comments of an entry, after its lines and on lines of their own."""
    found = set()
    for number, line in enumerate(entry.bare if entry else ()):
        if line.lstrip(" ").startswith("#"):
            found.add(line.strip())
        elif (number == 0 and ":" in line) or line.lstrip(" ").startswith("- "):
            found.add(_trailing(line))
    return found - {""}


def _trailing(line: str) -> str:
    text = line if not line.lstrip(" ").startswith("- ") else "k:" + line.lstrip(" ")[1:]
    return text[comment_start(text) :].strip()


def _merged_blocks(key: str, values: list[Value], style: BlockList, lists: list[BlockList | None]) -> list[str]:
    """Return the lines of a list with one item per line; new comments of removed items are kept."""
    heads = [listed.head if listed else style.head for listed in lists]
    if lists[0] is None:
        heads[0] = []
    top, is_trivial = trivial_merge(*(head[:1] for head in heads))
    lines = list(top if is_trivial else style.head[:1])
    lines += _extra(lines, heads, style.indent)
    lines += merged_comments(*(head[1:] for head in heads))
    rows = [(line, True) for line in lines]
    known = {line.strip() for line in lists[0].lines} if lists[0] else set[str]()
    sides = [{item.value: item for item in listed.items} if listed else {} for listed in lists]
    indents = [listed.indent if listed else "" for listed in lists]
    for name in dict.fromkeys((*_order(values, lists), *values)):
        versions = [side.get(name) for side in sides]
        above = merged_comments(*(item.above if item else [] for item in versions))
        if name in values:
            # An item inserted below another item's comment has that comment above it.
            taken = known if versions[0] is None else set[str]()
            rows += [(line, line.strip() in taken) for line in above]
            rows += [(line, False) for line in _merged_item(key, name, versions, indents, style.indent)]
        else:
            rows += [(style.indent + comment, True) for comment in _new_comments(versions)]
    return without_repetitions(rows, *(listed.lines if listed else [] for listed in lists[1:]))


def _order(values: list[Value], lists: list[BlockList | None]) -> list[Value]:
    """Return the values, with removed ones before the value that followed them."""
    order = list(values)
    for listed in lists[1:]:
        names = [item.value for item in listed.items] if listed else []
        for place, name in enumerate(names):
            if name not in order:
                behind = next((later for later in names[place:] if later in values), None)
                order.insert(order.index(behind) if behind is not None else len(order), name)
    return order


def merged_comments(base: list[str], one: list[str], other: list[str]) -> list[str]:
    """Return comments and blank lines; if both sides changed the same ones, all are kept."""
    lines: list[str] = []
    for piece in merge_lines(base, one, other):
        lines += [piece] if isinstance(piece, str) else dict.fromkeys((*piece.one, *piece.other))
    return lines


def without_repetitions(rows: list[tuple[str, bool]], one: list[str], other: list[str]) -> list[str]:
    """Return the lines without loose comments (marked True) that occur more often than on either side."""
    most = Counter(line.strip() for line in one) | Counter(line.strip() for line in other)
    surplus = Counter(line.strip() for line, _ in rows) - most
    kept: list[str] = []
    for line, is_loose in rows:
        text = line.strip()
        if is_loose and text.startswith("#") and surplus[text] > 0:
            surplus[text] -= 1
        else:
            kept.append(line)
    return kept


def _merged_item(key: str, name: Value, versions: list[Item | None], indents: list[str], indent: str) -> list[str]:
    written = [
        [indent + line.removeprefix(was) for line in item.lines] if item else []
        for item, was in zip(versions, indents, strict=True)
    ]
    present = [lines for lines in written[1:] if lines]
    if not present:
        return entry_lines(key, [name], [f"{key}:", f"{indent}- x"], ["x"])[1:]
    found, is_trivial = trivial_merge(*written)
    if is_trivial and found:
        return list(found)
    below: list[str] = []
    if all(map(is_comment_or_blank, (line for lines in written for line in lines[1:]))):
        below = merged_comments(*(lines[1:] for lines in written))
        written = [lines[:1] for lines in written]
        found, is_trivial = trivial_merge(*written)
    lines = found if is_trivial and found else min(lines for lines in written[1:] if lines)
    return [*_extra(lines, written, indent), *lines, *below]


def _new_comments(versions: list[Item | None]) -> list[str]:
    """Return new comments on an item that the base lacks; they stay when the item is removed."""
    texts = [[*item.above, *item.lines] if item else [] for item in versions]
    base, *sides = [[line.strip() if is_comment_or_blank(line) else _trailing(line) for line in text] for text in texts]
    return [comment for comment in dict.fromkeys(sides[0] + sides[1]) if comment and comment not in base]


def _extra(kept: list[str], versions: list[list[str]], indent: str) -> list[str]:
    """Return comments on a side's first line that neither the base nor the kept line has, on their own lines."""
    base, *sides = [_trailing(lines[0]) if lines else "" for lines in versions]
    found = set(sides) - {base, "", _trailing(kept[0]) if kept else ""}
    return [f"{indent}{comment}" for comment in sorted(found)]
