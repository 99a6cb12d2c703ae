"""Write a value into the front matter in the style of the old value."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from plaintickets.core import blocklist
from plaintickets.core.frontmatter import _FLOW_ITEM, _NULLS, _SPECIAL, Value, comment_start, plain_value
from plaintickets.core.yamltypes import needs_quotes

if TYPE_CHECKING:
    from plaintickets.core.blocklist import BlockList

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


@lru_cache(maxsize=4096)
def scalar_text(key: str, value: str, old: str = "") -> str:
    """Return the value of a key as a YAML scalar: quoted like `old`, else plain if every reader reads it back."""
    quote = old[:1]
    if quote == "'" and "\n" not in value and not _SPECIAL.search(value):
        return "'" + value.replace("'", "''") + "'"
    if quote != '"' and value == "":
        return ""
    if quote != '"' and plain_value("k: " + value) == value and not needs_quotes(key, value):
        return value
    return _double_quoted(value)


def _double_quoted(value: str) -> str:
    written = []
    for sign in value:
        if sign in _ESCAPES:
            written.append(_ESCAPES[sign])
        elif _SPECIAL.match(sign):
            written.append(f"\\x{ord(sign):02x}" if ord(sign) < 256 else f"\\u{ord(sign):04x}")
        else:
            written.append(sign)
    return '"' + "".join(written) + '"'


def _item_text(key: str, item: str) -> str:
    if key in ("approvals", "rejections") and re.fullmatch(r"[A-Za-z_][\w.+-]*@\d{4}-\d\d-\d\d", item, re.ASCII):
        return item
    is_plain = (
        not needs_quotes(key, item)
        and _FLOW_ITEM.match(item)
        and item == item.strip()
        and item not in _NULLS
        and not _SPECIAL.search(item)
    )
    return item if is_plain else _double_quoted(item)


def _flow_parts(text: str) -> list[str]:
    """Return the raw items of a flow list, split at the commas outside quotes and brackets."""
    parts, quote, depth, start = [], "", 0, 0
    for place, sign in enumerate(text):
        if quote:
            if sign == quote and not (quote == '"' and text[place - 1] == "\\"):
                quote = ""
        elif sign in "\"'" and not text[start:place].strip():
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(text[start:place].strip())
            start = place + 1
    parts.append(text[start:].strip())
    return [part for part in parts if part]


def entry_lines(key: str, value: Value, old: list[str], old_value: Value | None, *, block: bool = False) -> list[str]:
    """Return the lines (without line ends) that hold `key`, as close to the `old` ones as the value allows.

    `value` is a string or a flat list of strings. `block` asks for one item per line if the list had no item
    before.
    """
    if isinstance(value, list):
        items = [item for item in value if isinstance(item, str)]
        listed = blocklist.read(old, old_value)
        if listed:
            return _block_list(key, items, old, listed)
        if block and items and (not old or (not old_value and "#" not in old[0])):
            return [f"{key}:", *(f"- {_item_text(key, item)}" for item in items)]
        return [_flow_line(key, items, old, old_value)]
    text = value if isinstance(value, str) else ""
    if len(old) == 1:
        head, current, tail = _parts(old[0])
        return [f"{head or key + ': '}{scalar_text(key, text, current)}{tail}".rstrip(" ")]
    return [f"{key}: {scalar_text(key, text)}".rstrip(" ")]


def _parts(line: str) -> tuple[str, str, str]:
    """Split a one-line entry into `key: `, value, and trailing comment with its blanks."""
    colon = line.index(":", _key_end(line)) + 1
    end = comment_start(line)
    start = colon
    while start < end and line[start] in " \t":
        start += 1
    head = line[:start] if start > colon else line[:colon] + " "
    return head, line[start:end].rstrip(" \t"), line[end:]


def _key_end(line: str) -> int:
    """Return where a key ends; a quoted key may hold a colon."""
    return line.index(line[0], 1) if line[0] in "\"'" else 0


def _flow_line(key: str, items: list[str], old: list[str], old_value: Value | None) -> str:
    head, raw, tail = _parts(old[0]) if len(old) == 1 else (f"{key}: ", "", "")
    typed = dict[str, str]()
    quote = ""
    if raw.startswith("[") and raw.endswith("]") and isinstance(old_value, list):
        parts = _flow_parts(raw[1:-1])
        if len(parts) == len(old_value):
            typed = {item: part for item, part in zip(old_value, parts, strict=True) if isinstance(item, str)}
            quote = parts[0][0] if parts and all(part[:1] == '"' for part in parts) else ""
    written = (typed.get(item) or (_double_quoted(item) if quote else _item_text(key, item)) for item in items)
    return f"{head}[{', '.join(written)}]{tail}"


def _block_list(key: str, items: list[str], old: list[str], listed: BlockList) -> list[str]:
    """Return the items one per line; the lines of items that stay are kept."""
    if not items:
        head, _, tail = _parts(old[0])
        return [f"{head or key + ': '}[]{tail}", *listed.head[1:]]
    kept = {item.value: item for item in listed.items if isinstance(item.value, str)}
    replaced = _replaced(key, items, listed)
    written = list(listed.head)
    for value in items:
        if value in kept:
            written += [*kept[value].above, *kept[value].lines]
        elif value in replaced:
            written += replaced[value]
        else:
            written.append(f"{listed.indent}- {_block_item(key, value)}")
    return written


def _replaced(key: str, items: list[str], listed: BlockList) -> dict[str, list[str]]:
    """Return the lines of items that replace another item and keep its comments."""
    held = [item.value for item in listed.items]
    if len(items) != len(held):
        return {}
    found: dict[str, list[str]] = {}
    for value, old in zip(items, listed.items, strict=True):
        if value not in held and old.value not in items and len(old.lines) == 1:
            start = len(listed.indent) + 1
            line = "k:" + old.lines[0][start:]
            head, _, tail = _parts(line)
            found[value] = [*old.above, f"{listed.indent}-{head[2:]}{_block_item(key, value)}{tail}"]
    return found


def _block_item(key: str, item: str) -> str:
    is_plain = not needs_quotes(key, item)
    return item if is_plain and plain_value("k: " + item) == item and item and item[0] != "[" else _double_quoted(item)
