"""Creating tickets without a store, from a file, and in the editor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from plaintickets.commands.stdin import read_stdin, text_or_stdin
from plaintickets.errors import NoStoreError, RefusedError, UnreadableError, UsageError
from plaintickets.store.beginning import refuse_to_begin
from plaintickets.store.locations import STORE_NAME, find_store, locate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.actions.new import Created
    from plaintickets.console import CommandContext
    from plaintickets.core.document import Document
    from plaintickets.core.draft import Draft

_VALUES = ("type", "priority", "assignee", "parent", "external-ref", "due", "reporter")


def ensure_store(context: CommandContext) -> None:
    """Create a store in the current folder if none is found."""
    around = context.around
    named = around.environ.get("TICKETS_DIR")
    try:
        find_store(around.folder, named)
    except NoStoreError:
        store = os.path.join(around.folder, named or STORE_NAME)
        if os.path.lexists(store):
            raise UnreadableError(
                f"{store} is not a folder", hint="move it away, then run the command again."
            ) from None
        if named:
            locate(store)
        else:
            refuse_to_begin(around.folder, around.environ)
        os.makedirs(store)


def read_source(source: str, limit: int) -> str:
    """Return the text of a file; `-` is standard input.

    Raises UsageError if it cannot be read or is larger than `limit` bytes.
    """
    if source == "-":
        return read_stdin(limit, what="--file")
    try:
        with open(source, "rb") as file:
            content = file.read(limit + 1)
        if len(content) > limit:
            raise UsageError(
                f"{source} is larger than {limit} bytes", hint="a ticket holds no more; attach it elsewhere."
            )
        return content.decode()
    except UnicodeDecodeError:
        raise UsageError(f"{source} is not UTF-8") from None
    except OSError as error:
        raise UsageError(f"cannot read {source}: {error.strerror}") from None


def draft_of(context: CommandContext, title: str | None, options: dict[str, Any]) -> Draft:
    """Return the ticket that the title and the options of `tk new` describe.

    Raise UsageError for a setting without `=`, and for a text that cannot be read.
    """
    from plaintickets.core.draft import Draft

    values = {"type": options["kind"]} | {name: options[name.replace("-", "_")] for name in _VALUES[1:]}
    given = {name: text for name, text in values.items() if text is not None}
    given |= given_settings(options["settings"])
    title = text_or_stdin(title or "", "the title").strip()
    texts = {name: text_or_stdin(options[name], f"--{name}") for name in ("description", "design", "acceptance")}
    if options["source"] is not None:
        text = read_source(options["source"], context.project.config.format_max_file_size)
        texts["description"] = f"{texts['description']}\n\n{text}" if texts["description"] else text
    return Draft(
        title, texts["description"], texts["design"], texts["acceptance"], given, options["tags"], options["deps"]
    )


def given_settings(settings: Iterable[str]) -> dict[str, str]:
    """Return the fields that `--set KEY=VALUE` gives.

    Raise UsageError for a setting without `=`.
    """
    given = {}
    for setting in settings:
        name, sign, text = setting.partition("=")
        if not sign or not name:
            raise UsageError(f"--set takes key=value, not '{setting}'")
        given[name] = text
    return given


def edit_draft(context: CommandContext, draft: Draft, *, routes: bool = False) -> Created:
    """Open the editor on the filled template of a new ticket; create the ticket from the saved text.

    Raise NegativeAnswer if the text is unchanged or empty: nothing is created.
    """
    from functools import partial

    from plaintickets.actions.new import UNTITLED, build, with_headings
    from plaintickets.commands.editor import edit_text

    project = context.project
    project.require_ready()
    document = build(project, with_headings(project, draft), complete=False)
    form = document.to_bytes()
    if not draft.title:
        form = form.replace(f"\n# {UNTITLED}\n".encode(), b"\n# \n", 1)

    def check(content: bytes) -> str:
        from plaintickets.actions.hand_edits import fault, lacking, untitled

        wrong = fault(project, document.path, content) or untitled(document.path, content)
        return wrong or lacking(project, document.path, content)

    created = edit_text(
        context, document.path, form, check, partial(_made, context, document, routes=routes), is_form=True
    )
    if created is None:
        raise RefusedError("nothing was created")
    return created


def _made(context: CommandContext, document: Document, content: bytes, *, routes: bool) -> Created:
    """Create the ticket of a form that the editor has saved."""
    from plaintickets.actions.guards import hold_guards
    from plaintickets.actions.new import Created, give, refuse_missing, refuse_second_reference

    project = context.project
    with project.edit("new") as edit:
        edit.subject = context.subject
        edit.create(document)
        edit.replace(document, content)
        made = edit.document(document.path.removesuffix(".md"))
        refuse_missing(project, made)
        refuse_second_reference(project, made)
        if routes:
            give(edit, made)
        hold_guards(edit, {document.path.removesuffix(".md"): None}, forced_by="")
        return Created(made, edit.commit())
