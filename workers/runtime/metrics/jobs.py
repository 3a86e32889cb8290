"""Jobs: what people do with them, and which are in memory."""

from prometheus_client import Counter, Gauge

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
