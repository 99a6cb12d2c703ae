"""Write derived state as JSON, whole or not at all."""

from __future__ import annotations

import os

from plaintickets.system.files import make_private_folder, remove, replace


def write(path: str, value: object) -> None:
    """Replace a file of derived state; a failure only makes the next command slower."""
    import json
    import tempfile

    folder, name = os.path.split(path)
    temporary = None
    try:
        make_private_folder(folder)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{name}-", dir=folder)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(value, file)
        replace(temporary, path)
    except OSError:
        if temporary is not None and os.path.exists(temporary):
            remove(temporary)
