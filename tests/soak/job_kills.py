"""Runs of `jobs` under faults: trends and states are those of a replay, and of the nested loops."""

import json
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from click.testing import CliRunner

from schemas.jobs import JobTrend
from tests.integration.wire import RUN_PARTITIONS, Addressed, Wire
from tests.soak.faults import Mix, draw
from tests.soak.job_board import JobBoard, OnJobTopics
from tests.soak.kills import READS, SESSION_SECONDS, START_SECONDS
from tests.soak.load import Load
from tests.soak.outcome import Outcome
from tests.soak.states import compacted, contents, recovered, written_by_replaced_workers
from tests.soak.verify import differing
from tests.soak.worker_pool import WorkerPool
from tests.trend_compare import assert_same
from tests.trend_oracle import expected_trends, told
from workers.cli import kairos
from workers.jobs.stage import trends_stage
from workers.recommend.policy import load_feed_policy
from workers.runtime.engine.replay import Replay
from workers.runtime.engine.state_header import RESERVED_KEYS
from workers.runtime.kafka.records import ConsumerRecord

CHANGELOG = "jobs-trends-changelog"


def run(
    services: Addressed, folder: Path, seed: int, hits: int, mix: Mix, *, longest: float, jobs: int = 60
) -> Outcome:
    """Two workers under load and so many faults, 0.3 to `longest` seconds apart; then the comparison."""
    outcome, random = Outcome(seed), Random(seed)
    with closing(
        Wire.create(services, kairos_partitions=RUN_PARTITIONS, kairos_session_seconds=SESSION_SECONDS)
    ) as wire:
        load = Load(OnJobTopics(wire), JobBoard(seed, jobs, 200), per_second=150)
        load.write(1_000)
        pool = WorkerPool(["jobs", "jobs"], wire.settings, folder)
        try:
            with load:
                pool.watch(START_SECONDS)
                pool.inject(draw({"jobs": hits}, mix, random), random, longest)
            assert pool.watch_until(lambda: pool.is_settled() and wire.lag({"jobs": READS["jobs"]}) == 0)
            outcome.exit_codes += pool.stop()
            compare(wire, outcome)
        finally:
            pool.kill_all()
            outcome.hits, outcome.stops, outcome.deaths = pool.hits, pool.stops, pool.deaths
            outcome.resumed, outcome.logs = pool.resumed, dict(pool.logs())
            outcome.counts["changes"] = load.changes
    return outcome


def compare(wire: Wire, outcome: Outcome) -> None:
    """Add the trends and states that differ from a replay of the recorded signals."""
    policy = load_feed_policy(wire.settings.kairos_policy)
    signals = wire.records("job-signals", watermarks=True)
    replay = Replay(trends_stage(policy))
    expected = latest_of(replay.feed(signals))
    actual, problems = wire.latest("job-trends"), outcome.problems
    problems["profiles_differ"] = differing(expected, actual)
    stored = contents({key: value for key, value in replay.stored().items() if key not in RESERVED_KEYS})
    changelog = wire.records(CHANGELOG)
    problems["states_differ"] = differing(stored, contents(recovered(changelog)))
    problems["plain_states_differ"] = differing(stored, contents(compacted(changelog)))
    for topic in ("job-trends", CHANGELOG):
        problems["overtaken"] += written_by_replaced_workers(wire.records(topic))
    compare_with_loops(signals, actual, wire)
    compare_report(signals, wire)
    outcome.dead = len(wire.records("dead-letters"))
    outcome.counts |= {
        "signals": len(signals),
        "states": len(stored),
        "trends": len(actual),
        "trend records": len(wire.records("job-trends")),
        "neighbours": sum(len(JobTrend.loads(value).neighbours) for value in actual.values()),
    }


def compare_with_loops(signals: list[ConsumerRecord], actual: Mapping[str, bytes], wire: Wire) -> None:
    """Fail unless the trends are those of the nested loops, too."""
    policy = load_feed_policy(wire.settings.kairos_policy)
    expected: dict[str, dict[str, Any]] = {}
    for partition in range(wire.settings.kairos_partitions):
        expected |= expected_trends([raw for raw in signals if raw.partition == partition], policy)
    assert_same({job: JobTrend.loads(value) for job, value in actual.items()}, expected)


def compare_report(signals: list[ConsumerRecord], wire: Wire) -> None:
    """Fail unless `kairos jobs report` counts what the nested loops hold, of closed jobs too."""
    done = CliRunner().invoke(kairos, ("jobs", "report", "--json"), env=wire.settings.environment())
    assert done.exit_code == 0, done.output
    values, policy = json.loads(done.stdout), load_feed_policy(wire.settings.kairos_policy)
    held: Counter[str] = Counter()
    for partition in range(wire.settings.kairos_partitions):
        jobs = told([raw for raw in signals if raw.partition == partition], policy)
        held.update(signal.kind for job in jobs.values() for signal in job.signals)
    assert values["views"] == held.pop("viewed")
    assert values["preferences"] == dict(held)


def latest_of(written: Any) -> dict[str, bytes]:
    """The content of `job-trends` after what a replay has written."""
    latest = {(record.key or b"").decode(): record.value for record in written}
    return {key: value for key, value in latest.items() if value is not None}
