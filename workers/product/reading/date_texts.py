"""Dates in the forms that people and programs write: 2024/1/15, 31.12.2023, Jan 15, 2024, 令和6年1月15日.

A form with two meanings is not read: 01/02/2024 is in January or February.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from unicodedata import normalize

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}  # the year before the first one
ERAS |= {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
)
MONTH += r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
DAY, YEAR = r"(?P<day>\d{1,2})", r"(?P<year>\d{4})"
WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,? )?"
FORMS = tuple(
    re.compile(form + r"(?P<time>(?:T|,? | at ).*)?", re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})(?P<mark>[-/.年])(?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?(?:\s?\([日月火水木金土祝・]+\))?",
        r"(?P<era>明治|大正|昭和|平成|令和|[MTSHR])(?P<year>\d{1,2}|元)[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
        r"(?P<first>\d{1,2})(?P<mark>[/-])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})",
        rf"{WEEKDAY}{DAY}(?:st|nd|rd|th)?(?: of)?[ -]{MONTH},?[ -]{YEAR}",
        rf"{WEEKDAY}{MONTH}[ -]{DAY}(?:st|nd|rd|th)?,?[ -]{YEAR}",
    )
)
TIME = re.compile(
    r"(?P<half>午前|午後)?(?P<hour>\d{1,2})(?::|時(?!$))(?P<minute>\d{1,2})(?::|分)?(?P<second>\d{1,2}(?:\.\d+)?)?"
    r"(?:秒)?\s*(?P<ampm>[ap]\.?m\.?)?\s*(?P<zone>.*)",
    re.IGNORECASE,
)
ZONE = re.compile(
    r"(?:(?:UTC|GMT|Z)?\s*(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})|UTC|GMT|Z)(?: \(.*\))?"
)
AMBIGUOUS = "is in one month or another, as day or month may come first; write 2023-12-31"


class NoDateError(ValueError):
    """A text that is no date; the text of the error is the reason."""


def time_of_text(text: str) -> datetime:
    """The time in a text; ValueError for one that is no date, NoDateError if the reason is known."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        text = " ".join(normalize("NFKC", text).split())
    for form in FORMS:
        if match := form.fullmatch(text):
            day = _day(match.groupdict())
            time = (match["time"] or "").lstrip(" ,Tt")
            return _with_time(day, time.removeprefix("at ")) if time else _midnight(day)
    raise ValueError


def _day(parts: dict[str, str | None]) -> date:
    month, year = parts.get("month") or "", parts["year"] or ""
    if first := parts.get("first"):
        one, two = int(first), int(parts["second"] or 0)
        if one <= 12 and two <= 12 and one != two:
            raise NoDateError(AMBIGUOUS)
        day, number = (one, two) if one > 12 or one == two else (two, one)
        return date(int(year), number, day)
    number = int(month) if month.isdecimal() else MONTHS.index(month[:3].lower()) + 1
    before = ERAS[era.upper()] if (era := parts.get("era")) else 0
    return date(before + (1 if year == "元" else int(year)), number, int(parts["day"] or 0))


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001  a day has no zone


def _with_time(day: date, text: str) -> datetime:
    """The time of a day; it has a zone if one is written, else none."""
    try:
        return datetime.fromisoformat(f"{day.isoformat()}T{text}")
    except ValueError:
        pass
    text = text if not text.endswith("時") else f"{text}0分"
    match = TIME.fullmatch(text)
    zone = match and _zone(match["zone"])
    if match is None or zone is None:
        raise ValueError
    hour, half = int(match["hour"]), {"a": 0, "p": 12}.get((match["ampm"] or "").lower()[:1])
    half = {"午前": 0, "午後": 12}.get(match["half"] or "", half)
    if half is not None and hour > 12:
        raise ValueError
    hour = hour if half is None else hour % 12 + half
    time = _midnight(day) + timedelta(
        hours=hour, minutes=int(match["minute"]), seconds=float(match["second"] or 0)
    )
    if time.date() != day:
        raise ValueError
    return time.replace(tzinfo=zone[0])


def _zone(text: str) -> tuple[timezone | None] | None:
    """The zone that a text names, in a tuple, which holds None for an empty text; None for other texts."""
    match = ZONE.fullmatch(text)
    if match is None:
        return (None,) if not text else None
    if not match["sign"]:
        return (UTC,)
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"]))
    return (timezone(offset if match["sign"] == "+" else -offset),)
