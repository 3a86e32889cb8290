"""The state of the fleet as its output topics show it, and the screen line of each new record."""

from collections import Counter
from datetime import datetime
from typing import Literal, NamedTuple

from schemas.decision import SendDecision
from schemas.learning import VariationOutcome, VariationScore
from schemas.mail import Email, Engagement
from schemas.permissions import MailPause
from schemas.profile import EnrichedProfile
from workers.demo import texts
from workers.demo.ways import OF_A_CHANGE, OF_A_CLICK, Step, Ways
from workers.learn.stage import UNTAUGHT

OF_A_PERSON = ("enriched-profiles", "send-decisions", "emails", "engagements")
TOPICS = (*OF_A_PERSON, "variation-outcomes", "variation-scores", "dead-letters", "controls")
UNDELIVERED = ("failed", "bounced", "withdrawn", "expired")
Tag = Step | Literal["failed", "leaves", "dead", "pause"]


class ScreenLine(NamedTuple):
    """One line for the screen; `ms` is the time since the database write that caused it, if known."""

    tag: Tag
    person: str
    name: str
    text: str
    ms: int | None = None


class FleetState:
    """The latest profile, decision and mail of every person, what became of the mails, and the latencies.

    `mailed` has the last decision that led to a mail, of everybody. Times are milliseconds of any monotonic
    clock.
    """

    def __init__(self) -> None:
        self.profiles: dict[str, EnrichedProfile] = {}
        self.decisions: dict[str, SendDecision] = {}
        self.mails: dict[str, Email] = {}
        self.mailed: dict[str, SendDecision] = {}
        self.mails_written = 0
        self.dead_letters = 0
        self.pauses: dict[str, MailPause] = {}
        self.ways = Ways()
        self.delivered: set[str] = set()  # decisions
        self.clicked: dict[str, Engagement] = {}  # the first click, by decision
        self.learnt: dict[tuple[str, str], VariationOutcome] = {}  # by decision and type
        self.unsubscribed: set[str] = set()  # people
        self.scores: dict[str, VariationScore] = {}

    def apply(self, topic: str, key: str, value: bytes | None, at: float) -> ScreenLine | None:
        """Apply one record of TOPICS; None when it shows nothing new. Raises ValidationError."""
        if topic == "enriched-profiles":
            return self._apply_profile(key, value, at)
        if topic == "send-decisions":
            return self._apply_decision(key, value, at)
        if topic == "emails":
            return self._apply_mail(key, value, at)
        if topic == "engagements":
            return None if value is None else self._apply_outcome(Engagement.loads(value), at)
        if topic == "variation-outcomes":
            return None if value is None else self._apply_ending(VariationOutcome.loads(value), at)
        if topic == "variation-scores":
            self._apply_score(key, value)
            return None
        if topic == "controls":
            return self._apply_pause(key, value)
        self.dead_letters += 1
        return ScreenLine("dead", "", "", "a record could not be used; see the topic dead-letters")

    def name(self, person: str) -> str:
        """The person's name; empty when it is not known."""
        return texts.name_of(self.profiles.get(person))

    def person_at(self, address: str) -> str | None:
        """Whose address this is; None when it is nobody's."""
        return next((person for person, known in self.profiles.items() if known.email == address), None)

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
        """The number of mails written, and how many people's latest mail has which language and model."""
        languages = Counter(mail.language for mail in self.mails.values())
        models = Counter(mail.model for mail in self.mails.values() if mail.model is not None)
        kinds = [f"{languages['en']} in English", f"{languages['ja']} in Japanese"]
        kinds += [f"{count} by {model}" for model, count in models.most_common()]
        return f"{self.mails_written} written ({', '.join(kinds)})"

    def paused_text(self, at: datetime) -> str:
        """What is paused at a time, in one line; empty when nothing is."""
        subjects = [subject for subject, pause in self.pauses.items() if pause.is_in_force(at)]
        return f"PAUSED, no mails: {', '.join(sorted(subjects))}" if subjects else ""

    def outcomes_text(self) -> str:
        """How many mails were delivered, were clicked, and taught; and how many people unsubscribed."""
        learnt = {decision for decision, _ in self.learnt}
        parts = [
            f"{len(self.delivered)} delivered",
            f"{len(self.clicked)} clicked",
            f"{len(learnt)} learnt",
        ]
        return ", ".join([*parts, f"{len(self.unsubscribed)} unsubscribed"])

    def latency_lines(self) -> list[str]:
        """The median latencies from a change, and from a click, a line each, once there are some."""
        causes = (("change", OF_A_CHANGE), ("click", OF_A_CLICK))
        known = ((cause, self.ways.medians(steps)) for cause, steps in causes)
        return [f"median from a {cause}: {medians}" for cause, medians in known if medians]

    def taught(self) -> tuple[int, int]:
        """The clicks that teach, as the ends of mails say it, and as the scores of variations do."""
        ends = [each for each in self.learnt.values() if each.variation.reason not in UNTAUGHT]
        return len(ends), sum(score.clicked for score in self.scores.values())

    def _apply_profile(self, person: str, value: bytes | None, at: float) -> ScreenLine | None:
        before = self.profiles.pop(person, None)
        after = None if value is None else EnrichedProfile.loads(value)
        if after is not None:
            self.profiles[person] = after
        ms = self.ways.reached(person, "profile", at)
        text = texts.profile_text(before, after)
        if text is None:
            return None
        return ScreenLine("profile", person, texts.name_of(after or before), text, ms)

    def _apply_decision(self, person: str, value: bytes | None, at: float) -> ScreenLine:
        self.decisions.pop(person, None)
        decision = None if value is None else SendDecision.loads(value)
        if decision is not None:
            self.decisions[person] = decision
        leads_on = decision is not None and decision.verdict != "wait"
        if leads_on and decision is not None:
            self.mailed[person] = decision
        ms = self.ways.reached(person, "decision", at, leads_on)
        return ScreenLine("decision", person, self.name(person), texts.decision_text(decision), ms)

    def _apply_mail(self, person: str, value: bytes | None, at: float) -> ScreenLine | None:
        if value is None:
            self.mails.pop(person, None)
            return None
        mail = Email.loads(value).without_parts()  # as the read model has it
        self.mails[person] = mail
        self.mails_written += 1
        ms = self.ways.reached(person, "mail", at)
        return ScreenLine("mail", person, self.name(person), texts.mail_text(mail), ms)

    def _apply_outcome(self, said: Engagement, at: float) -> ScreenLine | None:
        """What became of a mail; each thing is told once."""
        person, decision = said.person, said.decision_id
        if said.outcome == "sent" and decision not in self.delivered:
            self.delivered.add(decision)
            ms = self.ways.reached(person, "delivered", at)
            return ScreenLine("delivered", person, self.name(person), texts.DELIVERED, ms)
        if said.outcome == "clicked" and decision not in self.clicked:
            self.clicked[decision] = said
            ms = self.ways.reached(person, "clicked", at)
            return ScreenLine("clicked", person, self.name(person), texts.click_text(said.click), ms)
        if said.outcome == "unsubscribed" and person not in self.unsubscribed:
            self.unsubscribed.add(person)
            return ScreenLine("leaves", person, self.name(person), "unsubscribed: gets no more mails")
        if said.outcome in UNDELIVERED:
            return ScreenLine("failed", person, self.name(person), texts.outcome_text(said))
        return None

    def _apply_ending(self, said: VariationOutcome, at: float) -> ScreenLine | None:
        """How a mail ended, for one type of its variations: a click, told once, or none in three days."""
        person, place = said.person, (said.decision_id, said.variation.type)
        if said.retracted:
            self.learnt.pop(place, None)
            return None
        if not said.clicked or place in self.learnt:
            return None
        is_first = all(decision != said.decision_id for decision, _ in self.learnt)
        self.learnt[place] = said
        if not is_first:
            return None
        ms = self.ways.reached(person, "learnt", at)
        mail = self.mails.get(person)
        is_of_mail = mail is not None and mail.decision_id == said.decision_id
        text = texts.learnt_text(said.variation, mail if is_of_mail else None)
        return ScreenLine("learnt", person, self.name(person), text, ms)

    def _apply_score(self, key: str, value: bytes | None) -> None:
        self.scores.pop(key, None)
        if value is not None:
            self.scores[key] = VariationScore.loads(value)

    def _apply_pause(self, subject: str, value: bytes | None) -> ScreenLine:
        self.pauses.pop(subject, None)
        pause = None if value is None else MailPause.under(subject, value)
        if pause is not None:
            self.pauses[subject] = pause
        return ScreenLine("pause", "", "", texts.pause_text(subject, pause))
