"""All that was heard of the fleet, kept by person, and what is new in each record."""

from collections import Counter
from statistics import median
from typing import Literal, NamedTuple

from schemas.decision import SendDecision
from schemas.mail import Email
from schemas.profile import EnrichedProfile
from workers.demo import tell

TOPICS = ("enriched-profiles", "send-decisions", "emails", "dead-letters")
FORGOTTEN_MS = 5_000  # what comes later has another cause than the change
Tag = Literal["change", "profile", "decision", "mail", "dead"]


class News(NamedTuple):
    """One line for the screen; `ms` is the time since the change that led to it, if it is known."""

    tag: Tag
    person: str
    name: str
    text: str
    ms: int | None = None


class Tally:
    """The latest profile, decision and mail of everybody; `pending` is when a person was changed last.

    Times are milliseconds of any clock that only grows.
    """

    def __init__(self) -> None:
        self.profiles: dict[str, EnrichedProfile] = {}
        self.decisions: dict[str, SendDecision] = {}
        self.mails: dict[str, Email] = {}
        self.written = 0
        self.dead = 0
        self.to_profile: list[float] = []
        self.to_decision: list[float] = []
        self._pending: dict[tuple[str, str], float] = {}

    def changed(self, person: str, at: float) -> None:
        """A person's record was changed: the next profile and decision of theirs are measured."""
        for topic in TOPICS[:2]:
            self._pending[topic, person] = at

    def hear(self, topic: str, person: str, value: bytes | None, at: float) -> News | None:
        """Take in one record of TOPICS; None when it shows nothing new. Raises ValidationError."""
        if topic == "enriched-profiles":
            return self._profile(person, value, at)
        if topic == "send-decisions":
            return self._decision(person, value, at)
        if topic == "emails":
            return self._mail(person, value)
        self.dead += 1
        return News("dead", "", "", "a record could not be used; see the topic dead-letters")

    def name(self, person: str) -> str:
        """The person's name."""
        return tell.name_of(self.profiles.get(person))

    def ready(self, people: int) -> bool:
        """Whether so many people have a profile and a decision on fully read sources, and the mails exist."""
        decided = [one for one in self.decisions.values() if one.reason != "sources"]
        mails = {one.id for one in decided if one.verdict != "wait"}
        return (
            len(self.profiles) >= people
            and len(decided) >= people
            and mails <= {mail.decision_id for mail in self.mails.values()}
        )

    def mails_text(self) -> str:
        """How many mails were written, and in which languages."""
        languages = Counter(mail.language for mail in self.mails.values())
        return f"{self.written} written ({languages['en']} in English, {languages['ja']} in Japanese)"

    def medians(self) -> tuple[float, float] | None:
        """The median milliseconds from a change to the profile and to the decision; None before the first."""
        if not self.to_profile or not self.to_decision:
            return None
        return median(self.to_profile), median(self.to_decision)

    def _profile(self, person: str, value: bytes | None, at: float) -> News | None:
        before = self.profiles.pop(person, None)
        after = None if value is None else EnrichedProfile.loads(value)
        if after is not None:
            self.profiles[person] = after
        ms = self._took("enriched-profiles", person, at, self.to_profile)
        text = tell.profile_text(before, after)
        if text is None:
            return None
        return News("profile", person, tell.name_of(after or before), text, ms)

    def _decision(self, person: str, value: bytes | None, at: float) -> News:
        self.decisions.pop(person, None)
        decision = None if value is None else SendDecision.loads(value)
        if decision is not None:
            self.decisions[person] = decision
        ms = self._took("send-decisions", person, at, self.to_decision)
        return News("decision", person, self.name(person), tell.decision_text(decision), ms)

    def _mail(self, person: str, value: bytes | None) -> News | None:
        if value is None:
            self.mails.pop(person, None)
            return None
        mail = Email.loads(value)
        self.mails[person] = mail
        self.written += 1
        return News("mail", person, self.name(person), tell.mail_text(mail))

    def _took(self, topic: str, person: str, at: float, times: list[float]) -> int | None:
        since = self._pending.pop((topic, person), None)
        if since is None or at - since > FORGOTTEN_MS:
            return None
        times.append(at - since)
        return round(at - since)
