"""HTML of tickets and mails as Markdown: structure stays, markup that could run or fetch something goes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Mapping

_INSIDE = r"/?[a-zA-Z][\w:-]*(?:\s[^<>]*|/)?>"
_TAG = re.compile(f"<(?:{_INSIDE}|!--)")
_NO_TAG = re.compile(f"<(?!{_INSIDE})")
_DECLARATION = re.compile(r"<[!?][a-zA-Z][^<>]*>")
_SAFE = re.compile(r"(?:https?|mailto):[^\s<>()\"]+", re.IGNORECASE)
# A mail names its own images by `cid:ID`; OTRS writes that as an address with the id behind.
_CONTENT_ID = re.compile(r"\s*(?:cid:|[^\s]*[?;&]ContentID=(?:cid:)?)", re.IGNORECASE)
_HIDDEN = frozenset(("script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg"))
_BLOCKS = frozenset(("p", "div", "section", "article", "table", "tr", "ul", "ol", "figure", "center", "dl", "dt", "dd"))
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~", "code": "`"}
_DEEPEST = 12


def to_markdown(text: str, images: Mapping[str, str] | None = None) -> str:
    """Return HTML as Markdown; a text without tags is returned as it is.

    `images` has the addresses of those that come along with the text, by their Content-ID.
    """
    if not _TAG.search(text):
        return text.replace("\r\n", "\n").strip()
    writer = _Writer(images or {})
    writer.feed(_tags_only(text))
    writer.close()
    return writer.markdown()


def _tags_only(text: str) -> str:
    """Return HTML without comments, with `<` only where a whole tag begins.

    The parser takes the square of the length for tags and comments that do not end.
    """
    parts, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts.append(text[at:start])
        at = end + len("-->")
    parts.append(text[at:])
    return _NO_TAG.sub("&lt;", _DECLARATION.sub("", "".join(parts)))


class _Writer(HTMLParser):
    """The lines written so far, and what each further line begins with."""

    def __init__(self, images: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self._images = images
        self._lines: list[str] = []
        self._line: list[str] = []
        self._hidden = 0
        self._quotes = 0
        self._lists: list[int | None] = []
        self._code = False
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        if self._hidden:
            return
        given = dict(attrs)
        if tag == "br":
            self._end_line()
        elif tag in {"td", "th"}:
            self._line += [" | "] if self._line else []
        elif tag in _MARKS and not self._code:
            self._line.append(_MARKS[tag])
        elif tag == "a":
            self._links = [(given.get("href") or "", len(self._line))]
        elif tag == "img":
            address = given.get("src") or ""
            name = _escaped(" ".join((given.get("alt") or "image").split()).replace("]", ")"))
            if held := self._images.get(unquote(_CONTENT_ID.sub("", address))):
                self._line.append(f"![{name.replace('[', '(')}]({held})")
            else:
                self._line.append(f"[{name}]({address})" if _SAFE.fullmatch(address) else name)
        else:
            self._open_block(tag)

    def _open_block(self, tag: str) -> None:
        if tag in {"ul", "ol"}:
            self._end_line()
            self._lists.append(1 if tag == "ol" else None)
        elif tag == "li":
            self._end_line()
            number = self._lists[-1] if self._lists else None
            if number is not None:
                self._lists[-1] = number + 1
            indent = "  " * min(max(len(self._lists) - 1, 0), _DEEPEST)
            self._line.append(f"{indent}{f'{number}.' if number is not None else '-'} ")
        elif re.fullmatch("h[1-6]", tag):
            self._gap()
            # The title of a ticket is its only heading of the first level.
            self._line.append("#" * max(int(tag[1]), 2) + " ")
        elif tag in {"blockquote", "pre"} and self._code:
            self._end_line()  # a fence inside would end the one that is open
        elif tag == "blockquote":
            self._gap()
            self._quotes += 1
        elif tag == "pre":
            self._gap()
            self._put("```")
            self._code = True
        elif tag == "hr":
            self._gap()
            self._put("---")
            self._gap()
        elif tag in _BLOCKS and not self._is_item_start():
            self._end_line() if tag == "tr" else self._gap()

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(self._hidden - 1, 0)
        elif self._hidden:
            return
        elif tag in _MARKS and not self._code:
            self._line.append(_MARKS[tag])
        elif tag == "a" and self._links:
            self._close_link()
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self._gap()
        elif tag == "blockquote" and self._quotes:
            self._end_code()
            self._end_line()
            self._quotes -= 1
            self._gap()
        elif tag == "pre":
            self._end_code()
        elif tag in {"li", "tr"}:
            self._end_line()
        elif tag in _BLOCKS or re.fullmatch("h[1-6]", tag):
            self._gap()

    def _end_code(self) -> None:
        if self._code:
            self._end_line()
            self._code = False
            self._put("```")
            self._gap()

    def _close_link(self) -> None:
        address, at = self._links.pop()
        name = "".join(self._line[at:]).strip()
        del self._line[at:]
        if not _SAFE.fullmatch(address):
            self._line.append(name)
        elif name.lower() in {"", address.lower(), address.lower().removeprefix("mailto:")}:
            self._line.append(f"<{address}>" if ":" in address else address)
        else:
            self._line.append(f"[{name.replace('[', '(').replace(']', ')')}]({address})")

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if self._code:
            first, *others = data.replace("\r\n", "\n").split("\n")
            self._line.append(first.replace("```", "`` `"))
            for other in others:
                self._end_line()
                self._line.append(other.replace("```", "`` `"))
            return
        text = re.sub(r"[ \t\r\n\f\xa0]+", " ", data)
        self._line.append(_escaped(text if "".join(self._line[-1:]).strip() else text.lstrip()))

    def _is_item_start(self) -> bool:
        return bool(re.fullmatch(r" *(?:-|\d+\.) ", "".join(self._line)))

    def _end_line(self) -> None:
        line = "".join(self._line)
        self._line = []
        self._links = [(address, 0) for address, _ in self._links]
        if line.strip() or self._code:
            self._put(line.rstrip())

    def _gap(self) -> None:
        self._end_line()
        if self._lines and self._lines[-1].strip("> "):
            self._put("")

    def _put(self, line: str) -> None:
        self._lines.append(("> " * min(self._quotes, _DEEPEST) + line).rstrip())

    def markdown(self) -> str:
        """Return what was written."""
        self._end_line()
        if self._code:
            self._put("```")
        text = re.sub(r"(\*\*|~~)\1", "", "\n".join(self._lines))
        text = re.sub(r"^(?:> )*>$\n(?!>)", "\n", text + "\n", flags=re.MULTILINE)
        return re.sub(r"\n{3,}", "\n\n", text).strip()


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;")
