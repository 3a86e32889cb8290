"""Names and addresses of people: addresses normalised, names as given or made from an address."""

import re
from functools import lru_cache

from schemas.name_words import ROLES, ROLES_ALONE
from schemas.person_name import PersonName, given, read_name

LETTERS = re.compile(r"[^\W\d_]+")
VOWEL = re.compile("[aeiouy]|[^\x00-\x7f]", re.IGNORECASE)


def normalise(address: str | None) -> str:
    """An address for comparisons: trimmed and in lower case; empty for None."""
    return address.strip().lower() if address else ""


@lru_cache(8192)
def name_from_address(address: str | None) -> str | None:
    """`mike.jones@email.com` -> `Mike Jones`, `s.chen@…` -> `S. Chen`.

    None if the part before the @ has no letters, or is no name: `info`, `no-reply`, `sales.tokyo`, `xkcd`.
    """
    words = LETTERS.findall(normalise(address).partition("@")[0].partition("+")[0])
    if not words or not ROLES.isdisjoint(words) or (len(words) == 1 and words[0] in ROLES_ALONE):
        return None
    if not any(len(word) == 2 or (len(word) > 2 and VOWEL.search(word)) for word in words):
        return None
    return " ".join([f"{word.upper()}." if len(word) == 1 else word.capitalize() for word in words])


def full_name(name: str | None, address: str | None) -> str | None:
    """The name of a person, the given name first, without titles; else a name made from the address."""
    person = read_name(name) if name else None
    return person.full if person else made_name(name, address)


@lru_cache(16_384)
def first_name(name: str | None, address: str | None) -> str | None:
    """The name in a greeting: the given name, or the whole name in an East Asian script, or with a title."""
    person = read_name(name) if name else None
    if person is None and (made := made_name(name, address)):
        person = read_name(made) or PersonName(made, given(made.split()))
    return person.first if person else None


def made_name(name: str | None, address: str | None) -> str | None:
    """The name made from an address that was given for a name, else from the address."""
    return (name_from_address(name) if name and "@" in name else None) or name_from_address(address)
