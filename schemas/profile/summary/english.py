"""The summary in English."""

from collections.abc import Callable
from typing import NamedTuple

from schemas.profile.summary.english_forms import ago, ahead, counted, lasting, listed, with_article
from schemas.profile.summary.facts import NAMED_UP_TO, NEEDS_NAMED_UP_TO, SummaryFacts
from schemas.profile.summary.lexicon import Word


class Voice(NamedTuple):
    """How a sentence speaks of the person: by name at first, then by pronoun."""

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
    """All sentences that have something to say."""
    later = VOICES[facts.gender.kind if facts.gender else "they"]
    name = facts.name or "This person"
    voice = Voice(name, f"{name} is", "has", "is", "s", f"{name}'s", later.their)
    said = []
    for sentence in SENTENCES:
        if text := sentence(facts, voice):
            said.append(text)
            voice = later
    return " ".join(said)


def named(words: list[Word], limit: int = NAMED_UP_TO, rest: str = "more") -> str:
    """The words as a list; what is beyond the limit is `more`."""
    texts = [word.en for word in words[:limit]]
    return listed([*texts, rest] if len(words) > limit else texts)


def predicates(parts: list[str]) -> str:
    """Verbs with their objects as a list; a comma keeps two of them apart when the first is a list itself."""
    return ", and ".join(parts) if len(parts) == 2 and " and " in parts[0] else listed(parts)


def background(facts: SummaryFacts, voice: Voice) -> str:
    """Age, occupation, where they live and work."""
    job, home, works = facts.occupation, facts.home, working(facts)
    who, kind = person(facts), job.kind if job else ""
    both = facts.works_where_they_live and kind != "field"
    if who:
        living = f" living {'and working ' if both else ''}in {home.en}" if home else ""
        return f"{voice.are} {with_article(who)}{living}{f' who {works}' if works and not both else ''}."
    parts = [f"is {counted(facts.age, 'year')} old"] if facts.age else []
    parts += [f"is {job.en}"] if job and kind == "state" else []
    lives = ("both lives and works" if parts else "lives and works") if both else "lives"
    parts += [f"{lives} in {home.en}"] if home else []
    parts += [works] if works and not both else []
    return f"{voice.they} {predicates(parts)}." if parts else ""


def person(facts: SummaryFacts) -> str:
    """What somebody is, as one noun (`32-year-old nurse`); empty when it takes a verb."""
    job, years = facts.occupation, f"{facts.age}-year-old" if facts.age else ""
    if job is None or (job.kind in ("state", "field") and not years):
        return ""
    if job.kind == "state":
        return f"{job.en} {years}"
    return years if job.kind == "field" else f"{years} {job.en}".lstrip()


def working(facts: SummaryFacts) -> str:
    """In which field and where somebody works."""
    job, place = facts.occupation, facts.work
    field = f" in {job.en}" if job and job.kind == "field" else ""
    where = f" {place.en}" if place and place.kind == "way" else f" in {place.en}" if place else ""
    return f"works{field}{where}" if field or where else ""


def tastes(facts: SummaryFacts, voice: Voice) -> str:
    """What kind of eater they are, interests, table."""
    table = facts.table.en if facts.table else ""
    eater = facts.eater.en if facts.eater else ""
    interested = f"interested in {named(facts.interests)}" if facts.interests else ""
    if not eater and not interested:
        return f"{voice.they} prefer{voice.s} {table}." if table else ""
    who = f"{eater} {interested}".strip()
    preferring = (f", preferring {table}" if interested else f" who prefers {table}") if table else ""
    return f"{voice.are} {who}{preferring}."


def needs(facts: SummaryFacts, voice: Voice) -> str:
    """What they must or must not eat."""
    if not facts.needs:
        return ""
    food, allergies, avoided, others = (
        named(facts.needs.get(kind, []), NEEDS_NAMED_UP_TO) for kind in ("food", "allergy", "avoided", "")
    )
    parts = [f"need{voice.s} {food} food"] if food else []
    parts += [f"avoid{voice.s} {avoided}"] if avoided else []
    who = voice.they if parts else voice.are
    if allergies:
        parts.append(f"{voice.be} allergic to {allergies}" if parts else f"allergic to {allergies}")
    said = [f"{who} {predicates(parts)}."] if parts else []
    return " ".join([*said, f"{voice.whose} dietary restrictions include {others}."] if others else said)


