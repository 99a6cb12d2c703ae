"""The user's editor, opened on a text until the text is valid; the text is never lost."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING, TypeVar

from plaintickets.commands.stdin import is_terminal
from plaintickets.errors import NegativeAnswer, RefusedError, TicketsError
from plaintickets.render import safe
from plaintickets.system import programs
from plaintickets.system.files import make_private_folder, remove

if TYPE_CHECKING:
    from collections.abc import Callable

    from plaintickets.console import CommandContext

    Check = Callable[[bytes], str]

T = TypeVar("T")
_SIGN = "tk:"
# What a shell ends with if it cannot run or cannot find the program.
_NOT_STARTED = (127, 126)
_REMARK_HELP = "\n# Write the comment above. Lines that begin with `# ` are left out; an empty text adds nothing.\n"


def editor_of(context: CommandContext) -> str:
    """Return the command line of the user's editor, from the same places as git."""
    environ, project = context.around.environ, context.project
    if project.config.editor or environ.get("GIT_EDITOR"):
        return project.config.editor or environ["GIT_EDITOR"]
    configured = project.git.run("config", "core.editor").out.decode(errors="replace").strip() if project.git else ""
    return configured or environ.get("VISUAL") or environ.get("EDITOR") or programs.EDITOR


def edit_text(
    context: CommandContext,
    name: str,
    content: bytes,
    check: Check,
    use: Callable[[bytes], T],
    *,
    is_form: bool = False,
) -> T | None:
    """Return the result of `use` for the user's text, None if nothing changed.

    The editor opens again while `check` finds an error, which stands in the text as a comment at its line.
    With `is_form`, a text that is unchanged ends the command.
    Raise NegativeAnswer for an emptied text and an unchanged form, RefusedError if the editor fails or the user
    gives up, and any error of `use`; the hint says where the text is kept.
    """
    path = _draft_path(context, name)
    shown, remark = content, b""
    while True:
        with open(path, "wb") as file:
            file.write(shown)
        _run(context, path)
        with open(path, "rb") as file:
            edited = _without(remark, file.read())
        is_empty = bool(content.strip()) and not edited.strip()
        if is_empty or (edited == content and (is_form or not remark)):
            _drop(path)
            if is_empty or is_form:
                raise NegativeAnswer(f"aborted: the text is {'empty' if is_empty else 'unchanged'}")
            return None
        fault = check(edited)
        if not fault:
            used = _used(path, edited, use)
            _drop(path)
            return used
        with open(path, "wb") as file:
            file.write(edited)
        context.warn(f"Error: {fault}")
        if not _wants_again(path, context):
            raise RefusedError("nothing was changed", hint=f"your text is kept in {path}")
        shown, remark = with_remark(edited, fault)


def _draft_path(context: CommandContext, name: str) -> str:
    folder = context.project.place.shared
    if folder:
        folder = os.path.join(folder, "edit")
        make_private_folder(folder)
    draft_folder = tempfile.mkdtemp(prefix="tk-edit-", dir=folder or None)
    return os.path.join(draft_folder, name.rpartition("/")[2])


def _drop(path: str) -> None:
    remove(path)
    os.rmdir(os.path.dirname(path))


def with_remark(text: bytes, fault: str) -> tuple[bytes, bytes]:
    """Return the text with a fault as a comment below its line, and the comment's line.

    A fault without a line stands below the first one. The front matter has comments of YAML, the body of HTML.
    """
    place, _, message = fault.partition(": ")
    number = place.rpartition(":")[2]
    at, sentence = (int(number), message) if number.isdigit() and message else (1, fault)
    lines = text.split(b"\n")
    at = max(1, min(at, len(lines)))
    is_front = lines[0].rstrip() == b"---" and not any(line.rstrip() == b"---" for line in lines[1:at])
    words = safe.line(sentence).replace("--", "- -")
    remark = (f"# {_SIGN} {words}" if is_front else f"<!-- {_SIGN} {words} -->").encode(errors="replace")
    return b"\n".join([*lines[:at], remark, *lines[at:]]), remark


def _without(remark: bytes, text: bytes) -> bytes:
    """Return the text without the line of a comment that was put into it."""
    if not remark:
        return text
    return b"".join(line for line in text.splitlines(keepends=True) if line.rstrip(b"\r\n") != remark)


def _wants_again(path: str, context: CommandContext) -> bool:
    """Ask whether the editor opens again; `q`, `n` and the end of the input say no."""
    if not is_terminal():
        return False
    while True:
        try:
            sys.stderr.write("Edit again? [Y/n/q] ")
            sys.stderr.flush()
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            context.warn(f"\nyour text is kept in {path}")
            raise
        answer = line.strip().casefold()
        if not line:
            context.warn("")
        if not line or answer in ("n", "no", "q", "quit"):
            return False
        if answer in ("", "y", "yes"):
            return True


def _used(path: str, edited: bytes, use: Callable[[bytes], T]) -> T:
    try:
        return use(edited)
    except TicketsError as error:
        with open(path, "wb") as file:
            file.write(edited)
        kept = f"your text is kept in {path}"
        error.hint = f"{error.hint}\n{kept}" if error.hint else kept
        raise


def _run(context: CommandContext, path: str) -> None:
    editor = editor_of(context)
    try:
        code = programs.edit(editor, path, context.around.environ)
        reason = f"ended with {code}" if code not in _NOT_STARTED else f"cannot be started: it ended with {code}"
    except (OSError, ValueError) as error:
        code = _NOT_STARTED[0]
        reason = f"cannot be started: {getattr(error, 'strerror', '') or error}"
    if code != 0:
        raise RefusedError(
            f"the editor '{editor}' {reason}; nothing was changed",
            hint=f"your text is kept in {path}; GIT_EDITOR, core.editor, VISUAL or EDITOR name the editor.",
        )


def edit_remark(context: CommandContext, part: str, use: Callable[[str], None]) -> None:
    """Pass a comment written in the editor to `use`.

    Raises NegativeAnswer if nothing was written.
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
        raise NegativeAnswer("aborted: the comment is empty")


def _remark(content: bytes) -> str:
    lines = content.decode().replace("\r\n", "\n").split("\n")
    return "\n".join(line for line in lines if not line.startswith("# ")).strip("\n")


def _not_utf8(content: bytes) -> str:
    try:
        content.decode()
    except UnicodeDecodeError:
        return "the comment is not UTF-8"
    return ""
