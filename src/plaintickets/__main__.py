"""`python -m plaintickets`."""

from plaintickets.cli import main

main()
