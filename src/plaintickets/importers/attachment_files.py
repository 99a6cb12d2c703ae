"""The files of attachments in a folder beside an export; nothing is fetched, and no link is followed."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from plaintickets.system.files import open_to_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Attachment


class AttachmentFolder:
    """A folder with `KEY/NAME`, or with files where their addresses have them, as `wget -x` saves them."""

    def __init__(self, folder: str) -> None:
        """Prepare to look in a folder, through links in its own path only."""
        self._folder = os.path.realpath(folder)

    def content(self, key: str, attachment: Attachment, most: int) -> bytes | None:
        """Return the content of an attachment, at most `most` + 1 bytes; None if the folder does not have it."""
        for path in _places(key, attachment):
            whole = os.path.join(self._folder, *path)
            if os.path.realpath(whole) != whole:
                continue
            with suppress(OSError), open(open_to_read(whole), "rb") as file:
                return file.read(most + 1)
        return None


def _places(key: str, attachment: Attachment) -> Iterator[list[str]]:
    """Yield where a file may be, by the names on the way; a path that could leave the folder is not among them."""
    local = key.partition(":")[2]
    parts = _parts_of(attachment.link)
    # Two comments may have files of one name, but not of one address.
    for path in (parts, parts[1:], [*local.split("/"), attachment.name], parts[-2:] if len(parts) > 1 else []):
        is_safe = all(name not in ("", ".", "..") and not set("/\\\0:") & set(name) for name in path)
        if path and is_safe:
            yield path


def _parts_of(link: str) -> list[str]:
    """Return the host and the names of the path of an address, empty for what is none."""
    try:
        found = urlsplit(link)
    except ValueError:
        return []
    names = [unquote(name) for name in found.path.split("/") if name]
    return [found.netloc, *names] if found.netloc and names else []
