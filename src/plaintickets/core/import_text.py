"""Texts of imported records: references to other records become ids; mail addresses can go, originals can stay."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.core.frontmatter import Value
    from plaintickets.core.imported import FieldChange, Imported

# Code, addresses and links stay as they are; the last group is a reference: a key like TIMOB-17, or a number.
_NO_TEXT = r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`|\]\([^)\n]{0,2000}\)|<?\bhttps?://[^\s>]*|"
_REFERENCE = re.compile(
    _NO_TEXT + r"(?<![\w/#.-])([A-Za-z][A-Za-z0-9_]{0,30}-[0-9]{1,9}|#[0-9]{1,9})(?![\w/-])", re.DOTALL
)
# In Bugzilla `#3` is a comment.
_OF_SYSTEM = {"bugzilla": re.compile(_NO_TEXT + r"(?<![\w/#.-])((?i:bug) #?[0-9]{1,9})(?![\w/-])", re.DOTALL)}
_LINK = re.compile(
    r"```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`|"
    r"(?P<mark>!?)\[(?P<name>[^\[\]\n]{0,500})\]\((?P<address><[^<>\n]{1,300}>|[^\s()<>]{1,300})\)",
    re.DOTALL,
)
_CONTENT = re.compile(r"sha256:[0-9a-f]{64}|too-large")
_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
REDACTED = "[mail address removed]"


def with_ids(text: str, key: str, id_of: Callable[[str], str]) -> str:
    """Return a text in which the keys of other records are ids; `key` is that of the record whose text it is.

    `id_of` returns the id of a whole key, `system:local`, or an empty text.
    """
    system, _, local = key.partition(":")
    lead = local.rpartition("#")[0]

    def replaced(match: re.Match[str]) -> str:
        name = match[1]
        if not name:
            return match[0]
        if system in _OF_SYSTEM:
            return id_of(f"{system}:{name[4:].lstrip('#')}") or name
        whole = (
            f"{system}:{name}"
            if name[0] != "#"
            else f"{system}:{lead}{name}"
            if "#" in local
            else f"{system}:{name[1:]}"
        )
        return id_of(whole) or name

    pattern = _OF_SYSTEM.get(system)
    if pattern:
        return pattern.sub(replaced, text)
    return _REFERENCE.sub(replaced, text) if key and ("-" in text or "#" in text) else text


def with_files(text: str, path_of: Callable[[str], str]) -> str:
    """Return a text whose links and images lead to the files that were copied.

    `path_of` returns the path for an address, or an empty text; a content of the export that was not copied has its
    name only.
    """

    def replaced(match: re.Match[str]) -> str:
        address = match["address"]
        if not address:
            return match[0]
        path = path_of(address.strip("<>"))
        if path:
            return f"{match['mark']}[{match['name']}]({path})"
        return match["name"] if _CONTENT.fullmatch(address) else match[0]

    return _LINK.sub(replaced, text) if "](" in text else text


def with_original(text: str, original: str) -> str:
    """Return a converted text with its original below it, as code."""
    lines = [f"    {line}".rstrip() for line in original.strip("\r\n").splitlines()]
    return "\n".join([text, "", "## Original text", "", *lines, ""]).lstrip("\n")


def without_mail(record: Imported) -> Imported:
    """Return a record without mail addresses."""
    return record._replace(
        title=_redacted(record.title),
        text=_redacted(record.text),
        values={name: _person_only(value) for name, value in record.values.items()},
        extra={name: _redacted(value) for name, value in record.extra.items()},
        comments=[
            comment._replace(author=_person_only(comment.author), text=_redacted(comment.text))
            for comment in record.comments
        ],
        changes=[_without_mail(change) for change in record.changes],
        people=[person._replace(mail="") for person in record.people],
        raw="",
        raw_comments={},
        own=record.own and record.own._replace(keys={name: _plain(value) for name, value in record.own.keys.items()}),
    )


def _without_mail(change: FieldChange) -> FieldChange:
    clean = _person_only if change.field in ("assignee", "reporter") else _redacted
    before, after = clean(change.before), clean(change.after)
    return change._replace(author=_person_only(change.author), before=before, after=after)


def _plain(value: Value) -> Value:
    """Return a value of a front matter without mail addresses."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return _person_only(value)


def _person_only(name: str) -> str:
    bare, opening, _ = name.partition(" <")
    return _redacted(bare) if opening and name.endswith(">") else _redacted(name)


def _redacted(text: str) -> str:
    return _MAIL.sub(REDACTED, text) if "@" in text else text
