"""The attachments of a ticket, `ID.d/attachments/NAME`, opened without following links, and their manifest."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.paths import IMPORTED, is_attached, is_safe_id
from plaintickets.core.raster_images import HEAD, image_type
from plaintickets.errors import RefusedError
from plaintickets.store.comment_files import attached, folder_of
from plaintickets.store.files import is_linked, read_bytes
from plaintickets.system.files import open_with_size

if TYPE_CHECKING:
    from collections.abc import Sequence

MANIFEST = "manifest.json"
_LARGEST_MANIFEST = 16 * 1024 * 1024


class OpenAttachment(NamedTuple):
    """An attachment that is open at its beginning, its size, and its media type if it is a raster image."""

    file: IO[bytes]
    size: int
    image: str


def attachments_folder(ticket_path: str) -> str:
    """Return the store path of the folder of a ticket's attachments."""
    return f"{folder_of(ticket_path)}/{IMPORTED}"


def open_attachment(store: str, ticket_path: str, name: str) -> OpenAttachment:
    """Open an attachment of a ticket by its name.

    Raise OSError, FileNotFoundError for a name that no attachment can have, also if it is no regular file.
    """
    folder = attachments_folder(ticket_path)
    path = f"{folder}/{name}"
    if not is_safe_id(name) or name.casefold() == MANIFEST or not is_attached(path):
        raise FileNotFoundError(2, "no attachment has such a name", name)
    if is_linked(store, folder):
        raise OSError(40, "a folder in the path is a symbolic link", path)
    descriptor, size = open_with_size(f"{store}/{path}")
    file = open(descriptor, "rb", buffering=0)  # noqa: SIM115 - the caller closes it
    try:
        image = image_type(file.read(HEAD) or b"")
        file.seek(0)
    except OSError:
        file.close()
        raise
    return OpenAttachment(file, size, image)


def attachment_names(store: str, ticket_path: str) -> list[str]:
    """Return the names of the attachments that are there."""
    lead = f"{attachments_folder(ticket_path)}/"
    names = [path.removeprefix(lead) for path in attached(store, ticket_path) if path.startswith(lead)]
    return [name for name in names if name != MANIFEST]


def manifest_content(store: str, ticket_path: str) -> bytes | None:
    """Return the bytes of the manifest of a ticket's attachments, None without one.

    Raise RefusedError if it cannot be read.
    """
    path = f"{attachments_folder(ticket_path)}/{MANIFEST}"
    try:
        return read_bytes(store, path, _LARGEST_MANIFEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RefusedError(f"{path} cannot be read: {error.strerror}") from None


def manifest_rows(content: bytes | None, ticket_path: str) -> Sequence[dict[str, Any]]:
    """Return the rows of a manifest; raise RefusedError for a text that is none."""
    try:
        rows = json.loads(content) if content is not None else []
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        path = f"{attachments_folder(ticket_path)}/{MANIFEST}"
        raise RefusedError(f"{path} is no list of attachments", hint="correct it, or delete it to copy all again.")
    return rows
