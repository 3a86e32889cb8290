"""Records that cannot be processed: they become dead letters with a reason; all others are processed."""

import pytest

from schemas.control import Watermark
from tests.unit.runtime.engine.tiny import Add, Trouble, mark, raw, tiny, written_to
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

SECRET = "sarah.chen@email.com"


def headers(written: list[ProducerRecord]) -> list[dict[str, str]]:
    """The headers of the dead letters."""
    return [
        {name: value.decode() for name, value in record.headers}
        for record in written
        if record.topic == "dead-letters"
    ]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (raw(1, "a", b"{not json"), "undecodable"),
        (raw(1, "a", b"\xff\xfe"), "undecodable"),
        (raw(1, "a", b'{"n": "many"}'), "schema"),
        (raw(1, None, Add(n=1)), "key"),
        (raw(1, "a", Add(n=1, trouble="step")), "step"),
        (raw(1, "a", Add(n=1, trouble="view")), "step"),
        (raw(1, "a", Add(n=1, trouble="timer")), "step"),
        (raw(1, "a", Add(n=1, trouble="encode")), "step"),
        (raw(1, "a", Add(n=1, trouble="big-state")), "too-large"),
        (raw(1, "a", Add(n=1, trouble="big-output")), "too-large"),
    ],
)
@pytest.mark.parametrize("together", [True, False])
def test_a_poison_record_becomes_a_dead_letter(bad: ConsumerRecord, reason: str, together: bool) -> None:
    """With key, value, position and reason; the state is as before it, and later records are processed."""
    log = [raw(0, "a", Add(n=10)), bad, raw(2, "a", Add(n=100)), raw(3, "b", Add(n=1000))]
    run = Replay(tiny())
    written = [
        record
        for batch in ([log] if together else [[record] for record in log])
        for record in run.feed(batch)
    ]
    dead = [record for record in written if record.topic == "dead-letters"]
    assert [(record.key, record.value) for record in dead] == [(bad.key, bad.value)]
    (letter_headers,) = headers(written)
    assert letter_headers["kairos_reason"] == reason
    assert (
        letter_headers["kairos_topic"],
        letter_headers["kairos_partition"],
        letter_headers["kairos_offset"],
    ) == (
        "inbox",
        "0",
        "1",
    )
    assert letter_headers["ce_id"] == "replay/inbox/0/1"
    assert {key: state.total for key, state in run.states().items()} == {"a": 110, "b": 1000}
    assert [value for _, value in written_to(written, "job-signals")] == [b"10", b"100", b"1000"]
    assert written_to(written, "enriched-profiles")[-2:] == [("sum", b"110"), ("sum", b"1000")]


def test_a_dead_letter_keeps_the_headers_of_its_record() -> None:
    """The version of the record is among them."""
    written = Replay(tiny()).feed([raw(0, "a", b"{", version=(3, 4))])
    assert headers(written)[0]["kairos_version"] == "3.4"


def test_the_error_names_the_field_and_not_its_value() -> None:
    """The validation error has the field and the problem; the value is in the record alone."""
    written = Replay(tiny()).feed([raw(0, "a", b'{"n": "%s"}' % SECRET.encode())])
    error = headers(written)[0]["kairos_error"]
    assert error.startswith("n: ")
    assert "integer" in error
    assert SECRET not in error


def test_a_timer_step_that_raises_disables_the_timer() -> None:
    """There is one dead letter with the key, not one per watermark; the next record arms the timer again."""
    run = Replay(tiny())
    written = run.feed([raw(0, "a", Add(due=10, tick_trouble=True)), raw(1, "b", Add(due=10)), mark(2, 20)])
    (letter_headers,) = headers(written)
    assert (letter_headers["kairos_reason"], letter_headers["kairos_key"]) == ("step", "a")
    assert letter_headers["ce_id"] == "replay/inbox/0/2/a"
    assert written_to(written, "send-decisions") == [("b", b"20")]
    assert run.feed([mark(3, 30)]) == []
    assert written_to(run.feed([raw(4, "a", Add()), mark(5, 40)]), "send-decisions") == [("a", b"40")]


