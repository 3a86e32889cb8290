"""What `kairos enrich` prints of a profile: the most important fields, and the messaging decision."""

from collections.abc import Iterable, Mapping
from typing import IO, Any

from rich.console import Console
from rich.padding import Padding

from schemas.model import from_epoch_ms
from workers.people.decision.decide import Judgement
from workers.runtime.process.terminal import safe

RULE = "=" * 80
LabelledFields = tuple[tuple[str, str], ...]  # label, field
DEFAULT: LabelledFields = tuple(
    (name, name) for name in ("age", "occupation", "home_neighborhood", "interests", "cuisine_preference")
)
SECTIONS: tuple[tuple[str, LabelledFields], ...] = (
    ("📋 Default Fields:", DEFAULT),
    (
        "📅 Event-Derived Fields:",
        (
            ("Number of events attended", "number_of_events_attended"),
            ("Last event date", "last_event_date"),
            ("Days since last event", "days_since_last_event"),
            ("Friends", "friends"),
            ("Favorite hosts", "event_history_hosts"),
            ("Venue history", "venue_history"),
        ),
    ),
    (
        "💬 Message-Derived Fields:",
        (
            ("Has queued messages", "has_queued_messages"),
            ("Queued message count", "queued_message_count"),
            ("Last message sent", "last_message_sent_date"),
            ("Can send new message", "can_send_new_message"),
        ),
    ),
    (
        "🎯 Personalization Fields:",
        (
            ("Has enough fields to personalize", "has_enough_fields_to_personalize"),
            ("Is first time user", "is_first_time_user"),
            ("Should request more details", "should_request_more_details"),
            ("Is healthy active user", "is_healthy_active_user"),
            ("Personalization score", "personalization_score"),
        ),
    ),
)
SEND, ASK, WAIT = "SEND PERSONALIZED MESSAGE", "REQUEST MORE USER DETAILS", "WAIT"
Judged = tuple[Mapping[str, Any], Judgement]


def decision(judgement: Judgement) -> str:
    """What the rules of the fleet say; of a wait also why, and until when if that is known."""
    if judgement.verdict != "wait":
        return {"send": SEND, "ask": ASK}[judgement.verdict]
    until = None if judgement.until is None else from_epoch_ms(judgement.until)
    end = "" if until is None else f"; until {until:%Y-%m-%d %H:%M} UTC"
    return f"{WAIT} ({judgement.because}{end})"


def overview(title: str, counts: Mapping[Any, int]) -> list[str]:
    """The lines about the input: a title, and how many documents of each kind were read."""
    numbers = [f"  {name.capitalize()}: {count}" for name, count in counts.items()]
    return [*headed(title), "", "📊 Input Data:", *numbers]


def person(profile: Mapping[str, Any], judgement: Judgement) -> list[str]:
    """The lines about one person's profile, and what is decided by it."""
    lines = ["", *headed(f"👤 User: {profile['email'] or profile['id']}")]
    for title, rows in SECTIONS:
        lines += ["", title, *(f"  {label}: {shown(field, profile[field])}" for label, field in rows)]
    if notes := note_lines(profile["data_quality"]):
        lines += ["", "⚠ Notes on the data:", *(f"  {line}" for line in notes)]
    lines += ["", "📝 Summary:", f"  {profile['summary']}"]
    return [*lines, "", "✅ Messaging Decision:", f"  → {decision(judgement)}"]


def note_lines(quality: Mapping[str, Any]) -> list[str]:
    """A line for each value that could not be read, or contradicts another."""
    return [
        f"{note['document']}: {note['field']}: {note['reason']}"
        for problem in ("malformed", "contradictory")
        for note in quality[problem]
    ]


def shown(field: str, value: Any) -> str:
    """A value as Python prints it; the score is one of a hundred."""
    return f"{value}/100" if field == "personalization_score" else f"{value}"


def headed(title: str) -> list[str]:
    """A title between two rules."""
    return [RULE, title, RULE]


def print_profiles(file: IO[str], head: Iterable[str], profiles: Iterable[Judged]) -> None:
    """Print the lines of `head`, then each profile with its decision."""
    page = Page(file)
    page.print(head)
    for profile, judgement in profiles:
        page.print(person(profile, judgement))


class Page:
    """Prints lines: to a file as they are, to a terminal within its width, keeping their indent."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._console = Console(file=file, highlight=False, emoji=False)

    def print(self, lines: Iterable[str]) -> None:
        """Print lines."""
        if not self._console.is_terminal:
            self._file.writelines(f"{safe(line).plain}\n" for line in lines)
            return
        for line in lines:
            text = line.lstrip(" ")
            fits = text[: self._console.width] if text == RULE else text
            self._console.print(Padding(safe(fits or " "), (0, 0, 0, len(line) - len(text)), expand=False))
