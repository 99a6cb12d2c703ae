"""What `tk import` reads besides its sources, and what it prints."""

from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING

from plaintickets.commands.options import finish
from plaintickets.errors import UsageError
from plaintickets.render import safe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plaintickets.actions.import_tickets import ImportOptions, ImportResult
    from plaintickets.console import CommandContext
    from plaintickets.importers.sources import Sources

_SHOWN = 20
_LONGEST_MAP = 16 * 1024 * 1024


def sources(
    context: CommandContext,
    form: str,
    paths: tuple[str, ...],
    stdin: IO[bytes] | None,
    markup: str,
    columns: Mapping[str, str],
) -> Sources:
    """Return the sources; raise UsageError for a path that nobody can read, and for a markup that the form has not."""
    from plaintickets.importers import MARKUPS
    from plaintickets.importers.sources import Sources

    if markup and markup not in MARKUPS.get(form, ()):
        raise UsageError(f"--markup goes with {', '.join(MARKUPS)}, not with {form}")
    found = [path if path == "-" else os.path.join(context.around.folder, path) for path in paths]
    for path, name in zip(found, paths, strict=True):
        if path != "-" and not (os.path.isfile(path) or os.path.isdir(path)):
            why = "not a regular file" if os.path.lexists(path) else "No such file or directory"
            raise UsageError(f"cannot read {safe.line(name)}: {why}")
    return Sources(found, stdin, markup, columns)


def options_of(context: CommandContext, chosen: Mapping[str, object]) -> ImportOptions:
    """Return the options of an import; raise UsageError for a bad date or mapping."""
    from plaintickets.actions.import_tickets import ImportOptions
    from plaintickets.core import dates
    from plaintickets.importers.attachment_files import AttachmentFolder

    since = str(chosen["since"] or "")
    if since:
        try:
            since = dates.read_date(since, context.project.now).isoformat()
        except dates.DateError as error:
            raise UsageError(f"invalid --since '{since}' {error}".strip(), hint=dates.DATE_EXAMPLES) from None
    if chosen["branch"] and not chosen["history"]:
        raise UsageError("--branch goes with --history")
    folder = str(chosen["attachments"] or "")
    if folder and not os.path.isdir(os.path.join(context.around.folder, folder)):
        raise UsageError(f"--attachments {safe.line(folder)} is no folder", hint="unpack an archive first.")
    ignored = chosen["ignore"]
    return ImportOptions(
        ignored if isinstance(ignored, tuple) else (),
        _sections(context, str(chosen["mapping"] or "")),
        strict=bool(chosen["strict"]),
        since=since,
        redact_mail=chosen["redact"] == "mail",
        raw=bool(chosen["raw"]),
        dry_run=bool(chosen["dry_run"]),
        history=bool(chosen["history"]),
        branch=str(chosen["branch"] or ""),
        attachments=AttachmentFolder(os.path.join(context.around.folder, folder)) if folder else None,
    )


def _sections(context: CommandContext, path: str) -> dict[str, dict[str, str]]:
    from plaintickets.core.import_mapping import read_mapping_file
    from plaintickets.system.files import read_head

    if not path:
        return {}
    try:
        text = read_head(os.path.join(context.around.folder, path), _LONGEST_MAP).decode()
    except OSError as error:
        raise UsageError(f"cannot read {safe.line(path)}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{safe.line(path)} is not UTF-8") from None
    return read_mapping_file(text, safe.line(path), context.project.config)


def write_files(context: CommandContext, chosen: Mapping[str, object], done: ImportResult) -> None:
    """Write the mapping and the report that were asked for."""
    from plaintickets.commands.output_file import write
    from plaintickets.render.jsonform import FORMAT, dumps

    report = {
        "format": FORMAT,
        "left_out": done.left_out,
        "unknown": done.unknown,
        "kept": [kept._asdict() for kept in done.kept],
    }
    for name, text in (("write_map", done.mapping), ("report", dumps(report) + "\n")):
        if path := str(chosen[name] or ""):
            write(context, path, text)


def show(context: CommandContext, done: ImportResult, *, dry_run: bool) -> None:
    """Print what was imported, with counts of what was left out."""
    if not context.json:
        would = "would be " if dry_run else ""
        updated = f"{len(done.updated)} {would}updated, " if done.updated else ""
        context.say(f"{len(done.created)} {would}imported, {updated}{done.unchanged} here already")
        if done.copied:
            context.say(f"{done.copied} {would}copied: attachments")
        for kept in done.kept[:_SHOWN]:
            context.note(safe.line(f"{kept.id} ({kept.key}) keeps what is here: {', '.join(kept.differs)}"))
        if len(done.kept) > _SHOWN:
            context.note(f"and {len(done.kept) - _SHOWN} more; --report FILE names them all")
        for what, counts in (("unknown", done.unknown), ("left out", done.left_out)):
            for name, count in list(counts.items())[:_SHOWN]:
                context.note(safe.line(f"{what}: {name} ({count})"))
            if len(counts) > _SHOWN:
                context.note(f"{what}: {len(counts) - _SHOWN} more; --report FILE names them all")
    shown = {
        "created": done.created,
        "updated": done.updated,
        "kept": [kept._asdict() for kept in done.kept],
        "unchanged": done.unchanged,
        "attachments": done.copied,
        "left_out": done.left_out,
        "unknown": done.unknown,
    }
    if done.outcome is not None:
        finish(context, done.outcome, **shown)
    elif context.json:
        from plaintickets.render.jsonform import FORMAT, dumps

        context.out(dumps({"format": FORMAT, "commit": None, **shown}))
