"""What a job pays, from a text in Japanese or English, as an amount a year."""

import re
from dataclasses import dataclass
from functools import lru_cache

from workers.recommend.words import folded

# how often a year: hours, days and weeks of full-time work
PER_YEAR = {"hour": 2_000.0, "day": 240.0, "week": 50.0, "month": 12.0, "year": 1.0}
PERIODS = (  # the words of each, tried in this order
    ("hour", re.compile(r"時給|時間給|/\s*(?:h|hr|hour)\b|\b(?:per|an|a) hour\b|\bhourly\b|/時")),
    ("day", re.compile(r"日給|/\s*day\b|\b(?:per|a) day\b|\bdaily\b|/日|日当")),
    ("week", re.compile(r"週給|/\s*(?:wk|week)\b|\b(?:per|a) week\b|\bweekly\b|/週")),
    ("month", re.compile(r"月給|月収|/\s*(?:mo|month)\b|\b(?:per|a) month\b|\bmonthly\b|/月|月額|基本給")),
    (
        "year",
        re.compile(
            r"年収|年俸|/\s*(?:y|yr|year|annum)\b|\b(?:per|a) (?:year|annum)\b|\bannual|\bp\.?a\.?\b|/年"
        ),
    ),
)
CURRENCIES = (
    ("JPY", re.compile(r"[¥円]|\bjpy\b|\byen\b|万")),
    ("EUR", re.compile(r"€|\beur\b")),
    ("GBP", re.compile(r"£|\bgbp\b")),
    ("USD", re.compile(r"\$|\busd\b")),
)
AMOUNT = re.compile(r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?\s*(万|千|億|k\b|m\b|thousand\b)?")
UNITS = {"万": 1e4, "千": 1e3, "億": 1e8, "k": 1e3, "m": 1e6, "thousand": 1e3, "": 1.0}
# the amounts a year that are believed; outside of them something else was written
LEAST = {"JPY": 3e5, "USD": 3e3, "EUR": 3e3, "GBP": 3e3}
MOST = {"JPY": 5e8, "USD": 5e6, "EUR": 5e6, "GBP": 5e6}
# an amount without a period: below the first it is an hour's, below the second a month's, else a year's
GUESSES = {"JPY": (2e4, 1.5e6), "USD": (200.0, 1.5e4), "EUR": (200.0, 1.2e4), "GBP": (200.0, 1.2e4)}
MOST_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Salary:
    """An amount a year, in the middle of what is offered, in a currency (ISO 4217)."""

    currency: str
    a_year: float


@lru_cache(maxsize=50_000)
def salary(text: str | None) -> Salary | None:
    """What a text offers; None if it says nothing that can be compared ("competitive")."""
    plain = folded(text or "")[:MOST_LETTERS]
    currency = next((code for code, pattern in CURRENCIES if pattern.search(plain)), None)
    if currency is None:
        return None
    amounts = _amounts(plain)
    if not amounts:
        return None
    middle = sum(amounts) / len(amounts)
    year = middle * PER_YEAR[_period(plain, currency, middle)]
    return Salary(currency, year) if LEAST[currency] <= year <= MOST[currency] else None


def _amounts(text: str) -> list[float]:
    """The first amount, and the second if it ends a range: the unit of the end holds for both (80–100k)."""
    found = list(AMOUNT.finditer(text))[:2]
    if len(found) == 2 and not re.fullmatch(
        r"[\s円¥$€£]*(?:-|–|—|〜|~|to|から)[\s¥$€£]*", _between(text, found)
    ):
        found = found[:1]
    units = [match.group(3) or "" for match in found]
    if len(found) == 2 and not units[0] and _number(found[0]) < _number(found[1]) * 10:
        units[0] = units[1]
    return [_number(match) * UNITS[unit] for match, unit in zip(found, units, strict=True)]


def _between(text: str, found: list["re.Match[str]"]) -> str:
    return text[found[0].end() : found[1].start()]


def _number(match: "re.Match[str]") -> float:
    return float(match.group(1).replace(",", "") + (match.group(2) or ""))


def _period(text: str, currency: str, amount: float) -> str:
    """The period that is named first in PERIODS, else the one in which the amount is usual."""
    for period, pattern in PERIODS:
        if pattern.search(text):
            return period
    hourly, monthly = GUESSES[currency]
    return "hour" if amount < hourly else "month" if amount < monthly else "year"
