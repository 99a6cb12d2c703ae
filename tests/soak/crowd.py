"""Mixed operations, and what is left of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

    from soak.ground import Ground


class Operation(NamedTuple):
    """One run of tk, and what stands in the store of whoever has it, if it was acknowledged."""

    args: list[str]
    ticket: str
    mark: str


def operations(chance: random.Random, count: int, tickets: int, name: str) -> Iterator[Operation]:
    """Mixed operations, each with a mark of its own."""
    for number in range(count):
        mark = f"{name}x{number}x"
        ticket = f"aa-{chance.randint(1, tickets)}"
        yield chance.choice(
            [
                Operation(["new", f"Made {mark}", "-q"], "", mark),
                Operation(["comment", ticket, f"said {mark}"], ticket, mark),
                Operation(["set", ticket, f"tags+={mark}"], ticket, mark),
                Operation(["close", ticket, "-m", f"closed {mark}"], ticket, mark),
                Operation(["set", ticket, f"milestone={mark}", f"tags+={mark}"], ticket, mark),
            ]
        )


def unparsable(ground: Ground, repo: Path | None = None) -> list[str]:
    """What tk cannot read, and what git finds wrong."""
    listed = ground.tk("ls", "--all", "--json", cwd=repo)
    problems = list(json.loads(listed.out)["problems"]) if listed.code == 0 else [listed.text]
    wrong = ground.git("fsck", "--no-dangling", "--connectivity-only", cwd=repo, check=False)
    return problems + [wrong] * bool(wrong.strip())
