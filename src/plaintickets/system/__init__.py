"""What an operating system decides, as small functions with a form for POSIX and one for Windows.

No other module names what only one of them has: flags of `open`, owners, locks, signals, `/proc`, shells.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Check which parts are missing, so that a test that removes the POSIX parts runs the other branch.
WINDOWS = not hasattr(os, "geteuid")
# HFS+ returns names in decomposed form; git composes them, and so does this program.
DECOMPOSES = sys.platform == "darwin"


def program_endings(environ: Mapping[str, str]) -> list[str]:
    """Return what a program's file has after its name: an extension on Windows, in small letters, else nothing."""
    if not WINDOWS:
        return [""]
    return [ending.lower() for ending in environ.get("PATHEXT", ".com;.exe;.bat;.cmd").split(";") if ending]
