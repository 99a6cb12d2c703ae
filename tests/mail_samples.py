"""The real mails, what a person made of them, and what `tk intake` makes of each; they are beside a checkout.

`python tests/mail_samples.py` prints the table for the documentation.
"""

from __future__ import annotations

import json
import os
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from plaintickets.actions.file_mail import MailFiler
from plaintickets.actions.judge_mail import MailJudge
from plaintickets.core.mail.message import UnreadableMailError, read_mail
from plaintickets.core.mail.quotes import cut
from plaintickets.importers.html_markdown import to_markdown
from plaintickets.importers.mailboxes import messages

if TYPE_CHECKING:
    from builders import Repository

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("PLAINTICKETS_DATA") or ROOT.parent / "shared" / "data") / "imports" / "mail"
EXPECTED = ROOT / "tests" / "data" / "mail" / "expected.json"
LARGEST = 1024 * 1024
TICKET, HELD, REFUSED, ANSWER = "ticket", "held", "refused", "answer"


class Made(NamedTuple):
    """What became of one sample: the result, the ticket's title or the reason, and the last line of the text."""

    result: str
    said: str
    last: str


def samples(folder: Path = DATA) -> list[Path]:
    """Return the files of the samples; skip the test where they are not there."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in ("LICENSE", "README.md"))
    if not found:
        missing = f"no real mails at {folder}: set PLAINTICKETS_DATA to the folder that holds `imports/mail/`"
        warnings.warn(missing, stacklevel=1)
        pytest.skip(missing)
    return found


def is_whole(path: Path) -> bool:
    """Tell whether a sample is a whole mail and not the body of an answer alone."""
    return path.parent.name not in ("zapier", "mail-parser-reply") and not path.name.endswith((".html", "_text"))


def made_of(path: Path, repository: Repository) -> Made:
    """Return what becomes of one sample in an empty store."""
    from builders import opened

    if not is_whole(path):
        text = path.read_text("utf-8", "replace").replace("\r\n", "\n")
        found = cut(to_markdown(text) if path.name.endswith(".html") else text).text
        return Made(ANSWER, f"{len(found.splitlines())} lines", _last(found))
    project = opened(repository)
    (message,) = messages(str(path), LARGEST)
    with project.edit("intake") as edit:
        try:
            mail = read_mail(message.raw)
        except UnreadableMailError as error:
            return Made(REFUSED, str(error), "")
        verdict = MailJudge(project, {}).judge(mail, edit)
        if verdict.held:
            return Made(HELD, verdict.held, "")
        document = edit.document(MailFiler(edit).open_ticket(mail, message.raw, verdict))
        return Made(TICKET, document.title, _last(document.body.rpartition("*Mail `")[0]))


def _last(text: str) -> str:
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")[:100]


def expected() -> dict[str, Made]:
    """Return what a person made of each sample."""
    return {name: Made(*row) for name, row in json.loads(EXPECTED.read_text("utf-8")).items()}


def table(made: dict[str, Made]) -> list[str]:
    """Return the lines of a Markdown table: for each source, how many samples became what."""
    kinds = (TICKET, ANSWER, HELD, REFUSED)
    rows = ["| source | mails | ticket | answer, cut | held | refused |", "|---|---:|---:|---:|---:|---:|"]
    sources = sorted({name.partition("/")[0] for name in made})
    total: Counter[str] = Counter()
    for source in sources:
        count = Counter(one.result for name, one in made.items() if name.startswith(f"{source}/"))
        total += count
        rows.append(f"| {source} | {sum(count.values())} | " + " | ".join(str(count[kind]) for kind in kinds) + " |")
    rows.append(f"| all | {sum(total.values())} | " + " | ".join(str(total[kind]) for kind in kinds) + " |")
    return rows


if __name__ == "__main__":
    print("\n".join(table(expected())))  # noqa: T201 - a script
