"""Which lists of jobs can become a mail."""

from typing import Any

import pytest

from tests.unit.writing.readers import job, matches
from workers.writing.matches import check_matches
from workers.writing.models import EmailSectionType
from workers.writing.section_rows import SECTION_ROWS


def test_e1_six_sections_have_forty_jobs() -> None:
    """E1: in the order of the document."""
    assert [row.kind for row in SECTION_ROWS] == list(EmailSectionType)
    assert [row.size for row in SECTION_ROWS] == [5, 5, 10, 10, 5, 5]
    assert check_matches(matches()) == {
        "is_valid": True,
        "errors": [],
        "warnings": [],
        "counts": {row.kind.value: row.size for row in SECTION_ROWS},
    }


def test_e3_fewer_jobs_are_a_warning() -> None:
    """E3, E10: the mail is written."""
    checked = check_matches(matches(new_arrivals=3))

    assert checked["is_valid"] is True
    assert checked["warnings"] == ["new_arrivals: has 3 jobs, 10 are wanted"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"popular_jobs": []}, "popular_jobs: has no jobs"),
        ({"popular_jobs": None}, "popular_jobs: is missing"),
        ({"popular_jobs": "jobs"}, "popular_jobs: must be a list of jobs"),
        ({"popular_jobs": [job(n) for n in range(6)]}, "popular_jobs: has 6 jobs, at most 5 fit"),
        ({"popular_jobs": [job(1), job(1)]}, "popular_jobs[1]: the job 1 is there twice"),
        ({"popular_jobs": [job(1, title="  ")]}, "popular_jobs[0]: the title is empty"),
        ({"popular_jobs": [{"job_id": 1}]}, "popular_jobs[0]: is no JobMatch"),
        ({"top_jobs": [job(1)]}, "top_jobs: there is no such section"),
    ],
)
def test_e3_e10_what_is_wrong_is_named(change: dict[str, Any], error: str) -> None:
    """E3, E10: with the section and the position, whatever the names of the sections are made of."""
    lists = {kind.value: jobs for kind, jobs in matches().items()} | change
    checked = check_matches(lists)

    assert checked["is_valid"] is False
    assert checked["errors"] == [error]


def test_what_maps_nothing_is_a_type_error() -> None:
    """A list of jobs without sections."""
    with pytest.raises(TypeError, match="must map sections"):
        check_matches([job(1)])  # type: ignore[arg-type]
