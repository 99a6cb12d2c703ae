"""Fuzzing of what reads other people's text: tickets, queries, settings, templates, and the merge of tickets.

`python tests/soak/fuzz.py [--seed N] [--seconds N] [TARGET …]` draws with hypothesis, reproducibly: the same seed
gives the same examples. With atheris installed, `--atheris TARGET [libFuzzer's options]` lets coverage guide it.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from asking import PlainContext
from plaintickets.core import document, template
from plaintickets.core.configcheck import build
from plaintickets.core.merge import merge
from plaintickets.core.query import QueryError, compile_query, describe
from plaintickets.core.query import parse as parse_query
from plaintickets.core.ticket import Ticket
from plaintickets.errors import UnreadableError
from plaintickets.render import safe
from plaintickets.store.configfile import ConfigSyntaxError, read_yaml
from soak import corpus

if TYPE_CHECKING:
    from collections.abc import Callable

    Target = Callable[[bytes], None]

PIECES = 300  # of a longer example
SECONDS = 2.0
ROUND = 500
SPLIT = b"\0\1\0"  # between the versions of a merge
TOKENS = (
    "---", "\n", "\n---\n", "\r\n", "\r", "id: aa-1\n", "status: open\n", "status: closed\n", "deps: [", "]", "tags:\n- a\n", "  - b\n",
    "priority: 1\n", "title: x\n", "created: 2026-01-02T03:04:05Z\n", "conflicts:\n", "- {key: a, value: b}\n", "x: ", ": ", ", ", "#",
    " #", "'", '"', "\\", "\\e", "|", ">", "|-\n  ", "&a ", "*a", "<<: ", "!!x ", "{", "}", "[", "? ", "- ", "~", "null", "%YAML 1.1\n", "...\n",
    "\t", " ", "  ", "\u2028", "\x85", "\ufeff", "\x00", "\x1b]52;c;x\x07", "\u202e", "\ud7ff", "\U0001f600", "e\u0301", "# T\n", "## Notes\n",
    "## Acceptance Criteria\n", "- [ ] a\n", "- [x] a\n", "**2026-01-01T00:00:00Z** · Ada\n", "```\n", "    atheris = import_module("atheris")
    atheris.instrument_all()
    atheris.Setup([name, *options], TARGETS[name])
    atheris.Fuzz()


def main() -> int:
    """Prints what was tried; 1 if a target did what it must not."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--seconds", type=float, default=300)
    reader.add_argument("--atheris", action="store_true")
    reader.add_argument("targets", nargs="*", metavar="TARGET")
    asked, options = reader.parse_known_args()
    if asked.atheris:
        _guided(asked.targets[0], options)
    bad = 0
    for name in asked.targets or TARGETS:
        count, found = fuzz(name, asked.seed, asked.seconds / len(asked.targets or TARGETS))
        bad += len(found)
        print(f"{name:<10} {count:>8} examples  {len(found)} faults", *found, sep="\n  ", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
