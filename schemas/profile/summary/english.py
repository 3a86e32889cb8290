"""The summary in English."""

from collections.abc import Callable
from typing import NamedTuple

from schemas.profile.summary.english_forms import ago, ahead, counted, lasting, listed, with_article
from schemas.profile.summary.facts import NAMED_UP_TO, NEEDS_NAMED_UP_TO, SummaryFacts
from schemas.profile.summary.lexicon import Word


class Voice(NamedTuple):
    """The words for the person in a sentence: the name in the first sentence, then a pronoun."""

    they: str
    are: str
    have: str
    be: str
    s: str
    whose: str  # at the beginning of a sentence
    their: str


VOICES = {
    "she": Voice("She", "She's", "has", "is", "s", "Her", "her"),
    "he": Voice("He", "He's", "has", "is", "s", "His", "his"),
    "they": Voice("They", "They're", "have", "are", "", "Their", "their"),
}


def paragraph(facts: SummaryFacts) -> str:
    """All sentences for which the facts are known."""
    later = VOICES[facts.gender.kind if facts.gender else "they"]
    name = facts.name or "This person"
    voice = Voice(name, f"{name} is", "has", "is", "s", f"{name}'s", later.their)
    texts = []
    for sentence in SENTENCES:
        if text := sentence(facts, voice):
            texts.append(text)
            voice = later
    return " ".join(texts)


def named(words: list[Word], limit: int = NAMED_UP_TO, others: str = "more") -> str:
    """The words as a list; those beyond the limit are replaced by `others`."""
    texts = [word.en for word in words[:limit]]
    return listed([*texts, others] if len(words) > limit else texts)


def predicates(parts: list[str]) -> str:
    """Verbs with their objects as a list; two get a comma if the first contains a list itself."""
    return ", and ".join(parts) if len(parts) == 2 and " and " in parts[0] else listed(parts)


