"""The uses of `tk sla`, with the words and options that each takes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from plaintickets.commands.options import refuse_given
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS = {"--explain": (0, 0), "presets": (1, 1), "events": (2, 2), "test": (1, 2), "check": (1, sys.maxsize)}
"""The least and the most words of a use, with its own name."""
_TAKEN = {
    "--breached": ("",), "--warning": ("",), "--unmatched": ("",), "--within": ("check",),
    "--at": ("", "check", "events", "--explain"), "--policy": ("", "check", "events", "--explain", "test"),
}  # fmt: skip
"""The uses that take an option; the list of clocks has no name."""
_HINT = "tk sla [QUERY], tk sla check [QUERY], tk sla events ID, tk sla presets, tk sla test [FILE]"


def use_of(words: tuple[str, ...], explain: str, options: Mapping[str, Any]) -> str:
    """Return which use of the command is meant: its first word, `--explain`, or nothing for the list of clocks.

    Raise UsageError for words and options that this use does not take.
    """
    use = "--explain" if explain else words[0] if words and words[0] in _WORDS else ""
    least, most = _WORDS.get(use, (0, sys.maxsize))
    if not least <= len(words) <= most:
        raise UsageError(f"{use} does not go with the words {' '.join(words)}", hint=_HINT)
    for name, uses in _TAKEN.items():
        if use not in uses:
            refuse_given({name: options[name]}, " and ".join(f"tk sla {one}".rstrip() for one in uses))
    if options["--unmatched"]:
        refuse_given({name: options[name] for name in ("--breached", "--warning")}, "clocks, not with --unmatched")
    return use
