"""Exports made by hand after the systems' references, with invented people; real excerpts are in tests/data/imports."""

from __future__ import annotations

import json

T = "2026-02-0{}T08:00:00Z"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


ADA, BOB = {"id": 11, "name": "Ada Lovelace", "email": "ada@example.com", "role": "agent"}, {"id": 12, "name": "Bob"}

SAMPLES: dict[str, dict[str, str]] = {
    "zendesk": {
        "tickets.json": _json(
            {
                "tickets": [
                    {
                        "id": 5,
                        "subject": "Printer burns",
                        "description": "It is hot.",
                        "status": "hold",
                        "priority": "urgent",
                        "type": "incident",
                        "requester_id": 12,
                        "submitter_id": 12,
                        "assignee_id": 11,
                        "group_id": 7,
                        "problem_id": 4,
                        "followup_ids": [6],
                        "tags": ["hw", "fire"],
                        "created_at": T.format(1),
                        "updated_at": T.format(5),
                        "due_at": T.format(9),
                        "custom_fields": [{"id": 99, "value": "B12"}, {"id": 98, "value": None}],
                        "is_public": True,
                        "via": {"channel": "email", "source": {"from": {}, "to": {}}},
                        "strange": [{"deep": [1]}],
                    },
                    {
                        "id": 4,
                        "subject": "Fans stand still",
                        "description": "All.",
                        "status": "solved",
                        "requester_id": 12,
                        "submitter_id": 11,
                        "created_at": T.format(1),
                        "updated_at": T.format(6),
                        "merged_ticket_ids": [6],
                        "type": "problem",
                        "priority": "high",
                    },
                    {
                        "id": 6,
                        "subject": "Same as 4",
                        "description": "x",
                        "status": "closed",
                        "requester_id": 12,
                        "submitter_id": 12,
                        "created_at": T.format(2),
                        "updated_at": T.format(6),
                    },
                ],
                "users": [ADA, {**BOB, "role": "end-user"}],
                "groups": [{"id": 7, "name": "Hardware"}],
                "next_page": None,
                "count": 3,
            }
        ),
        "comments-5.json": _json(
            {
                "comments": [
                    {
                        "id": 1,
                        "author_id": 12,
                        "body": "It is hot.",
                        "html_body": "<p>It is <b>hot</b>.</p>",
                        "public": True,
                        "created_at": T.format(1),
                        "attachments": [{"file_name": "a.jpg", "size": 12, "content_url": "https://x.example/a.jpg"}],
                    },
                    {
                        "id": 2,
                        "author_id": 11,
                        "body": "Guess: the fan",
                        "html_body": "<p>Guess: the <i>fan</i></p>",
                        "public": False,
                        "created_at": T.format(2),
                    },
                    {"id": 3, "author_id": 11, "body": "We are on it", "public": True, "created_at": T.format(3)},
                ],
                "count": 3,
                "next_page": None,
            }
        ),
        "audits.json": _json(
            {
                "audits": [
                    {
                        "id": 1,
                        "ticket_id": 5,
                        "created_at": T.format(4),
                        "author_id": 11,
                        "events": [
                            {"type": "Change", "field_name": "status", "value": "hold", "previous_value": "open"},
                            {"type": "Notification", "subject": "x"},
                        ],
                    }
                ]
            }
        ),
    },
    "freshdesk": {
        "tickets.json": _json(
            [
                {
                    "id": 1,
                    "subject": "No ink",
                    "description": "<div>No <b>ink</b></div>",
                    "description_text": "No ink",
                    "status": 3,
                    "priority": 4,
                    "source": 1,
                    "type": "Incident",
                    "requester_id": 12,
                    "responder_id": 11,
                    "created_at": T.format(1),
                    "updated_at": T.format(4),
                    "tags": ["hw"],
                    "spam": False,
                    "association_type": 2,
                    "associated_tickets_list": [2],
                    "custom_fields": {"cf_room": "B12"},
                    "strange": [[1]],
                    "due_by": T.format(8),
                },
                {
                    "id": 2,
                    "subject": "All printers",
                    "description": "Since noon",
                    "status": 4,
                    "priority": 1,
                    "requester_id": 12,
                    "responder_id": None,
                    "created_at": T.format(1),
                    "updated_at": T.format(2),
                    "stats": {"resolved_at": T.format(2), "closed_at": None},
                },
            ]
        ),
        "conversations.json": _json(
            [
                {
                    "id": 1,
                    "ticket_id": 1,
                    "body": "<p>secret</p>",
                    "private": True,
                    "user_id": 11,
                    "created_at": T.format(2),
                },
                {
                    "id": 2,
                    "ticket_id": 1,
                    "body": "<p>Refilled</p>",
                    "private": False,
                    "user_id": 11,
                    "created_at": T.format(3),
                },
            ]
        ),
        "agents.json": _json([{"id": 11, "contact": {"name": "Ada Lovelace", "email": "ada@example.com"}}]),
        "contacts.json": _json([{"id": 12, "name": None, "email": "bob@example.com"}]),
    },
    "helpscout": {
        "conversations.json": _json(
            {
                "_embedded": {
                    "conversations": [
                        {
                            "id": 1,
                            "number": 71,
                            "subject": "Where is it?",
                            "status": "pending",
                            "mailboxId": 8,
                            "state": "published",
                            "type": "email",
                            "threads": 4,
                            "createdAt": T.format(1),
                            "userUpdatedAt": T.format(4),
                            "primaryCustomer": {"id": 12, "email": "bob@example.com"},
                            "assignee": {"id": 11, "first": "Ada", "last": "Lovelace"},
                            "tags": [{"id": 1, "tag": "vip"}],
                            "customFields": [{"id": 1, "name": "Plan", "text": "Gold", "value": "77"}],
                            "strange": [[1]],
                            "_embedded": {
                                "threads": [
                                    {
                                        "id": 3,
                                        "type": "message",
                                        "body": "<p>On its way</p>",
                                        "createdAt": T.format(3),
                                        "createdBy": {"id": 11, "first": "Ada"},
                                        "state": "published",
                                        "status": "pending",
                                    },
                                    {
                                        "id": 2,
                                        "type": "note",
                                        "body": "<p>late again</p>",
                                        "createdAt": T.format(2),
                                        "createdBy": {"id": 11, "first": "Ada"},
                                    },
                                    {
                                        "id": 1,
                                        "type": "customer",
                                        "body": "Where <b>is</b> it?<br>Bob",
                                        "createdAt": T.format(1),
                                        "createdBy": {"id": 12},
                                        "status": "active",
                                    },
                                    {
                                        "id": 4,
                                        "type": "lineitem",
                                        "action": {"text": "assigned"},
                                        "createdAt": T.format(3),
                                    },
                                ]
                            },
                        }
                    ]
                },
                "page": {"number": 1},
                "_links": {},
            }
        )
    },
    "hubspot": {
        "tickets.json": _json(
            {
                "results": [
                    {
                        "id": "1",
                        "createdAt": T.format(1),
                        "updatedAt": T.format(4),
                        "archived": False,
                        "properties": {
                            "subject": "Refund",
                            "content": "<p>Please</p>",
                            "hs_pipeline": "0",
                            "hs_pipeline_stage": "77",
                            "hs_ticket_priority": "HIGH",
                            "hubspot_owner_id": "11",
                            "createdate": T.format(1),
                            "closed_date": T.format(3),
                            "hs_lastmodifieddate": T.format(4),
                            "hs_object_id": "1",
                            "source_type": "EMAIL",
                            "time_to_close": "172800000",
                        },
                        "associations": {"contacts": {"results": [{"id": "12", "type": "ticket_to_contact"}]}},
                        "strange": [[1]],
                    }
                ],
                "paging": {"next": {"after": "2", "link": "x"}},
            }
        ),
        "pipelines.json": _json(
            {
                "results": [
                    {
                        "id": "0",
                        "label": "Support",
                        "displayOrder": 0,
                        "stages": [{"id": "77", "label": "Paid back", "metadata": {"ticketState": "CLOSED"}}],
                    }
                ]
            }
        ),
        "owners.json": _json(
            {"results": [{"id": "11", "firstName": "Ada", "lastName": "Lovelace", "email": "ada@example.com"}]}
        ),
        "notes.json": _json(
            {
                "results": [
                    {
                        "id": "31",
                        "properties": {
                            "hs_note_body": "<p>He is angry</p>",
                            "hs_timestamp": T.format(2),
                            "hubspot_owner_id": "11",
                        },
                        "associations": {"tickets": {"results": [{"id": "1", "type": "note_to_ticket"}]}},
                    },
                    {
                        "id": "32",
                        "properties": {
                            "hs_email_text": "Done",
                            "hs_timestamp": T.format(3),
                            "hs_email_from_email": "ada@example.com",
                        },
                        "associations": {"tickets": {"results": [{"id": "1", "type": "email_to_ticket"}]}},
                    },
                ]
            }
        ),
    },
    "otrs": {
        "tickets.json": _json(
            {
                "Ticket": [
                    {
                        "TicketID": "52",
                        "TicketNumber": "2026020100049",
                        "Title": "Login fails",
                        "State": "closed successful",
                        "StateType": "closed",
                        "Priority": "4 high",
                        "Queue": "IT::Login",
                        "Owner": "ada",
                        "Lock": "unlock",
                        "Created": "2026-02-01 08:00:00",
                        "Changed": "2026-02-04 08:00:00",
                        "CustomerUserID": "bob@example.com",
                        "DynamicField": [{"Name": "Room", "Value": "B12"}],
                        "Type": "Incident",
                        "Strange": [[1]],
                        "Article": [
                            {
                                "ArticleID": "1",
                                "Body": "It <b>fails</b>",
                                "MimeType": "text/html",
                                "SenderType": "customer",
                                "IsVisibleForCustomer": "1",
                                "CreateTime": "2026-02-01 08:00:00",
                                "From": "Bob <bob@example.com>",
                            },
                            {
                                "ArticleID": "2",
                                "Body": "LDAP?",
                                "MimeType": "text/plain",
                                "ArticleType": "note-internal",
                                "CreateTime": "2026-02-02 08:00:00",
                                "From": "Ada",
                            },
                            {
                                "ArticleID": "3",
                                "Body": "Fixed",
                                "MimeType": "text/plain",
                                "IsVisibleForCustomer": 1,
                                "CreateTime": "2026-02-03 08:00:00",
                                "From": "Ada",
                                "Subject": "Re: Login",
                            },
                        ],
                    }
                ]
            }
        ),
        "history.json": _json(
            {
                "TicketHistory": [
                    {
                        "TicketID": "52",
                        "History": [
                            {
                                "HistoryType": "StateUpdate",
                                "Name": "%%open%%closed successful%%",
                                "CreateBy": "2",
                                "CreateTime": "2026-02-03 09:00:00",
                            }
                        ],
                    }
                ]
            }
        ),
    },
    "github": {
        "issues.json": _json(
            [
                {
                    "number": 12,
                    "title": "Parser drops a line",
                    "state": "closed",
                    "state_reason": "not_planned",
                    "html_url": "https://github.com/acme/shop/issues/12",
                    "user": {"login": "bob"},
                    "body": "See #11.",
                    "assignees": [{"login": "ada"}, {"login": "eve"}],
                    "labels": [{"name": "bug"}, {"name": "io"}],
                    "milestone": {"title": "v1", "due_on": T.format(9)},
                    "created_at": T.format(1),
                    "updated_at": T.format(4),
                    "closed_at": T.format(4),
                    "comments": 2,
                    "locked": True,
                    "strange": [[1]],
                    "parent_issue_url": "https://api.github.com/repos/acme/shop/issues/11",
                    "reactions": {"total_count": 2},
                },
                {
                    "number": 11,
                    "title": "Parser",
                    "state": "open",
                    "html_url": "https://github.com/acme/shop/issues/11",
                    "user": None,
                    "created_at": T.format(1),
                    "updated_at": T.format(1),
                },
                {
                    "number": 13,
                    "title": "Fix",
                    "state": "open",
                    "html_url": "https://github.com/acme/shop/pull/13",
                    "pull_request": {"url": "x"},
                },
            ]
        ),
        "comments.json": _json(
            [
                {
                    "id": 1,
                    "issue_url": "https://api.github.com/repos/acme/shop/issues/12",
                    "user": {"login": "ada"},
                    "body": "Which\r\nline?",
                    "created_at": T.format(2),
                },
                {
                    "id": 2,
                    "issue_url": "https://api.github.com/repos/acme/shop/issues/12",
                    "user": {"login": "bob"},
                    "body": "The last",
                    "created_at": T.format(3),
                },
            ]
        ),
        "events.json": _json(
            [
                {
                    "id": 1,
                    "event": "labeled",
                    "actor": {"login": "ada"},
                    "created_at": T.format(2),
                    "label": {"name": "bug"},
                    "issue": {"html_url": "https://github.com/acme/shop/issues/12"},
                },
                {
                    "id": 2,
                    "event": "closed",
                    "actor": {"login": "ada"},
                    "created_at": T.format(4),
                    "issue": {"html_url": "https://github.com/acme/shop/issues/12"},
                },
            ]
        ),
    },
    "gitlab": {
        "issues.json": _json(
            [
                {
                    "id": 90,
                    "iid": 7,
                    "project_id": 5,
                    "title": "Slow",
                    "state": "closed",
                    "description": "Very",
                    "weight": 3,
                    "web_url": "https://gitlab.example/acme/shop/-/issues/7",
                    "author": {"name": "Bob", "username": "bob"},
                    "assignees": [{"name": "Ada Lovelace"}],
                    "labels": ["perf"],
                    "created_at": T.format(1),
                    "updated_at": T.format(4),
                    "closed_at": T.format(4),
                    "confidential": True,
                    "user_notes_count": 2,
                    "due_date": "2026-03-01",
                    "issue_type": "incident",
                    "milestone": {"title": "v1"},
                    "strange": [[1]],
                },
            ]
        ),
        "notes.json": _json(
            [
                {
                    "id": 1,
                    "noteable_iid": 7,
                    "body": "secret",
                    "internal": True,
                    "system": False,
                    "author": {"name": "Ada Lovelace"},
                    "created_at": T.format(2),
                },
                {
                    "id": 2,
                    "noteable_iid": 7,
                    "body": "Better now?",
                    "internal": False,
                    "system": False,
                    "author": {"name": "Ada Lovelace"},
                    "created_at": T.format(3),
                },
                {"id": 3, "noteable_iid": 7, "body": "closed", "system": True, "created_at": T.format(4)},
            ]
        ),
        "links.json": _json([{"link_type": "blocks", "source_issue": {"iid": 7}, "target_issue": {"iid": 8}}]),
        "label_events-7.json": _json(
            [
                {
                    "id": 1,
                    "resource_type": "Issue",
                    "action": "add",
                    "label": {"name": "perf"},
                    "user": {"name": "Ada Lovelace"},
                    "created_at": T.format(2),
                }
            ]
        ),
        "export/issues.ndjson": _json(
            {
                "iid": 8,
                "title": "Slower",
                "state": "opened",
                "author_id": 3,
                "created_at": T.format(2),
                "updated_at": T.format(2),
                "label_links": [{"label": {"title": "perf"}}],
                "notes": [],
                "timelogs": [{"time_spent": 60}],
                "resource_state_events": [{"state": "closed", "created_at": T.format(3), "user_id": 3}],
            }
        ),
    },
    "gitea": {
        "issues.json": _json(
            [
                {
                    "id": 3,
                    "number": 2,
                    "title": "Crash",
                    "state": "open",
                    "body": "Now",
                    "user": {"login": "bob"},
                    "html_url": "https://codeberg.org/acme/shop/issues/2",
                    "created_at": T.format(1),
                    "updated_at": T.format(2),
                    "labels": [{"name": "bug"}],
                    "comments": 1,
                    "due_date": T.format(9),
                    "strange": [[1]],
                    "assets": [{"name": "log.txt", "size": 3, "browser_download_url": "https://x.example/log.txt"}],
                }
            ]
        ),
        "comments.json": _json(
            [
                {
                    "id": 1,
                    "issue_url": "https://codeberg.org/acme/shop/issues/2",
                    "user": {"login": "ada"},
                    "body": "Where?",
                    "created_at": T.format(2),
                }
            ]
        ),
    },
    "bugzilla": {
        "bugs.json": _json(
            {
                "bugs": [
                    {
                        "id": 35,
                        "summary": "Segfault",
                        "status": "RESOLVED",
                        "resolution": "FIXED",
                        "priority": "P1",
                        "severity": "critical",
                        "product": "Shop",
                        "component": "Cart",
                        "creator": "bob@example.com",
                        "assigned_to": "ada@example.com",
                        "assigned_to_detail": {"real_name": "Ada Lovelace"},
                        "creation_time": T.format(1),
                        "last_change_time": T.format(5),
                        "depends_on": [34],
                        "blocks": [36],
                        "keywords": ["crash"],
                        "is_open": False,
                        "cf_room": "B12",
                        "strange": [[1]],
                        "type": "defect",
                    },
                    {
                        "id": 34,
                        "summary": "Memory",
                        "status": "NEW",
                        "creator": "bob@example.com",
                        "creation_time": T.format(1),
                        "last_change_time": T.format(1),
                    },
                ]
            }
        ),
        "comments.json": _json(
            {
                "bugs": {
                    "35": {
                        "comments": [
                            {
                                "id": 1,
                                "bug_id": 35,
                                "count": 0,
                                "text": "It dies",
                                "creator": "bob@example.com",
                                "creation_time": T.format(1),
                            },
                            {
                                "id": 2,
                                "bug_id": 35,
                                "count": 1,
                                "text": "exploit?",
                                "creator": "ada@example.com",
                                "is_private": True,
                                "creation_time": T.format(2),
                            },
                            {
                                "id": 3,
                                "bug_id": 35,
                                "count": 2,
                                "text": "Fixed",
                                "creator": "ada@example.com",
                                "creation_time": T.format(3),
                            },
                        ]
                    }
                },
                "comments": {},
            }
        ),
        "history.json": _json(
            {
                "bugs": [
                    {
                        "id": 35,
                        "history": [
                            {
                                "when": T.format(4),
                                "who": "ada@example.com",
                                "changes": [{"field_name": "status", "removed": "NEW", "added": "RESOLVED"}],
                            }
                        ],
                    }
                ]
            }
        ),
    },
    "redmine": {
        "issues.json": _json(
            {
                "issues": [
                    {
                        "id": 3,
                        "subject": "Totals",
                        "description": "Wrong",
                        "status": {"id": 5, "name": "Closed", "is_closed": True},
                        "tracker": {"id": 1, "name": "Bug"},
                        "priority": {"id": 2, "name": "Normal"},
                        "project": {"name": "Shop"},
                        "author": {"id": 12, "name": "Bob"},
                        "assigned_to": {"id": 11, "name": "Ada Lovelace"},
                        "created_on": T.format(1),
                        "updated_on": T.format(4),
                        "closed_on": T.format(4),
                        "parent": {"id": 2},
                        "custom_fields": [{"id": 1, "name": "Room", "value": "B12"}],
                        "strange": [[1]],
                        "relations": [{"id": 1, "issue_id": 3, "issue_to_id": 2, "relation_type": "blocks"}],
                        "journals": [
                            {
                                "id": 1,
                                "user": {"name": "Ada"},
                                "notes": "secret",
                                "private_notes": True,
                                "created_on": T.format(2),
                                "details": [],
                            },
                            {
                                "id": 2,
                                "user": {"name": "Ada"},
                                "notes": "Done",
                                "created_on": T.format(4),
                                "details": [
                                    {"property": "attr", "name": "status_id", "old_value": "1", "new_value": "5"}
                                ],
                            },
                        ],
                    },
                    {
                        "id": 2,
                        "subject": "Money",
                        "status": {"id": 1, "name": "New", "is_closed": False},
                        "created_on": T.format(1),
                        "updated_on": T.format(1),
                    },
                ],
                "total_count": 2,
                "offset": 0,
                "limit": 25,
            }
        )
    },
    "trello": {
        "board.json": _json(
            {
                "id": "b1",
                "name": "Shop",
                "prefs": {},
                "shortUrl": "https://trello.com/b/x",
                "cards": [
                    {
                        "id": "c1",
                        "idList": "l1",
                        "name": "Paint the shop",
                        "desc": "Red",
                        "idMembers": ["m1"],
                        "closed": False,
                        "dateLastActivity": T.format(5),
                        "labels": [{"name": "outside"}],
                        "due": T.format(9),
                        "strange": [[1]],
                        "attachments": [{"name": "plan.png", "bytes": 9, "url": "https://x.example/p.png"}],
                        "pos": 1.5,
                    }
                ],
                "lists": [{"id": "l1", "name": "Doing"}],
                "members": [{"id": "m1", "fullName": "Ada Lovelace"}],
                "checklists": [
                    {
                        "id": "k1",
                        "idCard": "c1",
                        "name": "Steps",
                        "checkItems": [{"name": "buy", "state": "complete", "pos": 1}],
                    }
                ],
                "actions": [
                    {
                        "type": "commentCard",
                        "date": T.format(4),
                        "memberCreator": {"fullName": "Ada Lovelace"},
                        "data": {"card": {"id": "c1"}, "text": "Bought"},
                    },
                    {
                        "type": "updateCard",
                        "date": T.format(3),
                        "memberCreator": {"fullName": "Ada Lovelace"},
                        "data": {"card": {"id": "c1"}, "listBefore": {"name": "Todo"}, "listAfter": {"name": "Doing"}},
                    },
                    {
                        "type": "createCard",
                        "date": T.format(1),
                        "memberCreator": {"fullName": "Bob"},
                        "data": {"card": {"id": "c1"}},
                    },
                ],
            }
        )
    },
    "linear": {
        "issues.csv": "ID,Team,Title,Description,Status,Priority,Creator,Assignee,Labels,Created,"
        "Updated,Completed,Parent issue\n"
        'SHOP-2,Shop,Faster cart,"Slow, very",Done,High,bob@example.com,ada@example.com,"perf,web",'
        "Tue Feb 03 2026 10:00:00 GMT+0000 (GMT),2026-02-04T08:00:00Z,2026-02-04T08:00:00Z,SHOP-1\n"
        "SHOP-1,Shop,=HYPERLINK(1),,Backlog,No priority,bob@example.com,,,2026-02-01T08:00:00Z,2026-02-01T08:00:00Z,,\n"
    },
    "beads": {
        "issues.jsonl": _json(
            {
                "id": "bd-1",
                "title": "Cache",
                "description": "Slow",
                "design": "LRU",
                "status": "closed",
                "priority": 1,
                "issue_type": "task",
                "assignee": "ada",
                "created_at": T.format(1),
                "updated_at": T.format(3),
                "closed_at": T.format(3),
                "labels": ["perf"],
                "created_by": "bob",
                "strange": [[1]],
                "close_reason": "Done",
                "dependencies": [{"issue_id": "bd-1", "depends_on_id": "bd-2", "type": "blocks"}],
                "comments": [{"id": 1, "author": "ada", "text": "Measured", "created_at": T.format(2)}],
            }
        )
        + "\n"
        + _json(
            {
                "id": "bd-2",
                "title": "Bench",
                "status": "open",
                "issue_type": "task",
                "priority": 2,
                "created_at": T.format(1),
            }
        )
        + "\n"
    },
    "git-bug": {
        "bugs.json": _json(
            [
                {
                    "id": "a" * 64,
                    "human_id": "aaaaaaa",
                    "title": "Crash",
                    "status": "closed",
                    "labels": ["bug"],
                    "create_time": {"timestamp": 1769932800, "time": "x"},
                    "edit_time": {"timestamp": 1770105600},
                    "author": {"name": "Bob", "human_id": "b"},
                    "strange": [[1]],
                    "comments": [
                        {"id": "1", "author": {"name": "Bob"}, "message": "It dies"},
                        {"id": "2", "author": {"name": "Ada"}, "message": "Where?"},
                    ],
                }
            ]
        )
    },
    "taskwarrior": {
        "export.json": _json(
            [
                {
                    "uuid": "11111111-2222-3333-4444-555555555555",
                    "description": "Buy ink",
                    "status": "completed",
                    "entry": "20260201T080000Z",
                    "modified": "20260203T080000Z",
                    "end": "20260203T080000Z",
                    "priority": "H",
                    "project": "shop",
                    "tags": ["hw"],
                    "depends": ["21111111-2222-3333-4444-555555555555"],
                    "strange": [[1]],
                    "annotations": [{"entry": "20260202T080000Z", "description": "Blue"}],
                },
                {
                    "uuid": "21111111-2222-3333-4444-555555555555",
                    "description": "Get money",
                    "status": "pending",
                    "entry": "20260201T080000Z",
                },
            ]
        )
    },
    "todo-txt": {
        "todo.txt": "(A) 2026-02-01 Call Bob +shop @phone due:2026-02-09\nx 2026-02-03 2026-02-01 Buy ink +shop\n"
        "Plain\nPlain\n"
    },
    "git-issue": {
        ".issues/issues/ab/" + "c" * 38 + "/description": "Crash\n\nIt dies.\n",
        ".issues/issues/ab/" + "c" * 38 + "/tags": "open\nbug\n",
        ".issues/issues/ab/" + "c" * 38 + "/assignee": "ada@example.com\n",
        ".issues/issues/ab/" + "c" * 38 + "/comments/" + "d" * 40: "Where?\n",
    },
    "backlog-md": {
        "tasks/task-2 - Cart.md": "---\nid: TASK-2\ntitle: 'Cart: faster'\nstatus: Done\nassignee:\n  - '@ada'\n"
        "created_date: '2026-02-01 08:00'\nupdated_date: '2026-02-03 08:00'\nlabels:\n  - perf\n"
        "dependencies:\n  - task-1\nparent_task_id: TASK-1\nordinal: 1000\n---\n\n## Description\n\n"
        "<!-- SECTION:DESCRIPTION:BEGIN -->\nToo slow.\n<!-- SECTION:DESCRIPTION:END -->\n",
        "tasks/task-1 - Shop.md": "---\nid: TASK-1\ntitle: Shop\nstatus: To Do\n"
        "assignee: []\ncreated_date: '2026-02-01'\n"
        "labels: []\ndependencies: []\n---\n\n## Description\n",
        "docs/doc-1 - Guide.md": "---\nid: doc-1\ntitle: Guide\n---\n",
    },
    "mbox": {
        "list.mbox": "From bob@example.com Sun Feb  1 08:00:00 2026\nFrom: Bob <bob@example.com>\nSubject: Ink?\n"
        "Date: Sun, 1 Feb 2026 08:00:00 +0000\nMessage-ID: <1@example.com>\n\nWhere is it?\n>From here\n\n"
        "From ada@example.com Mon Feb  2 08:00:00 2026\nFrom: =?utf-8?q?=C3=85da?= <ada@example.com>\n"
        "Subject: Re: Ink?\n"
        "Date: Mon, 2 Feb 2026 08:00:00 +0000\nMessage-ID: <2@example.com>\nIn-Reply-To: <1@example.com>\n"
        "Content-Type: text/html\n\n<p>On the <b>shelf</b></p>\n"
    },
}
