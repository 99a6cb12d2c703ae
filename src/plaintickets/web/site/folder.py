"""The folder of a site: only files that `tk site` wrote are replaced or removed, and no link is followed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.errors import RefusedError
from plaintickets.store.files import is_linked
from plaintickets.system import files
from plaintickets.system.whole_files import put_bytes
from plaintickets.write.atomic_files import content_of, refuse_links_on_the_way, write_failed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.store.locations import Place

MANIFEST = ".tk-site.json"
_MADE = re.compile(
    r"(?:(?:t|kb)/[^/\\\x00]+\.html|t/[^/\\\x00]+\.d/attachments/(?!\.)[^/\\\x00]+|[a-z0-9-]+\.html|"
    r"site\.css|style\.css|site\.js|search-index\.js|feed\.xml|\.nojekyll)"
)
_LARGEST_MANIFEST = 64 << 20


class Written(NamedTuple):
    """How many files a run wrote, left as they were, and removed; `kept` are files that somebody changed."""

    written: int
    unchanged: int
    removed: int
    kept: list[str]


def refuse_place(out: str, place: Place) -> None:
    """Refuse a folder inside git's folder or the store, and one that holds them."""
    real = os.path.realpath(out)
    guarded = [path for path in (place.store, place.git_dir, place.common_dir) if path]
    for path in map(os.path.realpath, guarded):
        if os.path.commonpath((real, path)) in (real, path):
            raise RefusedError(
                f"{out} is in, or around, {path}; a site is not written there",
                hint="name another folder, for example: tk site public",
            )
    if os.path.islink(out.rstrip("/")):
        raise RefusedError(f"{out} is a symbolic link, so it is not written through", hint="name the folder itself.")
    if os.path.lexists(out) and not os.path.isdir(out):
        raise RefusedError(f"{out} is not a folder", hint="name another folder, for example: tk site public")


def write(out: str, made: Iterable[tuple[str, bytes]], *, force: bool = False) -> Written:
    """Write the files that changed, and remove those of an earlier run that are not made any more.

    Raise RefusedError for a folder with files of others, unless `force` is set.
    """
    earlier = _read_manifest(out)
    if earlier is None and not force and os.path.isdir(out) and os.listdir(out):
        raise RefusedError(
            f"{out} is not empty, and tk site did not make it", hint="name another folder, or add --force."
        )
    known = earlier or {}
    sums: dict[str, str] = {}
    written = 0
    try:
        for path, content in made:
            written += _put(out, path, content, known.get(path), force=force)
            sums[path] = hashlib.sha256(content).hexdigest()
        removed, kept = _remove(out, {path: known[path] for path in sorted(known.keys() - sums.keys())})
        _put_manifest(out, sums)
    except BaseException as error:
        with contextlib.suppress(OSError):  # the next run goes on from here
            _put_manifest(out, {**known, **sums})
        if isinstance(error, OSError):
            raise write_failed(out, error, "the site is incomplete") from None
        raise
    return Written(written, len(sums) - written, removed, kept)


def _put_manifest(out: str, sums: dict[str, str]) -> None:
    content = (json.dumps({"format": 1, "files": dict(sorted(sums.items()))}, indent=0) + "\n").encode()
    refuse_links_on_the_way(out, MANIFEST)
    if sums and content_of(f"{out}/{MANIFEST}") != content:
        put_bytes(f"{out}/{MANIFEST}", content, sync=False)


def _put(out: str, path: str, content: bytes, known: str | None, *, force: bool) -> bool:
    """Write a file if its bytes differ; tell whether it was written."""
    target = f"{out}/{path}"
    refuse_links_on_the_way(out, path)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    old = content_of(target)
    if old == content:
        return False
    if old is not None and not force and hashlib.sha256(old).hexdigest() != known:
        raise RefusedError(
            f"{target} was changed since tk site wrote it, or is not its file",
            hint="move it away, or overwrite it with --force.",
        )
    put_bytes(target, content, sync=False)
    return True


def _remove(out: str, gone: dict[str, str]) -> tuple[int, list[str]]:
    """Remove files of an earlier run that have the bytes it wrote; return the others too."""
    removed, kept = 0, []
    for path, digest in gone.items():
        if is_linked(out, path):
            kept.append(path)
            continue
        content = content_of(f"{out}/{path}")
        if content is None:
            continue
        if hashlib.sha256(content).hexdigest() != digest:
            kept.append(path)
            continue
        files.remove(f"{out}/{path}")
        removed += 1
        _drop_emptied(out, path)
    return removed, kept


def _drop_emptied(out: str, path: str) -> None:
    """Remove the folders of the attachments of a ticket that a removed file leaves empty."""
    folder = path.rpartition("/")[0]
    with contextlib.suppress(OSError):
        while "/" in folder:
            os.rmdir(f"{out}/{folder}")
            folder = folder.rpartition("/")[0]


def _read_manifest(out: str) -> dict[str, str] | None:
    """Return the checksums of the files of an earlier run; None if there was none or its list cannot be trusted."""
    try:
        if os.lstat(f"{out}/{MANIFEST}").st_size > _LARGEST_MANIFEST:
            return None
        found = json.loads(content_of(f"{out}/{MANIFEST}") or b"")
        listed = found["files"]
        return {path: str(digest) for path, digest in listed.items() if _MADE.fullmatch(path) and ".." not in path[:4]}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
