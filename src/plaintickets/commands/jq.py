"""Run jq, a program of the user's, on JSON."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from plaintickets.errors import UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence


def through_jq(arguments: Sequence[str], text: str, hint: str) -> str:
    """Return what jq makes of JSON.

    Raise UsageError for an expression that jq refuses, UnreadableError if jq is not installed.
    """
    try:
        done = subprocess.run(
            ["jq", *arguments], input=text, capture_output=True, text=True, encoding="utf-8", check=False
        )
    except FileNotFoundError:
        raise UnreadableError("jq is not installed", hint=hint) from None
    if done.returncode != 0:
        raise UsageError(f"jq: {done.stderr.strip()}")
    return done.stdout
