"""Profiles with odd words, as people type them into forms: 300 in each language, the same every time.

`python -m tests.unit.schemas.profile.summary.odd en` prints their summaries, to be read by a native reader.
"""

import random
import sys
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from schemas.profile import EnrichedProfile
from schemas.profile.summary import summarise
from tests.unit.schemas.profile.summary.profiles import NOW, profile

PEOPLE = 300  # per language
EMPTY = ("", "-", "N/A", "#N/A", "unknown", "TBD", "NaN", "未設定", "特になし", "不明")
FILE = Path(__file__).parent / "golden" / "odd_words.toml"
WORDS: dict[str, dict[str, list[str]]] = tomllib.loads(FILE.read_text("utf-8"))


class OddMaker:
    """Makes profiles in which every odd word of a language occurs, in random company."""

    def __init__(self, language: str, seed: int = 13) -> None:
        self.rng = random.Random(f"{language}{seed}")
        self.words = {name: self.shuffled(words) for name, words in WORDS[language].items()}

    def shuffled(self, words: list[str]) -> Iterator[str]:
        """The words again and again, in an order of their own."""
        return cycle(self.rng.sample(words, len(words)))

    def word(self, field: str) -> str:
        """The next word of a field; one in 15 is a word for nothing."""
        return self.rng.choice(EMPTY) if self.rng.random() < 1 / 15 else next(self.words[field])

    def maybe(self, field: str) -> str | None:
        """The next word of a field, or None."""
        return self.word(field) if self.rng.random() < 0.6 else None

    def list_of(self, field: str, most: int) -> list[str]:
        """Some words of a field."""
        return list(dict.fromkeys(self.word(field) for _ in range(self.rng.randrange(most + 1))))

    def attendance(self) -> dict[str, Any]:
        """The fields of a person with some events, or none."""
        rng = self.rng
        count = rng.choice((0, 0, 1, 2, 3, 8, 42))
        if not count:
            return {"number_of_events_attended": 0, "total_orders": rng.choice((0, 0, 1, 3))}
        ago = rng.choice((0, 1, 2, 5, 60, 200, 900))
        first = ago + (rng.choice((10, 60, 400)) if count > 1 else 0)
        fields: dict[str, Any] = {
            "number_of_events_attended": count,
            "is_healthy_active_user": count > 2,
            "last_event_date": NOW.date() - timedelta(days=ago),
            "first_event_date": NOW.date() - timedelta(days=first),
            "last_event_venue": self.word("venue"),
        }
        if count > 1:
            liked = {"event_type": self.list_of("event_type", 2), "venue": self.list_of("venue", 1)}
            fields |= {
                "friends": self.list_of("friends", 4),
                "favorite_hosts": self.list_of("favorite_hosts", 2),
                "affinities": {
                    signal: [{"name": word, "weight": 1.5} for word in words]
                    for signal, words in liked.items()
                    if words
                },
            }
        return fields

    def person(self) -> EnrichedProfile:
        """A profile as of the time of the tests."""
        rng, texts = self.rng, ("table_type_preference", "relationship_status", "home_neighborhood")
        upcoming = [
            {"name": self.word("event"), "date": NOW.date() + timedelta(days=rng.choice((0, 1, 9))),
             "venue": self.maybe("venue")}
        ]  # fmt: skip
        return profile(
            name=self.word("name"),
            email=rng.choice(("ann.lee@x.jp", "info@x.jp", "no-reply@x.jp", "kei@x.jp", None)),
            gender=rng.choice(("Female", "male", "x", None, "女性", "未設定")),
            age=rng.choice((None, None, 1, 8, 18, 29, 34, 67, 110)),
            occupation=self.word("occupation") if rng.random() < 0.8 else None,
            work_neighborhood=self.word("work_neighborhood") if rng.random() < 0.4 else None,
            interests=self.list_of("interests", 3),
            cuisine_preference=self.list_of("cuisine_preference", 2),
            dietary_restrictions=self.list_of("dietary_restrictions", 2),
            **{name: self.maybe(name) for name in texts},
            **self.attendance(),
            upcoming_events=upcoming if rng.random() < 0.3 else [],
            is_on_team=rng.random() < 0.05,
            should_request_more_details=rng.random() < 0.1,
        )


def odd_people(language: str) -> list[EnrichedProfile]:
    """The people with odd words in a language."""
    maker = OddMaker(language)
    return [maker.person() for _ in range(PEOPLE)]


def main() -> None:
    """Print a number and a summary per person."""
    language = sys.argv[1]
    for number, person in enumerate(odd_people(language)):
        print(number, summarise(person, language))


if __name__ == "__main__":
    main()
