"""The plan of an invitation: the event that it shows, and the values that its texts may name. Pure.

Whatever comes from a record is looked at here, as in the plan of a mail of jobs: what cannot be shown as it
is, is left out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date as Day
from typing import NamedTuple

from workers.writing.days_in_words import day_in_words, moment_in_words, time_in_words
from workers.writing.gate.values import usable_value
from workers.writing.models import EmailLanguage
from workers.writing.plan import LONGEST, LONGEST_IN_SUBJECT

LONGEST_REASON = 120
NAMED_IN_SUBJECT = frozenset(["event.title"])
BARE_NUMBER = re.compile(r"[\d.,\s]+")  # of which currency is not known


class ToldReason(NamedTuple):
    """Why somebody is invited: the code, and the sentence."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class InvitedTo:
    """An event as its record has it, with the reasons by weight. What is not known is None."""

    event_id: str
    title: str
    day: Day
    clock: str | None = None
    zone: str | None = None
    venue: str | None = None
    area: str | None = None
    host: str | None = None
    price: str | None = None
    reasons: tuple[ToldReason, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PlannedEvent:
    """An event as it is shown; what is empty is left out."""

    event_id: str
    title: str
    when: str
    venue: str = ""
    area: str = ""
    host: str = ""
    price: str = ""
    reasons: tuple[ToldReason, ...] = ()
    url: str | None = None


@dataclass(frozen=True)
class InvitePlan:
    """The event of an invitation, and the values of its tokens."""

    person: str
    language: EmailLanguage
    name: str | None
    event: PlannedEvent
    values: Mapping[str, str]
    style: Mapping[str, str] = field(default_factory=dict)

    @property
    def codes(self) -> frozenset[str]:
        """The kinds of the reasons: classes, which say nothing of a record."""
        return frozenset(reason.code for reason in self.event.reasons)

    @property
    def required(self) -> dict[str, frozenset[str]]:
        """The tokens that a part must name: the subject the title, if that has a value."""
        return {"subject": NAMED_IN_SUBJECT & self.values.keys()}


def invite_plan(
    *, person: str, language: EmailLanguage, name: str | None, of: InvitedTo, most_reasons: int = 3
) -> InvitePlan | None:
    """The plan of an invitation; None for an event that cannot be shown."""
    event = planned_event(of, language, most_reasons)
    if event is None:
        return None
    return InvitePlan(
        person=person,
        language=language,
        name=usable_value(name or "", LONGEST["name"]),
        event=event,
        values=values_of_event(event, of, language),
    )


def planned_event(of: InvitedTo, language: EmailLanguage, most_reasons: int) -> PlannedEvent | None:
    """An event as it can be shown; None if its title cannot, or none of its reasons."""
    title = usable_value(of.title, LONGEST["title"])
    reasons = tuple(
        ToldReason(code, said) for code, text in of.reasons if (said := usable_value(text, LONGEST_REASON))
    )
    if not title or not reasons:
        return None
    price = usable_value(of.price or "", LONGEST["salary"]) or ""
    return PlannedEvent(
        event_id=of.event_id,
        title=title,
        when=moment_in_words(of.day, of.clock, of.zone, language),
        venue=usable_value(of.venue or "", LONGEST["location"]) or "",
        area=usable_value(of.area or "", LONGEST["location"]) or "",
        host=usable_value(of.host or "", LONGEST["company"]) or "",
        price="" if BARE_NUMBER.fullmatch(price) else price,
        reasons=reasons[:most_reasons],
        url=of.url,
    )


def values_of_event(event: PlannedEvent, of: InvitedTo, language: EmailLanguage) -> dict[str, str]:
    """The values of the tokens; what is too long for a sentence is cut."""
    values = {"event.date": day_in_words(of.day, language)}
    if of.clock is not None:
        values["event.time"] = time_in_words(of.clock, of.zone)
    for name, shown in (("title", event.title), ("venue", event.venue), ("host", event.host)):
        if short := usable_value(shown, LONGEST_IN_SUBJECT[language]):
            values[f"event.{name}"] = short
    return values
