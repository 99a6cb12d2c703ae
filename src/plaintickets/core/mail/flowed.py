"""Text whose lines a mail program has wrapped: `format=flowed`, RFC 3676."""

from __future__ import annotations


def unflowed(text: str, *, joins: bool = False) -> str:
    """Return the text with wrapped lines as one; with `joins`, the blank at the end of a line is only a mark."""
    found: list[str] = []
    depth, is_open = 0, False
    for line in text.split("\n"):
        here = len(line) - len(line.lstrip(">"))
        rest = line[here:].removeprefix(" ")
        if is_open and here == depth and line != "-- ":
            found[-1] += rest
        else:
            found.append(">" * here + " " * bool(here) + rest)
        depth, is_open = here, rest.endswith(" ") and rest != "-- "
        if is_open and joins:
            found[-1] = found[-1][:-1]
    return "\n".join(found)
