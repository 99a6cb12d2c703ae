"""Read from git's configuration file where a clone came from, without running git."""

from __future__ import annotations

import os
import re

from plaintickets.system.files import NotRegularError, read_head

MOST_BYTES = 1 << 20
_ORIGIN = r'^\s*\[remote "origin"\]\s*$((?:\n(?!\s*\[).*)*)'
_ADDRESS = r'^\s*url\s*=\s*"?([^"\n]*?)"?\s*$'


def origin_name(common_dir: str) -> str:
    """Return the last part of the address of the remote `origin`, without `.git`; empty where there is none."""
    try:
        text = read_head(os.path.join(common_dir, "config"), MOST_BYTES).decode(errors="replace")
    except (NotRegularError, OSError):
        return ""
    section = re.search(_ORIGIN, text, re.MULTILINE)
    address = re.search(_ADDRESS, section[1], re.MULTILINE) if section else None
    if address is None:
        return ""
    return re.split(r"[/\\:]", address[1].rstrip("/\\"))[-1].removesuffix(".git")
