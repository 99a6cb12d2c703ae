"""Join the tickets of two sides by identity: contents, places, ids, and references."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.document import parse
from plaintickets.core.merge import merge
from plaintickets.core.merge.identity import Place, Version, free_id, order
from plaintickets.core.merge.references import with_ids
from plaintickets.core.merge.sides import Rules, trivial_merge
from plaintickets.core.merge.stages import BASE, OURS, THEIRS, Key, Names, Stage, Three, stages_of, with_displaced
from plaintickets.errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

File = Version | bytes | None
_REGULAR = ("100644", "100755")
_Stages = tuple[Stage, Stage, Stage]


class Conflict(NamedTuple):
    """A conflict for a person: the ticket's id, its path, and the field, or `ticket` for the whole."""

    ticket: str
    path: str
    field: str


class Context(NamedTuple):
    """The inputs of a join: `content` reads a version, `is_taken` tells whether an id is in use on a side.

    `references` are the fields that hold ids. With `records` a conflict is written into the ticket.
    """

    content: Callable[[Version], bytes]
    rules: Rules
    records: bool
    references: tuple[str, ...]
    is_taken: Callable[[str], bool]


class Group(NamedTuple):
    """One ticket of a join: its id, all former and present paths of its files, and its conflicts.

    `stages` are the versions behind each conflict, by path, with the present ids of tickets.
    """

    id: str
    paths: dict[str, None]
    conflicts: list[Conflict]
    stages: dict[str, list[File]]


class StoreJoined(NamedTuple):
    """Each given or new path with its result: a version of a side, new bytes, or nothing.

    `merged` are the tickets that both sides changed. `open` are the paths of conflicts without a record.
    `renamed` are tickets with a new id: the id before and after, and the title. `names` maps ids of theirs to
    the new ids of their tickets.
    """

    files: dict[str, File]
    merged: list[str]
    conflicts: list[Conflict]
    open: list[str]
    renamed: list[tuple[str, str, str]]
    names: dict[str, str]
    groups: list[Group]


def join(rows: Mapping[str, Three], names: Names, context: Context) -> StoreJoined:
    """Join the tickets with a file among the rows, which must hold every file that a side changed."""
    return _Join(rows, names, context).joined()


