"""Write the JSON Schema of each settings file beside it, for editors, in one commit."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from plaintickets.core.config import SETTINGS_FILES
from plaintickets.core.configschema import schema_line, schema_name, schema_text
from plaintickets.core.message import message
from plaintickets.errors import RefusedError, UnreadableError
from plaintickets.store.files import read_bytes
from plaintickets.store.settings import FILE_NAME, LARGEST
from plaintickets.write.atomic_files import Write
from plaintickets.write.edit import Edit

if TYPE_CHECKING:
    from plaintickets.project import Project
    from plaintickets.write.writer import Outcome

_LARGEST_SCHEMA = 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_LINE = rb"^#[ \t]*yaml-language-server:[ \t]*\$schema=(\S+)"
_MARK = b'"title": "plaintickets '


def write_schemas(project: Project, *, subject: str = "") -> tuple[list[str], Outcome]:
    """Write the schema of config.yml and of each other settings file that exists; return the changed files.

    A settings file that names no schema, or the web address that earlier versions wrote, gets the line that names
    its schema. Raise RefusedError if a file in the way is not such a schema.
    """
    store = project.place.store
    with Edit(project, "config") as edit:
        planned = [write for file in SETTINGS_FILES for write in _writes(store, file) if write.old != write.new]
        names = sorted(write.path for write in planned)
        details = [f"{os.path.basename(store)}/{name}" for name in names]
        template, standard = project.config.commit_template, "tk: config: schemas for editors"
        text = message("config", [], template, subject=subject, standard=standard, details=details)
        for write in planned:
            edit.put(write)
        outcome = edit.commit_as(text)
    return names, outcome


def _writes(store: str, file: str) -> list[Write]:
    settings = _content(store, file, LARGEST)
    if settings is None and file != FILE_NAME:
        return []
    name = schema_name(file)
    old = _content(store, name, _LARGEST_SCHEMA)
    if old is not None and _MARK not in old:
        raise RefusedError(f"{name} is not a schema that tk wrote", hint="move it away, then run the command again.")
    schema = Write(name, old, schema_text(file).encode())
    return [schema] if settings is None else [schema, Write(file, settings, with_schema_line(settings, file))]


def _content(store: str, name: str, limit: int) -> bytes | None:
    try:
        content = read_bytes(store, name, limit)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UnreadableError(f"cannot read {name}: {error.strerror}") from None
    if len(content) > limit:
        raise UnreadableError(f"{name} is larger than {limit // 1024} KiB")
    return content


def with_schema_line(content: bytes, file: str) -> bytes:
    """Return a settings file with the line that names its schema; a schema that the user chose stays."""
    named = re.search(_LINE, content, re.MULTILINE)
    if named is None:
        end = b"\r\n" if b"\r\n" in content else b"\n"
        mark = _BOM if content.startswith(_BOM) else b""
        return mark + schema_line(file).encode() + end + content[len(mark) :]
    published = rb"https://\S+/plaintickets/\S+/" + re.escape(schema_name(file).encode())
    if re.fullmatch(published, named[1]) is None:
        return content
    return content[: named.start(1)] + schema_name(file).encode() + content[named.end(1) :]
