"""Which version of the time zone database a zone comes from."""

from __future__ import annotations

import os
from importlib.util import find_spec
from zoneinfo import TZPATH


def zone_stamp(name: str) -> str:
    """Return what changes whenever the rules of a zone do, empty for a zone without a file."""
    for folder in (*TZPATH, _package_folder()):
        path = os.path.join(folder, *name.split("/"))
        if folder and os.path.isfile(path):
            stat = os.stat(path)
            return f"{path} {stat.st_mtime_ns} {stat.st_size}"
    return ""


def _package_folder() -> str:
    spec = find_spec("tzdata")
    return os.path.join(os.path.dirname(spec.origin), "zoneinfo") if spec is not None and spec.origin else ""