def background(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about age, occupation, home and work."""
    job, home, works = facts.occupation, facts.home, working(facts)
    noun, kind = person(facts), job.kind if job else ""
    both = facts.works_where_they_live and kind != "field"
    if noun:
        living = f" living {'and working ' if both else ''}in {home.en}" if home else ""
        return f"{voice.are} {with_article(noun)}{living}{f' who {works}' if works and not both else ''}."
    parts = [f"is {counted(facts.age, 'year')} old"] if facts.age else []
    parts += [f"is {job.en}"] if job and kind == "state" else []
    lives = ("both lives and works" if parts else "lives and works") if both else "lives"
    parts += [f"{lives} in {home.en}"] if home else []
    parts += [works] if works and not both else []
    return f"{voice.they} {predicates(parts)}." if parts else ""


def person(facts: SummaryFacts) -> str:
    """Age and occupation as one noun (`32-year-old nurse`); empty if they need a verb."""
    job, years = facts.occupation, f"{facts.age}-year-old" if facts.age else ""
    if job is None or (job.kind in ("state", "field") and not years):
        return ""
    if job.kind == "state":
        return f"{job.en} {years}"
    return years if job.kind == "field" else f"{years} {job.en}".lstrip()


def working(facts: SummaryFacts) -> str:
    """The predicate about the field and the place of work."""
    job, work = facts.occupation, facts.work
    field = f" in {job.en}" if job and job.kind == "field" else ""
    where = f" {work.en}" if work and work.kind == "way" else f" in {work.en}" if work else ""
    return f"works{field}{where}" if field or where else ""


def tastes(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about the kind of eater, interests and table."""
    table = facts.table.en if facts.table else ""
    eater = facts.eater.en if facts.eater else ""
    interested = f"interested in {named(facts.interests)}" if facts.interests else ""
    if not eater and not interested:
        return f"{voice.they} prefer{voice.s} {table}." if table else ""
    described = f"{eater} {interested}".strip()
    preferring = (f", preferring {table}" if interested else f" who prefers {table}") if table else ""
    return f"{voice.are} {described}{preferring}."


def needs(facts: SummaryFacts, voice: Voice) -> str:
    """The sentences about dietary restrictions."""
    if not facts.needs:
        return ""
    food, allergies, avoided, others = (
        named(facts.needs.get(kind, []), NEEDS_NAMED_UP_TO) for kind in ("food", "allergy", "avoided", "")
    )
    parts = [f"need{voice.s} {food} food"] if food else []
    parts += [f"avoid{voice.s} {avoided}"] if avoided else []
    subject = voice.they if parts else voice.are
    if allergies:
        parts.append(f"{voice.be} allergic to {allergies}" if parts else f"allergic to {allergies}")
    texts = [f"{subject} {predicates(parts)}."] if parts else []
    return " ".join([*texts, f"{voice.whose} dietary restrictions include {others}."] if others else texts)


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
    at = f" at {facts.last_venue.en}" if facts.last_venue else ""
    if facts.events == 1:
        return f"{voice.are} currently inactive; {voice.their} only event was {lasting(days, round)} ago{at}."
    last = f"; the last was{at}" if at else ""
    none = f"none in the past {lasting(days, int)}"
    return f"{voice.are} currently inactive, having attended {facts.events} events but {none}{last}."


def span(facts: SummaryFacts) -> str:
    """The time since the first event, if it is one and a half months or more."""
    is_long = facts.events > 1 and facts.since_first >= 46  # days: one and a half months
    return f" over the past {lasting(facts.since_first, round)}" if is_long else ""


def last_time(facts: SummaryFacts) -> str:
    """When and where the last event was."""
    at = f" at {facts.last_venue.en}" if facts.last_venue else ""
    if facts.days is None:
        return ""
    return f",{' most recently' if facts.events > 1 else ''} {ago(facts.days)}{at}"


def habits(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about favorite event types and the venue that is visited repeatedly."""
    past, types = facts.level == "lapsed", facts.event_types
    keep = f"{'kept' if past else f'keep{voice.s}'} returning to {facts.venue.en}" if facts.venue else ""
    if not types:
        return f"{voice.they} {keep}." if keep else ""
    also = f", and {voice.they.lower()} {keep}" if keep else ""
    return f"{voice.whose} favorite events {'were' if past else 'are'} {named(types)}{also}."


def hosts_and_cuisines(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about favorite hosts and cuisines."""
    parts = []
    if facts.hosts:
        attend = "attended" if facts.level == "lapsed" else f"attend{voice.s}"
        parts.append(f"frequently {attend} events hosted by {named(facts.hosts)}")
    if facts.cuisines:
        parts.append(f"enjoy{voice.s} {named(facts.cuisines)} cuisine venues")
    return f"{voice.they} {predicates(parts)}." if parts else ""


def company(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about relationship and friends; `single` is left out if there are friends."""
    status, friends = facts.relationship, coming_with(facts, voice)
    if status is None or (status.kind == "single" and friends):
        return f"{voice.they} {friends}." if friends else ""
    described = f'describe{voice.s} {voice.their} relationship status as "{status.en}"'
    known = f"{voice.are} {status.en}" if status.kind else f"{voice.they} {described}"
    return f"{known}{f' and {friends}' if friends else ''}."


def coming_with(facts: SummaryFacts, voice: Voice) -> str:
    """The predicate about friends."""
    if not facts.friends:
        return ""
    attend = "attended" if facts.level == "lapsed" else f"attend{voice.s}"
    names, others = facts.friends_named()
    others_text = [] if not others else ["one other" if others == 1 else f"{others} others"]
    friends = "friends" if facts.friends[1:] else "friend"
    return f"often {attend} with {voice.their} {friends} {listed(names + others_text)}"


def upcoming(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about the next event."""
    event = facts.upcoming
    if event is None:
        return ""
    when = "" if event.days is None else ahead(event.days)
    circumstances = " ".join([part for part in (when, f"at {event.venue.en}" if event.venue else "") if part])
    described = ", ".join([part for part in (event.name, circumstances) if part])
    further = event.further
    if not described:
        return f"{voice.are} signed up for {'an event' if not further else f'{further + 1} events'}."
    follow = f", with {'one' if further == 1 else further} more to follow" if further else ""
    return f"{voice.whose} {'next event is' if facts.events else 'first event will be'} {described}{follow}."


def status(facts: SummaryFacts, voice: Voice) -> str:
    """The sentences about being on the team, and about missing details."""
    team = f"{voice.are} on the team." if facts.on_team else ""
    details = "More details are needed to write personally." if facts.needs_details else ""
    return f"{team} {details}".strip()


SENTENCES: tuple[Callable[[SummaryFacts, Voice], str], ...] = (
    background,
    tastes,
    needs,
    attendance,
    habits,
    hosts_and_cuisines,
    company,
    upcoming,
    status,
)