class _Join:
    def __init__(self, rows: Mapping[str, Three], names: Names, context: Context) -> None:
        self._context = context
        self._names = with_displaced(rows, names, context.content)
        self._stages = stages_of(rows, self._names, context.content)
        self._result = StoreJoined(dict.fromkeys(rows), [], [], [], [], {}, [])
        self._ids: dict[Key, str] = {}
        self._found: dict[Key, list[Conflict]] = {}
        self._group = Group("", {}, [], {})

    def joined(self) -> StoreJoined:
        for key, stages in self._stages.items():
            self._group = Group("", {}, self._found.setdefault(key, []), {})
            self._ids[key] = self._id_of(key, stages)
        self._separate()
        self._maps = self._id_maps()
        for key, stages in self._stages.items():
            self._group = Group(self._ids[key], _paths(stages), self._found.pop(key, []), {})
            self._result.groups.append(self._group)
            self._join(key, stages)
        self._result.names.update(self._maps[THEIRS])
        return self._result

    def _id_of(self, key: Key, stages: _Stages) -> str:
        """Return the new id of a ticket."""
        was, one, other = (stage.place.id if stage.place else None for stage in stages)
        if one is None or other is None:
            return one or other or key[1]
        name, is_trivial = trivial_merge(was, one, other)
        if not is_trivial:
            name = min(one, other)
            self._conflict(stages, "id")
            self._result.renamed.append((max(one, other), name, self._title(stages[OURS])))
        return name or key[1]

    def _separate(self) -> None:
        """Assign each id to one ticket, the oldest."""
        held: dict[str, list[Key]] = {}
        for key, stages in self._stages.items():
            is_there = (stages[OURS].ticket or stages[THEIRS].ticket) and not self._is_removed(stages)
            if is_there and not key[0].startswith("/"):
                held.setdefault(self._ids[key], []).append(key)
        for name, keys in held.items():
            if len(keys) == 1:
                continue
            contents = {key: self._some_content(self._stages[key]) for key in keys}
            for key in sorted(keys, key=lambda key: order(contents[key]))[1:]:
                free = free_id(name, contents[key], self._is_taken)
                self._ids[key] = free
                self._result.renamed.append((name, free, parse(contents[key], "").title))

    def _is_taken(self, name: str) -> bool:
        return name in self._ids.values() or self._context.is_taken(name)

    def _some_content(self, stages: _Stages) -> bytes:
        held = [self._context.content(stage.ticket[1]) for stage in stages[1:] if stage.ticket]
        return min(held)

    def _title(self, stage: Stage) -> str:
        return parse(self._context.content(stage.ticket[1]), "").title if stage.ticket else ""

    def _id_maps(self) -> tuple[dict[str, str], ...]:
        """Return, for each commit, its ids of tickets that have another id now."""
        maps: tuple[dict[str, str], ...] = ({}, {}, {})
        for old in {*self._names.ours, *self._names.theirs}:
            names = (old, self._names.ours.get(old, old), self._names.theirs.get(old, old))
            new = self._ids.get(("", old)) or trivial_merge(*names)[0]
            for at, name in enumerate(names):
                maps[at][name] = new
        for (kind, name), new in self._ids.items():
            for at in {"both": (OURS, THEIRS), str(OURS): (OURS,), str(THEIRS): (THEIRS,)}.get(kind, ()):
                maps[at][name] = new
        return tuple({old: new for old, new in side.items() if old != new} for side in maps)

    def _is_removed(self, stages: _Stages) -> bool:
        """Tell whether a side removed the ticket and the other left it unchanged."""
        was, one, other = stages
        if not was.ticket or (one.ticket and other.ticket):
            return False
        left = one if one.ticket else other
        return not left.ticket or left == was

    def _join(self, key: Key, stages: _Stages) -> None:
        was, one, other = stages
        if not any(stage.ticket for stage in stages):
            # The ticket's own file is unchanged on both sides.
            self._put_comments(stages, Place("", "", ""))
        elif one.ticket and other.ticket:
            self._join_both(key, stages)
        elif not was.ticket:
            self._put_whole(key, OURS if one.ticket else THEIRS, stages)
        elif not self._is_removed(stages):
            self._conflict(stages, "ticket")
            self._put_whole(key, OURS if one.ticket else THEIRS, stages)
            place = next(stage.ticket[0] for stage in (one, other) if stage.ticket)._replace(id=self._ids[key])
            self._group.stages[place.path] = [
                self._mapped(at, stage.ticket[1], place.id) if stage.ticket else None for at, stage in enumerate(stages)
            ]

    def _put_whole(self, key: Key, at: int, stages: _Stages) -> None:
        """Write a ticket as one side has it."""
        stage = stages[at]
        if stage.ticket is None:
            return
        place, version = stage.ticket
        place = place._replace(id=self._ids[key])
        self._put(place, self._mapped(at, version, place.id))
        for name, (_, held) in (stages[OURS].comments | stage.comments | stages[THEIRS].comments).items():
            kept = stage.comments.get(name)
            if kept or not stages[BASE].comments.get(name):
                self._put(place._replace(comment=name), kept[1] if kept else held)

    def _join_both(self, key: Key, stages: _Stages) -> None:
        was, one, other = (stage.ticket for stage in stages)
        if one is None or other is None:
            return
        name = self._ids[key]
        files = [self._mapped(at, held[1], name) if held else None for at, held in enumerate((was, one, other))]
        folder = trivial_merge(was[0].folder if was else None, one[0].folder, other[0].folder)
        place = Place(folder[0] if folder[1] else max(one[0].folder, other[0].folder), name, "")
        content = self._merged(files, stages, place)
        if place.folder and (was is None or one[0].folder != other[0].folder) and self._is_open(content):
            place = place._replace(folder="")
        self._put(place, content)
        if self._group.conflicts:
            self._group.stages[place.path] = files
        self._put_comments(stages, place)

    def _is_open(self, file: File) -> bool:
        content = self._context.content(file) if isinstance(file, Version) else file
        document = parse(content or b"", "")
        return bool(document.keys) and str(document.keys.get("status")) not in self._context.rules.done

    def _merged(self, files: list[File], stages: _Stages, place: Place) -> File:
        """Return the merged ticket file; ours if a person must decide."""
        result, is_trivial = trivial_merge(*files)
        if is_trivial:
            return result
        self._result.merged.append(place.id)
        if not self._are_regular(files):
            self._conflict(stages, "file", may_record=False)
            return files[OURS]
        contents = [self._context.content(file) if isinstance(file, Version) else file for file in files]
        try:
            merged = merge(contents[BASE], contents[OURS], contents[THEIRS], self._context.rules)
        except UnreadableError:
            self._conflict(stages, "text", may_record=False)
            return files[OURS]
        for conflict in merged.conflicts:
            self._conflict(stages, conflict.field)
        return self._as_version(merged.content, contents, files)

    def _as_version(self, content: bytes | None, contents: list[bytes | None], files: list[File]) -> File:
        return next((file for file, held in zip(files, contents, strict=True) if held == content), content)

    def _put_comments(self, stages: _Stages, place: Place) -> None:
        """Write the comment files beside the ticket; at their present place if `place` has no id."""
        names = dict.fromkeys(name for stage in stages for name in stage.comments)
        for name in names:
            held = [stage.comments.get(name) for stage in stages]
            at = next(comment[0] for comment in (held[OURS], held[THEIRS], held[BASE]) if comment)
            target = place._replace(comment=name) if place.id else at
            files: list[File] = [comment[1] if comment else None for comment in held]
            result, is_trivial = trivial_merge(*files)
            if is_trivial:
                if result is not None:
                    self._put(target, result)
                continue
            self._put_comment(stages, target, files)

    def _put_comment(self, stages: _Stages, target: Place, files: list[File]) -> None:
        if files[OURS] is None or files[THEIRS] is None:
            self._conflict(stages, "comment", path=target.path)
            self._put(target, files[OURS] or files[THEIRS])
            self._group.stages[target.path] = files
            return
        if files[BASE] is None:
            # Two comments with one name: keep both.
            contents = sorted(self._context.content(file) for file in files[1:] if isinstance(file, Version))
            other = target._replace(comment=free_id(target.comment, contents[-1], lambda _: False))
            self._put(target, contents[0])
            self._put(other, contents[-1])
            return
        known = len(self._group.conflicts)
        self._put(target, self._merged(files, stages, target))
        if len(self._group.conflicts) > known:
            self._group.stages[target.path] = files

    def _put(self, place: Place, file: File) -> None:
        self._result.files[place.path] = file
        self._group.paths[place.path] = None

    def _are_regular(self, files: list[File]) -> bool:
        return all(not isinstance(file, Version) or file.mode in _REGULAR for file in files)

    def _mapped(self, at: int, version: Version, name: str) -> File:
        """Return a ticket file with the new ids of its ticket and of those that it refers to."""
        ids = self._maps[at]
        if not ids or version.mode not in _REGULAR:
            return version
        content = self._context.content(version)
        changed = with_ids(content, ids, name, self._context.references)
        return version if changed == content else changed

    def _conflict(self, stages: _Stages, field: str, *, path: str = "", may_record: bool = True) -> None:
        place = stages[BASE].place or stages[OURS].place or stages[THEIRS].place
        if place is None:
            return
        path = path or place.path
        self._result.conflicts.append(Conflict(place.id, path, field))
        self._group.conflicts.append(self._result.conflicts[-1])
        if not (may_record and self._context.records):
            self._result.open.append(path)


def _paths(stages: _Stages) -> dict[str, None]:
    found = [place for stage in stages if stage.ticket for place in (stage.ticket[0],)]
    found += [place for stage in stages for place, _ in stage.comments.values()]
    return dict.fromkeys(place.path for place in found)
