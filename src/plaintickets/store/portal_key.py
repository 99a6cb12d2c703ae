"""The key from which the links of the portal are made, in a file beside git's own: never in the repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.servicedesk.portal_links import KEY_VARIABLE, SHORTEST_KEY
from plaintickets.errors import UnreadableError, UsageError
from plaintickets.system.files import create, link, make_private_folder, read_head, remove

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "plaintickets-portal"
_BYTES = 32


def portal_key(common_dir: str, environ: Mapping[str, str]) -> bytes:
    """Return the key of the environment, or that of this clone, which is made where there is none.

    Raise UsageError for a short one and without a repository, UnreadableError for a file that is no key.
    """
    text = environ.get(KEY_VARIABLE, "").strip()
    if text:
        if len(text) < SHORTEST_KEY:
            raise UsageError(f"{KEY_VARIABLE} is too short", hint=f"{SHORTEST_KEY} characters or more; random ones.")
        return text.encode(errors="surrogateescape")
    if not common_dir:
        raise UsageError("no git repository to keep the key of the portal in", hint=f"set {KEY_VARIABLE}.")
    path = os.path.join(common_dir, FOLDER, "key")
    try:
        if not os.path.lexists(path):
            _make(path)
        key = read_head(path, 4 * _BYTES).strip()
    except OSError as error:
        raise UnreadableError(f"{path} cannot be read: {error.strerror}") from None
    if len(key) < SHORTEST_KEY:
        raise UnreadableError(f"{path} holds no key", hint="remove it: a new one makes new links, the old ones end.")
    return key


def _make(path: str) -> None:
    """Make a key; where another process does so at the same time, one of both stays."""
    make_private_folder(os.path.dirname(path))
    beside = f"{path}.{os.getpid()}"
    descriptor = create(beside)
    try:
        # The key must never follow TK_SEED, so the kernel is asked directly.
        os.write(descriptor, os.urandom(_BYTES).hex().encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        link(beside, path)
    except FileExistsError:
        pass
    finally:
        remove(beside)
