"""Create and update tickets from the records of another system, all of them or none, in one commit."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.import_attachments import AttachmentCopies, CopiedFiles
from plaintickets.actions.import_history import (
    HistoryReplay,
    HistorySources,
    history_base,
    import_history,
    remember_history,
)
from plaintickets.actions.import_relations import Relations
from plaintickets.actions.imported_document import LONGEST_KEPT, DocumentWriter, ImportedTicket, clean_line
from plaintickets.actions.merge_imported import ImportMerger, Kept
from plaintickets.actions.new import FreeIds, NewTickets
from plaintickets.core.fields import UnknownFieldError, find_field
from plaintickets.core.import_mapping import NameMapping
from plaintickets.core.import_text import with_files, with_ids, with_original, without_mail
from plaintickets.core.imported import OwnFile, RecordError, covers
from plaintickets.core.imported_history import replayed
from plaintickets.core.quoting import quoted
from plaintickets.core.ticket import list_of
from plaintickets.errors import RefusedError, TicketsError, UsageError
from plaintickets.store import files

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from plaintickets.core.imported import Imported
    from plaintickets.importers.attachment_contents import AttachmentContents
    from plaintickets.importers.attachment_files import AttachmentFolder
    from plaintickets.project import Project
    from plaintickets.write.edit import Edit
    from plaintickets.write.writer import Outcome

_MOST_PROBLEMS = 20
_WORD = re.compile(r"[\w.-]{1,60}")


class ImportOptions(NamedTuple):
    """The choices of an import: the names that are mapped, and the records and keys that are left out.

    With `history`, the changelogs of new tickets become commits, on a new branch if `branch` names one. `attachments`
    is the folder beside the export that has their files, `contents` are those that stand in it.
    """

    ignored: Collection[str] = ()
    sections: Mapping[str, Mapping[str, str]] = {}
    strict: bool = False
    since: str = ""
    redact_mail: bool = False
    raw: bool = False
    dry_run: bool = False
    own_names: bool = False
    history: bool = False
    branch: str = ""
    attachments: AttachmentFolder | None = None
    contents: AttachmentContents | None = None


class ImportResult(NamedTuple):
    """The ids of new and of updated tickets, those with contradictions, and how many stayed as they are.

    `left_out` counts values that are kept nowhere, `unknown` names that the store does not have. `mapping` is a
    mapping file with every name of the source.
    """

    created: list[str]
    updated: list[str]
    kept: list[Kept]
    unchanged: int
    left_out: dict[str, int]
    unknown: dict[str, int]
    mapping: str
    outcome: Outcome | None
    copied: int = 0


def import_tickets(
    project: Project, records: Iterable[Imported], options: ImportOptions | None = None, *, subject: str = ""
) -> ImportResult:
    """Create a ticket for each record whose `external-ref` no ticket has, and update the others.

    A ticket that is here is merged with what changed in the source since the last import; what was changed here
    stays. Raise RefusedError, with nothing changed, if records cannot be tickets: the first twenty are named.
    """
    options = options or ImportOptions()
    if options.history:
        history_base(project, options.branch)
    with project.edit("import") as edit:
        run = _Import(edit, options)
        for record in _numbered(records, run):
            run.take(record)
        run.refuse_problems()
        run.write()
        run.refuse_problems()
        outcome = None
        if not options.dry_run and run.has_changes:
            edit.subject = subject
            edit.standard = run.sentence()
            edit.trailers += [f"Imported-from: {system}" for system in run.systems]
            outcome = run.replayed() if options.history else edit.commit()
        done = run.result(outcome)
    if run.replay is not None and outcome is not None and not options.branch:
        remember_history(project, run.replay, outcome.commit)
    return done


def _numbered(records: Iterable[Imported], run: _Import) -> Iterator[Imported]:
    """Yield the records up to the first that cannot be read, and note that one."""
    try:
        yield from records
    except RecordError as error:
        run.problems.append(str(error))


class _Import:
    """The records taken so far."""

    def __init__(self, edit: Edit, options: ImportOptions) -> None:
        self._edit = edit
        self._options = options
        self._names = NameMapping(edit.project.config, options.sections, own=options.own_names)
        self._ids = FreeIds(edit.project)
        self._known = NewTickets(edit).references
        self._writer = DocumentWriter(edit.project, keeps_texts=options.history)
        self._taken: dict[str, tuple[Imported, dict[str, str], dict[str, str]]] = {}
        self._by_key: dict[str, str] = {}
        self._merger = ImportMerger(edit)
        self._relations = Relations(edit.project, {}, {})
        self._not_read = 0
        self._copies = AttachmentCopies(
            edit, options.attachments, options.contents if "attachments" not in options.ignored else None
        )
        self._files: dict[str, CopiedFiles] = {}
        self.replay: HistoryReplay | None = None
        self.problems: list[str] = []
        self.left_out: Counter[str] = Counter()

    @property
    def systems(self) -> list[str]:
        """Return the systems of the records, sorted."""
        return sorted({key.partition(":")[0] for key in self._by_key})

    @property
    def has_changes(self) -> bool:
        """Tell whether anything is to be written."""
        return self._merger.has_changes or bool(self._copies.count)

    def take(self, record: Imported) -> None:
        """Take a record, or note why it cannot be a ticket."""
        if len(self.problems) > _MOST_PROBLEMS:
            return
        if self._options.since and (record.updated or record.created) < self._options.since:
            self.left_out["records last changed before --since"] += 1
            return
        try:
            record = self._prepared(record)
            values, extra = self._mapped(record, self._names)
        except TicketsError as error:
            self.problems.append(f"{record.where}: {error}")
            return
        self.left_out.update(record.lost)
        if self._options.history:
            self._note_past(record)
        known = self._known.get(record.key) if record.key else None
        last = self._merger.last(record.key)
        if last and known is None:
            self._merger.kept.append(Kept(last.ticket, record.key, ["removed here"]))
            self._not_read += 1
            return
        if record.key in self._by_key:
            ticket_id = self._by_key[record.key]
            earlier = self._taken.pop(ticket_id)[0]
            is_same_time = earlier.updated == record.updated
            if earlier.updated > record.updated or (is_same_time and covers(earlier, record)):
                record, values, extra = earlier, *self._mapped(earlier, self._names)
            elif is_same_time and not covers(record, earlier):
                self.problems.append(f"{record.where}: {record.key} stands twice, also at {earlier.where}")
        else:
            ticket_id = known.id if known else files.id_of(record.own.path) if record.own else self._ids.take()
        if record.key:
            self._by_key[record.key] = ticket_id
        self._taken[ticket_id] = record, values, extra

    def _prepared(self, record: Imported) -> Imported:
        """Return a record as the options want it.

        Raise RefusedError for a ticket of ours that cannot keep its id.
        """
        if self._options.redact_mail:
            record = without_mail(record)
        if record.own is not None:
            return self._own(record, record.own)
        record = self._names.with_authors(record)
        if clean_line(record.title):
            return record
        self.left_out["titles without a sign that can be seen, so the key is the title"] += 1
        return record._replace(title=record.key or record.where)

    def _own(self, record: Imported, own: OwnFile) -> Imported:
        """Return the record of a ticket that a store of ours exported, without ignored keys; its id stays.

        Raise RefusedError if another ticket has its id or its external reference.
        """
        project, ticket_id = self._edit.project, files.id_of(own.path)
        keys = {name: value for name, value in own.keys.items() if name not in self._options.ignored}
        self.left_out.update(own.keys.keys() - keys.keys())
        here = project.reading.tickets.get(ticket_id)
        if here is not None and here.keys.get("created") == own.keys.get("created"):
            self._known[record.key] = here
        elif ticket_id in self._ids or ticket_id in self._taken:
            raise RefusedError(f"another ticket has the id {ticket_id}")
        else:
            self._ids.hold(ticket_id)
        for reference in list_of(keys.get("external-ref")):
            other = self._known.get(reference)
            if other is not None and other.id != ticket_id:
                raise RefusedError(f"{other.id} has the external-ref {reference} of {ticket_id}")
        return record._replace(own=OwnFile(own.path, keys))

    def _note_past(self, record: Imported) -> None:
        """Note the names that a record had, and the changes that cannot be replayed."""
        found = replayed(record)
        for change in found:
            for name in (change.before, change.after):
                self._names.note(change.field, name)
        if len(found) < len(record.changes):
            self.left_out["changes of values without a field here"] += len(record.changes) - len(found)

    def _mapped(self, record: Imported, names: NameMapping) -> tuple[dict[str, str], dict[str, str]]:
        """Return the values by field and the values that keep a key of their own.

        Raise UsageError for a field that nobody knows.
        """
        found = names.mapped(record)
        system = record.key.partition(":")[0]
        values = dict[str, str]()
        for name, text in found.values.items():
            if name in self._options.ignored:
                self.left_out[name] += 1
                continue
            try:
                find_field(self._edit.project.config, name)
            except UnknownFieldError as error:
                hint = f"{error.hint} " if error.hint else ""
                shown = error.name if _WORD.fullmatch(error.name) else quoted(error.name)
                raise UsageError(f"{error}. {hint}--ignore {shown} leaves it out.") from None
            values[name] = text
        extra = {f"{system}-{name}": text for name, text in found.kept.items()}
        for name, text in record.extra.items():
            key = names.key(name)
            if not key or name in self._options.ignored or len(text) > LONGEST_KEPT:
                self.left_out[name] += 1
            elif key != name and key not in values:
                values[key] = text
            else:
                extra[name] = text
        return values, extra

    def write(self) -> None:
        """Put the new and the changed tickets into the edit."""
        if self._options.strict and self._names.unknown:
            rows = [f"{section}: '{name}' ({count})" for (section, name), count in self._names.unknown.items()]
            raise RefusedError(
                "nothing was imported; names that this store does not have:\n  " + "\n  ".join(rows[:_MOST_PROBLEMS]),
                hint="--write-map FILE writes a mapping to edit, --map FILE reads it.",
            )
        relations = self._relations = Relations(self._edit.project, self._by_key, self._known)
        for ticket_id, (record, _, _) in self._taken.items():
            relations.take(ticket_id, record)
        self._copy_attachments()
        changed = dict[str, str]()
        for ticket_id, (record, values, extra) in self._taken.items():
            ticket = ImportedTicket(self._finished(ticket_id), values, extra, relations.of(ticket_id))
            digest, last = _digest(ticket), self._merger.last(record.key)
            if last is None or last.digest != digest:
                changed[ticket_id] = digest
        self._merger.prepare(self._taken[ticket_id][0].key for ticket_id in changed)
        for ticket_id, digest in changed.items():
            try:
                self._write_one(ticket_id, digest, relations)
            except TicketsError as error:
                self.problems.append(f"{self._taken[ticket_id][0].where}: {error}")
                if len(self.problems) > _MOST_PROBLEMS:
                    break
        self.left_out.update(relations.missing)
        self._merger.link_others(relations.links_of_others)
        self._merger.finish()

    def _write_one(self, ticket_id: str, digest: str, relations: Relations) -> None:
        record, values, extra = self._taken[ticket_id]
        merger = self._merger
        known = self._known.get(record.key) if record.key else None
        base = merger.base(record.key, ticket_id) if known else None
        found = relations.of(ticket_id, base.keys if base else {})
        ticket = ImportedTicket(self._finished(ticket_id), values, extra, found)
        if known is None:
            merger.create(record.key, digest, self._writer.document(ticket_id, ticket, {}))
        else:
            keys = base.keys if base else self._edit.document(ticket_id).keys
            merger.update(record.key, digest, base, self._writer.document(ticket_id, ticket, keys))

    def _copy_attachments(self) -> None:
        for ticket_id, (record, _, _) in self._taken.items():
            if not record.attachments:
                continue
            try:
                path = self._edit.project.path_of(ticket_id) if self._known.get(record.key) else f"{ticket_id}.md"
                self._files[ticket_id] = self._copies.take(path, record)
            except TicketsError as error:
                self.problems.append(f"{record.where}: {error}")
        self.left_out.update(self._copies.left_out)

    def replayed(self) -> Outcome:
        """Commit the import with the history of the new tickets."""
        past_names = self._names.with_used()

        def mapped(record: Imported) -> tuple[dict[str, str], dict[str, str]]:
            counted, self.left_out = self.left_out, Counter()
            try:
                return self._mapped(record, past_names)
            finally:
                self.left_out = counted

        created = {one: self._finished(one) for one in self._merger.created}
        sources = HistorySources(self._id_of, mapped, self._relations.of, self._writer)
        replay = self.replay = HistoryReplay(self._edit.project, created, sources)
        outcome = import_history(self._edit, replay, self._options.branch)
        self.left_out.update(replay.left_out)
        return outcome

    def _id_of(self, key: str) -> str:
        known = self._known.get(key)
        return self._by_key.get(key) or (known.id if known else "")

    def _finished(self, ticket_id: str) -> Imported:
        """Return a record with ids, and links to its files, in its text and its comments.

        The original of each is below it if asked for.
        """
        record, files = self._taken[ticket_id][0], self._files.get(ticket_id)
        separate = self._edit.project.config.format_comments == "files"

        def id_of(key: str) -> str:
            return "" if key == record.key else self._id_of(key)

        def finished(text: str, original: str, comment: str = "") -> str:
            text = with_ids(text, record.key, id_of)
            if files:
                text = with_files(text, lambda name: files.path(name, comment, beside=bool(comment) and separate))
            return with_original(text, original) if self._options.raw and original else text

        text = finished(record.text, record.raw)
        comments = []
        for one in record.comments:
            said = finished(one.text, record.raw_comments.get(one, ""), one.date)
            comments.append(one if said == one.text else one._replace(text=said))
        return record._replace(text=text, comments=comments)

    def refuse_problems(self) -> None:
        """Raise RefusedError if records cannot be tickets."""
        if not self.problems:
            return
        shown = self.problems[:_MOST_PROBLEMS]
        more = ["and more"] if len(self.problems) > len(shown) else []
        raise RefusedError(
            "nothing was imported:\n  " + "\n  ".join([*shown, *more]), hint="correct the source, then run it again."
        )

    def sentence(self) -> str:
        """Return the first line of the commit message."""
        created, updated = len(self._merger.created), len(self._merger.updated)
        is_named = created or not (updated or self._copies.count)
        parts = [f"import of {created} ticket{'s' if created != 1 else ''}"] if is_named else []
        parts += [f"update of {updated} imported ticket{'s' if updated != 1 else ''}"] if updated else []
        parts += (
            [f"{self._copies.count} attachment{'s' if self._copies.count != 1 else ''}"] if self._copies.count else []
        )
        return "tk: " + ", ".join(parts)

    def result(self, outcome: Outcome | None) -> ImportResult:
        """Return what was done."""
        merger = self._merger
        unknown = {f"{section}: {name}": count for (section, name), count in self._names.unknown.items()}
        return ImportResult(
            merger.created,
            merger.updated,
            merger.kept,
            len(self._taken) - len(merger.created) - len(merger.updated) + self._not_read,
            dict(self.left_out),
            unknown,
            self._names.proposal(),
            outcome,
            self._copies.count,
        )


def _digest(ticket: ImportedTicket) -> str:
    """Return a digest of a record with its names and ids, without its place in the source."""
    plain = repr(ticket._replace(record=ticket.record._replace(where="", lost={}, changes=())))
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest()[:32]


def refuse_unknown(name: str) -> None:
    """Raise UsageError for a format that nobody knows, with the nearest."""
    from plaintickets.core.suggestions import did_you_mean
    from plaintickets.importers import IMPORTERS

    if name not in IMPORTERS:
        raise UsageError(
            f"unknown format '{name}'", hint=did_you_mean(name, IMPORTERS) or f"Known: {', '.join(IMPORTERS)}."
        )
