"""The names of another system as names of this store: statuses, types, priorities, resolutions and people."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.person_names import person_forms
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.core.config import Config
    from plaintickets.core.imported import Imported

KINDS = {
    "status": "statuses",
    "type": "types",
    "priority": "priorities",
    "resolution": "resolutions",
    "assignee": "people",
    "reporter": "people",
}
"""The fields whose values are names, and the section of a mapping file that maps them."""
SECTIONS = ("statuses", "types", "priorities", "resolutions", "people", "keys", "columns")
# Names that the systems use, by what they mean here; a name counts if the store has what it means.
_SYNONYMS = {
    "statuses": {
        "open": ("new", "todo", "backlog", "opened", "unconfirmed", "confirmed"),
        "in_progress": ("inprogress", "active", "doing", "started", "assigned"),
        "closed": ("done", "resolved", "complete", "completed", "solved", "fixed", "finished"),
    },
    "types": {
        "bug": ("defect", "problem"),
        "feature": ("newfeature", "improvement", "enhancement", "story", "userstory"),
        "task": ("subtask", "technicaltask", "issue"),
        "support": ("servicerequest", "ithelp", "support"),
    },
    "priorities": {
        "0": ("blocker", "highest", "urgent", "immediate", "p0"),
        "1": ("major", "p1"),
        "2": ("normal", "moderate", "p2"),
        "3": ("minor", "p3"),
        "4": ("lowest", "trivial", "p4"),
    },
    "resolutions": {
        "wontfix": ("wontdo", "declined", "notplanned", "canceled", "cancelled"),
        "done": ("completed",),
        "invalid": ("notabug", "cannotreproduce", "worksforme"),
    },
}
_CLASSES = {"open": "open", "active": "active", "waiting": "waiting", "done": "done"}


class MappedNames(NamedTuple):
    """A record's values with names of this store, and the names of the source that had to be kept beside them."""

    values: dict[str, str]
    kept: dict[str, str]


