"""The summary in English."""

from collections.abc import Callable

from schemas.profile.summary.english_events import Voice, attendance, habits, named, upcoming
from schemas.profile.summary.english_forms import listed, with_article
from schemas.profile.summary.facts import NEEDS_NAMED_UP_TO, SummaryFacts
from schemas.profile.summary.lexicon import Word

VOICES = {
    "she": Voice("She", "She's", "has", "is", "s", "Her", "her"),
    "he": Voice("He", "He's", "has", "is", "s", "His", "his"),
    "they": Voice("They", "They're", "have", "are", "", "Their", "their"),
}


SAID = frozenset({"said", "job_ja", "field_ja", "life_ja"})  # kinds of occupations that are quoted


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


def predicates(parts: list[str]) -> str:
    """Verbs with their objects as a list; two get a comma if the first contains a list itself."""
    return ", and ".join(parts) if len(parts) == 2 and " and " in parts[0] else listed(parts)


def background(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about age, occupation, home and work."""
    job, home, works = facts.occupation, facts.home, working(facts)
    noun, kind = person(facts), job.kind if job else ""
    both = facts.works_where_they_live and kind != "field"
    if noun:
        living = f" living {'and working ' if both else ''}{inside(home)}" if home else ""
        return f"{voice.are} {with_article(noun)}{living}{f' who {works}' if works and not both else ''}."
    parts = [f"is {facts.age} years old"] if facts.age else []
    parts += [f"is {job.en}"] if job and kind == "state" else []
    lives = ("both lives and works" if parts else "lives and works") if both else "lives"
    parts += [f"{lives} {inside(home)}"] if home else []
    parts += [works] if works and not both else []
    parts += [f"describes {voice.their} occupation as {job.en}"] if job and kind in SAID else []
    return f"{voice.they} {predicates(parts)}." if parts else ""


def person(facts: SummaryFacts) -> str:
    """Age and occupation as one noun (`32-year-old nurse`); empty if they need a verb."""
    job, years = facts.occupation, f"{facts.age}-year-old" if facts.age else ""
    if job is None or job.kind in SAID or (job.kind in ("state", "field") and not years):
        return ""
    if job.kind == "state":
        return f"{job.en} {years}"
    return years if job.kind == "field" else f"{years} {job.en}".lstrip()


def working(facts: SummaryFacts) -> str:
    """The predicate about the field and the place of work."""
    job, work = facts.occupation, facts.work
    field = f" in {job.en}" if job and job.kind == "field" else ""
    return f"works{field}{f' {inside(work)}' if work else ''}" if field or work else ""


def inside(place: Word) -> str:
    """A neighbourhood with its preposition, or an adverb: `in SOMA`, `from home`."""
    return place.en if place.kind == "way" else f"in {place.en}"


def tastes(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about the kind of eater, interests and table."""
    table = facts.table.en if facts.table and facts.table.kind != "said" else ""
    eater = facts.eater.en if facts.eater else ""
    interested = f"interested in {named(facts.interests)}" if facts.interests else ""
    if not eater and not interested:
        return f"{voice.they} prefer{voice.s} {table}." if table else ""
    described = f"{eater} {interested}".strip()
    preferring = (f", preferring {table}" if interested else f" who prefers {table}") if table else ""
    return f"{voice.are} {described}{preferring}."


def table_said(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence that quotes which table is preferred."""
    if facts.table is None or facts.table.kind != "said":
        return ""
    return f"{voice.they} describe{voice.s} {voice.their} preferred table as {facts.table.en}."


def needs(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about food that is needed or avoided, and allergies."""
    food, allergies, avoided = (
        named(facts.needs.get(kind, []), NEEDS_NAMED_UP_TO) for kind in ("food", "allergy", "avoided")
    )
    parts = [f"need{voice.s} {food} food"] if food else []
    parts += [f"avoid{voice.s} {avoided}"] if avoided else []
    subject = voice.they if parts else voice.are
    if allergies:
        parts.append(f"{voice.be} allergic to {allergies}" if parts else f"allergic to {allergies}")
    return f"{subject} {predicates(parts)}." if parts else ""


def needs_said(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence that quotes dietary restrictions in other words."""
    said = named(facts.needs.get("said", []), NEEDS_NAMED_UP_TO)
    return f"{voice.they} describe{voice.s} {voice.their} dietary restrictions as {said}." if said else ""


def hosts_and_cuisines(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about favorite hosts and cuisines."""
    parts = []
    if facts.hosts:
        attend = "attended" if facts.level == "lapsed" else f"attend{voice.s}"
        parts.append(f"frequently {attend} events hosted by {named(facts.hosts)}")
    if enjoyed := enjoyable(facts.cuisines):
        parts.append(f"enjoy{voice.s} {enjoyed}")
    if said := [cuisine for cuisine in facts.cuisines if cuisine.kind == "said"]:
        cuisines = "favorite cuisines" if said[1:] else "a favorite cuisine"
        parts.append(f"name{voice.s} {named(said)} as {cuisines}")
    return f"{voice.they} {predicates(parts)}." if parts else ""


def enjoyable(cuisines: list[Word]) -> str:
    """`Italian and Thai cuisine venues and sushi`: without those that are quoted."""
    of_countries = [cuisine for cuisine in cuisines if cuisine.kind == ""]
    venues = [f"{named(of_countries)} cuisine venues"] if of_countries else []
    return listed([*venues, *[cuisine.en for cuisine in cuisines if cuisine.kind == "dish"]])


def company(facts: SummaryFacts, voice: Voice) -> str:
    """The sentence about relationship and friends; `single` is left out if there are friends."""
    status, friends = facts.relationship, coming_with(facts, voice)
    if status is None or (status.kind == "single" and friends):
        return f"{voice.they} {friends}." if friends else ""
    described = f"describe{voice.s} {voice.their} relationship status as {status.en}"
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


def status(facts: SummaryFacts, voice: Voice) -> str:
    """The sentences about being on the team, and about missing details."""
    team = f"{voice.are} on the team." if facts.on_team else ""
    details = "More details are needed to write personally." if facts.needs_details else ""
    return f"{team} {details}".strip()


SENTENCES: tuple[Callable[[SummaryFacts, Voice], str], ...] = (
    background,
    tastes,
    table_said,
    needs,
    needs_said,
    attendance,
    habits,
    hosts_and_cuisines,
    company,
    upcoming,
    status,
)
