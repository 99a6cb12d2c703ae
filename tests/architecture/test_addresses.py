"""No address of the web that nobody holds: the project's own come from one module, the others are known ones."""

from __future__ import annotations

import re
import subprocess
import tomllib
from typing import TYPE_CHECKING

import pytest

from architecture.sources import ROOT
from plaintickets import addresses
from plaintickets.core.checks.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

HELD = (
    # Standards, and the manuals of forges and tools.
    "https://docs.github.com/",
    "https://docs.gitlab.com/",
    "https://docs.oasis-open.org/",
    "https://gerrit-review.googlesource.com/",
    "https://json-schema.org/",
    "https://keepachangelog.com/",
    "https://pre-commit.com",
    "https://semver.org/",
    "http://www.w3.org/2000/svg",
    "http://www.w3.org/2005/Atom",
    # What exports tickets from other systems.
    "https://YOURS.freshdesk.com/api/",
    "https://YOURS.zendesk.com/api/",
    "https://api.helpscout.net/v2/",
    "https://api.hubapi.com/crm/",
    "https://api.trello.com/1/",
    "https://gitlab.com/api/v4/",
    "https://trello.com/b/x",
    # The tools of docs/comparison.md.
    "https://cli.github.com/manual/",
    "https://docs.jj-vcs.dev/",
    "https://github.com/MrLesk/Backlog.md",
    # What sends notices in place of mail.
    "https://github.com/caronc/apprise",
    # The sources of the pages for people who come from another system.
    "https://deep-work.gitbook.io/tech-support-guild/",
    "https://confluence.atlassian.com/",
    "https://doc.otrs.com/",
    "https://handbook.gitlab.com/handbook/",
    "https://knowledge.hubspot.com/",
    "https://sources.debian.org/src/",
    "https://support.atlassian.com/",
    "https://support.freshdesk.com/",
    "https://support.zendesk.com/",
    "https://wiki.freecycle.org/",
)
_ADDRESS = re.compile(r"https?://[A-Za-z0-9<][^\s\"'`)>\]\\]*")
# RFC 2606 keeps these for examples; then the reader's own machine, and a host that a CI job names by a variable.
_EXAMPLE = re.compile(
    r"https?://(?:[\w.-]+\.)?(?:example(?:\.(?:com|org|net))?|localhost|127\.0\.0\.1|[^/@]+@\$CI_SERVER_HOST)(?:[:/]|$)"
)
_PLACEHOLDERS = (
    "OWNER/plaintickets",
    "pip install plaintickets",
    "pipx install plaintickets",
    "plaintickets/plaintickets",
)


def texts() -> Iterator[tuple[str, str]]:
    """Every text of the repository but the tests' own, which talk to no host but their own machine."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(None, listed):
        ours = not name.startswith("tests/") or name.startswith("tests/golden/")
        if ours and not name.endswith(".lock") and (ROOT / name).is_file():
            yield name, (ROOT / name).read_text("utf-8", errors="replace")


def is_held(address: str) -> bool:
    return address.startswith(HELD) or _EXAMPLE.match(address) is not None


def test_every_address_is_one_that_somebody_holds() -> None:
    found = [(name, address) for name, text in texts() for address in _ADDRESS.findall(text)]
    assert len(found) > 20
    project = addresses.HOME or "no address"
    assert [(name, one) for name, one in found if not is_held(one) and not one.startswith(project)] == []


def test_no_text_names_a_package_or_a_copy_that_nobody_has_published() -> None:
    assert [(name, word) for name, text in texts() for word in _PLACEHOLDERS if word in text] == []


@pytest.mark.parametrize("address", ["https://github.com/plaintickets/plaintickets", "http://tickets.dev/rules"])
def test_an_address_of_nobody_would_be_found(address: str) -> None:
    assert _ADDRESS.findall(f"see [it]({address}).") == [address]
    assert not is_held(address)


def test_the_metadata_of_the_package_have_the_addresses_of_the_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project.get("urls", {}) == addresses.project_urls()


def test_a_known_home_gives_every_address() -> None:
    home = "https://example.org/tickets"
    assert (
        addresses.page("docs/reference/rules.md#bad-value", home)
        == f"{home}/blob/main/docs/reference/rules.md#bad-value"
    )
    assert set(addresses.project_urls(home)) == {"Homepage", "Documentation", "Changelog", "Source"}
    assert addresses.page("CHANGELOG.md", "") == ""
    assert {rule.page for rule in RULES.values()} == {""} or addresses.HOME
