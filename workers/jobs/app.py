"""The worker `jobs`: its two stages, under the policy that the settings name, and its metrics."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from schemas.jobs import JobSignal
from workers.jobs.signals import bounded_seconds
from workers.jobs.stage import stages
from workers.recommend.policy import load_feed_policy
from workers.runtime.process import metrics
from workers.runtime.process.settings import Settings
from workers.runtime.runner.runner import Runner
from workers.runtime.stage import Decoder, Stage


def run(settings: Settings, stop: threading.Event) -> None:
    """Run the worker until a signal; Faust handles signals, so `stop` is not used."""
    policy = load_feed_policy(settings.kairos_policy)
    Runner("jobs", tuple(map(counted, stages(policy))), settings).run()


def counted(stage: Stage[Any]) -> Stage[Any]:
    """The stage, with every signal that it reads counted in the metrics."""
    inputs: Mapping[str, Decoder] = {topic: counting(decode) for topic, decode in stage.inputs.items()}
    return replace(stage, inputs=inputs)


def counting(decode: Decoder) -> Callable[[bytes], Any]:
    """The decoder, which counts the signals among what it decodes."""

    def decode_and_count(data: bytes) -> Any:
        value = decode(data)
        if isinstance(value, JobSignal):
            said = "retracted" if value.retracted else "said"
            metrics.JOB_SIGNALS.labels(value.kind, said).inc()
            metrics.JOB_SECONDS.labels(said).inc(bounded_seconds(value))
        return value

    return decode_and_count
