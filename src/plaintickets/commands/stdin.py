"""Text that a command takes from standard input."""

from __future__ import annotations

import sys

from plaintickets.errors import UsageError

MOST_BYTES = 16 * 1024 * 1024
"""No ticket may be larger, whatever the settings say."""
_NAME = "standard input"
_read: list[str] = []


def is_terminal() -> bool:
    """Return whether a person types what is read."""
    return sys.stdin.isatty()


def read_stdin(limit: int = MOST_BYTES, *, what: str = _NAME) -> str:
    """Return all of standard input.

    Raises UsageError if it is not UTF-8, or larger than `limit` bytes.
    """
    if _read:
        raise UsageError(f"{_NAME} can be read once; {_read[0]} has it already", hint="give one of the texts itself.")
    _read.append(what)
    try:
        content = sys.stdin.buffer.read(limit + 1)
    except OSError as error:
        raise UsageError(f"cannot read {_NAME}: {error.strerror or error}") from None
    if len(content) > limit:
        raise UsageError(f"{_NAME} is larger than {limit} bytes", hint="a ticket holds no more; attach it elsewhere.")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise UsageError(f"{what} is not UTF-8") from None


def text_or_stdin(text: str, what: str) -> str:
    """Return the text of an option, or standard input where it is `-`."""
    return read_stdin(what=what).removesuffix("\n") if text == "-" else text


def settings_content(path: str, option: str) -> bytes:
    """Return the content of a settings file that an option names; `-` is standard input.

    Raise UsageError for a file that cannot be read.
    """
    import click

    from plaintickets.store.settings import LARGEST

    try:
        with click.open_file(path, "rb") as file:
            content: bytes = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{option} {path}: {error.strerror}", hint="name a file that can be read.") from None
    return content


def file_text(path: str, name: str) -> str:
    """Return the text of a file that an argument names.

    Raise UsageError for a file that cannot be read, that is not UTF-8 or is too large.
    """
    from plaintickets.render import safe
    from plaintickets.system.files import read_head

    try:
        content = read_head(path, MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {safe.line(name)}: {error.strerror or 'not a regular file'}") from None
    if len(content) > MOST_BYTES:
        raise UsageError(f"{safe.line(name)} is larger than {MOST_BYTES} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{safe.line(name)} is not UTF-8") from None
