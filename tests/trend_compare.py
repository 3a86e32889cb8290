"""Compares the trends that the stage has written with those of tests/trend_oracle.py."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from schemas.jobs import JobTrend
from schemas.model import to_epoch_ms
from workers.jobs.trend import LEAST_WEIGHT_OF_PAIR, MAX_NEIGHBOURS
from workers.runtime.kafka.records import ProducerRecord

RELATIVE = 1e-9
LARGEST_SECONDS, LARGEST_WEIGHT = 600.0, 2.0  # what may have been added and taken back


def trends_of(written: Sequence[ProducerRecord]) -> dict[str, JobTrend]:
    """The content of `job-trends`; nothing else may be written."""
    assert {record.topic for record in written} <= {"job-trends"}
    latest = {(record.key or b"").decode(): record.value for record in written}
    return {key: JobTrend.loads(value) for key, value in latest.items() if value is not None}


def assert_same(trends: Mapping[str, JobTrend], expected: Mapping[str, dict[str, Any]]) -> None:
    """Equal up to a part in 10^9, of the result or of what was taken back from it."""
    assert trends.keys() == expected.keys()
    for job, values in expected.items():
        trend = trends[job]
        assert (None if trend.at is None else to_epoch_ms(trend.at)) == values["at"], job
        for name in values.keys() - {"pairs", "at"}:
            largest = LARGEST_SECONDS if name == "seconds" else LARGEST_WEIGHT
            assert is_close(getattr(trend, name), values[name], largest), (job, name)
        assert_same_neighbours(trend, values["pairs"])


def assert_same_neighbours(trend: JobTrend, pairs: Mapping[str, float]) -> None:
    """The heaviest pairs, in order; without those that weigh next to nothing."""
    weights = {each.job_id: each.weight for each in trend.neighbours}
    assert list(weights.values()) == sorted(weights.values(), reverse=True)
    for other, weight in weights.items():
        assert is_close(weight, pairs[other], LARGEST_WEIGHT), (trend.job_id, other)
    lightest = min(weights.values()) if len(weights) == MAX_NEIGHBOURS else LEAST_WEIGHT_OF_PAIR
    left_out = [pairs[other] for other in pairs.keys() - weights.keys()]
    assert max(left_out, default=0.0) <= lightest * (1 + RELATIVE) + RELATIVE * LARGEST_WEIGHT, trend.job_id


def is_close(actual: float, expected: float, largest: float) -> bool:
    """Whether two sums are equal up to rounding."""
    return math.isclose(actual, expected, rel_tol=RELATIVE, abs_tol=RELATIVE * largest)
