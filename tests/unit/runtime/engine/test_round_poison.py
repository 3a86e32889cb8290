"""Records that cannot be used: they become dead letters with a reason, and everything else goes on."""

import pytest

from schemas.control import Watermark
from tests.unit.runtime.engine.tiny import Add, Trouble, mark, raw, said, tiny
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

SECRET = "sarah.chen@email.com"


def headers(written: list[ProducerRecord]) -> list[dict[str, str]]:
    """The headers of the dead letters."""
    return [
        {name: value.decode() for name, value in one.headers}
        for one in written
        if one.topic == "dead-letters"
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
    """It is kept as it came, with place and reason; the state is as before, what follows is processed."""
    good = [raw(0, "a", Add(n=10)), bad, raw(2, "a", Add(n=100)), raw(3, "b", Add(n=1000))]
    run = Replay(tiny())
    written = [one for batch in ([good] if together else [[one] for one in good]) for one in run.feed(batch)]
    dead = [one for one in written if one.topic == "dead-letters"]
    assert [(one.key, one.value) for one in dead] == [(bad.key, bad.value)]
    (said_of,) = headers(written)
    assert said_of["kairos_reason"] == reason
    assert (said_of["kairos_topic"], said_of["kairos_partition"], said_of["kairos_offset"]) == (
        "inbox",
        "0",
        "1",
    )
    assert said_of["ce_id"] == "replay/inbox/0/1"
    assert {key: state.total for key, state in run.states().items()} == {"a": 110, "b": 1000}
    assert [value for _, value in said(written, "job-signals")] == [b"10", b"100", b"1000"]
    assert said(written, "enriched-profiles")[-2:] == [("sum", b"110"), ("sum", b"1000")]


def test_the_record_s_own_headers_stay() -> None:
    """A reader of dead letters finds the version that came with the record."""
    written = Replay(tiny()).feed([raw(0, "a", b"{", version=(3, 4))])
    assert headers(written)[0]["kairos_version"] == "3.4"


def test_the_error_names_the_field_and_not_its_value() -> None:
    """A schema's refusal says which field and what is wrong; what stood there is in the record alone."""
    written = Replay(tiny()).feed([raw(0, "a", b'{"n": "%s"}' % SECRET.encode())])
    error = headers(written)[0]["kairos_error"]
    assert error.startswith("n: ")
    assert "integer" in error
    assert SECRET not in error


def test_a_tick_that_raises_mutes_the_timer() -> None:
    """It fails once with the key's name, not at every watermark; the next record arms the timer again."""
    run = Replay(tiny())
    written = run.feed([raw(0, "a", Add(due=10, tick_trouble=True)), raw(1, "b", Add(due=10)), mark(2, 20)])
    (said_of,) = headers(written)
    assert (said_of["kairos_reason"], said_of["kairos_key"]) == ("step", "a")
    assert said_of["ce_id"] == "replay/inbox/0/2/a"
    assert said(written, "send-decisions") == [("b", b"20")]
    assert run.feed([mark(3, 30)]) == []
    assert said(run.feed([raw(4, "a", Add()), mark(5, 40)]), "send-decisions") == [("a", b"40")]


@pytest.mark.parametrize("together", [True, False])
def test_a_record_behind_the_failed_tick_arms_the_timer_in_any_batch(together: bool) -> None:
    """Whether the record that mends the state comes in the same batch as the failing tick does not matter."""
    log = [raw(0, "a", Add(due=10, tick_trouble=True)), mark(1, 20), raw(2, "a", Add()), mark(3, 30)]
    run = Replay(tiny())
    written = [one for batch in ([log] if together else [[one] for one in log]) for one in run.feed(batch)]
    assert said(written, "send-decisions") == [("a", b"30")]


def test_a_value_that_leaves_no_room_is_cut() -> None:
    """A dead letter must itself pass through the broker; it says how long the value was."""
    written = Replay(tiny()).feed([raw(0, "a", b"x" * 1_040_000)])
    assert headers(written)[0]["kairos_cut_from"] == "1040000"
    assert len(written[0].value or b"") == 900_000


def test_a_key_that_could_be_ours_is_refused() -> None:
    """A record cannot write over the partition's clock."""
    run = Replay(tiny())
    written = run.feed([mark(0, 10), raw(1, "\x00clock", Add(n=1))])
    assert headers(written)[0]["kairos_reason"] == "key"
    assert run.states() == {}


@pytest.mark.parametrize("at", [2**63, 10**30, -(2**63), 253_402_300_800_000])
def test_a_time_that_is_none_is_refused(at: int) -> None:
    """Neither a timer nor a watermark beyond all time can stop the partition."""
    run = Replay(tiny(reports="watermarks"))
    bad = mark(0, 5)._replace(value=Watermark(at=at, wall=5).dumps())
    written = run.feed([bad, raw(1, "a", Add(n=1, due=at)), raw(2, "b", Add(n=2, due=5)), mark(3, 10)])
    assert [one["kairos_offset"] for one in headers(written)] == ["0", "1"]
    assert said(written, "send-decisions") == [("b", b"10")]
    assert [one.key for one in written if one.topic == "watermarks"] == [b"tiny/inbox/0"]


def test_a_watermark_that_cannot_be_read_is_a_dead_letter() -> None:
    """A control record with other bytes does not stop the time of those behind it."""
    run = Replay(tiny())
    broken = mark(0, 10)._replace(value=b"{}")
    written = run.feed([broken, raw(1, "a", Add(due=5)), mark(2, 20)])
    assert headers(written)[0]["kairos_reason"] == "schema"
    assert said(written, "send-decisions") == [("a", b"20")]


@pytest.mark.parametrize("trouble", ["step", "view", "encode", "big-output"])
def test_a_batch_with_poison_gives_the_store_of_single_batches(trouble: Trouble) -> None:
    """The careful second way through a batch ends in the same bytes as one record at a time."""
    log = [
        raw(0, "a", Add(n=1, due=10)),
        raw(1, "a", Add(n=2, trouble=trouble)),
        mark(2, 15),
        raw(3, "a", Add(n=4, due=20)),
        raw(4, "a", Add(n=8, trouble=trouble)),
        mark(5, 25),
    ]
    one, many = Replay(tiny()), Replay(tiny())
    one.feed(log)
    for record in log:
        many.feed([record])
    assert one.stored() == many.stored()
    assert one.states()["a"].total == 5


def test_a_round_undone_in_the_middle_of_its_ticks_keeps_the_timers_of_the_others() -> None:
    """Keys that were due and not ticked yet when the round had to go again are ticked in the second way."""
    run = Replay(tiny())
    run.feed([raw(0, "a", Add(due=10)), raw(1, "c", Add(due=5))])
    run.feed([raw(2, "c", Add(n=1, trouble="encode", tick_trouble=True)), mark(3, 20)])
    assert run.states()["a"].seen[-1] == "tick 20"
    assert run.states()["c"].seen == ["add 0 at None", "tick 20"]
