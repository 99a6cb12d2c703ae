"""Copy the attachments of imported tickets to `ID.d/attachments/`, and note in a manifest where each came from.

They stand in the export, or in a folder beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from plaintickets.core.mail.filed_text import file_name
from plaintickets.core.paths import LARGEST_IMPORTED
from plaintickets.importers.attachment_contents import TOO_LARGE
from plaintickets.store.attachments import MANIFEST, attachments_folder, manifest_content, manifest_rows
from plaintickets.write.atomic_files import Write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.imported import Attachment, Imported
    from plaintickets.importers.attachment_contents import AttachmentContents
    from plaintickets.importers.attachment_files import AttachmentFolder
    from plaintickets.write.edit import Edit

MOST_TOGETHER = 256 * 1024 * 1024
"""The most bytes of one import: the files are held until all are written."""
_NAMED = "source-name"


class CopiedFiles:
    """The files that a ticket has from imports, by the rows of its manifest; `folder` is its path from the ticket."""

    def __init__(self, folder: str, rows: Sequence[Mapping[str, Any]]) -> None:
        self._folder = folder
        self._named: dict[str, dict[str, str]] = {}
        for row in rows:
            for address in (f"sha256:{_word(row, 'sha256')}", _word(row, _NAMED), _word(row, "link")):
                self._named.setdefault(address, {}).setdefault(_word(row, "comment"), _word(row, "name"))

    def path(self, address: str, comment: str = "", *, beside: bool = False) -> str:
        """Return the path of a file by the name of its content, its own name or its address; empty for none.

        That of the comment with a time goes before others of one name. `beside` is the path from a file in the folder.
        """
        found = self._named.get(address, {})
        name = found.get(comment, next(iter(found.values()), ""))
        folder = self._folder.partition("/")[2] if beside else self._folder
        return f"{folder}/{name}" if name else ""


class AttachmentCopies:
    """The attachments that one import copies. One that a manifest names was copied before, and is not copied again.

    `contents` are those of the export itself, `folder` has files beside it; each may be missing.
    """

    def __init__(
        self,
        edit: Edit,
        folder: AttachmentFolder | None,
        contents: AttachmentContents | None = None,
        together: int = MOST_TOGETHER,
    ) -> None:
        self._edit = edit
        self._store = edit.project.place.store
        self._folder = folder
        self._contents = contents
        self._left = self._together = together
        self.left_out: Counter[str] = Counter()
        self.count = 0

    def take(self, path: str, record: Imported) -> CopiedFiles:
        """Copy the attachments of a record beside its ticket; return all that are there.

        Raise RefusedError if the manifest there cannot be read.
        """
        folder = attachments_folder(path)
        before = manifest_content(self._store, path)
        rows = manifest_rows(before, path)
        known = {
            (_word(row, _NAMED), address, _word(row, "comment"))
            for row in rows
            for address in (_word(row, "link"), f"sha256:{_word(row, 'sha256')}")
        }
        taken = {_word(row, "name").casefold() for row in rows} | {MANIFEST}
        once = {_key(one): one for one in record.attachments if _key(one) not in known}
        new = [self._copied(folder, record.key, one, taken) for one in once.values()]
        found = [row for row in new if row]
        if found:
            content = json.dumps([*rows, *found], ensure_ascii=False, indent=2, sort_keys=True) + "\n"
            self._edit.put(Write(f"{folder}/{MANIFEST}", before, content.encode(errors="replace")))
            self.count += len(found)
        return CopiedFiles("/".join(folder.split("/")[-2:]), [*rows, *found])

    def _copied(self, folder: str, key: str, one: Attachment, taken: set[str]) -> dict[str, Any]:
        """Put the file of an attachment into the edit; return its row of the manifest, empty for one left out."""
        content = self._content(key, one)
        reason = ""
        if content is None and one.file != TOO_LARGE:
            if self._folder is None:
                self.left_out.update(["contents of attachments"] if one.file else [])
                return {}
            reason = "missing attachment"
        elif content is None or len(content) > LARGEST_IMPORTED:
            reason = f"attachment above {LARGEST_IMPORTED >> 20} MB"
        elif len(content) > self._left:
            reason = f"attachment beyond {self._together >> 20} MB of one import, which the next import takes"
        if content is None or reason:
            self.left_out[f"{reason}: {key.partition(':')[2]}/{one.name}"] += 1
            return {}
        digest = hashlib.sha256(content).hexdigest()
        name = self._free(folder, file_name(one.name, "", digest[:8]), digest, taken)
        taken.add(name.casefold())
        self._left -= len(content)
        self._edit.put(Write(f"{folder}/{name}", None, content))
        row = {"link": one.link, "name": name, "sha256": digest, "size": len(content), _NAMED: one.name}
        return {**row, "comment": one.comment} if one.comment else row

    def _content(self, key: str, one: Attachment) -> bytes | None:
        found = self._contents.content(one.file) if self._contents and one.file else None
        return self._folder.content(key, one, LARGEST_IMPORTED) if found is None and self._folder else found

    def _free(self, folder: str, name: str, digest: str, taken: set[str]) -> str:
        """Return a name that no other file of the ticket has; `taken` are names without regard to case."""
        number = 1
        found = name
        while found.casefold() in taken or os.path.lexists(f"{self._store}/{folder}/{found}"):
            found = f"{digest[:8]}-{number}-{name}"
            number += 1
        return found


def _word(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _key(one: Attachment) -> tuple[str, str, str]:
    return one.name, one.file or one.link, one.comment
