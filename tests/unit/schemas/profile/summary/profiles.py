"""Random profiles for the summary, from a seed: each field has a value, none, or an odd one."""

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas.model import to_epoch_ms
from schemas.profile import EnrichedProfile
from schemas.profile.summary import summarise

NOW = datetime(2024, 2, 10, tzinfo=UTC)
NO_VALUES = ("", " ", "None", "null", "N/A", "-", "...", "n/a.", "unknown", "()", "なし", "特になし", "\n")
LISTS = ("interests", "cuisine_preference", "dietary_restrictions")
TEXTS = (
    "name",
    "occupation",
    "relationship_status",
    "table_type_preference",
    "home_neighborhood",
    "work_neighborhood",
)
GENDERS = (None, "Female", "male", "Non-binary", "女性", "男性", "x", "N/A", "prefer not to say")
NATURAL: dict[str, tuple[str, ...]] = {
    "name": ("Sarah Chen", "田中 健二", "佐藤 美咲", "James", "Zoë", "O'Neil Smith", "Jean-Luc Moreau"),
    "interests": ("hiking", "Photography", "登山", "tea ceremony", "Star Wars", "jazz", "料理", "wine"),
    "cuisine_preference": ("Italian", "thai", "和食", "フレンチ", "Mexican", "Basque", "Korean food"),
    "dietary_restrictions": (
        "Vegetarian", "vegan", "gluten_free", "halal", "Nut allergy", "no pork", "low FODMAP", "ベジタリアン",
    ),
    "friends": ("Mike Jones", "Jenny Kim", "Alex Wong", "鈴木 大輔", "Li"),
    "favorite_hosts": ("Chef Mario", "Chef Ploy", "料理長 井上"),
    "occupation": (
        "Software Engineer", "CEO", "iOS Developer", "retired", "Unemployed", "Student", "HR Manager",
        "看護師", "Marketing", "an hourly worker", "UX DESIGNER", "Engineer at Blue Bottle",
        "Freelance", "French Teacher",
    ),
    "relationship_status": (
        "Single", "Married", "in_a_relationship", "Divorced", "it's complicated", "既婚", "Widowed",
    ),
    "table_type_preference": ("communal", "Private", "counter", "Chef's table", "rooftop", "相席"),
    "home_neighborhood": ("Mission District", "SOMA", "中目黒", "Noe Valley", "The Castro"),
    "work_neighborhood": ("SOMA", "Remote", "神楽坂", "North Beach", "home"),
    "last_event_venue": ("The Vault", "Culinary Studio", "神楽坂キッチン"),
    "event_type": ("wine_tasting", "dinner", "cooking_class", "speed_dating"),
    "event": ("Pasta Night", "月見の会", "Farm to Table Dinner"),
}  # fmt: skip
DIGIT_LETTERS = str.maketrans("0123456789", "abcdefghij")
FRAMES = ("{}", "{}", "  {}  ", "{}.", "{},", "- {}", "{}\n", "{}!", "{} ()", "\u200b{}")


