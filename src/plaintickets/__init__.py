"""A ticket tracker that lives inside a git repository."""

__version__ = "0.1.0"
__date__ = "2026-11-26"
"""The day of the version; `make release` sets both."""
