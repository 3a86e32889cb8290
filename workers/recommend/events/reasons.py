"""Why a person is invited to an event: the code, and the sentence in English and Japanese.

Friends are counted and never named: who comes is theirs to tell.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from schemas.profile.summary.wording import WordKind, words_of

EventReason = Literal["friends", "host", "event_type", "venue", "place", "cuisine", "interest", "weekday"]
REASONS: tuple[EventReason, ...] = (  # of two with the same points the first is told first
    "friends",
    "host",
    "event_type",
    "venue",
    "place",
    "cuisine",
    "interest",
    "weekday",
)
UNTOLD = ""  # named by what speaks for an event, and is no reason to tell
MOST_LETTERS = 60  # of what a sentence names
ENGLISH: Mapping[EventReason, str] = {
    "friends": "{} people you have met at earlier events are coming",
    "host": "{} hosts it, whose events you have joined before",
    "event_type": "You have joined {} before",
    "venue": "It is at {}, where you have been before",
    "place": "It is close to you: {}",
    "cuisine": "{} is to your taste",
    "interest": "It goes with your interest in {}",
    "weekday": "You often come on {}",
}
JAPANESE: Mapping[EventReason, str] = {
    "friends": "以前のイベントでご一緒した方が{}名参加されます",
    "host": "以前ご参加いただいた{}の会です",
    "event_type": "これまでにも{}にご参加いただいています",
    "venue": "以前お越しいただいた{}で開かれます",
    "place": "お近くの{}で開かれます",
    "cuisine": "お好みの{}のイベントです",
    "interest": "ご関心のある{}に関わるイベントです",
    "weekday": "{}によくご参加いただいています",
}
ONE_FRIEND = {
    "en": "Somebody you have met at earlier events is coming",
    "ja": "以前のイベントでご一緒した方が参加されます",
}
WEEKDAYS = {
    "en": ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"),
    "ja": ("月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"),
}
WORDS: Mapping[EventReason, WordKind] = {
    "host": "hosts",
    "event_type": "event_types",
    "venue": "venues",
    "place": "areas",
    "cuisine": "cuisines",
    "interest": "interests",
}


class WhyInvited(NamedTuple):
    """Why an event was chosen: the points of a reason, and what it names, as the record has it.

    Of friends it is how many, of a weekday its number (Monday: 0).
    """

    code: EventReason
    points: float
    named: str | int


def sentence(why: WhyInvited, language: str) -> str | None:
    """The reason in words, in Japanese for "ja" and in English for any other language.

    None where what it names is nothing that a sentence can have (a link, a sentence, a price).
    """
    spoken = "ja" if language == "ja" else "en"
    named = _named(why, spoken)
    if named is None or len(named) > MOST_LETTERS:
        return None
    if why.code == "friends" and why.named == 1:
        return ONE_FRIEND[spoken]
    return (JAPANESE if spoken == "ja" else ENGLISH)[why.code].format(named)


def _named(why: WhyInvited, language: str) -> str | None:
    if why.code == "weekday":
        return WEEKDAYS[language][int(why.named)]
    if why.code == "friends":
        return str(why.named)
    return next(iter(words_of(WORDS[why.code], [str(why.named)], language)), None)
