"""The addresses of the project on the web, in one place.

They are empty while the project has no home there: outputs then leave them out and name offline help instead.
`tests/architecture/test_addresses.py` refuses an address of the project anywhere else.
"""

from __future__ import annotations

HOME = ""
"""The address of the repository, without a slash at its end."""


def page(path: str, home: str = HOME) -> str:
    """Return the address of a file of the repository, with its `#anchor`; "" if the project has no address."""
    return f"{home}/blob/main/{path}" if home else ""


def project_urls(home: str = HOME) -> dict[str, str]:
    """Return the `[project.urls]` of pyproject.toml; none if the project has no address."""
    if not home:
        return {}
    return {
        "Homepage": home,
        "Documentation": f"{home}#documentation",
        "Changelog": page("CHANGELOG.md", home),
        "Source": home,
    }
