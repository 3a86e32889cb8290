"""Ten profiles with their summaries."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from schemas.profile.summary import summarise
from tests.unit.schemas.profile.summary.profiles import profile

GOLDEN = Path(__file__).parent / "golden"
SPACES = {"en": " ", "ja": ""}
PEOPLE = [
    (language, person)
    for language in SPACES
    for person in tomllib.loads((GOLDEN / f"summaries_{language}.toml").read_text("utf-8"))["summary"]
]


@pytest.mark.parametrize(("language", "person"), PEOPLE, ids=lambda value: str(value)[:40])
def test_a_summary_is_the_recorded_one(language: str, person: dict[str, Any]) -> None:
    """To the last letter; the first profile is the documented sample."""
    assert summarise(profile(**person["profile"]), language) == SPACES[language].join(person["sentences"])


def test_five_summaries_of_each_language_are_recorded() -> None:
    """The test above would pass on an empty file."""
    assert [language for language, _ in PEOPLE] == ["en"] * 5 + ["ja"] * 5
