"""Read the XML of Jira's issue navigator, the items of a feed, as issues of REST v2."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from plaintickets.core.dates import utc_text
from plaintickets.core.imported import RecordError
from plaintickets.errors import MissingExtraError
from plaintickets.importers.fields import dashed
from plaintickets.importers.html_markdown import to_markdown
from plaintickets.importers.jira_csv import EPIC, EPIC_FIELD
from plaintickets.importers.sources import LONGEST_LINE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_NAMES = {"type": "issuetype", "status": "status", "priority": "priority", "resolution": "resolution"}
_LISTS = {"component": "components", "fixVersion": "fixVersions", "version": "versions"}
_PEOPLE = ("assignee", "reporter")
_MOMENTS = {"created": "created", "updated": "updated", "resolved": "resolutiondate", "due": "duedate"}
_NOBODY = ("", "Unassigned", "Anonymous", "-1")
_EMPTY = {"assignee": _NOBODY, "reporter": _NOBODY, "resolution": ("", "Unresolved")}
_CATEGORIES = ("new", "indeterminate", "done")
_READ = frozenset(
    (
        *("title", "link", "project", "key", "description", "statusCategory", "parent", "subtasks"),
        *("labels", "comments", "attachments", "issuelinks", "customfields"),
    )
)
"""Elements that are read by themselves."""
_PIECE = 1 << 16


class Item(NamedTuple):
    """An item: where it is, and the issue as REST v2 gives one, with Markdown for texts."""

    where: str
    issue: dict[str, Any]


class Prose(str):
    """A text that is Markdown already."""

    __slots__ = ()


def items(file: IO[bytes], name: str) -> Iterator[Item]:
    """Yield the issue of each item; raise RecordError for XML that is none of Jira's, is broken or has entities."""
    try:
        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import ParseError, iterparse
    except ImportError as error:
        raise MissingExtraError("Jira's XML needs", "import", error) from None
    number = 0
    open_items = 0
    above: list[Element] = []
    try:
        for event, element in iterparse(_Bounded(file, name), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                if not above and element.tag != "rss":
                    raise RecordError(name, "is no XML of Jira's issue navigator: it does not begin with <rss>")
                above.append(element)
                open_items += element.tag == "item"
                continue
            above.pop()
            if element.tag == "item" and len(above) == 2:
                number += 1
                yield Item(f"{name}: item {number}", _issue(f"{name}: item {number}", element))
            open_items -= element.tag == "item"
            if not open_items and above:
                above[-1].remove(element)
    except DefusedXmlException:
        raise RecordError(name, "has entities or a document type, which no export of Jira has") from None
    except ParseError as error:
        raise RecordError(f"{name}: item {number + 1}", f"is not XML: {error}") from None


class _Bounded:
    """A file that refuses to hold one item, or one tag, beyond the longest line."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self._name = name
        self._since = 0

    def read(self, size: int = _PIECE) -> bytes:
        """Return the next piece."""
        piece = self._file.read(min(size, _PIECE) if size > 0 else _PIECE)
        self._since = 0 if b"</item>" in piece else self._since + len(piece)
        if self._since > LONGEST_LINE:
            raise RecordError(self._name, f"has an item that is longer than {LONGEST_LINE} bytes")
        return piece


def _issue(where: str, item: Element) -> dict[str, Any]:
    fields: dict[str, Any] = {"issuelinks": [], "labels": [_text(one) for one in item.findall("labels/label")]}
    key = _text(item.find("key"))
    if not key:
        raise RecordError(where, "has no key")
    for one in item:
        _take(fields, where, one)
    fields["description"] = _prose(item.find("description"))
    category = item.find("statusCategory")
    if category is not None and isinstance(fields.get("status"), dict):
        key_of_class = category.get("key", "")
        fields["status"]["statusCategory"] = {"key": key_of_class if key_of_class in _CATEGORIES else "undefined"}
    if parent := _text(item.find("parent")):
        fields["parent"] = {"key": parent}
    fields["subtasks"] = [{"key": _text(one)} for one in item.findall("subtasks/subtask") if _text(one)]
    fields["comment"] = {"comments": [_comment(where, one) for one in item.findall("comments/comment")]}
    fields["attachment"] = [_attachment(one, item) for one in item.findall("attachments/attachment")]
    fields["issuelinks"] = list(_links(item))
    for custom in item.findall("customfields/customfield"):
        name = EPIC if custom.get("key") == EPIC_FIELD else dashed(_text(custom.find("customfieldname")))
        values = [" ".join("".join(one.itertext()).split()) for one in custom.findall("customfieldvalues/*")]
        if name and any(values):
            fields.setdefault(name, ", ".join(value for value in values if value))
    return {"key": key, "fields": fields}


def _take(fields: dict[str, Any], where: str, one: Element) -> None:
    """Put a plain element into the fields; one that is not known keeps its own name."""
    tag, text = str(one.tag), _text(one)
    if tag in _READ or text in _EMPTY.get(tag, ("",)):
        return
    if tag in _NAMES:
        fields[_NAMES[tag]] = {"name": text}
    elif tag in _LISTS:
        fields.setdefault(_LISTS[tag], []).append({"name": text})
    elif tag in _PEOPLE:
        fields[tag] = {"displayName": text}
    elif tag in _MOMENTS:
        found = _moment(where, text)
        fields[_MOMENTS[tag]] = found[:10] if tag == "due" else found
    elif tag == "environment":
        fields[tag] = _prose(one)
    else:
        fields[dashed(tag)] = text


def _comment(where: str, one: Element) -> dict[str, Any]:
    found: dict[str, Any] = {
        "created": _moment(where, one.get("created", "")),
        "author": {"displayName": one.get("author", "")},
        "body": _prose(one),
    }
    if level := one.get("grouplevel") or one.get("rolelevel"):
        found["visibility"] = {"value": level}
    return found


def _attachment(one: Element, item: Element) -> dict[str, Any]:
    size, number, name = one.get("size", ""), one.get("id", ""), one.get("name", "")
    site = _text(item.find("link")).partition("/browse/")[0]
    link = f"{site}/secure/attachment/{number}/{name}" if site and number.isdigit() else ""
    return {"filename": name, "size": int(size) if size.isascii() and size.isdigit() else None, "content": link}


def _links(item: Element) -> Iterator[dict[str, Any]]:
    for kind in item.findall("issuelinks/issuelinktype"):
        for side, issue in (("outward", "outwardIssue"), ("inward", "inwardIssue")):
            for links in kind.findall(f"{side}links"):
                phrase = links.get("description", "")
                for key in links.findall("issuelink/issuekey"):
                    yield {"type": {side: phrase}, issue: {"key": _text(key)}}


def _prose(one: Element | None) -> Prose:
    return Prose(to_markdown(one.text or "") if one is not None else "")


def _text(one: Element | None) -> str:
    return " ".join((one.text or "").split()) if one is not None else ""


def _moment(where: str, text: str) -> str:
    """Return a moment of a feed as ISO 8601 in UTC; raise RecordError for a text that is none."""
    try:
        return utc_text(parsedate_to_datetime(text))
    except (ValueError, TypeError, IndexError, OverflowError):
        raise RecordError(where, f"'{text[:40]}' is no moment") from None
