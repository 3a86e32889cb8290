"""The sentences of the English summary that are about events."""

import re
from typing import NamedTuple

from schemas.profile.summary.english_forms import ago, ahead, counted, lasting, listed
from schemas.profile.summary.facts import NAMED_UP_TO, SummaryFacts
from schemas.profile.summary.lexicon import Word
from schemas.profile.summary.phrases import is_phrase, quoted

INVITES = re.compile(r"(?:join|come|meet|let['’]?s|save|sign|register|don['’]?t|get|book)\b", re.IGNORECASE)


class Voice(NamedTuple):
    """The words for the person in a sentence: the name in the first sentence, then a pronoun."""

    they: str
    are: str
    have: str
    be: str
    s: str
    whose: str  # at the beginning of a sentence
    their: str


def named(words: list[Word], limit: int = NAMED_UP_TO, others: str = "more") -> str:
    """The words as a list; those beyond the limit are replaced by `others`."""
    texts = [word.en for word in words[:limit]]
    return listed([*texts, others] if len(words) > limit else texts)


def at(venue: Word | None) -> str:
    """A venue with its preposition and a blank before it; empty for None."""
    if venue is None:
        return ""
    return f" {venue.en}" if venue.kind == "online" else f" at {venue.en}"


def attendance(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about the number of events and the last one."""
    if not facts.events:
        ordered = f"placed {counted(facts.orders, 'order')} but {voice.have} " if facts.orders else ""
        return f"{voice.are} new and {voice.have} {ordered}not attended an event yet."
    if facts.level == "lapsed" and facts.days is not None:
        return lapsed(facts, voice, facts.days)
    events, last = counted(facts.events, "event"), last_time(facts)
    if facts.level == "active":
        user = "an active, long-time user" if facts.long_time else "an active user"
        return f"{voice.are} {user} who has attended {events}{span(facts)}{last}."
    if facts.events == 1:
        return f"{voice.they} {voice.have} attended one event so far{last}."
    return f"{voice.are} an occasional guest who has attended {events}{span(facts)}{last}."


def lapsed(facts: SummaryFacts, voice: Voice, days: int) -> str:
    """The sentence about a person who has not attended an event for long."""
    where = at(facts.last_venue)
    if facts.events == 1:
        return (
            f"{voice.are} currently inactive; {voice.their} only event was {lasting(days, round)} ago{where}."
        )
    last = f"; the last was{where}" if where else ""
    none = f"none in the past {lasting(days, int)}"
    return f"{voice.are} currently inactive, having attended {facts.events} events but {none}{last}."


def span(facts: SummaryFacts) -> str:
    """The time since the first event, if it is one and a half months or more."""
    is_long = facts.events > 1 and facts.since_first >= 46  # days: one and a half months
    return f" over the past {lasting(facts.since_first, round)}" if is_long else ""


def last_time(facts: SummaryFacts) -> str:
    """When and where the last event was."""
    if facts.days is None:
        return ""
    return f",{' most recently' if facts.events > 1 else ''} {ago(facts.days)}{at(facts.last_venue)}"


def habits(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about favorite event types and the venue that is visited repeatedly."""
    past, types = facts.level == "lapsed", facts.event_types
    keep = f"{'kept' if past else f'keep{voice.s}'} returning to {facts.venue.en}" if facts.venue else ""
    if not types:
        return f"{voice.they} {keep}." if keep else ""
    also = f", and {voice.they.lower()} {keep}" if keep else ""
    return f"{voice.whose} favorite events {'were' if past else 'are'} {named(types)}{also}."


def upcoming(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about the next event."""
    event = facts.upcoming
    if event is None:
        return ""
    when = "" if event.days is None else ahead(event.days)
    circumstances = f"{when}{at(event.venue)}".strip()
    name = event.name if is_phrase(event.name) and not INVITES.match(event.name) else quoted(event.name)
    described = ", ".join([part for part in (name, circumstances) if part])
    further = event.further
    if not described:
        return f"{voice.are} signed up for {'an event' if not further else f'{further + 1} events'}."
    follow = f", with {'one' if further == 1 else further} more to follow" if further else ""
    return f"{voice.whose} {'next event is' if facts.events else 'first event will be'} {described}{follow}."
