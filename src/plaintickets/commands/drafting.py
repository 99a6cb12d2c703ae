"""Creating tickets without a store, from a file, and in the editor."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.commands.stdin import read_stdin
from plaintickets.errors import NoStoreError, RefusedError, UnreadableError, UsageError
from plaintickets.store.beginning import refuse_to_begin
from plaintickets.store.locations import STORE_NAME, find_store, locate

if TYPE_CHECKING:
    from plaintickets.actions.new import Created
    from plaintickets.console import CommandContext
    from plaintickets.core.draft import Draft


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


def edit_draft(context: CommandContext, draft: Draft, *, routes: bool = False) -> Created:
    """Open the editor on the filled template of a new ticket; create the ticket from the saved text.

    Raise NegativeAnswer if the text is unchanged or empty: nothing is created.
    """
    from plaintickets.actions.guards import hold_guards
    from plaintickets.actions.new import (
        UNTITLED,
        Created,
        build,
        give,
        refuse_missing,
        refuse_second_reference,
        with_headings,
    )
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

    def make(content: bytes) -> Created:
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

    created = edit_text(context, document.path, form, check, make, is_form=True)
    if created is None:
        raise RefusedError("nothing was created")
    return created
