"""How a job is worked, and the language of its advertisement."""

import pytest

from schemas.documents import Job
from workers.recommend.work_styles import LANGUAGES, STYLES, job_language, job_styles, styles_of

NAMES = [name for name, _ in STYLES]


@pytest.mark.parametrize(
    ("text", "styles"),
    [
        ("full-time", {"full_time"}),
        ("Full Time, Remote", {"full_time", "remote"}),
        ("正社員", {"full_time"}),
        ("アルバイト・パート", {"part_time"}),
        ("業務委託", {"contract"}),
        ("internship", {"internship"}),
        ("派遣社員（短期）", {"temporary"}),
        ("hybrid", {"hybrid"}),
        (None, set()),
        ("whatever", set()),
    ],
)
def test_styles(text: str | None, styles: set[str]) -> None:
    """In both languages; what is not said is unknown."""
    assert {name for bit, name in enumerate(NAMES) if styles_of(text) >> bit & 1} == styles


def test_the_work_style_counts_before_title_and_tags() -> None:
    """They count where there is none."""
    assert job_styles(Job(id="1", work_style="full-time", title="Part-time cook")) == styles_of("full-time")
    assert job_styles(Job(id="1", title="Cook", tags=["part-time"])) == styles_of("part-time")


@pytest.mark.parametrize(
    ("job", "language"),
    [
        (Job(id="1", language="ja-JP"), "ja"),
        (Job(id="1", language="EN"), "en"),
        (Job(id="1", language="pt", title="Cook"), "other"),
        (Job(id="1", title="Cook"), "en"),
        (Job(id="1", title="Cook", description="経験者優遇"), "ja"),
    ],
)
def test_languages(job: Job, language: str) -> None:
    """As said, else by the letters."""
    assert LANGUAGES[job_language(job)] == language


def test_a_job_without_letters_has_no_language() -> None:
    """What is unknown stays unknown."""
    assert job_language(Job(id="1", title="123")) == -1
