"""The sixth step: what people do with messages, as evidence of the arms that were chosen for them. Pure.

A click within WINDOW of the hand-over counts for the arms; a window without one counts against them, but not
before it has closed. Openings say nothing and are ignored, and so are clicks of programs. Reports may come in
any order and more than once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from schemas.mail import MOMENT, NO_TIME, READ_ERRORS, Engagement
from workers.mail.engine.errors import FeedbackError
from workers.mail.engine.results import PersonalizationResult, PersonalizedMessage
from workers.recommend.variations.choice import ArmScore

WINDOW = timedelta(hours=72)
MOST_MESSAGES = 10_000  # that are kept
DELIVERED = frozenset(["sent", "delivered"])
CLICKED = frozenset(["clicked", "replied", "applied", "converted"])
FAILED = frozenset(["failed", "bounced", "withdrawn", "expired"])
ENDED = frozenset(["unsubscribed", "complained"])
IGNORED = frozenset(["opened", "open", "written", "queued"])
OUTCOMES = DELIVERED | CLICKED | FAILED | ENDED | IGNORED


class EngagementReport(NamedTuple):
    """What happened to a message, and when; `is_automated`: a program did it, such as a scanner of links."""

    outcome: str
    at: datetime
    is_automated: bool = False


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """What is known of a message: the first time of each kind of report, which no order changes."""

    message: PersonalizedMessage
    sent_at: datetime | None = None
    clicked_at: datetime | None = None
    failed_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def is_learnt(self) -> bool:
        """Whether it is evidence for the choice; what went to the control group and the hold-out is not."""
        return self.message.reason == "drawn"

    @property
    def is_delivered(self) -> bool:
        """Whether it reached its reader: a click says so, too."""
        return self.clicked_at is not None or (self.sent_at is not None and self.failed_at is None)

    @property
    def is_clicked(self) -> bool:
        """Whether the reader clicked within the window."""
        if self.clicked_at is None:
            return False
        return self.sent_at is None or self.clicked_at <= self.sent_at + WINDOW

    def is_closed(self, at: datetime) -> bool:
        """Whether the message counts at a time: it was clicked, or its window is over."""
        if not self.is_delivered:
            return False
        return self.is_clicked or (self.sent_at is not None and at >= self.sent_at + WINDOW)


def report_of(engagement_data: object) -> EngagementReport:
    """The report of a mapping (`outcome`, `at`, perhaps `signals`) or of an Engagement; else FeedbackError.

    `signals` of `automated` (true), or of a `bot_score` of at least 0.5, say that a program did it.
    """
    if isinstance(engagement_data, Engagement):
        return EngagementReport(engagement_data.outcome, bounded(engagement_data.at))
    if not isinstance(engagement_data, Mapping):
        raise FeedbackError(
            f"an engagement is a mapping with outcome and at, not {type(engagement_data).__name__}"
        )
    outcome = engagement_data.get("outcome")
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        raise FeedbackError(f"outcome must be one of {', '.join(sorted(OUTCOMES))}")
    try:
        at = MOMENT.validate_python(engagement_data.get("at"))
    except READ_ERRORS:
        raise FeedbackError("at must be a time, such as 2026-12-01T00:00:00Z") from None
    return EngagementReport(outcome, bounded(at), _is_automated(engagement_data.get("signals")))


def bounded(at: datetime) -> datetime:
    """A time after which a window fits into the calendar."""
    return min(at, datetime.max.replace(tzinfo=UTC) - WINDOW)


def _is_automated(signals: Any) -> bool:
    if not isinstance(signals, Mapping):
        return False
    score = signals.get("bot_score")
    is_bot = isinstance(score, int | float) and not isinstance(score, bool) and score >= 0.5
    return signals.get("automated") is True or is_bot


def message_of(message: object) -> PersonalizedMessage:
    """The message of a result, or itself; FeedbackError for anything else."""
    if isinstance(message, PersonalizationResult):
        return message.message
    if isinstance(message, PersonalizedMessage):
        return message
    raise FeedbackError(f"a message is what personalize_message returned, not {type(message).__name__}")


def feedback_of(record: MessageRecord, report: EngagementReport) -> MessageRecord:
    """A record with a report; the same one twice, and their order, change nothing."""
    if report.is_automated or report.outcome in IGNORED:
        return record
    for kind, field in (
        (DELIVERED, "sent_at"),
        (CLICKED, "clicked_at"),
        (FAILED, "failed_at"),
        (ENDED, "ended_at"),
    ):
        if report.outcome in kind:
            known: datetime | None = getattr(record, field)
            earliest = report.at if known is None else min(known, report.at)
            return replace(record, **{field: earliest})  # type: ignore[arg-type]
    return record


def scores_of(records: Iterable[MessageRecord], segment: str, at: datetime) -> dict[str, ArmScore]:
    """Clicks and their absence of each arm in a segment, of the messages that count at a time."""
    counts: dict[str, tuple[int, int]] = {}
    for record in records:
        if record.message.segment == segment and record.is_learnt and record.is_closed(at):
            for arm in record.message.intended.values():
                clicks, windows = counts.get(arm, (0, 0))
                counts[arm] = (clicks + record.is_clicked, windows + 1)
    return {
        arm: ArmScore(float(clicks), float(windows - clicks), float(windows))
        for arm, (clicks, windows) in counts.items()
    }


class FeedbackLoop:
    """Learns of engagements, in memory: for programs that write few messages, and without services.

    Time passes with the reports: a window is over when a later report says so, or `at`. Of more messages than
    `most` those that were reported of first are forgotten, with what they say.
    """

    def __init__(self, most: int = MOST_MESSAGES) -> None:
        self._most = most
        self._records: dict[str, MessageRecord] = {}
        self._until = NO_TIME
        self._counted: dict[str, dict[str, ArmScore]] = {}

    async def update_model(self, message: object, engagement_data: object) -> None:
        """Take a report about a message; the same one twice counts once. FeedbackError for what is none."""
        known, report = message_of(message), report_of(engagement_data)
        record = self._records.get(known.decision_id, MessageRecord(known))
        self._records[known.decision_id] = feedback_of(record, report)
        if len(self._records) > self._most:
            del self._records[next(iter(self._records))]
        self._until = max(self._until, report.at)
        self._counted.clear()

    @property
    def records(self) -> tuple[MessageRecord, ...]:
        """What is known of each message, in the order of their first reports."""
        return tuple(self._records.values())

    @property
    def until(self) -> datetime:
        """The time of the latest report."""
        return self._until

    def scores(self, segment: str) -> Mapping[str, ArmScore]:
        """The evidence of a segment by arm, as of the latest report."""
        if segment not in self._counted:
            self._counted[segment] = scores_of(self._records.values(), segment, self._until)
        return self._counted[segment]
