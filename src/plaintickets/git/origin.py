"""Read from git's configuration file where a clone came from, without running git."""

from __future__ import annotations

import os
import re

from plaintickets.system.files import NotRegularError, read_head

MOST_BYTES = 1 << 20
_SECTION = re.compile(r"\[ *(?:([Rr][Ee][Mm][Oo][Tt][Ee])[ \t]+\"origin\"|[^\]]*)\][ \t]*")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def origin_name(common_dir: str) -> str:
    """Return the last part of the address of the remote `origin`, without `.git`; empty where there is none."""
    try:
        text = read_head(os.path.join(common_dir, "config"), MOST_BYTES).decode(errors="replace")
    except (NotRegularError, OSError):
        return ""
    return _name(_address(text))


def _address(settings: str) -> str:
    """Return the first address of `origin`, from which git fetches."""
    is_origin = False
    for line in map(str.strip, settings.split("\n")):
        if header := _SECTION.match(line):
            is_origin = bool(header[1])
        key, _, value = line[header.end() if header else 0 :].partition("=")
        if is_origin and key.strip().lower() == "url":
            plain = re.match(r'\s*"((?:[^"\\]|\\.)*)"|([^#;]*)', value)
            found = (plain[1] or plain[2] or "").strip() if plain else ""
            return re.sub(r"\\(.)", r"\1", found)
    return ""


def _name(address: str) -> str:
    """Return the last part of an address, and nothing that an address may hold beside its path: it may be secret."""
    scheme = _SCHEME.match(address)
    path = address
    if scheme:
        _, slash, path = re.split(r"[?#]", address[scheme.end() :])[0].partition("/")
        if not slash:
            return ""
    path = re.sub(r"(?<=[/\\])\.git$", "", path.rstrip("/\\ ")).rstrip("/\\ ")
    name = re.split(r"[/\\:]", path)[-1].rpartition("@")[2].removesuffix(".git")
    return name.strip(".")
