"""What an operating system decides, as small functions with a form for POSIX and one for Windows.

No other module names what only one of them has: flags of `open`, owners, locks, signals, `/proc`, shells.
"""

from __future__ import annotations

import os
import sys

# Asked by what is missing, so that a test that takes the POSIX parts away runs the other form.
WINDOWS = not hasattr(os, "geteuid")
# On Windows a program is found by its name with an extension, and a command line is no shell's.
PROGRAMS_HAVE_EXTENSIONS = WINDOWS
# HFS+ hands back names in decomposed form; git composes them, and so do we.
DECOMPOSES = sys.platform == "darwin"
