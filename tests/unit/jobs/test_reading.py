"""The inputs of `jobs` as they may come: each becomes a value, or a dead letter and nothing else."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.jobs import JobAvailability, JobTrend
from tests.unit.jobs.job_records import NOW, POLICY, opened, raw, signal
from workers.jobs.reading import read_job_record
from workers.jobs.stage import job_key, stages, trends_stage
from workers.product.sources import read_sources
from workers.runtime.engine.replay import Replay
from workers.runtime.stage import Record


@pytest.mark.parametrize(
    "fields",
    [
        {"weight": 2.1},
        {"weight": -1.1},
        {"weight": float("nan")},
        {"seconds": float("inf")},
        {"others": [{"job_id": "b", "weight": 3, "at": 0}]},
        {"others": [{"job_id": "b" * 201, "weight": 0.1, "at": 0}]},
        {"others": [{"job_id": f"{n}", "weight": 0.1, "at": 0} for n in range(21)]},
        {"kind": "liked"},
        {"at": "yesterday"},
    ],
)
def test_a_signal_that_cannot_be_is_refused(fields: dict[str, Any]) -> None:
    """Each becomes a dead letter, and the trend stays what it was."""
    good = json.loads(signal().dumps())
    stage = trends_stage(POLICY)
    replay = Replay(stage)
    records = [opened().dumps(), signal().dumps(), json.dumps(good | fields).encode()]
    written = replay.feed(raw("job-signals", n, "a", value) for n, value in enumerate(records))
    with pytest.raises(ValueError, match=r".+"):
        read_job_record(records[-1])
    assert [record.topic for record in written] == ["dead-letters", "job-trends"]
    assert JobTrend.loads(written[1].value or b"").total_views == 1


def test_a_signal_of_another_job_than_its_key_is_refused() -> None:
    """It would be counted for the wrong one."""
    with pytest.raises(ValueError, match="disagree"):
        job_key(Record("job-signals", 0, 1, "b", signal(), (0, 1), NOW))
    assert job_key(Record("job-signals", 0, 1, "b", None, (0, 1), NOW)) == "b"


@pytest.mark.parametrize(
    "value", [b"{", b"[]", b'{"before": null, "after": {"id": "a"}, "op": "c"}', b'{"odd": 1}']
)
def test_a_document_that_is_none_becomes_a_dead_letter(value: bytes) -> None:
    """As in `route`."""
    availability, _ = stages(POLICY)
    (letter,) = Replay(availability).feed([raw("jobs", 0, "a", value)])
    assert letter.topic == "dead-letters"


def test_a_time_of_closing_that_cannot_be_read_is_none() -> None:
    """The job is open until its document says otherwise."""
    availability, _ = stages(POLICY)
    (record,) = Replay(availability).feed([raw("jobs", 0, "a", b'{"id": "a", "closes_at": "soon"}')])
    assert JobAvailability.loads(record.value or b"") == JobAvailability(kind="open", job_id="a")


def test_jobs_that_debezium_writes_open_and_close() -> None:
    """Under the id that their key names; what is no change is a dead letter."""
    source = read_sources({"jobs": {"external": True, "format": "debezium"}}).changes["jobs"]
    availability, _ = stages(POLICY, source)
    key = '{"id": 7}'
    change = b'{"after": {"id": 7, "closes_at": 20000}, "op": "c", "source": {"connector": "mysql"}}'
    values = (change, change.replace(b'"c"', b'"d"'), None, b'{"op": "t", "source": {}}')
    replay = Replay(availability)
    written = [replay.feed([raw("jobs", offset, key, value)])[0] for offset, value in enumerate(values)]

    (opened_then, *closed_then) = [JobAvailability.loads(each.value or b"") for each in written[:3]]
    assert [each.key for each in written[:3]] == [b"7"] * 3
    assert (opened_then.kind, opened_then.closes_at) == ("open", datetime(2024, 10, 4, tzinfo=UTC))
    assert [each.kind for each in closed_then] == ["closed", "closed"]
    assert written[3].topic == "dead-letters"