class Maker:
    """Generates profiles. With `tokens`, values are words like `Qhome12`, which can be matched in a text."""

    def __init__(self, seed: int, tokens: bool) -> None:
        self.rng = random.Random(seed)
        self.with_tokens = tokens

    def word(self, field: str) -> str:
        """A value of a text field, which may mean no value."""
        rng = self.rng
        if rng.random() < 0.2:
            return rng.choice(NO_VALUES)
        if not self.with_tokens:
            return rng.choice(NATURAL[field]) if rng.random() < 0.8 else rng.choice(NATURAL[field]) + "."
        letters = str(rng.randrange(10**9)).translate(DIGIT_LETTERS)  # no name and no place has digits
        return rng.choice(FRAMES).format(f"Q{field.replace('_', '')}z{letters}")

    def words(self, field: str) -> list[str]:
        """A list of values, often short, sometimes long."""
        count = self.rng.choice((0, 0, 1, 2, 3, 4, 5, 30))
        words = [self.word(field) for _ in range(count)]
        return words if self.with_tokens else list(dict.fromkeys(words))

    def maybe(self, field: str) -> str | None:
        """A value or None."""
        return None if self.rng.random() < 0.3 else self.word(field)

    def affinities(self) -> dict[str, list[dict[str, Any]]]:
        """Affinities, some of them above the weight from which they are named."""
        rng = self.rng
        fields = {"event_type": "event_type", "venue": "last_event_venue", "cuisine": "cuisine_preference"}
        return {
            signal: [
                {"name": self.word(field), "weight": rng.choice((0.3, 0.98, 1.2, 3.0))} for _ in range(2)
            ]
            for signal, field in fields.items()
            if rng.random() < 0.4
        }

    def events(self, days: list[int]) -> list[dict[str, Any]]:
        """Upcoming events, each a number of days ahead."""
        return [
            {
                "name": self.maybe("event"),
                "date": NOW.date() + timedelta(days=ahead),
                "venue": self.maybe("last_event_venue"),
            }
            for ahead in sorted(days)
        ]

    def attendance(self) -> dict[str, Any]:
        """The number and the dates of attended events."""
        rng = self.rng
        count = rng.choice((0, 0, 1, 1, 2, 3, 8, 42))
        if not count or rng.random() < 0.1:
            return {"number_of_events_attended": count}
        ago = rng.choice((0, 1, 2, 5, 59, 60, 61, 180, 181, 400, 800, 2000))
        first = ago + (rng.choice((0, 10, 45, 46, 200, 400, 900)) if count > 1 else 0)
        return {
            "number_of_events_attended": count,
            "last_event_date": NOW.date() - timedelta(days=ago),
            "first_event_date": NOW.date() - timedelta(days=first),
            "last_event_venue": self.maybe("last_event_venue"),
        }

    def company(self) -> dict[str, Any]:
        """The fields of a person with more than one event."""
        return {
            "friends": self.words("friends"),
            "favorite_hosts": self.words("favorite_hosts"),
            "affinities": self.affinities(),
        }

    def person(self) -> EnrichedProfile:
        """A profile as of NOW."""
        rng = self.rng
        attendance = self.attendance()
        fields: dict[str, Any] = {
            "email": rng.choice((None, "ann.lee@x.jp", "12@x.jp")),
            "age": rng.choice((None, 0, 1, 8, 11, 18, 32, 80, 110)),
            "gender": rng.choice(GENDERS),
            "is_healthy_active_user": attendance["number_of_events_attended"] >= rng.choice((1, 3, 3)),
            "is_on_team": rng.random() < 0.1,
            "should_request_more_details": rng.random() < 0.3,
            "total_orders": rng.choice((0, 0, 1, 5)),
            **{name: self.words(name) for name in LISTS},
            **{name: self.maybe(name) for name in TEXTS},
            **attendance,
            **(self.company() if attendance["number_of_events_attended"] > 1 else {}),
            "upcoming_events": self.events(rng.choice(([], [], [0], [1], [2, 9], [3, 4, 5]))),
        }
        if rng.random() < 0.1 and fields["work_neighborhood"] not in ("Remote", "home"):
            fields["home_neighborhood"] = fields["work_neighborhood"]
        return profile(**fields)


def profile(**fields: Any) -> EnrichedProfile:
    """A profile with these fields, as of NOW, when `affinities` have the given weights."""
    decays = {
        signal: {
            "half_life_days": 180,
            "at": to_epoch_ms(NOW),
            "values": {affinity["name"]: affinity["weight"] for affinity in liked},
        }
        for signal, liked in fields.get("affinities", {}).items()
    }
    return EnrichedProfile.model_validate({"id": "u", "as_of": NOW, "decays": decays, **fields}).at(NOW)


def attended(count: int, days: int, **others: Any) -> dict[str, Any]:
    """The fields of a person with `count` events, the last `days` ago at `venue`, the first on `first`."""
    last = date.fromordinal(NOW.toordinal() - days)
    first = others.pop("first", last)
    return {
        "number_of_events_attended": count,
        "last_event_venue": others.pop("venue", None),
        "first_event_date": first,
        "last_event_date": last,
        **others,
    }


WHO: dict[str, Any] = {"email": "ann.lee@x.jp", "gender": "Female"}
PASTA_NIGHT = {"name": "Pasta Night", "date": "2024-02-11", "venue": "The Vault"}
HABITS = {
    "event_type": [
        {"name": "wine_tasting", "weight": 1.4},
        {"name": "dinner", "weight": 1.1},
        {"name": "lunch", "weight": 0.9},
    ],
    "venue": [{"name": "Komorebi", "weight": 2.0}],
}


def of_ann(language: str, fields: dict[str, Any]) -> str:
    """The summary of a woman with an address and these fields."""
    return summarise(profile(**{**WHO, **fields}), language)
