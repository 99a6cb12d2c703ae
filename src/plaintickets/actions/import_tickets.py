"""Create tickets from the records of another system, all of them or none, in one commit."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.new import NewTickets, checked_value
from plaintickets.core.change import Change
from plaintickets.core.draft import Draft
from plaintickets.core.fields import UnknownFieldError
from plaintickets.core.imported import RELATIONS, RecordError
from plaintickets.core.ticket import list_of
from plaintickets.errors import RefusedError, TicketsError, UsageError
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from plaintickets.core.frontmatter import Value
    from plaintickets.core.imported import Imported
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome

_MOST_PROBLEMS = 20
_SHOWN = 3


class Kept(NamedTuple):
    """A ticket that is here already, under the same `external-ref`, and the fields that differ in the source."""

    id: str
    key: str
    differs: list[str]


class ImportResult(NamedTuple):
    """The ids of the new tickets, those that were here, what was left out and how often, and the commit, if any."""

    created: list[str]
    kept: list[Kept]
    left_out: dict[str, int]
    outcome: Outcome | None


def import_tickets(
    project: Project,
    records: Iterable[Imported],
    *,
    ignored: Collection[str] = (),
    dry_run: bool = False,
    subject: str = "",
) -> ImportResult:
    """Create a ticket for each record whose `external-ref` no ticket has.

    A ticket that is here already stays as it is. Raise RefusedError, with nothing changed, where records cannot be
    tickets: the first twenty are named.
    """
    with project.edit("import") as edit:
        run = _Import(edit, ignored)
        for record in _numbered(records, run):
            run.take(record)
        run.refuse_problems()
        run.relate()
        if dry_run or not run.created:
            return ImportResult(run.created, run.kept, dict(run.left_out), None)
        edit.subject = subject
        edit.standard = f"tk: import of {len(run.created)} ticket{'s' if len(run.created) != 1 else ''}"
        return ImportResult(run.created, run.kept, dict(run.left_out), edit.commit())


def _numbered(records: Iterable[Imported], run: _Import) -> Iterator[Imported]:
    """Yield the records up to the first that cannot be read, and note that one."""
    try:
        yield from records
    except RecordError as error:
        run.problems.append(str(error))


class _Import:
    """The records taken so far."""

    def __init__(self, edit: Edit, ignored: Collection[str]) -> None:
        self._edit = edit
        self._ignored = ignored
        self._new = NewTickets(edit)
        self._relations: list[tuple[str, Imported]] = []
        self.created: list[str] = []
        self.kept: list[Kept] = []
        self.left_out: Counter[str] = Counter()
        self.problems: list[str] = []

    def take(self, record: Imported) -> None:
        """Create the ticket of a record, or note why that cannot be."""
        if len(self.problems) > _MOST_PROBLEMS:
            return
        values = {name: text for name, text in record.values.items() if name not in self._ignored}
        self.left_out.update(name for name in record.values if name in self._ignored)
        try:
            known = self._new.references.get(record.key) if record.key else None
            if known is not None:
                self.kept.append(Kept(known.id, record.key, self._differences(known, record, values)))
                return
            if record.key:
                values["external-ref"] = record.key
            draft = Draft(
                record.title,
                record.text,
                values=values,
                tags=record.tags,
                created=record.created,
                closed=record.closed,
                comments=record.comments,
            )
            ticket_id = files.id_of(self._new.add(draft).path)
        except UnknownFieldError as error:
            hint = f"{error.hint} " if error.hint else ""
            self.problems.append(f"{record.where}: {error}. {hint}--ignore {error.name} leaves it out.")
        except TicketsError as error:
            self.problems.append(f"{record.where}: {error}")
        else:
            self.created.append(ticket_id)
            self._relations.append((ticket_id, record))

    def _differences(self, ticket: Ticket, record: Imported, values: dict[str, str]) -> list[str]:
        found = [] if ticket.title == record.title else ["title"]
        for name, text in values.items():
            value: Value = checked_value(self._edit.project, name, text)
            found += [] if ticket.get(name) == value else [name]
        return found

    def refuse_problems(self) -> None:
        """Raise RefusedError if records cannot be tickets."""
        if not self.problems:
            return
        shown = self.problems[:_MOST_PROBLEMS]
        more = ["and more"] if len(self.problems) > len(shown) else []
        raise RefusedError(
            "nothing was imported:\n  " + "\n  ".join([*shown, *more]), hint="correct the source, then run it again."
        )

    def relate(self) -> None:
        """Set what new tickets depend on, are linked with, are part of and repeat; in any order of the records."""
        for ticket_id, record in self._relations:
            for name in RELATIONS:
                others = [other for key in record.relations.get(name, ()) if (other := self._other(name, key))]
                if not others:
                    continue
                value: Value = list(others) if name in {"deps", "links"} else others[0]
                self._set(ticket_id, name, value)
                for other in others if name == "links" else ():
                    linked = list_of(self._edit.document(other).keys.get("links"))
                    if ticket_id not in linked:
                        self._set(other, "links", [*linked, ticket_id])

    def _other(self, name: str, key: str) -> str:
        """Return the id for a key or an id, an empty text where no ticket has it; that is counted."""
        known = self._new.references.get(key)
        if known is not None:
            return known.id
        if self._edit.project.existing_path(key):
            return key
        self.left_out[f"{name} to a ticket that is not here"] += 1
        return ""

    def _set(self, ticket_id: str, name: str, value: Value) -> None:
        before = self._edit.document(ticket_id).keys.get(name)
        if before != value:
            self._edit.apply([Change(ticket_id, name, before, value)])


def refuse_unknown(name: str) -> None:
    """Raise UsageError for a format that nobody knows, with the nearest."""
    from plaintickets.core.suggestions import did_you_mean
    from plaintickets.importers import IMPORTERS

    if name not in IMPORTERS:
        raise UsageError(
            f"unknown format '{name}'", hint=did_you_mean(name, IMPORTERS) or f"Known: {', '.join(IMPORTERS)}."
        )
