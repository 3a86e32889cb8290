"""The texts of profiles, decisions, mails and totals: one line each, without addresses. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from schemas.decision import SendDecision
from schemas.mail import Email, Engagement, MailClick, MailVariation
from schemas.names import full_name
from schemas.permissions import MailPause
from schemas.profile import EnrichedProfile
from workers.learn.stage import UNTAUGHT

SENTENCES = ("subject", "opening")  # types of variations whose arms say nothing to people
DELIVERED = "the mail server has taken it"
# (field, its label in a line)
COUNTS = (
    ("total_orders", "orders"),
    ("number_of_events_attended", "events"),
    ("queued_message_count", "queued"),
    ("total_messages_sent", "sent"),
    ("jobs_viewed", "jobs seen"),
    ("jobs_saved", "jobs saved"),
    ("personalization_score", "score"),
)
VALUES = (
    ("interests", "interests"),
    ("cuisine_preference", "cuisines"),
    ("dietary_restrictions", "diet"),
    ("age", "age"),
    ("gender", "gender"),
    ("occupation", "occupation"),
    ("relationship_status", "relationship"),
    ("table_type_preference", "table"),
    ("home_neighborhood", "home"),
    ("work_neighborhood", "work"),
)


def name_of(profile: EnrichedProfile | None) -> str:
    """The name of a person; empty when it is not known."""
    return "" if profile is None else full_name(profile.name, profile.email) or ""


def profile_text(before: EnrichedProfile | None, after: EnrichedProfile | None) -> str | None:
    """What changed between two profiles; None when nothing that is shown did."""
    if after is None:
        return "deleted" if before else None
    if before is None:
        return f"new: {profile_summary(after)}"
    parts = [
        f"{label} {getattr(before, field)}→{getattr(after, field)}"
        for field, label in COUNTS
        if getattr(before, field) != getattr(after, field)
    ]
    parts[:0] = [
        f"{label}: {value_text(getattr(after, field))}"
        for field, label in VALUES
        if getattr(before, field) != getattr(after, field)
    ]
    friends = [name for name in after.friends if name not in before.friends]
    if friends:
        parts.append(f"new friends: {', '.join(friends)}")
    if len(after.upcoming_events) > len(before.upcoming_events):
        parts.append(f"will attend: {after.upcoming_events[-1].name}")
    return ", ".join(parts) or None


def profile_summary(profile: EnrichedProfile) -> str:
    """The main counts, the first friends and the score of a profile."""
    parts = [f"events {profile.number_of_events_attended}", f"orders {profile.total_orders}"]
    parts += [f"friends: {', '.join(profile.friends[:3])}"] if profile.friends else []
    return ", ".join([*parts, f"score {profile.personalization_score}"])


def value_text(value: object) -> str:
    """The value of a field as text."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def decision_text(decision: SendDecision | None) -> str:
    """The verdict with rule and reason, and until when a wait lasts, in local time."""
    if decision is None:
        return "withdrawn"
    head = decision.verdict if decision.reason is None else f"{decision.verdict} ({decision.reason})"
    tail = "" if decision.until is None else f"; until {local_time(decision.until)}"
    return f"{head}: {decision.because}{tail}"


def local_time(at: datetime) -> str:
    """A time as day and minute in the local zone."""
    return at.astimezone().strftime("%b %d %H:%M")


def mail_text(mail: Email) -> str:
    """The subject, preceded by the language when it is not English, followed by the model if one wrote it."""
    text = mail.subject if mail.language == "en" else f"({mail.language}) {mail.subject}"
    return text if mail.model is None else f"{text} (by {mail.model})"


def click_text(click: MailClick | None) -> str:
    """Which link of the mail was followed."""
    return "follows a link" if click is None or not click.link else f"follows the link {click.link}"


def outcome_text(said: Engagement) -> str:
    """Why a mail was not delivered."""
    return said.outcome if said.detail is None else f"{said.outcome}: {said.detail}"


def learnt_text(variation: MailVariation, mail: Email | None) -> str:
    """For what a click speaks, in which segment; or that the person is for comparison only.

    That is the subject of the mail, and the arms of all that was chosen but sentences; without the mail the
    one arm of the variation.
    """
    if variation.reason in UNTAUGHT:
        return f"a click of somebody in the {variation.reason} group, for comparison only"
    if mail is None:
        return f"a click for {variation.arm} in {variation.segment}"
    arms = [each.arm for each in mail.choices if each.type not in SENTENCES]
    chosen = f" ({', '.join(arms)})" if arms else ""
    return f"a click for “{mail.subject}”{chosen} in {variation.segment}"


def totals_text(decisions: Iterable[SendDecision]) -> str:
    """`200 people: 31 send, 12 ask, 157 wait (cooldown 90, …)`."""
    rows = list(decisions)
    verdicts = Counter(decision.verdict for decision in rows)
    reasons = Counter(decision.reason for decision in rows if decision.verdict == "wait")
    by_count = sorted(reasons.items(), key=lambda item: (-item[1], item[0] or ""))
    waiting = ", ".join(f"{reason} {count}" for reason, count in by_count)
    text = f"{len(rows)} people: {verdicts['send']} send, {verdicts['ask']} ask, {verdicts['wait']} wait"
    return f"{text} ({waiting})" if waiting else text


def pause_text(subject: str, pause: MailPause | None) -> str:
    """What is paused or goes on, by whom and why."""
    if pause is None:
        return f"goes on: {subject}"
    why = f": {pause.why}" if pause.why else ""
    return f"{'paused' if pause.paused else 'goes on'}: {subject}, by {pause.by}{why}"
