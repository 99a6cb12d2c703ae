"""Write the output of a command to a file that the user names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.errors import RefusedError
from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.console import CommandContext


def write(context: CommandContext, file: str, content: str | Iterable[bytes]) -> None:
    """Replace a file by a text or pieces, whole or not at all, and say so on stderr; a pipe or a device gets them.

    Raise RefusedError for a file in the store, or one that cannot be written.
    """
    from plaintickets.system.whole_files import put_pieces
    from plaintickets.write.atomic_files import write_failed

    path = os.path.realpath(os.path.join(context.around.folder, file))
    if _is_below(path, os.path.realpath(context.project.place.store)):
        raise RefusedError(safe.line(f"{file} is in the store"), hint="choose a file outside it.")
    pieces = [content.encode("utf-8", "replace")] if isinstance(content, str) else content
    try:
        if os.path.isfile(path) or not os.path.lexists(path):
            put_pieces(path, pieces, sync=False)
        else:
            with open(path, "wb", buffering=0) as target:
                target.writelines(pieces)
    except OSError as error:
        raise write_failed(file, error) from None
    context.note(safe.line(f"wrote {file}"))


def _is_below(path: str, folder: str) -> bool:
    try:
        return os.path.commonpath((path, folder)) == folder
    except ValueError:  # another drive
        return False
