"""The stage `people` on its inbox: retractions, repetitions, poison, job signals, and silence."""

from typing import Any

import pytest

from schemas.control import Watermark
from schemas.fact_base import FactBase
from schemas.facts import FACT
from schemas.jobs import JobSignal, signal_version
from schemas.model import Version
from tests.world import ms
from topics.catalog import BY_NAME
from workers.people.bounds import MAX_RETRACTIONS
from workers.people.facts import apply_fact
from workers.people.policy import Policy
from workers.people.stage import stage
from workers.people.state import PersonState, StoredPerson
from workers.people.state_formats import PersonCodec
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import WATERMARK_KEY, version_of, watermark_headers
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

NOW = ms("2024-02-10")
USER = {"id": "a", "email": "ann@x.jp"}


def fact(kind: str, id_: str, value: Any, time: int = 1, at: int = NOW) -> FactBase:
    validated = FACT.validate_python(
        {"kind": kind, "id": id_, "version": (1, time), "at": at, "value": value}
    )
    assert isinstance(validated, FactBase)
    return validated


def batch(*messages: FactBase | int, begin: int = 0) -> list[ConsumerRecord]:
    """An inbox of one partition: facts for person a, and watermarks (times; 0 waits for a source)."""
    records = []
    for offset, message in enumerate(messages, begin):
        if isinstance(message, int):
            waiting = [] if message else ["orders"]
            value = Watermark(at=message, wall=message or NOW + 1, waiting=waiting).dumps()
            headers = tuple(watermark_headers("/test", message))
            records.append(ConsumerRecord("inbox", 0, offset, WATERMARK_KEY, value, message, headers))
        else:
            records.append(ConsumerRecord("inbox", 0, offset, b"a", message.dumps(), NOW))
    return records


def written(*messages: FactBase | int) -> list[ProducerRecord]:
    return Replay(stage(Policy())).feed(batch(*messages))


def values_of(topic: str, outputs: list[ProducerRecord]) -> list[bytes | None]:
    return [output.value for output in outputs if output.topic == topic]


def test_facts_without_a_user_emit_nothing() -> None:
    """Without a user document there is neither profile nor decision, and no deletion of one."""
    order = fact("order", "orders/o", {"id": "o", "user_id": "a"})
    assert written(order, fact("user", "users/a", None), NOW) == []


def test_a_poison_fact_does_not_prevent_the_profile_of_other_facts() -> None:
    """A fact of an impossible time becomes a dead letter; the facts before it are still emitted."""
    poison = fact("order", "orders/o", {"id": "o", "user_id": "a"}, at=10**18)
    outputs = written(fact("user", "users/a", USER), poison, NOW)

    assert len(values_of("dead-letters", outputs)) == 1
    (profile,) = values_of("enriched-profiles", outputs)
    assert profile is not None
    assert b'"total_orders":0' in profile
    assert len(values_of("send-decisions", outputs)) == 1


def test_a_fact_of_the_year_2100_delays_nothing() -> None:
    """Once a watermark is known it counts as that, and so does a wrong time that was stored before."""
    year_2100 = ms("2100-01-01")
    for facts in (
        (NOW, fact("user", "users/a", USER, at=year_2100)),
        (fact("user", "users/a", USER, at=year_2100), NOW, fact("user", "users/a", USER, 2)),
    ):
        replay = Replay(stage(Policy()))
        outputs = replay.feed(batch(*facts, NOW + 1))
        assert len(values_of("send-decisions", outputs)) == 1
        assert [state.stored.as_of for state in replay.states().values()] == [NOW]


def test_a_timer_that_changes_nothing_emits_no_profile() -> None:
    """The profile is emitted with the fact, the decision with the watermark."""
    replay = Replay(stage(Policy()))
    records = batch(fact("user", "users/a", USER), NOW)
    first, second = replay.feed(records[:1]), replay.feed(records[1:])
    assert [output.topic for output in first] == ["enriched-profiles"]
    assert [output.topic for output in second] == ["send-decisions"]


def test_while_sources_are_read_for_the_first_time_the_profile_is_said_with_the_decision() -> None:
    """And not for every source; the state is complete in any case. After it each change is said at once."""
    replay = Replay(stage(Policy()))
    first = (fact("user", "users/a", USER), fact("order", "orders/o", {"id": "o", "user_id": "a"}))
    steps = [(0, *first), (NOW,), (fact("order", "orders/p", {"id": "p", "user_id": "a"}),), (NOW + 1,)]
    said, offset = [], 0
    for step in steps:
        outputs = replay.feed(batch(*step, begin=offset))
        said.append([output.topic for output in outputs])
        offset += len(step)

    assert said[:3] == [[], ["send-decisions", "enriched-profiles"], ["enriched-profiles"]]
    at_once = Replay(stage(Policy()))
    at_once.feed(batch(*(message for step in steps for message in step[step[0] == 0 :])))
    assert replay.states()["a"].stored == at_once.states()["a"].stored


def test_a_source_that_never_comes_does_not_keep_the_profile_back() -> None:
    """It is said when it is told again that the source is waited for, with the decision to wait."""
    replay = Replay(stage(Policy()))
    assert replay.feed(batch(0, fact("user", "users/a", USER))) == []
    outputs = replay.feed(batch(0, begin=2))
    assert [output.topic for output in outputs] == ["send-decisions", "enriched-profiles"]