class NameMapping:
    """The names that a mapping file gives, those of the store, and what was asked and not found."""

    def __init__(
        self, config: Config, sections: Mapping[str, Mapping[str, str]] | None = None, *, own: bool = False
    ) -> None:
        """Prepare a mapping; with `own`, the source uses the names of this store, and others are errors."""
        self._config = config
        self._own = own
        self._sections = {name: dict((sections or {}).get(name, {})) for name in SECTIONS}
        self._people = {form for person in config.people for form in person_forms(person)}
        self._known: dict[str, dict[str, str]] = {
            "statuses": {_plain(name): name for name in config.status_names},
            "types": {_plain(kind.name): kind.name for kind in config.types},
            "priorities": {_plain(name): str(place) for place, name in enumerate(config.priorities)},
            "resolutions": {_plain(name): name for name in config.resolutions},
        }
        for section, names in _SYNONYMS.items():
            known = self._known[section]
            there = set(known.values())
            for name, others in names.items():
                if name in there:
                    known.update({other: name for other in others if other not in known})
        self._known["priorities"].update({str(place): str(place) for place in range(len(config.priorities))})
        self._found_before: Mapping[str, Mapping[str, str]] = {}
        self.used: dict[str, dict[str, str]] = {"columns": self._sections["columns"]}
        self.unknown: Counter[tuple[str, str]] = Counter()

    def mapped(self, record: Imported) -> MappedNames:
        """Return a record's values with the names of the store; a name that nobody knows is counted and kept."""
        values, kept = dict(record.values), dict[str, str]()
        for field, section in KINDS.items():
            name = values.get(field, "")
            if not name:
                continue
            found = self._found(section, field, name, record.status_class)
            if found is None:
                self.unknown[section, name] += 1
                kept[field] = name
                found = name if section == "people" else ""
            elif (not found and section != "people") or (
                section == "statuses" and name not in self._sections[section] and _plain(name) != _plain(found)
            ):
                kept[field] = name
            self.used.setdefault(section, {})[name] = found
            if found:
                values[field] = found
            else:
                del values[field]
        return MappedNames(values, kept if ":" in record.key else {})

    def with_authors(self, record: Imported) -> Imported:
        """Return a record whose comments and changes have the names of people here."""
        comments = {one: one._replace(author=self._author(one.author)) for one in record.comments}
        return record._replace(
            comments=[comments[one] for one in record.comments],
            raw_comments={comments.get(one, one): text for one, text in record.raw_comments.items()},
            changes=[one._replace(author=self._author(one.author)) for one in record.changes],
        )

    def _author(self, name: str) -> str:
        if not name:
            return name
        found = self._sections["people"].get(name, name)
        self.used.setdefault("people", {})[name] = found
        return found or name

    def note(self, field: str, name: str) -> None:
        """Note a name that a field had in the past; one that nobody knows is counted."""
        section = KINDS.get(field, "")
        if not name or not section or name in self.used.get(section, {}):
            return
        found = self._found(section, field, name, "")
        if found is None:
            self.unknown[section, name] += 1
        self.used.setdefault(section, {})[name] = found or ""

    def with_used(self) -> NameMapping:
        """Return a mapping that knows what each name became here, by whatever way it was found."""
        other = NameMapping(self._config, self._sections, own=self._own)
        other._found_before = self.used
        return other

    def key(self, name: str) -> str:
        """Return the key that keeps a value without a field; empty if the mapping leaves it out."""
        return self._sections["keys"].get(name, name)

    def _found(self, section: str, field: str, name: str, status_class: str) -> str | None:
        own = self._sections[section]
        if name in own:
            return own[name]
        if self._own:
            return name
        if section == "people":
            is_known = field != "assignee" or not self._people or self._people & set(person_forms(name))
            return name if is_known else None
        found = self._known[section].get(_plain(name)) or self._found_before.get(section, {}).get(name) or None
        if found is None and section == "statuses" and (kind := _CLASSES.get(status_class)):
            status = next((one for one in self._config.statuses if one.kind == kind), None)
            found = status.name if status else None
        return found

    def proposal(self) -> str:
        """Return a mapping file with each name of the source and what it becomes; unknown names are marked."""
        rows = [
            "# Names of the source: names of this store. An empty value leaves the field as it is for a new ticket.",
        ]
        for section in SECTIONS:
            used = self.used.get(section, {})
            if not used:
                continue
            rows.append(f"{section}:")
            for name, found in sorted(used.items()):
                count = self.unknown.get((section, name), 0)
                note = f"  # unknown, {count} times" if count else ""
                rows.append(f"  {_quoted(name)}: {_quoted(found)}{note}")
        return "\n".join(rows) + "\n"


def read_mapping_file(text: str, where: str, config: Config) -> dict[str, dict[str, str]]:
    """Return the sections of a mapping file.

    Raise UsageError for a text that is none, and for a name that the store does not have.
    """
    from plaintickets.core.split import FrontMatterFault
    from plaintickets.core.yamltext import read_mapping

    try:
        sections = read_mapping(text).values
    except FrontMatterFault as fault:
        raise UsageError(f"{where}:{fault.line + 1}: {fault.message}") from None
    for section, rows in sections.items():
        if section not in SECTIONS:
            hint = did_you_mean(section, SECTIONS) or f"Known: {', '.join(SECTIONS)}."
            raise UsageError(f"{where}: unknown section '{section}'", hint=hint)
        if not isinstance(rows, dict) or not all(isinstance(value, str) for value in rows.values()):
            raise UsageError(f"{where}: '{section}' must map names to names")
        for name, value in rows.items():
            allowed = _allowed(section, config)
            if allowed and value and value not in allowed:
                hint = did_you_mean(str(value), allowed) or f"Known: {', '.join(allowed)}."
                raise UsageError(f"{where}: {section}: '{name}' becomes '{value}', which is not configured", hint=hint)
    return {
        section: {str(name): str(value) for name, value in rows.items()}
        for section, rows in sections.items()
        if isinstance(rows, dict)
    }


def _allowed(section: str, config: Config) -> Sequence[str]:
    numbers = [str(place) for place in range(len(config.priorities))]
    return {
        "statuses": config.status_names,
        "types": [kind.name for kind in config.types],
        "priorities": [*numbers, *config.priorities],
        "resolutions": config.resolutions,
    }.get(section, ())


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
