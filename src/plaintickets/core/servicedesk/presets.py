"""The switches of a policy as other systems have them."""

from __future__ import annotations

from typing import Any

AFTER = ("any", "customer", "team")
REOPEN = ("continue", "restart", "never")
RESPONSE = ("comment", "comment-or-start")
DEFAULT: dict[str, Any] = {
    "pauses": ["update", "resolution"],
    "after": "any",
    "reopen": "continue",
    "response": "comment",
}
PRESETS: dict[str, dict[str, Any]] = {
    "freshdesk": {
        "pauses": ["first_response", "next_response", "resolution"],
        "after": "customer", "reopen": "continue", "response": "comment",
    },
    "hubspot": {
        "pauses": ["first_response", "next_response", "resolution"],
        "after": "customer", "reopen": "never", "response": "comment",
    },
    "jira": {"pauses": ["resolution"], "after": "any", "reopen": "restart", "response": "comment"},
    "otrs": {"pauses": [], "after": "any", "reopen": "never", "response": "comment"},
    "zendesk": {"pauses": ["update", "resolution"], "after": "team", "reopen": "continue", "response": "comment"},
}  # fmt: skip
"""By the name of the system; each switch can be set over it in a policy. The guide names the source of each."""
ASSUMED = ("freshdesk", "hubspot", "zendesk")
"""The systems whose public documentation does not say what reopening does to a clock."""