def test_a_user_who_is_deleted_while_sources_are_read_for_the_first_time_is_gone_at_once() -> None:
    """Nothing would fire for somebody without a user document."""
    replay = Replay(stage(Policy()))
    outputs = replay.feed(batch(0, fact("user", "users/a", USER), fact("user", "users/a", None, 2)))
    assert values_of("enriched-profiles", outputs) == [None]


@pytest.mark.parametrize(
    ("facts", "count"),
    [
        ([(1, True)], 1),
        ([(1, True), (2, False)], 0),
        ([(1, True), (2, False), (1, True)], 0),
        ([(2, False), (1, True)], 0),
        ([(1, True), (2, False), (3, True)], 1),
        ([(3, True), (2, False)], 1),
    ],
)
def test_the_newest_version_of_a_fact_counts(facts: list[tuple[int, bool]], count: int) -> None:
    """An older fact that is sent again neither changes nor restores anything."""
    stored = StoredPerson("a")
    for time, exists in facts:
        apply_fact(stored, fact("order", "orders/o", {"id": "o"} if exists else None, time))
    assert len(stored.orders) == count


def test_the_newest_retractions_are_stored_up_to_a_limit() -> None:
    """The oldest are evicted."""
    stored = StoredPerson("a")
    for n in range(MAX_RETRACTIONS + 5):
        apply_fact(stored, fact("order", f"orders/{n}", None, n))
    versions: list[Version] = sorted(stored.retracted.values())
    assert (len(versions), versions[0]) == (MAX_RETRACTIONS, (1, 5))


def job_signals(*facts: FactBase) -> list[tuple[str, str, bool]]:
    signals = [JobSignal.loads(value or b"") for value in values_of("job-signals", written(*facts))]
    return [(signal.job_id, signal.kind, signal.retracted) for signal in signals]


def test_job_signals_follow_the_facts() -> None:
    """Emitted, corrected, moved to another job, retracted; also for people without a user document."""
    view, preference = {"id": "v", "user_id": "a"}, {"id": "p", "user_id": "a", "job_id": "j"}
    assert job_signals(
        fact("job-view", "job-views/v", {**view, "job_id": "j", "time_spent_seconds": 5}, 1),
        fact("job-view", "job-views/v", {**view, "job_id": "j", "time_spent_seconds": 9}, 2),
        fact("job-view", "job-views/v", {**view, "job_id": "k"}, 3),
        fact("job-view", "job-views/v", None, 4),
        fact("job-preference", "job-preferences/p", {**preference, "preference_type": "saved"}, 1),
        fact("job-preference", "job-preferences/p", {**preference, "preference_type": "applied"}, 2),
    ) == [
        ("j", "viewed", False),
        ("j", "viewed", True),
        ("j", "viewed", False),
        ("j", "viewed", True),
        ("k", "viewed", False),
        ("k", "viewed", True),
        ("j", "saved", False),
        ("j", "saved", True),
        ("j", "applied", False),
    ]


def test_signals_are_numbered_by_the_record_that_they_come_from() -> None:
    """So `jobs` knows those that are written again; two of one fact differ."""
    value = {"id": "v", "user_id": "a", "job_id": "j", "viewed_at": "2024-02-01", "time_spent_seconds": 60}
    facts = [fact("job-view", "job-views/v", {**value, "job_id": job}, n) for n, job in enumerate("jk")]
    found = [version_of(record.headers) for record in written(*facts) if record.topic == "job-signals"]
    assert found == [signal_version(0, 0, 0), signal_version(0, 1, 0), signal_version(0, 1, 1)]


def test_a_view_without_a_job_emits_no_signal() -> None:
    """A signal needs the id of a job."""
    assert job_signals(fact("job-view", "job-views/v", {"id": "v", "user_id": "a"})) == []


def test_the_state_codec_refuses_other_formats() -> None:
    """Bytes of another format are refused, equal persons give equal bytes."""
    codec = PersonCodec()
    data = codec.encode(PersonState(StoredPerson("a")))
    assert codec.encode(codec.decode(data)) == data
    with pytest.raises(ValueError, match="format"):
        codec.decode(b"\x09" + data[1:])
    with pytest.raises(ValueError, match="nothing"):
        codec.decode(b"")


def test_deleting_the_user_deletes_profile_and_decision_until_the_user_returns() -> None:
    """Null, once; later facts are applied without outputs and timers; the returning user has them."""
    replay = Replay(stage(Policy()))
    order = fact("order", "orders/o", {"id": "o", "user_id": "a"}, 3)
    records = batch(
        fact("user", "users/a", USER, 1), NOW, fact("user", "users/a", None, 2), NOW + 1, order, NOW + 2,
        fact("user", "users/a", USER, 4),
    )  # fmt: skip
    replay.feed(records[:2])
    deletions = replay.feed(records[2:4])
    assert {(output.topic, output.value) for output in deletions} == {
        ("enriched-profiles", None),
        ("send-decisions", None),
    }
    assert replay.feed(records[4:6]) == []
    (state,) = replay.states().values()
    assert replay.stage.timer(state) is None
    assert state.stored.contact.slot is None
    (profile,) = values_of("enriched-profiles", replay.feed(records[6:]))
    assert profile is not None
    assert b'"total_orders":1' in profile


def test_every_example_of_the_inbox_is_processed() -> None:
    """Every kind of fact goes through the stage without a dead letter."""
    facts = [FACT.validate_python(model.EXAMPLES[0]) for model in BY_NAME["inbox"].payload]  # type: ignore[attr-defined]
    assert len(facts) == 15
    assert values_of("dead-letters", written(*facts, NOW)) == []
