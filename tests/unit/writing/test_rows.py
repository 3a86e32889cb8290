"""Every row of the document of the library is named by a test: E1 to E46, in its name or in its text."""

from pathlib import Path

import pytest

from tests import row_names
from tests.unit.source_tree import ROOT

ROWS = [f"E{number}" for number in range(1, 47)]
# where tests of mails are; other documents have rows of the same names, which are tested elsewhere
PLACES = (
    "tests/unit/writing/**/test_*.py",
    "tests/unit/mail/test_*.py",
    "tests/unit/commands/test_mail_*.py",
    "tests/unit/recommend/test_sections.py",
    "tests/unit/serve/programs/test_generate_email.py",
    "tests/integration/test_mail_*.py",
    "tests/integration/test_document_redis.py",
    "tests/integration/test_job_digest.py",
    "tests/integration/test_pace.py",
    "tests/integration/test_text_cache.py",
    "tests/contract/test_readme.py",
    "tests/test_gpt5_integration.py",
)


def named() -> dict[str, list[str]]:
    """The tests that name each row."""
    return row_names.named("E", PLACES, Path(__file__))


@pytest.mark.parametrize("row", ROWS)
def test_a_test_names_the_row(row: str) -> None:
    """At least one."""
    assert named()[row], f"no test names {row}"


def test_no_test_names_a_row_that_there_is_not() -> None:
    """A typing error would name nothing."""
    assert named().keys() <= set(ROWS)


@pytest.mark.parametrize("place", PLACES)
def test_each_place_has_tests(place: str) -> None:
    """A file that was moved would be looked at no more."""
    assert list(ROOT.glob(place))
