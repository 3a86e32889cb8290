"""How much the path to a field looks like one of our fields, or like a reference to a person. Pure."""

from collections.abc import Collection, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from workers.product.field_spelling import fold, parts_of, singular, words_of
from workers.product.field_synonyms import SYNONYMS
from workers.product.proposal.field_words import GROUPS, ID_ENDINGS, LABELS, NOUNS, ROLES, SURE, UNSURE
from workers.product.proposal.shape import Path

SHORTEST_PART = 4  # letters of a word inside a name, by which that may be meant
NO_ORDER = 99


class Rank(IntEnum):
    """How a path looks like a field: the first the most. UNSURE is only told."""

    OWN = 0  # our own name
    SPELLED = 1  # our name in another spelling
    WORD = 2  # a word for it
    GROUPED = 3  # one of both in a sub-document that only groups
    LABELLED = 4  # the name of the sub-document, or of each entry, that stands for it
    UNSURE = 5


class Likeness(NamedTuple):
    """A rank, and the place of the word among its words; the lower is the more alike."""

    rank: Rank
    order: int = NO_ORDER


def likeness(key: str, path: Path, nouns: Collection[str]) -> Likeness | None:
    """How a path looks like a field (`users.email`); None when it does not.

    `nouns` are words for the document itself, which names may begin with: `eventName`.
    """
    name = key.rpartition(".")[2]
    if path == (name,):
        return Likeness(Rank.OWN)
    *groups, last = path
    found = word_likeness(key, spellings(last, nouns))
    if are_groups(groups, nouns):
        if found is None or found.rank == Rank.UNSURE or not groups:
            return found or inside(key, last)
        return Likeness(Rank.GROUPED, found.order if found.rank == Rank.WORD else -1)
    if fold(last) in LABELS and are_groups(groups[:-1], nouns):
        of_object = word_likeness(key, spellings(groups[-1], nouns))
        if of_object is not None:
            is_sure = of_object.rank != Rank.UNSURE
            return Likeness(Rank.LABELLED if is_sure else Rank.UNSURE, of_object.order)
    return None if found is None else Likeness(Rank.UNSURE, found.order)


def word_likeness(key: str, spelled: Sequence[str]) -> Likeness | None:
    """How a name, in some spellings, looks like a field."""
    name = key.rpartition(".")[2]
    unsure = UNSURE.get(key, ())
    if any(each in unsure for each in spelled):
        return Likeness(Rank.UNSURE)
    if fold(name) in spelled:
        return Likeness(Rank.SPELLED)
    words = sure_words(key)
    orders = [words.index(each) for each in spelled if each in words]
    return Likeness(Rank.WORD, min(orders)) if orders else None


def inside(key: str, last: str) -> Likeness | None:
    """UNSURE for a name that has a field's name, or a longer word for it, among its words."""
    words = {word for word in (fold(key.rpartition(".")[2]), *sure_words(key)) if len(word) >= SHORTEST_PART}
    return Likeness(Rank.UNSURE) if words & set(parts_of(last)) else None


@lru_cache(1_024)
def sure_words(key: str) -> tuple[str, ...]:
    """The words that stand for a field for certain."""
    unsure = UNSURE.get(key, ())
    general = (word for word in SYNONYMS.get(key.rpartition(".")[2], ()) if word not in unsure)
    return (*general, *SURE.get(key, ()))


def spellings(name: str, nouns: Collection[str]) -> list[str]:
    """A name, folded, and what it is without a noun before it."""
    words = words_of(name)
    rest = "".join(words[1:]) if len(words) > 1 and singular(words[0]) in nouns else ""
    return [each for each in (fold(name), rest) if each]


def are_groups(groups: Sequence[str], nouns: Collection[str]) -> bool:
    """Whether sub-documents only group fields of the document that they are in."""
    return all(fold(group) in GROUPS or fold(group) in nouns for group in groups)


class Reference(IntEnum):
    """How a path names a reference: by the noun of the collection, ours, another one; OTHER is only told."""

    OF_COLLECTION = 0
    OURS = 1
    NOUN = 2
    OTHER = 3


def reference_likeness(topic: str, target: str, path: Path, collection: str) -> Reference:
    """How a path looks like a reference from a topic to documents of another (`target`) in a collection."""
    noun = noun_of(path)
    if noun == singular(fold(collection)):
        return Reference.OF_COLLECTION
    if noun == singular(target):
        return Reference.OURS
    roles = ROLES.get(topic, ()) if target == "users" else ()
    return Reference.NOUN if noun in (*NOUNS[target], *roles) else Reference.OTHER


def noun_of(path: Path) -> str:
    """The noun in the name of a reference: customer of `customerId`, `customer_ref` and `customer._id`."""
    *groups, last = path
    if groups and last.strip("_").casefold() in ("id", "oid"):
        *groups, last = groups
    if not are_groups(groups, ()):
        return ""
    noun = fold(last)
    for ending in sorted(ID_ENDINGS, key=len, reverse=True):
        if noun.endswith(ending) and noun != ending:
            return noun.removesuffix(ending)
    return noun
