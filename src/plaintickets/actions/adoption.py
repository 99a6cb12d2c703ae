"""What moving in means: the settings that make an existing store pass `tk check`, proposed, and written when asked."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions import forms, inspection
from plaintickets.core import adoption
from plaintickets.core.message import message
from plaintickets.errors import RefusedError
from plaintickets.store import survey
from plaintickets.store.config import FILE_NAME
from plaintickets.store.ignored import ignored_test
from plaintickets.store.writing import Write

if TYPE_CHECKING:
    from plaintickets.core.config import Config
    from plaintickets.tracker import Tracker
    from plaintickets.transaction import Outcome

_MOST_LOOKS = 4  # a new class of a status can bring another rule up


class Proposed(NamedTuple):
    """The lines to write, the settings that they come to, and how many errors no setting takes away."""

    lines: list[str]
    wanted: Config
    left: int


def propose_where_new(tracker: Tracker) -> Proposed:
    """Return the same without levels of rules for a store with settings: there an error is to be mended."""
    proposed = propose(tracker)
    config = tracker.config
    label = f"{os.path.basename(tracker.place.store)}/{FILE_NAME}"
    if not any(source.startswith(label) for key, source in config.sources.items() if key != "prefix"):
        return proposed
    wanted = proposed.wanted._replace(check_rules=config.check_rules)
    return Proposed(adoption.lines(config, wanted), wanted, proposed.left)


def propose(tracker: Tracker) -> Proposed:
    """Return the settings with which `tk check` finds no error in the tickets, as far as settings can do that.

    Where the settings have mistakes themselves, nothing is proposed.
    """
    if tracker.tolerate_config():
        return Proposed([], tracker.config, 0)
    wanted = tracker.config
    left = 0
    for _ in range(_MOST_LOOKS):
        surveyed = survey.survey(tracker.place.store, wanted.format_max_file_size, ignored_test(wanted.ignore))
        there = [*inspection.store_findings(tracker, surveyed, wanted), *forms.check(tracker, wanted)]
        found = inspection.judged(wanted, there).found
        left = sum(level == "error" for _, level in found)
        before, wanted = wanted, adoption.proposed(found, surveyed.tickets.values(), wanted)
        if wanted == before:
            break
    return Proposed(adoption.lines(tracker.config, wanted), wanted, left)


def adopt(tracker: Tracker, proposed: Proposed, *, subject: str = "") -> Outcome:
    """Write the proposed settings into `config.yml`, in one commit; raise RefusedError where they do not fit in."""
    from plaintickets.transaction import Writer, settings_of

    name = os.path.basename(tracker.place.store)
    path = os.path.join(tracker.place.store, FILE_NAME)
    with Writer(
        tracker.place,
        settings_of(tracker.config, tracker.place),
        lambda: tracker.git,
        tracker.stamp,
        tracker.around.notify,
    ) as writer:
        try:
            with open(path, "rb") as file:
                old: bytes | None = file.read()
        except FileNotFoundError:
            old = None
        new = _content(tracker.config, proposed.wanted, old or b"")
        text = message("adopt", [], tracker.config.commit_template, subject=subject, details=[f"{name}/{FILE_NAME}"])
        outcome = writer.write([Write(FILE_NAME, old, new)], text)
    for notice in outcome.notices:
        tracker.around.notify(notice)
    tracker.__dict__.pop("config", None)
    return outcome


def _content(config: Config, wanted: Config, old: bytes) -> bytes:
    """Return the new `config.yml`, once it is certain that it reads as what is wanted."""
    from plaintickets.core.configcheck import build
    from plaintickets.store.configfile import ConfigSyntaxError, read_yaml

    try:
        _, positions = read_yaml(old, FILE_NAME)
        new = adoption.written(old.decode("utf-8-sig"), positions, config, wanted).encode()
        found, problems = build(*read_yaml(new, FILE_NAME), FILE_NAME)
    except ConfigSyntaxError as error:
        problems, found = [error.problem], config
    if problems or any(getattr(found, part) != getattr(wanted, part) for part in adoption.PARTS):
        raise RefusedError(
            f"{FILE_NAME} holds some of these settings in a form that is not rewritten",
            hint="write the lines by hand, then run `tk check`.",
        )
    return new
