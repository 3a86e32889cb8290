"""The words of single fields, for texts other than the summary."""

from collections.abc import Iterable, Sequence
from typing import Literal

from schemas.profile.summary.cuisines import CUISINES
from schemas.profile.summary.interests import INTERESTS
from schemas.profile.summary.lexicon import Lexicon, clean
from schemas.profile.summary.phrases import is_useless
from schemas.profile.summary.places import AREAS, HOSTS, VENUES
from schemas.profile.summary.words import EVENT_TYPES

WordKind = Literal["interests", "hosts", "venues", "event_types", "cuisines", "areas"]
LEXICONS: dict[WordKind, Lexicon] = {
    "interests": INTERESTS,
    "hosts": HOSTS,
    "venues": VENUES,
    "event_types": EVENT_TYPES,
    "cuisines": CUISINES,
    "areas": AREAS,
}


def words_of(kind: WordKind, texts: Sequence[str], language: str) -> list[str]:
    """The texts as a sentence in `en` or `ja` has them, each once; without those that no sentence can have.

    Nobody was a guest online, so that is no venue.
    """
    words = [word for word in LEXICONS[kind].read_all(texts) if word.kind != "online"]
    return [word.ja if language == "ja" else word.en for word in words]


def event_names(names: Iterable[str | None]) -> list[str]:
    """The names of events, cleaned, without those that are none."""
    return [name for raw in names if (name := clean(raw)) and not is_useless(name)]