@pytest.mark.parametrize("together", [True, False])
def test_a_record_after_the_failed_timer_arms_it_in_any_batch(together: bool) -> None:
    """The record that repairs the state may be in the same batch as the failing timer or in a later one."""
    log = [raw(0, "a", Add(due=10, tick_trouble=True)), mark(1, 20), raw(2, "a", Add()), mark(3, 30)]
    run = Replay(tiny())
    written = [
        record
        for batch in ([log] if together else [[record] for record in log])
        for record in run.feed(batch)
    ]
    assert written_to(written, "send-decisions") == [("a", b"30")]


def test_the_value_of_a_large_dead_letter_is_truncated() -> None:
    """A dead letter must itself pass through the broker; a header has the original size."""
    written = Replay(tiny()).feed([raw(0, "a", b"x" * 1_040_000)])
    assert headers(written)[0]["kairos_cut_from"] == "1040000"
    assert len(written[0].value or b"") == 900_000


def test_a_reserved_key_is_refused() -> None:
    """A record cannot overwrite the partition's clock."""
    run = Replay(tiny())
    written = run.feed([mark(0, 10), raw(1, "\x00clock", Add(n=1))])
    assert headers(written)[0]["kairos_reason"] == "key"
    assert run.states() == {}


@pytest.mark.parametrize("at", [2**63, 10**30, -(2**63), 253_402_300_800_000])
def test_an_impossible_time_is_refused(at: int) -> None:
    """A timer or a watermark out of range is a dead letter, and the partition goes on."""
    run = Replay(tiny())
    bad = mark(0, 5)._replace(value=Watermark(at=at, wall=5).dumps())
    written = run.feed([bad, raw(1, "a", Add(n=1, due=at)), raw(2, "b", Add(n=2, due=5)), mark(3, 10)])
    assert [letter["kairos_offset"] for letter in headers(written)] == ["0", "1"]
    assert written_to(written, "send-decisions") == [("b", b"10")]


def test_a_watermark_that_cannot_be_read_is_a_dead_letter() -> None:
    """Later watermarks still fire timers."""
    run = Replay(tiny())
    broken = mark(0, 10)._replace(value=b"{}")
    written = run.feed([broken, raw(1, "a", Add(due=5)), mark(2, 20)])
    assert headers(written)[0]["kairos_reason"] == "schema"
    assert written_to(written, "send-decisions") == [("a", b"20")]


@pytest.mark.parametrize("trouble", ["step", "view", "encode", "big-output"])
def test_a_batch_with_poison_gives_the_same_store_as_single_records(trouble: Trouble) -> None:
    """The retry with isolated keys ends in the same bytes as one record at a time."""
    log = [
        raw(0, "a", Add(n=1, due=10)),
        raw(1, "a", Add(n=2, trouble=trouble)),
        mark(2, 15),
        raw(3, "a", Add(n=4, due=20)),
        raw(4, "a", Add(n=8, trouble=trouble)),
        mark(5, 25),
    ]
    whole, singly = Replay(tiny()), Replay(tiny())
    whole.feed(log)
    for record in log:
        singly.feed([record])
    assert whole.stored() == singly.stored()
    assert whole.states()["a"].total == 5


def test_a_round_rolled_back_between_its_timers_keeps_the_other_timers() -> None:
    """Timers that were due but not yet fired when the round was rolled back fire in the retry."""
    run = Replay(tiny())
    run.feed([raw(0, "a", Add(due=10)), raw(1, "c", Add(due=5))])
    run.feed([raw(2, "c", Add(n=1, trouble="encode", tick_trouble=True)), mark(3, 20)])
    assert run.states()["a"].seen[-1] == "tick 20"
    assert run.states()["c"].seen == ["add 0 at None", "tick 20"]
