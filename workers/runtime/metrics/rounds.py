"""Rounds, states and recoveries of a worker, and what it goes on without."""

from prometheus_client import Counter, Gauge, Histogram

from workers.runtime.metrics.buckets import SECONDS

BATCH_SECONDS = Histogram(
    "kairos_batch_seconds", "Time of one round: step, write, acknowledge.", ["worker"], buckets=SECONDS
)
KEYS = Gauge("kairos_keys", "Keys with a state, by stage.", ["worker", "stage"])
STATE_BYTES = Gauge(
    "kairos_state_bytes", "Bytes of all states of a stage, as they are in the changelog.", ["worker", "stage"]
)
INPUT_AGE_SECONDS = Histogram(
    "kairos_input_age_seconds",
    "Age of the oldest record of a round when the round was over.",
    ["worker"],
    buckets=(*SECONDS, 30.0, 60.0, 300.0),
)
ROUND_AT = Gauge(
    "kairos_round_timestamp_seconds", "When the last round was over (epoch seconds).", ["worker"]
)
WATERMARK_AT = Gauge(
    "kairos_watermark_timestamp_seconds",
    "Up to which time all sources have been read, where a worker is furthest behind (epoch seconds).",
    ["worker"],
)
PARTITIONS = Gauge("kairos_partitions", "Partitions of inputs that a worker owns.", ["worker", "topic"])
RECOVERY_SECONDS = Gauge(
    "kairos_recovery_seconds",
    "Time of a stage's last recovery, from the assignment of its partitions until its states were there.",
    ["worker", "stage"],
)
RECOVERY_REMAINING = Gauge(
    "kairos_recovery_remaining_records",
    "Records of changelogs that a recovery has still to read.",
    ["worker"],
)
HEARTBEAT_AGE_SECONDS = Gauge(
    "kairos_heartbeat_age_seconds",
    "Since when the group has not answered; from half a session on the worker ends.",
    ["worker"],
)
ASSIGNMENTS = Counter("kairos_assignments_total", "Times that a worker got its partitions.", ["worker"])
EFFECT_SECONDS = Histogram(
    "kairos_effect_seconds",
    "Time of one effect, such as writing a text.",
    ["worker"],
    buckets=(*SECONDS, 30.0, 60.0, 120.0),
)
OPEN_EFFECTS = Gauge("kairos_open_effects", "Effects that were asked for and have not ended.", ["worker"])
REDIS_LOST = Counter(
    "kairos_redis_lost_total", "Times that Redis was lost and something went on without it.", ["use"]
)
