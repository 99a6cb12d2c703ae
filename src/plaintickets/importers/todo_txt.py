"""Import tasks of todo.txt: one a line, with priority, dates, projects, contexts and `key:value`."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING

from plaintickets.core.imported import RecordError
from plaintickets.importers.fields import Fields, moment, record
from plaintickets.importers.sources import lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plaintickets.core.imported import Imported
    from plaintickets.importers.sources import Sources

_OF_OTHERS = re.compile(r"\s*(?:[\[{]+\s*\"|[\[{]\s*$|<[!?a-zA-Z])")
_LEAD = re.compile(r"(?:(x) )?(?:\(([A-Z])\) )?(?:(\d{4}-\d\d-\d\d) )?(?:(\d{4}-\d\d-\d\d) )?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_WORD = re.compile(r"(?<!\S)(?:[+@]\S+|[A-Za-z][\w-]{0,30}:[^\s:/][^\s]*)")


def read(sources: Sources) -> Iterator[Imported]:
    """Yield the tasks of each file."""
    seen: Counter[str] = Counter()
    for source in sources.files(".txt"):
        with source.open() as file:
            for number, line in lines(file, source.name):
                if number == 1 and _OF_OTHERS.match(line):
                    raise RecordError(f"{source.name}: line 1", "is no task: it looks like JSON or HTML")
                if line.strip():
                    yield _task(f"{source.name}: line {number}", line.strip(), seen)


def _task(where: str, line: str, seen: Counter[str]) -> Imported:
    lead = _LEAD.match(line)
    done, priority, first, second = lead.groups() if lead else (None, None, None, None)
    rest = line[lead.end() :] if lead else line
    words = _WORD.findall(rest)
    pairs = dict(word.split(":", 1) for word in words if word[0] not in "+@")
    title = " ".join(_WORD.sub("", rest).split()) or rest
    fields = Fields("todo-txt", where, pairs)
    priority = priority or fields.text("pri").upper()
    values = {"status": "done" if done else "open"}
    if _DAY.fullmatch(pairs.get("due", "")):
        values["due"] = fields.date("due")
    values["priority"] = str(min(ord(priority) - ord("A"), 4)) if re.fullmatch("[A-Z]", priority) else ""
    created = second if done else first
    # A line has no key of its own: what it says, and how often that was said before, is one.
    # A done task keeps its priority as `pri:A`, if at all.
    said = " ".join([title, *(word for word in words if not word.startswith("pri:")), created or ""])
    seen[said] += 1
    key = hashlib.sha256(f"{said} {seen[said]}".encode(errors="replace")).hexdigest()[:12]
    fields.keep("projects", [word[1:] for word in words if word[0] == "+"])
    return record(
        fields,
        key,
        title,
        values=values,
        tags=list(dict.fromkeys(word[1:].replace(",", " ") for word in words if word[0] in "+@" and word[1:])),
        created=moment(where, created),
        closed=moment(where, first) if done else "",
        status_class="done" if done else "open",
    )
