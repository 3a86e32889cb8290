"""Recovery: how long until a million keys are ready, after a clean stop and after a SIGKILL."""

import random
from collections.abc import Callable, Iterator

from deploy.embedded import Services
from tests.bench.job import WrongState, committed, encode
from tests.bench.load import Loaded, load
from tests.bench.measure import Row, create, latest, settings_of
from tests.bench.meter import Sample
from tests.bench.metered import Metered, metered
from tests.bench.reference import CHANGELOG, INPUT, KINDS, NAME, OUTPUT, Event, State, StateCodec, fold
from workers.runtime.engine.state_header import NEVER, NO_OFFSET, NO_TOPIC, SIZE, pack
from workers.runtime.kafka.records import partition_of
from workers.runtime.process.settings import Settings

VALUE_BYTES, AT, PATIENT_SECONDS = 570, 1_760_000_000_000, 300.0
PROBES = 100  # users that get an event before each start, which must be applied to the recovered state


def run(services: Services, quick: bool) -> list[Row]:
    """Preload a changelog, then start and end the worker in several ways; raises WrongState."""
    count = 100_000 if quick else 1_000_000
    settings = settings_of(services.environment(), "bench-recovery-")
    static = settings.model_copy(update={"kairos_instance": "bench-1"})
    create(settings, (INPUT, OUTPUT, "dead-letters"))
    create(settings, (CHANGELOG,), {"cleanup.policy": "compact"})
    load(settings, changelog(count, settings.kairos_partitions), "zstd")
    starts: list[tuple[str, Settings, Callable[[Metered], int]]] = [
        ("first start", settings, Metered.stop),
        ("after a clean stop", settings, Metered.kill),
        ("after a SIGKILL", settings, Metered.stop),
        ("static member, first start", static, Metered.kill),
        ("static member, after a SIGKILL", static, Metered.stop),
    ]
    rows = []
    for number, (name, chosen, end) in enumerate(starts, 1):
        seconds, ready = start(chosen, count, number, end)
        how = f"CPU {ready.cpu:.1f} s, imports included; {ready.rss_mb:.0f} MB"
        rows.append((f"recovery, {name}", f"{seconds:.1f} s", how))
    check(settings, len(starts))
    how = f"{count:,} keys of {VALUE_BYTES} B, 4 partitions; session {settings.kairos_session_seconds:.0f} s"
    return [("recovery, states found", "right", f"{how}; times from process start to ready"), *rows]


def start(settings: Settings, count: int, number: int, end: Callable[[Metered], int]) -> tuple[float, Sample]:
    """Seconds until all keys are ready, and what they cost; then probes are folded and the worker ends."""
    load(settings, (Loaded(INPUT, user.encode(), encode(probe(user, number))) for user in users()))
    with metered(settings, NAME) as process:
        ready = process.until(lambda sample: sample.keys >= count, PATIENT_SECONDS)
        process.wait(lambda: committed(settings) == number * PROBES, PATIENT_SECONDS)
        end(process)
        return ready.at - process.began, ready


def check(settings: Settings, starts: int) -> None:
    """Raise WrongState unless the latest outputs are the preloaded states with all probes folded in."""
    outputs = {key.decode(): StateCodec.decode(value) for key, value in latest(settings, OUTPUT).items()}
    dice = random.Random(3)
    expected = {user: preloaded(user, dice) for user in users()}
    for user, state in expected.items():
        for number in range(1, starts + 1):
            fold(state, probe(user, number))
    if outputs != expected:
        wrong = [user for user in expected if outputs.get(user) != expected[user]]
        raise WrongState(f"{len(wrong)} of {PROBES} outputs differ, {len(outputs)} were found: {wrong[:3]}")


def users() -> Iterator[str]:
    """The users that are probed; they are the first of all."""
    return (f"user-{number:08d}" for number in range(PROBES))


def probe(user: str, number: int) -> Event:
    """The event of a user before the n-th start."""
    return Event(f"probe-{number}", user, KINDS[0], AT + number * 1_000, 1.0, "item", ["tag-000"])


def changelog(count: int, partitions: int) -> Iterator[Loaded]:
    """The states of so many users, as the worker stores them, in the partitions of their keys."""
    dice = random.Random(3)
    for number in range(count):
        key = f"user-{number:08d}"
        value = pack(NO_TOPIC, NO_OFFSET, NEVER, StateCodec.encode(preloaded(key, dice)))
        yield Loaded(CHANGELOG, key.encode(), value, (), partition_of(key.encode(), partitions))


def preloaded(user: str, dice: random.Random) -> State:
    """A state that is stored in exactly VALUE_BYTES."""
    tags = {f"tag-{number:03d}": dice.random() for number in range(9)}
    state = State(user, 7, AT, "", {kind: dice.random() * 100 for kind in KINDS}, tags)
    state.event_id = "x" * (VALUE_BYTES - SIZE - len(StateCodec.encode(state)))
    return state
