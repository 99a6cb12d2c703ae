"""Write derived state as JSON, whole or not at all; with a checksum, where a damaged file must not be read."""

from __future__ import annotations

import contextlib
import os
from typing import Any
from zlib import crc32

from plaintickets.store.private_files import is_private
from plaintickets.system.files import make_private_folder, open_to_read


def write(path: str, value: object) -> None:
    """Replace a file of derived state; a failure only makes the next command slower."""
    import json

    write_bytes(path, json.dumps(value).encode("ascii"))


def write_checked(path: str, value: object) -> None:
    """Replace a file of derived state, and put a checksum on its first line."""
    import json

    text = json.dumps(value, separators=(",", ":")).encode("ascii")
    write_bytes(path, b"%08x\n%s" % (crc32(text), text))


def read_checked(path: str) -> Any:
    """Return what `write_checked` wrote; None for a damaged file, one that others can write, and no file."""
    import json

    if not is_private(path):
        return None
    try:
        with open(open_to_read(path), "rb") as file:
            checksum, _, text = file.read().partition(b"\n")
    except OSError:
        return None
    return json.loads(text) if checksum == f"{crc32(text):08x}".encode() else None


def write_bytes(path: str, content: bytes) -> None:
    """Replace a file of derived state; a failure only makes the next command slower."""
    from plaintickets.system.whole_files import put_bytes

    with contextlib.suppress(OSError):
        make_private_folder(os.path.dirname(path))
        put_bytes(path, content, mode=0o600, sync=False)
