"""Who made a commit: the people of the settings, by the mail addresses and names that git has of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from plaintickets.core.person_names import person_forms
from plaintickets.core.servicedesk.people import called

if TYPE_CHECKING:
    from collections.abc import Iterable

    from plaintickets.core.config import Config


class Identity(NamedTuple):
    """A name and a mail address, as git has them."""

    name: str
    mail: str

    def __str__(self) -> str:
        return f"{self.name} <{self.mail}>" if self.mail else self.name


def person_of(identity: Identity, config: Config) -> str:
    """Return the person that an identity is, by the key in `people`; empty if it is nobody of the project.

    Without `people` everybody is a person. A person with a mail address is recognised by it alone.
    """
    if not config.people:
        return identity.name or identity.mail
    for key, name, mail in named_people(config):
        if mail and mail.casefold() == identity.mail.casefold():
            return key
        if not mail and identity.name and identity.name.casefold() in {key.casefold(), name.casefold()}:
            return key
    return ""


def key_of(text: str, config: Config) -> str:
    """Return the person that a text names, by the key in `people`; the name as it stands if it is nobody's there."""
    forms = set(person_forms(text))
    for name, person in config.people_details.items():
        if not forms.isdisjoint(called(name, person)):
            return name
    for key, name, mail in named_people(config):
        known = {one.casefold() for one in (key, name, mail, f"{name} <{mail}>") if one}
        if not forms.isdisjoint(known):
            return key
    return text


def is_known(text: str, config: Config) -> bool:
    """Tell whether a text names one of the people; anybody is known without `people`."""
    if not config.people:
        return True
    keys = {key for key, _, _ in named_people(config)}
    return key_of(text, config) in keys


def is_person(text: str, identity: Identity, config: Config) -> bool:
    """Tell whether an identity is the person that a text names."""
    if not config.people:
        whole = f"{identity.name} <{identity.mail}>".casefold()
        return text.casefold() in {one.casefold() for one in (identity.name, identity.mail) if one} | {whole}
    found = person_of(identity, config)
    return bool(found) and found == key_of(text, config)


def named_people(config: Config) -> Iterable[tuple[str, str, str]]:
    """Yield the key, the full name and the mail of each person."""
    described = {form for name, person in config.people_details.items() for form in called(name, person)}
    for name, person in config.people_details.items():
        yield name, person.get("name") or name, person.get("mail", "")
    for form in config.people:
        if form.casefold() not in described:
            name, _, mail = form.partition("<")
            yield name.strip(), name.strip(), mail.rstrip("> ")
