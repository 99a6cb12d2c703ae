"""Atlassian Document Format, the rich text of Jira's REST v3, as Markdown."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from plaintickets.importers.markup import address, is_safe

if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST = 60


def to_markdown(document: Any) -> str:
    """Return a document as Markdown; a node that nobody knows is its text."""
    text = _blocks(document, 0) if isinstance(document, dict) else str(document or "")
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


def _content(node: Any) -> list[dict[str, Any]]:
    found = node.get("content") if isinstance(node, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _attribute(node: dict[str, Any], name: str) -> str:
    found = node.get("attrs")
    value = found.get(name) if isinstance(found, dict) else None
    return str(value) if isinstance(value, str | int | float) else ""


def _blocks(node: dict[str, Any], depth: int) -> str:
    if depth > _DEEPEST:
        return ""
    return "\n\n".join(text for one in _content(node) if (text := _block(one, depth + 1)))


def _block(node: dict[str, Any], depth: int) -> str:
    made = _BLOCKS.get(str(node.get("type")))
    if made:
        return made(node, depth)
    if node.get("type") in _INLINES:
        return _inline(node)
    return _blocks(node, depth) or _spans(node)


def _spans(node: dict[str, Any]) -> str:
    return "".join(map(_inline, _content(node)))


def _inline(node: dict[str, Any]) -> str:
    made = _INLINES.get(str(node.get("type")))
    return made(node) if made else str(node.get("text") or "")


def _text(node: dict[str, Any]) -> str:
    text = str(node.get("text") or "")
    marks = [mark for mark in node.get("marks") or [] if isinstance(mark, dict)]
    kinds = {str(mark.get("type")): mark for mark in marks}
    bare = text.strip()
    if not bare:
        return text
    lead, tail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if "code" in kinds:
        bare = f"`{bare}`" if "`" not in bare else f"`` {bare} ``"
    for kind, mark in (("strong", "**"), ("em", "*"), ("strike", "~~")):
        if kind in kinds:
            bare = f"{mark}{bare}{mark}"
    if "link" in kinds:
        target = _attribute(kinds["link"], "href")
        bare = f"[{bare}]({address(target)})" if target and is_safe(target) else f"{bare} ({target})"
    return f"{lead}{bare}{tail}"


def _heading(node: dict[str, Any], _depth: int) -> str:
    level = _attribute(node, "level")
    number = int(level) if level.isdigit() else 1
    return f"{'#' * min(6, number + 1)} {_spans(node)}"


def _list(node: dict[str, Any], depth: int) -> str:
    kind = node.get("type")
    order = _attribute(node, "order")
    number = int(order) if order.isdigit() else 1
    rows = []
    for place, item in enumerate(_content(node)):
        mark = f"{number + place}." if kind == "orderedList" else "-"
        if item.get("type") in ("taskItem", "decisionItem"):
            mark += " [x]" if _attribute(item, "state") == "DONE" else " [ ]" if item.get("type") == "taskItem" else ""
            text = _spans(item)
        else:
            text = _blocks(item, depth).replace("\n\n- ", "\n- ").replace("\n\n1. ", "\n1. ")
            text = text if item.get("type") == "listItem" else _block(item, depth)
        indent = " " * (len(mark.split(" ")[0]) + 1)
        rows.append(f"{mark} " + text.replace("\n", f"\n{indent}"))
    return re.sub(r"\n[ ]+\n", "\n\n", "\n".join(rows))


def _code(node: dict[str, Any], _depth: int) -> str:
    text = "".join(str(one.get("text") or "") for one in _content(node))
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    language = re.sub(r"[^\w+#.-]", "", _attribute(node, "language"))
    return f"{fence}{language}\n{text.rstrip(chr(10))}\n{fence}"


def _quote(node: dict[str, Any], depth: int) -> str:
    title = _attribute(node, "title")
    text = (f"**{title}**\n\n" if title else "") + _blocks(node, depth)
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _table(node: dict[str, Any], depth: int) -> str:
    rows = []
    for row in _content(node):
        cells = [_blocks(cell, depth).replace("\n", " ").replace("|", "\\|") for cell in _content(row)]
        heads = [cell.get("type") == "tableHeader" for cell in _content(row)]
        rows.append((cells, bool(heads) and all(heads)))
    if not rows:
        return ""
    width = max(len(cells) for cells, _ in rows)
    if not rows[0][1]:
        rows.insert(0, ([""] * width, True))
    lines = ["| " + " | ".join(cells + [""] * (width - len(cells))) + " |" for cells, _ in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _media(node: dict[str, Any], _depth: int = 0) -> str:
    if node.get("type") in ("mediaSingle", "mediaGroup"):
        return "\n".join(map(_media, _content(node)))
    target = _attribute(node, "url")
    name = _attribute(node, "alt") or _attribute(node, "id") or "file"
    return f"![{name}]({address(target)})" if target and is_safe(target) else f"(attachment: {name})"


def _card(node: dict[str, Any], _depth: int = 0) -> str:
    target = _attribute(node, "url")
    return f"<{target}>" if target and is_safe(target) and " " not in target else target


def _date(node: dict[str, Any]) -> str:
    text = _attribute(node, "timestamp")
    if not text.isdigit() or len(text) > 14:
        return text
    return datetime.fromtimestamp(int(text) / 1000, UTC).date().isoformat()


_BLOCKS: dict[str, Callable[[dict[str, Any], int], str]] = {
    "blockCard": _card,
    "blockquote": _quote,
    "bulletList": _list,
    "codeBlock": _code,
    "decisionList": _list,
    "embedCard": _card,
    "expand": _quote,
    "heading": _heading,
    "media": _media,
    "mediaGroup": _media,
    "mediaSingle": _media,
    "nestedExpand": _quote,
    "orderedList": _list,
    "panel": _quote,
    "paragraph": lambda node, _depth: _spans(node),
    "rule": lambda _node, _depth: "---",
    "table": _table,
    "taskList": _list,
}
_INLINES: dict[str, Callable[[dict[str, Any]], str]] = {
    "date": _date,
    "emoji": lambda node: _attribute(node, "text") or _attribute(node, "shortName"),
    "hardBreak": lambda _node: "  \n",
    "inlineCard": _card,
    "mediaInline": _media,
    "mention": lambda node: _attribute(node, "text").lstrip("@") or _attribute(node, "id"),
    "status": lambda node: f"[{_attribute(node, 'text')}]",
    "text": _text,
}
