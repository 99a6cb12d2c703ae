"""The reviews of articles, each checked against the commit that made it: a review is by its commit, as an approval."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from plaintickets.actions.approvals import makers_of
from plaintickets.core.article import article_of, readable_part
from plaintickets.core.document import parse
from plaintickets.core.paths import ARTICLES
from plaintickets.core.servicedesk.approvals import APPROVALS, judged
from plaintickets.core.servicedesk.identities import Identity, is_person, person_of
from plaintickets.errors import UnreadableError
from plaintickets.git.shallow import shallow_commits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from plaintickets.core.config import Config
    from plaintickets.core.document import Document
    from plaintickets.core.servicedesk.approvals import Maker
    from plaintickets.project import Project

    Readable = tuple[str, str, str]

_AT_ONCE = 20  # versions in memory
NOBODY = "nobody has reviewed it"


class Review(NamedTuple):
    """The review of an article: who reviewed it, the last author of its text, and why the review does not count.

    `author` is the person whom git knows as `author_identity`. `commit` made the review, and is empty if no
    commit has it; `reason` is empty for a valid review.
    """

    person: str
    author: str
    author_identity: Identity
    reason: str = ""
    commit: str = ""

    @property
    def is_valid(self) -> bool:
        """Tell whether the article may be published."""
        return not self.reason


class _Version(NamedTuple):
    """An article as a commit left it: the part that readers read, and its review; `earlier` is that of its parents."""

    commit: str
    text: Readable | None
    reviewed: str
    earlier: Sequence[tuple[Readable | None, str]]


class ReviewReader:
    """The reviews of the articles of a project; `config` has its people.

    With `own`, what no commit has yet counts as committed by the user: for a check before a commit.
    """

    def __init__(self, project: Project, config: Config | None = None, *, own: bool = False) -> None:
        self._project = project
        self._config = config or project.config
        self._own = own
        self._known: dict[str, Maker] = {}

    def of(self, document: Document) -> Review:
        """Return the review of an article.

        Raise UnreadableError where the history that is needed is missing.
        """
        text, entry = readable_part(document), article_of(document).reviewed
        written, made = self._origins(document.path, text, entry)
        wanted = [one.commit for one in (written, made) if one is not None]
        self._refuse_shallow(document, wanted)
        makers = self._makers(wanted)
        author = makers[written.commit].author if written else Identity(*self._project.identity)
        name = person_of(author, self._config) or str(author)
        if not entry:
            return Review("", name, author, NOBODY)
        changed = ["the text"] if made is not None and made.text != text else []
        found = judged(entry, APPROVALS, makers[made.commit] if made else None, changed, self._config)
        reason = self._excused(found.reason, entry) if made is None and not found.is_forged else found.reason
        if not reason and is_person(found.person, author, self._config):
            reason = f"{found.person} is the last author"
        return Review(found.person, name, author, reason, found.commit)

    def _excused(self, reason: str, entry: str) -> str:
        """Return the fault of a review that no commit has, which may be the user's own."""
        me = Identity(*self._project.identity)
        is_mine = is_person(entry.rpartition("@")[0], me, self._config)
        return "" if self._own and is_mine else reason

    def _makers(self, commits: Sequence[str]) -> dict[str, Maker]:
        missing = [commit for commit in commits if commit not in self._known]
        if missing and self._project.git is not None:
            self._known |= makers_of(self._project.git, missing, signed=self._config.approvals_signed)
        return self._known

    def _refuse_shallow(self, document: Document, commits: Sequence[str]) -> None:
        if not self._ends.isdisjoint(commits):
            raise UnreadableError(
                f"this clone is shallow: who reviewed {document.path} cannot be checked",
                hint="git fetch --unshallow",
            )

    @cached_property
    def _ends(self) -> frozenset[str]:
        """Return the commits at which a shallow clone ends."""
        project = self._project
        return shallow_commits(project.place.common_dir) if project.git is not None else frozenset()

    @cached_property
    def _changes(self) -> dict[str, list[tuple[str, list[str]]]]:
        """Return, by git path, the commits that changed an article, the newest first, each with its parents."""
        from plaintickets.git.revisions import changes_below

        git = self._project.git
        return changes_below(git, self._project.place.git_path(ARTICLES)) if git else {}

    def _origins(self, path: str, text: Readable, entry: str) -> tuple[_Version | None, _Version | None]:
        """Return the version that brought a text, before its review if any, and that which brought the review."""
        written = made = None
        for one in self._versions(path):
            if made is None and entry and one.reviewed == entry and all(was != entry for _, was in one.earlier):
                made = one
                if one.text == text:
                    written = None  # who wrote it before the review counts, not who went back to it later
            if written is None and one.text == text and all(was != text for was, _ in one.earlier):
                written = one
            if written is not None and (made is not None or not entry):
                break
        return written, made

    def _versions(self, path: str) -> Iterator[_Version]:
        """Yield the versions of an article in the commits that changed it, the newest first."""
        from plaintickets.git.revisions import blobs

        git, name = self._project.git, self._project.place.git_path(path)
        changes = self._changes.get(name, [])
        for start in range(0, len(changes) if git is not None else 0, _AT_ONCE):
            part = changes[start : start + _AT_ONCE]
            spots = [f"{commit}:{name}" for each, parents in part for commit in (each, *parents)]
            contents = blobs(git, list(dict.fromkeys(spots))) if git is not None else {}
            for each, parents in part:
                text, reviewed = _state(contents.get(f"{each}:{name}"), path)
                yield _Version(each, text, reviewed, [_state(contents.get(f"{one}:{name}"), path) for one in parents])


def _state(content: bytes | None, path: str) -> tuple[Readable | None, str]:
    """Return what readers read of an article's file, and its review."""
    if content is None:
        return None, ""
    document = parse(content, path)
    return readable_part(document), article_of(document).reviewed
