"""The golden readers: enough of them, different, and each with jobs that can become a mail."""

import pytest

from workers.evaluate.golden_readers import GoldenReader, golden_readers, job_rows
from workers.writing.matches import check_matches
from workers.writing.models import EmailLanguage
from workers.writing.plan import plan_of


def test_there_are_enough_of_them_and_no_two_are_alike() -> None:
    """Of all levels and styles that a text may depend on."""
    readers = golden_readers()
    plans = [plan_of(each.profile(EmailLanguage.ENGLISH), {}, EmailLanguage.ENGLISH) for each in readers]

    assert len(readers) >= 12
    assert len({reader.name for reader in readers}) == len(readers)
    assert {plan.seniority for plan in plans} == {"unknown", "junior", "middle", "senior"}
    assert {plan.work_style for plan in plans} == {"unknown", "remote", "hybrid", "office"}
    assert len(job_rows()) == 40


@pytest.mark.parametrize("language", EmailLanguage)
@pytest.mark.parametrize("reader", golden_readers(), ids=lambda reader: reader.name)
def test_each_has_lists_that_become_a_mail(reader: GoldenReader, language: EmailLanguage) -> None:
    """In both languages, each job once; those of the reader's field are the first."""
    lists = reader.matches(language)
    every = [job for jobs in lists.values() for job in jobs]
    own = [job.match_score > 60 for job in every]

    assert check_matches(lists)["is_valid"]
    assert len({job.job_id for job in every}) == len(every)
    assert own == sorted(own, reverse=True)
    assert reader.profile(language).preferred_language is language
