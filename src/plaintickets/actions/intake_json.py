"""Create tickets of the JSON of forms and webhooks, by a map of the settings."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from plaintickets.actions.intake_mail import FAILED, KNOWN, NEW, Row
from plaintickets.actions.new import NewTickets
from plaintickets.core.draft import Draft
from plaintickets.core.json_map import MOST_OBJECTS, JsonMapError, mapped, objects
from plaintickets.core.mail.controls import without_controls
from plaintickets.core.mail.filed_text import safe_text, title_of
from plaintickets.core.suggestions import did_you_mean
from plaintickets.errors import RefusedError, TicketsError, UsageError
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from plaintickets.project import Project
    from plaintickets.write.edit import Edit

KEY = "key"


def map_named(project: Project, name: str) -> Mapping[str, str]:
    """Return the map of a name.

    Raise UsageError if the settings have none of it.
    """
    maps: Mapping[str, Mapping[str, str]] = project.config.intake.get("maps", {})
    if name not in maps:
        known = ", ".join(maps) or "none yet: `maps` of `intake` in the settings holds them"
        raise UsageError(f"unknown map '{name}'", hint=did_you_mean(name, maps) or f"Known: {known}.")
    return maps[name]


def take_json(
    project: Project, name: str, texts: Sequence[tuple[str, str]], *, dry_run: bool = False, subject: str = ""
) -> list[Row]:
    """Create a ticket of each object of texts, given with where each is, all in one commit.

    What cannot be a ticket is a row that says why, and does not stop the others.
    """
    paths = map_named(project, name)
    with project.edit("intake") as edit:
        taking = _Taking(edit, name, paths)
        for where, text in texts:
            taking.take(where, text)
        made = sum(row.result == NEW for row in taking.rows)
        if made and not dry_run:
            edit.subject = subject
            edit.standard = f"tk: intake of {name}: {made} new"
            edit.commit()
        return [row._replace(ticket="") if dry_run and row.result == NEW else row for row in taking.rows]


class _Taking:
    """The objects taken so far, in one edit."""

    def __init__(self, edit: Edit, name: str, paths: Mapping[str, str]) -> None:
        self._edit, self._name, self._paths = edit, name, paths
        self._new = NewTickets(edit)
        self.rows: list[Row] = []

    def take(self, where: str, text: str) -> None:
        """Take the objects of one text."""
        try:
            for number, value in enumerate(objects(text), 1):
                if number > MOST_OBJECTS:
                    raise JsonMapError(f"holds more than {MOST_OBJECTS:,} objects")
                self.rows.append(self._one(f"{where}: object {number}", value))
        except JsonMapError as error:
            self.rows.append(Row(where, FAILED, "", str(error), "", ""))

    def _one(self, where: str, value: Any) -> Row:
        try:
            values = {key: without_controls(text) for key, text in mapped(value, self._paths).items()}
            title = title_of(values.pop("title", ""))
            reference = f"{self._name}:{values.pop(KEY, '') or _digest(value)}"
            if reference in self._new.references:
                return Row(where, KNOWN, self._new.references[reference].id, "", title, "")
            return Row(where, NEW, self._create(title, reference, values), "", title, values.get("reporter", ""))
        except (JsonMapError, TicketsError) as error:
            return Row(where, FAILED, "", str(error).split("\n", 1)[0], "", "")

    def _create(self, title: str, reference: str, values: dict[str, str]) -> str:
        settings = self._edit.project.config.intake
        text, tags = values.pop("text", ""), values.pop("tags", "")
        usual = {name: settings[name] for name in ("type", "queue") if settings.get(name)}
        draft = Draft(
            title,
            safe_text(text),
            values={**usual, "external-ref": reference, **{key: " ".join(one.split()) for key, one in values.items()}},
            tags=[*settings.get("tags", ()), *([tags] if tags else [])],
        )
        return files.id_of(self._new.add_guarded(draft).path)


def _digest(value: Any) -> str:
    try:
        text = json.dumps(value, sort_keys=True)
    except (ValueError, RecursionError):
        raise RefusedError("is nested too deeply") from None
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:20]
