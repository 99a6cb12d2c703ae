"""Relative links to the attachments of a ticket, and relative links of a comment that moves into a file or out of it.

A link is relative to the file that holds it: `ID.d/attachments/NAME` in a ticket, `attachments/NAME` in a comment file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from plaintickets.core.markdown import blanked
from plaintickets.core.paths import IMPORTED

if TYPE_CHECKING:
    from collections.abc import Callable

# Code stays as it is; then the address of a link or an image, or of a reference.
_LINK = re.compile(
    r"`[^`\n]*`|(?:\]\(|^ {0,3}\[[^\[\]\n]{1,500}\]:[ \t]{1,9})"
    r"(?P<address><[^<>\n]{1,300}>|[^\s()<>]{1,300})(?=[\s)]|\Z)",
    re.MULTILINE,
)


def attachment_name(target: str, ticket_id: str) -> str:
    """Return the name of the attachment that a relative link of a ticket or of its comments names; empty for none."""
    for lead in (f"{ticket_id}.d/{IMPORTED}/", f"{IMPORTED}/"):
        plain = target.removeprefix("./")
        if plain.startswith(lead):
            name = plain.removeprefix(lead)
            return "" if "/" in name else name
    return ""


def into_file(text: str, folder: str) -> str:
    """Return the text of a comment in a ticket as it is in a file in `folder`: relative links lead where they led."""

    def moved(address: str) -> str:
        for lead in (f"{folder}/", f"{quote(folder)}/"):
            if address.startswith(lead):
                return address.removeprefix(lead).lstrip("/") or "."
        return address if address.startswith(f"{IMPORTED}/") else f"../{address}"

    return _with_addresses(text, moved)


def out_of_file(text: str, folder: str) -> str:
    """Return the text of a comment file in `folder` as it is in the ticket: its relative links lead where they led."""

    def moved(address: str) -> str:
        if address.startswith("../"):
            return address.removeprefix("../") or "."
        return address if address.startswith(f"{folder}/{IMPORTED}/") else f"{quote(folder)}/{address}"

    return _with_addresses(text, moved)


def with_folder(text: str, old: str, new: str) -> str:
    """Return a text whose relative links into the folder `old` lead into `new`."""

    def moved(address: str) -> str:
        for lead in (f"{old}/", f"{quote(old)}/"):
            if address.startswith(lead):
                return f"{quote(new)}/{address.removeprefix(lead)}"
        return address

    return _with_addresses(text, moved)


def without_folders(text: str, folder: str) -> str:
    """Return what the text of a comment in a ticket and the same text in a file in `folder` have in common."""

    def moved(address: str) -> str:
        while address.startswith("../"):
            address = address.removeprefix("../")
        return address.removeprefix(f"{folder}/").removeprefix(f"{quote(folder)}/")

    return _with_addresses(text, moved)


def _with_addresses(text: str, moved: Callable[[str], str]) -> str:
    if "](" not in text and "]:" not in text:
        return text
    kept, end = [], 0
    for match in _LINK.finditer(blanked(text)):
        address = match["address"] or ""
        plain = address.strip("<>").removeprefix("./")
        if plain and ":" not in plain and plain[0] not in "/#?\\" and (target := moved(plain)) != plain:
            kept += [text[end : match.start("address")], f"<{target}>" if address[0] == "<" else target]
            end = match.end("address")
    return "".join([*kept, text[end:]])
