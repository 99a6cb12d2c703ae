"""The configuration of a store, read from its files or from the cache beside the index."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from plaintickets.core.config import DEFAULT, SCHEMA, SETTINGS_FILES, VARIABLES, Config
from plaintickets.errors import UnreadableError
from plaintickets.system.files import NotRegularError, open_to_read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    from plaintickets.core.problem import Problem

    Where = str | os.PathLike[str]
    # The content of a settings file, or a code and message if it cannot be read; None if there is no file.
    Content: TypeAlias = bytes | tuple[str, str] | None

FILE_NAME = "config.yml"
CACHE_NAME = "config.json"
LARGEST = 256 * 1024
UNKNOWN_KEY = "config-unknown-key"


class ConfigError(UnreadableError):
    """A configuration with problems, one on each line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
        self.hint = "`tk help config` describes every setting."


def load(
    store: Where,
    derived: Where | None,
    user_file: Where | None,
    env: Mapping[str, str],
    notify: Callable[[str], None] = lambda _: None,
) -> Config:
    """Return the settings in force, from the defaults, the user's file, the store's and the environment.

    `derived` is the folder of the cache, which is used while the files hold the same text. `notify` is called with a
    notice about a file of another tool, which is not an error.

    Raises ConfigError with every problem.
    """
    config, problems = examine(store, derived, user_file, env)
    if problems and all(problem.code == "config-foreign" for problem in problems):
        for problem in problems:
            notify(f"warning: {problem}")
    elif problems:
        raise ConfigError(problems)
    return config


def examine(
    store: Where, derived: Where | None, user_file: Where | None, env: Mapping[str, str], *, keeps: bool = True
) -> tuple[Config, tuple[Problem, ...]]:
    """Return the settings that can be read, and the problems. Without `keeps` the cache is read and not written."""
    return examine_contents(read_contents(store), store, derived, user_file, env, keeps=keeps)


def user_config(user_file: Where | None) -> Config:
    """Return the settings of the user's own file alone, for a command that may have no store.

    Raises ConfigError with every problem.
    """
    config, problems = examine_contents({}, "", None, user_file, {})
    if any(problem.code != "config-foreign" for problem in problems):
        raise ConfigError(problems)
    return config


def read_contents(store: Where) -> dict[str, Content]:
    """Return the content of each settings file of a store, or why it cannot be read."""
    return {name: _read_regular(os.path.join(store, name), follow=False) for name in SETTINGS_FILES}


def examine_contents(
    contents: Mapping[str, Content],
    store: Where,
    derived: Where | None,
    user_file: Where | None,
    env: Mapping[str, str],
    *,
    keeps: bool = True,
    called: Mapping[str, str] | None = None,
) -> tuple[Config, tuple[Problem, ...]]:
    """Return the same with the store's files given by name.

    Without `keeps` the cache under `derived` is read and not written. `called` are the paths of files that come from
    elsewhere, by name.
    """
    files: list[_File] = []
    problems: list[Problem] = []
    if user_file is not None:
        user_content = _read_regular(os.fspath(user_file), follow=True)
        _open(_File(os.fspath(user_file), "user"), user_content, files, problems)
    for name, key in SETTINGS_FILES.items():
        file = _File((called or {}).get(name) or f"{os.path.basename(store)}/{name}", "store", key)
        _open(file, contents.get(name), files, problems)
    config = DEFAULT
    if files:
        cache = None if derived is None or problems else os.path.join(derived, CACHE_NAME)
        cached = None if cache is None else _read_cache(cache, files)
        config = _build(files, problems) if cached is None else cached
        if keeps and cache is not None and cached is None and not problems:
            _write_cache(cache, files, config)
    # Only a command run with one of our variables needs the checks.
    if any(env.get(name) for name in VARIABLES):
        from plaintickets.core.configcheck import overlay

        config, found = overlay(config, env)
        problems += found
    return config, tuple(problems)


def config_template(prefix: str) -> str:
    """Return the text of a new `config.yml`: every setting with its default, commented out."""
    from plaintickets.core.configtemplate import template

    return template(prefix)


