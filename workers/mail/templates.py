"""The writer without a model: whole sentences, chosen by which facts the brief has. Pure.

A text states nothing that is not in the brief: such a mail is a real one, good enough to be sent.
"""

from collections.abc import Iterable

from schemas.decision import Brief, SendDecision
from workers.mail.phrases import PHRASES, Phrases
from workers.mail.writer import MailText

MAX_NAMES = 3  # of one kind in one sentence
MAX_NAME_CHARACTERS = 60


class TemplateWriter:
    """Writes from the templates of the brief's language; it cannot fail."""

    async def write(self, decision: SendDecision) -> MailText:
        """Return the text for a decision to send or ask."""
        return compose(decision)


def compose(decision: SendDecision) -> MailText:
    """The text for a decision, from its brief only; every fact of the brief may be missing."""
    brief = decision.brief or Brief()
    phrases = PHRASES[brief.language]
    if decision.verdict == "ask":
        subject = phrases.subject_ask
        body: tuple[str, ...] = (phrases.ask, question_of(brief), phrases.ask_reply)
    else:
        subject, body = send_subject(brief, phrases), send_body(brief, phrases)
    return MailText(subject, greeting(brief), body, phrases.closing, "template")


def question_of(brief: Brief) -> str:
    """The question in one line, an open one if there is none."""
    return " ".join((brief.question or "").split()) or PHRASES[brief.language].open_question


def greeting(brief: Brief) -> str:
    """The greeting, by name when it is known; every writer uses it, so that no model gets the name."""
    phrases = PHRASES[brief.language]
    name = join_names([brief.first_name or ""], phrases)
    return phrases.hello_name.format(name=name) if name else phrases.hello


def send_subject(brief: Brief, phrases: Phrases) -> str:
    """The subject by the first fact that is known: an upcoming event, a host, a venue, an interest."""
    return next(iter(known_subjects(brief, phrases).values()), phrases.subject)


def known_subjects(brief: Brief, phrases: Phrases) -> dict[str, str]:
    """The subject of each fact that is known, by its name, the first one first."""
    subjects = (
        ("event", brief.upcoming_events, phrases.subject_upcoming),
        ("host", brief.favorite_hosts, phrases.subject_host),
        ("venue", brief.venues, phrases.subject_venue),
        ("interest", brief.interests, phrases.subject_interest),
    )
    return {
        name: subject.format(names=names)
        for name, facts, subject in subjects
        if (names := join_names(facts, phrases, limit=1))
    }


def send_body(brief: Brief, phrases: Phrases) -> tuple[str, ...]:
    """The paragraphs: upcoming events, past hosts and venues, interests, and how to reply."""
    known = known_paragraphs(brief, phrases)
    if not known.keys() & {"event", "host", "venue"}:
        return phrases.nothing, *known.values(), phrases.reply
    return *known.values(), phrases.reply


def known_paragraphs(brief: Brief, phrases: Phrases) -> dict[str, str]:
    """The paragraph of each fact that is known, by its name; hosts and venues are one paragraph, `host`."""
    upcoming = join_names(brief.upcoming_events, phrases, limit=2)
    hosts = join_names(brief.favorite_hosts, phrases)
    venues = join_names(brief.venues, phrases)
    interests = join_names(brief.interests, phrases)
    past = phrases.hosts_and_venues if venues else phrases.hosts
    paragraphs = {
        "event": phrases.upcoming.format(upcoming=upcoming) if upcoming else "",
        "host": past.format(hosts=hosts, venues=venues) if hosts else "",
        "venue": phrases.venues.format(venues=venues) if venues and not hosts else "",
        "interest": phrases.interests.format(interests=interests) if interests else "",
    }
    return {name: paragraph for name, paragraph in paragraphs.items() if paragraph}


def join_names(names: Iterable[str], phrases: Phrases, limit: int = MAX_NAMES) -> str:
    """Names as one phrase, "a, b and c"; blank and repeated names are left out, long ones are cut."""
    normalized = [" ".join(name.replace("_", " ").split()) for name in names]
    chosen = list(dict.fromkeys(shortened(name) for name in normalized if name))[:limit]
    if len(chosen) < 2:
        return "".join(chosen)
    return phrases.comma.join(chosen[:-1]) + phrases.last + chosen[-1]


def shortened(name: str) -> str:
    """A name of at most MAX_NAME_CHARACTERS; a longer one ends in an ellipsis."""
    if len(name) <= MAX_NAME_CHARACTERS:
        return name
    return name[: MAX_NAME_CHARACTERS - 1].rstrip() + "…"
