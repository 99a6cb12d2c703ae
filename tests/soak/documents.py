"""S10: generated documents, edited key by key; whatever is not addressed stays byte for byte."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import yaml

from plaintickets.core.document import Document, parse
from plaintickets.core.frontmatter import SCALARS
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from plaintickets.core.frontmatter import Value

_WORDS = ("alpha", "beta", "no", "0755", "1e3", "2026-01-05", "12:30:00", "a b", "x:y", "it's", 'say "hi"', "a#b", "\u6f22\u5b57", "\u00e9t\u00e9", "-x", "@bob", "100%", "[x]", "{y}", "a, b", "null", "~", "", " pad ", "#1", "k: v", "a #b", "*a", "&b", "!c", "|", ">", "`t`", "=", "<<", "?", "- z", "\u2028", "a\tb", "\\n")  # fmt: skip
_PLAIN = ("alpha", "beta", "no", "0755", "1e3", "2026-01-05", "12:30:00", "a b", "x:y", "it's", "a#b", "\u6f22\u5b57")
KEYS = ("id", "status", "deps", "links", "created", "type", "priority", "assignee", "tags", "due", "custom-field", "x_y", "parent")  # fmt: skip


def some_document(chance: random.Random) -> bytes:
    """A readable ticket in one of the many shapes that people and programs give them."""
    lines = []
    for key in chance.sample(KEYS, chance.randint(1, len(KEYS))):
        if chance.random() < 0.15:
            lines.append(chance.choice(["", "# a comment", "#", "  "]))
        lines += _entry(chance, key)
    body = chance.choice(
        ["# Title\n\nText.\n", "", "no newline at the end", "# T\n\n---\nstatus: closed\n---\n", "\n\n# Late\n"]
    )
    text = "---\n" + "".join(line + "\n" for line in lines) + "---\n" + body
    if chance.random() < 0.2:
        text = text.replace("\n", "\r\n")
    return (chance.choice(["", "", "", "\ufeff"]) + text).encode()


def _entry(chance: random.Random, key: str) -> list[str]:
    comment = chance.choice(["", "", "", " # note", "   #x"])
    shape = chance.choice((0, 1, 2, 3, 6, 7)) if key in SCALARS else chance.randrange(9)
    word = chance.choice(_PLAIN)
    if shape == 0:
        return [f"{key}: {word}{comment}"]
    if shape == 1:
        return [f"{key}: '{word.replace(chr(39), chr(39) * 2)}'{comment}"]
    if shape == 2:
        return [f'{key}: "{word}"{comment}']
    if shape == 3:
        return [f"{key}:{comment}"]
    if shape == 4:
        return [
            f"{key}: [{', '.join(chance.sample(['a', 'b', 'c d', chr(34) + 'e, f' + chr(34), 'g'], chance.randint(0, 4)))}]{comment}"
        ]
    if shape == 5:
        indent = chance.choice(["", "  ", "    "])
        items = [
            f"{indent}- {item}{chance.choice(['', ' # c'])}" for item in chance.sample(["a", "'b'", '"c"', "d e"], 3)
        ]
        return [f"{key}:{comment}", *items]
    if shape == 6:
        return [f"{key}: |", "  one", "  two"]
    if shape == 7:
        return [f"{key}: one", "  two"]
    return [f"{key}: [a,", "  b]"]


def some_value(chance: random.Random) -> Value | None:
    """What a key is set to; None removes it."""
    draw = chance.random()
    if draw < 0.1:
        return None
    if draw < 0.4:
        return [chance.choice(_WORDS) or "x" for _ in range(chance.randint(0, 4))]
    return chance.choice(_WORDS)


def edit_faults(content: bytes, key: str, value: Value | None) -> tuple[bytes, list[str]]:
    """The bytes after one key was set, and what that broke; a key of one value is never set to a list."""
    value = value if key not in SCALARS or not isinstance(value, list) else "".join(map(str, value[:1]))
    before = parse(content, "aa-1.md")
    if before.problems:
        return content, [f"unreadable: {before.problems[0]}"]
    try:
        after = before.with_key(key, value)
    except UnreadableError:
        return content, []
    made = after.to_bytes()
    again = parse(made, "aa-1.md")
    found = []
    expected = {**before.keys}
    expected.pop(key, None)
    got = {name: held for name, held in again.keys.items() if name != key}
    if again.problems or got != expected or again.body != _body(before, made):
        found.append(f"{key}={value!r}: something else changed: {again.problems} {got} {expected}")
    if again.keys.get(key) != value:
        found.append(f"{key}={value!r}: reads back as {again.keys.get(key)!r}")
    found += _outside(before, content, made, key, value)
    return made, found


def _body(before: Document, made: bytes) -> str:
    return before.body if before.body or not made else ""


def _outside(before: Document, content: bytes, made: bytes, key: str, value: Value | None) -> list[str]:
    """The lines that were neither the key's nor stayed as they were."""
    old, new = content.split(b"\n"), made.split(b"\n")
    entry = next((row for row in before._entries if row.key == key), None)
    head = (
        entry.start + 1
        if entry
        else next((n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), len(old))
    )
    tail = len(old) - (entry.end + 1) if entry else len(old) - head
    if old[:head] != new[:head] or (tail and old[-tail:] != new[-tail:]):
        return [f"{key}={value!r}: bytes outside its lines changed"]
    return []


def disagreements(content: bytes) -> list[str]:
    """Where the keys differ from what PyYAML's BaseLoader reads."""
    document = parse(content, "aa-1.md")
    text = content.decode().removeprefix("\ufeff").replace("\r\n", "\n")
    front = text.split("\n---\n")[0].removeprefix("---\n") + "\n" if not text.startswith("---\n---") else ""
    loaded = yaml.load(front, Loader=yaml.BaseLoader) or {}
    plain = {key: _nulls(value) for key, value in loaded.items()}
    return (
        []
        if plain == {key: _nulls(value) for key, value in document.keys.items()}
        else [f"{document.keys} is not {plain}"]
    )


def _nulls(value: object) -> object:
    if isinstance(value, list):
        return [_nulls(item) for item in value]
    return "" if value in ("~", "null") else value


def edit_many(seed: int, count: int, edits: int = 12) -> tuple[int, list[str]]:
    """S10: how many edits were made, and every fault."""
    chance = random.Random(seed)
    found, made = [], 0
    for _ in range(count):
        content = some_document(chance)
        found += disagreements(content)
        for _ in range(edits):
            content, faults = edit_faults(content, chance.choice(KEYS), some_value(chance))
            found += faults
            made += 1
    return made, found
