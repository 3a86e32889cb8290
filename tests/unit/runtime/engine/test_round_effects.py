"""Effects: the lease is stored first, the result is applied as a step, a crash between repeats the effect."""

from typing import Any

from tests.unit.runtime.engine.tiny import Add, ids, raw, tiny, written_to
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.round import Round
from workers.runtime.engine.round_result import PendingEffect, RoundResult
from workers.runtime.engine.state_header import unpack
from workers.runtime.kafka.records import ConsumerRecord


async def unperformed(request: Any) -> Any:
    """The `act` of the stage; these tests pass the results themselves."""
    raise AssertionError("not called by the engine")


class World:
    """An engine with effects, and the content of its changelog."""

    def __init__(self, store: dict[bytes, bytes] | None = None) -> None:
        self.engine = Engine(tiny(unperformed), "w", 0, store=dict(store or {}))
        self.changelog: dict[bytes, bytes | None] = dict(store or {})

    def begin(self, *records: ConsumerRecord) -> RoundResult:
        """Feed records, and store the first changes in the changelog."""
        current = Round(self.engine)
        assert not any(current.feed("inbox", records))  # takes all steps
        return self.store(current.close())

    def store(self, result: RoundResult) -> RoundResult:
        """Store the changes of a round in the changelog."""
        self.changelog |= result.changes
        return result

    def finish(self, effect: PendingEffect, answer: str) -> RoundResult:
        """Pass the result of one effect in a round of its own, and store the changes that follow."""
        current = Round(self.engine)
        current.settle([(effect, answer, 5000)])
        return self.store(current.close())

    def durable(self) -> dict[bytes, bytes]:
        """The states that a recovery would load."""
        return {key: value for key, value in self.changelog.items() if value is not None}

    def seen(self, key: bytes) -> list[str]:
        """The `seen` list of a stored state."""
        return self.engine.stage.codec.decode(unpack(self.durable()[key])[1]).seen  # type: ignore[no-any-return]


def test_the_lease_is_durable_before_the_effect() -> None:
    """The first result has the state with its lease, at an offset after which the record is read again."""
    world = World()
    result = world.begin(raw(5, "a", Add(n=1)), raw(7, "a", Add(n=2, act=True)))
    assert result.effects == [PendingEffect(b"a", "a/7")]
    head, body = unpack(world.durable()[b"a"])
    assert head.offset == 6
    assert world.engine.stage.codec.decode(body).lease == 7


def test_the_result_of_an_effect_is_applied_and_stored() -> None:
    """The stage gets the result; then the record's offset is stored."""
    world = World()
    result = world.begin(raw(7, "a", Add(act=True)))
    after = world.finish(result.effects[0], "ok")
    assert written_to(after.outputs, "emails") == [("a", b"ok")]
    assert unpack(world.durable()[b"a"])[0].offset == 7
    assert world.seen(b"a") == ["add 0 at None", "done ok"]
    assert after.effects == []


def test_what_an_effect_did_has_the_time_at_which_it_ended() -> None:
    """Not that of its input, which may have waited for hours: readers bound what the record claims by it."""
    world = World()
    early, late = raw(7, "a", Add(act=True)), raw(8, "b", Add(act=True))._replace(timestamp=9_000)
    result = world.begin(early._replace(timestamp=1_000), late)
    told = [world.finish(effect, "ok").outputs[0] for effect in result.effects]

    assert [record.at for record in told] == [5_000, 9_000]


def test_records_of_the_same_key_wait_for_the_result() -> None:
    """Records after the effect are applied after its result; other keys do not wait."""
    world = World()
    result = world.begin(raw(0, "a", Add(n=1, act=True)), raw(1, "a", Add(n=2)), raw(2, "b", Add(n=3)))
    assert world.seen(b"a") == ["add 1 at None"]
    assert world.seen(b"b") == ["add 3 at None"]
    world.finish(result.effects[0], "ok")
    assert world.seen(b"a") == ["add 1 at None", "done ok", "add 2 at None"]
    assert unpack(world.durable()[b"a"])[0].offset == 1


def test_a_second_effect_of_a_key_waits_for_the_first() -> None:
    """It is returned when the result of the first was applied."""
    world = World()
    result = world.begin(raw(0, "a", Add(act=True)), raw(1, "a", Add(act=True)))
    assert [effect.request for effect in result.effects] == ["a/0"]
    second = world.finish(result.effects[0], "one")
    assert [effect.request for effect in second.effects] == ["a/1"]
    assert unpack(world.durable()[b"a"])[0].offset == 0
    last = world.finish(second.effects[0], "two")
    assert ids(last.outputs) == ["a/1"]
    assert unpack(world.durable()[b"a"])[0].offset == 1


def test_a_crash_between_lease_and_result_repeats_the_effect_only() -> None:
    """The record that asked for it is read again and asks again; the one before it is not applied twice."""
    log = [raw(0, "a", Add(n=1)), raw(1, "a", Add(n=2, act=True)), raw(2, "a", Add(n=4))]
    crashed = World()
    crashed.begin(*log)
    restarted = World(crashed.durable())
    result = restarted.begin(*log)
    assert [effect.request for effect in result.effects] == ["a/1"]
    restarted.finish(result.effects[0], "ok")
    seen = restarted.seen(b"a")
    assert seen.count("add 1 at None") == 1
    assert seen.count("add 4 at None") == 1
    assert seen[-2:] == ["done ok", "add 4 at None"]


def test_poison_before_an_effect_does_not_drop_the_effect() -> None:
    """When a record fails, the effect of the next one is still returned, and records after it still wait."""
    world = World()
    result = world.begin(
        raw(0, "a", Add(trouble="step")), raw(1, "a", Add(n=1, act=True)), raw(2, "a", Add(n=2))
    )
    assert [effect.request for effect in result.effects] == ["a/1"]
    assert result.dead_letters == {"step": 1}
    after = world.finish(result.effects[0], "ok")
    assert ids(after.outputs)[0] == "a/1"
    assert world.seen(b"a") == ["add 1 at None", "done ok", "add 2 at None"]


def test_the_effect_of_a_poison_record_is_not_performed() -> None:
    """A record whose output is too large has no effect, and records after it are applied."""
    world = World()
    result = world.begin(raw(0, "a", Add(n=1, act=True, trouble="big-output")), raw(1, "a", Add(n=2)))
    assert result.effects == []
    assert result.dead_letters == {"too-large": 1}
    assert world.seen(b"a") == ["add 2 at None"]
