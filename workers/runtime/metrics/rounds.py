"""Rounds, states and recoveries of a worker, and what it goes on without."""

from prometheus_client import Counter, Gauge, Histogram

from workers.runtime.metrics.buckets import SECONDS

BATCH_SECONDS = Histogram(
    "kairos_batch_seconds", "Time of one round: step, write, acknowledge.", ["worker"], buckets=SECONDS
)
KEYS = Gauge("kairos_keys", "Keys with a state, by stage.", ["worker", "stage"])
OLDEST_SECONDS = Gauge(
    "kairos_oldest_input_seconds", "Age of the oldest record of the last round.", ["worker"]
)
WATERMARK_SECONDS = Gauge(
    "kairos_watermark_delay_seconds", "How far the watermark is behind the clock.", ["worker"]
)
RECOVERY_SECONDS = Gauge("kairos_recovery_seconds", "Time the last rebuild of timers took.", ["worker"])
EFFECT_SECONDS = Histogram(
    "kairos_effect_seconds",
    "Time of one effect, such as writing a text.",
    ["worker"],
    buckets=(*SECONDS, 30.0, 60.0),
)
OPEN_EFFECTS = Gauge("kairos_open_effects", "Effects that were asked for and have not ended.", ["worker"])
REDIS_LOST = Counter(
    "kairos_redis_lost_total", "Times that Redis was lost and something went on without it.", ["use"]
)
