"""Test the policies of a project with the timelines of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.policies_in_force import Policies
from plaintickets.core.builtinfields import described_fields
from plaintickets.core.config_problems import Findings
from plaintickets.core.servicedesk.timelines import Desk, Known, failures, read_timelines
from plaintickets.errors import RefusedError

if TYPE_CHECKING:
    from datetime import tzinfo

    from plaintickets.core.servicedesk.timelines import Failure, Timeline
    from plaintickets.project import Project

FILE_NAME = "sla-tests.yml"


class Tested(NamedTuple):
    """The timelines of a file, and what differs from their expectations."""

    timelines: list[Timeline]
    failures: list[Failure]


def run_tests(project: Project, content: bytes, path: str) -> Tested:
    """Return the results of the timelines of a file.

    Raise UnreadableError for a file with problems, RefusedError for a project without policies.
    """
    from plaintickets.store.settings import ConfigError
    from plaintickets.store.settings_files import ConfigSyntaxError, read_yaml

    policies = Policies(project)
    policies.refuse_unlisted()
    try:
        tree, positions = read_yaml(content, path, key="timelines")
    except ConfigSyntaxError as error:
        raise ConfigError((error.problem,)) from None
    findings = Findings(path, positions)
    timelines = read_timelines(findings, tree.get("timelines", ""), _known(project))
    desk = Desk(
        policies.terms,
        project.config.is_done,
        lambda policy: _zone(policies, policy),
        lambda policy: policies.calendar(policy).workday,
        _moment,
    )
    found = []
    if not findings.problems:
        for number, timeline in enumerate(timelines):
            try:
                found += failures(timeline, desk)
            except ValueError as error:
                findings.add(("timelines", number), "config-value", str(error))
    if findings.problems:
        raise ConfigError(tuple(findings.problems))
    return Tested(timelines, found)


def _known(project: Project) -> Known:
    config = project.config
    fields = {*described_fields(config), "created", "status", "title", "type", "priority"}
    return Known(config.status_names, [kind.name for kind in config.types], config.priorities, sorted(fields))


def content_of_store(project: Project) -> bytes:
    """Return the content of the store's own file of timelines.

    Raise RefusedError if there is none.
    """
    from plaintickets.store.files import read_bytes
    from plaintickets.store.settings import LARGEST

    try:
        return read_bytes(project.place.store, FILE_NAME, LARGEST)
    except OSError:
        raise RefusedError(
            f"there is no {FILE_NAME} in the store", hint="`tk sla test FILE` names another file."
        ) from None


def _zone(policies: Policies, policy: str) -> tzinfo:
    from datetime import UTC

    return policies.calendar(policy).zone if policy else UTC


def _moment(text: str, zone: tzinfo) -> int:
    """Return a moment in seconds since 1970; without a zone of its own it is in the zone of the calendar.

    Raise ValueError for text that is no moment.
    """
    from datetime import datetime

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text[:40]}' is no moment: write YYYY-MM-DDTHH:MM") from None
    return int((found if found.tzinfo else found.replace(tzinfo=zone)).timestamp())
