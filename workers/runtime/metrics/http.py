"""Requests over HTTP."""

from prometheus_client import Counter, Histogram

from workers.runtime.metrics.buckets import SECONDS

HTTP_REQUESTS = Counter(
    "kairos_http_requests_total", "Requests answered, by route and status.", ["route", "status"]
)
HTTP_SECONDS = Histogram(
    "kairos_http_seconds", "Time from a request to its answer, by route.", ["route"], buckets=SECONDS
)
