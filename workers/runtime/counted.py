"""A stage whose metrics count what it reads."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from prometheus_client import Counter, Histogram

from workers.runtime.stage import Decoder, Measured, Stage


def counted(stage: Stage[Any], count: Callable[[Any], None]) -> Stage[Any]:
    """The stage, with `count` called for every value that it decodes; what is read again counts again."""

    def counting(decode: Decoder) -> Decoder:
        def decode_and_count(data: bytes) -> Any:
            value = decode(data)
            count(value)
            return value

        return decode_and_count

    inputs: Mapping[str, Decoder] = {topic: counting(decode) for topic, decode in stage.inputs.items()}
    return replace(stage, inputs=inputs)


def measuring(count: Counter, seconds: Histogram) -> Callable[[Measured, int], None]:
    """A stage's `measure` that counts by the labels, and observes how long it took where that is known."""

    def measure(measured: Measured, now: int) -> None:
        count.labels(*measured.what).inc()
        if measured.since is not None:
            seconds.observe(max(0, now - measured.since) / 1000)

    return measure