def attendance(facts: SummaryFacts, voice: Voice) -> str:
    """How often they came, and when last."""
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
    """Who has not come for long."""
    at = f" at {facts.last_venue.en}" if facts.last_venue else ""
    if facts.events == 1:
        return f"{voice.are} currently inactive; {voice.their} only event was {lasting(days, round)} ago{at}."
    last = f"; the last was{at}" if at else ""
    none = f"none in the past {lasting(days, int)}"
    return f"{voice.are} currently inactive, having attended {facts.events} events but {none}{last}."


def span(facts: SummaryFacts) -> str:
    """Over how many months or years, when it is more than one."""
    many = facts.events > 1 and facts.since_first >= 46  # one and a half months
    return f" over the past {lasting(facts.since_first, round)}" if many else ""


def last_time(facts: SummaryFacts) -> str:
    """When they came last, and where."""
    at = f" at {facts.last_venue.en}" if facts.last_venue else ""
    if facts.days is None:
        return ""
    return f",{' most recently' if facts.events > 1 else ''} {ago(facts.days)}{at}"


def habits(facts: SummaryFacts, voice: Voice) -> str:
    """What they come for, and where, again and again."""
    past, types = facts.level == "lapsed", facts.event_types
    keep = f"{'kept' if past else f'keep{voice.s}'} returning to {facts.venue.en}" if facts.venue else ""
    if not types:
        return f"{voice.they} {keep}." if keep else ""
    also = f", and {voice.they.lower()} {keep}" if keep else ""
    return f"{voice.whose} favorite events {'were' if past else 'are'} {named(types)}{also}."


def hosts_and_cuisines(facts: SummaryFacts, voice: Voice) -> str:
    """Hosts they come back to, cuisines they like."""
    parts = []
    if facts.hosts:
        attend = "attended" if facts.level == "lapsed" else f"attend{voice.s}"
        parts.append(f"frequently {attend} events hosted by {named(facts.hosts)}")
    if facts.cuisines:
        parts.append(f"enjoy{voice.s} {named(facts.cuisines)} cuisine venues")
    return f"{voice.they} {predicates(parts)}." if parts else ""


def company(facts: SummaryFacts, voice: Voice) -> str:
    """A relationship, and friends they come with; being single is said of those who come alone."""
    status, friends = facts.relationship, coming_with(facts, voice)
    if status is None or (status.kind == "single" and friends):
        return f"{voice.they} {friends}." if friends else ""
    described = f'describe{voice.s} {voice.their} relationship status as "{status.en}"'
    known = f"{voice.are} {status.en}" if status.kind else f"{voice.they} {described}"
    return f"{known}{f' and {friends}' if friends else ''}."


def coming_with(facts: SummaryFacts, voice: Voice) -> str:
    """With which friends they come."""
    if not facts.friends:
        return ""
    attend = "attended" if facts.level == "lapsed" else f"attend{voice.s}"
    names, others = facts.friends_named()
    rest = [] if not others else ["one other" if others == 1 else f"{others} others"]
    friends = "friends" if facts.friends[1:] else "friend"
    return f"often {attend} with {voice.their} {friends} {listed(names + rest)}"


def upcoming(facts: SummaryFacts, voice: Voice) -> str:
    """What they are signed up for next."""
    event = facts.upcoming
    if event is None:
        return ""
    when = "" if event.days is None else ahead(event.days)
    place = " ".join([part for part in (when, f"at {event.venue.en}" if event.venue else "") if part])
    what = ", ".join([part for part in (event.name, place) if part])
    if not what:
        return f"{voice.are} signed up for {'an event' if not event.more else f'{event.more + 1} events'}."
    more = f", with {'one' if event.more == 1 else event.more} more to follow" if event.more else ""
    return f"{voice.whose} {'next event is' if facts.events else 'first event will be'} {what}{more}."


def status(facts: SummaryFacts, voice: Voice) -> str:
    """Whether they are one of us, and whether more must be known to write personally."""
    team = f"{voice.are} on the team." if facts.on_team else ""
    more = "More details are needed to write personally." if facts.needs_details else ""
    return f"{team} {more}".strip()


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
