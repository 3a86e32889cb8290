"""Made-up people: user documents with as much known as their part in the demo asks for. Pure and seeded."""

import random
from typing import Any, Literal, NamedTuple

from schemas.model import RawDocument, from_epoch_ms
from workers.demo.words import ENGLISH, JAPANESE, Pair, Words

DAY_MS = 86_400_000
REQUIRED = ("interests", "cuisine_preference", "age", "occupation")  # what the default policy asks for
OTHERS = (
    "dietary_restrictions",
    "gender",
    "relationship_status",
    "table_type_preference",
    "home_neighborhood",
    "work_neighborhood",
)
Part = Literal["send", "ask", "cooldown", "soon", "thin", "no-address"]


class Mix(NamedTuple):
    """How many people play which part.

    `cooldown` had a message days ago; for `soon` the cooldown ends within minutes; of `thin` too little is
    known for a personal mail and too much for a question.
    """

    send: int = 30
    ask: int = 12
    cooldown: int = 87
    soon: int = 3
    thin: int = 60
    no_address: int = 7

    def parts(self) -> list[Part]:
        """The parts, one per person."""
        names: tuple[Part, ...] = ("send", "ask", "cooldown", "soon", "thin", "no-address")
        return [name for name, count in zip(names, self, strict=True) for _ in range(count)]


# how many of the required fields are known, by part, and how likely each of the others is
KNOWN: dict[Part, tuple[int, ...]] = {
    "send": (3, 4, 4),
    "ask": (0, 1, 1),
    "cooldown": (1, 2, 3, 4, 4),
    "soon": (4,),
    "thin": (2,),
    "no-address": (3, 4),
}
LIKELY: dict[Part, float] = {"ask": 0.25, "thin": 0.5}


def words_of(rng: random.Random) -> Words:
    """A language for the next person: two in five are Japanese readers."""
    return JAPANESE if rng.random() < 0.4 else ENGLISH


def person(rng: random.Random, number: int, part: Part, now: int) -> RawDocument:
    """The user document of the person with this number; `now` in epoch milliseconds."""
    words = words_of(rng)
    woman = rng.random() < 0.5
    family, given = rng.choice(words.family), rng.choice(words.women if woman else words.men)
    document: RawDocument = {
        "_id": f"user_{number:03d}",
        "name": written(words, family, given),
        "language": words.language,
        "created_at": from_epoch_ms(now - rng.randrange(30, 400) * DAY_MS),
    }
    if part != "no-address":
        document["email"] = f"{given[1]}.{family[1]}{number}@{words.domain}"
    fields = [*rng.sample(REQUIRED, rng.choice(KNOWN[part]))]
    fields += [field for field in OTHERS if rng.random() < LIKELY.get(part, 0.7)]
    return document | {field: value(rng, words, field, woman) for field in fields}


def written(words: Words, family: Pair, given: Pair) -> str:
    """A name as its owner writes it."""
    return f"{family[0]} {given[0]}" if words.family_first else f"{given[0]} {family[0]}"


def value(rng: random.Random, words: Words, field: str, woman: bool = True) -> Any:
    """Something to fill a field of a user document with."""
    if field == "age":
        return rng.randrange(22, 68)
    if field == "gender":
        return "Female" if woman else "Male"
    if field == "relationship_status":
        return rng.choice(("Single", "Married", "In a relationship"))
    lists = {"interests": words.interests, "cuisine_preference": words.cuisines}
    if field in lists:
        return rng.sample(lists[field], rng.randrange(2, 4))
    if field == "dietary_restrictions":
        return [rng.choice(words.diets)]
    if field == "occupation":
        return rng.choice(words.occupations)
    return rng.choice(words.tables if field == "table_type_preference" else words.neighborhoods)
