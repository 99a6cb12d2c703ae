"""Merge the text of a ticket: whole like git, or by sections if that leaves fewer conflicts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from plaintickets.core.markdown import blanked
from plaintickets.core.merge.lines import Clash, merge_lines
from plaintickets.core.merge.sides import merged_order, trivial_merge

if TYPE_CHECKING:
    from plaintickets.core.merge.sides import Referee

_HEADING = re.compile(r"#{1,6}[ \t]")


def merge_text(field: str, base: str, one: str, other: str, referee: Referee) -> str:
    """Return the merged text without empty lines around it; overlaps are marked or recorded."""
    result, is_trivial = trivial_merge(base, one, other)
    if is_trivial:
        return result
    sides = [text.split("\n") if text else [] for text in (base, one, other)]
    pieces = merge_lines(*sides)
    # A section that both sides wrote may be there twice if their lines did not touch.
    if _clashing(pieces) or _sections([piece for piece in pieces if isinstance(piece, str)]) is None:
        by_section = _merge_sections(*map(_sections, sides))
        if by_section is not None and (not _clashing(pieces) or _clashing(by_section) < _clashing(pieces)):
            pieces = by_section
    return "\n".join(_written(field, pieces, referee))


def _clashing(pieces: list[str | Clash]) -> int:
    return sum(len(piece.one) + len(piece.other) + 1 for piece in pieces if isinstance(piece, Clash))


def _written(field: str, pieces: list[str | Clash], referee: Referee) -> list[str]:
    lines: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            lines.append(piece)
        elif referee.favours or not referee.rules.marks:
            lost = tuple(f"{field}:\n" + "\n".join(marked(Clash((), *pair), 7)) for pair in _losers(piece))
            lines += referee.choose(field, (piece.one, piece.other), (lost[0], lost[1]))
        else:
            lines += marked(piece, referee.rules.marker_size)
            referee.mark(field)
    return lines


def _losers(piece: Clash) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return, for each side, the kept lines and its own lines if it loses."""
    return (piece.other, piece.one), (piece.one, piece.other)


def marked(piece: Clash, size: int) -> list[str]:
    """Return the lines of both sides between git's markers, with the same labels in every clone."""
    return ["<" * size + " one side", *piece.one, "=" * size, *piece.other, ">" * size + " other side"]


def _sections(lines: list[str]) -> dict[str, list[str]] | None:
    """Return the lines under each heading, with the heading; None if two headings are equal."""
    sections: dict[str, list[str]] = {"": []}
    current = sections[""]
    for line, outside in zip(lines, blanked("\n".join(lines)).split("\n"), strict=False):
        if _HEADING.match(outside):
            name = line.strip()
            if name in sections:
                return None
            current = sections[name] = []
        current.append(line)
    return sections


def _merge_sections(
    base: dict[str, list[str]] | None, one: dict[str, list[str]] | None, other: dict[str, list[str]] | None
) -> list[str | Clash] | None:
    if base is None or one is None or other is None:
        return None
    merged: list[str | Clash] = []
    for name in merged_order(base, list(one), list(other), str):
        sides = [section.get(name) for section in (base, one, other)]
        was, left, right = (None if lines is None else _bare(lines) for lines in sides)
        if None in (left, right) and was is not None:
            kept, is_trivial = trivial_merge(was, left, right)
            if is_trivial and kept is None:
                continue
        absent = was if was is not None else []
        pieces = merge_lines(absent, left if left is not None else absent, right if right is not None else absent)
        if was is not None and None in (left, right):
            pieces = [Clash(tuple(was), tuple(left or ()), tuple(right or ()))]
        gaps = [_gap(lines) for lines in sides]
        merged += pieces
        merged += [""] * (max(filter(None, gaps[1:]), default=1) if pieces else 0)
    while merged and merged[-1] == "":
        merged.pop()
    return merged


def _bare(lines: list[str]) -> list[str]:
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[:end]


def _gap(lines: list[str] | None) -> int:
    return 0 if lines is None else len(lines) - len(_bare(lines))
