"""Reports of tk check on files that a stranger named and filled: valid, harmless, and naming the file."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from schemas import json_faults, xml_faults

if TYPE_CHECKING:
    from builders import Repository

NAMES = (
    b"a\n::error title=no::gone.md",
    b"b\x1b[2J.md",
    b"c%0A,file=x:y.md",
    b"d\xff\xfe.md",
    "e\u202egnp.md".encode(),
    b"f<b>&amp;]]>.md",
    b"-g --version.md",
)
EVIL = "x\x1b]52;c;eA==\x07 ::error::no ##[error]no ]]> <script>alert(1)</script> | @all \u2028 \u202e %0A"
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def hostile(repository: Repository) -> Repository:
    """A store of files that are wrong in every way that a name and a value can carry."""
    store = os.fsencode(repository.tk.store)
    for name in NAMES:
        with open(os.path.join(store, name), "wb") as file:
            file.write(f"---\nid: {EVIL}\nstatus: {EVIL}\ntype: {EVIL}\ndeps: [{EVIL}]\n---\n# {EVIL}\n".encode())
    repository.tk.write("pt-1", EVIL.replace("\x1b", ""), status="'" + EVIL.replace("'", "") + "'", deps="--x, $(y)")
    return repository


def report(repository: Repository, form: str) -> str:
    done = subprocess.run(
        [repository.tk.command, "check", "--format", form, "--summary", "summary.md"],
        cwd=repository.folder,
        env=repository.tk.environment,
        capture_output=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 1, done.stderr
    assert b"Traceback" not in done.stderr
    return done.stdout.decode()


def test_github_reads_no_command_that_we_did_not_give(hostile: Repository) -> None:
    lines = re.split("\r\n|[\r\n]", report(hostile, "github").rstrip("\n"))
    assert all(re.match("::(error|warning|notice) (file|title)=", line) for line in lines[:-1])
    assert len(lines) > len(NAMES)
    assert not any(RAW.search(line) or "##[" in line.partition("::")[0] for line in lines)
    assert re.fullmatch(r"tk check: [\w, ]+ in \d+ tickets?(; .*)?", lines[-1])


def test_gitlab_and_sarif_are_valid(hostile: Repository) -> None:
    quality, sarif = report(hostile, "gitlab"), report(hostile, "sarif")
    assert json_faults("gitlab-code-quality.json", json.loads(quality)) == []
    assert json_faults("sarif-2.1.0-rtm.5.json", json.loads(sarif)) == []
    assert RAW.search(quality + sarif) is None
    places = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in json.loads(sarif)["runs"][0]["results"]
    }
    assert ".tickets/d%FF%FE.md" in places
    assert ".tickets/a%0A%3A%3Aerror%20title%3Dno%3A%3Agone.md" in places


def test_junit_is_valid(hostile: Repository) -> None:
    text = report(hostile, "junit")
    assert xml_faults("junit-10.xsd", text) == []
    assert RAW.search(text) is None


def test_the_summary_forms_nothing(hostile: Repository) -> None:
    report(hostile, "text")
    text = (hostile.folder / "summary.md").read_text()
    assert RAW.search(text) is None
    assert "<script" not in text
    assert not any(line.count("|") - line.count("\\|") != 4 for line in text.splitlines() if line.startswith("|"))
