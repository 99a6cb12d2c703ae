"""A list with one item per line: which lines, comments included, belong to which item."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.frontmatter import is_comment_or_blank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from plaintickets.core.frontmatter import Value


class Item(NamedTuple):
    """An item: the comments above it, and its own lines."""

    value: Value
    above: list[str]
    lines: list[str]


class BlockList(NamedTuple):
    """The key's line with the comments above the first item, the indent of the dashes, and the items."""

    head: list[str]
    indent: str
    items: list[Item]

    @property
    def lines(self) -> list[str]:
        """All lines of the list."""
        return [*self.head, *(line for item in self.items for line in (*item.above, *item.lines))]


def read(lines: Sequence[str], value: Value | None) -> BlockList | None:
    """Return the list that an entry's lines (without line ends) hold, None if no item has a line of its own.

    A comment belongs to the item below it. A comment indented deeper than the dashes belongs to the item
    above it. Comments above the first item belong to the key.
    """
    first = next((line for line in lines[1:] if _is_item(line.lstrip(" "))), None)
    if first is None or not isinstance(value, list):
        return None
    indent = first[: len(first) - len(first.lstrip(" "))]
    head, groups = [lines[0]], list[tuple[list[str], list[str]]]()
    waiting: list[str] = []
    for line in lines[1:]:
        if line.startswith(indent) and _is_item(line[len(indent) :]):
            above, waiting = (waiting, []) if groups else ([], [])
            groups.append((above, [line]))
        elif not groups:
            head.append(line)
        elif is_comment_or_blank(line) and (waiting or not line.startswith(indent + " ")):
            waiting.append(line)
        else:
            groups[-1][1].extend((*waiting, line))
            waiting = []
    if len(groups) != len(value):
        return BlockList([lines[0]], indent, [])
    groups[-1][1].extend(waiting)
    return BlockList(head, indent, [Item(held, *group) for held, group in zip(value, groups, strict=True)])


def _is_item(line: str) -> bool:
    return line == "-" or line.startswith("- ")
