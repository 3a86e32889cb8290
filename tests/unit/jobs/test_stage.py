"""When a job has a trend: open, and something was heard of it; the inputs as they may come."""

import pytest

from schemas.documents import Job
from schemas.jobs import JobAvailability, JobTrend, signal_version
from tests.unit.jobs.job_records import CLOSED, NOW, POLICY, TrendOfJob, opened, raw, signal, watermark
from workers.jobs.stage import availability_step, stages, trends_stage
from workers.recommend.policy import DAY_MS
from workers.runtime.engine.attempts import process
from workers.runtime.engine.engine import Engine
from workers.runtime.kafka.records import ProducerRecord
from workers.runtime.stage import Output, Record


def test_a_document_says_until_when_its_job_is_open() -> None:
    """Under its id as references are read, with the record's version; a deletion closes it."""
    job = Job(id="7", closes_at=NOW)
    record = Record("jobs", 0, 1, "7.0", job, (1, 5), NOW)
    assert availability_step(None, record) == (
        None,
        (Output("job-signals", "7", JobAvailability(kind="open", job_id="7", closes_at=NOW), (1, 5)),),
    )
    gone = JobAvailability(kind="closed", job_id="7")
    assert availability_step(None, Record("jobs", 0, 2, "7", None, (1, 6), NOW))[1] == (
        Output("job-signals", "7", gone, (1, 6)),
    )


def test_a_job_has_a_trend_while_it_is_open_and_something_was_heard() -> None:
    """A signal may come before the document."""
    trend = TrendOfJob(signal())
    assert trend.said() is None
    trend.read(opened())
    assert trend.trend().total_views == 1
    assert TrendOfJob(opened()).said() is None


def test_a_deleted_job_leaves() -> None:
    """The trend at once, the state after a week; a signal of it does not bring the trend back."""
    trend = TrendOfJob(opened(), signal(others={"b": 0.4}), CLOSED)
    assert trend.is_deleted()
    trend.read(signal())
    assert trend.is_deleted()
    trend.pass_time(6.9)
    assert trend.state is not None
    trend.pass_time(7)
    assert trend.state is None


def test_a_job_closes_when_the_watermark_passes_its_time() -> None:
    """Not before, and not while a source is waited for."""
    trend = TrendOfJob(opened(5), signal())
    trend.pass_time(4.99)
    trend.pass_time(5, waiting=("users",))
    assert trend.said() is not None
    trend.pass_time(5)
    assert trend.is_deleted()


def test_a_job_that_is_over_is_not_opened_by_its_document() -> None:
    """It is read after the watermark, as after a snapshot; before the first watermark nobody knows."""
    trend = TrendOfJob(signal())
    trend.read(opened(-1))
    assert trend.said() is not None
    trend.read(opened(-1), watermark=NOW)
    assert trend.is_deleted()


def test_a_job_that_is_opened_again_soon_is_what_it_was() -> None:
    """Its document was deleted by mistake; after a week it begins anew."""
    for days, views in ((6, 1), (8, 0)):
        trend = TrendOfJob(opened(), signal(), CLOSED)
        trend.pass_time(days)
        trend.read(opened(), at=NOW + days * DAY_MS)
        trend.read(signal("saved"), at=NOW + days * DAY_MS)
        assert (trend.trend().total_views, trend.trend().total_saves) == (views, 1)


def test_what_was_said_of_a_closed_job_can_be_taken_back() -> None:
    """Between its closing and its opening."""
    said = signal(seconds=30.0, others={"b": 0.4})
    trend = TrendOfJob(opened(), said, CLOSED, said.model_copy(update={"retracted": True}), opened())
    assert (trend.trend().total_views, trend.trend().seconds, trend.trend().neighbours) == (0, 0.0, [])


def test_closing_a_closed_job_again_does_not_keep_it() -> None:
    """A snapshot says every time that a job is over."""
    trend = TrendOfJob(opened(), signal(), CLOSED)
    trend.read(CLOSED, at=NOW + 6 * DAY_MS)
    trend.pass_time(7)
    assert trend.state is None


def test_a_signal_that_is_written_again_counts_once() -> None:
    """`people` has crashed before its state was stored; numbers begin anew, later, with another inbox."""
    said = signal(seconds=10.0)
    trend = TrendOfJob(opened())
    for partition, offset, number in [(0, 7, 0), (0, 7, 1), (1, 2, 0), (0, 7, 0), (0, 7, 1), (1, 2, 0)]:
        trend.read(said, version=signal_version(partition, offset, number))
    assert (trend.trend().total_views, trend.kinds) == (3, ["repeated"] * 3)
    trend.read(said, at=NOW + 1, version=signal_version(0, 0, 0))
    assert trend.trend().total_views == 4


def test_another_time_of_closing_keeps_what_was_heard() -> None:
    """A document that is changed while its job is open."""
    trend = TrendOfJob(opened(5), signal(), opened(20))
    trend.pass_time(10)
    assert trend.trend().total_views == 1


