"""Why a job is shown, in English and Japanese (C8, C16)."""

from itertools import product
from typing import get_args

import pytest

from tests.unit.recommend.boards import NOW, RESUME, board_of, feed, job, seeker, titled, trend, viewed
from workers.recommend.picks import ReasonCode, Why
from workers.recommend.reasons import ENGLISH, JAPANESE, sentence
from workers.recommend.seeker import KnownJob, KnownSearch


def test_every_code_has_both_sentences() -> None:
    """And the same ones in both languages."""
    assert set(ENGLISH) == set(JAPANESE)
    assert {code for code, _ in ENGLISH} == set(get_args(ReasonCode))


@pytest.mark.parametrize(("key", "language"), list(product(ENGLISH, ("en", "ja", "pt"))))
def test_every_sentence_can_be_said(key: tuple[ReasonCode, str], language: str) -> None:
    """With a name of a job, and without one."""
    code, evidence = key
    for named in ("Chef {0} %s", None):
        assert "{}" not in sentence(Why(code, evidence, named), language)  # type: ignore[arg-type]


def test_the_document_s_sentences() -> None:
    """C16: as they are written there."""
    saved = Why("similar", "saved", "Software Engineer")
    looked = Why("similar", "viewed", "Python Developer")

    assert sentence(saved, "en") == "Similar to Software Engineer you saved"
    assert sentence(looked, "en") == "Based on your interest in Python Developer roles"
    assert sentence(saved, "ja") == "保存した「Software Engineer」に似ています"


def test_the_named_job_is_the_one_with_the_largest_part() -> None:
    """Of what the person saved, applied for and viewed; by its weight and its likeness."""
    board = board_of(
        job("1", "Python Developer"),
        job("2", "Python Developer, Backend"),
        job("3", "Line Cook"),
        job("new", "Senior Python Developer"),
    )
    saved = KnownJob("2", saved_at=NOW, viewed_seconds=600, viewed_at=NOW)
    person = seeker(viewed("1"), saved, viewed("3"))
    why = {each.job_id: each.why for each in feed(person, board).jobs}
    only_looked = {each.job_id: each.why for each in feed(seeker(viewed("1"), viewed("3")), board).jobs}

    assert why["new"] == Why("similar", "saved", "Python Developer, Backend")
    assert only_looked["new"] == Why("similar", "viewed", "Python Developer")


def test_a_job_is_not_named_as_the_reason_for_itself() -> None:
    """What was viewed itself is shown for another reason."""
    why = {each.job_id: each.why for each in feed(seeker(viewed("Line Cook")), titled()).jobs}

    assert why["Line Cook"].named != "Line Cook"


def test_the_other_reasons() -> None:
    """Résumé, fields, search, neighbours, trend; of somebody who is not known at all, popularity."""
    board = titled()
    board.trend(trend("Truck Driver", 5.0))
    board.trend(trend("Line Cook", 1.0, Hair_Stylist=1.0))

    def reason(title: str, **fields: object) -> Why:
        person = seeker(*fields.pop("jobs", ()), **fields)  # type: ignore[misc]
        return {each.job_id: each.why for each in feed(person, board).jobs}[title]

    assert reason("ML Engineer", resume=RESUME) == Why("profile", "resume")
    assert reason("ML Engineer", fields="machine learning engineer") == Why("profile", "fields")
    assert reason("Truck Driver", places=("Berlin",)) == Why("trend")
    assert reason("Truck Driver") == Why("popular")
    assert reason("Hair Stylist", jobs=[viewed("Line Cook")]) == Why("neighbour", "viewed", "Line Cook")
    searched = tuple(KnownSearch("accountant", None, NOW - number) for number in range(5))
    assert reason("Accountant", searches=searched) == Why("similar", "searched", "accountant")


def test_long_titles_are_cut() -> None:
    """A sentence stays a sentence."""
    board = board_of(job("1", "Python Developer " * 50), job("2", "Python Developer"))
    (why,) = [each.why for each in feed(seeker(viewed("1")), board).jobs if each.job_id == "2"]

    assert why.named is not None
    assert len(why.named) == 60
    assert why.named.endswith("…")
