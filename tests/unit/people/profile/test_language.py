"""The preferred language and time zone."""

import pytest
from pydantic import ValidationError

from tests.unit.people.person_facts import START, fact, stored_person_of
from tests.world import attends
from workers.people.policy import Policy
from workers.people.profile.build import build_profile


@pytest.mark.parametrize(
    ("language", "name", "expected"),
    [
        ("ja-JP", None, "ja"), ("Japanese", None, "ja"), ("日本語", None, "ja"), (" EN_us ", "田中", "en"),
        (None, "田中健二", "ja"), (None, "さくら", "ja"), (None, "Ann", "fr"), ("Klingonese", "Ann", "fr"),
        ("pt-BR", None, "pt"),
    ],
)  # fmt: skip
def test_the_language_is_the_given_one_or_that_of_the_name(
    language: str | None, name: str | None, expected: str
) -> None:
    """The primary tag; else Japanese for kana or kanji in the name; else the policy's."""
    stored = stored_person_of([fact("user", 0, {"language": language, "name": name}, 1)])
    profile = build_profile(stored, START, Policy(language="fr", time_zone="Asia/Tokyo"))
    assert (profile.preferred_language, profile.preferred_time_zone) == (expected, "Asia/Tokyo")


@pytest.mark.parametrize("wrong", [{"time_zone": "Mars/Base"}, {"language": "English"}])
def test_a_policy_with_another_language_or_time_zone_is_refused(wrong: dict[str, str]) -> None:
    """The error names the field."""
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Policy.model_validate(wrong)


def test_the_summary_is_in_the_preferred_language() -> None:
    """A Japanese reader gets a Japanese summary."""
    assert "。" in attends(language="ja").summary
    assert "。" not in attends().summary
