"""Decisions about people: how many, for which reason, and how long one takes."""

from prometheus_client import Counter, Gauge, Histogram

from workers.runtime.metrics.buckets import SECONDS

DECISIONS = Counter(
    "kairos_decisions_total",
    "Decisions that were made anew: send, ask or wait; the reason of a wait, and the campaign.",
    ["verdict", "reason", "campaign"],
)
DECISION_SECONDS = Histogram(
    "kairos_decision_latency_seconds",
    "Time from a change in a source to the decision that it has brought, acknowledged by Kafka.",
    buckets=(*SECONDS, 30.0, 60.0, 300.0),
)
PEOPLE = Gauge(
    "kairos_people", "People by their last decision, as the read model has them.", ["verdict", "reason"]
)
