"""Salaries from texts in both languages; what cannot be compared is unknown (C14)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.recommend.salary import Salary, salary


@pytest.mark.parametrize(
    ("text", "currency", "a_year"),
    [
        ("¥300,000/月", "JPY", 3_600_000),
        ("月給30万円", "JPY", 3_600_000),
        ("月給 25万円〜35万円", "JPY", 3_600_000),
        ("月給25〜35万円", "JPY", 3_600_000),
        ("月給250,000円～350,000円", "JPY", 3_600_000),
        ("時給1,200円", "JPY", 2_400_000),
        ("時給１２００円以上", "JPY", 2_400_000),
        ("日給1万円", "JPY", 2_400_000),
        ("年収500万円", "JPY", 5_000_000),
        ("年収400万円～600万円", "JPY", 5_000_000),
        ("500万円", "JPY", 5_000_000),
        ("1,200円", "JPY", 2_400_000),
        ("$80k–100k", "USD", 90_000),
        ("$80-100k", "USD", 90_000),
        ("$80,000 - $100,000 a year", "USD", 90_000),
        ("$25/hour", "USD", 50_000),
        ("USD 25 per hour", "USD", 50_000),
        ("$95,000", "USD", 95_000),
        ("€4,000 per month", "EUR", 48_000),
        ("£45k p.a.", "GBP", 45_000),
    ],
)
def test_salaries(text: str, currency: str, a_year: float) -> None:
    """As an amount a year, in the middle of a range."""
    found = salary(text)

    assert found is not None
    assert found.currency == currency
    assert found.a_year == pytest.approx(a_year)


@pytest.mark.parametrize(
    "text",
    [None, "", "competitive", "応相談", "1200", "$", "¥99999999999999", "$0", "DOE", "401k", "経験による"],
)
def test_what_cannot_be_compared_is_unknown(text: str | None) -> None:
    """And counts as neutral."""
    assert salary(text) is None


def test_the_first_amount_counts_without_a_range() -> None:
    """A second amount of something else changes nothing."""
    assert salary("年収500万円 賞与2回") == Salary("JPY", 5_000_000)


@given(st.text(max_size=300))
def test_any_text_has_a_salary_or_none(text: str) -> None:
    """Whatever comes in from outside may be anything."""
    found = salary(text)

    assert found is None or found.a_year > 0
