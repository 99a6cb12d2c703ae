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
        "broken-template", "files", "error", "A template can be used, and is that of a type.",
        "`templates/TYPE.md` gives a new ticket of a type its first values and sections. `tk new` refuses one that "
        "cannot be read or whose values no field takes; one of a type that `types` does not name is never used.",
    ),
    _files(
        "conflict-markers", "No file holds the markers of an unfinished merge.",
        "A line that begins with `<<<<<<< ` is what git leaves where two sides of a merge contradict each other. "
        "Until it is settled nobody can say what the ticket holds, so it is not read. This goes for tickets, "
        "for comments in files of their own, and for `config.yml`.",
    ),
    Rule(
        "conflict-remnants", "files", "warning", "No file holds what is left of a merge's markers.",
        "A line `=======` followed by one that begins with `>>>>>>> `, without the marker that begins a conflict: "
        "somebody settled a merge by hand and took only part of the markers out.",
    ),
    _files(
        "duplicate-id", "An id stands for one file.",
        "The same id is found in the store's folder and in its archive, or in two years of the archive. Commands "
        "read the one outside the archive, so the other would be forgotten. Rename one of the two, and its key `id`.",
    ),
    _files(
        "duplicate-key", "A key stands once in a file.",
        "YAML readers disagree about which of two equal keys counts, so such a file is not read. A merge that "
        "took both sides' line is the usual cause.",
    ),
    _files(
        "encoding", "A file is UTF-8.",
        "The bytes at that line are not UTF-8. Convert the file, for instance with "
        "`iconv -f LATIN1 -t UTF-8`; nothing is guessed, because a wrong guess destroys names.",
    ),
    Rule(
        "id-mismatch", "files", "error", "The key `id` is the file's name without `.md`.",
        "The name of the file is the id by which everything finds the ticket. A key that says otherwise comes from "
        "a copied or renamed file. Make the key what the file is called, or rename the file.",
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
    _files("not-a-mapping", "The keys are `key: value` lines.", "A list or a bare text stands where they should be."),
    Rule(
        "orphan-comments", "files", "error", "A folder of comments belongs to a ticket.",
        "`ID.d/` holds the comments of the ticket `ID.md`, and there is no such ticket, so nobody reads them. It was "
        "renamed or removed by hand, or in another clone while somebody commented on it and `git pull` alone joined "
        "the two; `tk sync` carries the comments along, or stops.",
    ),
    _files("too-deep", "Values are not nested too deeply.", "No ticket and no setting needs more than a few levels."),
    _files(
        "too-large", "A file is no larger than `format.max_file_size`.",
        "A file that is larger is not read, so that one file cannot exhaust the memory. Attach large logs elsewhere, "
        "or raise the setting.",
    ),
    _files(
        "too-many-keys", "A ticket has fewer than 2,000 keys that are not plain lines.",
        "Each of them costs a run of the YAML parser; a ticket has ten, and a file with thousands is made to keep "
        "the reader busy.",
    ),
    _files(
        "unclosed-front-matter", "The keys of a ticket end with a line `---`.",
        "Without that line nobody can say where the keys end and the text begins.",
    ),
    _files("unreadable", "A file can be read.", "The operating system refuses it; the message says why."),
    _files(
        "unsafe-name", "A ticket's file has a name that can be an id.",
        "An id begins with no `-` and no `.`, and holds no control character, no path separator and no character "
        "that turns the direction of text around.",
    ),
    _files(
        "wrong-shape", "A key holds a value of the shape that it has.",
        "`deps`, `links`, `tags` and `affects` hold a list of words, `status`, `assignee`, `parent` and the like one "
        "value. A mapping or a nested list there would be no value for `tk` and lost with its next change, so the "
        "file is not read and not written.",
    ),
    _files(
        "yaml-alias", "The keys use no anchors and no aliases.",
        "A few lines with aliases stand for gigabytes of text (the billion laughs), so they are refused.",
    ),
    _files("yaml-character", "The keys hold no character that YAML forbids.", "Take the character out, or escape it."),
    _files("yaml-documents", "The keys are one YAML document.", "A line that begins another document stands in them."),
    _files("yaml-size", "`config.yml` has a bearable number of entries.", "No project needs that many."),
    _files(
        "yaml-syntax", "The keys are YAML.",
        "What stands between the two lines `---` cannot be read as `key: value` lines. Values that hold `: ` or "
        "begin with a sign of YAML need quotes.",
    ),
    _files("yaml-tag", "The keys use no YAML tags.", "Tags such as `!!python/object` make readers run code."),
)  # fmt: skip

SETTING_RULES = (
    _settings("duplicate", "A setting and a name are given once.", "The second one would win without a word."),
    _settings(
        "foreign",
        "`config.yml` holds settings of `tk`.",
        "Another tool that keeps tickets here has a file of this name. None of its keys is known, so the defaults are "
        "in force: move it away, or tell that tool to keep it elsewhere.",
    ),
    _settings("layer", "A setting stands where it may.", "Some settings are the user's own, some are the store's."),
    _settings("missing", "A setting is complete.", "A part that the setting needs is not there."),
    _settings("problems", "`config.yml` has fewer than 50 mistakes.", "Mend those that are named first."),
    _settings("reserved", "A field of your own has a name of its own.", "The name is a key or word of `tk` itself."),
    _settings("type", "A setting has the shape that it needs.", "A list, a mapping or a text is expected there."),
    _settings("unknown-field", "Settings name fields that there are.", "Define it under `fields`, or correct it."),
    _settings("unknown-key", "Settings are known ones.", "A misspelt setting would silently have no effect."),
    _settings("unknown-priority", "Settings name priorities that there are.", "See the setting `priorities`."),
    _settings("unknown-rule", "Settings name rules that there are.", "This page lists them all."),
    _settings("unknown-status", "Settings name statuses that there are.", "See the setting `statuses`."),
    _settings("unknown-type", "Settings name types that there are.", "See the setting `types`."),
    _settings("value", "A setting has a value that it can have.", "The message names those that it can have."),
)
