"""Asks pip-audit about the pinned dependencies: `make audit`.

Ends with 1 only where it names a vulnerability. Where pip-audit is missing or cannot reach its data, that is
said, with 0: a machine without a network must not stop the work, nor may it look as if it had been asked.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import Any

ABOUT = ("--requirement", "requirements.lock", "--require-hashes", "--disable-pip")
OPTIONS = ("--format", "json", "--progress-spinner", "off")


def asked() -> dict[str, Any] | str:
    """What pip-audit answers, or why it does not."""
    program = shutil.which("pip-audit")
    if program is None:
        return "pip-audit is not installed (pipx install pip-audit)"
    try:
        done = subprocess.run(
            [program, *OPTIONS, *ABOUT],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"pip-audit did not answer: {type(error).__name__}"
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        last = done.stderr.strip().splitlines()[-1:] or [str(done.returncode)]
        return f"pip-audit did not answer: {last[0]}"
    return answer if isinstance(answer, dict) else "pip-audit answered something else"


def main() -> int:
    """Prints what is known of each dependency; 1 if one is vulnerable."""
    answer = asked()
    if isinstance(answer, str):
        print(f"not audited: {answer}")
        return 0
    rows = answer.get("dependencies", [])
    found = [(row, flaw) for row in rows for flaw in row.get("vulns", [])]
    for row, flaw in found:
        print(
            f"{row['name']} {row['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'no version'}"
        )
    known = [row for row in rows if "vulns" in row]
    if len(known) < len(rows):
        print(f"not audited: nothing is known here of {len(rows) - len(known)} of {len(rows)} dependencies")
    print(f"{len(found)} vulnerabilities in {len(known)} dependencies")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
