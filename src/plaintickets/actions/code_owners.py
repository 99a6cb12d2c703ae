"""The owners of the paths that tickets affect, from the repository's own file CODEOWNERS."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from plaintickets.core.problem import Problem
from plaintickets.core.quoting import quoted
from plaintickets.core.servicedesk.codeowners import LARGEST, PLACES, owners_of, parsed
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from plaintickets.core.servicedesk.codeowners import Rule
    from plaintickets.core.servicedesk.means import Staff
    from plaintickets.core.ticket import Ticket
    from plaintickets.project import Project

_MOST_PATHS = 200


class CodeOwners:
    """The rules of the file; `problems` are its faults and the owners that the settings do not know."""

    def __init__(self, project: Project, staff: Staff, content: tuple[str, str | None] | None = None) -> None:
        """Read the file, or take `content`, the path and the text.

        Raise UnreadableError for a file that cannot be read.
        """
        self._staff = staff
        self.path, text = content or content_of(project)
        self._rules: list[Rule] = []
        self.problems: list[Problem] = []
        if text is not None:
            self._rules, self.problems = parsed(text, self.path)
        self._logins = {
            str(person.get("login") or name).casefold(): name
            for name, person in sorted(staff.people.items(), reverse=True)
        }
        self._unknown: set[tuple[int, str]] = set()

    def of(self, ticket: Ticket) -> tuple[tuple[str, str, str], ...]:
        """Return the owners of what a ticket affects: a person or `team:NAME`, the path, and the line of the file."""
        found = []
        for path in ticket.items("affects")[:_MOST_PATHS]:
            owned = owners_of(self._rules, path)
            for owner in owned.owners:
                if known := self._known(owner):
                    found.append((known, path, f"{self.path}:{owned.line}"))
                else:
                    self._add_unknown(owned.line, owner)
        return tuple(found)

    def check_all(self) -> list[Problem]:
        """Return the problems of all lines, whatever they own."""
        for rule in self._rules:
            for owner in rule.owners:
                if not self._known(owner):
                    self._add_unknown(rule.line, owner)
        return sorted(self.problems)

    def _add_unknown(self, line: int, owner: str) -> None:
        if (line, owner) not in self._unknown:
            self._unknown.add((line, owner))
            self.problems.append(Problem(self.path, line, "codeowners", self._unknown_owner(owner)))

    def _known(self, owner: str) -> str:
        """Return the person or the team that an owner is in the settings, empty for nobody."""
        name = owner.removeprefix("@")
        team = name.rpartition("/")[2]
        if name == owner:
            return self._staff.names.get(owner.casefold(), "")
        if "/" not in name and (person := self._logins.get(name.casefold()) or self._staff.names.get(name.casefold())):
            return person
        return f"team:{team}" if team in self._staff.teams else ""

    def _unknown_owner(self, owner: str) -> str:
        from plaintickets.core.suggestions import did_you_mean

        name = owner.removeprefix("@").rpartition("/")[2]
        hint = did_you_mean(name, [*self._logins, *self._staff.teams])
        return f"no person or team is the owner {quoted(owner)}. {hint}".strip()


def content_of(project: Project) -> tuple[str, str | None]:
    """Return the path and the text of the file, no text where there is none.

    Raise UnreadableError for a file that cannot be read.
    """
    from plaintickets.store.files import is_linked
    from plaintickets.system.files import NotRegularError, open_to_read

    top = project.place.top
    for path in PLACES if top else ():
        if not os.path.lexists(f"{top}/{path}"):
            continue
        if is_linked(top, path):
            raise UnreadableError(f"{path}: a symbolic link is not followed")
        try:
            with open(open_to_read(f"{top}/{path}"), "rb") as file:
                content = file.read(LARGEST + 1)
            if len(content) > LARGEST:
                raise UnreadableError(f"{path}: larger than {LARGEST} bytes")
            return path, content.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise UnreadableError(f"{path}: not UTF-8") from None
        except NotRegularError:
            raise UnreadableError(f"{path}: is not a regular file") from None
        except OSError as error:
            raise UnreadableError(f"{path}: cannot be read: {error.strerror}") from None
    return PLACES[1], None
