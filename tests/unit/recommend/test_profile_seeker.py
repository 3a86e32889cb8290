"""What the ranking reads of a profile, and that it does not read what it must not."""

from typing import Any

import pytest

from schemas.model import from_epoch_ms
from schemas.profile import EnrichedProfile
from tests.unit.recommend.boards import NOW, NOW_AT, POLICY, titled
from workers.recommend.feed import recommend
from workers.recommend.profile_seeker import seeker_of
from workers.recommend.seeker import JobSeeker, KnownJob, KnownSearch

FIELDS: dict[str, Any] = {
    "id": "mia",
    "as_of": NOW_AT,
    "occupation": "Software Engineer",
    "interests": ["machine learning"],
    "home_neighborhood": "Shibuya",
    "language": "en",
    "preferred_language": "en",
    "jobs": [
        {"job_id": "ML Engineer", "viewed_seconds": 95, "viewed_at": from_epoch_ms(NOW)},
        {"job_id": "Line Cook", "rejected_at": from_epoch_ms(NOW)},
    ],
    "searches": [{"query": "python", "at": from_epoch_ms(NOW)}],
    "excluded_jobs": ["Line Cook", "Accountant"],
}


def profile(**fields: Any) -> EnrichedProfile:
    """A profile."""
    return EnrichedProfile.model_validate(FIELDS | fields)


def test_what_is_read_of_a_profile() -> None:
    """Fields, places, language, jobs, searches, exclusions; the résumé if there is one."""
    assert seeker_of(profile()) == JobSeeker(
        id="mia",
        fields="Software Engineer\nmachine learning",
        places=("Shibuya",),
        language="en",
        jobs=(
            KnownJob("ML Engineer", viewed_seconds=95, viewed_at=NOW),
            KnownJob("Line Cook", rejected_at=NOW),
        ),
        searches=(KnownSearch("python", None, NOW),),
        excluded=frozenset({"Line Cook", "Accountant"}),
    )
    assert seeker_of(profile(resume="Ten years of Python")).resume == "Ten years of Python"
    assert seeker_of(EnrichedProfile(id="new", as_of=NOW_AT)) == JobSeeker("new")


def test_a_guessed_language_is_unknown() -> None:
    """Nobody loses jobs in Japanese because the default of mails is English."""
    assert seeker_of(profile(language=None)).language is None


@pytest.mark.parametrize(
    "changed",
    [
        {"age": 19},
        {"age": 64, "birth_date": "1960-01-01", "stated_age": 64},
        {"gender": "Female"},
        {"gender": "Male"},
        {"relationship_status": "Married"},
        {"summary": "Mia is a 64-year-old married woman.", "name": "Mia", "dietary_restrictions": ["halal"]},
    ],
)
def test_age_gender_and_relationship_status_move_nothing(changed: dict[str, Any]) -> None:
    """The same list with the same scores, whatever they are (E1)."""
    board = titled()
    lists = [
        recommend(seeker_of(profile(**fields)), board, POLICY, NOW, "request") for fields in ({}, changed)
    ]

    assert lists[0] == lists[1]
    assert len(lists[0].jobs) > 5
