"""Watermarks that are not stored one by one: what comes again after a crash, and that it changes nothing."""

import random

import pytest

from tests.unit.runtime.engine.tiny import Add, ids, mark, raw, tiny
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.state_header import CLOCK_KEY, RESERVED_KEYS
from workers.runtime.engine.unsaved_clock import EVERY_MS, UnsavedClock
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord

WALL = 1_700_000_000_000


def held(unsaved: UnsavedClock) -> dict[str, int]:
    """The offsets from which on records must come again."""
    first = {"other": 3}
    unsaved.hold(first)
    return first


def test_a_watermark_is_stored_when_a_second_has_passed() -> None:
    """Until then the first that is not stored must come again."""
    unsaved, stored = UnsavedClock(), []
    for number, wall in enumerate((WALL, WALL + 1, WALL + EVERY_MS - 1, WALL + EVERY_MS)):
        unsaved.advance(b"%d" % number, ("inbox", 10 + number))
        stored.append((unsaved.take(wall), held(unsaved).get("inbox")))
    assert stored == [(b"0", None), (None, 11), (None, 11), (b"3", None)]
    assert unsaved.take(WALL + 9 * EVERY_MS) is None


@pytest.mark.parametrize("wall", [None, WALL - 1])
def test_without_a_clock_and_when_it_was_set_back_every_watermark_is_stored(wall: int | None) -> None:
    """In memory there is none."""
    unsaved = UnsavedClock()
    unsaved.advance(b"0", ("inbox", 1))
    assert unsaved.take(WALL) == b"0"
    unsaved.advance(b"1", ("inbox", 2))
    assert unsaved.take(wall) == b"1"


def test_a_watermark_behind_a_removed_state_is_stored_at_once() -> None:
    """Nothing else says that the records of that state were applied."""
    unsaved, stored = UnsavedClock(), []
    for number in range(3):
        unsaved.advance(b"%d" % number, ("inbox", number))
        if number == 1:
            unsaved.state_removed()
        stored.append(unsaved.take(WALL + number))
    assert stored == [b"0", b"1", None]


def test_the_earlier_of_two_reasons_to_read_again_counts() -> None:
    unsaved = UnsavedClock()
    unsaved.advance(b"0", ("other", 7))
    assert held(unsaved) == {"other": 3}
    unsaved.forget()
    unsaved.advance(b"1", ("other", 2))
    assert held(unsaved) == {"other": 2}


def log_of(draw: random.Random) -> list[ConsumerRecord]:
    """Records and watermarks of a partition, with timers, and with states that are removed."""
    log: list[ConsumerRecord] = []
    for offset in range(60):
        key = draw.choice("abc")
        if draw.random() < 0.4:
            log.append(mark(offset, WALL + 10 * offset))
        elif draw.random() < 0.1:
            log.append(raw(offset, key, None))
        else:
            due = WALL + 10 * draw.randint(offset - 5, offset + 20)
            log.append(raw(offset, key, Add(n=1, due=due)))
    return [each._replace(timestamp=WALL + 10 * each.offset) for each in log]


def lives(
    log: list[ConsumerRecord], draw: random.Random, crash: float
) -> tuple[Engine, list[ProducerRecord]]:
    """Read to the end in rounds; after some of them the process ends, and the next begins where it may."""
    engine, written, place = Engine(tiny(), "w", 0), list[ProducerRecord](), 0
    while place < len(log):
        batch = log[place : place + draw.randint(1, 6)]
        engine.wall = WALL + 40 * place
        written += process(engine, [("inbox", batch)]).outputs
        place += len(batch)
        if draw.random() < crash:
            place = min(place, engine.first_open().get("inbox", place))
            engine = Engine(tiny(), "w", 0, store=dict(engine.store))
    return engine, written


@pytest.mark.parametrize("seed", range(40))
def test_a_crash_at_any_place_changes_neither_states_nor_decisions(seed: int) -> None:
    """Each timer has fired once, at the same watermark."""
    log = log_of(random.Random(seed))
    expected, outputs = lives(log, random.Random(seed), crash=0.0)
    engine, again = lives(log, random.Random(seed + 1), crash=0.3)

    def states(one: Engine) -> dict[bytes, bytes]:
        return {key: stored for key, stored in one.store.items() if key not in RESERVED_KEYS}

    def decisions(records: list[ProducerRecord]) -> list[str]:
        return sorted(set(ids([each for each in records if each.topic == "send-decisions"])))

    assert (states(engine), engine.watermark) == (states(expected), expected.watermark)
    assert decisions(again) == decisions(outputs)
    assert CLOCK_KEY in engine.store
