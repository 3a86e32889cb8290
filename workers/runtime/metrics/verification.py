"""What `kairos verify` found: served by that command alone.

A worker that verifies nothing must not say that nothing differs.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge

REGISTRY = CollectorRegistry()
COMPARED = Counter(
    "kairos_verify_compared_total",
    "People or jobs whose profile or trend was compared with what it comes from.",
    ["subject"],
    registry=REGISTRY,
)
DIFFERENT = Counter(
    "kairos_verify_different_total", "Those of which it was another.", ["subject"], registry=REGISTRY
)
DIFFERENT_FIELDS = Counter(
    "kairos_verify_fields_total",
    "Those that had another value, by field.",
    ["subject", "field"],
    registry=REGISTRY,
)
DIFFERENT_RATIO = Gauge(
    "kairos_verify_different_ratio",
    "Share of the last sample that differed, 0 to 1.",
    ["subject"],
    registry=REGISTRY,
)
VERIFIED_AT = Gauge(
    "kairos_verify_timestamp_seconds",
    "When a sample was compared last (epoch seconds).",
    ["subject"],
    registry=REGISTRY,
)
