"""Made-up people: user documents with the fields that their persona needs. Pure and seeded."""

import random
from typing import Any, Literal, NamedTuple

from schemas.model import RawDocument, from_epoch_ms
from workers.demo.words import ENGLISH, JAPANESE, Pair, Words

DAY_MS = 86_400_000
REQUIRED = ("interests", "cuisine_preference", "age", "occupation")  # by the default policy
OPTIONAL = (
    "dietary_restrictions",
    "gender",
    "relationship_status",
    "table_type_preference",
    "home_neighborhood",
    "work_neighborhood",
)
Persona = Literal["send", "ask", "cooldown", "soon", "thin", "no-address"]


class PersonaMix(NamedTuple):
    """How many people have which persona, named by the decision that it leads to.

    `cooldown` had a message days ago; for `soon` the cooldown ends within minutes; `thin` has too few fields
    for a personal mail and too many for a question.
    """

    send: int = 30
    ask: int = 12
    cooldown: int = 87
    soon: int = 3
    thin: int = 60
    no_address: int = 7

    def personas(self) -> list[Persona]:
        """The personas, one per person."""
        names: tuple[Persona, ...] = ("send", "ask", "cooldown", "soon", "thin", "no-address")
        return [name for name, count in zip(names, self, strict=True) for _ in range(count)]


# how many of the required fields are filled (one is drawn), and the probability of each optional field
REQUIRED_COUNTS: dict[Persona, tuple[int, ...]] = {
    "send": (3, 4, 4),
    "ask": (0, 1, 1),
    "cooldown": (1, 2, 3, 4, 4),
    "soon": (4,),
    "thin": (2,),
    "no-address": (3, 4),
}
OPTIONAL_PROBABILITY: dict[Persona, float] = {"ask": 0.25, "thin": 0.5}


def draw_words(rng: random.Random) -> Words:
    """Draw the language of a person: two in five are Japanese."""
    return JAPANESE if rng.random() < 0.4 else ENGLISH


def person(rng: random.Random, number: int, persona: Persona, now: int) -> RawDocument:
    """The user document of the person with this number; `now` in epoch milliseconds."""
    words = draw_words(rng)
    is_woman = rng.random() < 0.5
    family, given = rng.choice(words.family), rng.choice(words.women if is_woman else words.men)
    document: RawDocument = {
        "_id": f"user_{number:03d}",
        "name": written_name(words, family, given),
        "language": words.language,
        "created_at": from_epoch_ms(now - rng.randrange(30, 400) * DAY_MS),
    }
    if persona != "no-address":
        document["email"] = f"{given[1]}.{family[1]}{number}@{words.domain}"
    fields = [*rng.sample(REQUIRED, rng.choice(REQUIRED_COUNTS[persona]))]
    fields += [field for field in OPTIONAL if rng.random() < OPTIONAL_PROBABILITY.get(persona, 0.7)]
    return document | {field: value(rng, words, field, is_woman) for field in fields}


def written_name(words: Words, family: Pair, given: Pair) -> str:
    """A name in the order of its language."""
    return f"{family[0]} {given[0]}" if words.family_first else f"{given[0]} {family[0]}"


def value(rng: random.Random, words: Words, field: str, is_woman: bool = True) -> Any:
    """Draw a value for a field of a user document."""
    if field == "age":
        return rng.randrange(22, 68)
    if field == "gender":
        return "Female" if is_woman else "Male"
    if field == "relationship_status":
        return rng.choice(("Single", "Married", "In a relationship"))
    choices = {"interests": words.interests, "cuisine_preference": words.cuisines}
    if field in choices:
        return rng.sample(choices[field], rng.randrange(2, 4))
    if field == "dietary_restrictions":
        return [rng.choice(words.diets)]
    if field == "occupation":
        return rng.choice(words.occupations)
    return rng.choice(words.tables if field == "table_type_preference" else words.neighborhoods)
