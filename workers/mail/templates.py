"""The writer that needs no model: whole sentences, chosen by which facts there are. Pure.

Nothing is promised that the brief does not say. Subjects begin with `[MOCK] `, so that nobody takes such a
mail for the real one.
"""

from collections.abc import Iterable

from schemas.decision import Brief, SendDecision
from workers.mail.phrases import PHRASES, Phrases
from workers.mail.writer import Text

MOCK = "[MOCK] "
NAMES = 3  # of one kind in one sentence
NAME = 60  # characters


class TemplateWriter:
    """Writes from the templates of the brief's language; it cannot fail."""

    async def write(self, decision: SendDecision) -> Text:
        """The text for a decision to send or ask."""
        return compose(decision)


def compose(decision: SendDecision) -> Text:
    """The text for a decision, from its brief alone; every fact of the brief may be missing."""
    brief = decision.brief or Brief()
    phrases = PHRASES[brief.language]
    if decision.verdict == "ask":
        subject = phrases.subject_ask
        asked = " ".join((brief.question or "").split()) or phrases.open_question
        body: tuple[str, ...] = (phrases.ask, asked, phrases.ask_reply)
    else:
        subject, body = send_subject(brief, phrases), send_body(brief, phrases)
    return Text(MOCK + subject, greeting(brief), body, phrases.closing, "template")


def greeting(brief: Brief) -> str:
    """The greeting, by name when there is one; every writer uses it, so that no model is told the name."""
    phrases = PHRASES[brief.language]
    name = listed([brief.first_name or ""], phrases)
    return phrases.hello_name.format(name=name) if name else phrases.hello


def send_subject(brief: Brief, phrases: Phrases) -> str:
    """The subject by the best fact: an event to come, a host, a venue, an interest, or none."""
    rows = (
        (brief.upcoming_events, phrases.subject_upcoming),
        (brief.favorite_hosts, phrases.subject_host),
        (brief.venues, phrases.subject_venue),
        (brief.interests, phrases.subject_interest),
    )
    for facts, subject in rows:
        if names := listed(facts, phrases, most=1):
            return subject.format(names=names)
    return phrases.subject


def send_body(brief: Brief, phrases: Phrases) -> tuple[str, ...]:
    """The paragraphs: what is to come, what has been, what they like, and how to answer."""
    upcoming = listed(brief.upcoming_events, phrases, most=2)
    hosts, venues = listed(brief.favorite_hosts, phrases), listed(brief.venues, phrases)
    interests = listed(brief.interests, phrases)
    past = {
        (True, True): phrases.hosts_and_venues,
        (True, False): phrases.hosts,
        (False, True): phrases.venues,
        (False, False): "" if upcoming else phrases.nothing,
    }[bool(hosts), bool(venues)]
    paragraphs = (
        phrases.upcoming.format(upcoming=upcoming) if upcoming else "",
        past.format(hosts=hosts, venues=venues),
        phrases.interests.format(interests=interests) if interests else "",
        phrases.reply,
    )
    return tuple(paragraph for paragraph in paragraphs if paragraph)


def listed(names: Iterable[str], phrases: Phrases, most: int = NAMES) -> str:
    """Some names as one phrase, "a, b and c"; blanks and repetitions are left out, long ones are cut."""
    tidy = [" ".join(name.replace("_", " ").split()) for name in names]
    short = [name if len(name) <= NAME else name[: NAME - 1].rstrip() + "…" for name in tidy if name]
    chosen = list(dict.fromkeys(short))[:most]
    if len(chosen) < 2:
        return "".join(chosen)
    return phrases.comma.join(chosen[:-1]) + phrases.last + chosen[-1]
