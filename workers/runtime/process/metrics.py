"""Every metric of the fleet, in one list. Labels are names of ours, never ids of people."""

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, start_http_server

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
SHARES = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)

RECORDS_IN = Counter("kairos_records_in_total", "Records read, by topic.", ["worker", "topic"])
RECORDS_OUT = Counter("kairos_records_out_total", "Records written and acknowledged.", ["worker", "topic"])
BATCH_SECONDS = Histogram(
    "kairos_batch_seconds", "Time of one round: step, write, acknowledge.", ["worker"], buckets=SECONDS
)
LAG = Gauge("kairos_lag_records", "Records of a partition not read yet.", ["worker", "topic", "partition"])
DEAD_LETTERS = Counter("kairos_dead_letters_total", "Records that could not be used.", ["worker", "reason"])
KEYS = Gauge("kairos_keys", "Keys with a state, by stage.", ["worker", "stage"])
OLDEST_SECONDS = Gauge(
    "kairos_oldest_input_seconds", "Age of the oldest record of the last round.", ["worker"]
)
WATERMARK_SECONDS = Gauge(
    "kairos_watermark_delay_seconds", "How far the watermark is behind the clock.", ["worker"]
)
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
IRREGULAR = Counter(
    "kairos_irregular_total",
    "Records that were used in part or not at all without being dead letters, by topic and kind.",
    ["worker", "topic", "kind"],
)
SKIPPED = Counter("kairos_skipped_total", "Records at or below a high-water mark, read again.", ["worker"])
DELETED_UNREAD = Counter(
    "kairos_deleted_unread_total",
    "Offsets that the broker deleted before they were read.",
    ["worker", "topic"],
)
PASSED_OVER = Counter(
    "kairos_passed_over_total", "Records of our own topics that cannot be read and were left out.", ["topic"]
)
RECOVERY_SECONDS = Gauge("kairos_recovery_seconds", "Time the last rebuild of timers took.", ["worker"])
EFFECT_SECONDS = Histogram(
    "kairos_effect_seconds",
    "Time of one effect, such as writing a text.",
    ["worker"],
    buckets=(*SECONDS, 30.0, 60.0),
)
OPEN_EFFECTS = Gauge("kairos_open_effects", "Effects that were asked for and have not ended.", ["worker"])
DELIVERIES = Counter(
    "kairos_deliveries_total",
    "Mails that were to be handed over: sent, failed, bounced, withdrawn, expired, parked, later.",
    ["outcome"],
)
RETURNS = Counter(
    "kairos_mail_returns_total",
    "Mails and events about mails that came back: bounced, full, suppress, complained and so on, or unread.",
    ["source", "says"],
)
JOB_SIGNALS = Counter(
    "kairos_jobs_signals_total",
    "What people did with jobs, by kind, and what of it was taken back; read again, it counts again.",
    ["kind", "said"],
)
JOB_SECONDS = Counter(
    "kairos_jobs_viewed_seconds_total", "Seconds of views of jobs, and those taken back.", ["said"]
)
BOARD_JOBS = Gauge("kairos_board_jobs", "Jobs in memory that are not deleted.")
BOARD_WAITING = Gauge("kairos_board_waiting", "Jobs in memory whose text waits for the chosen embedder.")
EMBEDDED = Counter(
    "kairos_embedded_total",
    "Texts made into vectors: from the cache, computed, damaged in the cache, failed (of unknown meaning).",
    ["embedder", "outcome"],
)
HTTP_REQUESTS = Counter(
    "kairos_http_requests_total", "Requests answered, by route and status.", ["route", "status"]
)
HTTP_SECONDS = Histogram(
    "kairos_http_seconds", "Time from a request to its answer, by route.", ["route"], buckets=SECONDS
)
MAIL_CLICKS = Counter(
    "kairos_mail_clicks_total",
    "Requests of links of mails, by kind of link: written, repeated (no record), lost (not in Kafka).",
    ["kind", "outcome"],
)
VERIFY_PEOPLE = Counter("kairos_verify_people_total", "People whose profile was compared with the documents.")
VERIFY_DIFFERENT = Counter("kairos_verify_different_total", "People whose profile was another.")
VERIFY_FIELDS = Counter("kairos_verify_fields_total", "People with another value, by field.", ["field"])
VERIFY_SHARE = Gauge("kairos_verify_different_share", "Share of the last sample that differed, 0 to 1.")
VERIFY_JOBS = Counter("kairos_verify_jobs_total", "Jobs whose trend was compared with the signals.")
VERIFY_JOBS_DIFFERENT = Counter("kairos_verify_jobs_different_total", "Jobs whose trend was another.")
VERIFY_JOB_FIELDS = Counter("kairos_verify_job_fields_total", "Jobs with another value, by field.", ["field"])
VERIFY_JOBS_SHARE = Gauge(
    "kairos_verify_jobs_different_share", "Share of the last sample of jobs that differed, 0 to 1."
)
MODEL_CALLS = Counter(
    "kairos_model_calls_total",
    "Calls to a language model that were let through (shared, or local without Redis) or refused, by reason.",
    ["limiter", "outcome"],
)
MODEL_WAIT_SECONDS = Histogram(
    "kairos_model_wait_seconds",
    "Time that a call to a language model waited before it was let through.",
    ["limiter"],
    buckets=(*SECONDS, 30.0, 60.0),
)
MODEL_SPENT = Gauge(
    "kairos_model_day_micro_dollars", "Spent and reserved on this day (UTC), by all processes.", ["limiter"]
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
TEXT_CACHE = Counter(
    "kairos_text_cache_total",
    "Texts asked for: from the cache, made, failed, or given up while another one made it.",
    ["outcome"],
)
PERSONALIZED = Counter(
    "kairos_mails_personalized_total",
    "Mails as their variation was chosen (whole), in part or not at all (changed), or not chosen (none).",
    ["kind", "outcome"],
)
CONTEXT_RELEVANCE = Histogram(
    "kairos_mail_context_relevance",
    "Share of what is known of person and moment that spoke for the chosen variation.",
    ["kind"],
    buckets=SHARES,
)
FEEDBACK_IMPACT = Histogram(
    "kairos_mail_feedback_impact",
    "How far what people clicked has moved the probabilities of variations: 0 not at all, 1 altogether;"
    " looked at for one mail in fifty, by the decision's id.",
    ["kind"],
    buckets=SHARES,
)
VARIATION_OUTCOMES = Counter(
    "kairos_variation_outcomes_total",
    "How mails ended, clicked or ignored, by the arm and the group of a choice; read again, it counts again.",
    ["type", "arm", "group", "ended", "said"],
)
REDIS_LOST = Counter(
    "kairos_redis_lost_total", "Times that Redis was lost and something went on without it.", ["use"]
)

METRICS = (
    RECORDS_IN,
    RECORDS_OUT,
    BATCH_SECONDS,
    LAG,
    DEAD_LETTERS,
    KEYS,
    OLDEST_SECONDS,
    WATERMARK_SECONDS,
    CAPTURE_LAG,
    CAPTURE_HISTORY,
    CAPTURE_HISTORY_LEFT,
    CAPTURE_SNAPSHOTS,
    CAPTURE_SNAPSHOT_TOPICS,
    IRREGULAR,
    SKIPPED,
    DELETED_UNREAD,
    PASSED_OVER,
    RECOVERY_SECONDS,
    EFFECT_SECONDS,
    OPEN_EFFECTS,
    DELIVERIES,
    RETURNS,
    JOB_SIGNALS,
    JOB_SECONDS,
    BOARD_JOBS,
    BOARD_WAITING,
    EMBEDDED,
    HTTP_REQUESTS,
    HTTP_SECONDS,
    MAIL_CLICKS,
    VERIFY_PEOPLE,
    VERIFY_DIFFERENT,
    VERIFY_FIELDS,
    VERIFY_SHARE,
    VERIFY_JOBS,
    VERIFY_JOBS_DIFFERENT,
    VERIFY_JOB_FIELDS,
    VERIFY_JOBS_SHARE,
    MODEL_CALLS,
    MODEL_WAIT_SECONDS,
    MODEL_SPENT,
    AIRTABLE_REQUESTS,
    AIRTABLE_TURNS,
    AIRTABLE_WAIT_SECONDS,
    AIRTABLE_LAG_SECONDS,
    AIRTABLE_RECORDS,
    AIRTABLE_WEBHOOKS,
    WRITTEN_BACK,
    TEXT_CACHE,
    PERSONALIZED,
    CONTEXT_RELEVANCE,
    FEEDBACK_IMPACT,
    VARIATION_OUTCOMES,
    REDIS_LOST,
)


def serve_metrics(port: int) -> int:
    """Serve /metrics on a port of every interface (0: a free one); returns the port."""
    server, _ = start_http_server(port, addr="0.0.0.0", registry=REGISTRY)
    return int(server.server_port)
