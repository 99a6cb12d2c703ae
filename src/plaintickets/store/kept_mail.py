"""The mails that a store keeps whole: `ID.d/mail/` beside the ticket, with `ID.d/files/` for attachments.

The name of a kept mail ends in what identifies it, so that the folders alone say which mails have been taken in.
Mails that nobody has decided on wait in `intake/held/`.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from plaintickets.core.paths import FILES, HELD, MAIL, is_safe_id
from plaintickets.store.comment_files import folder_of
from plaintickets.store.files import is_linked, read_bytes
from plaintickets.store.names import folders_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD = 512 * 1024
_NAME = re.compile(r"[0-9TZ]{15,17}-([0-9a-f]{20})\.eml")


def mail_path(ticket_path: str, stamp: str, digest: str) -> str:
    """Return the store path of a mail kept beside a ticket."""
    return f"{folder_of(ticket_path)}/{MAIL}/{_name(stamp, digest)}"


def held_path(stamp: str, digest: str) -> str:
    """Return the store path of a held mail."""
    return f"{HELD}/{_name(stamp, digest)}"


def file_path(ticket_path: str, name: str) -> str:
    """Return the store path of an attachment kept beside a ticket."""
    return f"{folder_of(ticket_path)}/{FILES}/{name}"


def _name(stamp: str, digest: str) -> str:
    return f"{re.sub('[^0-9TZ]', '', stamp)}-{digest}.eml"


def digest_in(name: str) -> str:
    """Return what identifies the mail in a file of this name or path; empty for another file."""
    match = _NAME.fullmatch(name.rpartition("/")[2])
    return match[1] if match else ""


def kept_mails(store: str) -> dict[str, str]:
    """Return the id of the ticket of each mail by its digest; an empty id for a held mail."""
    found = {digest_in(name): "" for name in held_names(store)}
    for folder, ticket in _folders(store):
        for name in _listed(f"{folder}/{MAIL}"):
            found[digest_in(name)] = ticket
    found.pop("", None)
    return found


def mails_of(store: str, ticket_path: str) -> list[str]:
    """Return the store paths of the mails kept beside a ticket, oldest first."""
    folder = f"{folder_of(ticket_path)}/{MAIL}"
    if is_linked(store, folder):
        return []
    return [f"{folder}/{name}" for name in sorted(_listed(f"{store}/{folder}")) if digest_in(name)]


def head_of(store: str, ticket_path: str | None, digest: str) -> bytes | None:
    """Return the first bytes of the mail with a digest, kept beside a ticket or held; None if it cannot be read."""
    paths = mails_of(store, ticket_path) if ticket_path else [f"{HELD}/{name}" for name in held_names(store)]
    found = next((path for path in paths if digest_in(path) == digest), None)
    try:
        return read_bytes(store, found, _HEAD) if found else None
    except OSError:
        return None


def held_names(store: str) -> list[str]:
    """Return the file names of the held mails, oldest first."""
    return [] if is_linked(store, HELD) else sorted(name for name in _listed(f"{store}/{HELD}") if digest_in(name))


def _folders(store: str) -> Iterator[tuple[str, str]]:
    """Yield the folder beside each ticket, and the ticket's id; a folder without a ticket is nobody's."""
    for place in folders_of(store):
        names = {*_listed(place)}
        for name in names:
            if name[-2:] == ".d" and f"{name[:-2]}.md" in names and is_safe_id(name[:-2]):
                folder = f"{place}/{name}"
                if not os.path.islink(folder) and not os.path.islink(f"{folder}/{MAIL}"):
                    yield folder, name[:-2]


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
