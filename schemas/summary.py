"""The summary: a profile as a paragraph of plain English, sentence by sentence."""

from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import NamedTuple

from schemas.names import first_name

BLANK = {"", "none", "null", "n/a", "na", "-", "no"}  # what people enter to say nothing
DIETS = {"vegetarian": "a vegetarian", "vegan": "a vegan", "pescatarian": "a pescatarian"}
COUPLES = {"married", "engaged", "in a relationship", "divorced", "widowed", "separated"}
LONG_AGO_DAYS = 180  # nobody is called active after that
NAMED_UP_TO = 3


class Voice(NamedTuple):
    """How a sentence speaks of the person."""

    they: str
    are: str
    have: str
    their: str
    verb_s: str


VOICES = {
    "female": Voice("She", "She's", "has", "her", "s"),
    "male": Voice("He", "He's", "has", "his", "s"),
}
ANYBODY = Voice("They", "They're", "have", "their", "")
VOICES |= {"woman": VOICES["female"], "f": VOICES["female"], "man": VOICES["male"], "m": VOICES["male"]}


def clean(text: str | None) -> str:
    """The text in single spaces; empty when it says nothing."""
    found = " ".join((text or "").split()).rstrip(".,;")
    return "" if found.lower() in BLANK else found


def cleaned(texts: Iterable[str]) -> list[str]:
    """The texts that say something."""
    return [found for found in map(clean, texts) if found]


def listed(texts: list[str]) -> str:
    """`a`, `a and b`, `a, b, and c`."""
    if len(texts) < 3:
        return " and ".join(texts)
    return f"{', '.join(texts[:-1])}, and {texts[-1]}"


def with_article(noun: str) -> str:
    """The noun with its `a` or `an`; numbers are read out (an 18-year-old)."""
    return f"{'an' if noun[0].lower() in 'aeio8' or noun[:2] in ('11', '18') else 'a'} {noun}"


def occupation_of(profile: SimpleNamespace) -> str:
    """The occupation in the middle of a sentence: small letters, but for abbreviations."""
    words = clean(profile.occupation).split()
    return " ".join(word if len(word) > 1 and word.isupper() else word.lower() for word in words)


def background(profile: SimpleNamespace, voice: Voice) -> str:
    """Age, occupation, where they live and work; always there, because it names the person."""
    name = first_name(clean(profile.name), profile.email) or "This person"
    age, occupation = profile.age, occupation_of(profile)
    home, work = clean(profile.home_neighborhood), clean(profile.work_neighborhood)
    if occupation:
        noun = with_article(f"{age}-year-old {occupation}" if age else occupation)
        living = f" living in {home}" if home else ""
        return f"{name} is {noun}{living}" + (f" who works in {work}." if work else ".")
    parts = [f"is {age} years old"] if age else []
    parts += [f"lives in {home}"] if home else []
    parts += [f"works in {work}"] if work else []
    return f"{name} {listed(parts)}." if parts else f"Little is known about {name.replace('This', 'this')}."


def table_of(profile: SimpleNamespace) -> str:
    """The kind of table, with the word table once."""
    kind = clean(profile.table_type_preference)
    return f"{kind} table" if kind and "table" not in kind.lower() else kind


def tastes(profile: SimpleNamespace, voice: Voice) -> str:
    """Diet, interests, table."""
    noun = next((DIETS[diet.lower()] for diet in profile.dietary_restrictions if diet.lower() in DIETS), "")
    interests = listed(cleaned(profile.interests))
    table = table_of(profile)
    interested = f"interested in {interests}" if interests else ""
    who = " ".join(part for part in (noun, interested) if part)
    if who:
        preferring = f"{',' if interested else ''} preferring {table} experiences" if table else ""
        return f"{voice.are} {who}{preferring}."
    return f"{voice.they} prefer{voice.verb_s} {table} experiences." if table else ""


def diet(profile: SimpleNamespace, voice: Voice) -> str:
    """Dietary needs that are not a word for a person."""
    needs = [need for need in cleaned(profile.dietary_restrictions) if need.lower() not in DIETS]
    return f"Dietary needs: {listed(needs)}." if needs else ""


def relationship(profile: SimpleNamespace, voice: Voice) -> str:
    """A relationship, when there is one to speak of."""
    status = clean(profile.relationship_status).lower()
    return f"{voice.are} {status}." if status in COUPLES else ""


def attendance(profile: SimpleNamespace, voice: Voice) -> str:
    """How often they came, and when last."""
    count, days = profile.number_of_events_attended, profile.days_since_last_event
    if not count:
        return f"{voice.are} new and {voice.have} not attended an event yet."
    active = profile.is_healthy_active_user and (days or 0) <= LONG_AGO_DAYS
    start = f"{voice.are} an active user who has" if active else f"{voice.they} {voice.have}"
    events = "1 event" if count == 1 else f"{count} events"
    return f"{start} attended {events}{span(profile)}{last_time(profile)}."


def span(profile: SimpleNamespace) -> str:
    """Over how many months, when it is more than one."""
    first, count = profile.first_event_date, profile.number_of_events_attended
    months = 0 if first is None else round((profile.as_of.date() - first).days / 30.44)
    return f" over the past {months} months" if months >= 2 and count > 1 else ""


def last_time(profile: SimpleNamespace) -> str:
    """When they came last, and where."""
    days = profile.days_since_last_event
    if days is None:
        return ""
    ago = {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")
    venue = clean(profile.last_event_venue)
    most = ", most recently" if profile.number_of_events_attended > 1 else ","
    return f"{most} {ago}" + (f" at {venue}" if venue else "")


def hosts_and_cuisines(profile: SimpleNamespace, voice: Voice) -> str:
    """Hosts they come back to, cuisines they like."""
    hosts, cuisines = cleaned(profile.favorite_hosts)[:2], cleaned(profile.cuisine_preference)[:2]
    parts = []
    if hosts:
        parts.append(f"frequently attend{voice.verb_s} events hosted by {listed(hosts)}")
    if cuisines:
        parts.append(f"enjoy{voice.verb_s} {listed(cuisines)} cuisine venues")
    return f"{voice.they} {listed(parts)}." if parts else ""


def company(profile: SimpleNamespace, voice: Voice) -> str:
    """Friends they come with."""
    friends = cleaned(profile.friends)[:NAMED_UP_TO]
    word = "friend" if len(friends) == 1 else "friends"
    return (
        f"{voice.they} often attend{voice.verb_s} with {voice.their} {word} {listed(friends)}."
        if friends
        else ""
    )


def needs(profile: SimpleNamespace, voice: Voice) -> str:
    """Whether more must be known to write personally."""
    return "More details are needed to write personally." if profile.should_request_more_details else ""


SENTENCES: tuple[Callable[[SimpleNamespace, Voice], str], ...] = (
    background,
    tastes,
    diet,
    relationship,
    attendance,
    hosts_and_cuisines,
    company,
    needs,
)


def summarise(profile: SimpleNamespace) -> str:
    """The paragraph; `profile` has the fields of an EnrichedProfile, all but the summary."""
    voice = VOICES.get((profile.gender or "").strip().lower(), ANYBODY)
    return " ".join(said for sentence in SENTENCES if (said := sentence(profile, voice)))