@pytest.mark.parametrize("first", [opened(), CLOSED])
def test_an_older_record_of_the_document_is_ignored(first: JobAvailability) -> None:
    """As `route` does: of one origin the higher version counts, of another one the later record."""
    trend = TrendOfJob(signal())
    trend.read(first, version=(2, 10))
    for other in (opened(), CLOSED):
        trend.read(other, version=(2, 9))
        assert trend.state is not None
        assert trend.state.availability == first.kind
    assert trend.kinds == ["older", "older"]
    other_origin = TrendOfJob(opened())
    other_origin.read(CLOSED, version=(0, 3))
    assert other_origin.is_deleted()


def test_a_job_without_a_document_is_forgotten_after_the_window() -> None:
    """Jobs of which nothing but signals is known; an open one never."""
    trend = TrendOfJob(signal())
    trend.pass_time(89.9)
    assert trend.state is not None
    trend.pass_time(90)
    assert trend.state is None
    trend = TrendOfJob(opened(), signal())
    trend.pass_time(900)
    assert trend.said() is not None


def test_a_job_is_forgotten_by_the_time_of_the_record_not_of_the_signal() -> None:
    """A snapshot says now what was done long ago."""
    trend = TrendOfJob(signal(days_ago=400))
    trend.pass_time(80)
    assert trend.state is not None


def test_a_round_writes_a_trend_once_per_job() -> None:
    """However many signals it has; only jobs that it touched."""
    records = [raw("job-signals", 0, "a", opened().dumps())]
    records += [raw("job-signals", n, "a", signal(others={"b": 0.4}).dumps()) for n in range(1, 40)]
    outputs = process(Engine(trends_stage(POLICY), "jobs", 0), [("job-signals", records)]).outputs
    assert [output.key for output in outputs] == [b"a"]


def test_no_trend_is_left_behind_a_deletion_when_records_are_stepped_one_by_one() -> None:
    """As after a failure in the round: the last word on a key is the deletion."""
    values = [opened(), signal(), signal(days_ago=-3), CLOSED]
    records = [raw("job-signals", n, "a", value.dumps(), (1, n)) for n, value in enumerate(values)]
    outputs = process(Engine(trends_stage(POLICY), "jobs", 0), [("job-signals", records)]).outputs
    trends: list[ProducerRecord] = [output for output in outputs if output.topic == "job-trends"]
    assert trends[-1].value is None
    assert len(outputs) == len(trends) + 1


def test_a_job_that_closes_and_is_forgotten_in_one_round_leaves_its_trend() -> None:
    """Many days are read at once after a pause; a state that is gone has no view."""
    engine = Engine(trends_stage(POLICY), "jobs", 0)
    values = [opened(1), signal()]
    process(
        engine, [("job-signals", [raw("job-signals", n, "a", each.dumps()) for n, each in enumerate(values)])]
    )
    marks = [watermark(2 + n, NOW + days * DAY_MS) for n, days in enumerate((1, 9))]
    outputs = process(engine, [("job-signals", marks)]).outputs
    assert [(output.key, output.value) for output in outputs] == [(b"a", None)]
    assert engine.size() == 0


def test_the_trend_has_every_field_of_its_payload() -> None:
    """It is encoded without the model."""
    stored = TrendOfJob(opened(), signal(others={"b": 0.4})).said()
    assert stored is not None
    assert stored.model_fields_set == JobTrend.model_fields.keys()


def test_states_are_read_as_they_were_stored() -> None:
    """Equal states give equal bytes."""
    state = TrendOfJob(opened(30), signal(others={"b": 0.4, "c": 0.1})).state
    assert state is not None
    codec = trends_stage(POLICY).codec
    assert codec.decode(codec.encode(state)) == state
    assert codec.encode(codec.decode(codec.encode(state))) == codec.encode(state)


def test_the_state_of_a_job_is_small() -> None:
    """Under 5 KB with as many neighbours as it may have, of which each id has 24 characters."""
    trend = TrendOfJob(opened())
    for number in range(6):
        trend.read(signal(others={f"{number * 20 + n:024}": 0.4 for n in range(20)}))
    assert trend.state is not None
    assert len(trend.state.neighbours) == 120
    assert len(trends_stage(POLICY).codec.encode(trend.state)) < 5_000


def test_a_stage_without_states_has_none_to_decode() -> None:
    """Bytes in its changelog are not its own."""
    availability, _ = stages(POLICY)
    with pytest.raises(ValueError, match="none to decode"):
        availability.codec.decode(b"x")
    with pytest.raises(TypeError):
        availability.codec.encode(None)


def test_the_window_is_longer_than_signals_are_recent() -> None:
    """The default is that of the profile."""
    assert POLICY.window == 90 * DAY_MS
