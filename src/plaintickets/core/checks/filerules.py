"""The rules about files and settings that can be read."""

from __future__ import annotations

from plaintickets.core.checks.rule import Rule


def _files(code: str, summary: str, explanation: str) -> Rule:
    """Return a rule whose violation makes a ticket unreadable; no setting lets a gate ignore it."""
    return Rule(code, "files", "error", summary, explanation, fixed=True)


def _settings(name: str, summary: str, explanation: str) -> Rule:
    return Rule(f"config-{name}", "settings", "error", summary, explanation, fixed=True)


FILE_RULES = (
    Rule(
        "broken-article", "files", "error", "The keys of an article can be read.",
        "`kb/NAME.md` has a title, a status (draft, reviewed, published, retired), an audience (internal, public), "
        "lists under `keywords` and `related`, NAME@DATE under `reviewed` and a duration under `review_every`. An "
        "article with another value there is not suggested and cannot be published.",
    ),
    Rule(
        "broken-query", "settings", "error", "A query of the settings can be used.",
        "Saved queries, `blockers.query`, the `if` of policies, routes and rules, and the lists of dashboards name "
        "fields, saved queries and values that exist. A value counts as unknown only where the settings list all of "
        "them, such as a status or a type. The command that needs such a query refuses it.",
    ),
    Rule(
        "broken-reply", "files", "error", "A reply is usable.",
        "`replies/NAME.md` is the text of a comment that an automation rule makes. A placeholder that nobody knows, "
        "such as `{nmae}`, or a reply that a rule names and that does not exist, makes the rule fail.",
    ),
    Rule(
        "broken-template", "files", "error", "A template is usable, and belongs to a type.",
        "`templates/TYPE.md` gives a new ticket of a type its first values and sections. `tk new` refuses one that "
        "cannot be read or has invalid values; one whose type is not in `types` is never used.",
    ),
    Rule(
        "code-owners", "files", "warning", "CODEOWNERS names people and teams of the settings.",
        "Checked if a route has `by: codeowners`: each line of `.github/CODEOWNERS`, `CODEOWNERS` or "
        "`docs/CODEOWNERS` is one that `tk route` can use, and each owner a person (by name, `login` or mail) or a "
        "team. Whatever somebody else owns goes to the next route.",
    ),
    _files(
        "conflict-markers", "No file holds the markers of an unfinished merge.",
        "Git leaves a line that begins with `<<<<<<< ` where two sides of a merge conflict. "
        "Until the conflict is resolved the content is not known, so the file is not read. This applies to "
        "tickets, to comments in separate files, and to `config.yml`.",
    ),
    Rule(
        "conflict-remnants", "files", "warning", "No file holds leftover markers of a merge.",
        "A line `=======` followed by one that begins with `>>>>>>> `, without the marker that begins a conflict: "
        "somebody resolved a merge by hand and removed only some of the markers.",
    ),
    Rule(
        "holidays-not-installed", "settings", "warning", "The holidays that a calendar names can be asked for here.",
        "The holidays of a country come from the Python package `holidays`: `pip install 'plaintickets[holidays]'`. "
        "Without it `tk sla` refuses a policy with such a calendar, and nobody looks whether the country exists.",
    ),
    _files(
        "duplicate-id", "An id belongs to one file.",
        "The same id is found in the store's folder and in its archive, or in two years of the archive. Commands "
        "read the one outside the archive, so the other would be ignored. Rename one of the two, and its key `id`.",
    ),
    _files(
        "duplicate-key", "A key is in a file only once.",
        "YAML readers disagree about which of two equal keys is used, so such a file is not read. The usual "
        "cause is a merge that kept the lines of both sides.",
    ),
    _files(
        "encoding", "A file is UTF-8.",
        "The bytes at that line are not UTF-8. Convert the file, for instance with "
        "`iconv -f LATIN1 -t UTF-8`; nothing is guessed, because a wrong guess destroys names.",
    ),
    Rule(
        "id-mismatch", "files", "error", "The key `id` is the file's name without `.md`.",
        "The file's name is the id by which commands find the ticket. A different key comes from "
        "a copied or renamed file. Set the key to the file's name, or rename the file.",
    ),
    _files("key-not-text", "A key is a plain word.", "Lists and mappings cannot be keys."),
    Rule(
        "look-alike-ids", "files", "warning", "No two ids differ in letter case or in Unicode form only.",
        "On the file systems of macOS and Windows the two files are one, and a clone there loses a ticket.",
    ),
    _files("merge-key", "The keys use no YAML merge key `<<`.", "Its meaning differs between YAML readers."),
    _files(
        "no-front-matter", "A ticket begins with a line `---`.",
        "Every `.md` file directly in the store is a ticket, and begins with its keys between two lines `---`. "
        "Put other documents elsewhere; `README.md` is the one exception.",
    ),
    _files(
        "not-a-file", "A ticket is a regular file.",
        "A symbolic link could lead out of the store, and a pipe would never end, so neither is read.",
    ),
    _files("not-a-mapping", "The keys are `key: value` lines.", "A list or a plain text is in their place."),
    Rule(
        "orphan-comments", "files", "error", "A folder of comments belongs to a ticket.",
        "`ID.d/` holds the comments of the ticket `ID.md`, but there is no such ticket, so they are not read. It "
        "was renamed or removed by hand, or in another clone while somebody commented on it, and `git pull` alone "
        "merged the two; `tk sync` moves the comments, too, or stops.",
    ),
    _files("too-deep", "Values are not nested too deeply.", "No ticket and no setting needs more than a few levels."),
    _files(
        "too-large", "A file is no larger than `format.max_file_size`.",
        "A file that is larger is not read, so that one file cannot exhaust the memory. Attach large logs elsewhere, "
        "or raise the setting.",
    ),
    _files(
        "too-many-keys", "A ticket has fewer than 2,000 keys that are not plain lines.",
        "Each of them needs a run of the YAML parser. A ticket has about ten; a file with thousands is made to slow "
        "the reader down.",
    ),
    _files(
        "unclosed-front-matter", "The keys of a ticket end with a line `---`.",
        "Without that line it is not known where the keys end and the text begins.",
    ),
    _files("unreadable", "A file can be read.", "The operating system refuses it; the message says why."),
    _files(
        "unsafe-name", "A ticket's file has a name that can be an id.",
        "An id does not begin with `-` or `.`, and has no control character, no path separator and no character "
        "that reverses the direction of text.",
    ),
    _files(
        "wrong-shape", "A key holds a value of the shape that it has.",
        "`deps`, `links`, `tags` and `affects` hold a list of words, `status`, `assignee`, `parent` and the like one "
        "value. A mapping, a nested list or an item that is nothing would be lost with the next change by `tk`, so the "
        "file is not read and not written.",
    ),
    _files(
        "yaml-alias", "The keys use no anchors and no aliases.",
        "A few lines with aliases can expand to gigabytes of text (the billion laughs), so they are refused.",
    ),
    _files("yaml-character", "The keys hold no character that YAML forbids.", "Remove the character, or escape it."),
    _files("yaml-documents", "The keys are one YAML document.", "They contain a line that begins another document."),
    _files("yaml-size", "`config.yml` does not have too many entries.", "No project needs that many."),
    _files(
        "yaml-syntax", "The keys are YAML.",
        "The text between the two lines `---` cannot be read as `key: value` lines. Values that contain `: ` or "
        "begin with a special character of YAML need quotes.",
    ),
    _files("yaml-tag", "The keys use no YAML tags.", "Tags such as `!!python/object` make readers run code."),
)  # fmt: skip