class _File:
    """A settings file; with `key`, it is the value of that key."""

    __slots__ = ("content", "key", "label", "layer")

    def __init__(self, label: str, layer: Literal["store", "user"], key: str = "") -> None:
        self.label = label
        self.layer = layer
        self.key = key
        self.content = b""


def _open(file: _File, content: Content, files: list[_File], problems: list[Problem]) -> None:
    """Add a file with its content to the files, or its fault to the problems, or nothing if it is empty."""
    if isinstance(content, bytes):
        if not _is_silent(content):
            file.content = content
            files.append(file)
        return
    if content is not None:
        from plaintickets.core.problem import Problem

        problems.append(Problem(file.label, 0, *content))


def _read_regular(path: str, *, follow: bool) -> Content:
    """Return the content of a regular file, a code and message, or None if there is no file.

    A link in a store could lead out of it, and a pipe would never end: neither is opened.
    """
    try:
        if not follow and os.path.islink(path):
            return "not-a-file", "a symbolic link is not followed"
        descriptor = open_to_read(path, follow=follow)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except NotRegularError:
        return "unreadable", "is not a regular file"
    except OSError as error:
        return "unreadable", f"cannot be read: {error.strerror}"
    try:
        with open(descriptor, "rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        return "unreadable", f"cannot be read: {error.strerror}"
    return limited(content)


def limited(content: bytes) -> Content:
    """Return the content of a settings file, or a code and message for one that is too large."""
    return content if len(content) <= LARGEST else ("too-large", "is larger than 256 KiB")


def _is_silent(content: bytes) -> bool:
    """Return whether a file has only comments and blank lines, as `tk init` writes it."""
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return all(line.lstrip(b" \t\r")[:1] in (b"", b"#") for line in lines)


def _build(files: list[_File], problems: list[Problem]) -> Config:
    """Return the settings of the files, where later files override earlier ones; add their problems."""
    from plaintickets.core.configcheck import build
    from plaintickets.store.settings_files import ConfigSyntaxError, read_yaml

    config = DEFAULT
    for file in files:
        try:
            tree, positions = read_yaml(file.content, file.label, key=file.key)
        except ConfigSyntaxError as error:
            problems.append(error.problem)
            continue
        config, found = build(tree, positions, file.label, base=config, layer=file.layer)
        problems += found
    if any(
        (config.queues, config.services, config.people_details, config.sla, config.routes, config.intake, config.notify)
    ):
        from plaintickets.core.servicedesk.references import unknown_names

        problems += unknown_names(config)
    if config.triage_rules or config.triage_matrix or config.triage_reports or config.triage_customers:
        from plaintickets.core.servicedesk.triage_references import unknown_in_triage

        problems += unknown_in_triage(config)
    if config.rules or config.recurring or config.policy:
        from plaintickets.core.rule_queries import names

        problems += names.unknown_names(config)
    if config.has_guards:
        from plaintickets.core.servicedesk.guard_settings import contradictions

        problems += contradictions(config)
    return config


def _fingerprint(files: list[_File]) -> list[list[str]]:
    """Return the inputs of the cache.

    They contain the text itself and not its hash: a configuration is short, and importing hashlib takes longer than
    comparing it.
    """
    return [[file.label, file.layer, file.content.decode("latin-1")] for file in files]


def _read_cache(path: str, files: list[_File]) -> Config | None:
    """Return the cached configuration, None if it was not made from exactly these files."""
    import json

    from plaintickets.core.configjson import unpack

    try:
        with open(path, "rb") as file:
            cached = json.load(file)
        if cached["schema"] != SCHEMA or cached["files"] != _fingerprint(files):
            return None
        return unpack(cached["config"])
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None


def _write_cache(path: str, files: list[_File], config: Config) -> None:
    """Write the configuration to the cache; a failure only makes the next command slower."""
    from plaintickets.core.configjson import pack
    from plaintickets.store import derived_json

    derived_json.write(path, {"schema": SCHEMA, "files": _fingerprint(files), "config": pack(config)})
