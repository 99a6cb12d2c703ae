"""Copy the attachments of imported tickets to `ID.d/attachments/`, and note in a manifest where each came from."""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from plaintickets.core.mail.filed_text import file_name
from plaintickets.core.paths import IMPORTED
from plaintickets.errors import RefusedError
from plaintickets.store.comment_files import folder_of
from plaintickets.store.files import read_bytes
from plaintickets.write.atomic_files import Write

if TYPE_CHECKING:
    from plaintickets.core.imported import Attachment, Imported
    from plaintickets.importers.attachment_files import AttachmentFolder
    from plaintickets.write.edit import Edit

MANIFEST = "manifest.json"
LARGEST = 25 * 1024 * 1024
MOST_TOGETHER = 256 * 1024 * 1024
"""The most bytes of one import: the files are held until all are written."""
_LARGEST_MANIFEST = 16 * 1024 * 1024
_NAMED = "source-name"


class AttachmentCopies:
    """The attachments that one import copies. One that a manifest names was copied before, and is not copied again."""

    def __init__(self, edit: Edit, folder: AttachmentFolder, together: int = MOST_TOGETHER) -> None:
        self._edit = edit
        self._store = edit.project.place.store
        self._folder = folder
        self._left = self._together = together
        self.left_out: Counter[str] = Counter()
        self.count = 0

    def take(self, path: str, record: Imported) -> None:
        """Copy the attachments of a record beside its ticket.

        Raise RefusedError if the manifest there cannot be read.
        """
        if not record.attachments:
            return
        folder = f"{folder_of(path)}/{IMPORTED}"
        before = self._manifest(f"{folder}/{MANIFEST}")
        rows = _rows(before, f"{folder}/{MANIFEST}")
        known = {(row.get(_NAMED), row.get("link"), row.get("comment", "")) for row in rows}
        taken = {str(row.get("name")) for row in rows} | {MANIFEST}
        new = [self._copied(folder, record.key, one, taken) for one in record.attachments if _key(one) not in known]
        found = [row for row in new if row]
        if found:
            content = json.dumps([*rows, *found], ensure_ascii=False, indent=2, sort_keys=True) + "\n"
            self._edit.put(Write(f"{folder}/{MANIFEST}", before, content.encode(errors="replace")))
            self.count += len(found)

    def _copied(self, folder: str, key: str, one: Attachment, taken: set[str]) -> dict[str, Any]:
        """Put the file of an attachment into the edit; return its row of the manifest, empty for one left out."""
        content = self._folder.content(key, one, LARGEST)
        reason = ""
        if content is None:
            reason = "missing attachment"
        elif len(content) > LARGEST:
            reason = f"attachment above {LARGEST >> 20} MB"
        elif len(content) > self._left:
            reason = f"attachment beyond {self._together >> 20} MB of one import, which the next import takes"
        if content is None or reason:
            self.left_out[f"{reason}: {key.partition(':')[2]}/{one.name}"] += 1
            return {}
        digest = hashlib.sha256(content).hexdigest()
        name = self._free(folder, file_name(one.name, "", digest[:8]), digest, taken)
        taken.add(name)
        self._left -= len(content)
        self._edit.put(Write(f"{folder}/{name}", None, content))
        row = {"link": one.link, "name": name, "sha256": digest, "size": len(content), _NAMED: one.name}
        return {**row, "comment": one.comment} if one.comment else row

    def _free(self, folder: str, name: str, digest: str, taken: set[str]) -> str:
        """Return a name that no other file of the ticket has, whatever the case of its letters."""
        held = {one.casefold() for one in taken}
        number = 1
        found = name
        while found.casefold() in held or os.path.lexists(f"{self._store}/{folder}/{found}"):
            found = f"{digest[:8]}-{number}-{name}"
            number += 1
        return found

    def _manifest(self, path: str) -> bytes | None:
        try:
            return read_bytes(self._store, path, _LARGEST_MANIFEST)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise RefusedError(f"{path} cannot be read: {error.strerror}") from None


def _key(one: Attachment) -> tuple[str, str, str]:
    return one.name, one.link, one.comment


def _rows(content: bytes | None, path: str) -> list[dict[str, Any]]:
    """Return the rows of a manifest; raise RefusedError for a text that is none."""
    try:
        rows = json.loads(content) if content is not None else []
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RefusedError(f"{path} is no list of attachments", hint="correct it, or delete it to copy all again.")
    return rows
