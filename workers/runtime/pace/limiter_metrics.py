"""In which metrics a limiter counts: those of the service that it is for."""

from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram

from workers.runtime.metrics.models import MODEL_CALLS, MODEL_SPENT, MODEL_WAIT_SECONDS


@dataclass(frozen=True)
class LimiterMetrics:
    """Calls by outcome, the seconds that each waited, and what is spent on a day; None: not counted here.

    `label` is the first label of all; None: the limiter's name.
    """

    calls: Counter
    wait_seconds: Histogram | None = None
    day_micro_dollars: Gauge | None = None
    label: str | None = None

    def admitted(self, name: str, outcome: str, seconds: float) -> None:
        """A call was let through after so many seconds."""
        self.calls.labels(self.label or name, outcome).inc()
        if self.wait_seconds is not None:
            self.wait_seconds.labels(self.label or name).observe(seconds)

    def refused(self, name: str, reason: str) -> None:
        """A call was not let through."""
        self.calls.labels(self.label or name, reason).inc()

    def spent(self, name: str, micro_dollars: int) -> None:
        """So much is spent on this day, by all processes."""
        if self.day_micro_dollars is not None:
            self.day_micro_dollars.labels(self.label or name).set(micro_dollars)


OF_MODELS = LimiterMetrics(MODEL_CALLS, MODEL_WAIT_SECONDS, MODEL_SPENT)
