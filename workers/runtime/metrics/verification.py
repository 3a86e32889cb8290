"""What `kairos verify` found; nothing else serves these."""

from prometheus_client import Counter, Gauge

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
