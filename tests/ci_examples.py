"""The examples for CI, and running them as a CI service does: by a shell, with variables."""

from __future__ import annotations

import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from prefork.start import quick

if TYPE_CHECKING:
    from collections.abc import Mapping

    from builders import Repository

ROOT = Path(__file__).resolve().parents[1]
CI = ROOT / "examples" / "ci"
TICKETS = CI / "tickets"
ACTION = ROOT / "action.yml"

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_WORD_OR_SIGN = re.compile(r"'[^']*'|[\w.-]+|&&|\|\||==|!=|!|\(|\)|\s+")
_WORDS = {"&&": " and ", "||": " or ", "!": " not "}


@cache
def read_yaml(path: Path) -> Any:
    """A file of YAML, as `read_yaml_text` reads it."""
    return read_yaml_text(path.read_text(encoding="utf-8"))


def read_yaml_text(text: str) -> Any:
    """A text as JSON's types have it; YAML alone takes the key `on` for a truth value."""
    return json.loads(json.dumps(yaml.safe_load(re.sub(r"^on:", "'on':", text, flags=re.MULTILINE))))


def evaluate(text: str, known: Mapping[str, str]) -> Any:
    """An expression of GitHub's; raises KeyError for a name that is not known."""

    def python(word: str) -> str:
        if word in _WORDS or word in {"(", ")", "==", "!="} or word[0] in "' ":
            return _WORDS.get(word, word)
        return "False" if word == "cancelled" else repr(known[word])

    words = _WORD_OR_SIGN.findall(text.replace("()", ""))
    assert "".join(words) == text.replace("()", ""), f"not understood: {text}"
    return eval("".join(map(python, words)), {})  # noqa: S307 - of literals and operators


def filled_in(text: str, known: Mapping[str, str]) -> str:
    """A text with the value of each of its expressions."""
    return _EXPRESSION.sub(lambda match: str(evaluate(match[1], known)), text)


def path_with(repository: Repository, *folders: Path) -> str:
    """A PATH on which the tk under test is found, run in forks where that can be, behind the folders."""
    return os.pathsep.join([*map(str, folders), str(Path(quick(repository.tk.command)).parent), os.environ["PATH"]])


def shell(
    repository: Repository, text: str, *arguments: str, env: Mapping[str, str] | None = None, interpreter: str = "sh"
) -> subprocess.CompletedProcess[str]:
    """Runs a shell text in a checkout, with nothing in the environment but a home, git's settings and `env`."""
    environment = {"PATH": path_with(repository), **repository.tk.environment, **(env or {})}
    environment["PATH"] = (env or {}).get("PATH") or path_with(repository)
    return subprocess.run(
        [interpreter, "-e", "-c", text, interpreter, *arguments],
        cwd=repository.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def run_script(repository: Repository, script: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs one of the scripts in a checkout."""
    return shell(repository, f'exec sh "{script}" "$@"', *arguments, env=env)


def run_job(repository: Repository, workflow: str, job: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs the shell texts of a job, with a `pipx` that has nothing to install, up to the first that fails."""
    folder = repository.folder.parent / "installer"
    folder.mkdir(exist_ok=True)
    (folder / "pipx").write_text("#!/bin/sh\n")
    (folder / "pipx").chmod(0o755)
    texts = [step["run"] for step in read_yaml(CI / "github" / workflow)["jobs"][job]["steps"] if "run" in step]
    return shell(repository, "\n".join(texts), env={"PATH": path_with(repository, folder), **env}, interpreter="bash")
