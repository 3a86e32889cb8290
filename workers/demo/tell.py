"""What is said about a change, a profile, a decision, a mail: one line each, without addresses. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.names import full_name
from schemas.profile import EnrichedProfile

# field, what it is called in a line
COUNTS = (
    ("total_orders", "orders"),
    ("number_of_events_attended", "events"),
    ("queued_message_count", "queued"),
    ("total_messages_sent", "sent"),
    ("jobs_viewed", "jobs seen"),
    ("jobs_saved", "jobs saved"),
    ("personalization_score", "score"),
)
WORDS = (
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
    """What to call a person; empty when nothing is known."""
    return "" if profile is None else full_name(profile.name, profile.email) or ""


def profile_text(before: EnrichedProfile | None, after: EnrichedProfile | None) -> str | None:
    """What changed between two profiles, None when nothing that can be shown did."""
    if after is None:
        return "deleted" if before else None
    if before is None:
        return f"new: {portrait(after)}"
    parts = [
        f"{label} {getattr(before, field)}→{getattr(after, field)}"
        for field, label in COUNTS
        if getattr(before, field) != getattr(after, field)
    ]
    parts[:0] = [
        f"{label}: {value_text(getattr(after, field))}"
        for field, label in WORDS
        if getattr(before, field) != getattr(after, field)
    ]
    friends = [name for name in after.friends if name not in before.friends]
    if friends:
        parts.append(f"new friends: {', '.join(friends)}")
    if len(after.upcoming_events) > len(before.upcoming_events):
        parts.append(f"will attend: {after.upcoming_events[-1].name}")
    return ", ".join(parts) or None


def portrait(profile: EnrichedProfile) -> str:
    """A profile in a few words."""
    parts = [f"events {profile.number_of_events_attended}", f"orders {profile.total_orders}"]
    parts += [f"friends: {', '.join(profile.friends[:3])}"] if profile.friends else []
    return ", ".join([*parts, f"score {profile.personalization_score}"])


def value_text(value: object) -> str:
    """A value of a field in words."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def decision_text(decision: SendDecision | None) -> str:
    """The verdict and its reason; until when a wait lasts, in local time."""
    if decision is None:
        return "withdrawn"
    head = decision.verdict if decision.reason is None else f"{decision.verdict} ({decision.reason})"
    tail = "" if decision.until is None else f"; until {moment(decision.until)}"
    return f"{head}: {decision.because}{tail}"


def moment(at: datetime) -> str:
    """A day and time, local."""
    return at.astimezone().strftime("%b %d %H:%M")


def mail_text(mail: Email) -> str:
    """The subject, with the language in front when it is not English."""
    return mail.subject if mail.language == "en" else f"({mail.language}) {mail.subject}"


def totals_text(decisions: Iterable[SendDecision]) -> str:
    """`200 people: 31 send, 12 ask, 157 wait (cooldown 90, …)`."""
    found = list(decisions)
    verdicts = Counter(decision.verdict for decision in found)
    reasons = Counter(decision.reason for decision in found if decision.verdict == "wait")
    ordered = sorted(reasons.items(), key=lambda item: (-item[1], item[0] or ""))
    why = ", ".join(f"{reason} {count}" for reason, count in ordered)
    text = f"{len(found)} people: {verdicts['send']} send, {verdicts['ask']} ask, {verdicts['wait']} wait"
    return f"{text} ({why})" if why else text
