"""The user's editor, opened on a text until the text is valid; the text is never lost."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, TypeVar

import click

from plaintickets.commands.stdin import is_terminal
from plaintickets.errors import RefusedError, TicketsError, UnreadableError
from plaintickets.system import programs
from plaintickets.system.files import make_private_folder, remove

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.console import CommandContext

    Check = Callable[[bytes], str]

T = TypeVar("T")
_REMARK_HELP = "\n# Write the comment above. Lines that begin with `# ` are left out; an empty text adds nothing.\n"


def editor_of(context: CommandContext) -> str:
    """Return the command line of the user's editor, from the same places as git."""
    environ, project = context.around.environ, context.project
    if project.config.editor or environ.get("GIT_EDITOR"):
        return project.config.editor or environ["GIT_EDITOR"]
    configured = project.git.run("config", "core.editor").out.decode(errors="replace").strip() if project.git else ""
    return configured or environ.get("VISUAL") or environ.get("EDITOR") or programs.EDITOR


def edit_text(context: CommandContext, name: str, content: bytes, check: Check, use: Callable[[bytes], T]) -> T | None:
    """Return the result of `use` for the user's text, None if nothing changed.

    The editor opens again while `check` finds an error.
    Raises RefusedError if the editor fails or the user gives up, and any error of `use`; the hint says
    where the text is kept.
    """
    folder = context.project.place.shared
    if folder:
        folder = os.path.join(folder, "edit")
        make_private_folder(folder)
    draft_folder = tempfile.mkdtemp(prefix="tk-edit-", dir=folder or None)
    path = os.path.join(draft_folder, name.rpartition("/")[2])
    with open(path, "wb") as file:
        file.write(content)
    while True:
        _run(context, path)
        with open(path, "rb") as file:
            edited = file.read()
        fault = check(edited) if edited != content else ""
        if not fault:
            used = _used(path, edited, use) if edited != content else None
            remove(path)
            os.rmdir(draft_folder)
            return used
        context.warn(f"Error: {fault}")
        if not is_terminal() or not click.confirm("Edit again?", default=True, err=True):
            raise RefusedError("nothing was changed", hint=f"your text is kept in {path}")


def _used(path: str, edited: bytes, use: Callable[[bytes], T]) -> T:
    try:
        return use(edited)
    except TicketsError as error:
        kept = f"your text is kept in {path}"
        error.hint = f"{error.hint}\n{kept}" if error.hint else kept
        raise


def _run(context: CommandContext, path: str) -> None:
    editor = editor_of(context)
    try:
        code = programs.edit(editor, path, context.around.environ)
    except (OSError, ValueError) as error:
        raise UnreadableError(f"cannot run the editor '{editor}': {getattr(error, 'strerror', '') or error}") from None
    if code != 0:
        raise RefusedError(
            f"the editor '{editor}' ended with {code}; nothing was changed",
            hint=f"your text is kept in {path}; GIT_EDITOR, core.editor, VISUAL or EDITOR name the editor.",
        )


def edit_remark(context: CommandContext, part: str, use: Callable[[str], None]) -> None:
    """Pass a comment written in the editor to `use`.

    Raises RefusedError if nothing was written.
    """
    document = context.project.document(part)
    start = f"\n{_REMARK_HELP}# {document.path.removesuffix('.md')}  {document.title}\n".encode()
    written = []

    def pass_on(content: bytes) -> None:
        remark = _remark(content)
        if remark.strip():
            written.append(remark)
            use(remark)

    edit_text(context, "COMMENT.md", start, _not_utf8, pass_on)
    if not written:
        raise RefusedError("no note provided", hint="the comment was empty, so nothing was added.")


def _remark(content: bytes) -> str:
    lines = content.decode().replace("\r\n", "\n").split("\n")
    return "\n".join(line for line in lines if not line.startswith("# ")).strip("\n")


def _not_utf8(content: bytes) -> str:
    try:
        content.decode()
    except UnicodeDecodeError:
        return "the comment is not UTF-8"
    return ""
