"""`tk`, and `python -m plaintickets`.

What is imported here is loaded already or built in: until `main` runs, an interrupt ends with Python's traceback.
"""

from __future__ import annotations

import gc
import os
import sys

TYPE_CHECKING = False  # that of `typing` would load it
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn


def main() -> NoReturn:
    """Run the program, and end with 130 at an interrupt before a command began or after its end."""
    try:
        _run(_end_at_once())
    except KeyboardInterrupt:
        sys.exit(130)


def _run(take_interrupts: Callable[[], object]) -> NoReturn:
    """Run the program. The merge driver, which git starts for each file, does not import the command line."""
    # A command is short and makes few cycles; looking for them seldom saves 2 to 15 % of its time.
    gc.set_threshold(100_000, 50, 100)
    if sys.argv[1:3] == ["merge-driver", "--tell"] and len(sys.argv) == 8:
        from plaintickets.actions.merge_driver import answer

        take_interrupts()
        sys.exit(answer(sys.argv[3:], os.environ))
    try:
        from plaintickets.cli import main as run
    except ModuleNotFoundError as error:
        _report_missing(error)

    try:
        take_interrupts()
        run()
    except SystemExit as end:
        _leave(end.code)
        raise


def _end_at_once() -> Callable[[], object]:
    """Let an interrupt end the process without a word, and return what undoes this.

    While modules are loaded there is nothing to take back, and Python would print where it was. An interrupt that the
    caller has told us to ignore is ignored.
    """
    # The part of `signal` that is built in: the rest makes names for all signals, which takes each command 0.6 ms.
    import _signal as signal  # type: ignore[import-not-found]

    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return lambda: None
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return lambda: signal.signal(signal.SIGINT, signal.default_int_handler)


def _report_missing(error: ModuleNotFoundError) -> NoReturn:
    """Say that click is missing; another module that is missing is a bug, whose traceback is wanted."""
    if error.name != "click":
        raise error
    from plaintickets.errors import MissingLibraryError

    missing = MissingLibraryError("reads the command line", error)
    sys.stderr.write(f"Error: {missing}\nHint: {missing.hint}\n")
    sys.exit(missing.exit_code)


def _leave(code: object) -> None:
    """End the process without taking the interpreter down, which costs 5 to 10 % of a command.

    Return where somebody waits for the usual end: a thread, a profiler, a debugger, or an output that cannot be
    flushed. Functions registered for the end run here, as GitPython's `logging` registers one in each change.
    """
    import atexit
    import threading

    call_registered = getattr(atexit, "_run_exitfuncs", None)
    if not isinstance(code, int) or call_registered is None or threading.active_count() > 1 or _is_watched():
        return
    call_registered()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        return
    os._exit(code & 0xFF)


def _is_watched() -> bool:
    """Tell whether a profiler or a debugger follows the run; from Python 3.12 on some of them are tools."""
    if sys.getprofile() is not None or sys.gettrace() is not None:
        return True
    monitoring = getattr(sys, "monitoring", None)
    return monitoring is not None and any(monitoring.get_tool(number) for number in range(6))


if __name__ == "__main__":
    main()
