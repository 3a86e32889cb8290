"""Records for the worker `learn`, and the three stages one behind the other on the replay runner."""

from collections.abc import Iterable, Sequence
from typing import Any

from schemas.control import Watermark
from schemas.learning import VariationOutcome, VariationScore
from schemas.mail import Email, Engagement, MailClick, MailVariation
from schemas.model import Model, from_epoch_ms
from workers.learn.stage import MAILS, OUTCOMES, evidence_stage
from workers.recommend.variations.evidence import WINDOW_MS, LearningRules
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import WATERMARK_KEY, cloud_headers, event_type, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

NOW = 1_800_000_000_000
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
RULES = LearningRules(half_life_days=10)
BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Safari/605.1.15"
Entry = tuple[str, Model, int]  # topic, value, and when it is read


def variation(arm: str = "warm", segment: str = "en", reason: str = "drawn") -> MailVariation:
    """A choice among two arms."""
    return MailVariation(arm=arm, segment=segment, probabilities={"warm": 0.7, "brief": 0.3}, reason=reason)


def email(decision: str, at: int = NOW, chosen: MailVariation | None = None) -> Entry:
    """A mail that was written, with the choice of its variation."""
    values = Email.EXAMPLES[0] | {"id": decision, "decision_id": decision, "person": "p"}
    mail = Email.model_validate(values | {"written_at": at}).model_copy(update={"variation": chosen})
    return "emails", mail, at


def outcome(
    decision: str, kind: Any, at: int, click: MailClick | None = None, read_at: int | None = None
) -> Entry:
    """An outcome at a time, which may be read later."""
    value = Engagement(decision_id=decision, person="p", outcome=kind, at=from_epoch_ms(at), click=click)
    return "engagements", value, at if read_at is None else read_at


def mail(decision: str, at: int = NOW, **chosen: Any) -> list[Entry]:
    """A mail that was written, and handed over a second later."""
    return [email(decision, at - SECOND, variation(**chosen)), outcome(decision, "sent", at)]


def click(decision: str, at: int, read_at: int | None = None, **fields: Any) -> Entry:
    """A person's click, but for the fields given."""
    values: dict[str, Any] = {"link": "1", "kind": "job", "user_agent": BROWSER}
    return outcome(decision, "clicked", at, MailClick(**(values | fields)), read_at)


class LearnWorker:
    """The stages of `learn` in memory, one partition; what each writes is the log that the next one reads."""

    def __init__(self) -> None:
        self.mails, self.outcomes = Replay(MAILS, "learn"), Replay(OUTCOMES, "learn")
        self.evidence = Replay(evidence_stage(RULES), "learn")
        self.said: list[VariationOutcome] = []
        self.scores: dict[str, VariationScore] = {}
        self._offsets: dict[str, int] = {}

    def read(self, *entries: Entry) -> None:
        """Read records of the input topics, in this order, each as a batch of its own."""
        for topic, value, at in entries:
            headers = tuple(cloud_headers(event_type(topic), "/test", "1", at))
            record = self._record(topic, b"p", value.dumps(), at, headers)
            self.take(self.outcomes, self.mails.feed([record]))

    def pass_time(self, until: int) -> list[ProducerRecord]:
        """A watermark; the outcomes that it brought, after `evidence` has read them."""
        headers = tuple(watermark_headers("/test", until))
        value = Watermark(at=until, wall=until).dumps()
        record = self._record("mail-signals", WATERMARK_KEY, value, until, headers)
        written = self.outcomes.feed([record])
        self.learn(written)
        return written

    def learn(self, outcomes: Sequence[ProducerRecord]) -> None:
        """Let `evidence` read outcomes, which may be repetitions."""
        assert {record.topic for record in outcomes} <= {"variation-outcomes"}
        self.said += [VariationOutcome.loads(record.value or b"") for record in outcomes]
        for record in self.take(self.evidence, outcomes):
            assert record.topic == "variation-scores"
            self.scores[(record.key or b"").decode()] = VariationScore.loads(record.value or b"")

    def take(self, replay: Replay[Any], written: Iterable[ProducerRecord]) -> list[ProducerRecord]:
        """Let a stage read what another wrote; no dead letters."""
        found = list(written)
        assert "dead-letters" not in {record.topic for record in found}, found
        return replay.feed(
            self._record(each.topic, each.key or b"", each.value, each.at, each.headers) for each in found
        )

    def endings(self) -> list[tuple[str, bool, bool]]:
        """What was said, as (decision, whether clicked, whether taken back)."""
        return [(each.decision_id, each.clicked, each.retracted) for each in self.said]

    def counts(self) -> dict[str, tuple[int, int]]:
        """Windows and clicks of all time, by segment and variation."""
        return {key: (score.written, score.clicked) for key, score in self.scores.items()}

    def _record(self, topic: str, key: bytes, value: bytes | None, at: int, headers: Any) -> ConsumerRecord:
        offset = self._offsets.get(topic, -1) + 1
        self._offsets[topic] = offset
        return ConsumerRecord(topic, 0, offset, key, value, at, headers)


def end_of(at: int) -> int:
    """When a mail that was handed over at a time counts as ignored."""
    return at + WINDOW_MS + MINUTE
