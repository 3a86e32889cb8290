"""What is read of MongoDB and Airtable, and what is written back."""

from prometheus_client import Counter, Gauge, Histogram

from workers.runtime.metrics.buckets import SECONDS

CAPTURE_LAG = Gauge(
    "kairos_capture_lag_seconds", "How far the stored position of a source is behind its server.", ["source"]
)
CAPTURE_HISTORY = Gauge(
    "kairos_capture_history_seconds", "Seconds of changes that the server keeps; NaN: unknown.", ["source"]
)
CAPTURE_HISTORY_LEFT = Gauge(
    "kairos_capture_history_left_seconds",
    "Seconds between the position of a source and the oldest change that its server keeps; NaN: unknown.",
    ["source"],
)
CAPTURE_SNAPSHOTS = Counter("kairos_capture_snapshots_total", "Snapshots that began.", ["source"])
CAPTURE_SNAPSHOT_TOPICS = Gauge(
    "kairos_capture_snapshot_topics", "Topics that the running snapshot has not completed.", ["source"]
)
AIRTABLE_REQUESTS = Counter(
    "kairos_airtable_requests_total",
    "Requests to a base of Airtable, by the status of the answer (429: too many), or without one.",
    ["base", "status"],
)
AIRTABLE_TURNS = Counter(
    "kairos_airtable_turns_total",
    "Requests that the pace of a base let through (shared, or local without Redis) or told to go on waiting.",
    ["base", "outcome"],
)
AIRTABLE_WAIT_SECONDS = Histogram(
    "kairos_airtable_wait_seconds",
    "Time that a request waited for the pace of its base.",
    ["base"],
    buckets=(*SECONDS, 30.0, 60.0),
)
AIRTABLE_LAG_SECONDS = Gauge(
    "kairos_airtable_lag_seconds", "How far what was read of a table is behind the clock.", ["topic"]
)
AIRTABLE_RECORDS = Counter(
    "kairos_airtable_records_total",
    "Records of a table that were read: written, known as they are, refused, and deleted.",
    ["topic", "outcome"],
)
AIRTABLE_WEBHOOKS = Counter(
    "kairos_airtable_webhooks_total",
    "Webhooks that were made, renewed before their end, refused, or not answered for (failed).",
    ["topic", "outcome"],
)
WRITTEN_BACK = Counter(
    "kairos_written_back_total",
    "Records of mails, into Airtable or MongoDB: written (queued, sent, failed), known already, or refused.",
    ["target", "outcome"],
)
