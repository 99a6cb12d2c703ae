"""Write the lines about `tk` for coding agents into AGENTS.md."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.agent_guide import updated
from plaintickets.errors import RefusedError, UnreadableError
from plaintickets.store.locations import STORE_NAME, find_store, locate
from plaintickets.system.whole_files import put_bytes
from plaintickets.write.atomic_files import content_of, write_failed

if TYPE_CHECKING:
    from plaintickets.project import Surroundings

NAME = "AGENTS.md"
_LARGEST = 1 << 20


def write(around: Surroundings) -> tuple[str, bool]:
    """Add or update the block in AGENTS.md beside the store; return the path, and whether the file changed.

    The file is not committed. Raise RefusedError for a link, and if the marks of the block are not one pair.
    """
    store = locate(find_store(around.folder, around.environ.get("TICKETS_DIR"))).store
    folder = os.path.dirname(store) if os.path.basename(store) == STORE_NAME else store
    path = os.path.join(folder, NAME)
    if os.path.islink(path):
        raise RefusedError(
            f"{NAME} is a symbolic link to {os.readlink(path)}, so it is not written",
            hint=f"add the lines to that file yourself: tk agent-guide >> {NAME}",
        )
    try:
        if os.path.lexists(path) and os.stat(path).st_size > _LARGEST:
            raise RefusedError(f"{NAME} is larger than 1 MiB", hint="`tk agent-guide` prints the lines.")
        content = content_of(path)
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror}") from None
    new = updated(content or b"")
    if new == content:
        return path, False
    try:
        put_bytes(path, new)
    except OSError as error:
        raise write_failed(path, error) from None
    return path, True
