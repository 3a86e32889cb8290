"""Ten people and their summaries, as they are to read."""

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
def test_a_summary_reads_as_it_was_written_down(language: str, person: dict[str, Any]) -> None:
    """To the last letter; the first is the sample of the document."""
    assert summarise(profile(**person["profile"]), language) == SPACES[language].join(person["sentences"])


def test_there_are_five_of_each_language() -> None:
    """A file that was not read would pass as well."""
    assert [language for language, _ in PEOPLE] == ["en"] * 5 + ["ja"] * 5
