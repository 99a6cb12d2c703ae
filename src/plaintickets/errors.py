"""What a user asked for and cannot have: exceptions with an exit code and a hint."""

from __future__ import annotations


class TicketsError(Exception):
    """A request that cannot be carried out; `str()` is the sentence to show."""

    exit_code = 3

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(TicketsError):
    """The command line is wrong."""

    exit_code = 2


class UnknownNameError(UsageError):
    """The command line names a field, a report or something else that does not exist."""


class NegativeAnswer(TicketsError):  # noqa: N818 - an answer, not an error
    """The honest answer is no."""

    exit_code = 1


class RefusedError(TicketsError):
    """The request is understood and refused."""

    exit_code = 3


class NotFoundError(RefusedError):
    """The request names something that does not exist."""


class UnreadableError(TicketsError):
    """Something the command needs cannot be read."""

    exit_code = 4


class MissingExtraError(UsageError):
    """A library of an extra that the command needs cannot be imported; `what` needs it."""

    def __init__(self, what: str, extra: str, error: ImportError) -> None:
        super().__init__(
            f"{what} a library that is not installed: {error.name}", hint=f"pip install 'plaintickets[{extra}]'"
        )


class MissingLibraryError(TicketsError):
    """A library that the request needs cannot be imported."""

    exit_code = 4

    def __init__(self, purpose: str, error: ImportError) -> None:
        names = {
            "frontmatter": "python-frontmatter",
            "git": "GitPython",
            "markdown_it": "markdown-it-py",
            "whoosh": "Whoosh",
            "yaml": "PyYAML",
        }
        module = (error.name or "").partition(".")[0]
        super().__init__(
            f"{names.get(module, module)}, which {purpose}, cannot be imported: {error}",
            hint=f"install it for the Python that runs tk: pip install {names.get(module, module)}",
        )


class GitRefusedError(TicketsError):
    """Git would not do its part."""

    exit_code = 5


class StoppedError(TicketsError):
    """A signal asked the program to end before the change was committed."""

    exit_code = 130


# The way out of a sparse checkout that leaves tickets out.
SPARSE = "git sparse-checkout add {}"


class TicketNotFoundError(NotFoundError):
    """No ticket has this id or part of an id."""

    def __init__(self, asked: str, nearest: tuple[str, ...] = ()) -> None:
        hint = f"did you mean {', '.join(nearest)}?" if nearest else "`tk ls --all` lists every ticket."
        super().__init__(f"ticket '{asked}' not found", hint=hint)
        self.asked = asked


class LeftOutError(TicketNotFoundError):
    """A sparse checkout leaves the ticket out, so that it cannot be read."""

    exit_code = 4

    def __init__(self, asked: str, path: str, store: str) -> None:
        super().__init__(asked)
        self.args = (f"{asked} cannot be read: the sparse checkout leaves {path} out",)
        self.hint = SPARSE.format(store)


class NotNamedError(TicketNotFoundError):
    """A part of ids is too little to name the ticket that a command changes or a gate looks at."""

    def __init__(self, asked: str, nearest: tuple[str, ...]) -> None:
        super().__init__(asked, nearest)
        more = "write the whole id, or three characters or more that it or its suffix begins with."
        self.hint = f"{self.hint} Here only that counts: {more}" if nearest else more


class OtherStoreError(TicketNotFoundError):
    """The ticket is in another store of the same work tree: `prefix` is that store, `ticket` the whole id."""

    def __init__(self, asked: str, store: str, prefix: str, ticket: str) -> None:
        super().__init__(asked)
        self.args = (f"{ticket} is a ticket of the store {store}, not of this one",)
        self.hint = "a ticket refers only to tickets of its own store."
        self.store, self.prefix, self.ticket = store, prefix, ticket


class FormerIdError(TicketNotFoundError):
    """The id is one that a ticket had; the message says what became of the ticket, `current` is its id now, if any."""

    def __init__(self, asked: str, fate: str, *, hint: str, current: str = "") -> None:
        super().__init__(asked)
        self.current = current
        self.args = (f"ticket '{asked}' {fate}",)
        self.hint = hint


class AmbiguousIdError(RefusedError):
    """Several tickets match the part of an id that was given."""

    def __init__(self, asked: str, candidates: tuple[tuple[str, str], ...]) -> None:
        shown = [f"{ticket_id}  {title}" for ticket_id, title in candidates[:10]]
        if len(candidates) > len(shown):
            shown.append(f"… and {len(candidates) - len(shown)} more")
        super().__init__(
            f"ambiguous ID '{asked}' matches multiple tickets", hint="it could be\n  " + "\n  ".join(shown)
        )
        self.candidates = candidates


class NoStoreError(UnreadableError):
    """There is no ticket store where one is required."""

    def __init__(
        self,
        message: str = "no .tickets directory found (searched parent directories)",
        *,
        hint: str = "run `tk init` or `tk new` here to make one, or set TICKETS_DIR.",
    ) -> None:
        super().__init__(message, hint=hint)


class LeftOutStoreError(UnreadableError):
    """A sparse checkout leaves a whole store out."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not in the work tree, so it cannot be read", hint=SPARSE.format(path))


class BrokenTicketError(UnreadableError):
    """The ticket's file breaks the format, so it is not changed and not relied upon."""

    def __init__(self, problem: object) -> None:
        message = str(problem)
        hint = "fix the file by hand (`tk doctor` lists every such file), then try again."
        if "[conflict-markers]" in message:
            hint = "`tk resolve` resolves it during a merge; otherwise fix the file by hand, then try again."
        super().__init__(message, hint=hint)


class ChangedMeanwhileError(RefusedError):
    """A value that the change started from is no longer there."""

    def __init__(self, ticket: str, field: str) -> None:
        super().__init__(
            f"{ticket}: '{field}' was changed by someone else meanwhile; nothing was written",
            hint="look at it with `tk show` and run the command again.",
        )
