"""The reference job on the runtime: records per CPU-second, the state compared with a plain fold."""

import msgspec

from tests.bench.measure import Row, create, latest, preload, settings_of, worker
from tests.bench.reference import State, StateCodec, events, fold, new_state
from workers.runtime.head import unpack

encode = msgspec.json.Encoder().encode


def run(environment: dict[str, str], quick: bool) -> list[Row]:
    """Preload the events, start the worker, wait until all of them are processed."""
    count = 50_000 if quick else 300_000
    settings = settings_of(environment, "bench-reference-")
    create(settings, ("ref-events", "ref-profiles", "dead-letters"))
    expected: dict[str, State] = {}
    made = list(events(count))
    size = sum(len(encode(event)) for event in made) / count
    preload(settings, (("ref-events", event.user_id.encode(), encode(event), (), None) for event in made))
    for event in made:
        fold(expected.setdefault(event.user_id, new_state(event.user_id)), event)
    with worker(settings, "tests.bench.reference") as process:
        before = 0.0

        def done() -> bool:
            nonlocal before
            seen = process.metric("kairos_records_in_total")
            before = process.cpu() if not seen else before
            return seen >= count

        process.wait(done, 300)
        cpu = process.cpu() - before
        rss = process.rss_mb()
    stored = latest(settings, "reference-reference-changelog")
    right = {key.decode(): StateCodec.decode(unpack(value)[1]) for key, value in stored.items()} == expected
    how = f"{count:,} events of {size:.0f} B, {len(expected):,} users, 4 partitions, one process"
    return [
        ("reference job, records per CPU-second", f"{count / cpu:,.0f}", how),
        ("reference job, state equals a plain fold", "yes" if right else "NO", "read from the changelog"),
        ("reference job, memory", f"{rss:.0f} MB", "resident, at the end"),
    ]