SETTING_RULES = (
    _settings("duplicate", "A setting and a name are given once.", "The second one would silently replace the first."),
    _settings(
        "foreign",
        "`config.yml` holds settings of `tk`.",
        "Another tool that keeps tickets here has a file of this name. None of its keys is known, so the defaults are "
        "in force: move it, or set that tool to keep it elsewhere.",
    ),
    _settings(
        "layer", "A setting is in a file that may hold it.", "Some settings are the user's own, some are the store's."
    ),
    _settings("missing", "A setting is complete.", "A required part of the setting is missing."),
    _settings("problems", "`config.yml` has fewer than 50 mistakes.", "Fix the reported ones first."),
    _settings("reserved", "A field of your own has an unused name.", "The name is a key or word of `tk` itself."),
    _settings("type", "A setting has the shape that it needs.", "A list, a mapping or a text is expected there."),
    _settings("unknown-calendar", "Settings name existing calendars.", "See the setting `calendars`."),
    _settings("unknown-clock", "Policies name existing clocks.", "See the setting `sla`."),
    _settings("unknown-commenter", "Rules hear comments of the requester or the team.", "See the guide to rules."),
    _settings("unknown-day", "Calendars name days of the week.", "See the setting `calendars`."),
    _settings("unknown-effect", "Rules have existing effects.", "See the setting `rules`."),
    _settings("unknown-field", "Settings name existing fields.", "Define it under `fields`, or correct it."),
    _settings("unknown-key", "Settings are known ones.", "A misspelt setting would silently have no effect."),
    _settings("unknown-holidays", "Calendars name existing holidays.", "See the setting `calendars`."),
    _settings("unknown-owner", "Settings name people of the project.", "See the setting `people`."),
    _settings("unknown-person", "Settings name people of the project.", "See the setting `people`."),
    _settings("unknown-placeholder", "Texts of rules have existing placeholders.", "See the guide to rules."),
    _settings("unknown-policy", "Services name existing policies.", "See the setting `sla`."),
    _settings("unknown-priority", "Settings name existing priorities.", "See the setting `priorities`."),
    _settings("unknown-query", "Settings name saved queries.", "See the setting `queries`."),
    _settings("unknown-queue", "Settings name existing queues.", "See the setting `queues`."),
    _settings("unknown-recurring", "Services name existing recurring tickets.", "See the setting `recurring`."),
    _settings("unknown-resolution", "Settings name existing resolutions.", "See the setting `resolutions`."),
    _settings("unknown-rule", "Settings name existing rules.", "This page lists them all."),
    _settings("unknown-status", "Settings name existing statuses.", "See the setting `statuses`."),
    _settings("unknown-team", "Settings name teams of the project.", "See the setting `people`."),
    _settings("unknown-time-zone", "Calendars name existing time zones.", "See the setting `calendars`."),
    _settings("unknown-trigger", "Rules have existing triggers.", "See the setting `rules`."),
    _settings("unknown-type", "Settings name existing types.", "See the setting `types`."),
    _settings("value", "A setting has an allowed value.", "The message names the allowed values."),
)
