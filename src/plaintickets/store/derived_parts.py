"""Derived state in parts, of which a reader decodes those that it needs, with a checksum over all of them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zlib import crc32

from plaintickets.store.derived_json import write_bytes
from plaintickets.store.private_files import is_private
from plaintickets.system.files import open_to_read

if TYPE_CHECKING:
    from collections.abc import Sequence


def write(path: str, parts: Sequence[bytes]) -> None:
    """Replace a file; a failure only makes the next command slower."""
    sizes = b" ".join(b"%d" % len(part) for part in parts)
    content = b"".join((sizes, b"\n", *parts))
    write_bytes(path, b"%08x\n%s" % (crc32(content), content))


def read(path: str) -> list[memoryview] | None:
    """Return the parts that were written; None for a damaged file, one that others can write, and no file."""
    if not is_private(path):
        return None
    try:
        with open(open_to_read(path), "rb") as file:
            checksum, content = file.readline(), file.read()
    except OSError:
        return None
    if checksum != b"%08x\n" % crc32(content):
        return None
    sizes, _, rest = content.partition(b"\n")
    places = [0]
    for size in sizes.split():
        places.append(places[-1] + int(size))
    view = memoryview(rest)
    return [view[start:end] for start, end in pairwise(places)]


def packed(value: object) -> bytes:
    """Return a value of plain JSON types as a part."""
    import json

    return json.dumps(value, separators=(",", ":")).encode("ascii")


def unpacked(part: memoryview) -> Any:
    """Return the value of a part that is JSON."""
    import json

    return json.loads(str(part, "ascii"))
