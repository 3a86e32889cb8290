"""Dead letters of `jobs`: a signal that is put back counts once, wherever signals are read."""

from dataclasses import replace

from schemas.jobs import JobSignal, JobTrend, signal_version
from schemas.model import Version
from tests.unit.jobs.job_records import NOW, POLICY, opened, raw, signal
from tests.unit.runtime.dead_letters.examples import consumed
from workers.commands.dead_letters_io import record_to_put_back
from workers.jobs.stage import trends_stage
from workers.runtime.dead_letters.reading import FirstRecords, letters
from workers.runtime.engine.replay import Replay
from workers.runtime.kafka.headers import version_of
from workers.runtime.kafka.records import ConsumerRecord, ProducerRecord
from workers.runtime.stage import Action, Stage, StepMessage

SOUND = trends_stage(POLICY)


def broken() -> Stage[object]:
    """The stage, except that it raises for rejections."""

    def step(state: object, message: StepMessage) -> tuple[object, list[Action]]:
        if getattr(getattr(message, "value", None), "kind", "") == "rejected":
            raise RuntimeError("the step failed")
        after, actions = SOUND.step(state, message)  # type: ignore[arg-type]
        return after, [*actions]

    return replace(SOUND, step=step)  # type: ignore[arg-type, return-value]


def log() -> list[ConsumerRecord]:
    """An open job, and what `people` said of three facts, one after the other."""
    kinds = ("viewed", "rejected", "applied")
    said = [signal(kind, id=kind, seconds=30 if kind == "viewed" else 0) for kind in kinds]
    versions = [signal_version(0, offset, 1) for offset in range(len(kinds))]
    return [
        raw("job-signals", 0, "a", opened().dumps(), (1, 1)),
        *(
            raw("job-signals", number, "a", each.dumps(), version)
            for number, (each, version) in enumerate(zip(said, versions, strict=True), 1)
        ),
    ]


def put_back(failed: list[ProducerRecord], offset: int) -> ConsumerRecord:
    """The record of the only letter, as it stands in the topic after it was put back."""
    (letter,) = letters([consumed(record) for record in failed if record.topic == "dead-letters"])
    record = record_to_put_back(letter)
    assert (record.topic, record.partition, record.at) == ("job-signals", 0, NOW)
    return ConsumerRecord("job-signals", 0, offset, record.key, record.value, record.at, record.headers)


def trend(written: list[ProducerRecord]) -> JobTrend:
    """The last trend that was written."""
    return JobTrend.loads([record.value for record in written if record.topic == "job-trends"][-1] or b"")


def test_a_signal_counts_after_it_was_put_back_behind_later_ones() -> None:
    """Under its old version it would be a signal that `people` wrote again after a crash."""
    replay = Replay(broken())
    failed = replay.feed(log())
    assert trend(failed).total_rejections == 0

    replay.engines[0].stage = SOUND
    mended = trend(replay.feed([put_back(failed, 4)]))
    assert mended == trend(Replay(SOUND).feed(log()))
    assert (mended.total_views, mended.total_rejections, mended.total_applications) == (1, 1, 1)


def test_who_reads_the_topic_from_its_beginning_leaves_out_what_was_put_back() -> None:
    """Unless the first record is deleted by now."""
    records = [*log(), put_back(Replay(broken()).feed(log()), 4)]
    for deleted, left in ((0, 4), (2, 2), (3, 2)):
        first = FirstRecords()
        read = [record for record in records[deleted:] if first.includes(record)]
        assert len(read) == left
        assert [JobSignal.loads(record.value or b"").kind for record in read[-2:]].count("rejected") == 1


def test_the_news_of_a_document_keeps_its_version() -> None:
    """By it the older of two is known; and so does what cannot be read at all."""
    for value in (opened().dumps(), b"{"):
        version: Version = (7, 9)
        record = raw("job-signals", 3, "a", value, version)
        failing: Stage[object] = replace(broken(), inputs={"job-signals": lambda data: 1 / 0})
        assert version_of(put_back(Replay(failing).feed([record]), 4).headers) == version
