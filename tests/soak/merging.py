"""S9: the merge driver against a judge of its own, on generated pairs of edits and on damaged files."""

from __future__ import annotations

import random
from typing import NamedTuple

from plaintickets.core.document import parse
from plaintickets.core.merge import Merged, Rules, merge
from plaintickets.errors import UnreadableError
from soak.tickets import STATUSES, Layout, Model, edited, expected, read, reading_of, some_ticket, written

RULES = Rules(STATUSES, frozenset(("closed",)))


class Triple(NamedTuple):
    """A ticket and what two people made of it."""

    base: Model
    one: Model
    other: Model
    layout: Layout

    def contents(self) -> tuple[bytes, bytes, bytes]:
        return written(self.base, self.layout), written(self.one, self.layout), written(self.other, self.layout)


def some_triple(chance: random.Random) -> Triple:
    """A ticket of which both sides differ."""
    layout = Layout(*(chance.random() < share for share in (0.3, 0.0, 0.2, 0.1, 0.2)))
    base = some_ticket(chance)
    return Triple(base, edited(chance, base, "Bob"), edited(chance, base, "Cyd"), layout)


def merge_many(seed: int, count: int) -> dict[str, list[str] | int]:
    """Merges so many triples; names what was asymmetric, wrong, unreadable, or lost without a record."""
    faults: list[str] = []
    clean = 0
    for number in range(count):
        triple = some_triple(random.Random(f"{seed}/{number}"))
        merged, found = judged(triple)
        clean += merged is not None and not merged.conflicts
        faults += [f"{seed}/{number}: {fault}" for fault in found]
    return {"triples": count, "clean": clean, "wrong": faults}


def judged(triple: Triple) -> tuple[Merged | None, list[str]]:
    """The merge of a triple, and what is wrong with it."""
    base, one, other = triple.contents()
    try:
        merged, mirrored = merge(base, one, other, RULES), merge(base, other, one, RULES)
        recorded = merge(base, one, other, RULES._replace(marks=False))
    except UnreadableError as error:
        return None, [f"refused: {error}"]
    found = [] if merged == mirrored else ["not symmetric"]
    wanted = expected(triple.base, triple.one, triple.other)
    fields = {conflict.field for conflict in merged.conflicts}
    if "status" in fields:
        fields -= {"closed", "resolution"}
    if "status" in wanted.conflicts:
        wanted = wanted._replace(conflicts=wanted.conflicts - {"closed", "resolution"})
    if fields != wanted.conflicts:
        found.append(f"conflicts {sorted(fields)}, expected {sorted(wanted.conflicts)}")
    if not fields and not wanted.conflicts:
        found += differences(merged.content or b"", wanted.model, triple.layout)
    for result in (merged, recorded):
        found += _losses(triple, result)
    problems = parse(recorded.content or b"", "").problems
    return merged, found + [f"cannot be read: {problem}" for problem in problems]


def differences(content: bytes, model: Model, layout: Layout) -> list[str]:
    """Where a file says something else than the file of a model would."""
    got, wanted = read(content), reading_of(model, layout)
    got["lines"], wanted["lines"] = sorted(map(str, got["lines"])), sorted(map(str, wanted["lines"]))  # type: ignore[call-overload]
    return [
        f"{name}: {got.get(name)!r}, expected {wanted.get(name)!r}"
        for name in {**got, **wanted}
        if got.get(name) != wanted.get(name)
    ]


def _losses(triple: Triple, merged: Merged) -> list[str]:
    """What one side wrote, the base did not have, and the result does not show."""
    text = (merged.content or b"").decode().replace("\\\\", "\\")
    lost = []
    for side in (triple.one, triple.other):
        new = [text for name, text in side.paragraphs.items() if triple.base.paragraphs.get(name) != text]
        new += [text for name, text in side.comments.items() if triple.base.comments.get(name) != text]
        new += [side.title] if side.title != triple.base.title else []
        new += [text for key, text in side.scalars.items() if triple.base.scalars.get(key) != text]
        shown = [(piece, piece.replace("'", "''"), piece.replace('"', '\\"')) for piece in new]
        lost += [f"lost: {forms[0]!r}" for forms in shown if not any(form in text for form in forms)]
    return lost


def damage_many(seed: int, count: int) -> dict[str, list[str] | int]:
    """Merges damaged files; names asymmetry, what raised, and what was made that cannot be read."""
    faults: list[str] = []
    merges = 0
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        triple = some_triple(chance)
        base, one, other = (damaged(chance, content) for content in triple.contents())
        try:
            merged = merge(base, one, other, RULES)
        except UnreadableError:
            merged = None
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault
            faults.append(f"{seed}/{number}: raised {error!r}")
            continue
        merges += merged is not None
        try:
            mirrored = merge(base, other, one, RULES)
        except UnreadableError:
            mirrored = None
        if merged != mirrored:
            faults.append(f"{seed}/{number}: not symmetric")
        if merged and merged.content:
            marked = any(not conflict.lost for conflict in merged.conflicts)
            problems = [problem for problem in parse(merged.content, "").problems if not marked]
            readable = not any(parse(side, "").problems for side in (one, other) if side)
            faults += [f"{seed}/{number}: {problem}" for problem in problems if readable]
    return {"damaged files": count, "merged all the same": merges, "faults": faults}


def damaged(chance: random.Random, content: bytes) -> bytes:
    """The bytes after up to three blows."""
    data = bytearray(content)
    for _ in range(chance.choice((0, 1, 1, 2, 3))):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(6)
        if kind == 0:
            data[at:at] = bytes([chance.randrange(256)])
        elif kind == 1:
            del data[at : at + chance.randint(1, 5)]
        elif kind == 2:
            data[at:at] = chance.choice(
                (b"\n", b"\r", b"---\n", b"- ", b"  ", b": ", b"#", b"'", b'"', b"[", b"\t", b"\xff")
            )
        elif kind == 3:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 4:
            cut = chance.randrange(len(data) + 1)
            data[at:at] = data[min(at, cut) : max(at, cut)][:80]
        else:
            data[at:at] = chance.choice(
                (
                    b"\n<<<<<<< x\n",
                    b"\n## Notes\n",
                    b"\n**2026-01-01T00:00:00Z**\n",
                    b"\nstatus: closed\n",
                    b"\n```\n",
                    b"\n# T\n",
                )
            )
    return bytes(data)
