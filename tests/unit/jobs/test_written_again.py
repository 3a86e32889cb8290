"""`people` writes signals again after a crash, and the trends stay what they are."""

from schemas.fact_base import FactBase
from schemas.jobs import JobAvailability, JobTrend
from schemas.model import from_epoch_ms
from tests.unit.jobs.job_records import POLICY
from tests.unit.people.person_facts import START, fact
from workers.jobs.stage import trends_stage
from workers.people import stage as people
from workers.people.policy import Policy
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import cloud_headers
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord


def told(number: int, kind: str, job: str, seconds: float, version: int) -> FactBase:
    """Something that a person did with a job, ten seconds before START."""
    value = {"kind": kind, "job_id": job, "seconds": seconds, "at": START / 1000 - 10, "person": "a"}
    said: FactBase = fact("interaction", number, value, version)
    return said


def said_by_people() -> list[ProducerRecord]:
    """The signals of a fresh process for some facts: views that grow, then a save and a rejection."""
    facts = [
        told(1, "viewed", "j", 30.0, 1),
        told(2, "viewed", "k", 60.0, 2),
        told(1, "viewed", "j", 90.0, 3),
        told(3, "saved", "j", 0.0, 4),
        told(4, "rejected", "j", 0.0, 5),
    ]
    headers = tuple(cloud_headers("kairos.inbox.v1", "/test", "1", START))
    inbox = [
        ConsumerRecord("inbox", 0, n, b"a", each.dumps(), START, headers) for n, each in enumerate(facts)
    ]
    outputs = process(Engine(people.stage(Policy()), "people", 0), [("inbox", inbox)]).outputs
    return [output for output in outputs if output.topic == "job-signals"]


def trends(signals: list[ProducerRecord]) -> dict[bytes, JobTrend]:
    """The trends of two open jobs after some signals."""
    records = [
        ProducerRecord(
            "job-signals", job, JobAvailability(kind="open", job_id=job.decode()).dumps(), (), START
        )
        for job in (b"j", b"k")
    ]
    log = [
        ConsumerRecord("job-signals", 0, n, each.key, each.value, each.at, each.headers)
        for n, each in enumerate([*records, *signals])
    ]
    written = Replay(trends_stage(POLICY)).feed(log)
    assert {record.topic for record in written} == {"job-trends"}
    return {record.key or b"": JobTrend.loads(record.value or b"") for record in written}


def test_what_people_writes_again_after_a_crash_counts_once() -> None:
    """The last signals, or all of them."""
    signals = said_by_people()
    once = trends(signals)
    assert once[b"j"].total_views == 1
    assert once[b"j"].total_seconds == 90.0
    assert once[b"j"].at == from_epoch_ms(START - 10_000)
    for first in range(len(signals)):
        assert trends([*signals, *said_by_people()[first:]]) == once
