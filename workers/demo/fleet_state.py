"""The state of the fleet as its output topics show it, and the screen line of each new record."""

from collections import Counter
from datetime import datetime
from statistics import median
from typing import Literal, NamedTuple

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.permissions import MailPause
from schemas.profile import EnrichedProfile
from workers.demo import texts

TOPICS = ("enriched-profiles", "send-decisions", "emails", "dead-letters", "controls")
MAX_LATENCY_MS = 5_000  # a record that comes later has another cause than the database write
Tag = Literal["change", "profile", "decision", "mail", "dead", "pause"]


class ScreenLine(NamedTuple):
    """One line for the screen; `ms` is the time since the database write that caused it, if known."""

    tag: Tag
    person: str
    name: str
    text: str
    ms: int | None = None


class FleetState:
    """The latest profile, decision and mail of every person, and the latencies from a write to them.

    Times are milliseconds of any monotonic clock.
    """

    def __init__(self) -> None:
        self.profiles: dict[str, EnrichedProfile] = {}
        self.decisions: dict[str, SendDecision] = {}
        self.mails: dict[str, Email] = {}
        self.mails_written = 0
        self.dead_letters = 0
        self.pauses: dict[str, MailPause] = {}
        self.profile_latencies: list[float] = []
        self.decision_latencies: list[float] = []
        self._written_at: dict[tuple[str, str], float] = {}  # by topic and person

    def start_timing(self, person: str, at: float) -> None:
        """A person's record was written to the database: time their next profile and decision."""
        for topic in TOPICS[:2]:
            self._written_at[topic, person] = at

    def apply(self, topic: str, person: str, value: bytes | None, at: float) -> ScreenLine | None:
        """Apply one record of TOPICS; None when it shows nothing new. Raises ValidationError."""
        if topic == "enriched-profiles":
            return self._apply_profile(person, value, at)
        if topic == "send-decisions":
            return self._apply_decision(person, value, at)
        if topic == "emails":
            return self._apply_mail(person, value)
        if topic == "controls":
            return self._apply_pause(person, value)
        self.dead_letters += 1
        return ScreenLine("dead", "", "", "a record could not be used; see the topic dead-letters")

    def name(self, person: str) -> str:
        """The person's name; empty when it is not known."""
        return texts.name_of(self.profiles.get(person))

    def is_ready(self, people: int) -> bool:
        """Whether that many people have a profile and a decision on complete sources, and the mails exist."""
        decisions = [decision for decision in self.decisions.values() if decision.reason != "sources"]
        expected_mails = {decision.id for decision in decisions if decision.verdict != "wait"}
        return (
            len(self.profiles) >= people
            and len(decisions) >= people
            and expected_mails <= {mail.decision_id for mail in self.mails.values()}
        )

    def mails_text(self) -> str:
        """The number of mails written, and how many people's latest mail is in which language."""
        languages = Counter(mail.language for mail in self.mails.values())
        return f"{self.mails_written} written ({languages['en']} in English, {languages['ja']} in Japanese)"

    def paused_text(self, at: datetime) -> str:
        """What is paused at a time, in one line; empty when nothing is."""
        subjects = [subject for subject, pause in self.pauses.items() if pause.is_in_force(at)]
        return f"PAUSED, no mails: {', '.join(sorted(subjects))}" if subjects else ""

    def median_latencies(self) -> tuple[float, float] | None:
        """The median ms from a write to the profile and to the decision; None until both are known."""
        if not self.profile_latencies or not self.decision_latencies:
            return None
        return median(self.profile_latencies), median(self.decision_latencies)

    def _apply_profile(self, person: str, value: bytes | None, at: float) -> ScreenLine | None:
        before = self.profiles.pop(person, None)
        after = None if value is None else EnrichedProfile.loads(value)
        if after is not None:
            self.profiles[person] = after
        ms = self._stop_timing("enriched-profiles", person, at, self.profile_latencies)
        text = texts.profile_text(before, after)
        if text is None:
            return None
        return ScreenLine("profile", person, texts.name_of(after or before), text, ms)

    def _apply_decision(self, person: str, value: bytes | None, at: float) -> ScreenLine:
        self.decisions.pop(person, None)
        decision = None if value is None else SendDecision.loads(value)
        if decision is not None:
            self.decisions[person] = decision
        ms = self._stop_timing("send-decisions", person, at, self.decision_latencies)
        return ScreenLine("decision", person, self.name(person), texts.decision_text(decision), ms)

    def _apply_mail(self, person: str, value: bytes | None) -> ScreenLine | None:
        if value is None:
            self.mails.pop(person, None)
            return None
        mail = Email.loads(value).without_parts()  # as the read model has it
        self.mails[person] = mail
        self.mails_written += 1
        return ScreenLine("mail", person, self.name(person), texts.mail_text(mail))

    def _apply_pause(self, subject: str, value: bytes | None) -> ScreenLine:
        self.pauses.pop(subject, None)
        pause = None if value is None else MailPause.under(subject, value)
        if pause is not None:
            self.pauses[subject] = pause
        return ScreenLine("pause", "", "", texts.pause_text(subject, pause))

    def _stop_timing(self, topic: str, person: str, at: float, latencies: list[float]) -> int | None:
        """Record the latency since the timed write; None without one, or when it is too old."""
        written_at = self._written_at.pop((topic, person), None)
        if written_at is None or at - written_at > MAX_LATENCY_MS:
            return None
        latencies.append(at - written_at)
        return round(at - written_at)
