"""What tests start from is built for the first of them, and copied for the others.

A copy is as `cp -a` makes it: git and `tk` find their files, and the state that they derived from others, at another
place. What names the folder of the first test, such as the address of a remote, names that of the next.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar, cast

from store_files import Tk

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
T = TypeVar("T")


class File(NamedTuple):
    """A file of a snapshot; a link has its target for bytes."""

    path: str
    content: bytes
    mode: int
    times: tuple[int, int]
    is_link: bool


class Snapshot:
    """The files below a folder, held in memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = os.fspath(folder)
        self._folders: list[tuple[str, int]] = []
        self._files: list[File] = []
        for name in sorted(os.listdir(folder)):
            self._take(name)

    def put(self, folder: Path) -> None:
        """Make the files below another folder, where none of their names is in use."""
        top = os.fspath(folder)
        old, new = (os.fsencode(path + os.sep) for path in (self._folder, top))
        for path, mode in self._folders:
            os.mkdir(f"{top}/{path}", mode)
        for file in self._files:
            target = f"{top}/{file.path}"
            if file.is_link:
                os.symlink(file.content.replace(old, new), target)
                continue
            is_text = old in file.content and b"\0" not in file.content
            with open(target, "xb", buffering=0) as made:
                made.write(file.content.replace(old, new) if is_text else file.content)
            os.chmod(target, file.mode)
            os.utime(target, ns=file.times)

    def _take(self, path: str) -> None:
        full = f"{self._folder}/{path}"
        state = os.lstat(full)
        if os.path.isdir(full) and not os.path.islink(full):
            self._folders.append((path, state.st_mode & 0o777))
            for name in sorted(os.listdir(full)):
                self._take(f"{path}/{name}")
            return
        is_link = os.path.islink(full)
        content = os.fsencode(os.readlink(full)) if is_link else Path(full).read_bytes()
        self._files.append(File(path, content, state.st_mode & 0o777, (state.st_atime_ns, state.st_mtime_ns), is_link))

    @property
    def names(self) -> set[str]:
        """The names directly below the folder."""
        return {
            path
            for path in (*(path for path, _ in self._folders), *(file.path for file in self._files))
            if "/" not in path
        }


class Built(NamedTuple):
    """What a fixture gave its first test: in which folder, of which names before, the files after, and what it is."""

    folder: Path
    before: set[str]
    after: Snapshot
    value: object


def built_once(build: Callable[P, T]) -> Callable[P, T]:
    """Have a fixture do its work once in each process; other tests get copies of its files and of what it returned.

    One of its arguments is, or has, the `tk` of the test, or has its `home`; `request` may be one, for its parameter.
    Whatever the fixture does must be in files below the folder of the test.
    """
    kept: dict[object, Built] = {}

    @functools.wraps(build)
    def fixture(*args: P.args, **kwargs: P.kwargs) -> T:
        folder = next(home.parent for home in map(_home, kwargs.values()) if home)
        key = getattr(kwargs.get("request"), "param", None)
        built = kept.get(key)
        if built is None:
            before = set(os.listdir(folder))
            value = build(*args, **kwargs)
            kept[key] = Built(folder, before, Snapshot(folder), _moved(value, str(folder), str(folder)))
            return value
        for name in built.before | built.after.names:
            shutil.rmtree(folder / name, ignore_errors=True)
        built.after.put(folder)
        return cast("T", _moved(built.value, str(built.folder), str(folder)))

    return fixture


def _home(value: object) -> Path | None:
    """Return the home of the test's environment, by the value of a fixture."""
    found = getattr(value, "tk", value)
    if isinstance(found, Tk):
        return Path(found.environment["HOME"])
    home = getattr(value, "home", None)
    return home if isinstance(home, Path) else None


def _moved(value: object, old: str, new: str) -> object:
    """Return a value with the paths below a folder as paths below another one."""
    if isinstance(value, str):
        return new if value == old else value.replace(old + os.sep, new + os.sep)
    if isinstance(value, Path):
        return Path(str(_moved(str(value), old, new)))
    if isinstance(value, dict):
        return {key: _moved(each, old, new) for key, each in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return type(value)(**{name: _moved(each, old, new) for name, each in fields.items()})
    if isinstance(value, tuple):
        parts = [_moved(each, old, new) for each in value]
        return value._make(parts) if hasattr(value, "_make") else tuple(parts)
    return value
