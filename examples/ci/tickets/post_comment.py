#!/usr/bin/env python3
"""Posts a file as the one comment of its kind on a pull or merge request, or brings that comment up to date.

    post_comment.py [--update-only] FILE

The first line of FILE is a mark that readers do not see, such as `<!-- plaintickets:diff -->`. The
comment of our own account that begins with the same line is changed; where there is none, one is made,
unless --update-only says that there is nothing new to tell. Where the token may not write, as on a
pull request from a fork, a warning is printed and that is all.

GitHub: GITHUB_API_URL, GITHUB_REPOSITORY, PULL_REQUEST (its number), COMMENT_TOKEN, and COMMENT_AUTHOR,
    the account that the token posts as (github-actions[bot]).
GitLab: CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, and COMMENT_TOKEN, a token with the scope `api`.

Exit codes: 0 posted, or not allowed to; 1 the forge could not be asked or refused; 2 used wrongly.
Nothing is needed but Python 3.9 or newer.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

MARK = re.compile(r"<!-- [\w:./ -]+ -->")
MOST_PAGES = 100
TRIES = 3
WAIT_SECONDS = float(os.environ.get("COMMENT_WAIT_SECONDS", "2"))
FORBIDDEN = 403
GITHUB_ACTIONS = "github-actions[bot]"


class Comment(NamedTuple):
    """A comment that is there: its number, who wrote it, and its text."""

    number: int
    author: str
    body: str


class MisuseError(Exception):
    """The program was not called as it must be."""


class ForgeError(Exception):
    """The forge could not be asked, or refused with a status; 0 where it said nothing."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


class _NoRedirect(HTTPRedirectHandler):
    """Follows nobody: the token would be sent along to wherever the answer says."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Forge:
    """The comments of one pull or merge request."""

    def __init__(self, api: str, paths: tuple[str, str], change: str, author: str, headers: dict[str, str]) -> None:
        parts = urlsplit(api)
        if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "localhost", "::1"}:
            raise MisuseError(f"{api} is not an https address: the token is not sent there")
        self._api = api.rstrip("/")
        self._thread, self._comment = paths
        self._change = change
        self._author = author
        self._headers = {"Content-Type": "application/json", "User-Agent": "plaintickets", **headers}
        self._opener: OpenerDirector = build_opener(_NoRedirect)

    def author(self) -> str:
        """The account that we post as."""
        return self._author or _name(self._ask("GET", "/user")[0])

    def comments(self) -> list[Comment]:
        """All comments, the oldest first."""
        found = []
        for page in range(1, MOST_PAGES + 1):
            answer, more = self._ask("GET", f"{self._thread}?per_page=100&page={page}")
            if not isinstance(answer, list):
                raise ForgeError(f"GET {self._thread}: the answer is no list of comments")
            found += [
                Comment(one["id"], _name(one.get("user") or one.get("author")), one["body"] or "") for one in answer
            ]
            if not more:
                break
        return sorted(found)

    def post(self, body: str) -> None:
        """Makes a comment. Tried once: the answer, not the comment, may be what was lost."""
        self._ask("POST", self._thread, {"body": body}, tries=1)

    def change(self, number: int, body: str) -> None:
        """Gives a comment another text."""
        self._ask(self._change, f"{self._comment}/{number}", {"body": body})

    def _ask(self, method: str, path: str, value: object = None, tries: int = TRIES) -> tuple[Any, bool]:
        """The answer, and whether there is a next page. Raises ForgeError."""
        content = None if value is None else json.dumps(value).encode()
        request = Request(self._api + path, content, self._headers, method=method)  # noqa: S310 - https, see above
        for tried in range(1, tries + 1):
            try:
                with self._opener.open(request, timeout=30) as answer:
                    return json.load(answer), 'rel="next"' in (answer.headers.get("Link") or "")
            except HTTPError as error:
                if tried == tries or (error.code < 500 and error.code != 429):
                    raise ForgeError(f"{method} {path}: {error.code} {error.reason}", error.code) from error
            except (URLError, OSError, ValueError) as error:
                if tried == tries:
                    raise ForgeError(f"{method} {path}: {error}") from error
            time.sleep(WAIT_SECONDS * tried)
        raise AssertionError("a try returns or raises")


def _name(account: Any) -> str:
    account = account or {}
    return str(account.get("login") or account.get("username") or "")


def _required(*names: str) -> list[str]:
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        raise MisuseError(f"{', '.join(missing)} must be set")
    return [os.environ[name] for name in names]


def _number(text: str) -> str:
    if not re.fullmatch("[0-9]+", text):
        raise MisuseError(f"{text!r} is not the number of a pull or merge request")
    return text


def forge() -> Forge:
    """The forge that the environment describes."""
    if os.environ.get("CI_API_V4_URL"):
        api, project, request, token = _required(
            "CI_API_V4_URL", "CI_PROJECT_ID", "CI_MERGE_REQUEST_IID", "COMMENT_TOKEN"
        )
        notes = f"/projects/{quote(project, safe='')}/merge_requests/{_number(request)}/notes"
        return Forge(api, (notes, notes), "PUT", os.environ.get("COMMENT_AUTHOR", ""), {"PRIVATE-TOKEN": token})
    api, repository, request, token = _required("GITHUB_API_URL", "GITHUB_REPOSITORY", "PULL_REQUEST", "COMMENT_TOKEN")
    issues = f"/repos/{quote(repository)}/issues"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    paths = (f"{issues}/{_number(request)}/comments", f"{issues}/comments")
    return Forge(api, paths, "PATCH", os.environ.get("COMMENT_AUTHOR") or GITHUB_ACTIONS, headers)


def bring_up_to_date(forge: Forge, body: str, *, may_create: bool) -> str:
    """Makes or changes the comment; what was done, as a sentence."""
    mark = body.partition("\n")[0]
    author = forge.author()
    own = [one for one in forge.comments() if one.author == author and one.body.partition("\n")[0].rstrip("\r") == mark]
    if not own:
        if not may_create:
            return "nothing to tell, and nothing told before"
        forge.post(body)
        return "posted"
    if own[0].body.replace("\r\n", "\n").strip() == body.strip():
        return "up to date"
    forge.change(own[0].number, body)
    return "brought up to date"


def main(arguments: list[str]) -> int:
    """Runs the program; returns its exit code."""
    update_only = "--update-only" in arguments
    files = [word for word in arguments if word != "--update-only"]
    if len(files) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    with open(files[0], encoding="utf-8") as file:
        body = file.read()
    if not MARK.fullmatch(body.partition("\n")[0]):
        print(f"{files[0]} does not begin with a line such as <!-- plaintickets:diff -->", file=sys.stderr)
        return 2
    try:
        print(f"comment: {bring_up_to_date(forge(), body, may_create=not update_only)}")
    except MisuseError as error:
        print(f"no comment: {error}", file=sys.stderr)
        return 2
    except ForgeError as error:
        if error.status == FORBIDDEN:
            print(f"::warning::no comment: the token may not write comments here ({error})")
            return 0
        print(f"no comment: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
