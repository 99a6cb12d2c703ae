"""`tk`, and `python -m plaintickets`."""

import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Runs the program. Git calls the merge driver once a file, so that one does without the command line's library."""
    # A command is short and makes few cycles; looking for them seldom saves 2 to 15 % of its time.
    gc.set_threshold(100_000, 50, 100)
    if sys.argv[1:3] == ["merge-driver", "--tell"] and len(sys.argv) == 8:
        from plaintickets.actions.merge_driver import answer

        sys.exit(answer(sys.argv[3:], os.environ))
    from plaintickets.cli import main as run

    run()


if __name__ == "__main__":
    main()
