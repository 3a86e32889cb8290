"""A day and a time as a mail of a language says them. Pure."""

from datetime import date as Day

from workers.writing.models import EmailLanguage

WEEKDAYS = {
    EmailLanguage.ENGLISH: (
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ),
    EmailLanguage.JAPANESE: tuple("月火水木金土日"),
}
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def day_in_words(day: Day, language: EmailLanguage) -> str:
    """`Saturday 5 December 2026`, `2026年12月5日(土)`."""
    weekday = WEEKDAYS[language][day.weekday()]
    if language is EmailLanguage.JAPANESE:
        return f"{day.year}年{day.month}月{day.day}日({weekday})"
    return f"{weekday} {day.day} {MONTHS[day.month - 1]} {day.year}"


def time_in_words(clock: str, zone: str | None) -> str:
    """`19:00`, with the zone if it is not clear which one it is: `19:00 (JST)`."""
    return f"{clock} ({zone})" if zone else clock


def moment_in_words(day: Day, clock: str | None, zone: str | None, language: EmailLanguage) -> str:
    """`Saturday 5 December 2026, 19:00`, `2026年12月5日(土) 19:00`; the day alone without a time."""
    said = day_in_words(day, language)
    if clock is None:
        return said
    between = " " if language is EmailLanguage.JAPANESE else ", "
    return f"{said}{between}{time_in_words(clock, zone)}"
