"""A mail that varies in several types: each is evidence of its own."""

from typing import Any

import msgspec
from prometheus_client import REGISTRY

from tests.unit.learn.mail_records import (
    DAY,
    HOUR,
    NOW,
    LearnWorker,
    click,
    email,
    end_of,
    outcome,
    variation,
)
from tests.unit.learn.test_report import ended
from workers.learn.app import OutcomeCount
from workers.learn.outcome import KEPT_MS
from workers.learn.state import MailState
from workers.recommend.variations.evidence import WINDOW_MS
from workers.runtime.codec import StructCodec


def test_each_slot_of_a_mail_is_evidence_of_its_own() -> None:
    """P10: one outcome for each; what is taken back is taken back of each."""
    _, written, at = email("a", NOW, variation("subject:b"))
    tone = variation("tone:casual").model_copy(update={"type": "tone"})
    whole = "emails", written.model_copy(update={"variations": [tone]}), at
    worker = LearnWorker()
    worker.read(whole, whole, outcome("a", "sent", NOW), click("a", NOW + HOUR))
    worker.pass_time(end_of(NOW))

    assert worker.counts() == {"en/subject:b": (1, 1), "en/tone:casual": (1, 1)}
    assert [each.variation.type for each in worker.said] == ["subject", "tone"]
    worker.read(outcome("a", "bounced", end_of(NOW) + HOUR))
    worker.pass_time(NOW + WINDOW_MS + KEPT_MS + DAY)
    assert worker.counts() == {"en/subject:b": (0, 0), "en/tone:casual": (0, 0)}
    assert [each.retracted for each in worker.said] == [False, False, True, True]


def test_a_mail_without_a_chosen_subject_teaches_its_other_slots() -> None:
    """Whoever wrote it."""
    _, written, at = email("a", NOW)
    tone = variation("tone:casual").model_copy(update={"type": "tone"})
    worker = LearnWorker()
    worker.read(("emails", written.model_copy(update={"variations": [tone]}), at), outcome("a", "sent", NOW))
    worker.pass_time(end_of(NOW))

    assert worker.counts() == {"en/tone:casual": (1, 0)}


def test_a_state_of_before_there_were_slots_is_read() -> None:
    """Its choice was that of the subject."""
    codec = StructCodec(MailState)
    stored: Any = ("d", "p", 0, NOW, ("warm", "en", {"warm": 1.0}, "drawn"), NOW, [], False, None, 0, NOW)
    state = codec.decode(b"\x01" + msgspec.msgpack.encode(stored))

    assert [(each.type, each.arm) for each in state.choices] == [("subject", "warm")]


def test_outcomes_are_counted_by_arm_and_group() -> None:
    """P10: of these Prometheus tells performance and lift; names beyond a number are `other`."""
    count = OutcomeCount(most_names=3)
    for arm in ("tone:a", "tone:b", "tone:b"):
        count.note(ended(1, type="tone", arm=arm, clicked=True))
    count.note(email("a")[1])

    def row(way: str, arm: str, group: str) -> float | None:
        labels = {"type": way, "arm": arm, "group": group, "ended": "clicked", "said": "said"}
        return REGISTRY.get_sample_value("kairos_variation_outcomes_total", labels)

    assert row("tone", "tone:a", "drawn") == 1
    assert row("tone", "other", "drawn") == 2
    assert row("tone", "tone:b", "drawn") is None
